"""The page Trial: three arms, their diaries, a judgement, and then what really happened."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import session
from app.components import chart, table
from app.figures import trial as figures
from app.figures.parts import Look, Part
from app.teaching import trial
from app.teaching.trial import ARMS, VERDICTS, Arm, History, Outcome, Setting
from app.words.model_names import in_words
from app.words.text import TEXT, amount, digits, plain, span
from sim import Scenario, ScenarioError, catalogue

DIARY_PX, CHART_PX = 200, 260
MOST_TIMES = 3.0  # of the start value, where a dose's slider ends
STEPS = 60
OBSERVE = (1.0, 48.0)
HISTORIES: tuple[History, ...] = ("naive", "tablets")
LIMITS = {"excess": (0.05, 0.95, 0.05), "cistern": (0.05, 2.0, 0.05), "plasma": (0.5, 40.0, 0.5)}


def show(open_scenario: Callable[[Scenario], None], ink: str) -> None:
    """Controls beside the diaries; what really happened below, once it is asked for."""
    with st.container(key="trial"):
        st.markdown(plain(TEXT["trial_said"]))
        left, right = st.columns([27, 73], gap="medium")
        with left:
            setting = _controls()
        arms = trial.arms(setting.drug)
        with right:
            try:
                for arm in arms:
                    trial.course(setting, arm)
            except ScenarioError as error:
                for problem in error.problems:
                    st.error(f"{TEXT['trial_refused']} {plain(problem)}", icon=":material/block:")
                return
            if len(arms) < len(ARMS):
                st.info(TEXT["trial_no_epidural"])
            _diaries(setting, arms, ink)
        if session.trial.is_revealed():
            _truth(setting, arms, ink, open_scenario)


# ---------------------------------------------------------------- what is moved


def _controls() -> Setting:
    """Widgets from the setting, and the setting from the widgets."""
    titles = {name: in_words(catalogue().drugs[name].title) for name in trial.drugs()}
    session.trial.start()
    with st.container(key="trial-controls", gap="small"):
        st.selectbox(
            TEXT["trial_drug"],
            list(titles),
            format_func=titles.__getitem__,
            key=session.trial.key("drug"),
            on_change=session.trial.first,
        )
        start = trial.drugs()[session.trial.value("drug")]
        for name, arm in (("bolus_mcg", "bolus"), ("epidural_mcg", "epidural"), ("infusion_mcg_day", "infusion")):
            value = getattr(start, name)
            if value is None:
                continue
            most = MOST_TIMES * value
            st.slider(TEXT[f"trial_dose_{arm}"], 0.0, most, step=most / STEPS, format="%g", key=session.trial.key(name))
        st.slider(TEXT["trial_observe"], *OBSERVE, step=1.0, format="%g", key=session.trial.key("observe_h"))
        with st.expander(TEXT["trial_more"]):
            _rule()
        with st.container(horizontal=True, gap="small"):
            st.button(TEXT["trial_again"], on_click=session.trial.again, key="trial again")
            st.button(TEXT["trial_reset"], on_click=session.trial.first, key="trial reset")
        st.caption(TEXT["trial_seed_said"].format(seed=session.trial.value("seed")))
    return session.trial.settle()


def _rule() -> None:
    """The two axes of the rule, the level and the noise."""
    axes = trial.axes(session.trial.value("drug"))
    axis = st.segmented_control(
        TEXT["trial_axis"],
        axes,
        format_func=lambda name: TEXT[f"trial_axis_{name}"],
        key=session.trial.key("axis"),
        required=True,
        on_change=session.trial.first_limit,
    )
    axis = axis or axes[0]  # it is required, so never empty
    st.caption(TEXT[f"trial_axis_{axis}_said"])
    low, high, step = LIMITS[axis]
    st.slider(TEXT["trial_limit_label"], low, high, step=step, format="%g", key=session.trial.key("limit_ratio"))
    st.slider(TEXT["trial_held"], 0.5, 24.0, step=0.5, format="%g", key=session.trial.key("held_h"))
    if trial.is_opioid(session.trial.value("drug")):
        st.segmented_control(
            TEXT["trial_history"],
            HISTORIES,
            format_func=lambda name: TEXT[f"trial_history_{name}"],
            key=session.trial.key("history"),
            required=True,
        )
    st.selectbox(TEXT["trial_level"], trial.levels(), key=session.trial.key("level"))
    st.slider(TEXT["trial_placebo"], 0.0, 0.5, step=0.05, format="%g", key=session.trial.key("placebo_index"))


# ---------------------------------------------------------------- diaries and judgement


def _diaries(setting: Setting, arms: tuple[Arm, ...], ink: str) -> None:
    is_revealed = session.trial.is_revealed()
    st.subheader(TEXT["trial_diaries"])
    st.markdown(plain(TEXT["trial_diaries_said"]))
    for column, arm in zip(st.columns(len(arms), gap="small"), arms, strict=True):
        with column:
            st.markdown(f"**{TEXT[f'trial_arm_{arm}']}**")
            diary = trial.diary(setting, arm)
            truth = trial.course(setting, arm) if is_revealed else None
            figure = figures.diary(diary, truth, Look(f"diary {arm}", DIARY_PX, ink))
            _place(figure, f"trial diary {arm}", figures.describe_diary(diary), TEXT[f"trial_arm_{arm}"])
            st.caption(figures.describe_diary(diary))
            choice = st.radio(
                TEXT["trial_judge"].format(arm=TEXT[f"trial_arm_{arm}"]),
                VERDICTS,
                index=_place_of(session.trial.verdict_on(arm)),
                format_func=lambda verdict: TEXT[f"trial_verdict_{verdict}"],
                key=session.trial.verdict_key(arm),
                disabled=is_revealed,
            )
            if choice is not None:
                session.trial.judge(arm, choice)
    st.button(
        TEXT["trial_hide" if is_revealed else "trial_reveal"],
        icon=":material/arrow_forward:",
        on_click=session.trial.turn,
        key="trial reveal",
    )


def _place_of(verdict: str | None) -> int | None:
    return None if verdict is None else VERDICTS.index(verdict)


# ---------------------------------------------------------------- what really happened


def _truth(setting: Setting, arms: tuple[Arm, ...], ink: str, open_scenario: Callable[[Scenario], None]) -> None:
    st.subheader(TEXT["trial_revealed"])
    st.markdown(plain(TEXT["trial_rule"].format(span=span(setting.held_h))))
    outcomes = {arm: trial.judge(setting, arm) for arm in arms}
    for column, arm in zip(st.columns(len(arms), gap="small"), arms, strict=True):
        with column, st.container(border=True):
            _box(setting, arm, outcomes[arm])
            if st.button(TEXT["trial_open"], key=f"trial open {arm}", help=TEXT[f"trial_arm_{arm}"]):
                try:
                    open_scenario(trial.scenario_of(setting, arm))
                except ScenarioError as error:
                    st.error(f"{TEXT['trial_refused']} {plain(str(error))}", icon=":material/block:")
                else:
                    st.rerun()
    _first_day(setting, outcomes["bolus"])
    _charts(setting, arms, outcomes, ink)
    st.subheader(TEXT["trial_table"])
    st.markdown(plain(TEXT["trial_table_said"]))
    columns = [TEXT[f"trial_col_{name}"] for name in ("arm", "once", "day", "csf", "peak", "half")]
    table.show(TEXT["trial_table"], columns, [_row(setting, arm, outcomes[arm]) for arm in arms])


def _box(setting: Setting, arm: Arm, outcome: Outcome) -> None:
    """The rule on one arm, in words."""
    st.markdown(f"**{TEXT[f'trial_arm_{arm}']}: {TEXT[f'trial_verdict_{outcome.verdict}']}**")
    at, peak = span(outcome.peak_h), digits(outcome.peak_index, 2)
    if outcome.held_h >= setting.held_h:
        relief = TEXT["trial_box_relief_ok"].format(
            span=span(outcome.held_h), start=span(outcome.from_h), peak=peak, at=at
        )
    elif outcome.held_h > 0.0:
        least = span(setting.held_h)
        relief = TEXT["trial_box_relief_short"].format(span=span(outcome.held_h), needed=least, peak=peak, at=at)
    else:
        relief = TEXT["trial_box_relief_none"].format(peak=peak, at=at)
    highest, limit = digits(outcome.side_peak, 2), digits(setting.limit_ratio, 3)
    side = TEXT["trial_box_side_ok"].format(peak=highest, limit=limit)
    if outcome.side_h is not None:
        over, start = span(outcome.over_h), span(outcome.side_h)
        side = TEXT["trial_box_side_over"].format(over=over, start=start, peak=highest, limit=limit)
    verdict = session.trial.verdict_on(arm)
    answer = TEXT["trial_you_nothing"]
    if verdict is not None:
        answer = TEXT["trial_you_wrong"].format(said=TEXT[f"trial_verdict_{verdict}"])
        answer = TEXT["trial_you_right"] if verdict == outcome.verdict else answer
    seen, needed = span(setting.observe_h), span(outcome.needed_h)
    watch = TEXT["trial_box_watch_ok" if setting.observe_h >= outcome.needed_h else "trial_box_watch_short"]
    watch = watch.format(span=seen, needed=needed, peak=span(outcome.side_peak_h))
    for words in (relief, side, watch, answer):
        st.markdown(plain(words))


def _first_day(setting: Setting, outcome: Outcome) -> None:
    """The label's rule for the first day where there is one; what follows is titration."""
    rule = trial.first_day(setting, outcome)
    st.subheader(TEXT["trial_first_day"])
    if rule is None:
        st.markdown(plain(TEXT["trial_first_day_none"]))
        return
    words = TEXT["trial_first_day_same" if rule.is_lasting else "trial_first_day_double"]
    facts = {
        "bolus": amount(rule.screening_mcg),
        "span": span(rule.held_h),
        "dose": amount(rule.dose_mcg_day),
        "index": digits(rule.index_after_day, 2),
        "peak": digits(outcome.peak_index, 2),
    }
    st.markdown(plain(TEXT["trial_first_day_rule"]))
    st.markdown(plain(words.format(**facts)))
    st.markdown(plain(TEXT["trial_first_day_then"].format(**facts)))


