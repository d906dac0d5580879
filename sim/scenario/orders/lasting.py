"""Orders that hold from then on, until the next of their kind."""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.device.pump import Surroundings
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


class SurroundingsChange(Order):
    """From then on the person is warmer, higher up, or under another CSF pressure; what is not given stays.

    A fever of three days is two of them.
    """

    kind: Literal["surroundings"] = "surroundings"
    body_c: float | None = quantity(None, 33.0, 42.0, "Body temperature (as before if empty)")
    altitude_m: float | None = quantity(None, -400.0, 5000.0, "Altitude (as before if empty)")
    csf_kpa: float | None = quantity(None, 0.0, 5.0, "CSF pressure over tissue pressure (as before if empty)")

    def around(self, before: Surroundings) -> Surroundings:
        return Surroundings(
            body_c=before.body_c if self.body_c is None else self.body_c,
            altitude_m=before.altitude_m if self.altitude_m is None else self.altitude_m,
            csf_kpa=before.csf_kpa if self.csf_kpa is None else self.csf_kpa,
        )


LastingOrder = AlarmLevel | SurroundingsChange
