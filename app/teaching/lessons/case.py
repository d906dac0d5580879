"""One level of a lesson made whole: its scenario, and all that is asked of it; again with new numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from app import runs
from app.teaching.lessons.measures import Measure, value
from app.teaching.lessons.records import Claim, Lesson, Observation, Predict, ScenarioChange, Step, Vary
from sim import Result, Scenario, ScenarioError, catalogue
from sim.scenario import field_at, first_accustomed_mcg_day, literal, nearest, with_values

MOST_DRAWS: Final = 40
MOST_SEED: Final = 9999
SAME_FRAC: Final = 0.02  # numbers this close go for equal


@dataclass(frozen=True)
class Case:
    """A level of a lesson, with numbers of its own."""

    lesson: Lesson
    level: int  # 1 to 3
    scenario: Scenario
    ask: str
    hint: str
    reflect: str
    predict: Predict
    look: Observation
    vary: tuple[Vary, ...]
    facts: Mapping[str, Measure]
    why: tuple[str, ...]
    if_low: str
    if_high: str
    next_step: ScenarioChange


def scenario_of(name: str, values: Mapping[str, object]) -> Scenario:
    """A packaged scenario with some values changed; raises ScenarioError where that cannot be."""
    shelf = catalogue().scenarios
    if name not in shelf:
        raise ScenarioError([f"scenario = {literal(name)} is no packaged scenario{nearest(name, shelf)}"])
    return _of_somebody(shelf[name], dict(values))


def _of_somebody(scenario: Scenario, values: Mapping[str, object]) -> Scenario:
    """The scenario with some values changed, of a person who is used to the first dose that it then has.

    A person who is used to another dose than the first, as the file says, stays so.
    """
    used_to = scenario.accustomed_mcg_day
    untitrated = with_values(scenario, {"accustomed_mcg_day": None})
    first = first_accustomed_mcg_day(untitrated, catalogue())
    is_titrated = used_to is not None and not (first and math.isclose(used_to, first))
    return with_values(scenario, dict(values)) if is_titrated else with_values(untitrated, dict(values))


def make_case(lesson: Lesson, level: int, seed: int | None = None) -> Case:
    """A level of a lesson with the file's numbers, or with those drawn from a seed (0 to 9999)."""
    step = lesson.levels[level - 1]
    case = Case(
        lesson=lesson,
        level=level,
        scenario=scenario_of(step.scenario or lesson.scenario, step.set),
        ask=step.ask,
        hint=step.hint,
        reflect=step.reflect,
        predict=step.predict or lesson.predict,
        look=step.look or lesson.look,
        vary=step.vary or lesson.vary,
        facts=lesson.facts if step.facts is None else step.facts,
        why=step.why or lesson.why,
        if_low=_of_level(step, lesson, "if_low"),
        if_high=_of_level(step, lesson, "if_high"),
        next_step=step.next_step or lesson.next_step,
    )
    return case if seed is None else replace(case, scenario=_draw(case, seed))


def _of_level(step: Step, lesson: Lesson, name: str) -> str:
    text = getattr(step, name)
    # what a lesson says of its own prediction does not fit another one
    return str(text if text is not None else "" if step.predict else getattr(lesson, name))


def _draw(case: Case, seed: int) -> Scenario:
    """Other numbers for the same question; a draw that cannot be carried out is drawn again."""
    generator = np.random.default_rng([case.lesson.number, case.level, seed])
    for _ in range(MOST_DRAWS):
        numbers = {vary.paths: float(generator.choice(vary.values)) for vary in case.vary}
        try:
            values = {path: number for paths, number in numbers.items() for path in paths}
            scenario = _of_somebody(case.scenario, values)
            if scenario != case.scenario and is_fair(replace(case, scenario=scenario)):
                return scenario
        except ScenarioError:
            continue
    raise ScenarioError([f"lesson {case.lesson.number}: no new numbers were found in {MOST_DRAWS} draws"])


def is_fair(case: Case) -> bool:
    """Whether the number asked for exists and may be typed in, the axis holds the curve, one claim is true."""
    run, predict = runs.run(case.scenario), case.predict
    number = value(predict.measure, run)
    if number is None or not predict.low <= number <= predict.high or direction(case) is None:
        return False
    course = truth(case)
    return max(course) <= predict.sketch.high and len(true_claims(case.look, run)) == 1


def direction(case: Case) -> int | None:
    """What the measure really does: -1, 0 or 1; None where there is nothing to compare it with."""
    run, predict = runs.run(case.scenario), case.predict
    number = value(predict.measure, run)
    if predict.reference is not None:
        other = value(predict.reference, run)
    else:
        other = value(predict.measure, runs.run(with_values(case.scenario, dict(predict.against or {}))))
    if number is None or other is None:
        return None
    gap = number - other
    return 0 if abs(gap) <= SAME_FRAC * max(abs(number), abs(other)) else 1 if gap > 0.0 else -1


def truth(case: Case) -> tuple[float, ...]:
    """The curve that was to be drawn, at its days."""
    sketch = case.predict.sketch
    level = level_of(sketch.level, case.scenario, sketch.curve)
    measure = Measure(name=sketch.curve, at_day=0.0, level=level)  # type: ignore[arg-type]  # the record checks it
    run = runs.run(case.scenario)
    numbers = (value(measure.model_copy(update={"at_day": day}), run) for day in sketch.days)
    return tuple(0.0 if number is None else number for number in numbers)


def as_it_begins(case: Case) -> tuple[float, ...]:
    """A curve that stays where it begins: what points show before they are moved."""
    sketch = case.predict.sketch
    return (min(truth(case)[0], sketch.high),) * len(sketch.days)


def level_of(level: str | None, scenario: Scenario, curve: str) -> str | None:
    """Where a curve of CSF is read: the level that is named, or that of the tip."""
    return (level or scenario.tip_level) if curve == "csf" else None


def holds(claim: Claim | object, number: float | None) -> bool:
    """Whether a number lies in the range of a claim; no number lies in none."""
    low, high = getattr(claim, "low", None), getattr(claim, "high", None)
    return number is not None and (low is None or low <= number) and (high is None or number <= high)


def true_claims(look: Observation, run: Result) -> list[int]:
    """Places of the claims that are true of a run."""
    number = value(look.measure, run)
    return [i for i, claim in enumerate(look.claims) if holds(claim, number)]


def scenario_to_show(show: ScenarioChange, base: Scenario) -> Scenario:
    """What a button shows: a scenario of its own, or the one at hand, with some values changed."""
    return scenario_of(show.scenario, show.set) if show.scenario else with_values(base, dict(show.set))


def number_at(scenario: Scenario, path: str) -> float | None:
    """The number that a path leads to; None where it is empty or no number."""
    number = field_at(scenario, path)[3]
    return float(number) if isinstance(number, int | float) and not isinstance(number, bool) else None
