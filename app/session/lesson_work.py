"""A lesson that is under way, for the address: what was predicted, seen and answered, and entries that wait."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.files.page_work import ANY, LessonWork
from app.session import lesson
from app.teaching import lessons
from app.teaching.lessons import Answer, Case, Progress
from app.teaching.lessons import progress as way
from app.teaching.lessons.progress import is_number
from sim import ScenarioError
from sim.scenario import check


def now() -> LessonWork | None:
    """The lesson that is under way; None while one is being chosen."""
    progress = lesson.now()
    if progress is None:
        return None
    at, prediction = progress.place, progress.prediction
    if prediction is None:
        entries = {
            "direction": lesson.entry("direction"),
            "number": _number(lesson.entry("number")),
            "sure": lesson.entry("sure prediction"),
            "sketch": _curve(lesson.points("sketch") or lesson.entry("drawn")),
        }
    else:
        entries = {
            "direction": prediction.direction,
            "number": prediction.number,
            "sure": prediction.confidence,
            "sketch": prediction.sketch,
        }
    data = entries | {
        "stage": progress.stage,
        "is_example_read": lesson.is_example_read(),
        "seen": lesson.entry("seen") if progress.seen is None else progress.seen,
        "seen_words": lesson.entry("seen words") or lesson.entry("kept words") or "",
        "reflect": lesson.entry("reflect") or "",
        "answers": [{"choice": answer.choice, "sure": answer.confidence} for answer in progress.answers],
        "place": at,
        "choice": None if progress.is_answered else lesson.entry(f"answer {at}"),
        "choice_sure": None if progress.is_answered else lesson.entry(f"sure answer {at}"),
        "is_compared": lesson.comparison() is not None,
    }
    return check(LessonWork, data)


def _number(entry: object) -> float | None:
    return float(entry) if is_number(entry) and ANY[0] <= entry <= ANY[1] else None


def _curve(points: object) -> tuple[float, ...] | None:
    """A drawn curve as the browser reported it; None where it is none."""
    numbers = [_number(point) for point in points] if isinstance(points, list | tuple) else []
    whole = tuple(number for number in numbers if number is not None)
    return whole if whole and len(whole) == len(numbers) <= 60 else None


def take_up(work: LessonWork) -> None:
    """The lesson that was begun, step by step to where it was; ScenarioError where a step cannot be carried out."""
    progress = lesson.now()
    if progress is None:
        raise ScenarioError(["work.lesson: no lesson is named that it belongs to"])
    case = lessons.make_case(lessons.lessons()[progress.lesson], progress.level, progress.seed)
    try:
        progress = _replay(case, progress, work)
    except ValueError as error:
        raise ScenarioError([f"work.lesson: {error}"]) from None
    here: Any = st.session_state
    here[lesson.STUDY], here[lesson.IS_EXAMPLE_READ] = progress, work.is_example_read
    here[lesson.COMPARISON] = _comparison(case, progress) if work.is_compared else None
    entries: dict[str, Any] = {"reflect": work.reflect, "kept words": work.seen_words}
    if progress.stage == "ask":
        entries |= {"direction": work.direction, "number": work.number, "sure prediction": work.sure}
        entries |= {"drawn": None if work.sketch is None else list(work.sketch)}
    elif progress.stage == "seen":
        entries |= {"seen": work.seen, "seen words": work.seen_words}
    elif progress.stage == "questions" and not progress.is_answered:
        at = progress.place
        _expect_place(work.choice, len(case.lesson.questions[at].choices))
        entries |= {f"answer {at}": work.choice, f"sure answer {at}": work.choice_sure}
    for name, value in entries.items():
        if value not in (None, ""):
            here[lesson.key(name)] = value


def _replay(case: Case, progress: Progress, work: LessonWork) -> Progress:
    at = way.STAGES.index(work.stage)
    if at < way.STAGES.index("why"):
        _expect_place(work.seen if work.seen != way.OWN_WORDS else None, len(case.look.claims))
    if at >= way.STAGES.index("locked"):
        prediction = lessons.prediction_from(case.predict, work.direction, work.number, work.sketch, work.sure)
        progress = way.lock(progress, prediction)
    if at >= way.STAGES.index("seen"):
        progress = way.run(progress)
    if at >= way.STAGES.index("why"):
        if work.seen is None:
            raise ValueError("nothing is noted of what was seen")
        _expect_place(work.seen if work.seen != way.OWN_WORDS else None, len(case.look.claims))
        progress = way.see(progress, work.seen)
    if at >= way.STAGES.index("questions"):
        progress = way.ask(progress)
        for i, answer in enumerate(work.answers):
            _expect_place(answer.choice, len(case.lesson.questions[progress.place].choices))
            progress = way.answer(progress, Answer(answer.choice, answer.sure))
            if i < work.place or work.stage == "done":
                progress = way.go_on(progress, len(case.lesson.questions))
    if progress.stage != work.stage or progress.place != work.place:
        raise ValueError(f"its answers do not lead to '{work.stage}'")
    return progress


def _expect_place(place: int | None, n: int) -> None:
    if place is not None and place >= n:
        raise ValueError(f"there are {n} choices, and none at place {place + 1}")


def _comparison(case: Case, progress: Progress) -> tuple[Any, Any] | None:
    """What the button of this step puts beside the run."""
    if progress.stage == "why":
        return case.next_step, case.scenario
    if progress.stage == "questions" and progress.is_answered:
        question = case.lesson.questions[progress.place]
        change = question.choices[progress.answers[progress.place].choice].show
        if change is not None:
            return change, lessons.scenario_of(question.scenario or case.lesson.scenario, question.set)
    return None
