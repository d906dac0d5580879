"""Any linear network as a list: states that pass amounts to each other, lose them, and are tracked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.exact.steps import TICK_PER_H, Array, frozen


@dataclass(frozen=True)
class LinearSystem:
    """States that pass amounts to each other, lose them, and are tracked.

    transfers: (from, to, per_h); losses: (name, per_h), booked as cleared;
    followers: (name, {state: weight}, per_h), d follower/dt = per_h (sum weight x amount - follower),
    which take no mass. Raises ValueError on unknown or repeated names, on rates below zero, and on
    states that pass on more than once a tick.

    >>> LinearSystem(["blood"], losses=[("blood", 0.5)]).names
    ('blood',)
    """

    names: Sequence[str]
    transfers: Sequence[tuple[str, str, float]] = ()
    losses: Sequence[tuple[str, float]] = ()
    followers: Sequence[tuple[str, Mapping[str, float], float]] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))
        object.__setattr__(self, "transfers", tuple(self.transfers))
        object.__setattr__(self, "losses", tuple(self.losses))
        object.__setattr__(self, "followers", tuple(self.followers))
        every = [*self.names, *(follower[0] for follower in self.followers)]
        if len(set(every)) != len(every):
            raise ValueError("names must be different from each other")
        used = [name for a, b, _ in self.transfers for name in (a, b)] + [name for name, _ in self.losses]
        used += [name for _, weight, _ in self.followers for name in weight]
        unknown = sorted(set(used) - set(self.names))
        if unknown:
            raise ValueError(f"no state is named {', '.join(map(repr, unknown))}")
        rates = [
            *(t[2] for t in self.transfers),
            *(x[1] for x in self.losses),
            *(f[2] for f in self.followers),
        ]
        rates += [weight for f in self.followers for weight in f[1].values()]
        if not all(np.isfinite(rate) and rate >= 0.0 for rate in rates):
            raise ValueError("rates and weights must be finite and not below zero")
        self._require_slow_enough()

    def _require_slow_enough(self) -> None:
        """Raise ValueError where what enters a state would on average leave it within a tick."""
        leaving = dict.fromkeys(self.names, 0.0)
        for source, target, per_h in self.transfers:
            leaving[source] += per_h if source != target else 0.0
        for name, per_h in self.losses:
            leaving[name] += per_h
        for name, per_h in [*leaving.items(), *((follower[0], follower[2]) for follower in self.followers)]:
            if per_h > TICK_PER_H:
                raise ValueError(
                    f"rates out of {name!r} add up to {per_h:g} per h; "
                    f"a tick of 1 microsecond resolves at most {TICK_PER_H:g} per h"
                )

    def generator(self) -> Array:
        """Rates (n + 1 + k, n + 1 + k) per hour of states, cleared, followers: column to row."""
        place = {name: i for i, name in enumerate(self.names)}
        n = len(self.names)
        rate = np.zeros((n + 1 + len(self.followers),) * 2)
        for source, target, per_h in self.transfers:
            if source != target:
                rate[place[target], place[source]] += per_h
        for name, per_h in self.losses:
            rate[n, place[name]] += per_h
        for i in range(n):
            rate[i, i] = -rate[: n + 1, i].sum()
        for row, (_, weights, per_h) in enumerate(self.followers, start=n + 1):
            rate[row, row] = -per_h
            for name, weight in weights.items():
                rate[row, place[name]] += per_h * weight
        return rate


def steady_state(system: LinearSystem, inflow: Mapping[str, float]) -> Array:
    """Amounts (n,) where a constant `inflow` (amount per h) is balanced by the losses.

    Each amount is right to 1e-12 of itself, however fast some rates are beside others, if no inflow is
    below zero. Raises ValueError on unknown names, on inflow that is not finite, and naming the states
    where mass would pile up without exit.

    >>> steady_state(LinearSystem(["blood"], losses=[("blood", 0.5)]), {"blood": 3.0}).tolist()
    [6.0]
    """
    names = list(system.names)
    require_known(system, inflow)
    for name, per_h in inflow.items():
        if not np.isfinite(per_h):
            raise ValueError(f"inflow of {name!r} = {per_h:g} must be finite")
    lost = {name for name, per_h in system.losses if per_h > 0.0}
    moves = [(a, b) for a, b, per_h in system.transfers if per_h > 0.0 and a != b]
    leaving = _closure(lost, [(b, a) for a, b in moves])
    reached = _closure({name for name, amount in inflow.items() if amount != 0.0}, moves)
    stuck = [name for name in names if name in reached and name not in leaving]
    if stuck:
        raise ValueError(f"no steady state: mass has no exit from {', '.join(map(repr, stuck))}")
    amount = np.zeros(len(names))
    alive = [i for i, name in enumerate(names) if name in reached]
    supply = np.array([inflow.get(names[i], 0.0) for i in alive])
    amount[alive] = balance(system.generator()[np.ix_([len(names), *alive], alive)], supply)
    return frozen(amount)


def balance(rate: Array, inflow: Array) -> Array:
    """Amounts (..., n) at which what comes into every state leaves it again; any number of networks at once.

    rate (..., 1 + n, n) per hour, column to row: first what is lost, then what moves from state to state; the
    diagonal is not read. inflow (..., n) per hour. States are taken out one by one, and what passed through one
    goes on to where it would have gone; nothing is subtracted, so no digit is lost. Raises ValueError where
    an amount is too large for a float.
    Source: Grassmann, Taksar and Heyman 1985, Oper. Res. 33:1107; their first state is here the world outside.

    >>> # 3 per h into a, which passes 2 parts to b and loses 1; b loses all: a holds 3 / 3, b 2 * 1 / 4
    >>> balance(np.array([[1.0, 4.0], [0.0, 0.0], [2.0, 0.0]]), np.array([3.0, 0.0])).tolist()
    [1.0, 0.5]
    """
    n, n_network = rate.shape[-1], math.prod(rate.shape[:-2])
    # from column to row, the world outside first; networks last, so that each step is one row of numbers
    way = np.zeros((1 + n, 1 + n, n_network))
    way[:, 1:] = rate.reshape(n_network, 1 + n, n).transpose(1, 2, 0)
    way[1:, 0] = inflow.reshape(n_network, n).T
    amount = np.ones((1 + n, n_network))
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        for k in range(n, 0, -1):
            leaving, share = way[:k, k], way[k, :k]
            share /= leaving.sum(axis=0)  # per unit of each state that is still there
            for source in np.flatnonzero(share.any(axis=1)):
                way[:k, source] += leaving * share[source]
        for k in range(1, 1 + n):
            amount[k] = (way[k, :k] * amount[:k]).sum(axis=0)
    if not np.isfinite(amount).all():
        raise ValueError("no steady state: amounts would grow beyond what a number can hold")
    return np.asarray(amount[1:].T.reshape(inflow.shape))


def _closure(seeds: set[str], moves: Sequence[tuple[str, str]]) -> set[str]:
    reach = set(seeds)
    while True:
        more = {b for a, b in moves if a in reach} - reach
        if not more:
            return reach
        reach |= more


def require_known(system: LinearSystem, names: Iterable[str]) -> None:
    """Raise ValueError on names that are no states."""
    unknown = sorted(set(names) - set(system.names))
    if unknown:
        raise ValueError(f"no state is named {', '.join(map(repr, unknown))}")
