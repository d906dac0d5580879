"""Where drug goes in: the dose at the tip, shared out over the places where the tip lies in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.body.canal import CELLS
from sim.body.level import level_cm, point_weights, spread_shares
from sim.exact import Steps
from sim.exact.steps import Array, distinct


@dataclass(frozen=True)
class TipPlace:
    """Where the tip lies: its level, the share of the dose that reaches CSF, and where the rest goes."""

    level: str
    csf_frac: float = 1.0
    rest: Literal["epidural", "tissue"] = "tissue"

    def shares(self) -> dict[str, float]:
        """Share of the dose that each state takes; they sum to 1.

        >>> TipPlace("L1", 0.25, rest="epidural").shares()
        {'csf_17': 0.25, 'epidural_L1': 0.75}
        """
        cells = zip(CELLS, point_weights(level_cm(self.level)), strict=True)
        into = {cell: self.csf_frac * float(weight) for cell, weight in cells if self.csf_frac * weight > 0.0}
        outside = f"epidural_{self.level}" if self.rest == "epidural" else "tissue"
        return into | ({outside: 1.0 - self.csf_frac} if self.csf_frac < 1.0 else {})


def enter(dose: Steps, places: Sequence[tuple[int, TipPlace]]) -> tuple[dict[str, Steps], Steps, Steps]:
    """(state -> mcg/h, mcg/h into CSF, mcg/h elsewhere) of a dose at the tip, mcg/h.

    places: (tick, place), each holds from its tick on. Raises ValueError unless ticks rise and the
    first place holds from the dose's start on.

    >>> dose = Steps.from_hours([0.0, 10.0], [4.0])
    >>> states, into_csf, elsewhere = enter(dose, [(0, TipPlace("L1")), (18_000_000_000, TipPlace("L1", 0.25))])
    >>> into_csf.value.tolist(), elsewhere.value.tolist(), sorted(states)
    ([4.0, 1.0], [0.0, 3.0], ['csf_17', 'tissue'])
    """
    ticks = np.array([tick for tick, _ in places], dtype=np.int64)
    if not len(ticks) or (np.diff(ticks) <= 0).any() or ticks[0] > dose.edge_tick[0]:
        raise ValueError("places must follow each other, the first from the dose's start on")
    inner = ticks[(ticks > dose.edge_tick[0]) & (ticks < dose.edge_tick[-1])]
    edge = distinct(dose.edge_tick, inner)
    mcg_h = dose.at_tick(edge[:-1])
    turn = np.searchsorted(ticks, edge[:-1], side="right") - 1

    def shared(share: Sequence[float]) -> Steps:
        return Steps(edge, mcg_h * np.array(share)[turn])

    shares = [place.shares() for _, place in places]
    states = dict.fromkeys(name for parts in shares for name in parts)
    inputs = {name: shared([parts.get(name, 0.0) for parts in shares]) for name in states}
    into_csf = [place.csf_frac for _, place in places]
    return inputs, shared(into_csf), shared([1.0 - frac for frac in into_csf])


def epidural_levels(places: Sequence[tuple[int, TipPlace]]) -> tuple[str, ...]:
    """Levels whose epidural space takes drug, in order of their first turn; for Routes."""
    return tuple(dict.fromkeys(place.level for _, place in places if place.rest == "epidural" and place.csf_frac < 1.0))


def hand_bolus(at_h: float, dose_mcg: float, level: str, half_length_cm: float = 5.0) -> list[tuple[float, str, float]]:
    """Jumps (hour, state, mcg) of a bolus by needle into the CSF at a level, spread at once.

    >>> [name for _, name, _ in hand_bolus(0.0, 50.0, "L3", 0.0)]
    ['csf_19', 'csf_20']
    """
    shares: Array = spread_shares(level_cm(level), half_length_cm)
    return [(at_h, cell, dose_mcg * float(share)) for cell, share in zip(CELLS, shares, strict=True) if share > 0.0]
