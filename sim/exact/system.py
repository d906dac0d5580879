"""Any linear network as a list: states that pass amounts to each other, lose them, and are tracked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.exact.steps import Array, frozen


@dataclass(frozen=True)
class LinearSystem:
    """States that pass amounts to each other, lose them, and are tracked.

    transfers: (from, to, per_h); losses: (name, per_h), booked as cleared;
    followers: (name, {state: weight}, per_h), d follower/dt = per_h (sum weight x amount - follower),
    which take no mass. Raises ValueError on unknown or repeated names and on rates below zero.

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

    Raises ValueError on unknown names, and naming the states where mass would pile up without exit.

    >>> steady_state(LinearSystem(["blood"], losses=[("blood", 0.5)]), {"blood": 3.0}).tolist()
    [6.0]
    """
    names = list(system.names)
    require_known(system, inflow)
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
    if alive:
        amount[alive] = np.linalg.solve(-system.generator()[np.ix_(alive, alive)], supply)
    return frozen(amount)


def _closure(seeds: set[str], moves: Sequence[tuple[str, str]]) -> set[str]:
    found = set(seeds)
    while True:
        more = {b for a, b in moves if a in found} - found
        if not more:
            return found
        found |= more


def require_known(system: LinearSystem, names: Iterable[str]) -> None:
    """Raise ValueError on names that are no states."""
    unknown = sorted(set(names) - set(system.names))
    if unknown:
        raise ValueError(f"no state is named {', '.join(map(repr, unknown))}")
