"""From a site's concentration to indices: Hill curve, tolerance, adaptation, withdrawal. Illustrative."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.body.canal import SITES, Canal
from sim.body.drug import Drug, Habit
from sim.body.emergency import emergencies, excess_rule, withdrawal_rule
from sim.body.excess import ExcessCourse, excess_index
from sim.body.grid import LEAST_TICK, site_readings
from sim.body.person import Person, level_mcg_ml, person_of
from sim.exact.lag import Cubics, Lag
from sim.exact.network import NetworkCourse
from sim.exact.steps import TICK_PER_DAY, Array, Steps, Ticks, distinct, frozen, to_hour
from sim.happening import Emergency, Side

N_PART: Final = 4  # parts of a long panel in which crossings are sought


def hill(site_mcg_ml: Array, ec50_mcg_ml: Array | float, gamma: float) -> Array:
    """Effect 0 to 1, same shape: C^g / (EC50^g + C^g).

    >>> hill(np.array([0.0, 0.15]), 0.15, 3.0).tolist()
    [0.0, 0.5]
    """
    # a concentration that has died away may end a rounding below 0, where no power exists
    relative = (np.maximum(site_mcg_ml, 0.0) / ec50_mcg_ml) ** gamma
    return np.asarray(relative / (1.0 + relative))


@dataclass(frozen=True)
class EffectStart:
    """What the slow filters hold at the course's start."""

    adapted_index: float = 0.0
    tolerance_index: float = 0.0
    accustomed_frac: float = 1.0  # of the folds that are left


def steady_opening(
    drug: Drug, canal: Canal, amounts: dict[str, float], person: Person | None = None
) -> tuple[dict[str, float], EffectStart]:
    """Effect sites, and adaptation, at the steady values of given amounts; tolerance has not begun."""
    if drug.effect is None:
        return {}, EffectStart()
    levels = [level_mcg_ml(amounts, site, canal, drug) for site in drug.sites()]
    half = (person or person_of(drug)).occupied_half_mcg_ml
    return dict(zip(SITES, levels)), EffectStart(adapted_index=levels[0] / (levels[0] + half))


@dataclass(frozen=True, slots=True, eq=False)
class Indices:
    """Indices (m,) from 0 to 1; None where the drug has no such thing."""

    effect: Array | None = None
    excess: Array | None = None
    tolerance: Array | None = None
    adapted: Array | None = None
    withdrawal: Array | None = None  # by how much present occupancy falls short of the adapted one


