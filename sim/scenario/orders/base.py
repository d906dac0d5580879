"""What all orders share, and the places where an order can act. An order overrides what it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sim.device.pump import Addition, Pump, Surroundings
from sim.device.reservoir import Fill
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H, Steps
from sim.happening import Happening, happen
from sim.quantity import Record, quantity

LAST_DAY = 3650.0
TICK_PER_MIN = TICK_PER_H // 60


def day_tick(day: float) -> int:
    """Days as ticks.

    >>> day_tick(0.5) == 12 * TICK_PER_H
    True
    """
    return round(day * TICK_PER_DAY)


def minute_ticks(minutes: float) -> int:
    """Minutes as ticks, at least one.

    >>> minute_ticks(2.0) == 2 * TICK_PER_MIN
    True
    """
    return max(round(minutes * TICK_PER_MIN), 1)


@dataclass(frozen=True, slots=True)
class Basal:
    """The state of the rate slot that a bridge starts from."""

    dose_mcg_h: float
    programmed_mcg_ml: float
    before_mcg_ml: float  # programmed before the latest refill
    pump: Pump
    catheter_ml: float


@dataclass(frozen=True, slots=True)
class OnTop:
    """Flows that an order lays on top of the rate slot, and what is reported of them."""

    additions: Sequence[Addition] = ()
    happenings: Sequence[Happening] = ()


@dataclass(frozen=True, slots=True)
class Hand:
    """Drug given by hand or mouth, not by the pump: an amount at once, or a rate over a time."""

    start_tick: int
    end_tick: int  # the same as the start for an amount at once
    mcg: float
    route: str  # intrathecal, epidural or oral
    level: str


class Order(Record):
    """What staff do at one time; base of every order."""

    kind: str
    at_day: float = quantity(0.0, 0.0, LAST_DAY, "At")

    is_programmed: ClassVar[bool] = False  # entered into the pump, so it needs electronics
    is_basal: ClassVar[bool] = False  # takes the rate slot; the latest wins
    is_programme: ClassVar[bool] = False  # goes on by itself until a stop

    @property
    def tick(self) -> int:
        """When it is done, in ticks from the start."""
        return day_tick(self.at_day)

    def problems(self, duration_day: float) -> Sequence[str]:
        """What is wrong between its own fields, each as a sentence that starts with a field."""
        return ()

    def daily_ml_h(self, programmed_mcg_ml: float, pump: Pump) -> Sequence[tuple[float, float]]:
        """(clock hour, mL/h) of a basal order, repeated every day, from hour 0 on."""
        return ()

    def doses(self) -> Sequence[tuple[str, float]]:
        """(field, mcg/day) of every dose that a basal order sets."""
        return ()

    def flows(self) -> Sequence[tuple[str, float]]:
        """(field, mL/day) of every flow that a basal order sets."""
        return ()

    def description(self, programmed_mcg_ml: float, pump: Pump) -> str:
        """What is ordered, in words: of a rate, and of drug given without the pump."""
        return ""

    def bridge(self, basal: Basal) -> tuple[int, float, float] | None:
        """(ticks, mL/h, old mcg/mL) by which it takes the place of the rate slot's flow for a time."""
        return None

    def on_top(self, programmed_mcg_ml: Steps, pump: Pump, end_tick: int) -> OnTop:
        """Flow on top of the rate slot."""
        return OnTop()

    def sweep(self) -> tuple[int, int] | None:
        """(from, until) in ticks while it sweeps the line fast."""
        return None

    def dose_path(self) -> tuple[str, float] | None:
        """Field and value of a dose that needs a programmed concentration."""
        return None

    def pause(self, pump: Pump) -> tuple[int, int | None] | None:
        """(from, until) in ticks while the mechanism is held still; until None: for good."""
        return None

    def fill(self) -> Fill | None:
        """The refill that it is."""
        return None

    def alarm_level_ml(self) -> float | None:
        """Level of the low-reservoir alarm that it sets."""
        return None

    def around(self, before: Surroundings) -> Surroundings:
        """The person's surroundings from then on."""
        return before

    def port_ml(self) -> float:
        """Volume pushed in at the access port; negative if drawn."""
        return 0.0

    def port_mcg_ml(self) -> tuple[float, ...]:
        """Concentration of each drug in what is pushed in at the access port; none where it is left out."""
        return ()

    def repair(self) -> tuple[int, bool] | None:
        """(fault by place in the file, whether the new part is primed)."""
        return None

    def slips(self) -> Mapping[str, object]:
        """Fields that differ from what was meant, by the order's own account, and what they were meant to be."""
        return {}

    def by_hand(self, duration_tick: int) -> Sequence[Hand]:
        """Drug given without the pump."""
        return ()


def happen_at(tick: int, kind: str, **facts: float | str) -> Happening:
    """A happening at a tick."""
    return happen(tick / TICK_PER_H, kind, **facts)
