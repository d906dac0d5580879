"""A slow filter of a signal that is a cubic on each panel: exact, whatever the panels' sizes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.exact.fading import fading
from sim.exact.steps import Array, Ticks, to_hour


def moments(fade: Array) -> Array:
    """(4, m): a times the integral of x^n exp(-a (1 - x)) over x from 0 to 1, for n = 0 to 3 and a = fade.

    It is a / (n + 1) M(1, n + 2, -a), the library's confluent hypergeometric function.
    Source: NIST Digital Library of Mathematical Functions, 13.4.1 with t = 1 - x.

    >>> # of no fading nothing is left, of very fast fading the end of the panel; for n = 1 and a = 1 it is 1 / e
    >>> moments(np.array([1e-9, 1.0, 1e9])).round(6)[:2].tolist()
    [[0.0, 0.632121, 1.0], [0.0, 0.367879, 1.0]]
    """
    from scipy.special import hyp1f1

    n = np.arange(4.0)[:, None]
    return np.asarray(fade / (n + 1.0) * hyp1f1(1.0, n + 2.0, -fade))


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
