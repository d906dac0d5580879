"""Many people with the same pump: one run of the device, then every body at once. Teaching only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.analysis.ward import Ward
from sim.body.canal import Canal
from sim.body.crowd import FACTORS, READINGS, Variability, canal_of
from sim.exact.ladder import N_CHUNK
from sim.exact.steps import TICK_PER_H, Array, frozen, to_hour, to_tick
from sim.quantity import check
from sim.refusal import literal
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
    peak_excess_index: Array | None
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
    ward = Ward.of(scenario, shelf, time_h)
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
        peak_excess_index=metric.get("peak_excess_index"),
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
