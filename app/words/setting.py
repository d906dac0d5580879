"""A setting as the page words it: what it belongs to, and its value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.words.amounts import factor_of, with_unit
from app.words.model_names import in_words, kind_in_words
from app.words.numbers import digits
from app.words.parameters import FieldValue
from app.words.text import CHOICES, TEXT
from sim import Scenario, catalogue
from sim.body import Drug
from sim.device import Catheter, Pump

# fields that choose from a shelf of the catalogue
SHELVES: Final = {
    "pump": "pumps",
    "catheter": "catheters",
    "second_catheter": "catheters",
    "drug": "drugs",
    "with_drugs": "drugs",
}
PARTS: Final = {"canal": "files_person", "surroundings": "files_surroundings"}
ENTRIES: Final = {"orders": "files_order", "faults": "files_fault", "intended_orders": "files_intended_order"}


def group_of(scenario: Scenario, path: str) -> str:
    """What a field belongs to: the scenario, the person, one of its orders or faults."""
    first, _, rest = path.partition(".")
    if first in ENTRIES and rest:
        place = int(rest.partition(".")[0])
        kind = kind_in_words(getattr(scenario, first)[place].kind)
        return TEXT[ENTRIES[first]].format(n=place + 1, kind=kind)
    return TEXT[PARTS.get(first, "files_the_scenario")]


def shelf(name: str) -> Mapping[str, Drug | Pump | Catheter]:
    """The shelf of the catalogue that a field chooses from; empty if it chooses from none."""
    shelves: Mapping[str, Mapping[str, Drug | Pump | Catheter]] = {
        "pumps": catalogue().pumps,
        "catheters": catalogue().catheters,
        "drugs": catalogue().drugs,
    }
    return shelves[SHELVES[name]] if name in SHELVES else {}


def value_of(field: FieldValue) -> str:
    """A value as the page would say it."""
    value = field.value
    if value is None or value == ():
        return TEXT["none"]
    if isinstance(value, bool):
        return TEXT["yes"] if value else TEXT["no"]
    if records := shelf(field.name):
        return ", ".join(in_words(records[name].title) for name in (value if isinstance(value, tuple) else (value,)))
    factor, unit = factor_of(field.name), with_unit(in_words(field.unit))
    if isinstance(value, tuple):
        return f"{', '.join(digits(factor * number, 12) for number in value)} {unit}".rstrip()
    if isinstance(value, int | float):
        return f"{digits(factor * value, 12)} {unit}".rstrip()
    return CHOICES.get(field.name, {}).get(value, in_words(str(value)))
