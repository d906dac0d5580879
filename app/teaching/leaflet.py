"""What patient leaflets name around a pump, item by item: what the page says of it, and where it is to be found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from app.words.model_names import in_words, kind_in_words
from app.words.sources import names_its_grade
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
Page = Literal["explore", "lesson", "visit", "trial", "model"]
Group = Literal["device", "drug", "trial", "visits", "wrong", "out"]
Tab = Literal["reservoir", "csf", "effect", "ledger", "story", "compare", "why", "more", "files", "sheet"]
Judge = Literal["model", "text", "both", "out", "out_text"]


class LeafletPlace(Record):
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
    def names(self) -> tuple[tuple[str, Any], ...]:
        """(kind of place, its name) of what is given."""
        return tuple((name, value) for name, value in self.model_dump().items() if value is not None)


class LeafletScenario(Record):
    """A scenario to open: a packaged one, with entries added and values changed."""

    scenario: str = Field(title="Packaged scenario", max_length=80)
    orders: tuple[dict[str, Any], ...] = Field(default=(), strict=False)
    faults: tuple[dict[str, Any], ...] = Field(default=(), strict=False)
    values: dict[str, Any] = Field(default_factory=dict)

    @property
    def is_packaged(self) -> bool:
        """Whether nothing was added or changed."""
        return not (self.orders or self.faults or self.values)


class LeafletRow(Record):
    """One item as leaflets name it."""

    number: int = quantity(REQUIRED, 1, N_ROWS, "Number")
    group: Group
    judge: Judge
    item: str = Field(min_length=1, max_length=120)
    text: Text = Field(min_length=1)
    source: str = Field(min_length=1, max_length=300)
    where: tuple[LeafletPlace, ...] = Field(default=(), strict=False)
    open: LeafletScenario | None = None


class Leaflet(Record):
    """All rows of the leaflet file."""

    rows: tuple[LeafletRow, ...] = Field(strict=False)


@cache
def rows() -> tuple[LeafletRow, ...]:
    """The rows of the packaged leaflet file, read once."""
    return parse_rows(FILE.read_bytes())


def parse_rows(data: bytes | str) -> tuple[LeafletRow, ...]:
    """Rows in the text of a file; raises ScenarioError with every problem at once."""
    table = check(Leaflet, plain(data)).rows
    problems = [problem for i, row in enumerate(table) for problem in _problems(row, f"rows[{i}]")]
    if [row.number for row in table] != list(range(1, N_ROWS + 1)):
        problems.append(f"rows: the numbers must run from 1 to {N_ROWS}, each once and in order")
    if problems:
        raise ScenarioError(problems)
    return table


def _problems(row: LeafletRow, where: str) -> list[str]:
    """What is wrong with a row that its fields alone cannot tell."""
    problems = [
        f"{where}.where[{k}]: give exactly one name" for k, place in enumerate(row.where) if len(place.names) != 1
    ]
    if not names_its_grade(row.source):
        problems.append(f"{where}.source does not begin with its grade")
    if row.judge not in ("out", "out_text") and not row.where:
        problems.append(f"{where}.where is empty; every item that is in has a place")
    if row.open is not None:
        try:
            scenario_of(row)
        except ScenarioError as error:
            problems += [f"{where}.open: {problem}" for problem in error.problems]
    return problems


def scenario_of(row: LeafletRow) -> Scenario | None:
    """The scenario that a row opens, None where it opens none; a changed one speaks for its row."""
    recipe = row.open
    if recipe is None:
        return None
    shelf = catalogue().scenarios
    if recipe.scenario not in shelf:
        raise ScenarioError([f"scenario = {literal(recipe.scenario)} is unknown{nearest(recipe.scenario, shelf)}"])
    base = shelf[recipe.scenario]
    if recipe.is_packaged:
        return base
    more = {
        "title": row.item,
        "objective": row.text,
        "see": "",
        "misconception": "",
        "lesson": None,
        "orders": (*(order.model_dump() for order in base.orders), *recipe.orders),
        # a fault of no severity only waits to be moved, and its day may lie beyond the end
        "faults": (*(fault.model_dump() for fault in base.faults if not fault.is_harmless()), *recipe.faults),
        "controls": (),  # places have moved
    }
    # fields of the scenario itself together with its entries; then fields of those entries
    first = {path: value for path, value in recipe.values.items() if path in Scenario.model_fields}
    scenario = with_values(with_values(base, more | first), {**recipe.values, **first})
    if problems := control_problems(scenario):
        raise ScenarioError(problems)
    return scenario


def place_in_words(place: LeafletPlace, row: LeafletRow) -> str:
    """A place in words, such as "scenario Clean break"."""
    ((kind, name),) = place.names
    shelf = catalogue()
    words: dict[str, Callable[[], str]] = {
        "page": lambda: TEXT[f"page_{name}"],
        "tab": lambda: TEXT[f"tab_{name}"],
        "setting": lambda: TEXT[name],
        "scenario": lambda: shelf.scenarios[name].title,
        "field": lambda: in_words(field_at(scenario_of(row) or shelf.scenarios[ANY], name)[2].title or ""),
        "drug": lambda: in_words(shelf.drugs[name].title),
        "pump": lambda: in_words(shelf.pumps[name].title),
        "test": lambda: TESTS[name],
        "fault": lambda: kind_in_words(name),
        "order": lambda: kind_in_words(name),
    }
    return TEXT[f"leaflet_place_{kind}"].format(name=words.get(kind, lambda: str(name))())


def search(all_rows: Sequence[LeafletRow], words: str, group: str | None = None) -> list[LeafletRow]:
    """Rows of a group, or of all, whose text or places hold every one of the words, in capitals or not.

    >>> [row.number for row in search(rows(), "GRANULOMA inflammation")]
    [49]
    """
    terms = words.lower().split()
    hits = []
    for row in all_rows:
        text = " ".join([row.item, row.text, *(place_in_words(place, row) for place in row.where)]).lower()
        if group in (None, row.group) and all(word in text for word in terms):
            hits.append(row)
    return hits
