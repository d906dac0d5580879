"""Volumes as a syringe is read."""

from __future__ import annotations

from app.words.numbers import digits


def ml(value: float) -> str:
    """A volume to a hundredth of a millilitre.

    >>> ml(2.004), ml(0.2), ml(20.0)
    ('2', '0.2', '20')
    """
    return digits(round(value, 2), 6)


def with_sign(value: float) -> str:
    """A difference of volumes with its sign.

    >>> with_sign(0.5), with_sign(-1.25), with_sign(0.001)
    ('+0.5', '-1.25', '0')
    """
    text = ml(abs(value))
    return text if text == "0" else f"{'+' if value > 0.0 else '-'}{text}"
