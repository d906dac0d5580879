"""Everything that happened, by time: told by the plan, the pump, the reservoir and the tip."""

from __future__ import annotations

import numpy as np

from sim.device.belief import alarms
from sim.device.carriage import Carriage
from sim.device.hydraulics import Delivery
from sim.exact.steps import TICK_PER_H, align, to_hour
from sim.happening import SENTENCE, Happening, happen
from sim.scenario.timeline import Timeline

LEAST_SHARE = 1e-4  # of the strongest fluid


def story(timeline: Timeline, delivery: Delivery, carriage: Carriage) -> tuple[Happening, ...]:
    """Everything that happened, by time."""
    told = []
    dose = carriage.tip_dose
    flowing = np.flatnonzero(dose.value > 0.0)
    first = int(dose.edge_tick[flowing[0]]) if len(flowing) else -1
    if len(flowing):
        told.append(happen(float(to_hour(first)), "first_drug"))
    for tick, mcg_ml in _fronts(carriage):
        if tick > first + 1:
            told.append(happen(tick / TICK_PER_H, "front", mcg_ml=mcg_ml))
    alarm = [one for one in alarms(timeline.belief, timeline.pump) if not timeline.dead.at(one.time_h)]
    every = [*timeline.happenings, *delivery.happenings, *alarm, *told]
    last_h = float(to_hour(timeline.end_tick - 1))
    rank = {kind: place for place, kind in enumerate(SENTENCE)}
    within = (one for one in every if one.time_h <= last_h)
    return tuple(sorted(within, key=lambda one: (one.time_h, rank[one.kind])))


def _fronts(carriage: Carriage) -> list[tuple[int, float]]:
    """(tick, mcg/mL) whenever another fluid begins to leave the tip."""
    edge, (flow, fluid) = align(carriage.tip_flow, carriage.tip_concentration)
    # a trace that a flush has thinned is none to tell of
    fluid = np.where(fluid < LEAST_SHARE * fluid.max(initial=0.0), 0.0, fluid)
    # a front passes within one tick; the fluid behind it is what arrives
    leaves = np.flatnonzero((flow >= 0.0) & (np.diff(edge) > 1))
    new = leaves[np.flatnonzero(np.append(False, fluid[leaves][1:] != fluid[leaves][:-1]))]
    return list(zip(edge[new].tolist(), fluid[new].tolist(), strict=True))
