"""How things stand when a visit begins: the run up to its day, what can be seen of it, and what was drawn so far."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

import numpy as np

from app import runs
from app.teaching.refill_visit.record import Occurs, Visit
from sim import Scenario, ScenarioError, catalogue, findings, refill_due_day
from sim.device import Pump
from sim.exact import Steps
from sim.scenario import AnyOrder, Refill, range_of, with_values

FOLLOW_DAY: Final = 30.0  # at least so long the run goes on after the visit
LAST_DAY: Final = range_of(Scenario.model_fields["duration_day"])[1]  # type: ignore[index]
SYRINGE_SIGMA_ML: Final = 0.2  # assumed: one standard deviation, as in the test of the residual volume
N_LATE, N_WEEK = 3, 7  # days, as in the test of the diary
LEAST_DRAWS: Final = 3  # that make a trend
TICK_PER_H: Final = 3_600_000_000
TICK_PER_DAY: Final = 24 * TICK_PER_H


class Told(Protocol):
    """What stands in the pump's log: when, and in words."""

    @property
    def time_h(self) -> float: ...

    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Before:
    """How things stand when the visit begins; what a learner may see, and what only the model knows."""

    pump: Pump
    last: Refill  # the latest one that was carried out
    first_day: float  # of the first one
    programmed_mcg_ml: float
    believed_ml: float
    dose_mcg_day: float  # that the pump believes it would give over the next day
    flow_ml_day: float
    due_day: float | None
    alarms: tuple[Told, ...]  # in the log since the last refill
    programmed: tuple[Told, ...]  # since then
    drawn: findings.Finding  # with the syringe's noise
    true_ml: float
    least_ml: float
    band_ml: float
    is_shut: bool

    @property
    def found_ml(self) -> float | None:
        """What the syringe finds; None where no needle finds the septum."""
        return None if self.drawn.value is None else self.believed_ml + self.drawn.value


def default_day(scenario: Scenario) -> float:
    """The day of the next refill in the file, or the day before the first one must be followed."""
    fills = sorted(order.at_day for order in scenario.orders if isinstance(order, Refill))
    later = [day for day in fills if day > fills[0]] if fills else []
    due = refill_due_day(scenario, fills[0]) if fills else None
    planned = [*later[:1], *([] if due is None else [due - 1.0])]
    return max(round(min(planned, default=scenario.duration_day), 2), 0.1)


def begin(
    scenario: Scenario, day: float, seed: int, beside: Occurs = "by_chance", mixed: Occurs = "by_chance"
) -> Visit:
    """A visit on a day of a scenario; raises ScenarioError where the pump was not filled before."""
    visit = Visit(scenario, float(day), seed, beside, mixed)
    if not 0.0 < day <= LAST_DAY - FOLLOW_DAY:
        raise ScenarioError([f"day of the visit = {day:g} is outside 0.01 to {LAST_DAY - FOLLOW_DAY:g} days"])
    if not any(isinstance(order, Refill) and order.at_day < day for order in scenario.orders):
        raise ScenarioError(
            [f"this scenario fills no pump before day {day:g}; a refill visit needs one that was filled"]
        )
    before(visit)
    return visit


def before(visit: Visit) -> Before:
    """How things stand when the visit begins; raises ScenarioError where the run cannot be carried out."""
    return _before(visit.scenario, visit.day, visit.seed)


