"""A visit as it begins: the run up to its day, what can be seen of it, and what was drawn so far."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np

from app import runs
from app.teaching.refill_visit.record import Depth, Occurs, Visit
from sim import Happening, Scenario, ScenarioError, catalogue, findings, refill_due_day
from sim.device import Pump
from sim.exact import TICK_PER_DAY, TICK_PER_H, Steps
from sim.scenario import AnyOrder, Refill, range_of, with_values

FOLLOW_DAY: Final = 30.0  # at least so long the run goes on after the visit
LAST_DAY: Final = range_of(Scenario.model_fields["duration_day"])[1]  # type: ignore[index]
LEAST_DRAWS: Final = 3  # that make a trend
RESOLVE_ML: Final = 2.0  # beyond it nothing is filled before the reason is known; ASRA fall 2017, abstract 1139

Weight = Literal["within", "watch", "resolve"]


@dataclass(frozen=True, slots=True)
class Before:
    """The visit as it begins; what a learner may see, and what only the model knows."""

    pump: Pump
    last: Refill  # the latest one that was carried out
    first_day: float  # of the first one
    programmed_mcg_ml: float
    believed_ml: float
    alarm_ml: float  # level of the low alarm
    dose_mcg_day: float  # that the pump believes it would give over the next day
    flow_ml_day: float
    due_day: float | None
    alarms: tuple[Happening, ...]  # in the log since the last refill
    programme_log: tuple[Happening, ...]  # since then
    residual: findings.Finding  # with the syringe's noise
    true_ml: float
    least_ml: float
    band_ml: float
    is_shut: bool

    @property
    def found_ml(self) -> float | None:
        """What the syringe finds; None where no needle finds the septum."""
        return None if self.residual.value is None else self.believed_ml + self.residual.value


def default_day(scenario: Scenario) -> float:
    """The day of the next refill in the file, or the day before the first one must be followed; never after its end."""
    fills = sorted(order.at_day for order in scenario.orders if isinstance(order, Refill))
    later = [day for day in fills if day > fills[0]] if fills else []
    due = refill_due_day(scenario, fills[0]) if fills else None
    days = [*later[:1], *([] if due is None else [due - 1.0])]
    return max(round(min([*days, scenario.duration_day]), 2), 0.1)


def begin(
    scenario: Scenario,
    day: float,
    seed: int,
    pocket_fill: Occurs = "never",
    mix_up: Occurs = "never",
    depth: Depth = "core",
) -> Visit:
    """A visit on a day of a scenario; raises ScenarioError where the pump was not filled before."""
    visit = Visit(scenario, float(day), seed, pocket_fill, mix_up, depth)
    if not 0.0 < day <= LAST_DAY - FOLLOW_DAY:
        raise ScenarioError([f"day of the visit = {day:g} is outside 0.01 to {LAST_DAY - FOLLOW_DAY:g} days"])
    if not any(isinstance(order, Refill) and order.at_day < day for order in scenario.orders):
        raise ScenarioError(
            [f"this scenario fills no pump before day {day:g}; a refill visit needs one that was filled"]
        )
    before(visit)
    return visit


def before(visit: Visit) -> Before:
    """The visit as it begins; raises ScenarioError where the run cannot be carried out."""
    return _before(visit.scenario, visit.day, visit.seed)


@lru_cache(maxsize=32)
def _before(scenario: Scenario, day: float, seed: int) -> Before:
    scenario_before, hour = past(scenario, day), 24.0 * day
    run = runs.run(scenario_before)
    fills = [happening.time_h for happening in run.happenings if happening.kind == "refill" and happening.time_h < hour]
    refills = {order.tick: order for order in scenario_before.orders if isinstance(order, Refill)}
    last = refills.get(round(fills[-1] * TICK_PER_H)) if fills else None
    if last is None:
        raise ScenarioError(
            [f"no refill before day {day:g} could be carried out; a visit needs a pump that was filled"]
        )
    truth, at = run.truth(hour), run.before(hour)
    least_ml, band_ml = findings.residual_limits_ml(run, hour)
    programmed_mcg_ml = truth.programmed_mcg_ml
    readout = findings.readout(run, hour)
    log = [happening for happening in ([] if readout is None else readout.log) if happening.time_h >= fills[-1]]
    tick = round(day * TICK_PER_DAY)
    return Before(
        pump=catalogue().pumps[scenario.pump],
        last=last,
        first_day=fills[0] / 24.0,
        programmed_mcg_ml=programmed_mcg_ml,
        believed_ml=float(at.reservoir_believed_ml[0]),
        alarm_ml=float(run.signals["alarm_ml"].at(hour)),
        dose_mcg_day=next_day(run.signals["believed_mcg_h"], tick),
        flow_ml_day=next_day(run.signals["command_ml_h"], tick),
        due_day=refill_due_day(scenario_before, day),
        alarms=tuple(happening for happening in log if happening.alarm is not None),
        programme_log=tuple(happening for happening in log if happening.alarm is None),
        residual=findings.residual(run, hour, seed),
        true_ml=float(at.reservoir_true_ml[0]),
        least_ml=least_ml,
        band_ml=band_ml,
        is_shut=truth.is_shut,
    )


def next_day(signal: Steps, tick: int) -> float:
    """What a signal amounts to over the day that follows."""
    return float(signal.area_to(tick + TICK_PER_DAY) - signal.area_to(tick))


def history(visit: Visit) -> tuple[tuple[float, float, str], ...]:
    """(day, mL found less mL expected, outcome) of every draw so far, each with the syringe's noise."""
    run = runs.run(past(visit.scenario, visit.day))
    fills = [finding.time_h for finding in run.happenings if finding.kind == "refill" and finding.time_h < visit.hour]
    draws = [(hour, findings.residual(run, hour, visit.seed)) for hour in fills[1:]]
    if visit.has("drawn"):
        draws.append((visit.hour, before(visit).residual))
    return tuple((hour / 24.0, finding.value, finding.outcome) for hour, finding in draws if finding.value is not None)


