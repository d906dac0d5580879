"""How far the learner of this session is in a lesson, and what the lesson's buttons do; nothing of it is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import streamlit as st

from app.session import number_box, settings
from app.teaching import lessons
from app.teaching.lessons import Answer, Case, Progress
from app.teaching.lessons import progress as way
from app.teaching.lessons.records import ScenarioChange
from app.words.number_entry import Wanted
from app.words.text import TEXT
from sim import Scenario, ScenarioError

STUDY = "study"  # the Progress; None while a lesson is being chosen
ROUND = "study round"  # counts beginnings, so that no entry of one survives into the next
PROBLEMS = "study problems"  # why the last entry could not be taken
IS_EXAMPLE_READ = "study worked"  # whether the worked example has been read
DONE = "study done"  # (lesson, level) of what was gone through to the end in this visit
ANY_NUMBER: Final = Wanted(may_be_empty=True)  # judged when the prediction is locked
COMPARISON = "study comparison"  # the change that a button asked to see, and the scenario without it


def now() -> Progress | None:
    """How far the learner is; None while a lesson is being chosen."""
    return st.session_state.get(STUDY)


def key(name: str) -> str:
    """Name of a widget of this round."""
    return f"study {st.session_state[ROUND]} {name}"


def entry(name: str) -> Any:
    """What a widget of this round holds; None where it was not built."""
    return st.session_state.get(key(name))


def points(name: str) -> list[object] | None:
    """The points of a drawn curve as the browser last reported them; they have to be checked."""
    curve = (entry(name) or {}).get("points")
    return list(curve) if isinstance(curve, list) else None


def note_curve(points: list[object] | None) -> None:
    """Keep a drawn curve beyond the page: what a component holds goes with it."""
    if points:
        st.session_state[key("drawn")] = points


def problems() -> Sequence[str]:
    """Why the last entry could not be taken; empty if it was."""
    sentences: Sequence[str] = st.session_state.get(PROBLEMS, ())
    return sentences


def comparison() -> tuple[ScenarioChange, Scenario] | None:
    """The change that a button asked to see, and the scenario without it."""
    return st.session_state.get(COMPARISON)


def levels_done(number: int) -> list[int]:
    """Levels of a lesson that were gone through to the end in this visit, in order."""
    return sorted(level for lesson, level in st.session_state.get(DONE, ()) if lesson == number)


def done() -> tuple[str, ...]:
    """Lessons and levels that were gone through to the end, as `7.3`."""
    return tuple(f"{lesson}.{level}" for lesson, level in sorted(st.session_state.get(DONE, ())))


def note_done(names: Sequence[str]) -> None:
    """Take up what `done` gave; what names no lesson is none."""
    pairs = (name.partition(".")[::2] for name in names)
    st.session_state[DONE] = frozenset((int(a), int(b)) for a, b in pairs if a.isdecimal() and b in ("1", "2", "3"))


def is_example_read() -> bool:
    """Whether the worked example has been read."""
    return bool(st.session_state.get(IS_EXAMPLE_READ))


# ---------------------------------------------------------------- what the buttons do, before the page is drawn


def begin(number: int, level: int, seed: int | None = None) -> None:
    """A lesson from its start; raises ScenarioError and keeps everything where there is no such lesson."""
    shelf = lessons.lessons()
    if number not in shelf:
        raise ScenarioError([TEXT["lesson_unknown"].format(number=number, n=len(shelf))])
    lessons.make_case(shelf[number], level, seed)
    st.session_state[STUDY] = Progress(number, level, seed)
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state[PROBLEMS] = ()
    st.session_state[COMPARISON] = None
    st.session_state[IS_EXAMPLE_READ] = seed is not None  # again with new numbers needs no example


def again(number: int, level: int, seed: int) -> None:
    """The same lesson with new numbers; where none can be drawn, the page says so."""
    try:
        begin(number, level, seed)
    except ScenarioError as error:
        st.session_state[PROBLEMS] = error.problems


def leave() -> None:
    """End the lesson and go back to the picker."""
    st.session_state[STUDY] = None


def note_example_read() -> None:
    """Remember that the learner has read the worked example, so that it is not shown again."""
    st.session_state[IS_EXAMPLE_READ] = True


def move(stage: way.Stage, step: Callable[[Progress], Progress]) -> None:
    """One step on; a second click on a button that is gone does nothing."""
    progress = now()
    if progress is not None and progress.stage == stage:
        new = step(progress)
        st.session_state[STUDY] = new
        if new.stage == "done":
            st.session_state[DONE] = frozenset(st.session_state.get(DONE, ())) | {(new.lesson, new.level)}
        st.session_state[PROBLEMS] = ()
        st.session_state[COMPARISON] = None


def lock(case: Case) -> None:
    """Take the prediction, or say what is missing."""
    settings.take_up()
    number = number_box.number(key("number"), ANY_NUMBER)
    if problem := number_box.problem(key("number"), ANY_NUMBER):
        st.session_state[PROBLEMS] = (problem,)
        return
    curve = points("sketch") or entry("drawn")
    if curve is None and entry("direction") == 0 and case.predict.sketch.is_start_known:
        curve = lessons.as_it_begins(case)  # who expects no change need not move anything
    try:
        prediction = lessons.prediction_from(
            case.predict,
            entry("direction"),
            number,
            curve,
            entry("sure prediction"),
        )
    except ScenarioError as error:
        st.session_state[PROBLEMS] = error.problems
        return
    move("ask", lambda progress: way.lock(progress, prediction))


def change() -> None:
    """Back to the prediction: its entries are in the widgets again."""
    progress = now()
    if progress is None or progress.stage != "locked" or progress.prediction is None:
        return
    prediction = progress.prediction
    st.session_state[key("direction")] = prediction.direction
    st.session_state[key("number")] = prediction.number
    st.session_state[key("sure prediction")] = prediction.confidence
    st.session_state[key("drawn")] = prediction.sketch
    move("locked", way.unlock)


def see(claim: int | None, words: str) -> None:
    """What was seen: a claim, or own words."""
    settings.take_up()
    if claim is None:
        st.session_state[PROBLEMS] = (TEXT["lesson_choose"],)
        return
    st.session_state[key("kept words")] = words  # what a widget holds goes with the widget
    move("seen", lambda progress: way.see(progress, claim))


def compare(scenario_change: ScenarioChange, base: Scenario) -> None:
    """Put a run beside another in the picture."""
    st.session_state[COMPARISON] = (scenario_change, base)


def answer(choice: int | None, sure: int | None) -> None:
    """The answer to the question on show; only the first one counts."""
    settings.take_up()
    progress = now()
    if choice is None or sure is None:
        missing = (("lesson_choose", choice), ("lesson_choose_sure", sure))
        st.session_state[PROBLEMS] = tuple(TEXT[words] for words, value in missing if value is None)
    elif progress is not None and not progress.is_answered:
        move("questions", lambda step: way.answer(step, Answer(choice, sure)))
