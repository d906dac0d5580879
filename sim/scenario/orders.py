"""What staff do: one record per kind of order."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.quantity import REQUIRED, Record, quantity

LAST_DAY = 3650.0


class Rate(Record):
    """Simple continuous dose; its flow follows the told concentration."""

    kind: Literal["rate"] = "rate"
    at_day: float = quantity(0.0, 0.0, LAST_DAY, "Programmed at")
    dose_mcg_day: float = quantity(REQUIRED, 0.0, 100000.0, "Daily dose")


class Flow(Record):
    """Simple continuous flow; it stays whatever concentration is told."""

    kind: Literal["flow"] = "flow"
    at_day: float = quantity(0.0, 0.0, LAST_DAY, "Programmed at")
    flow_ml_day: float = quantity(REQUIRED, 0.0, 100.0, "Daily volume")


class Stop(Record):
    """The pump is programmed to stop."""

    kind: Literal["stop"] = "stop"
    at_day: float = quantity(0.0, 0.0, LAST_DAY, "Stopped at")


class Bolus(Record):
    """A single dose on top of the command, at the told concentration."""

    kind: Literal["bolus"] = "bolus"
    at_day: float = quantity(0.0, 0.0, LAST_DAY, "Given at")
    dose_mcg: float = quantity(REQUIRED, 0.0, 100000.0, "Bolus dose")
    over_min: float = quantity(REQUIRED, 1.0 / 60.0, 1440.0, "Given over")


class Refill(Record):
    """Draw what is left, put in fresh drug, tell the pump; told and true may differ."""

    kind: Literal["refill"] = "refill"
    at_day: float = quantity(0.0, 0.0, LAST_DAY, "Refilled at")
    draw_ml: float | None = quantity(None, 0.0, 100.0, "Volume drawn (all if empty)")
    in_ml: float = quantity(REQUIRED, 0.1, 100.0, "Volume put in")
    true_mcg_ml: float = quantity(REQUIRED, 0.0, 100000.0, "Concentration in the syringe")
    told_mcg_ml: float = quantity(REQUIRED, 0.0, 100000.0, "Concentration told to the pump")
    told_ml: float | None = quantity(None, 0.0, 100.0, "Volume told to the pump (expected if empty)")


Order = Annotated[Rate | Flow | Stop | Bolus | Refill, Field(discriminator="kind")]
