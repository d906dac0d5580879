"""What really happened in a trial: the rule on each arm, the label's first day, the courses and the amounts."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import session
from app.components import table
from app.figures import trial as figures
from app.figures.parts import Look
from app.pages.trial.chart_place import place_chart
from app.teaching import trial
from app.teaching.trial import Arm, Outcome, Setting
from app.words.model_names import in_words
from app.words.numbers import digits
from app.words.term_links import each_with_terms, with_terms
from app.words.text import TEXT, amount, plain, span
from sim import Scenario, ScenarioError, catalogue

CHART_PX = 260


def show(setting: Setting, arms: tuple[Arm, ...], ink: str, open_scenario: Callable[[Scenario], None]) -> None:
    """The verdict on each arm and why, what follows for a first day, the courses, and the amounts."""
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
    st.markdown(with_terms(TEXT["trial_table_said"]))
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
    texts = (TEXT["trial_first_day_rule"], words, TEXT["trial_first_day_then"])
    st.markdown("\n\n".join(each_with_terms([texts[0], *(text.format(**facts) for text in texts[1:])])))


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
            place_chart(figure, f"trial {key}", words, name)
            st.caption(plain(words))


def _row(setting: Setting, arm: Arm, outcome: Outcome) -> tuple[str, ...]:
    run = trial.course(setting, arm)
    first_day, in_csf = amount(run.first_day_mcg), amount(run.csf_mcg)
    at_once = amount(run.at_once_mcg)
    return TEXT[f"trial_arm_{arm}"], at_once, first_day, in_csf, digits(outcome.peak_index, 2), span(outcome.held_h)
