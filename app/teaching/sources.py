"""What the page Model and sources shows: equations, parameters with their grade, published figures, limits."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from app.words.model_names import named
from app.words.text import CHOICES, GRADES, TESTS, TEXT, VERDICTS, digits, language
from sim import catalogue, sheet
from sim.body import Canal, Variability
from sim.device import Surroundings
from sim.scenario import Record, range_of, unit_of

DATA: Final = Path(__file__).parents[1] / "data"
# first words of a source line -> its grade; whatever begins otherwise was published
BEGINNINGS: Final = {
    "measured": "measured",
    "label": "label",
    "epidural label": "label",
    "manufacturer's": "label",
    "manual of": "label",
    "fitted": "fitted",
    "tuned": "fitted",
    "derived": "derived",
    "inference": "derived",
    "by definition": "derived",
    "assumed": "assumed",
    "illustrative": "illustrative",
}
PUBLISHED: Final = "published"
NOT_FITTED: Final = "not fitted"
MOST_WORDS: Final = 10  # that a legal range names one by one


def grade(source: str) -> str:
    """How much stands behind a number, read off the first words of its source line.

    >>> grade("assumed: a needle draws everything"), grade("Dahan 2004: gamma 1 for breathing"), grade("labelled")
    ('assumed', 'published', 'published')
    """
    line = source.lower()
    return next((found for start, found in BEGINNINGS.items() if re.match(rf"{start}\b", line)), PUBLISHED)


@dataclass(frozen=True)
class Parameter:
    """One declared field as the table shows it."""

    path: str  # name in the file, dotted
    label: str
    value: str
    unit: str
    legal: str
    source: str  # empty for a word or a switch

    @property
    def grade(self) -> str:
        """Grade of its source in words; a word or switch has none."""
        return GRADES[grade(self.source)] if self.source else TEXT["choice"]


def parameters(record: Record, sources: Mapping[str, str], prefix: str = "", of: str = "") -> Iterator[Parameter]:
    """Every field that a record's file sets, its records inside too, except its format and its title.

    A record that comes from no file shows its defaults. sources: dotted path -> source line; of: what the
    record is part of, in words.
    """
    for name, field in type(record).model_fields.items():
        if record.model_fields_set and name not in record.model_fields_set:
            continue
        value, path = getattr(record, name), prefix + name
        if isinstance(value, Record):
            part = named(str(getattr(value, "title", "") or field.title or name))
            yield from parameters(value, sources, f"{path}.", f"{of}{part[0].upper()}{part[1:]}: ")
        elif name not in ("version", "title", "sources") and value is not None:
            legal, source = _legal(name, field), sources.get(path, "")
            yield Parameter(
                path, of + named(str(field.title)), _value(name, value), named(unit_of(name)), legal, source
            )


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return TEXT["yes"] if value else TEXT["no"]
    return digits(value, 12) if isinstance(value, float) else CHOICES.get(name, {}).get(value, named(str(value)))


def _legal(name: str, field: Any) -> str:
    limits = range_of(field)
    if limits:
        return TEXT["to_range"].format(low=digits(limits[0], 12), high=digits(limits[1], 12))
    words = [word for word in get_args(field.annotation) if isinstance(word, str)]
    if len(words) > MOST_WORDS:
        return TEXT["to_range"].format(low=words[0], high=words[-1])
    return ", ".join(CHOICES.get(name, {}).get(word, named(word)) for word in words) or f"{TEXT['yes']}, {TEXT['no']}"


@cache
def of_person(part: str) -> Mapping[str, str]:
    """Source lines of the default values of the canal, the surroundings or the spread between people."""
    return dict(_toml("person")[part])


def tables() -> dict[str, tuple[Parameter, ...]]:
    """Title -> parameters: the person, the surroundings, how people differ, then every data file."""
    return _tables(language())


@cache
def _tables(_: str) -> dict[str, tuple[Parameter, ...]]:
    shelf = catalogue()
    found = {
        TEXT["table_canal"]: tuple(parameters(Canal(), of_person("canal"))),
        TEXT["table_surroundings"]: tuple(parameters(Surroundings(), of_person("surroundings"))),
        TEXT["people_table"]: tuple(parameters(Variability(), of_person("variability"))),
    }
    shelves = {"table_drug": shelf.drugs, "table_pump": shelf.pumps, "table_catheter": shelf.catheters}
    for kind, records in shelves.items():
        for record in records.values():
            found[f"{TEXT[kind]}: {named(record.title)}"] = tuple(parameters(record, record.sources))
    return found


@dataclass(frozen=True)
class Equation:
    """One equation: its name, what it says, its formula, where it comes from."""

    name: str
    words: str
    formula: str
    source: str


@cache
def equations() -> dict[str, tuple[Equation, ...]]:
    """Title of the group -> its equations, in the order in which a run computes them."""
    return {
        group["title"]: tuple(Equation(**{**one, "formula": one["formula"].strip("\n")}) for one in group["equations"])
        for group in _toml("equations")["groups"]
    }


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
        """Sign and word."""
        if not self.is_miss:
            return TEXT["in_band"]
        return TEXT["miss_high"] if self.model > self.high else TEXT["miss_low"]


@cache
def figures() -> tuple[Figure, ...]:
    """The published figures that every test run computes anew."""
    return tuple(Figure(**row) for row in _toml("validation")["rows"])


def counted() -> str:
    """How many figures lie in their band, how many miss, and how many of them no number was fitted to."""
    rows = figures()
    missed = sum(row.is_miss for row in rows)
    free = sum(row.note.startswith(NOT_FITTED) for row in rows)
    return TEXT["counted"].format(n=len(rows), n_ok=len(rows) - missed, n_miss=missed, n_free=free)


Cells = list[tuple[str, ...]]


def sheet_rows() -> Cells:
    """What is wrong, then what each test can show of it; a star where the model does otherwise."""
    read = sheet.read_sheet()
    departed = {(one.case, one.test) for one in read.departures}
    return [
        (row.title, *(VERDICTS[row.verdict(test)] + (" *" if (case, test) in departed else "") for test in TESTS))
        for case, row in read.rows.items()
    ]


def difference_rows() -> Cells:
    """Cells on which the device sheet and the teaching sheet differ."""
    read = sheet.read_sheet()
    return [
        (read.rows[one.case].title, TESTS[one.test], VERDICTS[one.device], VERDICTS[one.teaching])
        for one in read.differences
    ]


def departure_rows() -> Cells:
    """Cells where the model's physics does otherwise than the sheet, and why."""
    read = sheet.read_sheet()
    return [
        (read.rows[one.case].title, TESTS[one.test], VERDICTS[one.sheet], VERDICTS[one.model], one.why)
        for one in read.departures
    ]


@dataclass(frozen=True)
class Rule:
    """One rule of credible practice, how far it is met from 0 to 4, and why."""

    name: str
    score: int
    why: str


@dataclass(frozen=True)
class Credibility:
    """What the simulator is for, what it leaves out, and its score."""

    intended_use: tuple[str, ...]
    not_modelled: tuple[str, ...]
    score_note: str
    score_source: str
    rules: tuple[Rule, ...]


@cache
def credibility() -> Credibility:
    """Intended use, limits and self-score."""
    data = _toml("credibility")
    return Credibility(**{**data, "rules": tuple(Rule(**rule) for rule in data["rules"])})


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
