"""What somebody is in the midst of: steps to be undone, and how Explore is looked at; the address alone carries it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import Field

from app.files.packaged import compact, expanded
from app.files.page_work import LessonWork, TrialWork, VisitWork
from sim import Scenario, ScenarioError
from sim.scenario import Record, control_problems, quantity

Name = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
Tab = Literal["story", "compare", "why", "people", "more"]
TABS: Final[tuple[Tab, ...]] = get_args(Tab)
ModelTab = Literal["equations", "parameters", "figures", "sheet", "limits", "words", "around"]
MODEL_TABS: Final[tuple[ModelTab, ...]] = get_args(ModelTab)
LeftOut = Literal["undo", "pins", "scenario", "pages", "checklist", "act"]
MOST_STEPS: Final = 60  # each way
MOST_BYTES: Final = 2**20  # of all scenarios of a link together, unpacked


class Step(Record):
    """A moment before or after the one that is shown; what is empty is as in the moment before it in the row."""

    scenario: Scenario = Field(title="Scenario")
    base: Scenario | None = Field(default=None, title="Scenario as it was loaded")
    name: Name | None = Field(default=None, title="Name it was picked by")


Steps = Annotated[tuple[Step, ...], Field(strict=False, max_length=MOST_STEPS, title="Steps")]


class WorkState(Record):
    """All that is under way; it gives nobody any right, as it only repeats what was done in the same browser."""

    name: Name | None = Field(default=None, title="Name the scenario was picked by")
    base: Scenario | None = Field(default=None, title="Scenario as it was loaded (as it is now if empty)")
    past: Steps = ()
    future: Steps = ()
    guest: Name | None = Field(default=None, title="Where the scenario came from that is not packaged")
    guest_scenario: Scenario | None = Field(default=None, title="The scenario that is not packaged")
    is_open: bool = Field(default=False, title="What comes out was asked for")
    is_closed: bool = Field(default=False, title="Nobody has asked for what comes out of the scenario")
    tab: Tab | None = Field(default=None, title="Tab of Explore that is open")
    model_tab: ModelTab | None = Field(default=None, title="Tab of Model and sources that is open")
    drug: Name | None = Field(default=None, title="Drug of the mixture that is shown")
    has_reservoir: bool = Field(default=False, title="The balance draws the reservoir too")
    people: Annotated[tuple[Name, ...], Field(strict=False, max_length=8, title="Curves with many people")] = ()
    tour: int | None = quantity(None, 0, 9, "Stop of the tour (left if empty)")
    lesson: LessonWork | None = Field(default=None, title="Lesson that is under way")
    lessons_done: Annotated[tuple[Name, ...], Field(strict=False, max_length=99, title="Lessons gone through")] = ()
    visit: VisitWork | None = Field(default=None, title="Refill visit that is under way")
    trial: TrialWork | None = Field(default=None, title="Judgement on the trial")
    left_out: Annotated[tuple[LeftOut, ...], Field(strict=False, max_length=8, title="What had no room")] = ()


def work_problems(work: WorkState) -> Iterator[str]:
    """What is wrong with the controls of scenarios that are under way."""
    rows = [("base", work.base), ("guest_scenario", work.guest_scenario)]
    rows.append(("visit.scenario", None if work.visit is None else work.visit.scenario))
    for name, steps in (("past", work.past), ("future", work.future)):
        for i, step in enumerate(steps):
            rows += [(f"{name}[{i}].scenario", step.scenario), (f"{name}[{i}].base", step.base)]
    for name, scenario in rows:
        if scenario is not None:
            yield from (f"work.{name}.{problem}" for problem in control_problems(scenario))


def work_tables(work: WorkState, scenario: Scenario) -> dict[str, Any]:
    """What is under way as the plain tables of a link whose first scenario is `scenario`."""
    rest = {"base", "past", "future", "guest_scenario"}
    data = work.model_dump(mode="json", exclude_defaults=True, exclude=rest)
    if work.visit is not None and work.visit.scenario is not None:
        data["visit"]["scenario"] = compact(work.visit.scenario, scenario)
    for name in ("base", "guest_scenario"):
        part = getattr(work, name)
        if part is not None:
            data[name] = compact(part, scenario)
    for name, steps in (("past", work.past), ("future", work.future)):
        if steps:
            data[name] = list(_step_tables(steps, scenario, work.base or scenario))
    return data


def _step_tables(steps: tuple[Step, ...], near: Scenario, base: Scenario) -> Iterator[dict[str, Any]]:
    for step in steps:
        table: dict[str, Any] = {"scenario": compact(step.scenario, near)}
        if step.base is not None:
            table["base"] = compact(step.base, base)
            base = step.base
        if step.name is not None:
            table["name"] = step.name
        yield table
        near = step.scenario


def with_scenarios(work: object, scenario: object) -> object:
    """What is under way with every scenario in full; what is no table comes back unchanged, for the reader to refuse.

    Raises ScenarioError where a difference leads nowhere, or where all scenarios together are too long.
    """
    if not isinstance(work, dict):
        return work
    whole, purse = dict(work), _Purse()
    for name in ("base", "guest_scenario"):
        if name in work:
            whole[name] = purse.pay(expanded(work[name], f"work.{name}", scenario))
    if isinstance(visit := work.get("visit"), dict) and "scenario" in visit:
        part = purse.pay(expanded(visit["scenario"], "work.visit.scenario", scenario))
        whole["visit"] = {**visit, "scenario": part}
    for name in ("past", "future"):
        if isinstance(work.get(name), list) and len(work[name]) <= MOST_STEPS:
            base = whole.get("base", scenario)
            whole[name] = list(_whole_steps(work[name], f"work.{name}", scenario, base, purse))
    return whole


def _whole_steps(steps: list[Any], name: str, near: object, base: object, purse: _Purse) -> Iterator[object]:
    for i, step in enumerate(steps):
        if not isinstance(step, dict):
            yield step
            continue
        whole = dict(step)
        near = whole["scenario"] = purse.pay(expanded(step.get("scenario"), f"{name}[{i}].scenario", near))
        if "base" in step:
            base = whole["base"] = purse.pay(expanded(step["base"], f"{name}[{i}].base", base))
        yield whole


class _Purse:
    """Counts what all scenarios of a link come to, so that a short text never unpacks to a long one."""

    def __init__(self) -> None:
        self.bytes = 0

    def pay(self, part: object) -> object:
        """The same part; ScenarioError where everything so far is too long."""
        self.bytes += len(json.dumps(part))
        if self.bytes > MOST_BYTES:
            raise ScenarioError([f"the scenarios of the link come to over {MOST_BYTES} bytes, the most that is read"])
        return part
