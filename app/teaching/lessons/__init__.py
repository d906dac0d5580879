"""Lessons: a prediction locked before the run, what was seen before why, questions that the model can prove."""

from app.teaching.lessons.case import (
    Case,
    as_it_begins,
    direction,
    make_case,
    scenario_of,
    scenario_to_show,
    true_claims,
    truth,
)
from app.teaching.lessons.marking import Mark, mark
from app.teaching.lessons.measures import Measure, value
from app.teaching.lessons.progress import OWN_WORDS, Answer, Prediction, Progress, prediction_from
from app.teaching.lessons.proving import doubts
from app.teaching.lessons.reading import lessons, parse_lesson
from app.teaching.lessons.records import Lesson

__all__ = [
    "OWN_WORDS",
    "Answer",
    "Case",
    "Lesson",
    "Mark",
    "Measure",
    "Prediction",
    "Progress",
    "as_it_begins",
    "direction",
    "doubts",
    "lessons",
    "make_case",
    "mark",
    "parse_lesson",
    "prediction_from",
    "scenario_of",
    "scenario_to_show",
    "true_claims",
    "truth",
    "value",
]
