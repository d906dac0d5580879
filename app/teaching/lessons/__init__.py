"""Lessons: a prediction locked before the run, what was seen before why, questions that the model can prove."""

from app.teaching.lessons.case import Case, as_it_begins, case, direction, scenario_of, shown_case, true_claims, truth
from app.teaching.lessons.marking import Mark, mark
from app.teaching.lessons.measures import Measure, value
from app.teaching.lessons.progress import OWN_WORDS, Answer, Prediction, Progress, checked
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
    "case",
    "checked",
    "direction",
    "doubts",
    "lessons",
    "mark",
    "parse_lesson",
    "scenario_of",
    "shown_case",
    "true_claims",
    "truth",
    "value",
]
