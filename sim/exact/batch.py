"""Many networks of equal shape moved on together: exact at any time asked, no time step.

Each network climbs a ladder of propagators: a short series for a step so small that hardly anything moves, then
squarings. As in `sim.exact.propagator`, every entry is an amount that moved, and each doubling brings the columns
back to the amount that entered them. At evenly spaced times only what is asked for is computed: the questions are
carried over a block of samples once, and the states move from block to block.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from sim.exact.steps import TICK_PER_H, Array, Steps, Ticks, to_tick

N_CHUNK: Final = 128  # networks moved on together; a rung of their ladders is about a megabyte
MOST_PASSED: Final = 1.0 / 64.0  # share of any state that leaves it on the lowest rung
N_SERIES_TERM: Final = 7  # then good to 1e-16
OFTEN: Final = 10  # a duration met this often is worth a propagator of its own
HIGHEST_POWER: Final = 6  # of two: samples in a block


@dataclass(frozen=True, slots=True, eq=False)
class BatchResponse:
    """What p networks showed at the asked times, and what they held at the last of them."""

    observed: Array  # (p, m, k)
    last: Array  # (p, n), states, cleared, followers


@dataclass(frozen=True, slots=True)
class _Train:
    """Samples one unit apart, all between two edges."""

    first: int  # its place among all samples
    offset: int  # ticks from the edge to it
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Edges, inputs and samples; the same for every network."""

    edge: Ticks  # (e,)
    rate: Array  # (e, q), from each edge on
    trains: tuple[tuple[_Train, ...], ...]  # of each edge
    unit: int  # ticks between the samples of a train
    power: int  # a block holds 2**power samples
    often: tuple[int, ...]  # durations in ticks


def respond_many(
    generator: Array,
    n_mass: int,
    enters: Array,
    signals: Sequence[Steps],
    *,
    time_h: ArrayLike,
    weights: Array,
    start: Array | None = None,
) -> BatchResponse:
    """Weighted sums of the states of many networks at `time_h` (m,) >= 0 that do not fall.

    generator (p, n, n) per hour, column to row, as `LinearSystem.generator` writes it, where the first
    n_mass rows keep mass; enters (n, q): what one unit of each input brings to each state; signals: q
    inputs per hour, the same for all; weights (p, k, n); start (p, n), by default nothing.
    Exact at any time, edges and times wherever they fall. Raises ValueError on shapes that disagree,
    on times that fall or lie before 0, and on inputs before hour 0.

    >>> two = np.array([[[-0.5, 0.0], [0.5, 0.0]], [[-0.1, 0.0], [0.1, 0.0]]])  # blood, cleared
    >>> drip, into_blood = Steps.from_hours([0.0, 200.0], [3.0]), np.array([[1.0], [0.0]])
    >>> blood = np.ones((2, 1, 2)) * [1.0, 0.0]
    >>> respond_many(two, 2, into_blood, [drip], time_h=[199.0], weights=blood).observed.ravel().round(6).tolist()
    [6.0, 30.0]
    """
    asked = to_tick(np.atleast_1d(np.asarray(time_h, dtype=np.float64)))
    if asked.ndim != 1 or not len(asked) or (asked < 0).any() or (np.diff(asked) < 0).any():
        raise ValueError("time_h must be one row of times that do not fall, from 0 on")
    n_network, n, _ = generator.shape
    opening = np.zeros((n_network, n)) if start is None else start
    shapes = generator.shape, enters.shape, weights.shape[::2], opening.shape
    if shapes != ((n_network, n, n), (n, len(signals)), (n_network, n), (n_network, n)):
        raise ValueError(f"generator, enters, weights and start disagree in shape: {shapes}")
    plan = _plan(asked, signals)
    observed, last = np.empty((n_network, len(asked), weights.shape[1])), np.empty((n_network, n))
    for low in range(0, n_network, N_CHUNK):
        part = slice(low, low + N_CHUNK)
        ladder = _Ladder(generator[part], n_mass, enters, plan.unit)
        last[part] = _walk(ladder, plan, opening[part], weights[part], observed[part])
    return BatchResponse(observed, last)


