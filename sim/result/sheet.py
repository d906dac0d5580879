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
class SheetRow:
    """One thing that can be wrong, and what each test can show of it."""

    case: str
    title: str
    kind: str  # of the fault; empty where no fault record belongs to it
    verdicts: Mapping[str, Mapping[str, Verdict]]  # sheet -> test -> verdict

    def verdict(self, test: str) -> Verdict:
        """What the sheets say of a test, the device sheet first."""
        return self.verdicts[self.source(test)][test]

    def source(self, test: str) -> str:
        """The sheet that decides on a test."""
        sheets = [name for name in ORDER if name in self.verdicts and self.verdicts[name][test] != "silent"]
        return sheets[0] if sheets else next(iter(self.verdicts))


@dataclass(frozen=True, slots=True)
class SheetDifference:
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
class Limit:
    """What a test can tell, what it cannot, and where that comes from."""

    tells: str
    cannot: str
    source: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows, and the cells that need a word."""

    tests: tuple[str, ...]
    sources: Mapping[str, str]
    rows: Mapping[str, SheetRow]  # by case
    differences: tuple[SheetDifference, ...]
    departures: tuple[Departure, ...]
    limits: Mapping[str, Limit]  # by test

    def in_model(self, case: str, test: str) -> Verdict:
        """What the model's own physics makes of a cell: the sheet's verdict, unless it departs from it."""
        verdicts = [
            departure.model for departure in self.departures if (departure.case, departure.test) == (case, test)
        ]
        return verdicts[0] if verdicts else self.rows[case].verdict(test)


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
        verdicts = {name: _cells(tests, entry[name]) for name in ORDER if name in entry}
        rows[case] = SheetRow(case, entry["title"], entry.get("kind", ""), MappingProxyType(verdicts))
    departures = [
        Departure(
            departure["case"],
            departure["test"],
            rows[departure["case"]].verdict(departure["test"]),
            SIGNS[departure["model"]],
            departure["why"],
        )
        for departure in data["departure"]
    ]
    pairs = (_difference(row, test) for row in rows.values() for test in tests)
    return Sheet(
        tests=tests,
        sources=MappingProxyType(data["sources"]),
        rows=MappingProxyType(rows),
        differences=tuple(pair for pair in pairs if pair is not None),
        departures=tuple(departures),
        limits=MappingProxyType({test: Limit(**data["limits"][test]) for test in tests}),
    )


def _cells(tests: tuple[str, ...], signs: list[str]) -> Mapping[str, Verdict]:
    return MappingProxyType({test: SIGNS[sign] for test, sign in zip(tests, signs, strict=True)})


def _difference(row: SheetRow, test: str) -> SheetDifference | None:
    """None where a sheet is silent, or both say that nothing is seen."""
    if "device" not in row.verdicts or "teaching" not in row.verdicts:
        return None
    device, teaching = row.verdicts["device"][test], row.verdicts["teaching"][test]
    unseen = ("blind", "misleading")
    if teaching == "silent" or device == teaching or (device in unseen and teaching in unseen):
        return None
    return SheetDifference(row.case, test, device, teaching)
