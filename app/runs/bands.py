"""Many people behind a curve: which curves have a band, the latest runs of many people, what differs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from app.words.numbers import digits
from app.words.refusals import refusal_in_words
from app.words.sources import Parameter, tables
from app.words.text import TEXT
from sim import Population, Scenario, ScenarioError, catalogue, population

N_PEOPLE: Final = 200
SEED: Final = 1
N_TIME: Final = 600  # a band is no finer
N_KEPT: Final = 12  # about 0.1 MB each
# curve of a chart -> band of the population
BANDS: Final = {
    "lumbar": "lumbar_mcg_ml",
    "cistern": "cistern_mcg_ml",
    "plasma": "plasma_mcg_ml",
    "effect": "effect_index",
}
SAME_FOR_ALL: Final = ("dose", "volume", "battery")  # the device's own


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """5th, 50th and 95th percentile of people (3, m) at days (m,), and the sentence that goes with them."""

    day: np.ndarray
    band: np.ndarray
    words: str


@lru_cache(maxsize=N_KEPT)
def people(scenario: Scenario, n: int = N_PEOPLE, seed: int = SEED) -> Population:
    """So many people under a scenario; a frozen scenario is part of its own key.

    Raises ScenarioError as `simulate` does.
    """
    return population(scenario, n, seed, every_h=every_h(scenario))


def every_h(scenario: Scenario) -> float:
    """Hours between two samples of a band."""
    return max(1.0, float(np.ceil(24.0 * scenario.duration_day / N_TIME)))


def band(scenario: Scenario, curve: str, n: int = N_PEOPLE, seed: int = SEED) -> Band | str:
    """The band behind a curve, or one sentence on why there is none.

    curve: a name of BANDS or of SAME_FOR_ALL; KeyError for any other.
    """
    if curve in SAME_FOR_ALL:
        return TEXT["people_device"]
    name = BANDS[curve]
    if curve == "effect" and catalogue().drugs[scenario.drug].effect is None:
        return TEXT["people_no_effect"]
    try:
        crowd = people(scenario, n, seed)
    except ScenarioError as error:
        words = " ".join(refusal_in_words(problem, scenario) for problem in error.problems)
        return f"{TEXT['people_refused']} {words}"
    except ValueError as error:
        return f"{TEXT['people_refused']} {error}"
    words = TEXT["people_said"].format(n=n, seed=seed, hours=digits(every_h(scenario), 3))
    if scenario.with_drugs:
        words += " " + TEXT["people_first_drug"]
    return Band(crowd.time_h / 24.0, crowd.band[name], words)


def assumptions() -> tuple[Parameter, ...]:
    """What differs between people, how much, and how well that is supported."""
    return tables()[TEXT["people_table"]]
