"""Every field of a scenario and every number of its devices and drugs, one line each, for files that leave the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sim import Scenario, catalogue
from sim.scenario import Record, unit_of

NOTHING: Final = "none"
OF_THE_PAGE: Final = ("controls",)  # says how the first screen looks, not what happens


@dataclass(frozen=True)
class FieldValue:
    """The value of one field, under the dotted path that names it in files."""

    path: str
    label: str
    value: Any  # a number, a word, true or false, several of them, or None
    unit: str

    @property
    def name(self) -> str:
        """The last step of the path."""
        return self.path.rpartition(".")[2]

    def text(self) -> str:
        """The line as a file writes it, read back exactly.

        >>> FieldValue("pump.capacity_ml", "Volume", 20.0, "mL").text()
        'pump.capacity_ml = 20 mL'
        """
        unit = self.unit if exact(self.value) != NOTHING else ""
        return f"{self.path} = {exact(self.value)} {unit}".rstrip()


def exact(value: object) -> str:
    """A value with all its digits, and no trailing zero.

    >>> exact(0.1 + 0.2), exact((1.0, 2.5)), exact(True), exact(None)
    ('0.30000000000000004', '1, 2.5', 'true', 'none')
    """
    if isinstance(value, tuple):
        return ", ".join(map(exact, value)) or NOTHING
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return NOTHING if value is None else str(value)


def of_scenario(scenario: Scenario) -> Iterator[FieldValue]:
    """Every field, its orders, faults, person and surroundings too; what only places controls is left out."""
    for field in _fields(scenario, ""):
        if field.path.partition(".")[0] not in OF_THE_PAGE:
            yield field


def of_parts(scenario: Scenario) -> Iterator[FieldValue]:
    """Every field of the pump, the catheters and the drugs that a scenario names."""
    shelf = catalogue()
    yield from _fields(shelf.pumps[scenario.pump], "pump.")
    yield from _fields(shelf.catheters[scenario.catheter], "catheter.")
    if scenario.second_catheter is not None:
        yield from _fields(shelf.catheters[scenario.second_catheter], "second_catheter.")
    yield from _fields(shelf.drugs[scenario.drug], "drug.")
    for i, name in enumerate(scenario.with_drugs):
        yield from _fields(shelf.drugs[name], f"with_drugs.{i}.")


def _fields(record: Record, prefix: str) -> Iterator[FieldValue]:
    for name, field in type(record).model_fields.items():
        value, path = getattr(record, name), prefix + name
        if isinstance(value, Record):
            yield from _fields(value, f"{path}.")
        elif isinstance(value, tuple) and any(isinstance(entry, Record) for entry in value):
            for i, entry in enumerate(value):
                yield from _fields(entry, f"{path}.{i}.")
        elif name != "sources":
            yield FieldValue(path, str(field.title or name), value, unit_of(name))
