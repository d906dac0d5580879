"""Piecewise-constant signals and their algebra: edges in whole microseconds, areas exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Ticks = NDArray[np.int64]

TICK_PER_H: Final = 3_600_000_000
TICK_PER_DAY: Final = 24 * TICK_PER_H
MOST_H: Final = 1e6  # about 114 years; a float of hours still resolves a tick there
BLUR_TICK: Final = 1e-3  # a computed crossing this close to a tick is on it


def to_tick(time_h: ArrayLike) -> Ticks:
    """Hours, any shape, as ticks of 1 microsecond.

    >>> int(to_tick(0.5))
    1800000000
    """
    time = np.asarray(time_h, dtype=np.float64)
    if not np.isfinite(time).all() or (np.abs(time) > MOST_H).any():
        raise ValueError(f"time_h must be finite and within {MOST_H:g} h")
    return np.rint(time * TICK_PER_H).astype(np.int64)


def to_hour(tick: ArrayLike) -> Array:
    """Ticks, any shape, as hours."""
    return np.asarray(np.asarray(tick) / TICK_PER_H, dtype=np.float64)


def distinct(*ticks: ArrayLike) -> Ticks:
    """All ticks (n,) in rising order, each once; a merge of runs that mostly rise, so no hashing.

    >>> distinct([0, 5], [3, 5]).tolist()
    [0, 3, 5]
    """
    tick = np.sort(np.concatenate([np.asarray(run, dtype=np.int64) for run in ticks]), kind="stable")
    return tick[np.append(True, tick[1:] != tick[:-1])] if len(tick) else tick


def frozen(values: ArrayLike) -> Array:
    """A read-only copy as float64, so that a result cannot be written to."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """A signal constant on half-open intervals [edge, next edge) and 0 elsewhere.

    >>> pulse = Steps.from_hours([0.0, 1.0, 4.0], [2.0, 0.5])
    >>> pulse.at([0.0, 1.0, 4.0]).tolist(), pulse.area().tolist()
    ([2.0, 0.5, 0.0], [0.0, 2.0, 3.5])
    """

    edge_tick: Ticks  # (n + 1,), rising
    value: Array  # (n,), per hour where the quantity is a flow

    def __post_init__(self) -> None:
        edge = np.array(self.edge_tick, dtype=np.int64)
        edge.setflags(write=False)
        object.__setattr__(self, "edge_tick", edge)
        object.__setattr__(self, "value", frozen(self.value))
        if edge.ndim != 1 or self.value.shape != (len(edge) - 1,):
            raise ValueError("edge_tick needs one entry more than value")
        if (np.diff(edge) <= 0).any():
            raise ValueError("edge_tick must rise")
        if not np.isfinite(self.value).all():
            raise ValueError("value must be finite")

    @property
    def edge_h(self) -> Array:
        """Edges in hours (n + 1,)."""
        return to_hour(self.edge_tick)

    @property
    def length_h(self) -> Array:
        """Length of each interval in hours (n,).

        >>> Steps.from_hours([0.0, 1.0, 4.0], [2.0, 0.5]).length_h.tolist()
        [1.0, 3.0]
        """
        return to_hour(np.diff(self.edge_tick))

    @staticmethod
    def from_hours(edge_h: ArrayLike, value: ArrayLike) -> Steps:
        """Edges in hours (n + 1,), values (n,); intervals shorter than a tick are dropped.

        Raises ValueError where lengths disagree, times fall or a number is not finite.
        """
        edge, height = to_tick(edge_h), np.asarray(value, dtype=np.float64)
        if edge.ndim != 1 or height.ndim != 1 or len(edge) != len(height) + 1:
            raise ValueError("edge_h needs one entry more than value")
        if (np.diff(edge) < 0).any():
            raise ValueError("edge_h must not fall")
        keep = np.diff(edge) > 0
        return Steps(np.append(edge[:-1][keep], edge[-1]), height[keep])

    @staticmethod
    def from_crossings(edge: ArrayLike, value: ArrayLike) -> Steps:
        """Edges that may fall between ticks, as float ticks; the tick they fall in gets the mean.

        The area stays exact, and every whole tick keeps its clean value.

        >>> Steps.from_crossings([0.0, 2.25, 4.0], [1.0, 5.0]).value.tolist()
        [1.0, 4.0, 5.0]
        """
        at, height = np.asarray(edge, dtype=np.float64), np.asarray(value, dtype=np.float64)
        near = np.rint(at)
        at = np.where(np.abs(at - near) <= BLUR_TICK, near, at)
        cut = distinct(np.floor(at), np.ceil(at))
        piece = np.clip(np.searchsorted(at, cut[:-1], side="right") - 1, 0, len(height) - 1)
        out = height[piece].copy()
        between = np.flatnonzero(at != np.floor(at))
        if len(between):
            # pieces of the ticks that are cut: from their start, and from each crossing inside
            first = np.unique(np.searchsorted(cut, at[between], side="right") - 1)
            start = np.sort(np.concatenate([cut[first], at[between]]))
            owner = np.searchsorted(cut, start, side="right") - 1
            size = np.minimum(np.append(start[1:], np.inf), cut[owner] + 1) - start
            value = height[np.clip(np.searchsorted(at, start, side="right") - 1, 0, len(height) - 1)]
            out[first] = np.add.reduceat(size * value, np.searchsorted(owner, first))
        return Steps(cut, out)

    def at(self, time_h: ArrayLike) -> Array:
        """Value at times in hours, same shape; at an edge the value after it."""
        return self.at_tick(to_tick(time_h))

    def before(self, time_h: ArrayLike) -> Array:
        """Value just before times in hours, same shape."""
        return self.at_tick(to_tick(time_h) - 1)

    def at_tick(self, tick: ArrayLike) -> Array:
        """Value at ticks, same shape."""
        if not len(self.value):
            return np.zeros(np.shape(tick))
        index, last = np.searchsorted(self.edge_tick, tick, side="right") - 1, len(self.value) - 1
        known = self.value[np.minimum(np.maximum(index, 0), last)]
        return np.asarray(np.where((index >= 0) & (index <= last), known, 0.0))

    def area(self) -> Array:
        """Running integral at the edges (n + 1,), from the first edge on."""
        return np.concatenate([[0.0], np.cumsum(self.value * self.length_h)])

    def area_to(self, tick: ArrayLike) -> Array:
        """Integral from the first edge to each tick, same shape."""
        if not len(self.value):
            return np.zeros(np.shape(tick))
        when = np.clip(tick, self.edge_tick[0], self.edge_tick[-1])
        index = np.clip(np.searchsorted(self.edge_tick, when, side="right") - 1, 0, len(self.value) - 1)
        return np.asarray(self.area()[index] + self.value[index] * to_hour(when - self.edge_tick[index]))

    def merged(self) -> Steps:
        """The same signal with equal neighbours as one interval."""
        fresh = np.append(True, self.value[1:] != self.value[:-1])
        return Steps(np.append(self.edge_tick[:-1][fresh], self.edge_tick[-1]), self.value[fresh])

    def cut(self, start_tick: int, end_tick: int) -> Steps:
        """The part of the signal on [start, end)."""
        inner = self.edge_tick[(self.edge_tick > start_tick) & (self.edge_tick < end_tick)]
        edge = np.concatenate([[start_tick], inner, [end_tick]])
        return Steps(edge, self.at_tick(edge[:-1]))


def align(*signals: Steps) -> tuple[Ticks, list[Array]]:
    """Common edges (n + 1,) of the signals and each one's values (n,) between them."""
    edge = distinct(*(signal.edge_tick for signal in signals))
    return edge, [signal.at_tick(edge[:-1]) for signal in signals]


def combine(function: Callable[..., Array], *signals: Steps) -> Steps:
    """The signal of a function applied value by value; equal neighbours merge.

    >>> flow = Steps.from_hours([0.0, 2.0], [3.0])
    >>> combine(lambda a, b: a * b, flow, Steps.from_hours([1.0, 2.0], [2.0])).value.tolist()
    [0.0, 6.0]
    """
    edge, values = align(*signals)
    return Steps(edge, function(*values)).merged()


def join(signals: Sequence[Steps]) -> Steps:
    """Signals that follow each other without a gap, as one."""
    edges = [signals[0].edge_tick[:1]] + [signal.edge_tick[1:] for signal in signals]
    return Steps(np.concatenate(edges), np.concatenate([signal.value for signal in signals])).merged()
