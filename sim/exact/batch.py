"""Many networks of equal shape moved on together: exact at any time asked, no time step.

At evenly spaced times only what is asked for is computed: the questions are carried over a block of samples once,
and the states move from block to block.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from sim.exact.ladder import N_CHUNK, Ladder
from sim.exact.steps import TICK_PER_H, Array, Steps, Ticks, to_tick

OFTEN: Final = 20  # a duration met this often is worth a propagator of its own
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
    jump: Array  # (e, n), amounts that come in at it
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
    jumps: Sequence[tuple[float, int, float]] = (),
) -> BatchResponse:
    """Weighted sums of the states of many networks at `time_h` (m,) >= 0 that do not fall.

    generator (p, n, n) per hour, column to row, as `LinearSystem.generator` writes it, where the first
    n_mass rows keep mass; enters (n, q): what one unit of each input brings to each state; signals: q
    inputs per hour, the same for all; weights (p, k, n); start (p, n), by default nothing; jumps:
    (time_h, place of the state, amount), felt at their instant, the same for all.
    Exact at any time, edges and times wherever they fall. Raises ValueError on shapes that disagree,
    on times that fall or lie before 0, and on inputs and jumps before hour 0.

    >>> two = np.array([[[-0.5, 0.0], [0.5, 0.0]], [[-0.1, 0.0], [0.1, 0.0]]])  # blood, cleared
    >>> drip, into_blood = Steps.from_hours([0.0, 200.0], [3.0]), np.array([[1.0], [0.0]])
    >>> blood = np.ones((2, 1, 2)) * [1.0, 0.0]
    >>> respond_many(two, 2, into_blood, [drip], time_h=[199.0], weights=blood).observed.ravel().round(6).tolist()
    [6.0, 30.0]
    """
    return Batch(n_mass, enters, signals, time_h, jumps).respond(generator, weights, start)


class Batch:
    """Inputs and times that many networks share, and the room they are worked in, one chunk after the other."""

    def __init__(
        self,
        n_mass: int,
        enters: Array,
        signals: Sequence[Steps],
        time_h: ArrayLike,
        jumps: Sequence[tuple[float, int, float]] = (),
    ) -> None:
        """Arguments and errors as in `respond_many`."""
        sample_tick = to_tick(np.atleast_1d(np.asarray(time_h, dtype=np.float64)))
        if sample_tick.ndim != 1 or not len(sample_tick) or (sample_tick < 0).any() or (np.diff(sample_tick) < 0).any():
            raise ValueError("time_h must be one row of times that do not fall, from 0 on")
        if enters.shape[1:] != (len(signals),):
            raise ValueError(f"enters has shape {enters.shape}; one column for each of {len(signals)} inputs is needed")
        self.n_mass, self.enters, self.n_time = n_mass, enters, len(sample_tick)
        self.plan = _plan(sample_tick, signals, jumps, len(enters))
        self.room: list[Array] = []  # fresh memory for every product costs as much as the products (measured)

    def respond(self, generator: Array, weights: Array, start: Array | None = None) -> BatchResponse:
        """What networks (p, n, n) show; arguments and errors as in `respond_many`."""
        n, n_network = len(self.enters), len(generator)
        opening = np.zeros((n_network, n)) if start is None else start
        shapes = generator.shape, weights.shape[::2], opening.shape
        if shapes != ((n_network, n, n), (n_network, n), (n_network, n)):
            raise ValueError(f"generator, weights and start disagree in shape with each other or enters: {shapes}")
        observed, last = np.empty((n_network, self.n_time, weights.shape[1])), np.empty((n_network, n))
        for low in range(0, n_network, N_CHUNK):
            part = slice(low, low + N_CHUNK)
            ladder = Ladder(generator[part], self.n_mass, self.enters, self.plan.unit, self.room)
            last[part] = _walk(ladder, self.plan, opening[part], weights[part], observed[part])
        return BatchResponse(observed, last)


def _plan(sample_tick: Ticks, signals: Sequence[Steps], jumps: Sequence[tuple[float, int, float]], n: int) -> _Plan:
    """Samples in trains between the edges; the commonest gap is their unit."""
    when = to_tick([time for time, _, _ in jumps])
    edge = np.unique(np.concatenate([[0], when, *(signal.edge_tick for signal in signals)]))
    if edge[0] < 0:
        raise ValueError("inputs and jumps must not start before hour 0")
    edge = edge[edge <= sample_tick[-1]]
    rate = np.stack([signal.at_tick(edge) for signal in signals], axis=1) if signals else np.zeros((len(edge), 0))
    jump = np.zeros((len(edge), n))
    for tick, (_, state, amount) in zip(when, jumps, strict=True):
        if tick <= sample_tick[-1]:
            jump[np.searchsorted(edge, tick), state] += amount
    gaps, counts = np.unique(np.diff(sample_tick)[np.diff(sample_tick) > 0], return_counts=True)
    unit = int(gaps[counts.argmax()]) if len(gaps) else TICK_PER_H
    place = np.searchsorted(edge, sample_tick, side="right") - 1
    is_next = (np.diff(sample_tick) == unit) & (np.diff(place) == 0)
    first = np.flatnonzero(np.append(True, ~is_next))
    trains: list[list[_Train]] = [[] for _ in edge]
    for low, high in zip(first.tolist(), [*first[1:].tolist(), len(sample_tick)], strict=True):
        trains[place[low]].append(_Train(low, int(sample_tick[low] - edge[place[low]]), high - low))
    longest = max(train.count for row in trains for train in row)
    met = Counter(np.diff(edge).tolist()) + Counter(train.offset for row in trains for train in row)
    return _Plan(
        edge=edge,
        rate=rate,
        jump=jump,
        trains=tuple(tuple(row) for row in trains),
        unit=unit,
        power=min(round(0.5 * math.log2(longest)), HIGHEST_POWER),
        often=tuple(sorted(ticks for ticks, count in met.items() if ticks and count >= OFTEN)),
    )


def _walk(ladder: Ladder, plan: _Plan, opening: Array, weights: Array, observed: Array) -> Array:
    """Write (p, m, k) into `observed`, edge by edge; return the last states (p, n)."""
    n_network, n_ask, n = weights.shape
    n_block = 1 << plan.power
    carried = ladder.carried(weights, plan.power).swapaxes(1, 2)
    for ticks in plan.often:
        ladder.keep(ticks)
    column = np.concatenate([opening, np.zeros((n_network, plan.rate.shape[1]))], axis=1)[:, :, None]
    last = column
    spans = [0, *np.diff(plan.edge).tolist()]
    for span, rate, jump, trains in zip(spans, plan.rate, plan.jump, plan.trains, strict=True):
        # moved on to the edge, then its inputs are switched on
        column = ladder.move(column, span).copy()
        column[:, :n, 0] += jump
        column[:, n:, 0] = rate
        for train in trains:
            last = ladder.move(column, train.offset)
            states = [last]
            for _ in range((train.count - 1) // n_block):
                states.append(ladder.rung(plan.power) @ states[-1])
            block = np.concatenate(states, axis=2).swapaxes(1, 2) @ carried[:, :, : n_ask * min(train.count, n_block)]
            rows = block.reshape(n_network, -1, n_ask)[:, : train.count]
            observed[:, train.first : train.first + train.count] = rows
            last = ladder.move(states[-1], (train.count - 1) % n_block * plan.unit)
    return np.asarray(last[:, :n, 0])
