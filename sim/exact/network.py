"""Exact response of any linear network to Steps and jumps: no time step exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.exact.propagator import Propagator
from sim.exact.steps import Array, Steps, Ticks, distinct, frozen, to_hour, to_tick
from sim.exact.system import LinearSystem, require_known

LEAST_TRAIN = 6  # evenly spaced samples within one interval
OFTEN = 4  # a duration met this often is worth a propagator of its own


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """What a network holds at the asked times."""

    names: tuple[str, ...]
    time_h: Array  # (m,)
    amount: Array  # (m, n), in the order of names
    cleared: Array  # (m,)
    followed: Array  # (m, k), in the order of the followers

    def of(self, name: str) -> Array:
        """Amount (m,) of one state."""
        return self.amount[:, self.names.index(name)]


@dataclass(frozen=True, slots=True, eq=False)
class NetworkCourse:
    """A network on its way under known inputs: ready to be asked at any time."""

    system: LinearSystem
    propagator: Propagator
    opening: Array  # (size,), before anything jumps in at hour 0
    edge: Ticks  # (e,)
    states: Array  # (e, size), just after each edge
    jump: Array  # (e, size), what jumped in at it

    def row(self, weights: Mapping[str, float]) -> Array:
        """Weights on states and followers as a row (size,) for `read` and `read_after`; raises ValueError on others."""
        names = [*self.system.names, None, *(follower[0] for follower in self.system.followers)]
        row = np.zeros(self.states.shape[1])
        for name, weight in weights.items():
            row[names.index(name)] = weight
        return row

    def read(self, rows: Array, tick: Ticks) -> Array:
        """Weighted sums (m, k) at ticks (m,), after what jumps in there."""
        index = np.searchsorted(self.edge, tick, side="right") - 1
        sample = _samples(self.propagator, self.states, index, tick - self.edge[index])
        return np.asarray(sample @ rows.T)

    def read_after(self, rows: Array, offset: Ticks, reach: Ticks) -> Array:
        """Weighted sums (m, k) at the first `reach` (e,) of the rising offsets (j,) after each edge, edge by edge.

        rows: (k, size). The rows are moved instead of the states: once per offset, however many edges.
        """
        reach = np.asarray(reach, dtype=np.int64)
        moved = self.propagator.carry(rows, offset[: reach.max()])
        start = np.cumsum(reach) - reach
        far_first = np.argsort(-reach, kind="stable")
        states, place = self.states[far_first], start[far_first]
        values = np.empty((int(reach.sum()), len(rows)))
        # offsets that equally many edges reach are read in one product
        stops = np.unique(reach)
        for low, high in pairwise([0, *stops[stops > 0].tolist()]):
            many = int((reach >= high).sum())
            sums = states[:many] @ moved[low:high].reshape(-1, moved.shape[2]).T
            values[place[:many, None] + np.arange(low, high)] = sums.reshape(many, high - low, len(rows))
        return values

    def at_tick(self, tick: Ticks, before: bool = False) -> Response:
        """State at ticks (m,) that do not fall; after a jump at its instant, or not yet if `before`."""
        index = np.searchsorted(self.edge, tick - before, side="right") - 1
        known = np.maximum(index, 0)
        rows = _samples(self.propagator, self.states, known, tick - self.edge[known])
        rows[index < 0] = self.opening
        n = len(self.system.names)
        return Response(
            names=tuple(self.system.names),
            time_h=frozen(to_hour(tick)),
            amount=frozen(rows[:, :n]),
            cleared=frozen(rows[:, n]),
            followed=frozen(rows[:, n + 1 : n + 1 + len(self.system.followers)]),
        )


def follow(
    system: LinearSystem,
    inputs: Mapping[str, Steps],
    jumps: Sequence[tuple[float, str, float]],
    start: Mapping[str, float],
    last_tick: int,
    first_tick: int = 0,
) -> NetworkCourse:
    """The course of a network from `first_tick` to `last_tick`; arguments and errors as in `respond`.

    start: amounts at the first tick.
    """
    opening = _start(system, start, len(inputs))
    edge, rate, jump = _schedule(system, inputs, jumps, first_tick, last_tick)
    jump = np.pad(jump, ((0, 0), (0, len(opening) - jump.shape[1])))
    enters = [list(system.names).index(name) for name in inputs]
    propagator = Propagator(system.generator(), len(system.names) + 1, enters)
    states = _edge_states(propagator, opening, edge, rate, jump)
    return NetworkCourse(system, propagator, opening, edge, states, jump)


def respond(
    system: LinearSystem,
    inputs: Mapping[str, Steps] | None = None,
    jumps: Sequence[tuple[float, str, float]] = (),
    *,
    time_h: ArrayLike,
    start: Mapping[str, float] | None = None,
    before: bool = False,
) -> Response:
    """State of the network at `time_h` (m,) >= 0, exact at any time asked.

    inputs: state -> amount per hour; jumps: (time_h, state, amount), felt at their instant, or not
    yet if `before`; start: amounts (of states or followers) at hour 0. Raises ValueError on unknown
    names, falling times and times before 0.

    >>> blood = LinearSystem(["blood"], losses=[("blood", 0.5)])
    >>> held = respond(blood, {"blood": Steps.from_hours([0.0, 100.0], [3.0])}, time_h=[100.0])
    >>> round(float(held.amount[0, 0]), 9)
    6.0
    """
    tick = to_tick(np.atleast_1d(np.asarray(time_h, dtype=np.float64)))
    if tick.ndim != 1 or (tick < 0).any() or (np.diff(tick) < 0).any():
        raise ValueError("time_h must be one row of times that do not fall, from 0 on")
    course = follow(system, inputs or {}, jumps, start or {}, int(tick.max(initial=0)))
    return course.at_tick(tick, before)


def _start(system: LinearSystem, start: Mapping[str, float], n_input: int) -> Array:
    followers = [follower[0] for follower in system.followers]
    require_known(system, set(start) - set(followers))
    amounts = [start.get(name, 0.0) for name in system.names]
    column = [*amounts, 0.0, *(start.get(name, 0.0) for name in followers), *([0.0] * n_input)]
    if not np.isfinite(column).all():
        raise ValueError("start must be finite")
    return np.array(column)


def _schedule(
    system: LinearSystem,
    signals: Mapping[str, Steps],
    jumps: Sequence[tuple[float, str, float]],
    first: int,
    last: int,
) -> tuple[Ticks, Array, Array]:
    """Edges (e,) from the first tick on, inputs (e, p) after each, and amounts (e, n) that jump in at each."""
    require_known(system, [*signals, *(name for _, name, _ in jumps)])
    if not np.isfinite([amount for _, _, amount in jumps]).all():
        raise ValueError("amounts that jump in must be finite")
    when = to_tick([time for time, _, _ in jumps])
    edge = distinct([first], when, *(signal.edge_tick for signal in signals.values()))
    if edge[0] < first:
        raise ValueError(f"inputs and jumps must not start before hour {to_hour(first):g}")
    edge = edge[edge <= last]
    rate = np.stack([signal.at_tick(edge) for signal in signals.values()], axis=1) if signals else None
    amount = np.zeros((len(edge), len(system.names)))
    for tick, (_, name, jumped) in zip(when, jumps, strict=True):
        if tick <= last:
            amount[np.searchsorted(edge, tick), list(system.names).index(name)] += jumped
    return edge, np.zeros((len(edge), 0)) if rate is None else rate, amount


def _edge_states(propagator: Propagator, column: Array, edge: Ticks, rate: Array, jump: Array) -> Array:
    """State (e, size) just after each edge, its inputs switched on."""
    spans = np.diff(edge)
    size, kind, count = np.unique(spans, return_inverse=True, return_counts=True)
    n_held = len(column) - rate.shape[1]
    states = np.empty((len(edge), len(column)))
    states[:, n_held:] = rate
    states[0, :n_held] = column[:n_held]
    states[0, :n_held] += jump[0, :n_held]
    step: list[Array | None] = [None] * len(size)
    entered = np.zeros((len(edge), n_held))  # by the inputs since the edge before, and at once
    for place, (span, often) in enumerate(zip(size.tolist(), count.tolist(), strict=True)):
        if often >= OFTEN:
            moves = propagator.matrix(span)
            step[place] = np.ascontiguousarray(moves[:n_held, :n_held])
            met = np.flatnonzero(kind == place)
            entered[met + 1] = rate[met] @ moves[:n_held, n_held:].T
    entered += jump[:, :n_held]
    for i, place in enumerate(kind.tolist()):
        own = step[place]
        if own is None:
            states[i + 1, :n_held] = propagator.move(states[i], int(spans[i]))[:n_held]
            states[i + 1, :n_held] += entered[i + 1]
        else:
            np.dot(own, states[i, :n_held], out=states[i + 1, :n_held])
            states[i + 1, :n_held] += entered[i + 1]
    return states


def _samples(propagator: Propagator, states: Array, index: NDArray[np.intp], offset: Ticks) -> Array:
    """Rows (m, size): state `index` (m,) moved on by `offset` (m,); even trains go block by block."""
    group = np.flatnonzero(np.append(True, index[1:] != index[:-1]))
    end = np.append(group[1:], len(offset))
    long = end - group > LEAST_TRAIN
    single = np.ones(len(offset), dtype=bool)
    trains = []
    for low, high in zip(group[long].tolist(), end[long].tolist(), strict=True):
        gaps = np.diff(offset[low:high])
        if gaps[0] > 0 and (gaps == gaps[0]).all():
            single[low + 1 : high] = False
            trains.append((low, high, int(gaps[0])))
    rows = np.empty((len(offset), states.shape[1]))
    rows[single] = propagator.spread(states[index[single]], offset[single])
    for low, high, gap in trains:
        rows[low:high] = propagator.train(rows[low], gap, high - low)
    return rows