def _charts(setting: Setting, arms: tuple[Arm, ...], outcomes: dict[Arm, Outcome], ink: str) -> None:
    courses = {arm: trial.course(setting, arm) for arm in arms}
    names = {arm: TEXT[f"trial_arm_{arm}"] for arm in arms}
    effect = catalogue().drugs[setting.drug].effect
    title = TEXT["trial_relief_title"].format(title="" if effect is None else in_words(effect.title))
    side_axis = TEXT[f"trial_side_{setting.axis}"]

    def peaks(name: str) -> str:
        return ", ".join(f"{names[arm]} {digits(getattr(outcome, name), 2)}" for arm, outcome in outcomes.items())

    relief_words = TEXT["trial_say_relief"].format(peaks=peaks("peak_index"))
    side_words = TEXT["trial_say_side"].format(peaks=peaks("side_peak"), limit=digits(setting.limit_ratio, 3))
    csf_title = TEXT["trial_csf_title"].format(level=setting.level)
    look = Look(f"trial {setting.drug}", CHART_PX, ink)
    charts = (
        ("csf", csf_title, figures.csf(courses, names, look), figures.describe_csf(courses, names)),
        ("relief", title, figures.relief(courses, names, look), relief_words),
        (
            "side",
            TEXT["trial_side_title"],
            figures.side(courses, names, setting.limit_ratio, side_axis, look),
            side_words,
        ),
    )
    for column, (key, name, figure, words) in zip(st.columns(len(charts), gap="small"), charts, strict=True):
        with column:
            st.markdown(f"**{plain(name)}**")
            _place(figure, f"trial {key}", words, name)
            st.caption(plain(words))


def _row(setting: Setting, arm: Arm, outcome: Outcome) -> tuple[str, ...]:
    run = trial.course(setting, arm)
    first_day, in_csf = amount(run.first_day_mcg), amount(run.csf_mcg)
    at_once = amount(run.at_once_mcg)
    return TEXT[f"trial_arm_{arm}"], at_once, first_day, in_csf, digits(outcome.peak_index, 2), span(outcome.held_h)


def _place(figure: Part, key: str, words: str, title: str) -> None:
    chart.show(figure, key, int(figure["layout"]["height"]), words, title=title)
