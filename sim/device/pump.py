"""The pump: what it is told, what it believes, what it tries to push."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from sim.exact.steps import TICK_PER_H, Array, Steps, Ticks, to_hour
from sim.happening import Happening, happen
from sim.quantity import REQUIRED, Record, quantity

Sources = Annotated[dict[str, Annotated[str, Field(max_length=200)]], Field(title="Sources")]


class Pump(Record):
    """One device, as data: a reservoir, its alarm, its range of flow and its mechanism."""

    version: Literal[1] = 1
    title: str = Field(title="Name", max_length=200)
    mechanism: Literal["roller"] = Field(title="Mechanism")
    capacity_ml: float = quantity(REQUIRED, 1.0, 100.0, "Reservoir capacity")
    alarm_ml: float = quantity(REQUIRED, 0.0, 20.0, "Low-reservoir alarm level")
    unpumpable_ml: float = quantity(REQUIRED, 0.0, 10.0, "Volume that cannot be pumped")
    undrawable_ml: float = quantity(REQUIRED, 0.0, 10.0, "Volume that a needle cannot draw")
    path_ml: float = quantity(REQUIRED, 0.001, 2.0, "Pump path volume")
    lowest_ml_day: float = quantity(REQUIRED, 0.0, 10.0, "Lowest flow")
    highest_ml_day: float = quantity(REQUIRED, 0.1, 100.0, "Highest flow")
    accuracy_factor: float = quantity(REQUIRED, 0.5, 2.0, "Pumped over commanded flow")
    limit_kpa: float = quantity(REQUIRED, 1.0, 1000.0, "Pressure at which the rollers slip")
    sources: Sources = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drive:
    """What acts on the mechanism in one interval: pumped over commanded flow; the pump may sense it."""

    flow_factor: float = 1.0
    is_stalled: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """The volume a pump calculates: told volume less the integral of its own command, down to 0."""

    fill_tick: Ticks  # (k,)
    told_ml: Array  # (k,)
    command: Steps  # mL/h

    def volume_ml(self, tick: Ticks, before: bool = False) -> Array:
        """Believed volume (m,) at ticks (m,), after a refill at its instant or not yet if `before`.

        A counter that has reached 0 stays there; before the first fill it stands at 0.
        """
        index = np.searchsorted(self.fill_tick, tick - before, side="right") - 1
        start = np.append(self.command.area_to(self.fill_tick), 0.0)[index]
        left = np.append(self.told_ml, 0.0)[index] - (self.command.area_to(tick) - start)
        return np.asarray(np.where(index >= 0, np.maximum(left, 0.0), 0.0))

    def reaches(self, level_ml: float) -> list[float]:
        """Times in float ticks at which the believed volume comes down to a level, once per fill."""
        times = []
        area, edge = self.command.area(), self.command.edge_tick
        ends = np.append(self.fill_tick[1:], edge[-1])
        for start, end, told in zip(self.fill_tick, ends, self.told_ml, strict=True):
            # told - used = level
            goal = told - level_ml + self.command.area_to(start)
            if told <= level_ml:
                times.append(float(start))
                continue
            place = int(np.searchsorted(area, goal, side="left")) - 1
            if place < len(self.command.value):
                when = edge[place] + (goal - area[place]) / self.command.value[place] * TICK_PER_H
                if when < end:
                    times.append(float(when))
        return times


def alarms(belief: Belief, pump: Pump) -> list[Happening]:
    """Volume alarms, computed from the command alone: no sensor looks into the reservoir."""
    levels = [("low_alarm", pump.alarm_ml), ("empty_alarm", 0.0)]
    told = []
    for kind, level_ml in levels:
        for crossing in belief.reaches(level_ml):
            tick = np.array([round(crossing)], dtype=np.int64)
            told.append(happen(int(tick[0]) / TICK_PER_H, kind, believed_ml=float(belief.volume_ml(tick)[0])))
    return told


@dataclass(frozen=True, slots=True)
class Addition:
    """Flow on top of the basal command on [start, end): a bolus."""

    start_tick: int
    end_tick: int
    ml_h: float


def capped(basal: Steps, additions: Sequence[Addition], highest_ml_h: float) -> tuple[Steps, list[float]]:
    """Commanded flow, mL/h, and for each addition the volume (mL) that the highest flow takes from it.

    >>> bolus = Addition(0, TICK_PER_H, 1.5)
    >>> flow, missing = capped(Steps.from_hours([0.0, 2.0], [0.25]), [bolus], 1.0)
    >>> flow.value.tolist(), missing
    ([1.0, 0.25], [0.75])
    """
    first, last = int(basal.edge_tick[0]), int(basal.edge_tick[-1])
    bounds = [(min(one.start_tick, last), min(one.end_tick, last)) for one in additions]
    edge = np.unique(np.concatenate([basal.edge_tick, [t for pair in bounds for t in pair] or [first]]))
    flow, span_h = basal.at_tick(edge[:-1]), to_hour(np.diff(edge))
    missing = []
    for one, (start, end) in zip(additions, bounds, strict=True):
        during = slice(*np.searchsorted(edge, [start, end]))
        given = np.minimum(one.ml_h, np.maximum(highest_ml_h - flow[during], 0.0))
        flow[during] += given
        missing.append(float((one.ml_h - given) @ span_h[during]))
    return Steps(edge, flow).merged(), missing
