"""Too much: one index of harm for every drug that can do harm, and the fading of what a body is used to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.body.drug import Drug
from sim.body.person import Person
from sim.exact.lag import Cubics, Lag
from sim.exact.steps import Array, Ticks

FADING_H: Final = 14.0 * 24.0  # assumed: half-life of what a body is used to, once the drug is away
# from where on the index has a word that a nurse or the person would use; assumed
GRADES: Final = {"opioid": (0.25, 0.45, 0.7)}
OTHER_GRADES: Final = (0.2, 0.5, 0.8)
WITHDRAWAL_GRADES: Final = (0.1, 0.3, 0.5)


def grades(drug: Drug) -> tuple[float, float, float]:
    """Indices of excess from which there is a mild, a serious and a life-threatening word."""
    return GRADES.get(drug.family, OTHER_GRADES)


def excess_index(drive: Array | float, gamma: float) -> Array:
    """Index 0 to 1, same shape: D^g / (1 + D^g).

    >>> excess_index(np.array([0.0, 1 / 3, 1.0]), 2.0).round(6).tolist()
    [0.0, 0.1, 0.5]
    """
    power = np.maximum(drive, 0.0) ** gamma
    return np.asarray(power / (1.0 + power))


def fading_of(sites: Sequence[Cubics], person: Person, start: float) -> Lag | None:
    """How much of the folds is left, 1 to 0: follows the first site's level over its accustomed one, at most 1.

    None where no fold can fade.
    """
    if not person.can_fade or not sites:
        return None
    usual = sites[0].capped(person.accustomed_mcg_ml[0]).scaled(1.0 / person.accustomed_mcg_ml[0])
    return Lag.of(usual, math.log(2.0) / FADING_H, start)


@dataclass(frozen=True, slots=True, eq=False)
class ExcessCourse:
    """Harm on its way: ready to be asked at any time."""

    gamma: float
    person: Person
    sites: tuple[Cubics, ...]  # mcg/mL
    fading: Lag | None
    node_drive: Array  # (k,), at the nodes of the sites

    @staticmethod
    def of(
        gamma: float, person: Person, sites: tuple[Cubics, ...], levels: Sequence[Array], start: float
    ) -> ExcessCourse:
        """Harm of a person from the levels (k,) at the nodes of the sites on; start: what is left of the folds."""
        fading = fading_of(sites, person, start)
        left = 1.0 if fading is None else fading.at(sites[0].node_tick)
        return ExcessCourse(gamma, person, sites, fading, _drive(person, left, levels))

    def left(self, tick: Ticks) -> Array | float:
        """How much of the folds is left (m,)."""
        return 1.0 if self.fading is None else self.fading.at(tick)

    def index(self, left: Array | float, levels: Sequence[Array]) -> Array:
        """Index of excess (m,), from what is left of the folds and the levels (m,) at the sites."""
        return excess_index(_drive(self.person, left, levels), self.gamma)

    def drive_at(self, tick: Ticks) -> Array:
        """Drive (m,) at any ticks of the course."""
        panel = self.sites[0].panel(tick)
        return _drive(self.person, self.left(tick), [site.at(tick, panel) for site in self.sites])


def _drive(person: Person, left: Array | float, levels: Sequence[Array]) -> Array:
    """Sum (m,) of level over half harm."""
    parts = zip(levels, person.excess_half_mcg_ml, person.excess_folds, strict=True)
    return np.asarray(sum(level / (half * (1.0 + (fold - 1.0) * left)) for level, half, fold in parts))
