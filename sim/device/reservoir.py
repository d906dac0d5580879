"""The reservoir: true volume and concentration, what a refill draws and puts in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.exact.steps import Array, Steps, Ticks


@dataclass(frozen=True, slots=True)
class Fill:
    """One refill as it is carried out; draw_ml None draws all that can be drawn."""

    tick: int
    draw_ml: float | None
    in_ml: float
    true_mcg_ml: float


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in the reservoir at one instant."""

    volume_ml: float = 0.0
    mcg_ml: float = 0.0


@dataclass(frozen=True, slots=True)
class Filled:
    """What one refill did."""

    fill: Fill
    found_ml: float
    drawn_ml: float
    drawn_mcg: float
    after: Content


def drawable_ml(content: Content, fill: Fill, undrawable_ml: float) -> float:
    """Volume a needle gets: what was asked for, but no more than is there."""
    there = max(content.volume_ml - undrawable_ml, 0.0)
    return there if fill.draw_ml is None else min(fill.draw_ml, there)


def refill(content: Content, fill: Fill, undrawable_ml: float) -> Filled:
    """Draw, then put in: C = (V_left C_old + V_in C_new) / (V_left + V_in).

    >>> rest = Content(volume_ml=2.0, mcg_ml=500.0)
    >>> refill(rest, Fill(0, 0.0, 18.0, 2000.0), 0.0).after
    Content(volume_ml=20.0, mcg_ml=1850.0)
    """
    drawn = drawable_ml(content, fill, undrawable_ml)
    left = content.volume_ml - drawn
    total = left + fill.in_ml
    # written as a step from the new concentration: nothing left, or equal ones, mix to it exactly
    mixed = fill.true_mcg_ml + (content.mcg_ml - fill.true_mcg_ml) * left / total
    return Filled(fill, content.volume_ml, drawn, drawn * content.mcg_ml, Content(total, mixed))


@dataclass(frozen=True, slots=True, eq=False)
class Reservoir:
    """True volume, concentration and drug over the whole run."""

    filled: Sequence[Filled]
    pumped: Steps  # mL/h

    @property
    def tick(self) -> Ticks:
        """Ticks of the refills (k,)."""
        return np.array([one.fill.tick for one in self.filled], dtype=np.int64)

    def volume_ml(self, tick: Ticks, before: bool = False) -> Array:
        """True volume (m,) at ticks (m,), after a refill at its instant or not yet if `before`."""
        index = np.searchsorted(self.tick, tick - before, side="right") - 1
        after = np.array([one.after.volume_ml for one in self.filled] + [0.0])
        used = self.pumped.area_to(tick) - np.append(self.pumped.area_to(self.tick), 0.0)[index]
        return np.asarray(np.where(index >= 0, after[index] - used, 0.0))

    def concentration(self) -> Steps:
        """Concentration of what leaves the reservoir, mcg/mL."""
        edge = np.unique(np.concatenate([self.pumped.edge_tick[[0, -1]], self.tick]))
        index = np.searchsorted(self.tick, edge[:-1], side="right") - 1
        after = np.array([one.after.mcg_ml for one in self.filled] + [0.0])
        return Steps(edge, after[index]).merged()

    def drug_mcg(self, tick: Ticks, before: bool = False) -> Array:
        """Drug in the reservoir (m,) at ticks (m,)."""
        index = np.searchsorted(self.tick, tick - before, side="right") - 1
        mcg_ml = np.array([one.after.mcg_ml for one in self.filled] + [0.0])
        return np.asarray(self.volume_ml(tick, before) * mcg_ml[index])

    def withdrawn_mcg(self, tick: Ticks, before: bool = False) -> Array:
        """Drug drawn out at refills up to each tick (m,)."""
        drawn = np.cumsum([0.0] + [one.drawn_mcg for one in self.filled])
        return np.asarray(drawn[np.searchsorted(self.tick, tick - before, side="right")])

    def filled_mcg(self, tick: Ticks, before: bool = False) -> Array:
        """Drug put in at refills up to each tick (m,)."""
        put = np.cumsum([0.0] + [one.fill.in_ml * one.fill.true_mcg_ml for one in self.filled])
        return np.asarray(put[np.searchsorted(self.tick, tick - before, side="right")])
