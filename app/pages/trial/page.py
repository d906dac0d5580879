"""The page Trial: three arms, their diaries, a judgement, and then what really happened."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import session
from app.figures import trial as figures
from app.figures.parts import Look
from app.pages.trial import truth
from app.pages.trial.chart_place import place_chart
from app.teaching import trial
from app.teaching.trial import ARMS, VERDICTS, Arm, History, Setting
from app.words.amounts import with_unit
from app.words.field_text import to_amount
from app.words.model_names import in_words
from app.words.refusals import refusal_in_words
from app.words.term_links import with_terms
from app.words.text import TEXT, plain
from sim import Scenario, ScenarioError, catalogue

DIARY_PX = 200
MOST_TIMES = 3.0  # of the start value, where a dose's slider ends
STEPS = 60
OBSERVE = (1.0, 48.0)
HISTORIES: tuple[History, ...] = ("naive", "tablets")
LIMITS = {"excess": (0.05, 0.95, 0.05), "cistern": (0.05, 2.0, 0.05), "plasma": (0.5, 40.0, 0.5)}


def show(open_scenario: Callable[[Scenario], None], ink: str) -> None:
    """Controls beside the diaries; what really happened below, once it is asked for."""
    with st.container(key="trial"):
        st.markdown(with_terms(TEXT["trial_said"]))
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
                    words = refusal_in_words(problem, trial.scenario_of(setting, arms[0]))
                    st.error(f"{TEXT['trial_refused']} {plain(words)}", icon=":material/block:")
                return
            if len(arms) < len(ARMS):
                st.info(TEXT["trial_no_epidural"])
            _diaries(setting, arms, ink)
        if session.trial.is_revealed():
            truth.show(setting, arms, ink, open_scenario)


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
            most = to_amount(name, MOST_TIMES * value)
            title = with_unit(TEXT[f"trial_dose_{arm}"])
            st.slider(title, 0.0, most, step=most / STEPS, format="%g", key=session.trial.key(name))
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
    st.markdown(with_terms(TEXT["trial_diaries_said"]))
    for column, arm in zip(st.columns(len(arms), gap="small"), arms, strict=True):
        with column:
            st.markdown(f"**{TEXT[f'trial_arm_{arm}']}**")
            diary = trial.diary(setting, arm)
            truth = trial.course(setting, arm) if is_revealed else None
            figure = figures.diary(diary, truth, Look(f"diary {arm}", DIARY_PX, ink))
            place_chart(figure, f"trial diary {arm}", figures.describe_diary(diary), TEXT[f"trial_arm_{arm}"])
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
