"""One level of a lesson made whole: its scenario, and all that is asked of it; again with new numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from app import runs
from app.teaching.lessons.measures import Measure, value
from app.teaching.lessons.records import Claim, Lesson, Look, Predict, Show, Step, Vary
from sim import Result, Scenario, ScenarioError, catalogue
from sim.scenario import field_at, literal, nearest, with_values

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
    look: Look
    vary: tuple[Vary, ...]
    facts: Mapping[str, Measure]
    why: tuple[str, ...]
    if_low: str
    if_high: str
    next_step: Show


def scenario_of(name: str, values: Mapping[str, object]) -> Scenario:
    """A packaged scenario with some values changed; raises ScenarioError where that cannot be."""
    known = catalogue().scenarios
    if name not in known:
        raise ScenarioError([f"scenario = {literal(name)} is no packaged scenario{nearest(name, known)}"])
    return with_values(known[name], dict(values))


def case(lesson: Lesson, level: int, seed: int | None = None) -> Case:
    """A level of a lesson with the file's numbers, or with those drawn from a seed (0 to 9999)."""
    step = lesson.levels[level - 1]
    made = Case(
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
        if_low=_own(step, lesson, "if_low"),
        if_high=_own(step, lesson, "if_high"),
        next_step=step.next_step or lesson.next_step,
    )
    return made if seed is None else replace(made, scenario=_drawn(made, seed))


def _own(step: Step, lesson: Lesson, name: str) -> str:
    own = getattr(step, name)
    # what a lesson says of its own prediction does not fit another one
    return str(own if own is not None else "" if step.predict else getattr(lesson, name))


def _drawn(made: Case, seed: int) -> Scenario:
    """Other numbers for the same question; a draw that cannot be carried out is drawn again."""
    generator = np.random.default_rng([made.lesson.number, made.level, seed])
    for _ in range(MOST_DRAWS):
        picked = {one.paths: float(generator.choice(one.values)) for one in made.vary}
        try:
            scenario = with_values(made.scenario, {path: number for paths, number in picked.items() for path in paths})
            if scenario != made.scenario and is_fair(replace(made, scenario=scenario)):
                return scenario
        except ScenarioError:
            continue
    raise ScenarioError([f"lesson {made.lesson.number}: no new numbers were found in {MOST_DRAWS} draws"])


def is_fair(made: Case) -> bool:
    """Whether the number asked for exists and may be typed in, the axis holds the curve, one claim is true."""
    run, predict = runs.run(made.scenario), made.predict
    number = value(predict.measure, run)
    if number is None or not predict.low <= number <= predict.high or direction(made) is None:
        return False
    course = truth(made)
    return max(course) <= predict.sketch.high and len(true_claims(made.look, run)) == 1


def direction(made: Case) -> int | None:
    """What the measure really does: -1, 0 or 1; None where there is nothing to compare it with."""
    run, predict = runs.run(made.scenario), made.predict
    number = value(predict.measure, run)
    if predict.reference is not None:
        other = value(predict.reference, run)
    else:
        other = value(predict.measure, runs.run(with_values(made.scenario, dict(predict.against or {}))))
    if number is None or other is None:
        return None
    gap = number - other
    return 0 if abs(gap) <= SAME_FRAC * max(abs(number), abs(other)) else 1 if gap > 0.0 else -1


def truth(made: Case) -> tuple[float, ...]:
    """The curve that was to be drawn, at its days."""
    sketch = made.predict.sketch
    measure = Measure(name=sketch.curve, at_day=0.0, level=level_of(sketch.level, made.scenario, sketch.curve))
    run = runs.run(made.scenario)
    numbers = (value(measure.model_copy(update={"at_day": day}), run) for day in sketch.days)
    return tuple(0.0 if number is None else number for number in numbers)


def as_it_begins(made: Case) -> tuple[float, ...]:
    """A curve that stays where it begins: what points show before they are moved."""
    own = made.predict.sketch
    return (min(truth(made)[0], own.high),) * len(own.days)


def level_of(level: str | None, scenario: Scenario, curve: str) -> str | None:
    """Where a curve of CSF is read: the level that is named, or that of the tip."""
    return (level or scenario.tip_level) if curve == "csf" else None


def holds(claim: Claim | object, number: float | None) -> bool:
    """Whether a number lies in the range of a claim; no number lies in none."""
    low, high = getattr(claim, "low", None), getattr(claim, "high", None)
    return number is not None and (low is None or low <= number) and (high is None or number <= high)


def true_claims(look: Look, run: Result) -> list[int]:
    """Places of the claims that are true of a run."""
    number = value(look.measure, run)
    return [i for i, claim in enumerate(look.claims) if holds(claim, number)]


def shown_case(show: Show, base: Scenario) -> Scenario:
    """What a button shows: a scenario of its own, or the one at hand, with some values changed."""
    return scenario_of(show.scenario, show.set) if show.scenario else with_values(base, dict(show.set))


def number_at(scenario: Scenario, path: str) -> float | None:
    """The number that a path leads to; None where it is empty or no number."""
    found = field_at(scenario, path)[3]
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
