"""Runs that are kept beside the one that is edited, each with its own settings, and how they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

from pydantic import Field

from app.runs import memo
from app.words.model_names import in_words, kind_in_words
from app.words.parameters import Line, of_scenario
from app.words.setting import ENTRIES, group_of, value_of
from app.words.text import TEXT, strength
from sim import Result, Scenario, ScenarioError, catalogue
from sim.scenario import Record, with_values

Letter = Literal["A", "B", "C"]
MOST_PINS: Final = 3
LETTERS: Final[tuple[Letter, ...]] = ("A", "B", "C")
MECHANISMS: Final = {"roller": "roller-20ml", "valve": "valve-20ml", "gas": "gas-20ml"}
NOT_SETTINGS: Final = ("title", "objective", "see", "misconception", "lesson", "level", "controls", "version")


class Pin(Record):
    """A run that was put aside to be compared."""

    letter: Letter = Field(title="Letter")
    title: str = Field(title="Title", min_length=1, max_length=200)
    scenario: Scenario = Field(title="Scenario")

    @property
    def result(self) -> Result:
        """Its run."""
        return memo.run(self.scenario)


def with_pin(pins: Sequence[Pin], scenario: Scenario, title: str | None = None) -> tuple[Pin, ...]:
    """The pins with one more, under the first free letter; ValueError with a sentence where there is no room."""
    if any(pin.scenario == scenario for pin in pins):
        raise ValueError(TEXT["compare_pinned_already"])
    free = [letter for letter in LETTERS if all(pin.letter != letter for pin in pins)]
    if not free:
        raise ValueError(TEXT["compare_no_room"].format(most=MOST_PINS))
    kept = (*pins, Pin(letter=free[0], title=title or scenario.title, scenario=scenario))
    return tuple(sorted(kept, key=lambda pin: pin.letter))


def same_fault(scenario: Scenario) -> tuple[tuple[Pin, ...], tuple[str, ...]]:
    """The same happenings with a pump of each mechanism, and what had to be left out or could not be run."""
    pins: tuple[Pin, ...] = ()
    notes: list[str] = []
    for mechanism, name in MECHANISMS.items():
        pump = catalogue().pumps[name]
        try:
            other, said = _with_pump(scenario, mechanism, name)
            memo.run(other)
        except ScenarioError as error:
            notes.append(f"{in_words(pump.title)}: {error.problems[0]}")
            continue
        pins = with_pin(pins, other, pump.title)
        notes += [f"{in_words(pump.title)}: {one}" for one in said]
    return pins, tuple(notes)


def _with_pump(scenario: Scenario, mechanism: str, name: str) -> tuple[Scenario, list[str]]:
    """The scenario with another pump; one that takes no orders gets the strength that carries the first dose."""
    pump, notes = catalogue().pumps[name], []
    values: dict[str, Any] = {"pump": name}
    faults = [fault for fault in scenario.faults if mechanism in fault.mechanisms]
    for fault in scenario.faults:
        if fault not in faults and not fault.is_harmless():
            notes.append(TEXT["compare_no_fault"].format(fault=kind_in_words(fault.kind)))
    values["faults"] = [fault.model_dump() for fault in faults]
    orders = [order.model_dump() for order in scenario.orders]
    if not pump.is_programmable:
        orders = [order.model_dump() for order in scenario.orders if not order.is_programmed]
        if len(orders) < len(scenario.orders):
            notes.append(TEXT["compare_no_orders"])
        wanted_mcg_day = 24.0 * float(memo.run(scenario).signals["believed_mcg_h"].value[0])
        assert pump.gas is not None
        mcg_ml = wanted_mcg_day / pump.gas.nominal_ml_day
        for order in orders:
            if order["kind"] == "refill":
                order["actual_mcg_ml"] = order["programmed_mcg_ml"] = mcg_ml
        notes.append(TEXT["compare_strength"].format(strength=strength(mcg_ml), flow=f"{pump.gas.nominal_ml_day:g}"))
    values["orders"] = orders
    if len(faults) < len(scenario.faults) or len(orders) < len(scenario.orders):
        values["controls"] = ()  # places have moved
    return with_values(scenario, values), notes


def differences(scenarios: Sequence[Scenario]) -> list[tuple[str, tuple[str, ...]]]:
    """(name, one text per scenario) of every setting in which they differ.

    Orders and faults are set beside the ones of the same kind, as an order that is left out moves all places after it.
    """
    tables = [dict(_by_kind(one)) for one in scenarios]
    rows = []
    for key in dict.fromkeys(key for table in tables for key in table):
        found = [table.get(key) for table in tables]
        values = [None if one is None or one[1].value == () else one[1].value for one in found]
        if any(value != values[0] for value in values):
            group, line = next(one for one in found if one is not None)
            label = in_words(line.label)
            name = label if group == TEXT["files_the_scenario"] else f"{group}: {label}"
            rows.append((name, tuple(TEXT["none"] if one is None else value_of(one[1]) for one in found)))
    return rows


def _by_kind(scenario: Scenario) -> Iterator[tuple[str, tuple[str, Line]]]:
    """Every setting with what it belongs to, under a key that says which order or fault of its kind it is of."""
    for line in of_scenario(scenario):
        first, _, rest = line.path.partition(".")
        if first in NOT_SETTINGS or (line.name == "kind" and rest):
            continue
        key = line.path
        if first in ENTRIES:
            entries, place = getattr(scenario, first), int(rest.partition(".")[0])
            nth = sum(one.kind == entries[place].kind for one in entries[:place])
            key = f"{first}.{entries[place].kind}.{nth}.{line.name}"
        yield key, (group_of(scenario, line.path), line)
