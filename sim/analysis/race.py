"""What the race of clocks starts from, and the visit at its end: both are in the scenario. Teaching only."""

from __future__ import annotations

from dataclasses import replace

from sim.analysis.refill_due import refill_due_day
from sim.exact.steps import TICK_PER_DAY, to_tick
from sim.result.clocks import Clocks, clocks
from sim.result.result import Result
from sim.scenario.library import Catalogue
from sim.scenario.library import catalogue as packaged
from sim.scenario.orders import AnyOrder, CapAspiration, CapInjection, Refill, Repair
from sim.scenario.orders.base import day_tick
from sim.scenario.scenario import Scenario


def race(scenario: Scenario, result: Result, catalogue: Catalogue | None = None) -> Clocks:
    """All clocks of a run of this scenario, from the first fault or mistake on, else from day 0.

    The next visit is the next refill, CAP aspiration or injection, repair or change of the programme; without any,
    the day on which the pump's own count asks for a refill, which may lie after the run.

    >>> from sim import read_scenario, simulate
    >>> scenario = read_scenario("clean-break")
    >>> times = race(scenario, simulate(scenario))
    >>> times.from_day, times.alarm_day, times.residual_day, times.visit_day
    (30.0, None, None, 180.0)
    """
    shelf = packaged() if catalogue is None else catalogue
    curve = shelf.drugs[scenario.drug].effect
    band = None if curve is None else (curve.low_index, curve.high_index)
    times = clocks(result, wrong_from_day(scenario, result), band)
    tick = day_tick(times.from_day)
    seen = [order.tick for order in scenario.orders if _is_visit(order) and order.tick > tick]
    if seen:
        return replace(times, visit_day=min(seen) / TICK_PER_DAY, is_visit_ordered=True)
    due_day = refill_due_day(scenario, times.from_day, shelf)
    # a visit that was due before has been missed already
    is_ahead = due_day is not None and due_day > times.from_day
    return replace(times, visit_day=due_day if is_ahead else None)


def wrong_from_day(scenario: Scenario, result: Result) -> float | None:
    """Day on which the first fault, mistake or halt begins; None if there is none.

    A mistake is a refill into the pocket or of another strength than programmed, or drug injected at the
    catheter access port; a halt is an MRI that stops the pump, or lets out what it holds.
    """
    days = [
        int(to_tick(happening.time_h)) / TICK_PER_DAY
        for happening in result.happenings
        if happening.kind in ("fault_start", "motor_stall", "valve_shut", "valves_open")
    ]
    days += [order.at_day for order in scenario.orders if _is_mistaken(order)]
    return min(days, default=None)


def _is_mistaken(order: AnyOrder) -> bool:
    if isinstance(order, CapInjection):
        return order.volume_ml > 0.0 and any(order.port_mcg_ml())
    if not isinstance(order, Refill):
        return False
    programmed = (order.programmed_mcg_ml, *(order.with_programmed_mcg_ml or order.with_actual_mcg_ml))
    return order.pocket_ml > 0.0 or programmed != (order.actual_mcg_ml, *order.with_actual_mcg_ml)


def _is_visit(order: AnyOrder) -> bool:
    return order.is_programmed or isinstance(order, Refill | CapAspiration | CapInjection | Repair)
