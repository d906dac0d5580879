"""The steps of a lesson, one thing at a time: predict, wait, run, say what was seen, read why; then the questions."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import runs, session
from app.components import table
from app.pages import number_field
from app.pages.lesson import entries, questions
from app.pages.lesson.entries import SURE_WORDS
from app.pages.lesson.questions import OpenScenario
from app.teaching import lessons
from app.teaching.lessons import OWN_WORDS, Case, Progress
from app.teaching.lessons import progress as way
from app.teaching.lessons.marking import is_seen_right
from app.teaching.lessons.telling import explain, fill, table_cells, vary_words, with_unit
from app.words.model_names import in_words
from app.words.term_links import with_terms
from app.words.text import TEXT, plain


def _ask(case: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """The question, and what is predicted."""
    st.markdown(with_terms(fill(case.ask, vary_words(case))))
    if case.hint:
        with st.expander(TEXT["lesson_hint"]):
            st.markdown(with_terms(fill(case.hint, vary_words(case))))
    predict = case.predict
    unit = "" if predict.measure.unit in ("index", "day", "%", "") else f", {in_words(predict.measure.unit)}"
    st.markdown(plain(predict.compared))
    st.segmented_control(
        TEXT["lesson_direction"],
        (-1, 0, 1),
        format_func=lambda direction: predict.words[direction + 1],
        label_visibility="collapsed",
        key=session.lesson.key("direction"),
        persist_state="session",
    )
    number_field.show(session.lesson.key("number"), predict.label + unit, session.lesson.ANY_NUMBER)
    entries.how_sure("prediction")


def _wait(case: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """The locked prediction in words, and the button that shows the run."""
    prediction, predict = progress.prediction, case.predict
    if prediction is None:
        return
    st.markdown(f"**{plain(fill(case.ask, vary_words(case)))}**")
    st.markdown(TEXT["lesson_locked"])
    lines = [
        f"{plain(predict.compared)} **{plain(predict.words[prediction.direction + 1])}**",
        f"{plain(predict.label)}: **{plain(with_unit(prediction.number, predict.measure.unit))}**",
        f"{TEXT['lesson_sure']} **{SURE_WORDS[str(prediction.confidence)]}**",
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))
    st.caption(TEXT["lesson_run_said"])
    with st.container(horizontal=True):
        st.button(
            TEXT["lesson_run"], type="primary", on_click=session.lesson.move, args=("locked", way.run), key="study run"
        )
        st.button(TEXT["lesson_change"], on_click=session.lesson.change, key="study change")


def _observe(case: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """What the learner saw: one of the claims, or own words."""
    st.caption(plain(fill(case.ask, vary_words(case))))
    places = [*range(len(case.look.claims)), OWN_WORDS]
    words = [plain(claim.text) for claim in case.look.claims] + [TEXT["lesson_seen_own"]]
    place = st.radio(
        TEXT["lesson_seen"],
        places,
        index=None,
        format_func=lambda place: words[place],
        key=session.lesson.key("seen"),
        persist_state="session",
    )
    if place == OWN_WORDS:
        _own_words(TEXT["lesson_seen_words"], "seen words")
    entries.problems()
    st.button(
        TEXT["lesson_seen_done"],
        type="primary",
        on_click=session.lesson.see,
        args=(place, str(session.lesson.entry("seen words") or "")),
        key="study seen",
    )


def _why(case: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """Whether the claim was right, why the curve is as it is, and one next step."""
    if progress.prediction is None:
        return
    st.caption(plain(fill(case.ask, vary_words(case))))
    claim = plain(case.look.claims[lessons.true_claims(case.look, runs.run(case.scenario))[0]].text)
    is_right = is_seen_right(case, progress)
    name = "noted" if is_right is None else "right" if is_right else "wrong"
    st.markdown(TEXT[f"lesson_seen_{name}"].format(claim=claim))
    why = " ".join(explain(case, progress.prediction))
    st.markdown(f"**{TEXT['lesson_why']}.** {with_terms(why)}")
    if case.lesson.table is not None:
        head, *rows = table_cells(case.lesson)
        st.caption(plain(case.lesson.table.title))
        table.show(case.lesson.table.title, head, rows)
    if case.reflect:
        st.markdown(f"**{TEXT['lesson_reflect']}.** {plain(case.reflect)}")
        _own_words(TEXT["lesson_reflect_words"], "reflect")
    st.markdown(f"**{TEXT['lesson_next_step']}.** {plain(case.next_step.say)}")
    with st.container(horizontal=True):
        st.button(
            TEXT["lesson_to_questions"],
            type="primary",
            on_click=session.lesson.move,
            args=("why", way.ask),
            key="study questions",
        )
        st.button(
            TEXT["lesson_show_next"],
            on_click=session.lesson.compare,
            args=(case.next_step, case.scenario),
            key="study next",
        )
        st.button(TEXT["lesson_open"], on_click=open_scenario, args=(case.scenario,), key="study open")


def _own_words(label: str, name: str) -> None:
    st.text_area(label, max_chars=1000, key=session.lesson.key(name), persist_state="session")


STAGES: dict[str, Callable[[Case, Progress, OpenScenario], None]] = {
    "ask": _ask,
    "locked": _wait,
    "seen": _observe,
    "why": _why,
    "questions": questions.ask,
    "done": questions.sum_up,
}
