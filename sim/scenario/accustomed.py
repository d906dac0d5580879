"""The dose that a person is used to: said by the scenario, or the first one that was meant."""

from __future__ import annotations

from sim.scenario.daily_dose import daily_doses_mcg_h
from sim.scenario.intended import as_intended
from sim.scenario.library import Catalogue
from sim.scenario.rules import Shelf, require
from sim.scenario.scenario import Scenario


def accustomed_mcg_h(scenario: Scenario, shelf: Shelf) -> tuple[float, ...]:
    """Dose of each drug (mcg/h): the daily mean of the first one as intended, or as `accustomed_mcg_day` says.

    0 where no pump doses a drug. Drugs of a mixture keep their proportions.
    """
    assert shelf.meant is not None
    meant = scenario if shelf.meant is shelf.planned else as_intended(scenario)
    none = tuple(0.0 for _ in shelf.drugs)
    first = next(daily_doses_mcg_h(meant, shelf.meant, shelf.pump), none)
    if scenario.accustomed_mcg_day is None:
        return first
    own = scenario.accustomed_mcg_day / 24.0
    return (own, *(dose * own / first[0] if first[0] > 0.0 else 0.0 for dose in first[1:]))


def first_accustomed_mcg_day(scenario: Scenario, catalogue: Catalogue) -> float | None:
    """What the person of a scenario is used to, mcg/day of its first drug, as the file stands; None without a pump.

    Raises ScenarioError where the scenario cannot be carried out.
    """
    return 24.0 * accustomed_mcg_h(scenario, require(scenario, catalogue))[0] or None
