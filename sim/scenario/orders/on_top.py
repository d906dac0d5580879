"""Orders that lie on top of the rate slot: boluses, and priming the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.device.pump import Addition, Pump
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H, Steps, Ticks
from sim.quantity import REQUIRED, quantity
from sim.scenario.orders.base import LAST_DAY, OnTop, Order, day_tick, happen_at, minute_ticks

Requests = tuple[Annotated[float, Field(ge=0.0, le=LAST_DAY)], ...]


def _dosed(starts: Ticks, dose_mcg: float, over_min: float, programmed_mcg_ml: Steps) -> list[Addition]:
    """One addition per start: the dose at the concentration programmed then."""
    size, fluid = minute_ticks(over_min), programmed_mcg_ml.at_tick(starts)
    flows = np.divide(dose_mcg, fluid, out=np.zeros(len(starts)), where=fluid > 0.0) / (size / TICK_PER_H)
    return [Addition(at, at + size, ml_h) for at, ml_h in zip(starts.tolist(), flows.tolist(), strict=True)]


def _boluses(starts: Ticks, dose_mcg: float, over_min: float, programmed_mcg_ml: Steps) -> OnTop:
    first = happen_at(0, "bolus", dose_mcg=dose_mcg, over_min=over_min)
    happenings = [replace(first, time_h=at / TICK_PER_H) for at in starts.tolist()]
    return OnTop(_dosed(starts, dose_mcg, over_min, programmed_mcg_ml), happenings)


class Bolus(Order):
    """A single dose on top of the command, at the programmed concentration."""

    kind: Literal["bolus"] = "bolus"
    is_programmed: ClassVar[bool] = True
    dose_mcg: float = quantity(REQUIRED, 0.0, 100000.0, "Bolus dose")
    over_min: float = quantity(REQUIRED, 1.0 / 60.0, 1440.0, "Given over")

    def on_top(self, programmed_mcg_ml: Steps, pump: Pump, end_tick: int) -> OnTop:
        return _boluses(np.array([self.tick]), self.dose_mcg, self.over_min, programmed_mcg_ml)

    def dose_path(self) -> tuple[str, float] | None:
        return "dose_mcg", self.dose_mcg


class PeriodicBolus(Order):
    """The same dose again and again, until its end, a stop, or the end of the run."""

    kind: Literal["periodic_bolus"] = "periodic_bolus"
    is_programmed: ClassVar[bool] = True
    dose_mcg: float = quantity(REQUIRED, 0.0, 100000.0, "Bolus dose")
    over_min: float = quantity(REQUIRED, 1.0 / 60.0, 1440.0, "Given over")
    every_h: float = quantity(REQUIRED, 0.1, 720.0, "Given every")
    end_day: float | None = quantity(None, 0.0, LAST_DAY, "Until (for good if empty)")
    is_programme: ClassVar[bool] = True

    def problems(self, duration_day: float) -> Sequence[str]:
        """A bolus ends before the next begins."""
        problems = []
        if self.over_min > 60.0 * self.every_h:
            problems.append(f"over_min = {self.over_min} minutes is longer than every_h = {self.every_h} h")
        if self.end_day is not None and self.end_day <= self.at_day:
            problems.append(f"end_day = {self.end_day} is not after at_day = {self.at_day}")
        return problems

    def on_top(self, programmed_mcg_ml: Steps, pump: Pump, end_tick: int) -> OnTop:
        last = end_tick if self.end_day is None else min(day_tick(self.end_day), end_tick)
        starts = np.arange(self.tick, last, round(self.every_h * TICK_PER_H), dtype=np.int64)
        return _boluses(starts, self.dose_mcg, self.over_min, programmed_mcg_ml)

    def dose_path(self) -> tuple[str, float] | None:
        return "dose_mcg", self.dose_mcg


class PatientBolus(Order):
    """The patient may ask for a dose; lock-out and the most per day (any 24 h) decide.

    A request counts from the start of the last bolus given; one exactly at the limit is granted.
    """

    kind: Literal["patient_bolus"] = "patient_bolus"
    is_programmed: ClassVar[bool] = True
    dose_mcg: float = quantity(REQUIRED, 0.0, 100000.0, "Bolus dose")
    over_min: float = quantity(REQUIRED, 1.0 / 60.0, 1440.0, "Given over")
    lockout_min: float = quantity(REQUIRED, 1.0, 10080.0, "Lock-out")
    n_per_day: int = quantity(REQUIRED, 1, 100, "Most per day")
    request_day: Annotated[Requests, Field(strict=False, max_length=5000, title="Requests")] = ()
    end_day: float | None = quantity(None, 0.0, LAST_DAY, "Until (for good if empty)")
    is_programme: ClassVar[bool] = True

    def problems(self, duration_day: float) -> Sequence[str]:
        """Requests come while the patient may ask, and a bolus ends within the lock-out."""
        problems = []
        if self.over_min > self.lockout_min:
            problems.append(
                f"over_min = {self.over_min} minutes is longer than lockout_min = {self.lockout_min} minutes"
            )
        if self.end_day is not None and self.end_day <= self.at_day:
            problems.append(f"end_day = {self.end_day} is not after at_day = {self.at_day}")
        last = duration_day if self.end_day is None else min(self.end_day, duration_day)
        for i, day in enumerate(self.request_day):
            if not self.at_day <= day <= last:
                problems.append(f"request_day[{i}] = {day} is outside {self.at_day} to {last} days")
        return problems

    def _answers(self) -> Iterator[tuple[int, str]]:
        """(tick, why it is refused), in order of time; given where there is no reason."""
        starts: list[int] = []
        lockout = minute_ticks(self.lockout_min)
        for at in sorted(day_tick(day) for day in self.request_day):
            reason = ""
            if starts and at - starts[-1] < lockout:
                reason = "the lock-out is not over"
            elif len(starts) >= self.n_per_day and at - starts[-self.n_per_day] < TICK_PER_DAY:
                reason = "the day's limit is reached"
            else:
                starts.append(at)
            yield at, reason

    def on_top(self, programmed_mcg_ml: Steps, pump: Pump, end_tick: int) -> OnTop:
        """The requests that are granted; the others are reported as refused."""
        answers = [(at, reason) for at, reason in self._answers() if at < end_tick]
        granted = np.array([at for at, reason in answers if not reason], dtype=np.int64)
        boluses = _boluses(granted, self.dose_mcg, self.over_min, programmed_mcg_ml)
        refused = [happen_at(at, "refused_bolus", reason=reason) for at, reason in answers if reason]
        return OnTop(boluses.additions, [*boluses.happenings, *refused])

    def dose_path(self) -> tuple[str, float] | None:
        return "dose_mcg", self.dose_mcg


class PrimingBolus(Order):
    """Sweeps the line fast, at implant or after a revision."""

    kind: Literal["priming_bolus"] = "priming_bolus"
    is_programmed: ClassVar[bool] = True
    volume_ml: float = quantity(REQUIRED, 0.0, 5.0, "Volume swept")
    over_min: float = quantity(30.0, 1.0, 1440.0, "Within")

    def on_top(self, programmed_mcg_ml: Steps, pump: Pump, end_tick: int) -> OnTop:
        if self.volume_ml == 0.0:
            return OnTop()
        size = minute_ticks(self.over_min)
        fast = Addition(self.tick, self.tick + size, self.volume_ml / (size / TICK_PER_H))
        return OnTop([fast], [happen_at(self.tick, "priming_bolus", volume_ml=self.volume_ml, over_min=self.over_min)])

    def sweep(self) -> tuple[int, int] | None:
        return self.tick, self.tick + minute_ticks(self.over_min)


OnTopOrder = Bolus | PeriodicBolus | PatientBolus | PrimingBolus
