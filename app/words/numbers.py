"""How numbers are written and read in the reader's language; nothing else on the page writes one.

English: 1,234.5. German: 1 234,5 with a narrow space, since a point between thousands could be read as a decimal point.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from app.words.reader import language
from sim.scenario import readings

NARROW_SPACE: Final = "\u202f"
IN_A_TEXT: Final = re.compile(r"(?<![\w.,])([0-9]+)\.([0-9]+)(?![\w.])", re.ASCII)


@dataclass(frozen=True)
class Signs:
    """What stands before decimals and between thousands."""

    decimal: str
    thousands: str


SIGNS: Final = {"en": Signs(".", ","), "de": Signs(",", NARROW_SPACE)}


class NumberError(ValueError):
    """A text that is no number; `readings` are the two that it could be, if that is why."""

    def __init__(self, text: str, readings: tuple[float, ...] = ()) -> None:
        super().__init__(text)
        self.readings = readings


def signs() -> Signs:
    """The signs of the reader's language."""
    return SIGNS[language()]


def digits(value: float, most: int, *, is_grouped: bool = True) -> str:
    """A number to `most` significant digits: no power of ten, no trailing zero.

    >>> digits(0.0512345, 3), digits(12345.6, 3), digits(0.0, 3)
    ('0.0512', '12,300', '0')
    """
    number = float(f"{value:.{most}g}") + 0.0
    text = f"{number:,.9f}".rstrip("0").rstrip(".")
    return _in_signs(text if is_grouped else text.replace(",", ""))


def number_text(value: float | None) -> str:
    """A number as a box shows it: with all its digits, thousands together; nothing for None.

    >>> number_text(2000.0), number_text(0.1 + 0.2), number_text(None)
    ('2000', '0.30000000000000004', '')
    """
    if value is None:
        return ""
    return _in_signs(repr(value).removesuffix(".0"))


def clear_text(value: float) -> str:
    """A number so that a box reads it in one way only.

    >>> clear_text(2.125), clear_text(2125.0)
    ('2.125', '2125')
    """
    text = number_text(value)
    try:
        read_number(text)
    except NumberError:
        return f"{text}0"
    return text


def read_number(text: str) -> float:
    """The number in a text that somebody typed, with a decimal point or a decimal comma.

    Raises NumberError where there is none, and where there could be two: `1,000` in any language, `1.000` in a
    language that writes its decimals with a comma.

    >>> read_number("300,5"), read_number("300.5"), read_number("1,234,567.5")
    (300.5, 300.5, 1234567.5)
    """
    ways = readings(text)
    if len(ways) == 2 and "." in text and signs().decimal == ".":
        ways = ways[:1]
    if len(ways) != 1:
        raise NumberError(text, ways)
    return ways[0]


def in_signs(text: str) -> str:
    """A sentence of the model, whose numbers have a decimal point, with the decimal sign of the reader.

    >>> in_signs("0.2 mL/day")
    '0.2 mL/day'
    """
    return IN_A_TEXT.sub(rf"\1{signs().decimal}\2", text)


def _in_signs(text: str) -> str:
    """A number that is written as English writes it, in the reader's signs."""
    return text.translate({ord("."): signs().decimal, ord(","): signs().thousands})
