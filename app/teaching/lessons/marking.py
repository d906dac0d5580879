"""What came of it: how near the prediction was, how near the curve, which answers were right. Formative."""

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


def mark(made: Case, progress: Progress) -> Mark:
    """The mark of a lesson whose prediction is locked; unanswered questions are not right."""
    given = progress.prediction
    if given is None:
        raise ValueError("there is no prediction to mark")
    questions = made.lesson.questions
    is_right = [questions[i].choices[one.choice].right for i, one in enumerate(progress.answers)]
    is_way_right, near = given.direction == direction(made), within(made, given)
    return Mark(
        is_direction_right=is_way_right,
        within=near,
        sketch_frac=sketch_frac(made, given),
        is_seen_right=is_seen_right(made, progress),
        n_right=sum(is_right),
        n_questions=len(questions),
        is_prediction_confident_and_wrong=given.confidence == CERTAIN and (not is_way_right or near is None),
        confident_and_wrong=tuple(
            i for i, one in enumerate(progress.answers) if one.confidence == CERTAIN and not is_right[i]
        ),
    )


def within(made: Case, given: Prediction) -> int | None:
    """The narrowest band, in percent of the true number, that holds the predicted one; None beyond 50."""
    number = value(made.predict.measure, runs.run(made.scenario))
    if number is None:
        return None
    return next((band for band in BANDS if is_near(given.number, number, made, band / 100.0)), None)


def sketch_frac(made: Case, given: Prediction) -> float:
    """Mean distance of the drawn points from the curve, as a share of the axis."""
    gap = [abs(drawn - true) for drawn, true in zip(given.sketch, truth(made), strict=True)]
    return sum(gap) / len(gap) / made.predict.sketch.high


def is_seen_right(made: Case, progress: Progress) -> bool | None:
    """Whether the claim chosen is true of the run; None for own words, or before anything was chosen."""
    if progress.seen is None or progress.seen < 0:
        return None
    return progress.seen in true_claims(made.look, runs.run(made.scenario))
