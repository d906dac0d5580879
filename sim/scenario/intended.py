"""The run that everybody meant: no fault, the right drug and number, all of it in the reservoir, every order given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sim.quantity import check
from sim.refusal import ScenarioError, literal
from sim.scenario.orders import AnyOrder, Repair
from sim.scenario.scenario import NOT_GIVEN, Scenario, with_values


def as_intended(scenario: Scenario) -> Scenario:
    """The same scenario without faults and slips, with what `intended` and `intended_orders` say.

    What was programmed was in the vial, nothing went beside the reservoir, and no drug was pushed in at the access
    port. Orders that were not meant are gone; those that were missing come after the others. Controls are left out,
    since they may move what is gone; doing it twice changes nothing more.

    >>> from sim.scenario.library import read_scenario
    >>> meant = as_intended(read_scenario("half-a-leak"))
    >>> len(meant.faults), as_intended(meant) == meant
    (0, True)
    """
    fields = {entry.path: entry.value for entry in scenario.intended if entry.order is None}
    meant = with_values(scenario, fields)
    data = meant.model_dump(exclude={"faults", "controls", "intended", "intended_orders"})
    data["orders"] = [{**order.model_dump(), **order.slips()} for _, order in _orders(meant)]
    return check(Scenario, data)


def _orders(scenario: Scenario) -> list[tuple[str, AnyOrder]]:
    """(where the file has it, order) of those that were meant; without a fault there is nothing to repair."""
    absent = {entry.order for entry in scenario.intended}
    return [
        *(
            (f"orders[{i}]", order)
            for i, order in enumerate(scenario.orders)
            if i not in absent and not isinstance(order, Repair)
        ),
        *((f"intended_orders[{i}]", order) for i, order in enumerate(scenario.intended_orders)),
    ]


def intended_problems(scenario: Scenario) -> Iterator[str]:
    """Entries of `intended` that name no field and no order, or a value that cannot be."""
    for i, entry in enumerate(scenario.intended):
        if entry.order is not None and entry.order < len(scenario.orders):
            if entry.value != NOT_GIVEN:
                whole = f"{literal(entry.path)} is a whole order, which can only be '{NOT_GIVEN}'"
                yield f"intended[{i}].value = {literal(entry.value)}: {whole}"
            continue
        try:
            with_values(scenario, {entry.path: entry.value})
        except ScenarioError as error:
            yield from (f"intended[{i}]: {problem}" for problem in error.problems)


def as_in_file(scenario: Scenario, problems: Iterable[str]) -> Iterator[str]:
    """Problems of the run as intended, each order named by its place in the file of the scenario."""
    places = [place for place, _ in _orders(scenario)]
    for problem in problems:
        named = re.sub(r"\borders\[(\d+)\]", lambda match: places[int(match[1])], problem)
        yield f"as intended, {named}"