def _plan(asked: Ticks, signals: Sequence[Steps]) -> _Plan:
    """Samples in trains between the edges; the commonest gap is their unit."""
    edge = np.unique(np.concatenate([[0], *(signal.edge_tick for signal in signals)]))
    if edge[0] < 0:
        raise ValueError("inputs must not start before hour 0")
    edge = edge[edge <= asked[-1]]
    rate = np.stack([signal.at_tick(edge) for signal in signals], axis=1) if signals else np.zeros((len(edge), 0))
    gaps, counts = np.unique(np.diff(asked)[np.diff(asked) > 0], return_counts=True)
    unit = int(gaps[counts.argmax()]) if len(gaps) else TICK_PER_H
    place = np.searchsorted(edge, asked, side="right") - 1
    is_next = (np.diff(asked) == unit) & (np.diff(place) == 0)
    first = np.flatnonzero(np.append(True, ~is_next))
    trains: list[list[_Train]] = [[] for _ in edge]
    for low, high in zip(first.tolist(), [*first[1:].tolist(), len(asked)], strict=True):
        trains[place[low]].append(_Train(low, int(asked[low] - edge[place[low]]), high - low))
    longest = max(train.count for row in trains for train in row)
    met = Counter(np.diff(edge).tolist()) + Counter(train.offset for row in trains for train in row)
    return _Plan(
        edge=edge,
        rate=rate,
        trains=tuple(tuple(row) for row in trains),
        unit=unit,
        power=min(round(0.5 * math.log2(longest)), HIGHEST_POWER),
        often=tuple(sorted(ticks for ticks, count in met.items() if count >= OFTEN)),
    )


def _walk(ladder: _Ladder, plan: _Plan, opening: Array, weights: Array, observed: Array) -> Array:
    """Write (p, m, k) into `observed`, edge by edge; return the last states (p, n)."""
    n_network, n_ask, n = weights.shape
    n_block = 1 << plan.power
    carried = ladder.carried(weights, plan.power).swapaxes(1, 2)
    for ticks in plan.often:
        ladder.keep(ticks)
    column = np.concatenate([opening, np.zeros((n_network, plan.rate.shape[1]))], axis=1)[:, :, None]
    last = column
    spans = [0, *np.diff(plan.edge).tolist()]
    for span, rate, trains in zip(spans, plan.rate, plan.trains, strict=True):
        # moved on to the edge, then its inputs are switched on
        column = ladder.move(column, span).copy()
        column[:, n:, 0] = rate
        for train in trains:
            last = ladder.move(column, train.offset)
            states = [last]
            for _ in range((train.count - 1) // n_block):
                states.append(ladder.rung(plan.power) @ states[-1])
            shown = np.concatenate(states, axis=2).swapaxes(1, 2) @ carried[:, :, : n_ask * min(train.count, n_block)]
            rows = shown.reshape(n_network, -1, n_ask)[:, : train.count]
            observed[:, train.first : train.first + train.count] = rows
            last = ladder.move(states[-1], (train.count - 1) % n_block * plan.unit)
    return np.asarray(last[:, :n, 0])


class _Ladder:
    """Propagators (p, size, size) of [states, cleared, followers, inputs] over the unit times powers of two."""

    def __init__(self, generator: Array, n_mass: int, enters: Array, unit: int) -> None:
        n_network, n, _ = generator.shape
        size = n + enters.shape[1]
        self.n, self.n_mass, self.unit = n, n_mass, unit
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
            moved = columns + (hours / k) * (self.rate @ moved)
        return moved

    def _balanced(self, step: Array, hours: float) -> Array:
        # what entered a column is still in the mass rows: 1 for a state, the time for an input
        due = self.entering.copy()
        due[self.n :] *= hours
        is_mass = np.arange(step.shape[1]) < self.n_mass
        held = is_mass.astype(np.float64) @ step
        step[:, : self.n_mass] *= np.divide(due, held, out=np.ones_like(held), where=held > 0.0)[:, None]
        follower = np.arange(self.n_mass, self.n)
        step[:, follower, follower] = np.exp(-self.fade_per_h * hours)
        return step

    def rung(self, power: int) -> Array:
        """Propagator over the unit times 2**power."""
        while len(self.rungs) <= power + self.n_below:
            hours = self._hours(self.unit) * 2.0 ** (len(self.rungs) - self.n_below)
            self.rungs.append(self._balanced(self.rungs[-1] @ self.rungs[-1], hours))
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
