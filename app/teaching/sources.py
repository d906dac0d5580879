"""What the page Model and sources shows beside equations and numbers: published figures, the sheet of tests, limits."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.words.model_names import in_words
from app.words.text import TESTS, TEXT, VERDICTS
from sim import catalogue, sheet

DATA: Final = Path(__file__).parents[1] / "data"
NOT_FITTED: Final = "not fitted"


@dataclass(frozen=True)
class Figure:
    """One published figure and what the model gives."""

    id: str
    what: str
    protocol: str
    unit: str
    published: str
    band: str
    low: float
    high: float
    model: float
    outcome: str
    note: str
    source: str

    @property
    def is_miss(self) -> bool:
        """Whether the model leaves the band."""
        return not self.low <= self.model <= self.high

    @property
    def verdict(self) -> str:
        """The verdict as a sign and a word: in the band, too high or too low."""
        if not self.is_miss:
            return TEXT["in_band"]
        return TEXT["miss_high"] if self.model > self.high else TEXT["miss_low"]


@cache
def figures() -> tuple[Figure, ...]:
    """The published figures that every test run computes anew."""
    return tuple(Figure(**row) for row in _toml("validation")["rows"])


def count_in_words() -> str:
    """How many figures lie in their band, how many miss, and how many of them no number was fitted to."""
    rows = figures()
    n_miss = sum(row.is_miss for row in rows)
    free = sum(row.note.startswith(NOT_FITTED) for row in rows)
    return TEXT["counted"].format(n=len(rows), n_ok=len(rows) - n_miss, n_miss=n_miss, n_free=free)


Cells = list[tuple[str, ...]]


def sheet_rows() -> Cells:
    """What is wrong, then what each test can show of it; a star where the model does otherwise."""
    table = sheet.read_sheet()
    departures = {(departure.case, departure.test) for departure in table.departures}
    return [
        (row.title, *(VERDICTS[row.verdict(test)] + (" *" if (case, test) in departures else "") for test in TESTS))
        for case, row in table.rows.items()
    ]


def test_limit_rows() -> Cells:
    """What each test can tell, what it cannot, and where that comes from."""
    return [(TESTS[test], limit.tells, limit.cannot, limit.source) for test, limit in sheet.read_sheet().limits.items()]


def departure_rows() -> Cells:
    """Cells where the model's physics does otherwise than the sheet, and why."""
    table = sheet.read_sheet()
    return [
        (
            table.rows[departure.case].title,
            TESTS[departure.test],
            VERDICTS[departure.sheet],
            VERDICTS[departure.model],
            departure.why,
        )
        for departure in table.departures
    ]


@dataclass(frozen=True)
class Rule:
    """One rule of credible practice, how far it is met from 0 to 4, and why."""

    name: str
    score: int
    why: str


@dataclass(frozen=True)
class SourcedClaim:
    """A sentence on the model or on medicine, and where it comes from: the source begins with its grade."""

    text: str
    source: str


@dataclass(frozen=True)
class Credibility:
    """What the simulator is for, what its indices of harm are, what it leaves out, and its score."""

    intended_use: tuple[str, ...]
    harm: tuple[SourcedClaim, ...]
    not_modelled: tuple[SourcedClaim, ...]
    score_note: str
    score_source: str
    rules: tuple[Rule, ...]


@cache
def credibility() -> Credibility:
    """The file on intended use, limits and self-score, read once."""
    data = _toml("credibility")
    claims = {name: tuple(SourcedClaim(**entry) for entry in data[name]) for name in ("harm", "not_modelled")}
    return Credibility(**{**data, **claims, "rules": tuple(Rule(**rule) for rule in data["rules"])})


@cache
def text_sources() -> dict[str, dict[str, str]]:
    """Source lines of scenarios, by name, and of lessons, by number."""
    return _toml("text_sources")


def text_source_rows() -> Cells:
    """Each packaged scenario and each lesson, and where its sentences come from."""
    lines = text_sources()
    rows = [(in_words(one.title), lines["scenarios"][name]) for name, one in catalogue().scenarios.items()]
    numbers = sorted({one.lesson for one in catalogue().scenarios.values() if one.lesson is not None})
    named = TEXT["leaflet_place_lesson"]
    return [*rows, *((_capital(named.format(name=number)), lines["lessons"][str(number)]) for number in numbers)]


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
