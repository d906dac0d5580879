"""The latest runs, and the part of one drug in them."""

from __future__ import annotations

from functools import lru_cache

from sim import Result, Scenario, simulate

N_KEPT = 48  # about 2 MB each


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
