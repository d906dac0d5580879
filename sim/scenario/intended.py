"""The run that everybody meant: no fault, the right drug and number, all of it in the reservoir."""

from __future__ import annotations

from collections.abc import Iterator

from sim.quantity import check
from sim.refusal import ScenarioError
from sim.scenario.orders import Repair
from sim.scenario.scenario import Scenario, with_values


def as_intended(scenario: Scenario) -> Scenario:
    """The same scenario without faults and slips, and with what its `intended` entries say.

    What was programmed was in the vial, nothing went beside the reservoir, and no drug was pushed in at the access
    port. Controls are left out, since they may move what is gone; doing it twice changes nothing more.

    >>> from sim.scenario.library import read_scenario
    >>> meant = as_intended(read_scenario("half-a-leak"))
    >>> len(meant.faults), as_intended(meant) == meant
    (0, True)
    """
    meant = with_values(scenario, {entry.path: entry.value for entry in scenario.intended})
    data = meant.model_dump(exclude={"faults", "controls", "intended"})
    data["orders"] = [
        {**order.model_dump(), **order.slips()} for order in meant.orders if not isinstance(order, Repair)
    ]
    return check(Scenario, data)


def intended_problems(scenario: Scenario) -> Iterator[str]:
    """Entries of `intended` that name no field, or a value that the field cannot take."""
    for i, entry in enumerate(scenario.intended):
        try:
            with_values(scenario, {entry.path: entry.value})
        except ScenarioError as error:
            yield from (f"intended[{i}]: {problem}" for problem in error.problems)
