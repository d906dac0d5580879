"""Lesson files: the strict reader, and the packaged lessons."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from app.teaching.lessons.records import Lesson
from app.teaching.lessons.rules import broken_rules
from sim import ScenarioError
from sim.scenario import check, plain


def parse_lesson(data: bytes | str) -> Lesson:
    """TOML or JSON text as a checked lesson; raises ScenarioError with a whole stage of problems at once."""
    lesson = check(Lesson, plain(data))
    refusals = list(broken_rules(lesson))
    if refusals:
        raise ScenarioError(refusals)
    return lesson


@lru_cache(maxsize=1)
def lessons() -> Mapping[int, Lesson]:
    """The packaged lessons by their number, in order."""
    shelf: dict[int, Lesson] = {}
    for file in sorted((resources.files("app") / "data" / "lessons").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            try:
                lesson = parse_lesson(file.read_bytes())
            except ScenarioError as error:
                raise ScenarioError(f"lessons/{file.name}: {problem}" for problem in error.problems) from None
            if lesson.number in shelf:
                raise ScenarioError([f"lessons/{file.name}: number = {lesson.number} is taken by another lesson"])
            shelf[lesson.number] = lesson
    return dict(sorted(shelf.items()))
