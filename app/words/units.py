"""The units that a reader chose: amount, flow and time, each with its factor. Files and fields keep their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# choice -> (factor from the unit of files, key of its word)
AMOUNT: Final = {"auto": (1.0, "mcg"), "mcg": (1.0, "mcg"), "mg": (0.001, "mg")}
FLOW: Final = {"ml_day": (1.0, "unit_ml_day"), "mcl_h": (1000.0 / 24.0, "unit_mcl_h")}
# choice -> (factor from days, key of the axis, key of a moment)
TIME: Final = {"day": (1.0, "day_axis", "a_day"), "h": (24.0, "hour_axis", "an_hour")}


@dataclass(frozen=True)
class Units:
    """What numbers are shown in; "auto" writes amounts in mcg, and in mg from 1,000 mcg on.

    >>> round(Units(amount="mg", flow="mcl_h").flow_factor * 0.24, 9)
    10.0
    """

    amount: str = "auto"
    flow: str = "ml_day"
    time: str = "day"

    def __post_init__(self) -> None:
        for name, shelf in (("amount", AMOUNT), ("flow", FLOW), ("time", TIME)):
            if getattr(self, name) not in shelf:
                raise ValueError(f"{name} = {getattr(self, name)!r} is not one of {', '.join(shelf)}")

    @property
    def amount_factor(self) -> float:
        """What mcg are multiplied by."""
        return AMOUNT[self.amount][0]

    @property
    def amount_word(self) -> str:
        """Unit of an amount on an axis; the same in all languages."""
        return AMOUNT[self.amount][1]

    @property
    def flow_factor(self) -> float:
        """What mL/day are multiplied by."""
        return FLOW[self.flow][0]

    @property
    def time_factor(self) -> float:
        """What days are multiplied by."""
        return TIME[self.time][0]
