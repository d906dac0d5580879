"""From a site's concentration to indices: Hill curve, adaptation, withdrawal. Illustrative."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.body.canal import NAMES, Canal, network, site_weights, tip_shares
from sim.body.drug import Drug, EffectCurve
from sim.body.level import level_cm
from sim.exact.network import Course
from sim.exact.steps import Array, Ticks, to_hour
from sim.exact.system import steady_state

# panels start fine after each edge, where the site bends most, and grow with the time since it
FIRST_TICK: Final = 1 << 24  # 17 seconds
LEAST_TICK: Final = 1 << 28  # 4 minutes, once the first 4 are over
N_PER_OCTAVE: Final = 32
LAST_OCTAVE: Final = 50
N_PART: Final = 4  # parts of a panel in which crossings are sought
NODE, WEIGHT = (0.5 * part for part in np.polynomial.legendre.leggauss(5))


def hill(site_mcg_ml: Array, ec50_mcg_ml: float, gamma: float) -> Array:
    """Effect 0 to 1, same shape: C^g / (EC50^g + C^g).

    >>> hill(np.array([0.0, 0.15]), 0.15, 3.0).tolist()
    [0.0, 0.5]
    """
    relative = (site_mcg_ml / ec50_mcg_ml) ** gamma
    return np.asarray(relative / (1.0 + relative))


def steady_amounts(drug: Drug, canal: Canal, tip_level: str, dose_mcg_h: float) -> dict[str, float]:
    """Amounts (mcg) where a constant dose at the tip is balanced by the losses."""
    shares = tip_shares(level_cm(tip_level))
    inflow = {cell: share * dose_mcg_h for cell, share in shares.items()}
    return dict(zip(NAMES, steady_state(network(drug, canal), inflow).tolist(), strict=True))


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


def _offsets(halvings: int) -> Ticks:
    """Ticks after an edge at which panels end, as far as any run goes."""
    start = FIRST_TICK * np.array([0, 1, 2, 4, 8], dtype=np.int64)
    octaves = [
        np.arange(1 << k, 2 << k, max(LEAST_TICK, (1 << k) // N_PER_OCTAVE), dtype=np.int64)
        for k in range(LEAST_TICK.bit_length(), LAST_OCTAVE)
    ]
    ends = np.concatenate([start, [LEAST_TICK], *octaves])
    for _ in range(halvings):
        ends = np.sort(np.concatenate([ends, (ends[:-1] + ends[1:]) // 2]))
    return ends


def panel_ticks(edge: Ticks, last_tick: int, halvings: int = 0) -> Ticks:
    """Nodes (k,) of the quadrature grid, fixed by the edges alone; `halvings` refines it for tests."""
    offsets = _offsets(halvings)
    ends = [*edge[1:].tolist(), last_tick]
    nodes = [start + offsets[offsets < end - start] for start, end in zip(edge.tolist(), ends, strict=True)]
    return np.unique(np.concatenate([*nodes, [last_tick]]).astype(np.int64))


def _cubic(x: Array, y0: Array, y1: Array, m0: Array, m1: Array) -> Array:
    """Cubic through two values with two slopes, at share x of the panel."""
    return np.asarray(y0 + x * (m0 + x * (3.0 * (y1 - y0) - 2.0 * m0 - m1 + x * (2.0 * (y0 - y1) + m0 + m1))))


@dataclass(frozen=True, slots=True, eq=False)
class EffectCourse:
    """Effects on their way, and adaptation: d adapted/dt = k (occupancy - adapted)."""

    drug: Drug
    half_mcg_ml: tuple[float, ...]  # one per curve of the drug
    node_tick: Ticks  # (k,)
    site_mcg_ml: Array  # (k,), site of the effect
    site_slope: Array  # (k,), mcg/mL per h
    adapted: Array  # (k,)

    @property
    def fade_per_h(self) -> float:
        """Rate of adaptation."""
        return math.log(2.0) / self.drug.adaptation_half_life_h

    def indices(self, followed: Array) -> list[Array]:
        """Index (m,) of each curve from the concentrations (m, k) at the sites."""
        curves = zip(self.drug.curves(), self.half_mcg_ml, strict=True)
        return [hill(followed[:, i], half, curve.hill_gamma) for i, (curve, half) in enumerate(curves)]

    def occupancy(self, site_mcg_ml: Array) -> Array:
        """Occupancy (m,) of the effect's site: C / (C + EC50)."""
        return np.asarray(site_mcg_ml / (site_mcg_ml + self.half_mcg_ml[0]))

    def adapted_at(self, tick: Ticks) -> Array:
        """Adapted index (m,) at ticks (m,)."""
        panel = np.clip(np.searchsorted(self.node_tick, tick, side="right") - 1, 0, len(self.node_tick) - 2)
        part_h = to_hour(tick - self.node_tick[panel])
        return np.asarray(np.exp(-self.fade_per_h * part_h) * self.adapted[panel] + self._gain(panel, part_h))

    def _gain(self, panel: NDArray[np.intp], part_h: Array) -> Array:
        """k times the faded integral (m,) of occupancy, a cubic in each panel, over its first part."""
        size_h = to_hour(self.node_tick[panel + 1] - self.node_tick[panel])
        half = self.half_mcg_ml[0]
        occupancy = self.occupancy(self.site_mcg_ml)
        slope = half / (self.site_mcg_ml + half) ** 2 * self.site_slope
        ends = occupancy[panel], occupancy[panel + 1], slope[panel] * size_h, slope[panel + 1] * size_h
        total = np.zeros(len(part_h))
        for node, weight in zip(0.5 + NODE, WEIGHT, strict=True):
            faded = np.exp(-self.fade_per_h * (1.0 - node) * part_h)
            total += weight * _cubic(node * part_h / size_h, *ends) * faded
        return np.asarray(self.fade_per_h * part_h * total)

    def dense(self) -> tuple[Array, Array]:
        """Hours (j,) and effect index (j,), dense enough that a crossing is right to a minute."""
        hour, site = to_hour(self.node_tick), self.site_mcg_ml
        size_h = np.diff(hour)
        ends = site[:-1], site[1:], self.site_slope[:-1] * size_h, self.site_slope[1:] * size_h
        shares = np.arange(N_PART) / N_PART
        hours = np.stack([hour[:-1] + share * size_h for share in shares], axis=1)
        # a cubic may dip below nothing by its own small error
        sites = np.stack([np.maximum(_cubic(np.full(len(size_h), x), *ends), 0.0) for x in shares], axis=1)
        index = hill(np.append(sites.ravel(), site[-1]), self.half_mcg_ml[0], self.drug.effect.hill_gamma)
        return np.append(hours.ravel(), hour[-1]), index


def follow_effect(
    course: Course, drug: Drug, canal: Canal, start_index: float, last_tick: int, halvings: int = 0
) -> EffectCourse:
    """Effects over a body's course; adaptation starts at start_index, `halvings` refine its panels."""
    nodes = panel_ticks(course.edge, last_tick, halvings)
    held = course.at_tick(nodes)
    site = held.followed[:, 0]
    weights = site_weights(drug.effect, canal, drug)
    around = held.amount @ np.array([weights.get(name, 0.0) for name in NAMES])
    half = tuple(ec50_mcg_ml(curve, drug) for curve in drug.curves())
    follow_per_h = math.log(2.0) / drug.effect.site_half_life_h
    bare = EffectCourse(drug, half, nodes, site, follow_per_h * (around - site), np.zeros(len(nodes)))
    size_h = to_hour(np.diff(nodes))
    adapted = [start_index]
    gains = bare._gain(np.arange(len(nodes) - 1), size_h)
    for kept, gain in zip(np.exp(-bare.fade_per_h * size_h).tolist(), gains.tolist(), strict=True):
        adapted.append(kept * adapted[-1] + gain)
    return replace(bare, adapted=np.array(adapted))
