"""One scenario: device, drug, person, orders, faults, and what the first screen moves."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.fields import FieldInfo

from sim.body.canal import Canal
from sim.body.level import Level
from sim.body.person import OpioidHistory
from sim.device.pump import Surroundings
from sim.quantity import REQUIRED, Record, check, quantity, range_of
from sim.refusal import ScenarioError, literal, nearest
from sim.scenario.faults import AnyFault
from sim.scenario.orders import LAST_DAY, AnyOrder

VERSION = 1
MOST_ENTRIES = 10000
NOT_GIVEN = "not given"
Text = Annotated[str, Field(max_length=600)]
Name = Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9][a-z0-9.-]*$")]


class Control(Record):
    """Fields that one slider of the first screen moves together, over a teaching range."""

    label: str = Field(title="Label", max_length=80)
    paths: Annotated[tuple[str, ...], Field(strict=False, min_length=1, max_length=8, title="Fields")]
    low: float = quantity(REQUIRED, -1e6, 1e6, "Lowest")
    high: float = quantity(REQUIRED, -1e6, 1e6, "Highest")
    step: float = quantity(REQUIRED, 1e-9, 1e6, "Step")


class Intended(Record):
    """What was meant in place of a value of the file, such as the dose before a slip of the pen.

    Where the path is that of a whole order, such as orders.2, that order was not meant at all: its value is NOT_GIVEN.
    """

    path: str = Field(title="Field", max_length=200)
    value: bool | float | str = Field(title="What was meant")

    @property
    def order(self) -> int | None:
        """Place of the order that was not meant; None where the path does not lead to a whole order."""
        head, _, place = self.path.partition(".")
        return int(place) if head == "orders" and place.isdecimal() and len(place) <= 5 else None


class Scenario(Record):
    """What happens, as data; frozen, comparable, and its own key. Teaching only."""

    version: Literal[1] = Field(title="Version of the format")
    title: str = Field(title="Title", min_length=1, max_length=200)
    objective: Text = Field(default="", title="Objective")
    see: Text = Field(default="", title="What to see")
    misconception: str = Field(default="", title="The misconception that it addresses", max_length=300)
    lesson: int | None = quantity(None, 1, 99, "Place in the row of lessons (none if empty)")
    level: Literal["novice", "core", "advanced"] = Field(default="core", title="For learners who are")
    pump: Name = Field(title="Pump")
    catheter: Name = Field(title="Catheter")
    drug: Name = Field(title="Drug")
    with_drugs: Annotated[tuple[Name, ...], Field(strict=False, max_length=2, title="Other drugs in the mixture")] = ()
    duration_day: float = quantity(REQUIRED, 0.01, LAST_DAY, "Duration")
    tip_level: Level = Field(default="T12", title="Level of the catheter tip")
    line_start: Literal["drug", "pump_path", "csf"] = Field(default="drug", title="Line at the start holds")
    body_start: Literal["empty", "steady"] = Field(default="empty", title="Body at the start")
    second_catheter: Name | None = Field(default=None, title="Second catheter (none if empty)")
    second_tip_level: Level = Field(default="L3", title="Level of the second tip")
    priming: Literal["plug", "mixed"] = Field(default="plug", title="Fluids in a fast priming bolus stay apart, or mix")
    is_stroke_shown: bool = Field(default=False, title="Single strokes instead of their mean")
    battery_used_frac: float = quantity(0.0, 0.0, 1.0, "Battery: share of its life used before")
    tolerance: Literal["none", "low", "moderate", "steep"] = Field(default="none", title="Tolerance")
    opioid_history: OpioidHistory | None = Field(
        default=None, title="Opioids before (by pump if empty and the body starts steady, else none)"
    )
    accustomed_mcg_day: float | None = quantity(None, 1e-6, 1e6, "Used to a dose of (the first one if empty)")
    seed: int | None = quantity(None, 0, 2**31 - 1, "Seed of chance (none if empty)")
    surroundings: Surroundings = Field(default_factory=Surroundings, title="Surroundings")
    canal: Canal = Field(default_factory=Canal, title="Person")
    orders: Annotated[tuple[AnyOrder, ...], Field(strict=False, max_length=MOST_ENTRIES, title="Orders")] = ()
    faults: Annotated[tuple[AnyFault, ...], Field(strict=False, max_length=MOST_ENTRIES, title="Faults")] = ()
    controls: Annotated[tuple[Control, ...], Field(strict=False, max_length=6, title="Controls")] = ()
    intended: Annotated[tuple[Intended, ...], Field(strict=False, max_length=100, title="As intended")] = ()
    intended_orders: Annotated[
        tuple[AnyOrder, ...], Field(strict=False, max_length=100, title="Orders that were meant, too")
    ] = ()

    @property
    def history(self) -> OpioidHistory:
        """Opioids before: as said, by pump where the body starts steady, else none."""
        return self.opioid_history or ("pump" if self.body_start == "steady" else "naive")


def field_at(scenario: Scenario, path: str) -> tuple[Record, str, FieldInfo, Any]:
    """Record, name, declaration and value behind a dotted path such as faults.0.lost_frac.

    Raises ScenarioError naming the nearest field where the path leads nowhere.
    """
    here: Any = scenario
    steps = path.split(".")
    for depth, step in enumerate(steps):
        if isinstance(here, tuple):
            if not step.isdecimal() or len(step) > 5 or int(step) >= len(here):
                there = f"there is no entry {literal(step)}; there are {len(here)}, from 0 on"
                raise ScenarioError([f"{literal(path)}: {there}"])
            here = here[int(step)]
        elif isinstance(here, Record) and step in type(here).model_fields:
            owner, value = here, getattr(here, step)
            if depth == len(steps) - 1:
                return owner, step, type(owner).model_fields[step], value
            here = value
        else:
            known = type(here).model_fields if isinstance(here, Record) else ()
            raise ScenarioError([f"{literal(path)} names no field{nearest(step, known)}"])
    raise ScenarioError([f"{literal(path)} names an entry, not a field of it"])


def with_values(scenario: Scenario, values: dict[str, Any]) -> Scenario:
    """The scenario with other values at dotted paths, checked anew."""
    data = scenario.model_dump()
    for path, value in values.items():
        field_at(scenario, path)
        here: Any = data
        *way, last = path.split(".")
        for step in way:
            here = here[int(step)] if isinstance(here, list | tuple) else here[step]
        here[last] = value
    return check(Scenario, data)


def control_problems(scenario: Scenario) -> list[str]:
    """What is wrong with the controls: fields that do not exist, ranges outside the legal ones."""
    problems = []
    moved: set[str] = set()
    for i, control in enumerate(scenario.controls):
        where = f"controls[{i}]"
        problems += [f"{where}.paths: {literal(path)} is moved twice" for path in control.paths if path in moved]
        moved |= set(control.paths)
        if control.low >= control.high:
            problems.append(f"{where}.low = {control.low} is not below high = {control.high}")
        for path in control.paths:
            if path == "accustomed_mcg_day":
                problems.append(f"{where}.paths: what a person is used to is moved by no control")
                continue
            try:
                _, _, field, value = field_at(scenario, path)
            except ScenarioError as error:
                problems += [f"{where}.paths: {problem}" for problem in error.problems]
                continue
            limits = range_of(field)
            if limits is None:
                problems.append(f"{where}.paths: {literal(path)} is not a number")
            elif value is None:
                problems.append(f"{where}.paths: {literal(path)} is empty; give it a value to start from")
            elif control.low < limits[0] or control.high > limits[1]:
                legal = f"the legal {limits[0]} to {limits[1]} of {path}"
                problems.append(f"{where}: {control.low} to {control.high} leaves {legal}")
    return problems
