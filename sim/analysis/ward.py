"""The bodies of a population run: all through the same doses, each with a network of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.body.canal import tip_shares
from sim.body.crowd import READINGS, Crowd
from sim.body.drug import Drug, ToleranceCourse
from sim.body.effect import hill
from sim.body.excess import FADING_H, excess_index
from sim.body.level import level_cm
from sim.body.person import Person, person_of
from sim.exact.batch import Batch
from sim.exact.samples import hours_below, lagging, mean
from sim.exact.steps import Array, to_tick
from sim.run.body_input import take_in
from sim.run.delivery import carry_drug, plan
from sim.scenario.command import signal
from sim.scenario.library import Catalogue
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Ward:
    """What all people of one run share: drug, doses, times."""

    drug: Drug
    crowd: Crowd
    person: Person | None  # what the median is used to; None for a tracer
    accustomed_mcg_h: Mapping[str, float]  # inflow of what all are used to
    ec50_factor: Array  # (m,), of the disease
    tolerance: ToleranceCourse | None
    came_mcg: float  # into every body
    is_steady: bool  # bodies rest at that inflow to begin with
    time_h: Array
    batch: Batch

    @staticmethod
    def of(scenario: Scenario, shelf: Catalogue, time_h: Array) -> Ward:
        timeline, delivery = plan(scenario, shelf)
        intake = take_in(scenario, timeline, delivery, carry_drug(scenario, timeline, delivery), 0)
        drug = timeline.drugs[0]
        crowd = Crowd.around(drug, scenario.canal, intake.routes)
        accustomed_mcg_h = timeline.accustomed_mcg_h[0]
        person = None
        if drug.effect is not None:
            person = person_of(
                drug, scenario.canal, scenario.tip_level, 24.0 * accustomed_mcg_h or None, scenario.history
            )
        used_to_mcg_h, level = accustomed_mcg_h, scenario.tip_level
        if not accustomed_mcg_h:
            used_to_mcg_h, level = drug.reference_mcg_day / 24.0, drug.reference_tip
        shares = tip_shares(level_cm(level))
        names = list(crowd.median.names)
        jumps = [(at_h, names.index(name), mcg) for at_h, name, mcg in intake.jumps]
        factor = signal(timeline.conditions, lambda condition: condition.ec50_factor, timeline.end_tick)
        came = sum(float(dose.area_to(to_tick(time_h[-1]))) for dose in intake.inputs.values())
        return Ward(
            drug=drug,
            crowd=crowd,
            person=person,
            accustomed_mcg_h={cell: share * used_to_mcg_h for cell, share in shares.items()},
            ec50_factor=factor.at(time_h),
            tolerance=drug.tolerance_course(scenario.tolerance),
            came_mcg=came + sum(mcg for _, _, mcg in jumps),
            is_steady=scenario.body_start == "steady" and accustomed_mcg_h > 0.0,
            time_h=time_h,
            batch=Batch(crowd.n_mass, crowd.enters(list(intake.inputs)), list(intake.inputs.values()), time_h, jumps),
        )

    def visit(self, factor: Array, curves: NDArray[np.float32]) -> dict[str, Array]:
        """Numbers (p,) of people with factors (p, 4); what bands need goes into `curves` (5, m, p)."""
        generators, readings = self.crowd.generators(factor), self.crowd.readings(factor)
        rest = self.crowd.steady(generators, self.accustomed_mcg_h) if self.is_steady or self.drug.excess else None
        start = rest if self.is_steady else None
        n_site = len(self.drug.sites())
        sites = np.zeros((len(factor), n_site, generators.shape[1]))
        sites[:, np.arange(n_site), self.crowd.n_mass + np.arange(n_site)] = 1.0
        weights = np.concatenate([sites, readings], axis=1) if len(curves) else sites
        seen = self.batch.respond(generators, weights, start)
        # what each is used to at the sites (p, s)
        usual = np.zeros((0, 0)) if rest is None else rest[:, self.crowd.n_mass :]
        left = self._left(seen.observed, usual)
        effect = self._effect(seen.observed[:, :, 0], left) if n_site else None
        if len(curves):
            curves[: len(READINGS)] = seen.observed[:, :, n_site:].transpose(2, 1, 0)
            curves[len(READINGS)] = 0.0 if effect is None else effect.T
        lumbar, cistern, plasma = np.einsum("pkn,pn->kp", readings, seen.last)[1:]
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.where(cistern > 0.0, lumbar / cistern, np.nan)
        numbers = {
            "lumbar_mcg_ml": lumbar,
            "cistern_mcg_ml": cistern,
            "plasma_mcg_ml": plasma,
            "lumbar_to_cistern": ratio,
            "ledger_error_frac": self._error_frac(start, seen.last),
        }
        if effect is not None and self.drug.effect is not None:
            numbers["mean_effect_index"] = mean(effect, self.time_h)
            numbers["peak_effect_index"] = effect.max(axis=1)
            numbers["below_band_h"] = hours_below(effect, self.time_h, self.drug.effect.low_index)
        if self.drug.excess is not None:
            drive = sum(self._drives(seen.observed, usual, left))
            numbers["peak_excess_index"] = excess_index(drive, self.drug.excess.hill_gamma).max(axis=1)
        return numbers

    def _left(self, observed: Array, usual: Array) -> Array | float:
        """How much of the folds is left (p, m), as `fading_of` has it in one body."""
        person = self.person
        if person is None or not person.can_fade:
            return 1.0
        first = self.drug.sites().index(self.drug.excess_sites[0])
        missing = 1.0 - np.minimum(observed[:, :, first] / usual[:, first, None], 1.0)
        return 1.0 - lagging(missing, self.time_h, math.log(2.0) / FADING_H)

    def _drives(self, observed: Array, usual: Array, left: Array | float) -> Iterator[Array]:
        """Level over half harm (p, m) at each site of excess."""
        assert self.person is not None
        assert self.drug.excess is not None
        for site, place, fold in zip(
            self.drug.excess.sites, self.drug.excess_sites, self.person.excess_folds, strict=True
        ):
            k = self.drug.sites().index(place)
            half = site.half_mcg_ml(usual[:, k, None])
            yield observed[:, :, k] / (half * (1.0 + (fold - 1.0) * left))

    def _effect(self, site_mcg_ml: Array, left: Array | float) -> Array:
        """Effect (p, m) at the site's concentrations: half effect moves with disease, tolerance and what fades."""
        assert self.drug.effect is not None
        assert self.person is not None
        own = self.person.half_mcg_ml * (1.0 + (self.person.fold - 1.0) * left)
        half = own * self.ec50_factor
        if self.tolerance is None:
            return hill(site_mcg_ml, half, self.drug.effect.hill_gamma)
        occupancy = site_mcg_ml / (site_mcg_ml + self.person.occupied_half_mcg_ml)
        risen = lagging(occupancy, self.time_h, math.log(2.0) / (24.0 * self.tolerance.half_life_day))
        return hill(site_mcg_ml, half * (1.0 + self.tolerance.rise_factor * risen), self.drug.effect.hill_gamma)

    def _error_frac(self, start: Array | None, last: Array) -> Array:
        supplied = self.came_mcg + (np.zeros(len(last)) if start is None else start[:, : self.crowd.n_mass].sum(axis=1))
        mass_mcg = last[:, : self.crowd.n_mass].sum(axis=1)
        return np.asarray(np.divide(mass_mcg - supplied, supplied, out=mass_mcg, where=supplied > 0.0))
