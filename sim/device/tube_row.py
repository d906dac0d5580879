"""The tubes that form a row for a time, and the way through one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.device.backflow import Washed
from sim.device.mixing import Tanks, steep
from sim.device.plugs import Plug, Tube, carry, merged
from sim.exact.steps import Array, Steps, Ticks, combine


@dataclass(frozen=True, slots=True, eq=False)
class TubeRow:
    """The tubes of one spell, in the order in which they are read from the pump to the tip."""

    tubes: tuple[Tube | Washed | Tanks, ...]
    second: Tube | Tanks | None

    def plugs(self, tick: Ticks, is_second: bool = False) -> list[list[Plug]]:
        """Plugs at each tick (m,), from the pump to the tip."""
        tubes = ((self.second,) if self.second else ()) if is_second else self.tubes
        windows = []
        for tube in tubes:
            rows = tube.windows(tick)
            windows.append(rows if isinstance(tube, Washed) else [plugs[::-1] for plugs in rows])
        if not windows:
            return [[] for _ in tick]
        return [merged(plug for piece in pieces for plug in piece) for pieces in zip(*windows, strict=True)]

    def drug_mcg(self, tick: Ticks) -> Array:
        """Drug in all tubes (m,) at ticks (m,)."""
        tubes = [*self.tubes, *([self.second] if self.second else [])]
        return np.asarray(sum(tube.drug_mcg(tick) for tube in tubes))


def pass_through(
    plugs: Sequence[Plug], inflow: Steps, entering: Steps, outflow: Steps, is_mixing: bool
) -> tuple[Steps, Tube | Tanks]:
    """Carry through one tube: in plugs, or mixing while it is primed and not stretched."""
    if is_mixing and plugs and not combine(np.subtract, inflow, outflow).value.any():
        return steep(plugs, outflow, entering)
    return carry(plugs, inflow, entering, outflow)
