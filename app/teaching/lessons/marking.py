"""The mark of a lesson: how near the prediction was, how near the curve, which answers were right. Formative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app import runs
from app.teaching.lessons.case import Case, direction, true_claims, truth
from app.teaching.lessons.measures import value
from app.teaching.lessons.progress import Prediction, Progress
from app.teaching.lessons.telling import is_near

BANDS: Final = (10, 25, 50)  # percent
CERTAIN: Final = 3


@dataclass(frozen=True)
class Mark:
    """Prediction, sketch and answers beside the run; places of questions count from 0."""

    is_direction_right: bool
    within: int | None  # percent, the narrowest of 10, 25, 50; None where further off
    sketch_frac: float  # mean distance of the drawn points from the curve, as a share of the axis
    is_seen_right: bool | None  # None for own words
    n_right: int
    n_questions: int
    is_prediction_confident_and_wrong: bool
    confident_and_wrong: tuple[int, ...]


def mark(case: Case, progress: Progress) -> Mark:
    """The mark of a lesson whose prediction is locked; unanswered questions are not right."""
    prediction = progress.prediction
    if prediction is None:
        raise ValueError("there is no prediction to mark")
    questions = case.lesson.questions
    is_right = [questions[i].choices[answer.choice].right for i, answer in enumerate(progress.answers)]
    is_way_right, band = prediction.direction == direction(case), within(case, prediction)
    return Mark(
        is_direction_right=is_way_right,
        within=band,
        sketch_frac=sketch_frac(case, prediction),
        is_seen_right=is_seen_right(case, progress),
        n_right=sum(is_right),
        n_questions=len(questions),
        is_prediction_confident_and_wrong=prediction.confidence == CERTAIN and (not is_way_right or band is None),
        confident_and_wrong=tuple(
            i for i, answer in enumerate(progress.answers) if answer.confidence == CERTAIN and not is_right[i]
        ),
    )


def within(case: Case, prediction: Prediction) -> int | None:
    """The narrowest band, in percent of the true number, that holds the predicted one; None beyond 50."""
    number = value(case.predict.measure, runs.run(case.scenario))
    if number is None:
        return None
    return next((band for band in BANDS if is_near(prediction.number, number, case, band / 100.0)), None)


def sketch_frac(case: Case, prediction: Prediction) -> float:
    """Mean distance of the drawn points from the curve, as a share of the axis."""
    gap = [abs(point - level) for point, level in zip(prediction.sketch, truth(case), strict=True)]
    return sum(gap) / len(gap) / case.predict.sketch.high


def is_seen_right(case: Case, progress: Progress) -> bool | None:
    """Whether the claim chosen is true of the run; None for own words, or before anything was chosen."""
    if progress.seen is None or progress.seen < 0:
        return None
    return progress.seen in true_claims(case.look, runs.run(case.scenario))
