"""How far a learner has come in a lesson: a prediction is locked before anything is shown, and stays so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeGuard

from app.teaching.lessons.records import Predict
from app.words.model_names import in_words
from app.words.numbers import digits, number_text
from app.words.text import TEXT
from sim import ScenarioError
from sim.scenario import literal

Stage = Literal["ask", "locked", "seen", "why", "questions", "done"]
STAGES: Final[tuple[Stage, ...]] = ("ask", "locked", "seen", "why", "questions", "done")
CONFIDENCE: Final = (1, 2, 3)
OWN_WORDS: Final = -1  # instead of one of the claims


@dataclass(frozen=True)
class Prediction:
    """What the learner expects: direction (-1, 0, 1), a number, the curve at given days, and how sure (1 to 3)."""

    direction: int
    number: float
    sketch: tuple[float, ...]
    confidence: int


@dataclass(frozen=True)
class Answer:
    """One answer: the choice by its place, and how sure (1 to 3)."""

    choice: int
    confidence: int


@dataclass(frozen=True)
class Progress:
    """A learner's way through one level of one lesson. Each step gives a new value, or ValueError out of turn."""

    lesson: int
    level: int
    seed: int | None = None  # of the numbers; None for those of the file
    stage: Stage = "ask"
    prediction: Prediction | None = None
    seen: int | None = None  # the claim chosen, or OWN_WORDS
    answers: tuple[Answer, ...] = ()
    place: int = 0  # of the question that is shown

    @property
    def is_shown(self) -> bool:
        """Whether the run may be shown."""
        return self.stage in ("seen", "why", "questions", "done")

    @property
    def is_answered(self) -> bool:
        """Whether the question that is shown has its answer."""
        return len(self.answers) > self.place


def lock(progress: Progress, prediction: Prediction) -> Progress:
    """Lock the prediction, before anything is shown."""
    _expect(progress, "ask")
    return replace(progress, stage="locked", prediction=prediction)


def unlock(progress: Progress) -> Progress:
    """Back to the prediction, as long as nothing has been shown."""
    _expect(progress, "locked")
    return replace(progress, stage="ask", prediction=None)


def run(progress: Progress) -> Progress:
    """The run is shown; from here on the prediction stays as it is."""
    _expect(progress, "locked")
    return replace(progress, stage="seen")


def see(progress: Progress, claim: int) -> Progress:
    """What was seen: a claim by its place, or OWN_WORDS."""
    _expect(progress, "seen")
    return replace(progress, stage="why", seen=claim)


def ask(progress: Progress) -> Progress:
    """Go on from the explanation to the questions."""
    _expect(progress, "why")
    return replace(progress, stage="questions")


def answer(progress: Progress, new: Answer) -> Progress:
    """The answer to the question that is shown; only the first one counts."""
    _expect(progress, "questions")
    if progress.is_answered:
        raise ValueError("this question has its answer")
    return replace(progress, answers=(*progress.answers, new))


def go_on(progress: Progress, n_questions: int) -> Progress:
    """The next question, or the end after the last one."""
    _expect(progress, "questions")
    if not progress.is_answered:
        raise ValueError("this question has no answer yet")
    if len(progress.answers) == n_questions:
        return replace(progress, stage="done")
    return replace(progress, place=progress.place + 1)


def _expect(progress: Progress, stage: Stage) -> None:
    if progress.stage != stage:
        raise ValueError(f"a lesson at '{progress.stage}' is not at '{stage}'")


def prediction_from(
    predict: Predict, direction: object, number: object, sketch: Sequence[object] | None, confidence: object
) -> Prediction:
    """A prediction that can be locked; raises ScenarioError with one sentence for each part that cannot."""
    problems = []
    if direction not in (-1, 0, 1):
        words = ", ".join(predict.words)
        problems.append(TEXT["lesson_choose_direction"].format(compared=predict.compared, words=words))
    problems += _number_problems(predict, number)
    problems += _sketch_problems(predict, sketch)
    if confidence not in CONFIDENCE:
        problems.append(TEXT["lesson_choose_sure"])
    if problems:
        raise ScenarioError(problems)
    return Prediction(direction, float(number), tuple(map(float, sketch)), confidence)  # type: ignore[arg-type]


def _number_problems(predict: Predict, number: object) -> Iterator[str]:
    unit = "" if predict.measure.unit in ("index", "") else f" {in_words(predict.measure.unit)}"
    if number is None:
        yield TEXT["lesson_no_number"].format(label=predict.label)
    elif not is_number(number):
        yield TEXT["lesson_not_a_number"].format(label=predict.label, number=literal(number))
    elif not predict.low <= number <= predict.high:
        limits = {"low": digits(predict.low, 6), "high": digits(predict.high, 6)}
        yield TEXT["lesson_number_outside"].format(label=predict.label, number=number_text(number), unit=unit, **limits)


def _sketch_problems(predict: Predict, sketch: Sequence[object] | None) -> Iterator[str]:
    days, high = predict.sketch.days, predict.sketch.high
    if sketch is None:
        yield TEXT["lesson_no_curve"]
    elif len(sketch) != len(days) or not all(map(is_number, sketch)):
        yield TEXT["lesson_curve_odd"].format(n=len(days))
    else:
        for day, number in zip(days, sketch, strict=True):
            height = float(number)  # type: ignore[arg-type]
            if not 0.0 <= height <= high:
                words = {"day": digits(day, 6), "number": digits(height, 6), "high": digits(high, 6)}
                yield TEXT["lesson_curve_outside"].format(**words)


def is_number(thing: object) -> TypeGuard[int | float]:
    """Whether something is a finite number."""
    return isinstance(thing, int | float) and not isinstance(thing, bool) and math.isfinite(thing)
