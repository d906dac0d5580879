"""What all faults share: a time, a severity, and the places where one can act. A fault overrides what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from sim.body.entry import TipPlace
from sim.device.catheter import Line
from sim.device.pump import Drive
from sim.exact.steps import TICK_PER_DAY
from sim.quantity import Record, quantity
from sim.scenario.orders.base import LAST_DAY, day_tick


@dataclass(frozen=True, slots=True)
class Condition:
    """What acts on canal and effect in one interval."""

    ec50_factor: float = 1.0
    csf_lost_frac: float = 0.0  # share of the delivered drug that is lost with CSF at the entry


@dataclass(frozen=True, slots=True)
class Access:
    """What acts on the reservoir in one interval."""

    is_shut: bool = False  # the septum cannot be reached


@dataclass(frozen=True, slots=True)
class Degree:
    """The field that says how bad a fault is, from harmless to worst."""

    field: str
    harmless: float
    worst: float
    raises: bool = False  # the worse, the more drug leaves the tip; else the less
    is_smooth: bool = True  # a little more of it does little more


F = TypeVar("F", bound="Fault")


class Fault(Record):
    """A start, perhaps an end, and no effect unless it says so; base of every fault."""

    kind: str
    start_day: float = quantity(0.0, 0.0, LAST_DAY, "Onset")
    end_day: float | None = quantity(None, 0.0, LAST_DAY, "End (never if empty)")

    mechanisms: ClassVar[tuple[str, ...]] = ("roller", "valve", "gas")  # pumps that it can befall
    replaces_catheter: ClassVar[bool] = False  # what a repair of it replaces, unless it says more
    degree: ClassVar[Degree | None] = None  # none: it is there or not

    def stages(self, start: int, end: int) -> Sequence[tuple[int, int, Fault]]:
        """(from, until, fault) in ticks: what it is like in each part of its time."""
        return [(start, end, self)]

    def on_line(self, line: Line) -> Line:
        """The line with this fault."""
        return line

    def on_drive(self, drive: Drive) -> Drive:
        """The pump's mechanism with this fault."""
        return drive

    def on_place(self, place: TipPlace) -> TipPlace:
        """Where the tip's drug goes with this fault."""
        return place

    def on_condition(self, condition: Condition) -> Condition:
        """Canal and effect with this fault."""
        return condition

    def on_access(self, access: Access) -> Access:
        """The way into the reservoir with this fault."""
        return access

    def taken_ml(self) -> float:
        """Volume it takes out of the reservoir at its onset."""
        return 0.0

    def air_ml(self) -> float:
        """Air that it brings into the line at its onset."""
        return 0.0

    def replaced_from_ml(self, line: Line) -> float | None:
        """Line volume (mL) between the pump and the part that a repair replaces; None if no part is."""
        return line.path_ml if self.replaces_catheter else None

    def title(self) -> str:
        """What it is called in a sentence."""
        return self.kind.replace("_", " ")

    def severity(self) -> str:
        """How bad it is, in words; empty if a fault knows no degrees."""
        return ""

    def is_harmless(self) -> bool:
        """Whether its severity is zero, so that it does nothing."""
        return self.degree is not None and getattr(self, self.degree.field) == self.degree.harmless


def daily(fault: F, start: int, end: int, grows_day: float, severity: str, healthy: float) -> list[tuple[int, int, F]]:
    """Growth in daily stairs, (from, until, fault): evenly from healthy to the final severity in grows_day.

    The first stair is climbed after one day; growth within less than a day is at once. Declared, not a law.
    """
    final, days = getattr(fault, severity), round(grows_day)
    stairs = []
    for day in range(1, days):
        value = healthy + (final - healthy) * day / days
        low = start + day * TICK_PER_DAY
        stairs.append((low, min(low + TICK_PER_DAY, end), fault.model_copy(update={severity: value})))
    return [stair for stair in [*stairs, (start + days * TICK_PER_DAY, end, fault)] if stair[0] < end]


__all__ = ["LAST_DAY", "Access", "Condition", "Degree", "Fault", "daily", "day_tick"]
