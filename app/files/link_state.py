"""What a link carries: the scenario, up to three pins, and how the page looks; no answer, score or right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Annotated, Any, Literal

from pydantic import Field

from app.files.exchange import QUERY, from_link, to_link
from app.files.trial_ranges import DOSE_MCG, HELD_H, INFUSION_MCG_DAY, LIMIT_RATIO, OBSERVE_H, PLACEBO_INDEX, SEED
from app.runs import MOST_PINS, Pin
from sim import Scenario, ScenarioError
from sim.body import Level
from sim.scenario import Record, check, control_problems, literal, quantity

Word = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9][a-z0-9.-]*$")]
View = Literal["reservoir", "csf", "effect", "ledger", "clocks", "difference"]


class ViewState(Record):
    """How the page looks: words, numbers and seeds that give nobody any right."""

    view: View = Field(default="reservoir", title="Beside the two truths")
    language: Literal["en", "de"] = Field(default="en", title="Language")
    amount: Literal["auto", "mcg", "mg"] = Field(default="auto", title="Unit of amounts")
    flow: Literal["ml_day", "mcl_h"] = Field(default="ml_day", title="Unit of flow")
    time: Literal["day", "h"] = Field(default="day", title="Unit of time")
    is_hidden: bool = Field(default=False, title="What comes out is hidden until it is asked for")
    lesson: int | None = quantity(None, 1, 99, "Lesson (none if empty)")
    lesson_level: int | None = quantity(None, 1, 3, "Level of the lesson (none if empty)")
    lesson_seed: int | None = quantity(None, *SEED, "Seed of the lesson (none if empty)")
    visit_seed: int | None = quantity(None, *SEED, "Seed of the visit (none if empty)")
    visit_depth: Literal["core", "full", "expert"] = Field(default="core", title="How much the visit asks for")
    trial_seed: int | None = quantity(None, *SEED, "Seed of the trial (none if empty)")
    trial_drug: Word | None = Field(default=None, title="Drug of the trial (none if empty)")
    trial_level: Level | None = Field(default=None, title="Level of the trial (none if empty)")
    trial_bolus_mcg: float | None = quantity(None, *DOSE_MCG, "Single bolus of the trial (none if empty)")
    trial_epidural_mcg: float | None = quantity(None, *DOSE_MCG, "Epidural bolus of the trial (none if empty)")
    trial_infusion_mcg_day: float | None = quantity(
        None, *INFUSION_MCG_DAY, "Continuous infusion of the trial (none if empty)"
    )
    trial_axis: Literal["excess", "cistern", "plasma"] | None = Field(default=None, title="Side effects follow")
    trial_limit_ratio: float | None = quantity(None, *LIMIT_RATIO, "Limit of side effects (none if empty)")
    trial_held_h: float | None = quantity(None, *HELD_H, "Half relief must hold for (none if empty)")
    trial_observe_h: float | None = quantity(None, *OBSERVE_H, "Watched in the trial for (none if empty)")
    trial_history: Literal["naive", "tablets"] | None = Field(default=None, title="Opioids before (none if empty)")
    trial_placebo_index: float | None = quantity(None, *PLACEBO_INDEX, "Relief by expectation alone (none if empty)")


class LinkState(Record):
    """All that a link brings back."""

    scenario: Scenario = Field(title="Scenario")
    pins: Annotated[tuple[Pin, ...], Field(strict=False, max_length=MOST_PINS, title="Pinned runs")] = ()
    show: ViewState = Field(default_factory=ViewState, title="How the page is shown")


def state_link(state: LinkState) -> str:
    """A state as link text; a pin travels as the difference between its scenario and the first.

    Raises ScenarioError where it does not fit into a link.
    """
    scenario = _tables(state.scenario)
    data: dict[str, object] = {"scenario": scenario}
    if state.pins:
        data["pins"] = [_pin_table(pin, scenario) for pin in state.pins]
    if view := state.show.model_dump(exclude_defaults=True):
        data["show"] = view
    return to_link(data)


def state_in(query: Mapping[str, Sequence[str]]) -> LinkState | None:
    """The state in a page's address, None where there is no query; raises ScenarioError with every problem.

    >>> state_in({}) is None
    True
    """
    problems = [
        f"the address has an unknown part {literal(name)}; only '{QUERY}' is read" for name in query if name != QUERY
    ]
    if problems:
        raise ScenarioError(problems)
    texts = query.get(QUERY, [])
    if len(texts) > 1:
        raise ScenarioError([f"the address has '{QUERY}' {len(texts)} times; once is right"])
    return state_from(from_link(texts[0])) if texts else None


def state_from(data: Mapping[str, object]) -> LinkState:
    """Plain tables of a link as a checked state; raises ScenarioError with every problem."""
    tables, pins = dict(data), data.get("pins")
    if isinstance(pins, list) and 0 < len(pins) <= MOST_PINS:
        _refuse_flood({name: part for name, part in data.items() if name != "pins"})
        tables["pins"] = [_with_scenario(pin, data.get("scenario"), f"pins[{i}]") for i, pin in enumerate(pins)]
    state = check(LinkState, tables)
    problems = [f"scenario.{problem}" for problem in control_problems(state.scenario)]
    for i, pin in enumerate(state.pins):
        problems += [f"pins[{i}].scenario.{problem}" for problem in control_problems(pin.scenario)]
        if pin.letter in {earlier.letter for earlier in state.pins[:i]}:
            problems.append(f"pins[{i}].letter = '{pin.letter}' is given twice")
    if problems:
        raise ScenarioError(problems)
    return state


def _refuse_flood(tables: Mapping[str, object]) -> None:
    """Raise ScenarioError where more is wrong than is kept: each pin would be copied to say as much again."""
    try:
        check(LinkState, tables)
    except ScenarioError as error:
        if error.n_more:
            raise


def _pin_table(pin: Pin, scenario: dict[str, Any]) -> dict[str, object]:
    return {"letter": pin.letter, "title": pin.title, **_difference(scenario, _tables(pin.scenario))}


def _tables(scenario: Scenario) -> dict[str, Any]:
    return scenario.model_dump(mode="json", exclude_none=True)


def _difference(base: dict[str, Any], other: dict[str, Any]) -> dict[str, object]:
    """What makes `other` out of `base`: values to set and names to drop, by dotted path."""
    values: dict[str, Any] = {}
    drops: list[str] = []
    for path, value in _changes(base, other, ""):
        if value is None:
            drops.append(path)
        else:
            values[path] = value
    return {name: part for name, part in (("set", values), ("drop", drops)) if part}


def _changes(base: Any, other: Any, path: str) -> Iterator[tuple[str, Any]]:
    """(path, value) of all that differs; None for what `other` lacks."""
    if isinstance(base, dict) and isinstance(other, dict):
        for name in base.keys() | other.keys():
            below = f"{path}.{name}" if path else name
            if name not in other or name not in base:
                yield below, other.get(name)
            else:
                yield from _changes(base[name], other[name], below)
    elif isinstance(base, list) and isinstance(other, list) and len(base) == len(other):
        for i, pair in enumerate(zip(base, other, strict=True)):
            yield from _changes(*pair, f"{path}.{i}")
    elif base != other or type(base) is not type(other):
        yield path, other


def _with_scenario(pin: object, scenario: object, name: str) -> object:
    """A pin with its whole scenario; a pin that is no table comes back unchanged, for the reader to refuse."""
    if not isinstance(pin, dict) or not isinstance(scenario, dict) or "scenario" in pin:
        return pin
    whole, values, drops = deepcopy(scenario), pin.get("set", {}), pin.get("drop", [])
    if not isinstance(values, dict) or not isinstance(drops, list) or not all(isinstance(path, str) for path in drops):
        raise ScenarioError([f"{name}: set must be a table of values, and drop a list of names"])
    for path in [*drops, *values]:
        *steps, last = path.split(".")
        part: Any = whole
        for step in steps:
            part = _step(part, step)
        if isinstance(part, dict) and path in values:
            part[last] = values[path]
        elif isinstance(part, dict) and last in part:
            del part[last]
        elif isinstance(part, list) and path in values and _step(part, last) is not None:
            part[int(last)] = values[path]
        else:
            raise ScenarioError([f"{name}: {literal(path)} leads nowhere in the scenario"])
    rest = {key: value for key, value in pin.items() if key not in ("set", "drop")}
    return {**rest, "scenario": whole}


def _step(part: Any, step: str) -> Any:
    """The part of a table or a list under one step of a path; None where there is none."""
    if isinstance(part, list):
        return part[int(step)] if step.isdecimal() and len(step) < 6 and int(step) < len(part) else None
    return part.get(step) if isinstance(part, dict) else None
