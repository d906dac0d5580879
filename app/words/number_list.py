"""Lists of numbers as one line of text, in the reader's signs, read back strictly."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.words.numbers import NumberError, clear_text, number_text, read_number, signs
from app.words.text import TEXT
from sim import ScenarioError
from sim.scenario import readings

MOST_SIGNS = 40  # of what cannot be read, in a sentence


def list_text(numbers: Sequence[float]) -> str:
    """Numbers in one line, each so that it is read back exactly; a semicolon parts those with a decimal comma.

    >>> list_text([0.0, 8.0, 22.5])
    '0, 8, 22.5'
    """
    is_comma = signs().decimal == ","
    return ("; " if is_comma else ", ").join((clear_text if is_comma else number_text)(float(each)) for each in numbers)


def read_list(text: str) -> tuple[float, ...]:
    """The numbers in a line of text, parted by semicolons, or by a comma and a space; none in an empty one.

    Raises ScenarioError naming what is no number, or two: without a semicolon, a comma between digits may be a
    decimal comma or stand between two numbers.

    >>> read_list(" 0, 8, 22.5 "), read_list("0; 8; 22,5")
    ((0.0, 8.0, 22.5), (0.0, 8.0, 22.5))
    >>> read_list("0,5, 8")
    Traceback (most recent call last):
    sim.refusal.ScenarioError: "0,5" can be read as 0.5 or as two numbers, 0 and 5. Write 0.5, or put a semicolon \
between two numbers.
    """
    if not text.strip():
        return ()
    has_semicolons = ";" in text
    parts = [part.strip() for part in re.split(r";" if has_semicolons else r",\s+", text.strip())]
    if not has_semicolons and (len(parts) > 1 or signs().decimal != ","):
        for part in parts:
            _refuse_open(part)
    try:
        return tuple(map(read_number, parts))
    except NumberError as error:
        raise ScenarioError([unreadable(error)]) from None


def _refuse_open(part: str) -> None:
    first, comma, second = part.partition(",")
    ways, of_first, of_second = readings(part), readings(first), readings(second)
    if comma and ways and of_first and of_second:
        numbers = {
            "decimal": clear_text(ways[0]),
            "first": number_text(of_first[0]),
            "second": number_text(of_second[0]),
        }
        raise ScenarioError([TEXT["typed_list_two_ways"].format(text=part, **numbers)])


def unreadable(error: NumberError) -> str:
    """What is wrong with a text that is no number, and both numbers that it could be."""
    text = str(error).strip()
    text = text if len(text) <= MOST_SIGNS else f"{text[: MOST_SIGNS - 1]}\u2026"
    if error.readings:
        first, second = map(clear_text, error.readings)
        return TEXT["typed_two_ways"].format(text=text, first=first, second=second)
    return TEXT["typed_no_number"].format(text=text, example=number_text(12.5))
