"""Runs to compare with the scenario of the page, each with its own settings, and how they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

from pydantic import Field

from app.runs import memo
from app.words.model_names import in_words, kind_in_words
from app.words.numbers import digits
from app.words.parameters import FieldValue, of_scenario
from app.words.refusals import refusal_in_words
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
    """A run that the reader put aside to compare."""

    letter: Letter = Field(title="Letter")
    title: str = Field(title="Title", min_length=1, max_length=200)
    scenario: Scenario = Field(title="Scenario")

    @property
    def result(self) -> Result:
        """The result of its scenario; raises ScenarioError as `simulate` does."""
        return memo.run(self.scenario)


def with_pin(pins: Sequence[Pin], scenario: Scenario, title: str | None = None) -> tuple[Pin, ...]:
    """The pins with one more, under the first free letter; ValueError with a sentence where there is no room."""
    if any(pin.scenario == scenario for pin in pins):
        raise ValueError(TEXT["compare_pinned_already"])
    free = [letter for letter in LETTERS if all(pin.letter != letter for pin in pins)]
    if not free:
        raise ValueError(TEXT["compare_no_room"].format(most=MOST_PINS))
    pin = Pin(letter=free[0], title=title or scenario.title, scenario=scenario)
    return tuple(sorted((*pins, pin), key=lambda pin: pin.letter))


def same_fault(scenario: Scenario) -> tuple[tuple[Pin, ...], tuple[str, ...]]:
    """A pin of the scenario for each mechanism of a pump, and notes on what it left out or could not run."""
    pins: tuple[Pin, ...] = ()
    notes: list[str] = []
    for mechanism, name in MECHANISMS.items():
        pump = catalogue().pumps[name]
        try:
            other, changes = _with_pump(scenario, mechanism, name)
            memo.run(other)
        except ScenarioError as error:
            notes.append(f"{in_words(pump.title)}: {refusal_in_words(error.problems[0], scenario)}")
            continue
        pins = with_pin(pins, other, pump.title)
        notes += [f"{in_words(pump.title)}: {change}" for change in changes]
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
        dose_mcg_day = 24.0 * float(memo.run(scenario).signals["believed_mcg_h"].value[0])
        assert pump.gas is not None
        mcg_ml = dose_mcg_day / pump.gas.nominal_ml_day
        for order in orders:
            if order["kind"] == "refill":
                order["actual_mcg_ml"] = order["programmed_mcg_ml"] = mcg_ml
        notes.append(
            TEXT["compare_strength"].format(strength=strength(mcg_ml), flow=digits(pump.gas.nominal_ml_day, 6))
        )
    values["orders"] = orders
    if len(faults) < len(scenario.faults) or len(orders) < len(scenario.orders):
        values["controls"] = values["intended"] = ()  # places have moved
    return with_values(scenario, values), notes


def differences(scenarios: Sequence[Scenario]) -> list[tuple[str, tuple[str, ...]]]:
    """(name, one text per scenario) of every setting in which they differ.

    Orders and faults are compared with those of the same kind, as one order less moves all places after it.
    """
    tables = [dict(_by_kind(scenario)) for scenario in scenarios]
    rows = []
    for key in dict.fromkeys(key for table in tables for key in table):
        settings = [table.get(key) for table in tables]
        values = [None if setting is None or setting[1].value == () else setting[1].value for setting in settings]
        if any(value != values[0] for value in values):
            group, field = next(setting for setting in settings if setting is not None)
            label = in_words(field.label)
            name = label if group == TEXT["files_the_scenario"] else f"{group}: {label}"
            texts = tuple(TEXT["none"] if setting is None else value_of(setting[1]) for setting in settings)
            rows.append((name, texts))
    return rows


def _by_kind(scenario: Scenario) -> Iterator[tuple[str, tuple[str, FieldValue]]]:
    """Every setting with what it belongs to, under a key that says which order or fault of its kind it is of."""
    for field in of_scenario(scenario):
        first, _, rest = field.path.partition(".")
        if first in NOT_SETTINGS or (field.name == "kind" and rest) or field.path in ENTRIES:
            continue  # no fault at all is no setting: those of the other run are
        key = field.path
        if first in ENTRIES:
            entries, place = getattr(scenario, first), int(rest.partition(".")[0])
            nth = sum(entry.kind == entries[place].kind for entry in entries[:place])
            key = f"{first}.{entries[place].kind}.{nth}.{field.name}"
        yield key, (group_of(scenario, field.path), field)
