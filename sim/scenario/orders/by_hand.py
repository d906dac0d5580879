"""Drug given without the pump: single bolus and continuous infusion of a trial, and tablets as a comparator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from sim.body.level import Level
from sim.device.pump import Pump
from sim.exact.steps import TICK_PER_H
from sim.happening import trimmed
from sim.quantity import REQUIRED, quantity
from sim.scenario.orders.base import LAST_DAY, Hand, Order, day_tick

Space = Literal["intrathecal", "epidural"]


class TrialShot(Order):
    """A single bolus by hand at a level, no pump; it is first spread over a few centimetres."""

    kind: Literal["trial_shot"] = "trial_shot"
    dose_mcg: float = quantity(REQUIRED, 0.0, 1e6, "Dose")
    space: Space = Field(default="intrathecal", title="Space")
    level: Level = Field(default="L3", title="Level")

    def description(self, programmed_mcg_ml: float, pump: Pump) -> str:
        """Dose and place."""
        return f"{trimmed(self.dose_mcg)} mcg {self.space} at {self.level}"

    def by_hand(self, duration_tick: int) -> Sequence[Hand]:
        """At once."""
        return [Hand(self.tick, self.tick, self.dose_mcg, self.space, self.level)]


class TrialInfusion(Order):
    """A continuous dose through a temporary catheter and an outside pump."""

    kind: Literal["trial_infusion"] = "trial_infusion"
    dose_mcg_day: float = quantity(REQUIRED, 0.0, 1e6, "Daily dose")
    lasts_day: float = quantity(REQUIRED, 0.01, 60.0, "Lasts")
    space: Space = Field(default="intrathecal", title="Space")
    level: Level = Field(default="L3", title="Level of the tip")

    def description(self, programmed_mcg_ml: float, pump: Pump) -> str:
        """Dose and place."""
        return f"{trimmed(self.dose_mcg_day)} mcg/day {self.space} at {self.level}"

    def by_hand(self, duration_tick: int) -> Sequence[Hand]:
        """A rate over a time."""
        end = min(day_tick(self.at_day + self.lasts_day), duration_tick)
        amount = self.dose_mcg_day / 24.0 * (end - self.tick) / TICK_PER_H
        return [Hand(self.tick, end, amount, self.space, self.level)] if end > self.tick else []


class Oral(Order):
    """Tablets as a comparator: they reach plasma only, their effect is not modelled."""

    kind: Literal["oral"] = "oral"
    dose_mcg: float = quantity(REQUIRED, 0.0, 1e7, "Dose")
    every_h: float = quantity(REQUIRED, 1.0, 168.0, "Taken every")
    end_day: float | None = quantity(None, 0.0, LAST_DAY, "Until (for good if empty)")

    def problems(self, duration_day: float) -> Sequence[str]:
        """It ends after it begins."""
        if self.end_day is not None and self.end_day <= self.at_day:
            return [f"end_day = {self.end_day} is not after at_day = {self.at_day}"]
        return ()

    def description(self, programmed_mcg_ml: float, pump: Pump) -> str:
        """Dose and period."""
        until = "" if self.end_day is None else f", until day {trimmed(self.end_day)}"
        return f"{trimmed(self.dose_mcg)} mcg by mouth every {trimmed(self.every_h)} h{until}"

    def by_hand(self, duration_tick: int) -> Sequence[Hand]:
        """One dose per period."""
        last = duration_tick if self.end_day is None else min(day_tick(self.end_day), duration_tick)
        every = round(self.every_h * TICK_PER_H)
        return [Hand(at, at, self.dose_mcg, "oral", "") for at in range(self.tick, last, every)]


HandOrder = TrialShot | TrialInfusion | Oral
