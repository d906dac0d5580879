"""The line between pump and tip: what it is made of, and where it leaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import Field

from sim.device.pump import Pump, Sources
from sim.quantity import REQUIRED, Record, quantity


class Catheter(Record):
    """One catheter, as data."""

    version: Literal[1] = 1
    title: str = Field(title="Name", max_length=200)
    length_cm: float = quantity(REQUIRED, 5.0, 300.0, "Length from pump to tip")
    volume_ml_cm: float = quantity(REQUIRED, 0.0005, 0.02, "Volume per length")
    compliance_ml_kpa: float = quantity(REQUIRED, 0.0, 0.01, "Stretch per pressure")
    joint_frac: float | None = quantity(None, 0.0, 1.0, "Joint, as share of the length from the pump")
    sources: Sources = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of the line, from the pump towards the tip."""

    name: str
    length_mm: float
    volume_ml: float


@dataclass(frozen=True, slots=True)
class Leak:
    """A place where part of the flow leaves the line."""

    position_ml: float  # line volume between the pump and the leak
    lost_frac: float


@dataclass(frozen=True, slots=True)
class Line:
    """The line as it is in one interval: segments from the pump on, leaks by position, the block."""

    segments: tuple[Segment, ...]
    compliance_ml_kpa: float
    limit_kpa: float
    joint_frac: float | None = None
    leaks: tuple[Leak, ...] = ()
    blocked_frac: float = 0.0

    def leaking(self, leak: Leak) -> Line:
        """The line with one more leak; equal places keep the order they were given in."""
        return replace(self, leaks=tuple(sorted((*self.leaks, leak), key=lambda one: one.position_ml)))

    def blocked(self, blocked_frac: float) -> Line:
        """The line with one more block: what one lets through, the next may hold."""
        return replace(self, blocked_frac=1.0 - (1.0 - self.blocked_frac) * (1.0 - blocked_frac))

    def catheter_position_ml(self, position_frac: float) -> float:
        """Line volume between the pump and a place on the catheter, as share of its length."""
        path, catheter = self.segments
        return path.volume_ml + position_frac * catheter.volume_ml


def healthy_line(pump: Pump, catheter: Catheter) -> Line:
    """Pump path, then catheter; their volumes in mL."""
    return Line(
        segments=(
            Segment("pump path", 0.0, pump.path_ml),
            Segment("catheter", 10.0 * catheter.length_cm, catheter.length_cm * catheter.volume_ml_cm),
        ),
        compliance_ml_kpa=catheter.compliance_ml_kpa,
        limit_kpa=pump.limit_kpa,
        joint_frac=catheter.joint_frac,
    )


def dead_volume_ml(segments: Sequence[Segment]) -> float:
    """Volume to be swept before a new drug reaches the tip.

    >>> dead_volume_ml([Segment("pump path", 0.0, 0.2), Segment("catheter", 800.0, 0.2)])
    0.4
    """
    return sum(segment.volume_ml for segment in segments)


def storage_ml(line: Line) -> float:
    """Volume by which the line stretches before the pump gives way: S = C P_limit.

    >>> round(storage_ml(Line((), compliance_ml_kpa=0.00023, limit_kpa=200.0)), 3)
    0.046
    """
    return line.compliance_ml_kpa * line.limit_kpa
