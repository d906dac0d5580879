"""What can go wrong unseen: another strength on the tray, a needle beside the septum. Chance has a seed."""

from __future__ import annotations

import math
from typing import Final
from zlib import crc32

import numpy as np

from app.teaching.refill_visit.before import before
from app.teaching.refill_visit.record import Occurs, Vial, Visit
from sim import catalogue
from sim.scenario import Refill

# assumed, so that a class meets both; published for a pocket fill: 0.0101 % of refills (letter of January 2011)
BESIDE_FRAC: Final = 0.3
MIXED_FRAC: Final = 0.3
SHARE_BESIDE: Final = (0.2, 0.6)  # assumed: of what is injected unnoticed
PORTION_ML: Final = 5.0  # assumed: after so much the one who fills in portions draws back
OTHER_STRENGTHS: Final = (4.0, 0.25, 2.5)  # assumed: times the ordered one, where the catalogue knows no other
HIGHEST_MCG_ML: Final = 100_000.0


def tray(visit: Visit) -> tuple[Vial, ...]:
    """Three vials; the first is handed over as usual, and holds another strength where the tray was mixed up."""
    ordered = before(visit).last.actual_mcg_ml
    known = {
        one.actual_mcg_ml
        for scenario in catalogue().scenarios.values()
        if scenario.drug == visit.scenario.drug
        for one in scenario.orders
        if isinstance(one, Refill) and one.actual_mcg_ml > 0.0
    }
    known |= {factor * ordered for factor in OTHER_STRENGTHS if 0.0 < factor * ordered <= HIGHEST_MCG_ML}
    # a strength far from the ordered one first: the nearer ones would hardly matter
    others = sorted(known - {ordered}, key=lambda one: (abs(abs(math.log(one / ordered)) - math.log(4.0)), one))
    row = [Vial(ordered, True), *(Vial(one, False) for one in others[:2])]
    if _occurs(visit, visit.mixed, "mixed", MIXED_FRAC):
        row[0], row[1] = row[1], row[0]
    return tuple(row)


def is_beside(visit: Visit) -> bool:
    """Whether the needle lies beside the septum as the syringe is changed; placed anew, it does not."""
    return _occurs(visit, visit.beside, "beside", BESIDE_FRAC) and not visit.has("placed_anew")


def beside_ml(visit: Visit, in_ml: float, in_portions: bool) -> float:
    """How much of an injection goes into the pocket; in portions, what goes wrong is noticed after the first."""
    if not is_beside(visit):
        return 0.0
    if in_portions:
        return min(in_ml, PORTION_ML)
    low, high = SHARE_BESIDE
    return round((low + (high - low) * float(_chance(visit, "share").random())) * in_ml, 1)


def _occurs(visit: Visit, how: Occurs, what: str, frac: float) -> bool:
    return how == "always" or (how == "by_chance" and bool(_chance(visit, what).random() < frac))


def _chance(visit: Visit, what: str) -> np.random.Generator:
    """The same seed, day and matter fall the same way."""
    return np.random.default_rng([visit.seed, crc32(what.encode()), round(24.0 * 60.0 * visit.day)])
