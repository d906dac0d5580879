"""What an MRI lets out of a pump: nothing that was emptied before, a little, or all of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.device.pump import Addition, Pump, capped
from sim.exact.steps import TICK_PER_H, Steps
from sim.happening import Happening
from sim.scenario.command import by_time, stairs
from sim.scenario.orders import Mri
from sim.scenario.orders.base import day_tick, happen_at
from sim.scenario.scenario import Scenario
from sim.scenario.spells import Push

MINUTE = TICK_PER_H // 60  # assumed: so long a second valve takes to shut, and an open one to let everything out


def scans(scenario: Scenario, pump: Pump) -> list[tuple[int, int, Mri]]:
    """(tick, place in the file, MRI) of those that may let something out, by time."""
    found = [(order.tick, place, order) for place, order in by_time(scenario) if isinstance(order, Mri)]
    return [scan for scan in found if scan[2].discharge_ml(pump) > 0.0]


def scan_flow(scenario: Scenario, pump: Pump, idle: frozenset[int], end: int) -> Steps:
    """Flow (mL/h) past the mechanism; idle: places of the scans that found nothing to let out.

    Where the valves stay open the reservoir ends at what cannot be pumped: its drive is spent there.
    """
    additions = [
        Addition(tick, tick + MINUTE, order.discharge_ml(pump) / (MINUTE / TICK_PER_H))
        for tick, place, order in scans(scenario, pump)
        if place not in idle
    ]
    return capped(stairs([], end), additions, np.inf)[0]


def scan_pushes(scenario: Scenario, pump: Pump, idle: frozenset[int], end: int) -> list[Push]:
    """What runs out, to be told once a run shows how much."""
    return [
        Push(tick, tick + MINUTE, "valves_open" if order.valves_open else "valve_shut")
        for tick, place, order in scans(scenario, pump)
        if place not in idle and tick < end
    ]


def scan_story(scenario: Scenario, pump: Pump, idle: frozenset[int], end: int) -> Iterator[Happening]:
    """The scans of an emptied pump, and the resets of a second valve that has shut."""
    for tick, place, order in scans(scenario, pump):
        if place in idle:
            yield happen_at(tick, "empty_scan")
        elif not order.valves_open and order.reset_day is not None and day_tick(order.reset_day) < end:
            yield happen_at(day_tick(order.reset_day), "valve_reset")
