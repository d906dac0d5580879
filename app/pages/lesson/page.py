"""The page Lessons: predict, run, see, why, questions; nothing is shown before it is predicted."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import session
from app.pages import settings
from app.pages.lesson import entries, picture, steps
from app.teaching import lessons
from app.teaching.lessons import Case, Progress
from app.teaching.lessons import progress as way
from app.teaching.lessons.records import MODULES
from app.teaching.lessons.telling import example_steps
from app.words.term_links import each_with_terms
from app.words.text import TEXT, Words, plain
from sim import Scenario

MODULE_WORDS, LEVEL_WORDS = Words("lesson_modules"), Words("lesson_levels")


def show(open_scenario: Callable[[Scenario], None], ink: str) -> None:
    """The page; `open_scenario` takes a scenario over to Explore, called before the next run of the page."""
    with st.container(key="lesson"):
        progress = session.lesson.now()
        if progress is None:
            _pick()
            return
        case = lessons.make_case(lessons.lessons()[progress.lesson], progress.level, progress.seed)
        _head(case, progress)
        if case.level == 1 and not session.lesson.is_example_read():
            _example(case, ink)
            return
        left, right = st.columns([42, 58], gap="medium")
        with left:
            steps.STAGES[progress.stage](case, progress, open_scenario)
        with right, st.container(key="lesson-run" if progress.is_shown else "lesson-sketch"):
            _picture(case, progress, ink)
            if progress.stage == "ask":
                entries.problems()
                st.button(
                    TEXT["lesson_lock"], type="primary", on_click=session.lesson.lock, args=(case,), key="study lock"
                )


def _pick() -> None:
    """The picker: a module, one of its lessons, and a level."""
    st.subheader(TEXT["lesson_title"], anchor=False)
    st.caption(TEXT["lesson_intro"])
    settings.authors_note()
    shelf = lessons.lessons()
    module = st.segmented_control(
        TEXT["lesson_module"],
        MODULES,
        format_func=MODULE_WORDS.__getitem__,
        default=MODULES[0],
        required=True,
        key="study module",
    )
    numbers = [number for number, lesson in shelf.items() if lesson.module == module]
    number = st.radio(
        TEXT["lesson_which"],
        numbers,
        format_func=lambda number: f"{number}. {plain(shelf[number].title)}{_mark(number)}",
        captions=[plain(shelf[number].about) for number in numbers],
        key=f"study pick {module}",
    )
    level = st.segmented_control(
        TEXT["lesson_level"],
        (1, 2, 3),
        format_func=lambda level: LEVEL_WORDS[str(level)],
        default=1,
        required=True,
        key="study level",
    )
    st.button(
        TEXT["lesson_begin"], type="primary", on_click=session.lesson.begin, args=(number, level), key="study begin"
    )


def _mark(number: int) -> str:
    """Which levels of a lesson were gone through to the end in this visit; empty if none."""
    levels = session.lesson.levels_done(number)
    return "" if not levels else " " + TEXT["lesson_mark"].format(levels=", ".join(map(str, levels)))


def _head(case: Case, progress: Progress) -> None:
    """Which lesson, how far, and the way out."""
    with st.container(key="lesson-head", horizontal=True, vertical_alignment="center", gap="medium"):
        seed = "" if progress.seed is None else ", " + TEXT["lesson_number_of_draw"].format(seed=progress.seed)
        st.markdown(f"**{progress.lesson}. {plain(case.lesson.title)}** ({LEVEL_WORDS[str(progress.level)]}{seed})")
        at = way.STAGES.index(progress.stage)
        titles = [TEXT[f"lesson_step_{stage}"] for stage in way.STAGES]
        words = TEXT["lesson_steps_words"].format(at=at + 1, n=len(titles))
        st.markdown(f"{words}: " + " > ".join(f"**{step}**" if i == at else step for i, step in enumerate(titles)))
        st.button(TEXT["lesson_other"], on_click=session.lesson.leave, key="study other")


def _example(case: Case, ink: str) -> None:
    """A worked example with other numbers, and its run; read once, before the learner's own turn."""
    lesson, left, right = case.lesson, *st.columns([42, 58], gap="medium")
    scenario = lessons.scenario_of(lesson.worked.scenario or lesson.scenario, lesson.worked.set)
    with left:
        st.markdown(f"**{TEXT['lesson_worked']}**")
        for i, step in enumerate(each_with_terms(example_steps(lesson)), 1):
            st.markdown(f"**{i}.** {step}")
        st.button(
            TEXT["lesson_your_turn"], type="primary", on_click=session.lesson.note_example_read, key="study worked done"
        )
    with right, st.container(key="lesson-run"):
        picture.of_example(case, scenario, ink)


def _picture(case: Case, progress: Progress, ink: str) -> None:
    """The paper until the run is shown, then the run with the drawing over it, or what a button asked for."""
    prediction, comparison = progress.prediction, session.lesson.comparison()
    if not progress.is_shown:
        is_locked = progress.stage == "locked"
        if not is_locked:
            st.caption(TEXT["lesson_draw"])
        curve = session.lesson.entry("drawn") if prediction is None else prediction.sketch
        points = None if is_locked else session.lesson.points("sketch")
        session.lesson.note_curve(points)
        name = "sketch locked" if is_locked else "sketch"
        picture.paper(case, session.lesson.key(name), curve if points is None else points, is_locked)
    elif comparison:
        picture.of_change(case, *comparison, ink)
    elif prediction is not None:
        picture.of_prediction(case, prediction, ink, is_playing=progress.stage == "seen")
