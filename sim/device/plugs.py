"""Plugs through one tube: what enters leaves in the same order, and no grid exists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.exact.steps import TICK_PER_H, Array, Steps, Ticks, align, frozen


@dataclass(frozen=True, slots=True)
class Plug:
    """A stretch of one fluid in the line."""

    volume_ml: float
    mcg_ml: float


@dataclass(frozen=True, slots=True, eq=False)
class Tube:
    """One piece of line over one stretch of time: fluid in order of leaving, and the flows past it."""

    edge_ml: Array  # (k + 1,), volume that has left when a plug's end leaves
    mcg_ml: Array  # (k,)
    rest_ml: float  # content at the start
    inflow: Steps
    outflow: Steps

    def windows(self, tick: Ticks) -> list[list[Plug]]:
        """Plugs inside at each tick, nearest to the exit first."""
        low = self.outflow.area_to(tick)
        high = np.minimum(self.inflow.area_to(tick) + self.rest_ml, self.edge_ml[-1])
        first = np.maximum(np.searchsorted(self.edge_ml, low, side="right") - 1, 0)
        last = np.searchsorted(self.edge_ml, high, side="left")
        inside: list[list[Plug]] = []
        for bottom, top, i, j in zip(low.tolist(), high.tolist(), first.tolist(), last.tolist(), strict=True):
            if top <= bottom:
                inside.append([])
                continue
            ends = [bottom, *self.edge_ml[i + 1 : j].tolist(), top]
            plugs = zip(pairwise(ends), self.mcg_ml[i:j].tolist(), strict=True)
            inside.append([Plug(end - start, mcg_ml) for (start, end), mcg_ml in plugs if end > start])
        return inside

    def drug_mcg(self, tick: Ticks) -> Array:
        """Drug inside (m,) at ticks (m,)."""
        mass = np.concatenate([[0.0], np.cumsum(np.diff(self.edge_ml) * self.mcg_ml)])
        low, high = self.outflow.area_to(tick), self.inflow.area_to(tick) + self.rest_ml
        return np.asarray(np.interp(high, self.edge_ml, mass) - np.interp(low, self.edge_ml, mass))


def carry(plugs: Sequence[Plug], inflow: Steps, entering: Steps, outflow: Steps) -> tuple[Steps, Tube]:
    """Concentration at the exit of a tube, mcg/mL, and the tube itself.

    plugs: content at the start, nearest to the exit first; inflow, outflow: mL/h, equal except where
    the tube stretches; entering: mcg/mL of what flows in. A front waits while nothing flows.

    >>> flow = Steps.from_hours([0.0, 10.0], [0.1])
    >>> out, _ = carry([Plug(0.4, 0.0)], flow, Steps.from_hours([0.0, 10.0], [2000.0]), flow)
    >>> out.edge_h.tolist(), out.value.tolist()
    ([0.0, 4.0, 10.0], [0.0, 2000.0])
    """
    edge, (flow, mcg_ml) = align(inflow, entering)
    entered = flow * np.diff(edge) / TICK_PER_H
    # a tube without length that nothing enters holds an empty plug
    volume = np.array([plug.volume_ml for plug in plugs] + entered[entered > 0.0].tolist() or [0.0])
    fluid = np.array([plug.mcg_ml for plug in plugs] + mcg_ml[entered > 0.0].tolist() or [0.0])
    fresh = np.append(True, fluid[1:] != fluid[:-1])
    ends = np.concatenate([[0.0], np.cumsum(volume)])
    tape, fluid = np.append(ends[:-1][fresh], ends[-1]), fluid[fresh]
    tube = Tube(frozen(tape), frozen(fluid), float(sum(plug.volume_ml for plug in plugs)), inflow, outflow)

    left, clock = outflow.area(), outflow.edge_tick
    front = tape[1:-1][tape[1:-1] < left[-1]]
    place = np.searchsorted(left, front, side="left") - 1
    arrival = clock[place] + (front - left[place]) / outflow.value[place] * TICK_PER_H
    times = np.concatenate([[clock[0]], np.minimum(arrival, clock[-1]), [clock[-1]]])
    return Steps.from_crossings(times, fluid[: len(front) + 1]), tube


def merged(plugs: Iterable[Plug]) -> list[Plug]:
    """Equal neighbours as one plug."""
    merged: list[Plug] = []
    for plug in plugs:
        if merged and merged[-1].mcg_ml == plug.mcg_ml:
            plug = Plug(merged.pop().volume_ml + plug.volume_ml, plug.mcg_ml)
        merged.append(plug)
    return merged


def cut(plugs: Sequence[Plug], from_tip_ml: Sequence[float]) -> list[list[Plug]]:
    """Plugs cut at distances from the tip, nearest piece first; the last piece takes the rest."""
    pieces: list[list[Plug]] = [[]]
    limits, passed = list(from_tip_ml), 0.0
    for plug in plugs:
        left = plug.volume_ml
        while limits and passed + left > limits[0]:
            part = max(limits.pop(0) - passed, 0.0)
            if part > 0.0:
                pieces[-1].append(Plug(part, plug.mcg_ml))
            pieces.append([])
            passed, left = passed + part, left - part
        if left > 0.0:
            pieces[-1].append(Plug(left, plug.mcg_ml))
            passed += left
    return pieces + [[] for _ in limits]
