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
POCKET_FRAC: Final = 0.3
MIX_UP_FRAC: Final = 0.3
POCKET_SHARE: Final = (0.2, 0.6)  # assumed: of what is injected unnoticed
PORTION_ML: Final = 5.0  # assumed: after so much the one who fills in portions draws back
OTHER_STRENGTHS: Final = (4.0, 0.25, 2.5)  # assumed: times the ordered one, where the catalogue knows no other
HIGHEST_MCG_ML: Final = 100_000.0


def tray(visit: Visit) -> tuple[Vial, ...]:
    """Three vials; the first is handed over as usual, and holds another strength where the tray was mixed up."""
    usual = before(visit).last.actual_mcg_ml
    strengths = {
        order.actual_mcg_ml
        for scenario in catalogue().scenarios.values()
        if scenario.drug == visit.scenario.drug
        for order in scenario.orders
        if isinstance(order, Refill) and order.actual_mcg_ml > 0.0
    }
    strengths |= {factor * usual for factor in OTHER_STRENGTHS if 0.0 < factor * usual <= HIGHEST_MCG_ML}
    # a strength far from the ordered one first: the nearer ones would hardly matter
    others = sorted(
        strengths - {usual}, key=lambda mcg_ml: (abs(abs(math.log(mcg_ml / usual)) - math.log(4.0)), mcg_ml)
    )
    row = [Vial(usual, True), *(Vial(mcg_ml, False) for mcg_ml in others[:2])]
    if _occurs(visit, visit.mix_up, "mixed", MIX_UP_FRAC):
        row[0], row[1] = row[1], row[0]
    return tuple(row)


def is_in_pocket(visit: Visit) -> bool:
    """Whether the needle lies beside the septum as the syringe is changed; placed anew, it does not."""
    return _occurs(visit, visit.pocket_fill, "beside", POCKET_FRAC) and not visit.has("placed_anew")


def to_pocket_ml(visit: Visit, in_ml: float, in_portions: bool) -> float:
    """How much of an injection goes into the pocket; in portions, what goes wrong is noticed after the first."""
    if not is_in_pocket(visit):
        return 0.0
    if in_portions:
        return min(in_ml, PORTION_ML)
    low, high = POCKET_SHARE
    return round((low + (high - low) * float(_chance(visit, "share").random())) * in_ml, 1)


def _occurs(visit: Visit, how: Occurs, what: str, frac: float) -> bool:
    return how == "always" or (how == "by_chance" and bool(_chance(visit, what).random() < frac))


def _chance(visit: Visit, what: str) -> np.random.Generator:
    """The same seed, day and matter fall the same way."""
    return np.random.default_rng([visit.seed, crc32(what.encode()), round(24.0 * 60.0 * visit.day)])
