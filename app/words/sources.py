"""Numbers with their grade and source, and equations: what is in the model, in words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from app.words.amounts import factor_of, with_unit
from app.words.model_names import in_words
from app.words.numbers import digits
from app.words.reader import language, units
from app.words.text import CHOICES, GRADES, TEXT
from sim import catalogue
from sim.body import Canal, Drug, Variability
from sim.device import Catheter, Pump, Surroundings
from sim.scenario import Record, range_of, unit_of

DATA: Final = Path(__file__).parents[1] / "data"
# first words of a source line -> its grade; any other line names a publication
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
MOST_WORDS: Final = 10  # that a legal range names one by one


def grade(source: str) -> str:
    """How much supports a number, read off the first words of its source line.

    >>> grade("assumed: a needle draws everything"), grade("Dahan 2004: gamma 1 for breathing"), grade("labelled")
    ('assumed', 'published', 'published')
    """
    line = source.lower()
    return next((grade for start, grade in BEGINNINGS.items() if re.match(rf"{start}\b", line)), PUBLISHED)


def names_its_grade(source: str) -> bool:
    """Whether a source line of a text says its grade itself.

    >>> names_its_grade("published: Duarte 2010"), names_its_grade("Duarte 2010")
    (True, False)
    """
    return re.match(rf"({'|'.join((PUBLISHED, *BEGINNINGS))})\b", source.lower()) is not None


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
        entries = list(enumerate(value)) if isinstance(value, tuple) else []
        if isinstance(value, Record):
            part = in_words(str(getattr(value, "title", "") or field.title or name))
            yield from parameters(value, sources, f"{path}.", f"{of}{part[0].upper()}{part[1:]}: ")
        elif entries and isinstance(entries[0][1], Record):
            part = in_words(str(field.title or name))
            for i, entry in entries:
                yield from parameters(entry, sources, f"{path}.{i}.", f"{of}{part} {i + 1}: ")
        elif name not in ("version", "title", "sources") and value is not None:
            legal, source = _legal(name, field), sources.get(path, "")
            yield Parameter(
                path,
                of + in_words(str(field.title)),
                _value(name, value),
                with_unit(in_words(unit_of(name))),
                legal,
                source,
            )


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return TEXT["yes"] if value else TEXT["no"]
    return (
        digits(factor_of(name) * value, 12)
        if isinstance(value, float)
        else CHOICES.get(name, {}).get(value, in_words(str(value)))
    )


def _legal(name: str, field: Any) -> str:
    limits = range_of(field)
    if limits:
        return TEXT["to_range"].format(
            low=digits(factor_of(name) * limits[0], 12), high=digits(factor_of(name) * limits[1], 12)
        )
    words = [word for word in get_args(field.annotation) if isinstance(word, str)]
    if len(words) > MOST_WORDS:
        return TEXT["to_range"].format(low=words[0], high=words[-1])
    return (
        ", ".join(CHOICES.get(name, {}).get(word, in_words(word)) for word in words) or f"{TEXT['yes']}, {TEXT['no']}"
    )


@cache
def of_person(part: str) -> Mapping[str, str]:
    """Source lines of the default values of the canal, the surroundings or the spread between people."""
    return dict(_toml("person")[part])


def tables() -> dict[str, tuple[Parameter, ...]]:
    """Title -> parameters: the person, the surroundings, how people differ, then every data file."""
    return _tables(language(), units().amount_word)


@cache
def _tables(_language: str, _amount: str) -> dict[str, tuple[Parameter, ...]]:
    shelf = catalogue()
    table_of: dict[str, tuple[Parameter, ...]] = {
        TEXT["table_canal"]: tuple(parameters(Canal(), of_person("canal"))),
        TEXT["table_surroundings"]: tuple(parameters(Surroundings(), of_person("surroundings"))),
        TEXT["people_table"]: tuple(parameters(Variability(), of_person("variability"))),
    }
    shelves: Mapping[str, Mapping[str, Drug | Pump | Catheter]] = {
        "table_drug": shelf.drugs,
        "table_pump": shelf.pumps,
        "table_catheter": shelf.catheters,
    }
    for kind, records in shelves.items():
        for record in records.values():
            table_of[f"{TEXT[kind]}: {in_words(record.title)}"] = tuple(parameters(record, record.sources))
    return table_of


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
        group["title"]: tuple(
            Equation(**{**entry, "formula": entry["formula"].strip("\n")}) for entry in group["equations"]
        )
        for group in _toml("equations")["groups"]
    }


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