@dataclass(frozen=True, slots=True, eq=False)
class EffectCourse:
    """Effects on their way: ready to be asked at any time."""

    drug: Drug
    person: Person | None  # None for a tracer
    site: Cubics | None  # mcg/mL at the effect's site
    excess: ExcessCourse | None
    adapted: Lag | None
    node_withdrawal: Array | None  # (k,), at the nodes of the site
    tolerance: Lag | None
    rise_factor: float
    ec50_factor: Steps | None

    def at(self, tick: Ticks, followed: Array) -> Indices:
        """Indices (m,) at ticks (m,), from the concentrations (m, k) at the sites."""
        if self.person is None:
            return Indices()
        tolerance = None if self.tolerance is None else self.tolerance.at(tick)
        adapted = None if self.adapted is None else self.adapted.at(tick)
        site, sites = followed[:, 0], self.drug.sites()
        levels = [followed[:, sites.index(place)] for place in self.drug.excess_sites]
        left = 1.0 if self.excess is None else self.excess.left(tick)
        return Indices(
            effect=self._effect(tick, site, tolerance, left),
            excess=None if self.excess is None else self.excess.index(left, levels),
            tolerance=tolerance,
            adapted=adapted,
            withdrawal=None if adapted is None else self._withdrawal(adapted, site),
        )

    def _withdrawal(self, adapted: Array, site_mcg_ml: Array) -> Array:
        assert self.person is not None
        return np.maximum(adapted - site_mcg_ml / (site_mcg_ml + self.person.occupied_half_mcg_ml), 0.0)

    def opening_at(self, tick: int) -> EffectStart:
        """What the slow filters hold at a tick."""
        at, fading = np.array([tick]), None if self.excess is None else self.excess.fading
        adapted, tolerance = (0.0 if lag is None else float(lag.at(at)[0]) for lag in (self.adapted, self.tolerance))
        return EffectStart(adapted, tolerance, 1.0 if fading is None else float(fading.at(at)[0]))

    def _effect(self, tick: Ticks, site_mcg_ml: Array, tolerance: Array | None, left: Array | float) -> Array:
        """Hill curve at EC50 x factor of the disease x what is left of the fold x (1 + rise x tolerance)."""
        assert self.drug.effect is not None
        assert self.person is not None
        half: Array | float = self.person.half_mcg_ml
        if self.person.fold > 1.0:
            half = half * (1.0 + (self.person.fold - 1.0) * left)
        if self.ec50_factor is not None:
            # the run's end is no part of its last interval, and is read with it
            half = half * self.ec50_factor.at_tick(np.minimum(tick, self.ec50_factor.edge_tick[-1] - 1))
        if tolerance is not None:
            half = half * (1.0 + self.rise_factor * tolerance)
        return hill(site_mcg_ml, half, self.drug.effect.hill_gamma)

    def courses(self) -> dict[str, tuple[Array, Array]]:
        """Hours (j,) and index (j,) by name, dense enough to read a peak, and the effect's to read a crossing."""
        courses = {}
        effect = self.dense()
        if effect is not None:
            courses["effect"] = effect
        if self.excess is not None:
            node = self.excess.sites[0].node_tick
            courses["excess"] = to_hour(node), excess_index(self.excess.node_drive, self.excess.gamma)
        if self.node_withdrawal is not None and self.site is not None:
            courses["withdrawal"] = to_hour(self.site.node_tick), self.node_withdrawal
        return {name: (frozen(hour), frozen(index)) for name, (hour, index) in courses.items()}

    def _withdrawal_at(self, tick: Ticks) -> Array:
        assert self.adapted is not None
        assert self.site is not None
        site = np.maximum(self.site.at(tick, self.site.panel(tick)), 0.0)
        return self._withdrawal(self.adapted.at(tick), site)

    def emergencies(self, treated_tick: int, open_since: dict[Side, int]) -> list[Emergency]:
        """Spells of too much and too little, by their start.

        treated_tick: from when on the body may depend on the drug; open_since: what lasts at the start.
        """
        excess, person = self.excess, self.person
        if excess is None or person is None:
            return []
        usual, node = person.accustomed_drive, excess.sites[0].node_tick

        def excess_at(tick: Ticks) -> tuple[Array, Array]:
            drive = excess.drive_at(tick)
            return excess_index(drive, excess.gamma), drive / usual

        def withdrawal_at(tick: Ticks) -> tuple[Array, Array]:
            return self._withdrawal_at(tick), excess.drive_at(tick) / usual

        rule = excess_rule(self.drug, person.is_accustomed)
        ratio = excess.node_drive / usual
        at_node = excess_index(excess.node_drive, excess.gamma), ratio
        spells = emergencies(rule, node, at_node, excess_at, int(node[0]), open_since.get("too_much"))
        too_little = withdrawal_rule(self.drug)
        if too_little is not None and self.node_withdrawal is not None:
            since = int(node[0]) if too_little.is_distress else treated_tick
            at_node = self.node_withdrawal, ratio
            spells += emergencies(too_little, node, at_node, withdrawal_at, since, open_since.get("too_little"))
        return sorted(spells, key=lambda spell: spell.start_h)

    def dense(self) -> tuple[Array, Array] | None:
        """Hours (j,) and effect index (j,), dense enough that a crossing is right to a minute."""
        if self.site is None:
            return None
        tick, panel = self._dense_ticks(self.site.node_tick)
        # a cubic may dip below nothing by its own small error
        site = np.maximum(self.site.at(tick, panel), 0.0)
        tolerance = None if self.tolerance is None else self.tolerance.at(tick)
        left = 1.0 if self.excess is None else self.excess.left(tick)
        return to_hour(tick), self._effect(tick, site, tolerance, left)

    def _dense_ticks(self, node: Ticks) -> tuple[Ticks, Ticks]:
        """Ticks (j,) and their panels: short panels whole, long ones in parts of at most a day."""
        size = np.diff(node)
        many = np.maximum(np.minimum(-(-size // LEAST_TICK), N_PART), -(-size // TICK_PER_DAY))
        panel = np.repeat(np.arange(len(size)), many)
        part = np.arange(len(panel)) - np.repeat(np.cumsum(many) - many, many)
        tick = np.append(node[panel] + part * size[panel] // many[panel], node[-1])
        panel = np.append(panel, len(size) - 1)
        if self.ec50_factor is None:
            return tick, panel
        # the index jumps with the factor: one point just before, one at the jump
        edge = self.ec50_factor.edge_tick
        jump = distinct(edge - 1, edge)
        jump = jump[tick[np.minimum(np.searchsorted(tick, jump), len(tick) - 1)] != jump]
        jump = jump[(jump > node[0]) & (jump < node[-1])]
        where = np.searchsorted(tick, jump)
        return np.insert(tick, where, jump), np.insert(panel, where, panel[where - 1])


def follow_effect(
    course: NetworkCourse,
    drug: Drug,
    canal: Canal,
    start: EffectStart,
    last_tick: int,
    *,
    tolerance: Habit = "none",
    ec50_factor: Steps | None = None,
    person: Person | None = None,
    halvings: int = 0,
) -> EffectCourse:
    """Effects over a body's course; the grid of the filters is fixed by the course's edges alone.

    start: what the filters hold at the course's start; ec50_factor: of the disease, above 0 all along;
    person: by default accustomed to the reference dose; halvings refine the grid. The filters follow levels and
    occupancy C / (C + EC50) at the body's own EC50, so neither the disease nor tolerance feeds back on
    them; harm feels neither.
    """
    if ec50_factor is not None and not (ec50_factor.value > 0.0).all():
        raise ValueError("ec50_factor must be above 0")
    if drug.effect is None:
        return EffectCourse(drug, None, None, None, None, None, None, 0.0, ec50_factor)
    person = person or person_of(drug, canal)
    node, readings = site_readings(course, canal, drug, last_tick, halvings)
    cubics = dict(zip(drug.sites(), [Cubics.through(node, *reading) for reading in readings], strict=True))
    site, before, after = readings[0]
    half = person.occupied_half_mcg_ml
    away = site + half
    steep = half / (away * away)
    occupancy = Cubics.through(node, site / away, steep * before, steep * after)
    adapted = toleranced = excess = withdrawal = None
    if drug.adaptation_half_life_h is not None:
        adapted = Lag.of(occupancy, math.log(2.0) / drug.adaptation_half_life_h, start.adapted_index)
        withdrawal = np.maximum(adapted.value - site / away, 0.0)
    rise = drug.tolerance_course(tolerance)
    if rise is not None:
        toleranced = Lag.of(occupancy, math.log(2.0) / (24.0 * rise.half_life_day), start.tolerance_index)
    if drug.excess is not None:
        sites = tuple(cubics[place] for place in drug.excess_sites)
        levels = [readings[drug.sites().index(place)][0] for place in drug.excess_sites]
        excess = ExcessCourse.of(drug.excess.hill_gamma, person, sites, levels, start.accustomed_frac)
    factor = 0.0 if rise is None else rise.rise_factor
    return EffectCourse(
        drug, person, cubics[drug.effect_site], excess, adapted, withdrawal, toleranced, factor, ec50_factor
    )
