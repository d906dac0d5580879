"""What the pump is told: orders become told concentration, programmed dose and commanded flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from sim.device.pump import Addition, Pump, capped
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H, Steps, combine
from sim.happening import Happening, happen
from sim.scenario.orders import Bolus, Flow, Rate, Refill, Stop
from sim.scenario.scenario import Scenario

TICK_PER_MIN = TICK_PER_H // 60
Slot = Rate | Flow | Stop
Kind = TypeVar("Kind", Slot, Refill, Bolus)


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """What the pump shows and commands over [0, end)."""

    told: Steps  # mcg/mL
    flow: Steps  # mL/h
    dose: Steps  # mcg/h: told concentration x commanded flow
    happenings: tuple[Happening, ...]


def day_tick(day: float) -> int:
    """Days as ticks.

    >>> day_tick(0.5) == 12 * TICK_PER_H
    True
    """
    return round(day * TICK_PER_DAY)


def slot_orders(scenario: Scenario) -> list[tuple[int, int, Slot]]:
    """(place in the file, tick, order) of the rate slot by time; equal times in file order."""
    return _by_time([(i, order) for i, order in enumerate(scenario.orders) if isinstance(order, Rate | Flow | Stop)])


def refills(scenario: Scenario) -> list[tuple[int, int, Refill]]:
    """(place in the file, tick, order) of the refills by time."""
    return _by_time([(i, order) for i, order in enumerate(scenario.orders) if isinstance(order, Refill)])


def boluses(scenario: Scenario) -> list[tuple[int, int, Bolus]]:
    """(place in the file, tick, order) of the boluses by time."""
    return _by_time([(i, order) for i, order in enumerate(scenario.orders) if isinstance(order, Bolus)])


def _by_time(found: Sequence[tuple[int, Kind]]) -> list[tuple[int, int, Kind]]:
    timed = [(place, day_tick(order.at_day), order) for place, order in found]
    return sorted(timed, key=lambda entry: entry[1])


def stairs(points: Sequence[tuple[int, float]], end_tick: int) -> Steps:
    """Signal that takes each value at its tick, the latest wins; 0 before the first."""
    value = {0: 0.0} | dict(points)
    edge = [tick for tick in sorted(value) if tick < end_tick]
    return Steps(np.array([*edge, end_tick]), np.array([value[tick] for tick in edge])).merged()


def slot_flow_ml_h(order: Slot, told_mcg_ml: float) -> float:
    """Flow that an order of the rate slot commands at a told concentration.

    >>> slot_flow_ml_h(Rate(dose_mcg_day=240.0), 500.0)
    0.02
    """
    if isinstance(order, Rate):
        # told 0 is refused by the rules, and stays in force only after a refused refill: no flow
        return order.dose_mcg_day / 24.0 / told_mcg_ml if told_mcg_ml > 0.0 else 0.0
    return order.flow_ml_day / 24.0 if isinstance(order, Flow) else 0.0


def told_concentration(given: Sequence[tuple[int, Refill]], end_tick: int) -> Steps:
    """Concentration the pump is told, mcg/mL; it lives in the refills only."""
    return stairs([(tick, refill.told_mcg_ml) for tick, refill in given], end_tick)


def build_command(scenario: Scenario, given: Sequence[tuple[int, Refill]], pump: Pump, end: int) -> Command:
    """Rate slot and boluses as signals; given: (tick, refill) as carried out, by time."""
    told = told_concentration(given, end)
    slot = slot_orders(scenario)
    changes = sorted({tick for _, tick, _ in slot} | {int(tick) for tick in told.edge_tick[:-1]})
    points: list[tuple[int, float]] = []
    happenings: list[Happening] = []
    for tick in changes:
        latest = [order for _, at, order in slot if at <= tick][-1:]
        if latest:
            flow_ml_h = slot_flow_ml_h(latest[0], float(told.at_tick(tick)))
            if not points or points[-1][1] != flow_ml_h:
                happenings.append(_programmed(tick, latest[0], flow_ml_h, [at for _, at, _ in slot]))
            points.append((tick, flow_ml_h))
    flow, given_boluses = _with_boluses(scenario, stairs(points, end), told, pump)
    dose = combine(np.multiply, told, flow)
    return Command(told, flow, dose, (*happenings, *given_boluses))


def _programmed(tick: int, order: Slot, flow_ml_h: float, ordered: list[int]) -> Happening:
    flow = f"{24.0 * flow_ml_h:.4g} mL/day"
    if isinstance(order, Rate):
        what = f"{order.dose_mcg_day:g} mcg/day, which is {flow}"
        if tick not in ordered:
            what = f"the dose stays {order.dose_mcg_day:g} mcg/day, so the flow becomes {flow}"
    else:
        what = flow if isinstance(order, Flow) else "the pump stops"
    return happen(tick / TICK_PER_H, "programmed", what=what)


def _with_boluses(scenario: Scenario, basal: Steps, told: Steps, pump: Pump) -> tuple[Steps, list[Happening]]:
    additions, happenings = [], []
    for _, tick, order in boluses(scenario):
        size = max(round(order.over_min * TICK_PER_MIN), 1)
        volume_ml = order.dose_mcg / float(told.at_tick(tick)) if told.at_tick(tick) > 0.0 else 0.0
        additions.append(Addition(tick, tick + size, volume_ml / (size / TICK_PER_H)))
        happenings.append(happen(tick / TICK_PER_H, "bolus", dose_mcg=order.dose_mcg, over_min=order.over_min))
    flow, missing = capped(basal, additions, pump.highest_ml_day / 24.0)
    for addition, missing_ml in zip(additions, missing, strict=True):
        if missing_ml > 0.0:
            happenings.append(happen(addition.start_tick / TICK_PER_H, "capped_bolus", missing_ml=missing_ml))
    return flow, happenings
