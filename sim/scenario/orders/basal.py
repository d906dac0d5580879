"""The rate slot: orders that set the flow until the next of them. The latest wins."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.device.pump import Pump
from sim.exact.steps import TICK_PER_H
from sim.happening import trimmed
from sim.quantity import REQUIRED, quantity
from sim.scenario.orders.base import Basal, Order

ClockHours = tuple[Annotated[float, Field(ge=0.0, le=23.999)], ...]
Doses = tuple[Annotated[float, Field(ge=0.0, le=100000.0)], ...]
Flows = tuple[Annotated[float, Field(ge=0.0, le=100.0)], ...]


def flow_ml_h(dose_mcg_day: float, programmed_mcg_ml: float) -> float:
    """Flow that gives a dose at a programmed concentration.

    >>> flow_ml_h(240.0, 500.0)
    0.02
    """
    # the rules refuse a concentration of 0; it is in force only after a refused refill: no flow
    return dose_mcg_day / 24.0 / programmed_mcg_ml if programmed_mcg_ml > 0.0 else 0.0


class Rate(Order):
    """Simple continuous dose; its flow follows the programmed concentration."""

    kind: Literal["rate"] = "rate"
    dose_mcg_day: float = quantity(REQUIRED, 0.0, 100000.0, "Daily dose")
    is_programmed: ClassVar[bool] = True
    is_basal: ClassVar[bool] = True

    def daily_ml_h(self, programmed_mcg_ml: float, pump: Pump) -> Sequence[tuple[float, float]]:
        return [(0.0, flow_ml_h(self.dose_mcg_day, programmed_mcg_ml))]

    def doses(self) -> Sequence[tuple[str, float]]:
        return [("dose_mcg_day", self.dose_mcg_day)]

    def description(self, programmed_mcg_ml: float, pump: Pump) -> str:
        """Dose and the flow that gives it."""
        ml_day = 24.0 * flow_ml_h(self.dose_mcg_day, programmed_mcg_ml)
        return f"{trimmed(self.dose_mcg_day)} mcg/day, which is {trimmed(ml_day)} mL/day"

    def dose_path(self) -> tuple[str, float] | None:
        return "dose_mcg_day", self.dose_mcg_day


class Flow(Order):
    """Simple continuous flow; it stays whatever concentration is programmed."""

    kind: Literal["flow"] = "flow"
    flow_ml_day: float = quantity(REQUIRED, 0.0, 100.0, "Daily volume")
    is_programmed: ClassVar[bool] = True
    is_basal: ClassVar[bool] = True

    def daily_ml_h(self, programmed_mcg_ml: float, pump: Pump) -> Sequence[tuple[float, float]]:
        return [(0.0, self.flow_ml_day / 24.0)]

    def flows(self) -> Sequence[tuple[str, float]]:
        return [("flow_ml_day", self.flow_ml_day)]

    def description(self, programmed_mcg_ml: float, pump: Pump) -> str:
        return f"{trimmed(self.flow_ml_day)} mL/day"


class RateSchedule(Order):
    """Several rates within each day, repeated daily: as doses, or as flows."""

    kind: Literal["rate_schedule"] = "rate_schedule"
    clock_h: Annotated[ClockHours, Field(strict=False, min_length=1, max_length=24, title="Clock hours")]
    dose_mcg_day: Annotated[Doses, Field(strict=False, max_length=24, title="Daily dose from each hour on")] = ()
    flow_ml_day: Annotated[Flows, Field(strict=False, max_length=24, title="Daily volume from each hour on")] = ()
    is_programmed: ClassVar[bool] = True
    is_basal: ClassVar[bool] = True

    def problems(self, duration_day: float) -> Sequence[str]:
        """Lists of one length, hours that rise, doses or flows but not both."""
        problems = []
        if bool(self.dose_mcg_day) == bool(self.flow_ml_day):
            problems.append("clock_h needs exactly one of dose_mcg_day and flow_ml_day beside it")
        rates = self.dose_mcg_day or self.flow_ml_day
        if rates and len(rates) != len(self.clock_h):
            name = "dose_mcg_day" if self.dose_mcg_day else "flow_ml_day"
            problems.append(f"{name} has length {len(rates)} where clock_h has length {len(self.clock_h)}")
        if any(a >= b for a, b in pairwise(self.clock_h)):
            problems.append(f"clock_h = {list(self.clock_h)} must rise")
        return problems

    def daily_ml_h(self, programmed_mcg_ml: float, pump: Pump) -> Sequence[tuple[float, float]]:
        """The last rate of the day goes on after midnight, until the first hour."""
        flows = [ml_day / 24.0 for ml_day in self.flow_ml_day]
        flows = flows or [flow_ml_h(mcg_day, programmed_mcg_ml) for mcg_day in self.dose_mcg_day]
        stairs = list(zip(self.clock_h, flows, strict=True))
        return stairs if self.clock_h[0] == 0.0 else [(0.0, flows[-1]), *stairs]

    def doses(self) -> Sequence[tuple[str, float]]:
        """One per clock hour, if they are doses."""
        return [(f"dose_mcg_day[{i}]", dose) for i, dose in enumerate(self.dose_mcg_day)]

    def flows(self) -> Sequence[tuple[str, float]]:
        """One per clock hour, if they are flows."""
        return [(f"flow_ml_day[{i}]", flow) for i, flow in enumerate(self.flow_ml_day)]

    def description(self, programmed_mcg_ml: float, pump: Pump) -> str:
        return f"a rate schedule of {len(self.clock_h)} rates"

    def dose_path(self) -> tuple[str, float] | None:
        return ("dose_mcg_day", max(self.dose_mcg_day)) if self.dose_mcg_day else None


class MinimumRate(Order):
    """The lowest motion the device allows: the line stays open, the dose is next to nothing."""

    kind: Literal["minimum_rate"] = "minimum_rate"
    is_programmed: ClassVar[bool] = True
    is_basal: ClassVar[bool] = True

    def daily_ml_h(self, programmed_mcg_ml: float, pump: Pump) -> Sequence[tuple[float, float]]:
        return [(0.0, pump.minimum_ml_day / 24.0)]

    def description(self, programmed_mcg_ml: float, pump: Pump) -> str:
        return f"minimum rate, {trimmed(pump.minimum_ml_day)} mL/day"


class Stop(Order):
    """The pump is programmed to stop; it also ends boluses that repeat."""

    kind: Literal["stop"] = "stop"
    is_programmed: ClassVar[bool] = True
    is_basal: ClassVar[bool] = True

    def daily_ml_h(self, programmed_mcg_ml: float, pump: Pump) -> Sequence[tuple[float, float]]:
        return [(0.0, 0.0)]

    def description(self, programmed_mcg_ml: float, pump: Pump) -> str:
        return "the pump stops"


class BridgeBolus(Order):
    """Clears the old drug from the line at the flow that gives the same dose: Q = D / C_old for V C_old / D.

    V is given, or made of the catheter and the lowest or highest volume the pump's tubing may have.
    """

    kind: Literal["bridge_bolus"] = "bridge_bolus"
    old_mcg_ml: float | None = quantity(
        None, 0.01, 100000.0, "Old concentration, still in the line (the one programmed before if empty)"
    )
    line_ml: float | None = quantity(None, 0.01, 5.0, "Line volume to clear (from the devices if empty)")
    tubing: Literal["reference", "minimum", "maximum"] = Field(
        default="reference", title="Tubing volume assumed where none is given"
    )
    is_programmed: ClassVar[bool] = True
    is_basal: ClassVar[bool] = True

    def bridge(self, basal: Basal) -> tuple[int, float, float] | None:
        """Ends where the old drug is out; nothing to do without a dose."""
        if basal.dose_mcg_h <= 0.0:
            return None
        pump = basal.pump
        path_ml = {"reference": pump.path_ml, "minimum": pump.path_low_ml, "maximum": pump.path_high_ml}
        volume_ml = path_ml[self.tubing] + basal.catheter_ml if self.line_ml is None else self.line_ml
        old_mcg_ml = basal.before_mcg_ml if self.old_mcg_ml is None else self.old_mcg_ml
        ticks = round(volume_ml * old_mcg_ml / basal.dose_mcg_h * TICK_PER_H)
        # the duration is whole ticks; the flow is what sweeps the volume in them
        return (ticks, volume_ml / (ticks / TICK_PER_H), old_mcg_ml) if ticks else None


BasalOrder = Rate | Flow | RateSchedule | MinimumRate | Stop | BridgeBolus
