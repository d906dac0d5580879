"""A slow filter of a signal that is a cubic on each panel: exact, whatever the panels' sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.exact.fading import fading
from sim.exact.steps import Array, Ticks, to_hour

LEAST: Final = 1e-17  # a term of the power series that is far below a rounding


def moments(fade: Array) -> Array:
    """(4, m): a times the integral of x^n exp(-a (1 - x)) over x from 0 to 1, for n = 0 to 3 and a = fade.

    By parts, moment n = 1 - n / a x moment n - 1: upwards where a is large, downwards where it is small, there
    from the power series of the third, a 3! x the sum of (-a)^k / (k + 4)!.
    Source: NIST Digital Library of Mathematical Functions, 13.2.2 and 13.4.1 with t = 1 - x.

    >>> # of no fading nothing is left, of very fast fading the end of the panel; for n = 1 and a = 1 it is 1 / e
    >>> moments(np.array([1e-9, 1.0, 1e9])).round(6)[:2].tolist()
    [[0.0, 0.632121, 1.0], [0.0, 0.367879, 1.0]]
    """
    row = np.empty((4, len(fade)))
    small = fade < 1.0
    slow, fast = fade[small], fade[~small]
    series = np.zeros_like(slow)
    for k in reversed(range(4, _end(float(slow.max(initial=0.0))))):
        series = 1.0 - slow / (k + 1.0) * series
    third = slow / 4.0 * series
    for n in (3, 2, 1, 0):
        row[n, small] = third
        third = slow * (1.0 - third) / max(n, 1)
    row[0, ~small] = -np.expm1(-fast)
    for n in (1, 2, 3):
        row[n, ~small] = 1.0 - n / fast * row[n - 1, ~small]
    return row


def _end(fade: float) -> int:
    """Factor of the power series from which on its terms fall below a rounding."""
    k, term = 4, 1.0
    while term > LEAST:
        k, term = k + 1, term * fade / (k + 1.0)
    return k + 1


@dataclass(frozen=True, slots=True, eq=False)
class Cubics:
    """A signal on panels between nodes, in each a cubic in the share x of the panel."""

    node_tick: Ticks  # (k,), rising
    power: Array  # (4, k - 1), factors of 1, x, x^2, x^3

    @staticmethod
    def through(node_tick: Ticks, value: Array, before_per_h: Array, after_per_h: Array) -> Cubics:
        """Cubics through values (k,), with slopes per hour just before and just after each node."""
        size_h = to_hour(np.diff(node_tick))
        rise, first, last = np.diff(value), after_per_h[:-1] * size_h, before_per_h[1:] * size_h
        bend = 3.0 * rise - 2.0 * first - last
        return Cubics(node_tick, np.stack([value[:-1], first, bend, rise - first - bend]))

    def panel(self, tick: Ticks) -> Ticks:
        """Panel (m,) that each tick falls in; the first and the last reach on beyond the ends."""
        return np.clip(np.searchsorted(self.node_tick, tick, side="right") - 1, 0, len(self.node_tick) - 2)

    def at(self, tick: Ticks, panel: Ticks) -> Array:
        """Value (m,) at ticks in their panels."""
        share = (tick - self.node_tick[panel]) / (self.node_tick[panel + 1] - self.node_tick[panel])
        zeroth, first, second, third = self.power[:, panel]
        return np.asarray(zeroth + share * (first + share * (second + share * third)))

    def slope_per_h(self, tick: Ticks, panel: Ticks) -> Array:
        """Slope (m,) at ticks in their panels."""
        size = self.node_tick[panel + 1] - self.node_tick[panel]
        share = (tick - self.node_tick[panel]) / size
        _, first, second, third = self.power[:, panel]
        return np.asarray((first + share * (2.0 * second + share * 3.0 * third)) / to_hour(size))

    def scaled(self, factor: float) -> Cubics:
        """The signal times a factor."""
        return Cubics(self.node_tick, self.power * factor)

    def capped(self, limit: float) -> Cubics:
        """The signal or the limit, whichever is less; panels are split where the signal crosses the limit.

        >>> hour = np.array([0, 3_600_000_000])
        >>> rise = Cubics.through(hour, np.array([0.0, 2.0]), np.array([2.0, 2.0]), np.array([2.0, 2.0]))
        >>> rise.capped(1.0).node_tick.tolist()  # split at the first tick above the limit
        [0, 1800000001, 3600000000]
        """
        panels = np.arange(len(self.node_tick) - 1)
        start, end = self.node_tick[:-1], self.node_tick[1:]
        most = limit * (1.0 + 1e-12)  # what rests at the limit does not cross it
        is_over = self.at(start, panels) > most, self.at(end, panels) > most
        crossing = panels[is_over[0] != is_over[1]]
        low, high = start[crossing], end[crossing]
        rises = is_over[1][crossing]
        while (high - low > 1).any():
            middle = (low + high) // 2
            is_after = (self.at(middle, crossing) > most) == rises
            low, high = np.where(is_after, low, middle), np.where(is_after, middle, high)
        inside = high < end[crossing]
        node = np.sort(np.append(self.node_tick, high[inside]))
        panel = self.panel(node[:-1])
        over = self.at((node[:-1] + node[1:]) // 2, panel) > most
        value = np.where(over, limit, self.at(node[:-1], panel))
        ends = np.where(over, limit, self.at(node[1:], panel))
        size_h = to_hour(np.diff(node))
        first = np.where(over, 0.0, self.slope_per_h(node[:-1], panel)) * size_h
        last = np.where(over, 0.0, self.slope_per_h(node[1:], panel)) * size_h
        rise = ends - value
        bend = 3.0 * rise - 2.0 * first - last
        return Cubics(node, np.stack([value, first, bend, rise - first - bend]))


@dataclass(frozen=True, slots=True, eq=False)
class Lag:
    """Filter on its way: d lag/dt = per_h (signal - lag)."""

    signal: Cubics
    per_h: float
    value: Array  # (k,), at the nodes

    @staticmethod
    def of(signal: Cubics, per_h: float, start: float) -> Lag:
        """The filter of a signal, from its value at the first node on.

        >>> hour = np.array([0, 3_600_000_000, 7_200_000_000])
        >>> lag = Lag.of(Cubics.through(hour, np.ones(3), np.zeros(3), np.zeros(3)), np.log(2.0), 0.0)
        >>> lag.value.round(12).tolist()
        [0.0, 0.5, 0.75]
        """
        size, kind = np.unique(np.diff(signal.node_tick), return_inverse=True)
        fade = per_h * to_hour(size)
        gain = np.einsum("np,np->p", signal.power, moments(fade)[:, kind])
        return Lag(signal, per_h, fading(np.exp(-fade)[kind], np.append(start, gain)))

    def at(self, tick: Ticks) -> Array:
        """Value (m,) at ticks (m,)."""
        panel = self.signal.panel(tick)
        value = self.value[panel]
        inside = np.flatnonzero(tick > self.signal.node_tick[panel])
        panel, tick = panel[inside], tick[inside]
        start, end = self.signal.node_tick[panel], self.signal.node_tick[panel + 1]
        fade, share = self.per_h * to_hour(tick - start), (tick - start) / (end - start)
        power = self.signal.power[:, panel] * share ** np.arange(4)[:, None]
        value[inside] = np.exp(-fade) * value[inside] + (power * moments(fade)).sum(axis=0)
        return np.asarray(value)
