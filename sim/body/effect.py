"""From a site's concentration to indices: Hill curve, tolerance, adaptation, withdrawal. Illustrative."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.body.canal import SITES, Canal, names_of, network, site_weights, tip_shares
from sim.body.drug import Drug, EffectCurve, Habit
from sim.body.grid import LEAST_TICK, site_readings
from sim.body.level import level_cm
from sim.exact.lag import Cubics, Lag
from sim.exact.network import NetworkCourse
from sim.exact.steps import TICK_PER_DAY, Array, Steps, Ticks, distinct, to_hour
from sim.exact.system import steady_state

N_PART: Final = 4  # parts of a long panel in which crossings are sought


def hill(site_mcg_ml: Array, ec50_mcg_ml: Array | float, gamma: float) -> Array:
    """Effect 0 to 1, same shape: C^g / (EC50^g + C^g).

    >>> hill(np.array([0.0, 0.15]), 0.15, 3.0).tolist()
    [0.0, 0.5]
    """
    # a concentration that has died away may end a rounding below 0, where no power exists
    relative = (np.maximum(site_mcg_ml, 0.0) / ec50_mcg_ml) ** gamma
    return np.asarray(relative / (1.0 + relative))


def steady_amounts(drug: Drug, canal: Canal, tip_level: str, dose_mcg_h: float) -> dict[str, float]:
    """Amounts (mcg) where a constant dose at the tip is balanced by the losses."""
    shares = tip_shares(level_cm(tip_level))
    inflow = {cell: share * dose_mcg_h for cell, share in shares.items()}
    return dict(zip(names_of(drug), steady_state(network(drug, canal), inflow).tolist(), strict=True))


def site_mcg_ml(amounts: dict[str, float], curve: EffectCurve, canal: Canal, drug: Drug) -> float:
    """Concentration at an effect's site for given amounts."""
    return sum(amounts[name] * weight for name, weight in site_weights(curve, canal, drug).items())


def ec50_mcg_ml(curve: EffectCurve, drug: Drug) -> float:
    """Concentration of half effect: its own, or a ratio of the steady one at the reference dose.

    The reference belongs to the drug, so it is taken in the reference canal.
    """
    if curve.ec50_mcg_ml is not None:
        return curve.ec50_mcg_ml
    assert curve.ec50_ratio is not None
    held = steady_amounts(drug, Canal(), drug.reference_tip, drug.reference_mcg_day / 24.0)
    return curve.ec50_ratio * site_mcg_ml(held, curve, Canal(), drug)


@dataclass(frozen=True)
class EffectStart:
    """What the two slow filters hold at hour 0."""

    adapted_index: float = 0.0
    tolerance_index: float = 0.0


def steady_opening(drug: Drug, canal: Canal, amounts: dict[str, float]) -> tuple[dict[str, float], EffectStart]:
    """Effect sites, and adaptation, at the steady values of given amounts; tolerance has not begun."""
    if drug.effect is None:
        return {}, EffectStart()
    sites = [site_mcg_ml(amounts, curve, canal, drug) for curve in drug.curves()]
    occupancy = sites[0] / (sites[0] + ec50_mcg_ml(drug.effect, drug))
    return dict(zip(SITES, sites)), EffectStart(adapted_index=occupancy)


@dataclass(frozen=True, slots=True, eq=False)
class Indices:
    """Indices (m,) from 0 to 1; None where the drug has no such thing."""

    effect: Array | None = None
    breathing: Array | None = None
    tolerance: Array | None = None
    adapted: Array | None = None
    withdrawal: Array | None = None  # by how much present occupancy falls short of the adapted one


