"""Emergencies: from when on, and until when, too much or too little of a drug is one. Illustrative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.body.drug import Drug
from sim.exact.steps import TICK_PER_DAY, Array, Ticks, to_hour
from sim.happening import Emergency, Side

Flags = NDArray[np.bool_]
Condition = Callable[[Array, Array], Flags]
Reading = Callable[[Ticks], tuple[Array, Array]]
EXCESS_FROM: Final = {"opioid": 0.45}  # index; assumed
OTHER_EXCESS_FROM: Final = 0.5
EXCESS_UNTIL: Final = 0.25
WITHDRAWAL_FROM: Final = 0.3
TWICE, HALF = 2.0, 0.5  # times the accustomed drive: too much from there on, too little up to there
TREATED_TICK: Final = 14 * TICK_PER_DAY  # assumed: so long a body takes to depend on a drug
DANGEROUS: Final = ("baclofen", "clonidine")  # whose withdrawal can kill; an opioid's seldom does
N_FINE: Final = 256  # parts of a panel in which an emergency begins or ends


@dataclass(frozen=True, slots=True)
class EmergencyRule:
    """When an emergency begins and when it is over, by index (m,) and drive over the accustomed one (m,)."""

    side: Side
    is_distress: bool
    begins: Condition
    ends: Condition


def excess_rule(drug: Drug, is_accustomed: bool) -> EmergencyRule:
    """Too much: the index is high, and for somebody accustomed the drive is over twice the usual."""
    from_index = EXCESS_FROM.get(drug.family, OTHER_EXCESS_FROM)

    def is_double(ratio: Array) -> Flags:
        return ratio >= TWICE if is_accustomed else np.ones(len(ratio), dtype=np.bool_)

    return EmergencyRule(
        "too_much",
        False,
        lambda index, ratio: (index > from_index) & is_double(ratio),
        lambda index, ratio: (index < EXCESS_UNTIL) | ~is_double(ratio),
    )


def withdrawal_rule(drug: Drug) -> EmergencyRule | None:
    """Too little, while the drive is below half of the usual; None for drugs that may be stopped abruptly."""
    if not drug.is_adapting:
        return None
    return EmergencyRule(
        "too_little",
        drug.family not in DANGEROUS,
        lambda index, ratio: (index > WITHDRAWAL_FROM) & (ratio <= HALF),
        lambda index, ratio: ratio > HALF,
    )


def emergencies(
    rule: EmergencyRule,
    node: Ticks,
    at_node: tuple[Array, Array],
    reading: Reading,
    since: int,
    open_since: int | None = None,
) -> list[Emergency]:
    """Spells by time: begins and ends are found to a small part of a panel.

    at_node: index and drive over the accustomed one, at the nodes; reading: the same at any ticks; since: none
    begins before that tick; open_since: start of a spell that lasts at the first node.
    """
    begins = np.flatnonzero(rule.begins(*at_node) & (node >= since))
    ends = np.flatnonzero(rule.ends(*at_node)) if open_since is not None or len(begins) else begins
    spells: list[Emergency] = []
    start, place = open_since, 0
    while True:
        condition, places = (rule.begins, begins) if start is None else (rule.ends, ends)
        following = int(np.searchsorted(places, place))
        if following == len(places):
            break
        place = int(places[following])
        at = _first(condition, reading, node, place, since if start is None else 0)
        if start is None:
            start = at
        else:
            spells.append(Emergency(rule.side, rule.is_distress, float(to_hour(start)), float(to_hour(at))))
            start = None
    return spells if start is None else [*spells, Emergency(rule.side, rule.is_distress, float(to_hour(start)), None)]


def _first(
    condition: Condition,
    reading: Reading,
    node: Ticks,
    place: int,
    since: int,
) -> int:
    """First of the fine ticks in the panel before a node at which the condition holds."""
    if place == 0:
        return int(node[0])
    before, at = int(node[place - 1]), int(node[place])
    tick = np.unique(np.linspace(before, at, N_FINE + 1).astype(np.int64))
    is_met = condition(*reading(tick)) & (tick >= since)
    return int(tick[np.argmax(is_met)]) if is_met.any() else at
