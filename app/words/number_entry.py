"""What a person typed into a number box, read strictly; or one sentence that says what is needed there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import NoneType
from typing import get_args

from app.words.field_text import box_unit, to_box
from app.words.number_list import unreadable
from app.words.numbers import NumberError, number_text, read_number
from app.words.text import TEXT
from sim import Scenario, ScenarioError
from sim.scenario import field_at, range_of


@dataclass(frozen=True)
class Wanted:
    """Which numbers a box takes."""

    low: float | None = None
    high: float | None = None
    unit: str = ""
    is_whole: bool = False
    may_be_empty: bool = False

    @property
    def range(self) -> str:
        """The numbers in words; empty where any will do."""
        if self.low is None or self.high is None:
            return ""
        ends = {"low": number_text(self.low), "high": number_text(self.high)}
        words = TEXT["range"].format(**ends, unit=self.unit).strip()
        return f"{words}, {TEXT['whole']}" if self.is_whole else words

    def step_from(self, number: float | None) -> float:
        """What an arrow key adds: a tenth to a hundredth of the number, as a power of ten.

        >>> Wanted().step_from(300.0), Wanted().step_from(0.25), Wanted(is_whole=True).step_from(300)
        (10.0, 0.01, 1.0)
        """
        if self.is_whole or not number:
            return 1.0
        return float(10.0 ** (math.floor(math.log10(abs(number))) - 1))


def wanted_of(scenario: Scenario, path: str) -> Wanted:
    """Which numbers the box of a field takes, as it shows them: shares in percent, amounts in the reader's unit."""
    _, name, field, _ = field_at(scenario, path)
    low, high = range_of(field) or (None, None)
    kinds = get_args(field.annotation) or (field.annotation,)
    return Wanted(
        to_box(name, low),
        to_box(name, high),
        box_unit(name),
        is_whole=int in kinds,
        may_be_empty=NoneType in kinds,
    )


def read(text: str, wanted: Wanted, number: float | None = None) -> float | None:
    """The number that was typed, or reached by an arrow key; None for an empty text where that is a value.

    Raises ScenarioError with one sentence in the reader's language.

    >>> read("300,5", Wanted()), read("", Wanted(may_be_empty=True))
    (300.5, None)
    >>> read("", Wanted(0.0, 40.0, "mL"))
    Traceback (most recent call last):
    sim.refusal.ScenarioError: A number is needed, 0 to 40 mL.
    """
    if number is None:
        if not text.strip():
            if wanted.may_be_empty:
                return None
            raise ScenarioError([_with_range("empty", wanted)])
        try:
            number = read_number(text)
        except NumberError as error:
            raise ScenarioError([unreadable(error)]) from None
    if wanted.low is not None and wanted.high is not None and not wanted.low <= number <= wanted.high:
        raise ScenarioError([_with_range("outside", wanted, number)])
    if not wanted.is_whole:
        return number
    if number != int(number):
        raise ScenarioError([_with_range("whole", wanted, number)])
    return int(number)


def _with_range(key: str, wanted: Wanted, number: float = 0.0) -> str:
    words = TEXT[f"typed_{key}" if wanted.range else f"typed_{key}_free"]
    return words.format(range=wanted.range, number=number_text(number))
