"""The dose that a person is used to: said by the scenario, or the first one that was meant."""

from __future__ import annotations

import numpy as np

from sim.device.pump import Pump
from sim.scenario.command import Command, basal_orders
from sim.scenario.intended import as_intended
from sim.scenario.library import Catalogue
from sim.scenario.orders import Stop
from sim.scenario.rules import Shelf, require
from sim.scenario.scenario import Scenario


def accustomed_mcg_h(scenario: Scenario, shelf: Shelf) -> tuple[float, ...]:
    """Dose of each drug (mcg/h): the daily mean of the first one as intended, or as `accustomed_mcg_day` says.

    0 where no pump doses a drug. Drugs of a mixture keep their proportions.
    """
    assert shelf.meant is not None
    meant = scenario if shelf.meant is shelf.planned else as_intended(scenario)
    first = _first_dose(meant, shelf.meant, shelf.pump)
    if scenario.accustomed_mcg_day is None:
        return first
    own = scenario.accustomed_mcg_day / 24.0
    return (own, *(dose * own / first[0] if first[0] > 0.0 else 0.0 for dose in first[1:]))


def first_accustomed_mcg_day(scenario: Scenario, catalogue: Catalogue) -> float | None:
    """What the person of a scenario is used to, mcg/day of its first drug, as the file stands; None without a pump.

    Raises ScenarioError where the scenario cannot be carried out.
    """
    return 24.0 * accustomed_mcg_h(scenario, require(scenario, catalogue))[0] or None


def _first_dose(scenario: Scenario, command: Command, pump: Pump) -> tuple[float, ...]:
    """Daily mean of the first basal dose of each drug, mcg/h; 0 if none is commanded."""
    for _, order in basal_orders(scenario):
        fluids = [float(strength.at_tick(order.tick)) for strength in command.programmed_mcg_ml]
        daily = order.daily_ml_h(fluids[0], pump)
        if daily and not isinstance(order, Stop):
            hours = np.diff([*(hour for hour, _ in daily), 24.0])
            mean_ml_h = float(hours @ [ml_h for _, ml_h in daily]) / 24.0
            return tuple(mean_ml_h * fluid for fluid in fluids)
    if pump.gas is not None:
        return tuple(
            pump.gas.nominal_ml_day / 24.0 * float(strength.value[strength.value > 0.0][:1].sum())
            for strength in command.programmed_mcg_ml
        )
    return tuple(0.0 for _ in command.programmed_mcg_ml)
