"""Many people with the same pump: one run of the device, then every body at once. Teaching only."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.body.canal import Canal, tip_shares
from sim.body.crowd import FACTORS, READINGS, Crowd, Variability, canal_of
from sim.body.drug import Drug, ToleranceCourse
from sim.body.effect import half_effects_mcg_ml, hill
from sim.body.level import level_cm
from sim.exact.batch import Batch
from sim.exact.ladder import N_CHUNK
from sim.exact.samples import hours_below, lagging, mean
from sim.exact.steps import TICK_PER_H, Array, frozen, to_hour, to_tick
from sim.quantity import check
from sim.refusal import literal
from sim.run.body_input import take_in
from sim.run.delivery import carry_drug, plan
from sim.scenario.command import signal
from sim.scenario.library import Catalogue
from sim.scenario.library import catalogue as packaged
from sim.scenario.scenario import Scenario

PERCENT: Final = (5.0, 50.0, 95.0)
BANDS: Final = (*READINGS, "effect_index")
MOST_PEOPLE: Final = 100_000
MOST_TIMES: Final = 20_000
MOST_KEPT: Final = 100_000_000  # single-precision numbers, 400 MB
N_HELD: Final = 1 << 17  # people x times in work together


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Many people under one scenario; arrays (n,) hold one number per person, in the order drawn.

    Whatever spans the run is read at `time_h`, straight lines between. All effects are illustrative.
    """

    seed: int
    time_h: Array  # (m,)
    canal: Canal  # the scenario's own person, the median
    factor: Mapping[str, Array]  # FACTORS: (n,) times the scenario's spinal volume, drug loss, ...
    band: Mapping[str, Array]  # BANDS: (3, m), 5th, 50th and 95th percentile; empty if not asked for
    mean_effect_index: Array | None  # None for a tracer
    peak_effect_index: Array | None
    below_band_h: Array | None  # hours with the effect below the drug's band
    peak_breathing_index: Array | None
    # at the end of the run
    lumbar_mcg_ml: Array  # L4
    cistern_mcg_ml: Array
    plasma_mcg_ml: Array
    lumbar_to_cistern: Array  # nan where no drug is in the cistern
    ledger_error_frac: Array  # what is held and cleared over what came in, less 1

    def __len__(self) -> int:
        return len(self.lumbar_mcg_ml)

    def person(self, i: int) -> Canal:
        """Canal of one person, to be simulated alone; ScenarioError if outside the declared ranges."""
        factor = np.array([self.factor[name][i] for name in FACTORS])
        return check(Canal, canal_of(self.canal, factor).model_dump())


def population(
    scenario: Scenario,
    n: int,
    seed: int,
    *,
    every_h: float = 1.0,
    bands: bool = True,
    variability: Variability | None = None,
    catalogue: Catalogue | None = None,
) -> Population:
    """Run a scenario in n people (1 to 100,000) who differ as `variability` says; the device runs once.

    The same seed gives the same people, and more people keep the first ones. Bodies are exact at the
    samples, every `every_h` hours and at the end; means and hours take straight lines between them (hourly:
    means good to about 0.001, peaks to 0.01, hours below the band to 0.2 h).
    bands: percentiles over people at every sample, from values kept in single precision (7 digits)
    until all are there: 4 bytes x people x samples x 5, at most 400 MB. Without bands nothing is kept
    per sample. Of a mixture, the first drug; tolerance follows straight lines too.
    Raises ScenarioError as `simulate` does, ValueError on numbers out of range or bands that would not fit.

    >>> from sim.scenario.library import read_scenario
    >>> people = population(read_scenario("quiet-pump"), 3, seed=1, every_h=24.0, bands=False)
    >>> people.plasma_mcg_ml.shape, bool((abs(people.ledger_error_frac) < 1e-9).all())
    ((3,), True)
    """
    n = _whole("n", n, 1, MOST_PEOPLE)
    seed = _whole("seed", seed, 0, None)
    time_h = _times(scenario, every_h)
    if bands and n * len(time_h) * len(BANDS) > MOST_KEPT:
        values = f"bands of {n} people at {len(time_h)} times"
        raise ValueError(f"{values} would not fit; ask for fewer people, a larger every_h, or bands=False")
    shelf = packaged() if catalogue is None else catalogue
    ward = _Ward.of(scenario, shelf, time_h)
    factor = (variability or Variability()).factors(n, seed)
    curves = np.empty((len(BANDS), len(time_h), n) if bands else (0, 0, 0), dtype=np.float32)
    visits = [ward.visit(factor[part], curves[:, :, part]) for part in _chunks(n, len(time_h))]
    metric = {name: frozen(np.concatenate([visit[name] for visit in visits])) for name in visits[0]}
    return Population(
        seed=seed,
        time_h=frozen(time_h),
        canal=scenario.canal,
        factor=MappingProxyType({name: frozen(column) for name, column in zip(FACTORS, factor.T, strict=True)}),
        band=MappingProxyType({name: _band(rows) for name, rows in zip(BANDS, curves)}),
        mean_effect_index=metric.get("mean_effect_index"),
        peak_effect_index=metric.get("peak_effect_index"),
        below_band_h=metric.get("below_band_h"),
        peak_breathing_index=metric.get("peak_breathing_index"),
        lumbar_mcg_ml=metric["lumbar_mcg_ml"],
        cistern_mcg_ml=metric["cistern_mcg_ml"],
        plasma_mcg_ml=metric["plasma_mcg_ml"],
        lumbar_to_cistern=metric["lumbar_to_cistern"],
        ledger_error_frac=metric["ledger_error_frac"],
    )


