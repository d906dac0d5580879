"""Orders that hold from then on, until the next of their kind."""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.quantity import REQUIRED, quantity
from sim.scenario.orders.base import Order


class AlarmLevel(Order):
    """Sets the low-reservoir alarm: it sounds once the counted volume is at this level or below it.

    The range that can be set is not published; 4 mL is known to be possible, any level up to the capacity is assumed.
    """

    kind: Literal["alarm_level"] = "alarm_level"
    alarm_ml: float = quantity(REQUIRED, 0.0, 20.0, "Low-reservoir alarm sounds at (range assumed)")
    is_programmed: ClassVar[bool] = True

    def alarm_level_ml(self) -> float | None:
        return self.alarm_ml


LastingOrder = AlarmLevel
