"""What only runs can show of a lesson: that its right answers are true, and that every button has something to show."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app import runs
from app.teaching.lessons.case import holds, is_fair, make_case, scenario_of, scenario_to_show
from app.teaching.lessons.measures import value
from app.teaching.lessons.records import Lesson, Question, ScenarioChange
from app.teaching.lessons.seeing import claim_problem
from sim import Result, Scenario, ScenarioError

CLOSED_FRAC = 1e-9


def doubts(lesson: Lesson) -> list[str]:
    """One sentence for everything that the model contradicts; empty for a sound lesson."""
    sentences: list[str] = []
    for level in (1, 2, 3):
        case = make_case(lesson, level)
        where = f"levels[{level - 1}]"
        try:
            if runs.run(case.scenario).ledger.error_frac > CLOSED_FRAC:
                sentences.append(f"{where}: the ledger does not close")
            if not is_fair(case):
                sentences.append(f"{where}: the number, the curve or the claims do not fit the run")
            sentences += _shows(case.next_step, case.scenario, f"{where}: next_step")
        except ScenarioError as error:
            sentences += [f"{where}: {problem}" for problem in error.problems]
    for i, question in enumerate(lesson.questions):
        sentences += _question(lesson, question, f"questions[{i}]")
    return sentences


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


def _shows(change: ScenarioChange, base: Scenario, where: str) -> Iterator[str]:
    try:
        if not differ(runs.run(base), runs.run(scenario_to_show(change, base))):
            yield f"{where} gives the same run"
        if problem := claim_problem(change, base):
            yield f"{where}: {problem}"
    except ScenarioError as error:
        yield from (f"{where}: {problem}" for problem in error.problems)


def differ(first: Result, second: Result) -> bool:
    """Whether two runs differ in anything that a chart could show."""
    hour = np.linspace(0.0, min(first.duration_h, second.duration_h), 301)
    if first.duration_h != second.duration_h:
        return True
    effects = [np.zeros(len(run.time_h)) if run.effect_index is None else run.effect_index for run in (first, second)]
    if not np.allclose(np.interp(hour, first.time_h, effects[0]), np.interp(hour, second.time_h, effects[1])):
        return True
    return any(
        not np.allclose(
            np.interp(hour, first.time_h, getattr(first, name)), np.interp(hour, second.time_h, getattr(second, name))
        )
        for name in ("tip_mcg_h", "reservoir_true_ml", "reservoir_believed_ml", "plasma_mcg_ml", "cistern_mcg_ml")
    )
