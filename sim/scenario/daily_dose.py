"""The doses that are programmed, as what they come to in a day; boluses apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.device.pump import Pump
from sim.scenario.command import Command, basal_orders, refills
from sim.scenario.library import Catalogue
from sim.scenario.orders import BridgeBolus, Stop
from sim.scenario.rules import require
from sim.scenario.scenario import Scenario

FOR_GOOD = 1 << 62


def programmed_doses_mcg_day(scenario: Scenario, catalogue: Catalogue) -> list[tuple[float, ...]]:
    """Each dose of the rate slot, of every drug, by time (mcg/day); none where no pump doses a drug.

    Of a day of several rates it is their mean. A stop is no dose, a bridge keeps the dose that it clears the line for.
    Raises ScenarioError where the scenario cannot be carried out.

    >>> from sim.scenario.library import catalogue, read_scenario
    >>> programmed_doses_mcg_day(read_scenario("half-a-leak"), catalogue())
    [(200.0,), (400.0,)]
    """
    shelf = require(scenario, catalogue)
    assert shelf.planned is not None
    doses = daily_doses_mcg_h(scenario, shelf.planned, shelf.pump)
    return [tuple(24.0 * mcg_h for mcg_h in dose) for dose in doses]


def daily_doses_mcg_h(scenario: Scenario, command: Command, pump: Pump) -> Iterator[tuple[float, ...]]:
    """The same in mcg/h, with what is programmed at hand: a flow gives another dose after each refill."""
    fills = [refill.tick for _, refill in refills(scenario)]
    if pump.gas is not None:
        nominal_ml_h = pump.gas.nominal_ml_day / 24.0
        yield from (_dose(command, tick, nominal_ml_h) for tick in fills if any(_dose(command, tick, nominal_ml_h)))
        return
    slot = [order for _, order in basal_orders(scenario) if not isinstance(order, BridgeBolus)]
    ends = [*(order.tick for order in slot[1:]), FOR_GOOD]
    for order, end in zip(slot, ends, strict=False):
        if isinstance(order, Stop):
            continue
        for tick in [order.tick, *(fill for fill in fills if order.tick < fill < end)]:
            daily = order.daily_ml_h(float(command.programmed_mcg_ml[0].at_tick(tick)), pump)
            hours = np.diff([*(hour for hour, _ in daily), 24.0])
            yield _dose(command, tick, float(hours @ [ml_h for _, ml_h in daily]) / 24.0)


def _dose(command: Command, tick: int, ml_h: float) -> tuple[float, ...]:
    return tuple(ml_h * float(strength.at_tick(tick)) for strength in command.programmed_mcg_ml)