@dataclass(frozen=True, slots=True, eq=False)
class EffectCourse:
    """Effects on their way: ready to be asked at any time."""

    drug: Drug
    half_mcg_ml: tuple[float, ...]  # one per curve of the drug
    site: Cubics | None  # mcg/mL at the effect's site
    adapted: Lag | None
    tolerance: Lag | None
    rise_factor: float
    ec50_factor: Steps | None

    def at(self, tick: Ticks, followed: Array) -> Indices:
        """Indices (m,) at ticks (m,), from the concentrations (m, k) at the sites."""
        if self.drug.effect is None:
            return Indices()
        tolerance = None if self.tolerance is None else self.tolerance.at(tick)
        adapted = None if self.adapted is None else self.adapted.at(tick)
        site, half = followed[:, 0], self.half_mcg_ml[0]
        breathing = self.drug.breathing
        return Indices(
            effect=self._effect(tick, site, tolerance),
            breathing=None if breathing is None else hill(followed[:, 1], self.half_mcg_ml[1], breathing.hill_gamma),
            tolerance=tolerance,
            adapted=adapted,
            withdrawal=None if adapted is None else np.maximum(adapted - site / (site + half), 0.0),
        )

    def opening_at(self, tick: int) -> EffectStart:
        """What the slow filters hold at a tick."""
        held = [0.0 if lag is None else float(lag.at(np.array([tick]))[0]) for lag in (self.adapted, self.tolerance)]
        return EffectStart(*held)

    def _effect(self, tick: Ticks, site_mcg_ml: Array, tolerance: Array | None) -> Array:
        """Hill curve at EC50 x factor of the disease x (1 + rise x tolerance); of the effect alone."""
        assert self.drug.effect is not None
        half: Array | float = self.half_mcg_ml[0]
        if self.ec50_factor is not None:
            # the run's end is no part of its last interval, and is read with it
            half = half * self.ec50_factor.at_tick(np.minimum(tick, self.ec50_factor.edge_tick[-1] - 1))
        if tolerance is not None:
            half = half * (1.0 + self.rise_factor * tolerance)
        return hill(site_mcg_ml, half, self.drug.effect.hill_gamma)

    def dense(self) -> tuple[Array, Array] | None:
        """Hours (j,) and effect index (j,), dense enough that a crossing is right to a minute."""
        if self.site is None:
            return None
        tick, panel = self._dense_ticks(self.site.node_tick)
        # a cubic may dip below nothing by its own small error
        site = np.maximum(self.site.at(tick, panel), 0.0)
        tolerance = None if self.tolerance is None else self.tolerance.at(tick)
        return to_hour(tick), self._effect(tick, site, tolerance)

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
    halvings: int = 0,
) -> EffectCourse:
    """Effects over a body's course; the grid of the filters is fixed by the course's edges alone.

    start: what the filters hold at hour 0; ec50_factor: of the disease, above 0 all along; halvings
    refine the grid. Both filters follow occupancy C / (C + EC50) at the drug's own EC50, so neither
    the disease nor tolerance feeds back on them; breathing feels neither.
    """
    if ec50_factor is not None and not (ec50_factor.value > 0.0).all():
        raise ValueError("ec50_factor must be above 0")
    half = tuple(ec50_mcg_ml(curve, drug) for curve in drug.curves())
    rise = drug.tolerance_course(tolerance)
    if drug.effect is None:
        return EffectCourse(drug, half, None, None, None, 0.0, ec50_factor)
    node, site, before, after = site_readings(course, drug.effect, canal, drug, last_tick, halvings)
    away = site + half[0]
    steep = half[0] / (away * away)
    occupancy = Cubics.through(node, site / away, steep * before, steep * after)
    adapted = toleranced = None
    if drug.adaptation_half_life_h is not None:
        adapted = Lag.of(occupancy, math.log(2.0) / drug.adaptation_half_life_h, start.adapted_index)
    if rise is not None:
        toleranced = Lag.of(occupancy, math.log(2.0) / (24.0 * rise.half_life_day), start.tolerance_index)
    factor = 0.0 if rise is None else rise.rise_factor
    return EffectCourse(drug, half, Cubics.through(node, site, before, after), adapted, toleranced, factor, ec50_factor)
