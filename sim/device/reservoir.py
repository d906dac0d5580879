"""The reservoir: true volume and concentration, what a refill draws and puts in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.exact.steps import Array, Steps, Ticks, distinct

SYRINGE_ML = 0.001  # no syringe measures less, and no sentence shows less


@dataclass(frozen=True, slots=True)
class Fill:
    """One refill as it is carried out; draw_ml None draws all that can be drawn.

    A diversion is a fill too: it draws, puts nothing in, and nobody tells the pump.
    """

    tick: int
    draw_ml: float | None
    in_ml: float
    mcg_ml: tuple[float, ...]  # of each drug
    pocket_ml: float = 0.0  # into the pocket
    rinse_ml: float = 0.0  # put in and drawn again before, so many times
    n_rinses: int = 0
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What is in the reservoir at one instant."""

    volume_ml: float = 0.0
    mcg_ml: tuple[float, ...] = (0.0,)


@dataclass(frozen=True, slots=True)
class Filled:
    """What one refill did."""

    fill: Fill
    before: Content
    drawn_ml: float
    rest: Content  # after the draw and the rinses, before more is put in
    after: Content

    @property
    def most_ml(self) -> float:
        """Most that was inside at any time."""
        return max(self.after.volume_ml, self.rest.volume_ml + (self.fill.rinse_ml if self.fill.n_rinses else 0.0))


def drawable_ml(content: Content, fill: Fill, undrawable_ml: float) -> float:
    """Volume a needle gets: what was asked for, but no more than is there."""
    there = max(content.volume_ml - undrawable_ml, 0.0)
    return there if fill.draw_ml is None else min(fill.draw_ml, there)


def refill(content: Content, fill: Fill, undrawable_ml: float) -> Filled:
    """Draw, rinse, then put in: C = (V_left C_old + V_in C_new) / (V_left + V_in).

    Each rinse with the new drug leaves V_left / (V_left + V_rinse) of the difference to it.

    >>> rest = Content(volume_ml=2.0, mcg_ml=(500.0,))
    >>> refill(rest, Fill(0, 0.0, 18.0, (2000.0,)), 0.0).after
    Content(volume_ml=20.0, mcg_ml=(1850.0,))
    """
    drawn = drawable_ml(content, fill, undrawable_ml)
    rest = Content(content.volume_ml - drawn, content.mcg_ml)
    for _ in range(fill.n_rinses if fill.rinse_ml > 0.0 else 0):
        rest = Content(rest.volume_ml, _mixed(rest, fill.rinse_ml, fill.mcg_ml))
    if fill.in_ml == 0.0:
        return Filled(fill, content, drawn, rest, rest)
    full = Content(rest.volume_ml + fill.in_ml, _mixed(rest, fill.in_ml, fill.mcg_ml))
    return Filled(fill, content, drawn, rest, full)


def _mixed(rest: Content, in_ml: float, mcg_ml: Sequence[float]) -> tuple[float, ...]:
    """Concentrations once a volume is put in, each as a step from the new one.

    So nothing left, or equal ones, mix to it exactly.
    """
    total = rest.volume_ml + in_ml
    return tuple(new + (old - new) * rest.volume_ml / total for old, new in zip(rest.mcg_ml, mcg_ml, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Reservoir:
    """True volume, concentration and drug over the whole run; `drug` is the place of a drug in a mixture."""

    entries: Sequence[Filled]
    pumped: Steps  # mL/h
    opening: Content

    @property
    def tick(self) -> Ticks:
        """Ticks of the refills (k,)."""
        return np.array([entry.fill.tick for entry in self.entries], dtype=np.int64)

    def _index(self, tick: Ticks, before: bool) -> NDArray[np.intp]:
        """Place of the content in force: 0 is the opening one."""
        return np.searchsorted(self.tick, tick - before, side="right")

    def volume_ml(self, tick: Ticks, before: bool = False) -> Array:
        """True volume (m,) at ticks (m,), after a refill at its instant or not yet if `before`."""
        index = self._index(tick, before)
        after = np.array([self.opening.volume_ml] + [entry.after.volume_ml for entry in self.entries])
        since = np.concatenate([[0.0], self.pumped.area_to(self.tick)])
        return np.asarray(after[index] - (self.pumped.area_to(tick) - since[index]))

    def _strength(self, drug: int) -> Array:
        """Concentration (k + 1,) of one drug: the opening one, then after each refill."""
        return np.array([self.opening.mcg_ml[drug]] + [entry.after.mcg_ml[drug] for entry in self.entries])

    def concentration(self, drug: int = 0) -> Steps:
        """Concentration of what leaves the reservoir, mcg/mL."""
        edge = distinct(self.pumped.edge_tick[[0, -1]], self.tick)
        return Steps(edge, self._strength(drug)[self._index(edge[:-1], False)]).merged()

    def drug_mcg(self, tick: Ticks, before: bool = False, drug: int = 0) -> Array:
        """Drug in the reservoir (m,) at ticks (m,)."""
        return np.asarray(self.volume_ml(tick, before) * self._strength(drug)[self._index(tick, before)])

    def withdrawn_mcg(self, tick: Ticks, before: bool = False, drug: int = 0) -> Array:
        """Drug drawn out up to each tick (m,)."""
        drawn = [0.0] + [
            # the residual, then what each rinse brought and took along
            entry.drawn_ml * entry.before.mcg_ml[drug]
            + _rinses_mcg(entry.fill, drug)
            + entry.rest.volume_ml * (entry.before.mcg_ml[drug] - entry.rest.mcg_ml[drug])
            for entry in self.entries
        ]
        return np.asarray(np.cumsum(drawn)[self._index(tick, before)])

    def filled_mcg(self, tick: Ticks, before: bool = False, drug: int = 0) -> Array:
        """Drug put in or into the pocket at refills up to each tick (m,)."""
        put = [0.0] + [
            (entry.fill.in_ml + entry.fill.pocket_ml) * _of(entry.fill, drug) + _rinses_mcg(entry.fill, drug)
            for entry in self.entries
        ]
        return np.asarray(np.cumsum(put)[self._index(tick, before)])

    def pocket_mcg(self, drug: int = 0) -> list[tuple[int, float]]:
        """(tick, mcg) of what was injected into the pocket."""
        return [
            (entry.fill.tick, entry.fill.pocket_ml * _of(entry.fill, drug))
            for entry in self.entries
            if entry.fill.pocket_ml > 0.0
        ]


def _rinses_mcg(fill: Fill, drug: int) -> float:
    return fill.n_rinses * fill.rinse_ml * _of(fill, drug)


def _of(fill: Fill, drug: int) -> float:
    return fill.mcg_ml[drug] if fill.mcg_ml else 0.0
