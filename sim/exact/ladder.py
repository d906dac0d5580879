"""Propagators of many networks at once, each the square of the one before.

The lowest rung is a short series over a time so short that hardly anything moves. As in `sim.exact.propagator`,
every entry is an amount that moved, and each doubling brings the columns back to the amount that entered them.
The series moves a few columns at once over what rungs do not cover. The library has no exponential of many
networks acting on columns; with its full exponential for each such rest, people under a pump with 60 odd edges
took five times as long (measured), at the same accuracy.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.exact.steps import TICK_PER_H, Array

N_CHUNK: Final = 128  # networks moved on together; a rung of their ladders is about a megabyte
MOST_PASSED: Final = 1.0 / 64.0  # share of any state that leaves it on the lowest rung
N_SERIES_TERM: Final = 7  # then good to 1e-16


class Ladder:
    """Propagators (p, size, size) of [states, cleared, followers, inputs] over the unit times powers of two."""

    def __init__(self, generator: Array, n_mass: int, enters: Array, unit: int, room: list[Array]) -> None:
        n_network, n, _ = generator.shape
        size = n + enters.shape[1]
        self.n, self.n_mass, self.unit, self.room = n, n_mass, unit, room
        self.rate = np.zeros((n_network, size, size))
        self.rate[:, :n, :n] = generator
        self.rate[:, :n, n:] = enters
        self.entering = np.concatenate([np.ones(n), enters[:n_mass].sum(axis=0)])
        leaving = -np.diagonal(generator, axis1=1, axis2=2)
        self.fade_per_h = leaving[:, n_mass:]
        passed = float(leaving.max()) * self._hours(unit)
        self.n_below = max(0, math.ceil(math.log2(passed / MOST_PASSED))) if passed > 0.0 else 0
        lowest_h = self._hours(unit) / (1 << self.n_below)
        self.identity = np.broadcast_to(np.eye(size), self.rate.shape)
        self.rungs = [self._balanced(self._series(self.identity, lowest_h), lowest_h)]
        self.own: dict[int, Array] = {}

    @staticmethod
    def _hours(ticks: int) -> float:
        return ticks / TICK_PER_H

    def _series(self, columns: Array, hours: float) -> Array:
        """Columns (p, size, c) moved on by a time no longer than the lowest rung."""
        moved = columns
        for k in range(N_SERIES_TERM, 0, -1):
            moved = self.rate @ moved
            moved *= hours / k
            moved += columns
        return moved

    def _balanced(self, step: Array, hours: float) -> Array:
        # what entered a column is still in the mass rows: 1 for a state, the time for an input
        due = self.entering.copy()
        due[self.n :] *= hours
        is_mass = np.arange(step.shape[1]) < self.n_mass
        mass = is_mass.astype(np.float64) @ step
        step[:, : self.n_mass] *= np.divide(due, mass, out=np.ones_like(mass), where=mass > 0.0)[:, None]
        follower = np.arange(self.n_mass, self.n)
        step[:, follower, follower] = np.exp(-self.fade_per_h * hours)
        return step

    def _room(self, place: int) -> Array:
        while len(self.room) <= place:
            self.room.append(np.empty((N_CHUNK, *self.rate.shape[1:])))
        return self.room[place][: len(self.rate)]

    def rung(self, power: int) -> Array:
        """Propagator over the unit times 2**power."""
        while len(self.rungs) <= power + self.n_below:
            hours = self._hours(self.unit) * 2.0 ** (len(self.rungs) - self.n_below)
            doubled = np.matmul(self.rungs[-1], self.rungs[-1], out=self._room(len(self.rungs)))
            self.rungs.append(self._balanced(doubled, hours))
        return self.rungs[power + self.n_below]

    def keep(self, ticks: int) -> None:
        """Hold a propagator for one more duration."""
        self.own[ticks] = self._balanced(self.move(self.identity, ticks).copy(), self._hours(ticks))

    def move(self, columns: Array, ticks: int) -> Array:
        """Columns (p, size, c) moved on by whole ticks: a sum of rungs, and a series for the rest."""
        if ticks in self.own:
            return np.asarray(self.own[ticks] @ columns)
        whole, rest = divmod(ticks << self.n_below, self.unit)
        for place in range(whole.bit_length()):
            if whole >> place & 1:
                columns = self.rung(place - self.n_below) @ columns
        return self._series(columns, rest / (TICK_PER_H << self.n_below)) if rest else columns

    def carried(self, weights: Array, power: int) -> Array:
        """What to weigh a state with (p, 2**power k, size) to see (k) now and one, two, ... units later."""
        n_network, n_ask, n = weights.shape
        block = np.zeros((n_network, n_ask << power, self.rate.shape[1]))
        block[:, :n_ask, :n] = weights
        for rung in range(power):
            known = n_ask << rung
            block[:, known : 2 * known] = block[:, :known] @ self.rung(rung)
        return block
