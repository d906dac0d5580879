"""The pump's counter: the volume programmed at each refill, and the level at which its low alarm sounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.device.belief import Belief
from sim.device.pump import Pump
from sim.device.reservoir import SYRINGE_ML
from sim.exact.steps import Steps
from sim.happening import Happening
from sim.scenario.command import by_time, stairs
from sim.scenario.orders import Refill
from sim.scenario.orders.base import happen_at
from sim.scenario.scenario import Scenario


def programmed_volumes_ml(fills: Sequence[Refill], flow: Steps, pump: Pump) -> list[tuple[float, float]]:
    """(expected, programmed) mL at each refill by time; by default what the clinician then expects inside.

    No counter goes beyond the capacity: what is expected above it is programmed as the capacity.
    """
    volumes: list[tuple[float, float]] = []
    since = 0
    for order in fills:
        used = float(flow.area_to(order.tick) - flow.area_to(since))
        counted = max((volumes[-1][1] if volumes else 0.0) - used, 0.0)
        left = pump.undrawable_ml if order.draw_ml is None else max(counted - order.draw_ml, 0.0)
        left = min(left, counted) if volumes else left
        expected = left + order.in_ml if order.programmed_ml is None else order.programmed_ml
        volumes.append((expected, pump.capacity_ml if is_too_much(expected, pump) else expected))
        since = order.tick
    return volumes


def is_too_much(expected_ml: float, pump: Pump) -> bool:
    """Whether a volume is more than the reservoir holds, by more than a syringe can measure."""
    return expected_ml > pump.capacity_ml + SYRINGE_ML


def belief(scenario: Scenario, fills: Sequence[Refill], flow: Steps, pump: Pump) -> tuple[Belief, list[Happening]]:
    """What the pump counts and where it sounds; fills: the refills as carried out, by time."""
    volumes = programmed_volumes_ml(fills, flow, pump)
    end = int(flow.edge_tick[-1])
    levels = [(order.tick, level) for _, order in by_time(scenario) if (level := order.alarm_level_ml()) is not None]
    counter = Belief(
        fill_tick=np.array([order.tick for order in fills], dtype=np.int64),
        programmed_ml=np.array([programmed for _, programmed in volumes]),
        command=flow,
        alarm_ml=stairs([(0, pump.alarm_ml), *levels], end),
    )
    happenings = [happen_at(tick, "alarm_level", alarm_ml=level) for tick, level in levels if tick < end]
    happenings += [
        happen_at(order.tick, "capped_volume", expected_ml=expected, capacity_ml=pump.capacity_ml)
        for order, (expected, programmed) in zip(fills, volumes, strict=True)
        if programmed < expected
    ]
    return counter, happenings
