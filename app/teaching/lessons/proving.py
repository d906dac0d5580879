"""What only runs can show of a lesson: that its right answers are true, and that every button has something to show."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app import runs
from app.teaching.lessons.case import case, holds, is_fair, scenario_of, shown_case
from app.teaching.lessons.measures import value
from app.teaching.lessons.records import Lesson, Question, Show
from sim import Result, Scenario, ScenarioError

CLOSED_FRAC = 1e-9


def doubts(lesson: Lesson) -> list[str]:
    """One sentence for everything that the model does not bear out; empty for a sound lesson."""
    found: list[str] = []
    for level in (1, 2, 3):
        made = case(lesson, level)
        where = f"levels[{level - 1}]"
        try:
            if runs.run(made.scenario).ledger.error_frac > CLOSED_FRAC:
                found.append(f"{where}: the ledger does not close")
            if not is_fair(made):
                found.append(f"{where}: the number, the curve or the claims do not fit the run")
            found += _shows(made.next_step, made.scenario, f"{where}: next_step")
        except ScenarioError as error:
            found += [f"{where}: {problem}" for problem in error.problems]
    for i, question in enumerate(lesson.questions):
        found += _question(lesson, question, f"questions[{i}]")
    return found


def _question(lesson: Lesson, question: Question, where: str) -> Iterator[str]:
    base = scenario_of(question.scenario or lesson.scenario, question.set)
    try:
        run = runs.run(base)
    except ScenarioError as error:
        yield from (f"{where}: {problem}" for problem in error.problems)
        return
    number = None if question.measure is None else value(question.measure, run)
    for i, choice in enumerate(question.choices):
        if question.measure is not None and holds(choice, number) != choice.right:
            is_so = "is not true" if choice.right else "is true too"
            yield f"{where}.choices[{i}] {is_so}: the model gives {number}"
        if choice.show is not None:
            yield from _shows(choice.show, base, f"{where}.choices[{i}].show")


def _shows(show: Show, base: Scenario, where: str) -> Iterator[str]:
    try:
        if not differ(runs.run(base), runs.run(shown_case(show, base))):
            yield f"{where} gives the same run"
    except ScenarioError as error:
        yield from (f"{where}: {problem}" for problem in error.problems)


def differ(one: Result, other: Result) -> bool:
    """Whether two runs differ in anything that a chart could show."""
    hour = np.linspace(0.0, min(one.duration_h, other.duration_h), 301)
    if one.duration_h != other.duration_h:
        return True
    effects = [np.zeros(len(run.time_h)) if run.effect_index is None else run.effect_index for run in (one, other)]
    if not np.allclose(np.interp(hour, one.time_h, effects[0]), np.interp(hour, other.time_h, effects[1])):
        return True
    return any(
        not np.allclose(
            np.interp(hour, one.time_h, getattr(one, name)), np.interp(hour, other.time_h, getattr(other, name))
        )
        for name in ("tip_mcg_h", "reservoir_true_ml", "reservoir_believed_ml", "plasma_mcg_ml", "cistern_mcg_ml")
    )
