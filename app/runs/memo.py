"""The latest runs, and the axis ranges that a scenario fixes when it loads."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from app.figures.axes import Ranges, values_that_last
from sim import Result, Scenario, ScenarioError, catalogue, simulate
from sim.scenario import as_intended, with_values

N_KEPT = 48  # about 2 MB each
COLOUR_FRAC = 0.98  # share of the run's moments that the colours of the canal hold


@lru_cache(maxsize=N_KEPT)
def run(scenario: Scenario) -> Result:
    """The result of a scenario; a frozen scenario is its own key."""
    return simulate(scenario)


def of_drug(result: Result, drug: str | None) -> Result:
    """The result of one drug of the mixture; of the first one for any other name."""
    return result.others.get(drug, result) if drug else result


def has_drug(scenario: Scenario, drug: str) -> bool:
    """Whether a drug is in the mixture of a scenario: only then has its run a result of that drug."""
    return drug in (scenario.drug, *scenario.with_drugs)


@lru_cache(maxsize=32)
def ranges(scenario: Scenario, drug: str | None = None) -> Ranges:
    """Axis ranges that hold the scenario and each of its controls at either end; of one drug of the mixture."""
    variants = [scenario]
    for control in scenario.controls:
        for end in (control.low, control.high):
            try:
                variants.append(with_values(scenario, dict.fromkeys(control.paths, end)))
            except ScenarioError:
                continue
    results = []
    for variant in dict.fromkeys([*variants, *map(as_intended, variants)]):
        try:
            results.append(of_drug(simulate(variant), drug))
        except ScenarioError:
            continue
    pump = catalogue().pumps[scenario.pump]
    return Ranges(
        dose_mcg_day=1.1 * max(_top_mcg_day(result) for result in results),
        volume_ml=1.05 * pump.capacity_ml,
        csf_mcg_ml=1.1 * max(float(result.csf_mcg_ml.max()) for result in results) or 1.0,
        canal_mcg_ml=max(float(np.quantile(result.csf_mcg_ml.max(axis=1), COLOUR_FRAC)) for result in results) or 1.0,
        line_mcg_ml=max(float(result.signals["reservoir_mcg_ml"].value.max()) for result in results) or 1.0,
        supplied_mcg=max(float(result.ledger.supplied_mcg[-1]) for result in results) or 1.0,
        outside_mcg=max(_outside_mcg(result) for result in results) or 1.0,
    )


@lru_cache(maxsize=32)
def widen(ranges: Ranges, others: tuple[Scenario, ...], drug: str) -> Ranges:
    """The same axes, of a drug, wide enough for other runs too; in CSF for those that have the drug."""
    results = [run(scenario) for scenario in others]
    pumps = [catalogue().pumps[scenario.pump] for scenario in others]
    of_same = [of_drug(run(scenario), drug) for scenario in others if has_drug(scenario, drug)]
    return replace(
        ranges,
        dose_mcg_day=max(ranges.dose_mcg_day, *(1.1 * _top_mcg_day(result) for result in results), 0.0),
        volume_ml=max(ranges.volume_ml, *(1.05 * pump.capacity_ml for pump in pumps), 0.0),
        csf_mcg_ml=max(ranges.csf_mcg_ml, *(1.1 * float(result.csf_mcg_ml.max()) for result in of_same), 0.0),
    )


def _outside_mcg(result: Result) -> float:
    """Most drug that is anywhere but in the reservoir."""
    reservoir_mcg = result.ledger.amount_mcg[:, result.ledger.places.index("reservoir")]
    return float((result.ledger.amount_mcg.sum(axis=1) - reservoir_mcg).max())


def _top_mcg_day(result: Result) -> float:
    """Highest dose, mcg/day, believed or received, that lasts; at least 1."""
    doses = [values_that_last(result.signals[name]) for name in ("believed_mcg_h", "tip_mcg_h")]
    return max(1.0, *(24.0 * float(dose.max(initial=0.0)) for dose in doses))