def weight(visit: Visit) -> Weight | None:
    """How much a difference weighs; None where nothing can be drawn.

    Resolve: beyond the pump's accuracy and the limit of the finding, or more than 2 mL. Watch: beyond one of 15 %
    and the limit, where noise or a slow loss could be the reason.
    """
    was = before(visit)
    if was.residual.value is None:
        return None
    more_ml = abs(was.residual.value)
    if was.residual.outcome == "shows" or more_ml > RESOLVE_ML:
        return "resolve"
    return "watch" if more_ml > min(was.least_ml, was.band_ml) else "within"


def late_and_best(visit: Visit) -> tuple[float, float] | None:
    """Relief (0 to 10) on the last three days, and in the best week before; None of too few days or no effect."""
    scores = findings.daily_scores(runs.run(past(visit.scenario, visit.day)), visit.hour, visit.seed)
    return None if scores is None else findings.late_and_best(scores)


def trend(visit: Visit) -> tuple[float, float] | None:
    """Mean difference of all draws so far and the noise of that mean, mL; None of fewer than three."""
    differences = [more for _, more, _ in history(visit)]
    return (
        (float(np.mean(differences)), findings.SYRINGE_SIGMA_ML / math.sqrt(len(differences)))
        if len(differences) >= LEAST_DRAWS
        else None
    )


@lru_cache(maxsize=32)
def past(scenario: Scenario, day: float) -> Scenario:
    """The scenario without refills and programming from a day on, long enough to follow; what it says is dropped.

    Its words were about orders that are gone. Controls stay where they move what is still there.
    """
    places = [i for i, order in enumerate(scenario.orders) if not _is_replaced(order, day)]
    new_place = {old: new for new, old in enumerate(places)}
    controls = []
    for control in scenario.controls:
        paths = [_new_path(path, new_place) for path in control.paths]
        if all(path is not None for path in paths):
            controls.append(control.model_dump() | {"paths": tuple(paths)})
    return with_values(
        scenario,
        {
            "orders": tuple(scenario.orders[i].model_dump() for i in places),
            "controls": tuple(controls),
            "intended": tuple(
                entry.model_dump() | {"path": path}
                for entry in scenario.intended
                if (path := _new_path(entry.path, new_place)) is not None
            ),
            "intended_orders": tuple(
                order.model_dump() for order in scenario.intended_orders if not _is_replaced(order, day)
            ),
            "duration_day": max(scenario.duration_day, day + FOLLOW_DAY),
            "objective": "",
            "see": "",
            "misconception": "",
            "lesson": None,
        },
    )


def _is_replaced(order: AnyOrder, day: float) -> bool:
    return order.at_day >= day and (order.is_programmed or isinstance(order, Refill))


def _new_path(path: str, new_place: dict[int, int]) -> str | None:
    """A path into the scenario after orders went; None where its own went."""
    head, *rest = path.split(".")
    if head != "orders":
        return path
    place, *field = rest
    return ".".join(["orders", str(new_place[int(place)]), *field]) if int(place) in new_place else None
