"""A slow filter of a signal that is a cubic on each panel: exact, whatever the panels' sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.exact.steps import Array, Ticks, to_hour

FADE_PER_BLOCK: Final = 30.0  # e-folds; a running sum over one block stays far from overflow
SMALL_FADE: Final = 1.0
NODE, WEIGHT = np.polynomial.legendre.leggauss(10)


def moments(fade: Array) -> Array:
    """(4, m): a times the integral of x^n exp(-a (1 - x)) over x from 0 to 1, for n = 0 to 3 and a = fade.

    Gauss points below a = 1, where the recursion J_n = 1 - (n / a) J_(n-1) would cancel.

    >>> moments(np.array([1e-9, 1e9])).round(6).tolist()[0]
    [0.0, 1.0]
    """
    a = np.asarray(fade, dtype=np.float64)
    large = np.maximum(a, SMALL_FADE)
    found = [-np.expm1(-large)]
    for n in (1.0, 2.0, 3.0):
        found.append(1.0 - n / large * found[-1])
    near = np.minimum(a, SMALL_FADE)
    x = 0.5 + 0.5 * NODE[:, None]
    faded = np.exp(-near * (1.0 - x)) * (0.5 * WEIGHT[:, None]) * near
    small = [-np.expm1(-near), *((x**n * faded).sum(axis=0) for n in (1, 2, 3))]
    return np.where(a < SMALL_FADE, np.stack(small), np.stack(found))


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
        one, first, second, third = self.power[:, panel]
        return np.asarray(one + share * (first + share * (second + share * third)))


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
        gain = np.einsum("np,np->p", signal.power, moments(per_h * to_hour(size))[:, kind])
        time_h = to_hour(signal.node_tick - signal.node_tick[0])
        value = np.empty(len(time_h))
        value[0], low = start, 0
        while low < len(gain):
            # a stretch over which the memory of its start does not vanish altogether, as one running sum
            high = int(np.searchsorted(time_h, time_h[low] + FADE_PER_BLOCK / per_h, side="right")) - 1
            if high > low:
                grown = np.exp(per_h * (time_h[low + 1 : high + 1] - time_h[low]))
                value[low + 1 : high + 1] = (value[low] + np.cumsum(gain[low:high] * grown)) / grown
            else:
                high = low + 1
                value[high] = np.exp(-per_h * (time_h[high] - time_h[low])) * value[low] + gain[low]
            low = high
        return Lag(signal, per_h, value)

    def at(self, tick: Ticks) -> Array:
        """Value (m,) at ticks (m,)."""
        panel = self.signal.panel(tick)
        found = self.value[panel]
        inside = np.flatnonzero(tick > self.signal.node_tick[panel])
        panel, tick = panel[inside], tick[inside]
        start, end = self.signal.node_tick[panel], self.signal.node_tick[panel + 1]
        fade, share = self.per_h * to_hour(tick - start), (tick - start) / (end - start)
        power = self.signal.power[:, panel] * share ** np.arange(4)[:, None]
        found[inside] = np.exp(-fade) * found[inside] + (power * moments(fade)).sum(axis=0)
        return np.asarray(found)
