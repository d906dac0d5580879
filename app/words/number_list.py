"""Lists of numbers as one line of text, read back strictly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sim import ScenarioError
from sim.scenario import literal

NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?", re.ASCII)
HOW: Final = "write numbers with a point, and a comma and a space between them, such as 0, 8, 22.5"


def list_text(numbers: Sequence[float]) -> str:
    """Numbers in one line, each so that it is read back exactly.

    >>> list_text([0.0, 8.0, 22.5])
    '0, 8, 22.5'
    """
    return ", ".join(repr(float(number)).removesuffix(".0") for number in numbers)


def read_list(text: str, path: str) -> tuple[float, ...]:
    """The numbers in a line of text; none in an empty one. Raises ScenarioError naming what is no number.

    A comma without a space is refused: it may separate two numbers, or be meant as a decimal point.

    >>> read_list(" 0, 8, 22.5 ", "clock_h")
    (0.0, 8.0, 22.5)
    >>> read_list("0,5, 8", "clock_h")
    Traceback (most recent call last):
    sim.refusal.ScenarioError: clock_h: '0,5' is not one number; write numbers with a point, \
and a comma and a space between them, such as 0, 8, 22.5
    """
    if not text.strip():
        return ()
    parts = [part.strip() for part in re.split(r",\s+", text.strip())]
    for part in parts:
        if not NUMBER.fullmatch(part):
            raise ScenarioError([f"{path}: {literal(part)} is not one number; {HOW}"])
    return tuple(float(part) for part in parts)
