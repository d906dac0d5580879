"""Axes of a run: those of the scenario as it was loaded, and how they fit themselves where an edit ends outside."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import numpy as np

from app.figures.axes import AT_ONCE_H, AXES, Ranges, values_that_last
from app.runs.memo import has_drug, of_drug, run
from sim import Result, Scenario, ScenarioError, catalogue, simulate
from sim.scenario import as_intended, field_at, with_values

COLOUR_FRAC = 0.98  # share of the run's moments that the colours of the canal hold
HEADROOM: Final = {"dose_mcg_day": 1.1, "volume_ml": 1.05, "csf_mcg_ml": 1.1}  # above the highest value; else none
LEAST_FRAC: Final = 0.05  # of an axis that an edited run fills


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
    tops = []
    for variant in dict.fromkeys([*variants, *map(as_intended, variants)]):
        try:
            tops.append(_tops(variant, of_drug(simulate(variant), drug)))
        except ScenarioError:
            continue
    return _around(_highest(tops))


@lru_cache(maxsize=32)
def fitted(scenario: Scenario, drug: str | None = None) -> Ranges:
    """Axis ranges for one run, with what was intended beside it, and nothing else."""
    return _around(_tops_of(scenario, drug))


@lru_cache(maxsize=32)
def fit(axes: Ranges, base: Scenario, scenario: Scenario, drug: str | None = None) -> Ranges:
    """The axes that hold an edited scenario, from those that the page has: each stays as long as it can.

    One that the run leaves, or of which it fills less than a twentieth, becomes that of the loaded scenario, `base`,
    if that will do, else it fits the run. Controls within their teaching range leave the loaded axes as they are.
    """
    loaded = ranges(base, drug)
    if scenario == base:
        return loaded
    tops, is_taught = _tops_of(scenario, drug), _is_taught(base, scenario)
    values = {}
    for name in AXES:
        top, own = tops[name], getattr(loaded, name)
        for value in (getattr(axes, name), own):
            is_roomy = top < LEAST_FRAC * value and top > 0.0 and not (is_taught and value == own)
            if top <= value and not is_roomy:
                values[name] = value
                break
        else:
            values[name] = getattr(_around(tops), name)
    return Ranges(**values, refitted=tuple(name for name in AXES if values[name] != getattr(loaded, name)))


@lru_cache(maxsize=32)
def widen(ranges: Ranges, others: tuple[Scenario, ...], drug: str) -> Ranges:
    """The same axes, of a drug, wide enough for other runs too; in CSF for those that have the drug."""
    for scenario in others:
        of_same = of_drug(run(scenario), drug) if has_drug(scenario, drug) else None
        ranges = hold(ranges, scenario, run(scenario), of_same)
    return ranges


def hold(ranges: Ranges, scenario: Scenario, result: Result, of_same: Result | None) -> Ranges:
    """The same axes, wide enough for one more curve of doses and of volume, and of CSF if it has the same drug."""
    more = _around(_tops(scenario, result))
    csf_mcg_ml = 0.0 if of_same is None else _around(_tops(scenario, of_same)).csf_mcg_ml
    return replace(
        ranges,
        dose_mcg_day=max(ranges.dose_mcg_day, more.dose_mcg_day),
        volume_ml=max(ranges.volume_ml, more.volume_ml),
        csf_mcg_ml=max(ranges.csf_mcg_ml, csf_mcg_ml),
    )


def _is_taught(base: Scenario, scenario: Scenario) -> bool:
    """Whether nothing but controls was moved, and each within its teaching range."""
    values = {}
    try:
        for control in base.controls:
            for path in control.paths:
                values[path] = field_at(scenario, path)[3]
                if values[path] is None or not control.low <= values[path] <= control.high:
                    return False
        return with_values(base, values) == scenario
    except ScenarioError:
        return False


@lru_cache(maxsize=32)
def _tops_of(scenario: Scenario, drug: str | None) -> dict[str, float]:
    """Highest values of a run and of what was intended."""
    both = (scenario, as_intended(scenario))
    return _highest([_tops(one, of_drug(run(one), drug)) for one in both])


def _highest(tops: list[dict[str, float]]) -> dict[str, float]:
    return {name: max(top[name] for top in tops) for name in AXES}


def _around(tops: dict[str, float]) -> Ranges:
    """Axes a little higher than the highest values; an axis of nothing ends at 1."""
    values: dict[str, Any] = {name: HEADROOM.get(name, 1.0) * top or 1.0 for name, top in tops.items()}
    return Ranges(**values)


def _tops(scenario: Scenario, result: Result) -> dict[str, float]:
    """Highest value of each axis in one run."""
    by_hand = [mcg_ml for order in scenario.orders for mcg_ml in order.port_mcg_ml()[:1]]
    return {
        "dose_mcg_day": _top_mcg_day(result),
        "volume_ml": max(catalogue().pumps[scenario.pump].capacity_ml, float(result.reservoir_true_ml.max())),
        "csf_mcg_ml": float(result.csf_mcg_ml.max()),
        "canal_mcg_ml": float(np.quantile(result.csf_mcg_ml.max(axis=1), COLOUR_FRAC)),
        "line_mcg_ml": max([float(result.signals["reservoir_mcg_ml"].value.max()), *by_hand]),
        "supplied_mcg": float(result.ledger.supplied_mcg[-1]),
        "outside_mcg": _outside_mcg(result),
    }


def _outside_mcg(result: Result) -> float:
    """Most drug that is anywhere but in the reservoir."""
    reservoir_mcg = result.ledger.amount_mcg[:, result.ledger.places.index("reservoir")]
    return float((result.ledger.amount_mcg.sum(axis=1) - reservoir_mcg).max())


def _top_mcg_day(result: Result) -> float:
    """Highest dose, mcg/day, believed or received, that lasts; where none lasts, the highest that is no push."""
    doses = [result.signals[name] for name in ("believed_mcg_h", "tip_mcg_h")]
    lasting = max(float(values_that_last(dose).max(initial=0.0)) for dose in doses)
    return 24.0 * (lasting or max(float(dose.value[dose.length_h > AT_ONCE_H].max(initial=0.0)) for dose in doses))
