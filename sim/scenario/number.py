"""A number that a person wrote, with a decimal point or a decimal comma: every way in which it can be read."""

from __future__ import annotations

import math
import re
from typing import Final

SIMPLE: Final = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)(e[+-]?[0-9]{1,3})?", re.ASCII | re.IGNORECASE)
# thousands apart: by a sign that stands twice, or that differs from the decimal sign, or by a space
APART: Final = re.compile(
    r"[+-]?([0-9]{1,3}(,[0-9]{3}){2,}(\.[0-9]+)?|[0-9]{1,3}(\.[0-9]{3}){2,}(,[0-9]+)?"
    r"|[0-9]{1,3}(,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(\.[0-9]{3})+,[0-9]+|[0-9]{1,3}( [0-9]{3})+([.,][0-9]+)?)",
    re.ASCII,
)
TWO_WAYS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}", re.ASCII)
SPACES: Final = re.compile("[\u00a0\u2009\u202f]")


def readings(text: str) -> tuple[float, ...]:
    """The numbers that a text can be read as: none, one, or two where a sign may part decimals or thousands.

    >>> readings("300,5"), readings("1,000"), readings("1,234,567.5"), readings("0.125"), readings("x")
    ((300.5,), (1.0, 1000.0), (1234567.5,), (0.125,), ())
    """
    plain = SPACES.sub(" ", text).strip().replace("\u2212", "-")
    with_point = plain.replace(",", ".")
    if TWO_WAYS.fullmatch(plain):
        return float(with_point), float(with_point.replace(".", ""))
    if SIMPLE.fullmatch(plain):
        number = float(with_point)
        return (number,) if math.isfinite(number) else ()
    if APART.fullmatch(plain):
        *groups, last = re.split("[., ]", plain)
        has_decimals = len(set(re.sub("[0-9+-]", "", plain))) == 2
        return (float("".join(groups) + ("." if has_decimals else "") + last),)
    return ()
