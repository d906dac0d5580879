"""Which fault each test can show: two sheets as data, where they differ, and where the model departs from them.

Both sheets are our reasoning from sources, not reviewed by clinicians. Where both speak, the device sheet wins.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Final, Literal

Verdict = Literal["shows", "sometimes", "blind", "misleading", "cannot", "not applicable", "silent"]

NOT_REVIEWED: Final = "Our reasoning from sources, not reviewed by clinicians."
SIGNS: Final[Mapping[str, Verdict]] = MappingProxyType(
    {
        "+": "shows",
        "±": "sometimes",
        "-": "blind",
        "!": "misleading",  # blind, and a normal result is easily taken as proof that this very part works
        "x": "cannot",
        "n": "not applicable",
        "": "silent",
    }
)
ORDER: Final = ("device", "teaching", "own")  # the first that speaks wins


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be wrong, and what each test can show of it."""

    case: str
    title: str
    kind: str  # of the fault; empty where no fault record stands behind it
    said: Mapping[str, Mapping[str, Verdict]]  # sheet -> test -> verdict

    def verdict(self, test: str) -> Verdict:
        """What the sheets say of a test, the device sheet first."""
        return self.said[self.source(test)][test]

    def source(self, test: str) -> str:
        """The sheet that decides on a test."""
        spoken = [name for name in ORDER if name in self.said and self.said[name][test] != "silent"]
        return spoken[0] if spoken else next(iter(self.said))


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell on which the two sheets differ; the device sheet wins."""

    case: str
    test: str
    device: Verdict
    teaching: Verdict


@dataclass(frozen=True, slots=True)
class Departure:
    """A cell where the model's physics does otherwise than the sheet; the physics is kept."""

    case: str
    test: str
    sheet: Verdict
    model: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows, and the cells that need a word."""

    tests: tuple[str, ...]
    sources: Mapping[str, str]
    rows: Mapping[str, Row]  # by case
    differences: tuple[Difference, ...]
    departures: tuple[Departure, ...]

    def in_model(self, case: str, test: str) -> Verdict:
        """What the model's own physics makes of a cell: the sheet's verdict, unless it departs from it."""
        departed = [one.model for one in self.departures if (one.case, one.test) == (case, test)]
        return departed[0] if departed else self.rows[case].verdict(test)


@lru_cache(maxsize=1)
def read_sheet() -> Sheet:
    """The packaged sheets, read once.

    >>> row = read_sheet().rows["occlusion"]
    >>> row.verdict("interrogation"), row.verdict("residual"), row.verdict("lumbar_bolus")
    ('misleading', 'shows', 'blind')
    """
    file = resources.files("sim") / "data" / "sheets" / "fault-by-test.toml"
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    tests = tuple(data["tests"])
    rows = {}
    for case, entry in data["case"].items():
        said = {name: _cells(tests, entry[name]) for name in ORDER if name in entry}
        rows[case] = Row(case, entry["title"], entry.get("kind", ""), MappingProxyType(said))
    departures = [
        Departure(one["case"], one["test"], rows[one["case"]].verdict(one["test"]), SIGNS[one["model"]], one["why"])
        for one in data["departure"]
    ]
    return Sheet(
        tests=tests,
        sources=MappingProxyType(data["sources"]),
        rows=MappingProxyType(rows),
        differences=tuple(found for row in rows.values() for test in tests if (found := _difference(row, test))),
        departures=tuple(departures),
    )


def _cells(tests: tuple[str, ...], signs: list[str]) -> Mapping[str, Verdict]:
    return MappingProxyType({test: SIGNS[sign] for test, sign in zip(tests, signs, strict=True)})


def _difference(row: Row, test: str) -> Difference | None:
    """None where a sheet is silent, or both say that nothing is seen."""
    if "device" not in row.said or "teaching" not in row.said:
        return None
    device, teaching = row.said["device"][test], row.said["teaching"][test]
    unseen = ("blind", "misleading")
    if teaching == "silent" or device == teaching or (device in unseen and teaching in unseen):
        return None
    return Difference(row.case, test, device, teaching)
