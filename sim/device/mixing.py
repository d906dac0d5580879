"""A tube whose fluids mix while it is primed fast: tanks in series. Assumed; a label tells of it, without numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from sim.device.plugs import Plug
from sim.exact.network import Response, respond
from sim.exact.steps import TICK_PER_H, Array, Steps, Ticks, combine, frozen
from sim.exact.system import LinearSystem

N_TANK: Final = 20  # assumed: a Peclet number of about 40
N_BIN: Final = 100  # parts of the tube's volume by which what leaves is reported
MOST_BIN: Final = 10_000  # a tube of next to no volume, such as that before a leak at the connector, mixes nothing


@dataclass(frozen=True, slots=True, eq=False)
class Tanks:
    """One tube over one stretch of time, as a row of well-stirred tanks; fluid moves by volume, not by time."""

    volume_ml: float
    start_mcg: Array  # (N_TANK,), from the pump end on
    flow: Steps  # mL/h
    entering: Steps  # mcg/mL
    leaving: Steps  # mcg/mL

    def _held(self, swept_ml: Array) -> Response:
        names = [f"tank {i}" for i in range(len(self.start_mcg))]
        per_ml = len(names) / self.volume_ml
        row = LinearSystem(names, [(a, b, per_ml) for a, b in pairwise(names)], [(names[-1], per_ml)])
        # the engine's clock runs in millilitres here
        edge = self.flow.area_to(self.entering.edge_tick)
        into = Steps.from_hours(edge, self.entering.value) if edge[-1] > 0.0 else Steps.from_hours([0.0, 1.0], [0.0])
        start = dict(zip(names, self.start_mcg.tolist(), strict=True))
        return respond(row, {names[0]: into}, time_h=swept_ml, start=start)

    def windows(self, tick: Ticks) -> list[list[Plug]]:
        """Tanks as plugs at each tick that does not fall, nearest to the exit first."""
        size = self.volume_ml / len(self.start_mcg)
        amount = self._held(self.flow.area_to(tick)).amount
        return [[Plug(size, mcg / size) for mcg in row[::-1]] for row in amount.tolist()]

    def drug_mcg(self, tick: Ticks) -> Array:
        """Drug inside (m,) at ticks (m,): what was there and came, less what left."""
        came, left = (combine(np.multiply, self.flow, fluid).area_to(tick) for fluid in (self.entering, self.leaving))
        return np.asarray(self.start_mcg.sum() + came - left)


def steep(plugs: Sequence[Plug], flow: Steps, entering: Steps, n_tank: int = N_TANK) -> tuple[Steps, Tanks]:
    """Concentration at the exit of a mixing tube, mcg/mL, in small steps of right area; and the tube.

    plugs: content at the start, nearest to the exit first. A front leaves as the sum of n_tank equal
    waits (Erlang); its mean volume is the tube's own.

    >>> flow = Steps.from_hours([0.0, 1.0], [1.0])
    >>> out, _ = steep([Plug(0.2, 0.0)], flow, Steps.from_hours([0.0, 1.0], [500.0]))
    >>> round(float((500.0 - out.value) @ out.length_h / 500.0), 6)
    0.2
    """
    volume_ml = sum(plug.volume_ml for plug in plugs)
    ends = np.concatenate([[0.0], np.cumsum([plug.volume_ml for plug in reversed(plugs)])])
    mass = np.concatenate([[0.0], np.cumsum([plug.volume_ml * plug.mcg_ml for plug in reversed(plugs)])])
    start = np.diff(np.interp(np.linspace(0.0, volume_ml, n_tank + 1), ends, mass))
    tanks = Tanks(volume_ml, frozen(start), flow, entering, flow)
    swept_ml = float(flow.area()[-1])
    if swept_ml == 0.0:
        still = Steps(flow.edge_tick[[0, -1]], np.array([plugs[0].mcg_ml]))
        return still, Tanks(volume_ml, frozen(start), flow, entering, still)
    n_bin = int(np.ceil(min(swept_ml / volume_ml * N_BIN, MOST_BIN)))
    bins = np.linspace(0.0, swept_ml, max(n_bin, 2) + 1)
    fluid = np.diff(tanks._held(bins).cleared) / np.diff(bins)
    area, clock = flow.area(), flow.edge_tick
    place = np.clip(np.searchsorted(area, bins[1:-1], side="left") - 1, 0, len(flow.value) - 1)
    inner = clock[place] + (bins[1:-1] - area[place]) / flow.value[place] * TICK_PER_H
    leaving = Steps.from_crossings(np.concatenate([clock[:1], inner, clock[-1:]]), fluid)
    return leaving, Tanks(volume_ml, frozen(start), flow, entering, leaving)
