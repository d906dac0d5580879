"""What patient leaflets name around a pump, item by item: what the page says of it, and where it is to be found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from app.files.link_state import Page
from app.words.model_names import in_words, kind_in_words
from app.words.text import TESTS, TEXT
from sim import Scenario, ScenarioError, catalogue
from sim.scenario import (
    REQUIRED,
    Record,
    check,
    control_problems,
    field_at,
    literal,
    nearest,
    plain,
    quantity,
    with_values,
)

FILE: Final = Path(__file__).parents[1] / "data" / "leaflet.toml"
N_ROWS: Final = 56
ANY: Final = "quiet-pump"  # has every field that no row changes
Text = Annotated[str, Field(max_length=600)]
Group = Literal["device", "drug", "trial", "visits", "wrong", "out"]
Tab = Literal["reservoir", "csf", "effect", "ledger", "story", "compare", "why", "more", "files", "sheet"]
Judge = Literal["model", "text", "both", "out", "out_text"]
TOLD: Final = ("text", "both", "out_text")  # what is taught by its text alone, or also by it


class Place(Record):
    """One place of the product: exactly one of its names is given."""

    page: Page | None = Field(default=None, title="Page")
    tab: Tab | None = Field(default=None, title="Tab or chart")
    setting: Literal["unit_amount", "unit_flow", "unit_time"] | None = Field(default=None, title="Setting")
    scenario: str | None = Field(default=None, title="Scenario", max_length=80)
    lesson: int | None = quantity(None, 1, 16, "Lesson")
    fault: str | None = Field(default=None, title="Kind of fault", max_length=40)
    order: str | None = Field(default=None, title="Kind of order", max_length=40)
    field: str | None = Field(default=None, title="Field of a scenario", max_length=80)
    drug: str | None = Field(default=None, title="Drug", max_length=80)
    pump: str | None = Field(default=None, title="Pump", max_length=80)
    test: str | None = Field(default=None, title="Test", max_length=40)
    card: Literal[True] | None = Field(default=None, title="This card")

    @property
    def given(self) -> tuple[tuple[str, Any], ...]:
        """(kind of place, its name) of what is given."""
        return tuple((name, value) for name, value in self.model_dump().items() if value is not None)


class Opening(Record):
    """A scenario to open: a packaged one, with entries added and values changed."""

    scenario: str = Field(title="Packaged scenario", max_length=80)
    orders: tuple[dict[str, Any], ...] = Field(default=(), strict=False)
    faults: tuple[dict[str, Any], ...] = Field(default=(), strict=False)
    values: dict[str, Any] = Field(default_factory=dict)

    @property
    def is_packaged(self) -> bool:
        """Whether nothing was added or changed."""
        return not (self.orders or self.faults or self.values)


class Row(Record):
    """One item as leaflets name it."""

    number: int = quantity(REQUIRED, 1, N_ROWS, "Number")
    group: Group
    judge: Judge
    item: str = Field(min_length=1, max_length=120)
    text: Text = Field(min_length=1)
    source: str = Field(default="", max_length=300)
    where: tuple[Place, ...] = Field(default=(), strict=False)
    open: Opening | None = None


class Leaflet(Record):
    """All rows."""

    rows: tuple[Row, ...] = Field(strict=False)


@cache
def rows() -> tuple[Row, ...]:
    """The packaged rows, read once."""
    return parse_rows(FILE.read_bytes())


def parse_rows(data: bytes | str) -> tuple[Row, ...]:
    """Rows in the text of a file; raises ScenarioError with every problem at once."""
    found = check(Leaflet, plain(data)).rows
    problems = [problem for i, row in enumerate(found) for problem in _problems(row, f"rows[{i}]")]
    if [row.number for row in found] != list(range(1, N_ROWS + 1)):
        problems.append(f"rows: the numbers must run from 1 to {N_ROWS}, each once and in order")
    if problems:
        raise ScenarioError(problems)
    return found


def _problems(row: Row, where: str) -> list[str]:
    """What is wrong with a row that its fields alone cannot tell."""
    problems = [f"{where}.where[{k}]: give exactly one name" for k, one in enumerate(row.where) if len(one.given) != 1]
    if any(sign.isdigit() for sign in row.text) and not row.source:
        problems.append(f"{where}.text holds a number; source is missing")
    if row.judge not in ("out", "out_text") and not row.where:
        problems.append(f"{where}.where is empty; every item that is in has a place")
    if row.open is not None:
        try:
            scenario_of(row)
        except ScenarioError as error:
            problems += [f"{where}.open: {problem}" for problem in error.problems]
    return problems


def scenario_of(row: Row) -> Scenario | None:
    """The scenario that a row opens, None where it opens none; a changed one speaks for its row."""
    wanted = row.open
    if wanted is None:
        return None
    known = catalogue().scenarios
    if wanted.scenario not in known:
        raise ScenarioError([f"scenario = {literal(wanted.scenario)} is unknown{nearest(wanted.scenario, known)}"])
    base = known[wanted.scenario]
    if wanted.is_packaged:
        return base
    more = {
        "title": row.item,
        "objective": row.text,
        "see": "",
        "misconception": "",
        "lesson": None,
        "orders": (*(one.model_dump() for one in base.orders), *wanted.orders),
        # a fault of no severity only waits to be moved, and its day may lie beyond the end
        "faults": (*(one.model_dump() for one in base.faults if not one.is_harmless()), *wanted.faults),
        "controls": (),  # places have moved
    }
    # fields of the scenario itself together with its entries; then fields of those entries
    first = {path: value for path, value in wanted.values.items() if path in Scenario.model_fields}
    made = with_values(with_values(base, more | first), {**wanted.values, **first})
    if problems := control_problems(made):
        raise ScenarioError(problems)
    return made


def said(place: Place, row: Row) -> str:
    """A place in words, such as "scenario Clean break"."""
    ((kind, name),) = place.given
    shelf = catalogue()
    words = {
        "page": lambda: TEXT[f"page_{name}"],
        "tab": lambda: TEXT[f"tab_{name}"],
        "setting": lambda: TEXT[name],
        "scenario": lambda: shelf.scenarios[name].title,
        "field": lambda: in_words(field_at(scenario_of(row) or shelf.scenarios[ANY], name)[2].title),
        "drug": lambda: in_words(shelf.drugs[name].title),
        "pump": lambda: in_words(shelf.pumps[name].title),
        "test": lambda: TESTS[name],
        "fault": lambda: kind_in_words(name),
        "order": lambda: kind_in_words(name),
    }
    return TEXT[f"leaflet_place_{kind}"].format(name=words.get(kind, lambda: name)())


def found(all_rows: Sequence[Row], words: str, group: str | None = None) -> list[Row]:
    """Rows of a group, or of all, in which every one of the words stands, in text or place, whatever their case.

    >>> [row.number for row in found(rows(), "GRANULOMA inflammation")]
    [49]
    """
    asked = words.lower().split()
    kept = []
    for row in all_rows:
        written = " ".join([row.item, row.text, *(said(place, row) for place in row.where)]).lower()
        if group in (None, row.group) and all(word in written for word in asked):
            kept.append(row)
    return kept