@lru_cache(maxsize=32)
def _before(scenario: Scenario, day: float, seed: int) -> Before:
    kept, hour = past(scenario, day), 24.0 * day
    run = runs.run(kept)
    fills = [one.time_h for one in run.happenings if one.kind == "refill" and one.time_h < hour]
    given = {order.tick: order for order in kept.orders if isinstance(order, Refill)}
    last = given.get(round(fills[-1] * TICK_PER_H)) if fills else None
    if last is None:
        raise ScenarioError(
            [f"no refill before day {day:g} could be carried out; a visit needs a pump that was filled"]
        )
    looked, at = run.standing(hour), run.before(hour)
    least_ml, band_ml = findings.residual_limits_ml(run, hour)
    told = looked.programmed_mcg_ml
    read = findings.readout(run, hour)
    log = [one for one in ([] if read is None else read.log) if one.time_h >= fills[-1]]
    tick = round(day * TICK_PER_DAY)
    return Before(
        pump=catalogue().pumps[scenario.pump],
        last=last,
        first_day=fills[0] / 24.0,
        programmed_mcg_ml=told,
        believed_ml=float(at.reservoir_believed_ml[0]),
        dose_mcg_day=next_day(run.signals["believed_mcg_h"], tick),
        flow_ml_day=next_day(run.signals["command_ml_h"], tick),
        due_day=refill_due_day(kept, day),
        alarms=tuple(one for one in log if one.alarm is not None),
        programmed=tuple(one for one in log if one.alarm is None),
        drawn=findings.residual(run, hour, seed),
        true_ml=float(at.reservoir_true_ml[0]),
        least_ml=least_ml,
        band_ml=band_ml,
        is_shut=looked.is_shut,
    )


def next_day(signal: Steps, tick: int) -> float:
    """What a signal amounts to over the day that follows."""
    return float(signal.area_to(tick + TICK_PER_DAY) - signal.area_to(tick))


def history(visit: Visit) -> tuple[tuple[float, float, str], ...]:
    """(day, mL found less mL expected, outcome) of every draw so far, each with the syringe's noise."""
    run = runs.run(past(visit.scenario, visit.day))
    fills = [one.time_h for one in run.happenings if one.kind == "refill" and one.time_h < visit.hour]
    drawn = [(hour, findings.residual(run, hour, visit.seed)) for hour in fills[1:]]
    if visit.has("drawn"):
        drawn.append((visit.hour, before(visit).drawn))
    return tuple((hour / 24.0, one.value, one.outcome) for hour, one in drawn if one.value is not None)


def late_and_best(visit: Visit) -> tuple[float, float] | None:
    """Relief (0 to 10) on the last three days, and in the best week before; None of too few days or no effect."""
    scores = findings.daily_scores(runs.run(past(visit.scenario, visit.day)), visit.hour, visit.seed)
    if scores is None or len(scores) < N_LATE + N_WEEK:
        return None
    weeks = np.convolve(scores[:-N_LATE], np.full(N_WEEK, 1.0 / N_WEEK), "valid")
    return float(scores[-N_LATE:].mean()), float(weeks.max())


def trend(visit: Visit) -> tuple[float, float] | None:
    """Mean difference of all draws so far and the noise of that mean, mL; None of fewer than three."""
    found = [more for _, more, _ in history(visit)]
    return (float(np.mean(found)), SYRINGE_SIGMA_ML / math.sqrt(len(found))) if len(found) >= LEAST_DRAWS else None


@lru_cache(maxsize=32)
def past(scenario: Scenario, day: float) -> Scenario:
    """The scenario without refills and programming from a day on, long enough to follow; what it says is dropped.

    Its words told of the orders that are gone. Controls stay where they move what is still there.
    """
    kept = [i for i, order in enumerate(scenario.orders) if not _is_replaced(order, day)]
    new_place = {old: new for new, old in enumerate(kept)}
    controls = []
    for control in scenario.controls:
        paths = [_moved(path, new_place) for path in control.paths]
        if all(path is not None for path in paths):
            controls.append(control.model_dump() | {"paths": tuple(paths)})
    return with_values(
        scenario,
        {
            "orders": tuple(scenario.orders[i].model_dump() for i in kept),
            "controls": tuple(controls),
            "duration_day": max(scenario.duration_day, day + FOLLOW_DAY),
            "objective": "",
            "see": "",
            "misconception": "",
            "lesson": None,
        },
    )


def _is_replaced(order: AnyOrder, day: float) -> bool:
    return order.at_day >= day and (order.is_programmed or isinstance(order, Refill))


def _moved(path: str, new_place: dict[int, int]) -> str | None:
    """A control's path after orders went; None where its own went."""
    head, *rest = path.split(".")
    if head != "orders":
        return path
    place, *field = rest
    return ".".join(["orders", str(new_place[int(place)]), *field]) if int(place) in new_place else None
