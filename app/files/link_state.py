"""What a link carries: the scenario, up to three pins, and how the page looks; no answer, score or right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from app.files.difference import patched
from app.files.exchange import QUERY, REFUSED, from_link, tidy, to_link
from app.files.packaged import compact, expanded
from app.files.page_work import DAY, Depth, Occurs
from app.files.trial_ranges import DOSE_MCG, HELD_H, INFUSION_MCG_DAY, LIMIT_RATIO, OBSERVE_H, PLACEBO_INDEX, SEED
from app.files.work_state import WorkState, with_scenarios, work_problems, work_tables
from app.runs import MOST_PINS, Pin
from sim import Scenario, ScenarioError
from sim.body import Level
from sim.scenario import Record, check, control_problems, quantity

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
    visit_day: float | None = quantity(None, *DAY, "Day of the visit (none if empty)")
    visit_pocket_fill: Occurs = Field(default="never", title="Needle beside the septum at the visit")
    visit_mix_up: Occurs = Field(default="never", title="Vials mixed up at the visit")
    visit_seed: int | None = quantity(None, *SEED, "Seed of the visit (none if empty)")
    visit_depth: Depth = Field(default="core", title="How much the visit asks for")
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
    work: WorkState | None = Field(default=None, title="What is under way (none in a link for others)")


def state_link(state: LinkState) -> str:
    """A state as link text; each scenario travels as what makes it out of a packaged one, or out of the first.

    Raises ScenarioError where it does not fit into a link.
    """
    data: dict[str, object] = {"scenario": compact(state.scenario)}
    if state.pins:
        data["pins"] = [
            {"letter": pin.letter, "title": pin.title, "scenario": compact(pin.scenario, state.scenario)}
            for pin in state.pins
        ]
    if view := state.show.model_dump(exclude_defaults=True):
        data["show"] = view
    if state.work is not None:
        data["work"] = work_tables(state.work, state.scenario)
    return to_link(data)


def state_in(query: Mapping[str, Sequence[str]]) -> LinkState | None:
    """The state in a page's address, None where there is none; raises ScenarioError with every problem.

    Names that others add are ignored; a text that a course system escaped twice still has its name.

    >>> state_in({"utm_source": ["mail"]}) is None
    True
    """
    texts = {tidy(text) for name in (QUERY, f"amp;{QUERY}") for text in query.get(name, ())}
    if len(texts) > 1:
        raise ScenarioError([f"the address has '{QUERY}' {len(texts)} times; once is right"])
    return state_from(from_link(texts.pop())) if texts else None


def refusal(query: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Why another address could not be read, which the browser sends along; empty where it sends none."""
    try:
        for text in query.get(REFUSED, ())[:1]:
            state_from(from_link(text))
    except ScenarioError as error:
        return tuple(str(error).splitlines())
    return ()


def state_from(data: Mapping[str, object]) -> LinkState:
    """Plain tables of a link as a checked state; raises ScenarioError with every problem."""
    tables, pins = dict(data), data.get("pins")
    if "scenario" in data:
        tables["scenario"] = expanded(data["scenario"], "scenario")
    scenario, work = tables.get("scenario"), data.get("work")
    has_pins = isinstance(pins, list) and 0 < len(pins) <= MOST_PINS
    if has_pins or work is not None:
        _refuse_flood({name: part for name, part in tables.items() if name not in ("pins", "work")})
    if isinstance(pins, list) and has_pins:
        tables["pins"] = [_with_scenario(pin, scenario, f"pins[{i}]") for i, pin in enumerate(pins)]
    if work is not None:
        tables["work"] = with_scenarios(work, scenario)
    state = check(LinkState, tables)
    problems = [f"scenario.{problem}" for problem in control_problems(state.scenario)]
    for i, pin in enumerate(state.pins):
        problems += [f"pins[{i}].scenario.{problem}" for problem in control_problems(pin.scenario)]
        if pin.letter in {earlier.letter for earlier in state.pins[:i]}:
            problems.append(f"pins[{i}].letter = '{pin.letter}' is given twice")
    if state.work is not None:
        problems += work_problems(state.work)
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


def _with_scenario(pin: object, scenario: object, name: str) -> object:
    """A pin with its whole scenario; a pin that is no table comes back unchanged, for the reader to refuse."""
    if not isinstance(pin, dict) or not isinstance(scenario, dict):
        return pin
    if "scenario" in pin:
        return {**pin, "scenario": expanded(pin["scenario"], f"{name}.scenario", scenario)}
    whole = patched(scenario, pin.get("set", {}), pin.get("drop", []), name)  # as links of version 2 carry it
    return {**{key: value for key, value in pin.items() if key not in ("set", "drop")}, "scenario": whole}