def _band(rows: NDArray[np.float32]) -> Array:
    """Percentiles (3, m) of rows (m, n), which lose their order."""
    return frozen(np.percentile(rows, PERCENT, axis=1, overwrite_input=True))


def _whole(name: str, value: object, low: int, high: int | None) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise ValueError(f"{name} = {literal(value)} must be a whole number")
    if value < low or (high is not None and value > high):
        limit = f"at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{name} = {literal(value)} must be {limit}")
    return int(value)


def _times(scenario: Scenario, every_h: float) -> Array:
    """Hours of the samples: even ones, and the end of the run."""
    last = int(to_tick(24.0 * scenario.duration_day))
    lowest = max(1, -(-last // MOST_TIMES))
    if not lowest / TICK_PER_H <= every_h <= max((last + 1) / TICK_PER_H, 1.0):
        raise ValueError(f"every_h = {every_h} must lie between {lowest / TICK_PER_H:.2g} h and the duration")
    return to_hour(np.unique(np.append(np.arange(0, last, int(to_tick(every_h))), last)))


def _chunks(n: int, n_time: int) -> Iterator[slice]:
    size = max(1, min(N_CHUNK, N_HELD // n_time))
    return (slice(low, min(low + size, n)) for low in range(0, n, size))


@dataclass(frozen=True, slots=True, eq=False)
class _Ward:
    """What all people share: drug, doses, times."""

    drug: Drug
    crowd: Crowd
    half_mcg_ml: tuple[float, ...]  # of half effect, one per curve of the drug
    ec50_factor: Array  # (m,), of the disease
    tolerance: ToleranceCourse | None
    came_mcg: float  # into every body
    steady_mcg_h: Mapping[str, float] | None  # inflow that bodies rest at to begin with; None if they are empty
    time_h: Array
    batch: Batch

    @staticmethod
    def of(scenario: Scenario, shelf: Catalogue, time_h: Array) -> _Ward:
        timeline, delivery = plan(scenario, shelf)
        intake = take_in(scenario, timeline, delivery, carry_drug(scenario, timeline, delivery), 0)
        drug = timeline.drugs[0]
        crowd = Crowd.around(drug, scenario.canal, intake.routes)
        steady = None
        if scenario.body_start == "steady":
            shares = tip_shares(level_cm(scenario.tip_level))
            steady = {cell: share * timeline.start_mcg_h[0] for cell, share in shares.items()}
        names = list(crowd.median.names)
        jumps = [(at_h, names.index(name), mcg) for at_h, name, mcg in intake.jumps]
        factor = signal(timeline.conditions, lambda condition: condition.ec50_factor, timeline.end_tick)
        came = sum(float(dose.area_to(to_tick(time_h[-1]))) for dose in intake.inputs.values())
        return _Ward(
            drug=drug,
            crowd=crowd,
            half_mcg_ml=half_effects_mcg_ml(drug),
            ec50_factor=factor.at(time_h),
            tolerance=drug.tolerance_course(scenario.tolerance),
            came_mcg=came + sum(mcg for _, _, mcg in jumps),
            steady_mcg_h=steady,
            time_h=time_h,
            batch=Batch(crowd.n_mass, crowd.enters(list(intake.inputs)), list(intake.inputs.values()), time_h, jumps),
        )

    def visit(self, factor: Array, curves: NDArray[np.float32]) -> dict[str, Array]:
        """Numbers (p,) of people with factors (p, 4); what bands need goes into `curves` (5, m, p)."""
        generators, readings = self.crowd.generators(factor), self.crowd.readings(factor)
        start = None if self.steady_mcg_h is None else self.crowd.steady(generators, self.steady_mcg_h)
        n_site = len(self.half_mcg_ml)
        sites = np.zeros((len(factor), n_site, generators.shape[1]))
        sites[:, np.arange(n_site), self.crowd.n_mass + np.arange(n_site)] = 1.0
        weights = np.concatenate([sites, readings], axis=1) if len(curves) else sites
        seen = self.batch.respond(generators, weights, start)
        breathing = None
        if self.drug.breathing is not None:
            breathing = hill(seen.observed[:, :, 1], self.half_mcg_ml[1], self.drug.breathing.hill_gamma)
        effect = self._effect(seen.observed[:, :, 0]) if n_site else None
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
        if breathing is not None:
            numbers["peak_breathing_index"] = breathing.max(axis=1)
        return numbers

    def _effect(self, site_mcg_ml: Array) -> Array:
        """Effect (p, m) at the site's concentrations: half effect moves with the disease and with tolerance."""
        assert self.drug.effect is not None
        half = self.half_mcg_ml[0] * self.ec50_factor
        if self.tolerance is None:
            return hill(site_mcg_ml, half, self.drug.effect.hill_gamma)
        occupancy = site_mcg_ml / (site_mcg_ml + self.half_mcg_ml[0])
        risen = lagging(occupancy, self.time_h, math.log(2.0) / (24.0 * self.tolerance.half_life_day))
        return hill(site_mcg_ml, half * (1.0 + self.tolerance.rise_factor * risen), self.drug.effect.hill_gamma)

    def _error_frac(self, start: Array | None, last: Array) -> Array:
        supplied = self.came_mcg + (np.zeros(len(last)) if start is None else start[:, : self.crowd.n_mass].sum(axis=1))
        mass_mcg = last[:, : self.crowd.n_mass].sum(axis=1)
        return np.asarray(np.divide(mass_mcg - supplied, supplied, out=mass_mcg, where=supplied > 0.0))
