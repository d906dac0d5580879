"""What a link carries: the scenario, up to three pinned ones, and how the page is shown; no answer, score or right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from app.files.exchange import QUERY, from_link, to_link
from app.runs import MOST_PINS, Pin
from sim import Scenario, ScenarioError
from sim.body import Level
from sim.scenario import Record, check, control_problems, literal, quantity

Word = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Page = Literal["explore", "lesson", "visit", "trial", "leaflet", "model"]
View = Literal["reservoir", "csf", "effect", "ledger", "clocks", "difference"]
MOST_SEED: Final = 2**31 - 1


class ViewState(Record):
    """How the page is shown: words, numbers and seeds that give nobody any right."""

    view: View = Field(default="reservoir", title="Beside the two truths")
    language: Literal["en", "de"] = Field(default="en", title="Language")
    amount: Literal["auto", "mcg", "mg"] = Field(default="auto", title="Unit of amounts")
    flow: Literal["ml_day", "mcl_h"] = Field(default="ml_day", title="Unit of flow")
    time: Literal["day", "h"] = Field(default="day", title="Unit of time")
    is_hidden: bool = Field(default=False, title="What comes out is hidden until it is asked for")
    lesson: int | None = quantity(None, 1, 99, "Lesson (none if empty)")
    lesson_level: int | None = quantity(None, 1, 3, "Level of the lesson (none if empty)")
    lesson_seed: int | None = quantity(None, 0, MOST_SEED, "Seed of the lesson (none if empty)")
    visit_seed: int | None = quantity(None, 0, MOST_SEED, "Seed of the visit (none if empty)")
    trial_seed: int | None = quantity(None, 0, MOST_SEED, "Seed of the trial (none if empty)")
    trial_drug: Word | None = Field(default=None, title="Drug of the trial (none if empty)")
    trial_level: Level | None = Field(default=None, title="Level of the trial (none if empty)")
    trial_shot_mcg: float | None = quantity(None, 0.0, 1e6, "Single bolus of the trial (none if empty)")
    trial_epidural_mcg: float | None = quantity(None, 0.0, 1e6, "Epidural bolus of the trial (none if empty)")
    trial_infusion_mcg_day: float | None = quantity(None, 0.0, 1e6, "Continuous infusion of the trial (none if empty)")
    trial_axis: Literal["breathing", "cistern", "plasma"] | None = Field(default=None, title="Side effects follow")
    trial_limit_ratio: float | None = quantity(None, 0.001, 100.0, "Limit of side effects (none if empty)")
    trial_held_h: float | None = quantity(None, 0.5, 48.0, "Half relief must hold for (none if empty)")
    trial_placebo_index: float | None = quantity(None, 0.0, 0.5, "Relief by expectation alone (none if empty)")


class LinkState(Record):
    """All that a link brings back."""

    scenario: Scenario = Field(title="Scenario")
    pins: Annotated[tuple[Pin, ...], Field(strict=False, max_length=MOST_PINS, title="Pinned runs")] = ()
    show: ViewState = Field(default_factory=ViewState, title="How the page is shown")


def state_link(state: LinkState) -> str:
    """A state as link text; a pinned scenario travels as what differs from the first one.

    Raises ScenarioError where it does not fit into a link.
    """
    scenario = _tables(state.scenario)
    data: dict[str, object] = {"scenario": scenario}
    if state.pins:
        data["pins"] = [_pinned(pin, scenario) for pin in state.pins]
    if how := state.show.model_dump(exclude_defaults=True):
        data["show"] = how
    return to_link(data)


def state_in(query: Mapping[str, Sequence[str]]) -> LinkState | None:
    """The state in a page's address, None where there is no query; raises ScenarioError with every problem.

    >>> state_in({}) is None
    True
    """
    unknown = [name for name in query if name != QUERY]
    if unknown:
        raise ScenarioError(
            [f"the address has an unknown part {literal(name)}; only '{QUERY}' is read" for name in unknown]
        )
    texts = query.get(QUERY, [])
    if len(texts) > 1:
        raise ScenarioError([f"the address has '{QUERY}' {len(texts)} times; once is right"])
    return state_from(from_link(texts[0])) if texts else None


def state_from(data: Mapping[str, object]) -> LinkState:
    """Plain tables of a link as a checked state; raises ScenarioError with every problem."""
    whole = dict(data)
    if isinstance(whole.get("pins"), list):
        whole["pins"] = [_whole(pin, whole.get("scenario"), f"pins[{i}]") for i, pin in enumerate(whole["pins"])]
    state = check(LinkState, whole)
    problems = [f"scenario.{problem}" for problem in control_problems(state.scenario)]
    for i, pin in enumerate(state.pins):
        problems += [f"pins[{i}].scenario.{problem}" for problem in control_problems(pin.scenario)]
        if pin.letter in {one.letter for one in state.pins[:i]}:
            problems.append(f"pins[{i}].letter = '{pin.letter}' is given twice")
    if problems:
        raise ScenarioError(problems)
    return state


def _pinned(pin: Pin, scenario: dict[str, Any]) -> dict[str, object]:
    return {"letter": pin.letter, "title": pin.title, **_difference(scenario, _tables(pin.scenario))}


def _tables(scenario: Scenario) -> dict[str, Any]:
    return scenario.model_dump(mode="json", exclude_none=True)


def _difference(here: dict[str, Any], there: dict[str, Any]) -> dict[str, object]:
    """What makes `there` out of `here`: values to set and names to drop, by dotted path."""
    values: dict[str, Any] = {}
    gone: list[str] = []
    for path, value in _changes(here, there, ""):
        if value is None:
            gone.append(path)
        else:
            values[path] = value
    return {name: part for name, part in (("set", values), ("drop", gone)) if part}


def _changes(here: Any, there: Any, path: str) -> Iterator[tuple[str, Any]]:
    """(path, value) of all that differs; None for what is not there."""
    if isinstance(here, dict) and isinstance(there, dict):
        for name in here.keys() | there.keys():
            below = f"{path}.{name}" if path else name
            if name not in there or name not in here:
                yield below, there.get(name)
            else:
                yield from _changes(here[name], there[name], below)
    elif isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        for i, (one, other) in enumerate(zip(here, there, strict=True)):
            yield from _changes(one, other, f"{path}.{i}")
    elif here != there or type(here) is not type(there):
        yield path, there


def _whole(pin: object, scenario: object, where: str) -> object:
    """A pin with its scenario made whole; one that is no table is left for the reader to refuse."""
    if not isinstance(pin, dict) or not isinstance(scenario, dict) or "scenario" in pin:
        return pin
    made, values, gone = deepcopy(scenario), pin.get("set", {}), pin.get("drop", [])
    if not isinstance(values, dict) or not isinstance(gone, list) or not all(isinstance(one, str) for one in gone):
        raise ScenarioError([f"{where}: set must be a table of values, and drop a list of names"])
    for path in [*gone, *values]:
        *way, last = path.split(".")
        here: Any = made
        for step in way:
            here = _step(here, step)
        if isinstance(here, dict) and path in values:
            here[last] = values[path]
        elif isinstance(here, dict) and last in here:
            del here[last]
        elif isinstance(here, list) and path in values and _step(here, last) is not None:
            here[int(last)] = values[path]
        else:
            raise ScenarioError([f"{where}: {literal(path)} leads nowhere in the scenario"])
    rest = {name: part for name, part in pin.items() if name not in ("set", "drop")}
    return {**rest, "scenario": made}


def _step(here: Any, step: str) -> Any:
    """What lies one step further; None where nothing does."""
    if isinstance(here, list):
        return here[int(step)] if step.isdecimal() and len(step) < 6 and int(step) < len(here) else None
    return here.get(step) if isinstance(here, dict) else None
