"""What the pump believes: a volume it calculates from its own command, and the alarms it can raise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.device.pump import Pump
from sim.exact.steps import TICK_PER_H, Array, Steps, Ticks, combine
from sim.happening import Happening, happen

STOPPED_H = 48.0  # a pump stopped for longer sounds; source: patient information on alarms


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """The volume a pump calculates: programmed volume less the integral of its own command, down to 0."""

    fill_tick: Ticks  # (k,)
    programmed_ml: Array  # (k,)
    command: Steps  # mL/h
    alarm_ml: Steps  # level of the low-reservoir alarm

    def volume_ml(self, tick: Ticks, before: bool = False) -> Array:
        """Believed volume (m,) at ticks (m,), after a refill at its instant or not yet if `before`.

        A counter that has reached 0 stays there; before the first fill it is 0.
        """
        index = np.searchsorted(self.fill_tick, tick - before, side="right") - 1
        start = np.append(self.command.area_to(self.fill_tick), 0.0)[index]
        left = np.append(self.programmed_ml, 0.0)[index] - (self.command.area_to(tick) - start)
        return np.asarray(np.where(index >= 0, np.maximum(left, 0.0), 0.0))

    def reaches(self, level_ml: Steps) -> list[float]:
        """Times in float ticks at which the believed volume is first at a level or below it, once per fill."""
        times = []
        ends = [*self.fill_tick[1:], self.command.edge_tick[-1]][: len(self.fill_tick)]
        for start, end, programmed_ml in zip(self.fill_tick, ends, self.programmed_ml, strict=True):
            if start >= end:
                continue  # programmed anew at the same instant
            pieces = level_ml.cut(int(start), int(end)).merged()
            for low, high, level in zip(pieces.edge_tick[:-1], pieces.edge_tick[1:], pieces.value, strict=True):
                when = self._comes_down(float(programmed_ml), int(start), int(low), float(level))
                if when < high:
                    times.append(when)
                    break
        return times

    def _comes_down(self, programmed_ml: float, start: int, low: int, level_ml: float) -> float:
        """First time from `low` on, in float ticks, at which what was programmed at the start is down to a level."""
        area, edge = self.command.area(), self.command.edge_tick
        used = float(self.command.area_to(low) - self.command.area_to(start))
        if programmed_ml - used <= level_ml:
            return float(low)
        # programmed - used = level
        goal = programmed_ml - level_ml + float(self.command.area_to(start))
        place = int(np.searchsorted(area, goal, side="left")) - 1
        if place >= len(self.command.value):
            return float(np.inf)
        after_h = (goal - area[place]) / self.command.value[place]
        return max(float(edge[place] + after_h * TICK_PER_H), float(low))


def alarms(belief: Belief, pump: Pump) -> list[Happening]:
    """Alarms computed from the command alone: no sensor looks into the reservoir, and gas has no alarm at all."""
    if not pump.is_programmable:
        return []
    happenings = []
    nothing = combine(np.zeros_like, belief.alarm_ml)
    for kind, level_ml in [("low_alarm", belief.alarm_ml), ("empty_alarm", nothing)]:
        for crossing in belief.reaches(level_ml):
            tick = np.array([round(crossing)], dtype=np.int64)
            happenings.append(happen(int(tick[0]) / TICK_PER_H, kind, believed_ml=float(belief.volume_ml(tick)[0])))
    still = np.flatnonzero((belief.command.value == 0.0) & (np.diff(belief.command.edge_tick) > STOPPED_H * TICK_PER_H))
    for place in still:
        start = int(belief.command.edge_tick[place])
        if len(belief.fill_tick) and start >= belief.fill_tick[0]:
            happenings.append(happen(start / TICK_PER_H + STOPPED_H, "stopped_alarm", stopped_h=STOPPED_H))
    return happenings
