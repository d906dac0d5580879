"""Amounts in the unit that the reader chose: fields that hold them, and what the model says, which is in mcg."""

from __future__ import annotations

import re
from typing import Final

from app.words.reader import units
from sim.scenario import unit_of

MCG: Final = "mcg"
NUMBER: Final = r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?"
# a number with its unit, or the first of two that share one; the value of a field that holds an amount
SAID: Final = re.compile(rf"(?<![\w.])({NUMBER})(?= (?:to {NUMBER} )?{MCG}\b)", re.ASCII)
OF_FIELD: Final = re.compile(
    rf"(_mcg(?:_ml|_day)?(?:\[[0-9]+\])? = )({NUMBER})(?![0-9.]| (?:to {NUMBER} )?{MCG}\b)", re.ASCII
)
WORD: Final = re.compile(rf"\b{MCG}\b")


def is_amount(name: str) -> bool:
    """Whether a field holds an amount of drug, a daily dose or a concentration.

    >>> is_amount("dose_mcg_day"), is_amount("flow_ml_day")
    (True, False)
    """
    return unit_of(name).startswith(MCG)


def factor_of(name: str) -> float:
    """What the value of a field is multiplied by when the reader sees it; shares are not of this room."""
    return units().amount_factor if is_amount(name) else 1.0


def scaled(text: str) -> str:
    """An English sentence of the model with its amounts as numbers in the reader's unit, the word still mcg.

    >>> scaled("200 mcg/day, which is 0.1 mL/day")
    '200 mcg/day, which is 0.1 mL/day'
    """
    if units().amount_factor == 1.0:
        return text
    text = OF_FIELD.sub(lambda match: match[1] + _times(match[2]), text)
    return SAID.sub(lambda match: _times(match[0]), text)


def with_unit(text: str) -> str:
    """A sentence whose amounts are numbers in the reader's unit, with its word."""
    return text if units().amount_word == MCG else WORD.sub(units().amount_word, text)


def _times(number: str) -> str:
    value = round(float(number) * units().amount_factor, 12)
    return f"{value:.12f}".rstrip("0").rstrip(".")
