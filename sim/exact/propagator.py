"""Move amounts on by any whole number of ticks: every duration is a sum of doubled ticks.

The library's exponential moves on by one tick; from there each propagator is the one before, twice. All entries
are amounts that moved, so none is negative, and after each doubling the columns are brought back to the amount
that entered them. That keeps slow losses exact beside fast exchange. Without it the rounding of a tick doubles
with every step (a loss of 1e-6 per h beside an exchange of 1e4 per h: 6e-3 wrong after ten years), and the
library's exponential of a whole duration, which doubles within, loses mass and digits as well (5e-8, and 3e-8
with its columns brought back), and what trickles through a long chain.
Source: Al-Mohy and Higham 2009, SIAM J. Matrix Anal. Appl. 31:970 (the library's exponential); that sums of what
is not negative keep each entry's digits: Xue and Ye 2008, Numer. Math. 110:393.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from sim.exact.steps import TICK_PER_H, Array, Ticks

N_DOUBLING: Final = 52  # 2**52 ticks are 142 years


class Propagator:
    """Moves [states, cleared, followers, inputs] on by whole ticks.

    >>> halves_in_an_hour = np.array([[-np.log(2.0), 0.0], [np.log(2.0), 0.0]])  # blood, cleared
    >>> Propagator(halves_in_an_hour, 2, []).move(np.array([8.0, 0.0]), 2 * TICK_PER_H).round(12).tolist()
    [2.0, 6.0]
    """

    def __init__(self, generator: Array, n_mass: int, inputs: Sequence[int]) -> None:
        """generator (n, n) per hour, its first n_mass rows conserving mass; inputs: row each one enters."""
        from scipy.linalg import expm

        n, size = len(generator), len(generator) + len(inputs)
        self.n_mass, self.n_input = n_mass, len(inputs)
        self.fade_per_h = -np.diag(generator)[n_mass:]
        rate = np.zeros((size, size))
        rate[:n, :n] = generator
        rate[list(inputs), np.arange(n, size)] = 1.0
        self.doubling = [self._balanced(expm(rate / TICK_PER_H), 1)]
        for power in range(1, N_DOUBLING):
            last = self.doubling[-1]
            self.doubling.append(self._balanced(last @ last, 1 << power))
        self.own: dict[int, Array] = {}

    def _balanced(self, step: Array, ticks: int) -> Array:
        # what entered a column is still in the mass rows: 1 for a state, the time for an input
        n_mass, n_input, size = self.n_mass, self.n_input, len(step)
        due = np.ones(size)
        due[size - n_input :] = ticks / TICK_PER_H
        has_mass = np.r_[0:n_mass, size - n_input : size]
        mass = step[:n_mass, has_mass].sum(axis=0)
        # within no time nothing enters, and nothing is shared out
        step[:n_mass, has_mass] *= np.divide(due[has_mass], mass, out=np.ones_like(mass), where=due[has_mass] > 0.0)
        follower = np.arange(n_mass, size - n_input)
        step[follower, follower] = np.exp(-self.fade_per_h * (ticks / TICK_PER_H))
        return step

    def matrix(self, ticks: int) -> Array:
        """One matrix that moves a column on by `ticks`."""
        if ticks not in self.own:
            half = self.own.get(ticks // 2) if ticks % 2 == 0 else None
            step = np.eye(len(self.doubling[0])) if half is None else half @ half
            for power in range(ticks.bit_length() if half is None else 0):
                if ticks >> power & 1:
                    step = self.doubling[power] @ step
            self.own[ticks] = self._balanced(step, ticks)
        return self.own[ticks]

    def move(self, column: Array, ticks: int) -> Array:
        """A column (size,) moved on by `ticks`."""
        if ticks in self.own:
            return np.asarray(self.own[ticks] @ column)
        for power in range(ticks.bit_length()):
            if ticks >> power & 1:
                column = self.doubling[power] @ column
        return column

    def spread(self, rows: Array, ticks: Ticks) -> Array:
        """Each row (m, size) moved on by its own `ticks` (m,)."""
        for power in range(int(ticks.max(initial=0)).bit_length()):
            chosen = np.flatnonzero(ticks >> power & 1)
            if len(chosen):
                rows[chosen] = rows[chosen] @ self.doubling[power].T
        return rows

    def carry(self, rows: Array, ticks: Ticks) -> Array:
        """Rows of weights (k, size) as they read a column `ticks` (m,) before: (m, k, size)."""
        moved, ticks = np.tile(rows, (len(ticks), 1)), np.repeat(ticks, len(rows))
        for power in range(int(ticks.max(initial=0)).bit_length()):
            chosen = np.flatnonzero(ticks >> power & 1)
            if len(chosen):
                moved[chosen] = moved[chosen] @ self.doubling[power]
        return moved.reshape(-1, *rows.shape)

    def train(self, first: Array, ticks: int, count: int) -> Array:
        """`count` rows, each `ticks` after the one before; the first is given."""
        rows = np.empty((count, len(first)))
        rows[0] = first
        n_row = 1
        while n_row < count:
            new = min(n_row, count - n_row)
            rows[n_row : n_row + new] = rows[:new] @ self.matrix(ticks * n_row).T
            n_row += new
        return rows
