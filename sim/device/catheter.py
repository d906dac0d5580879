"""The line between pump and tip: what it is made of, and where it leaks."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Literal

from pydantic import Field

from sim.device.pump import Pump, Sources
from sim.quantity import REQUIRED, Record, quantity

VISCOSITY_PA_S: Final = 0.0007  # aqueous drug at 37 degrees
WALL_MM: Final = 0.43  # assumed
KPA_H_ML_PER_PA_S_M3: Final = 1e-3 * 1e-6 / 3600.0


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
    """A place where flow leaves the line: a share of it, or through a hole that resists."""

    position_ml: float  # line volume between the pump and the leak
    lost_frac: float = 0.0
    kpa_h_ml: float | None = None  # resistance of a hole
    is_trunk: bool = False  # before the branch to a second catheter


@dataclass(frozen=True, slots=True)
class Branch:
    """A second catheter from the pump connector on; the two share the flow by resistance."""

    segment: Segment
    share_frac: float


@dataclass(frozen=True, slots=True)
class Line:
    """The line as it is in one interval: segments from the pump on, leaks by position, the block."""

    segments: tuple[Segment, ...]
    compliance_ml_kpa: float
    limit_kpa: float
    ambient_kpa: float = 101.325
    csf_kpa: float = 1.2  # over tissue pressure
    joint_frac: float | None = None
    branch: Branch | None = None
    leaks: tuple[Leak, ...] = ()
    blocked_frac: float = 0.0
    outcome: str = "slip"  # what happens at the limit of a complete block
    narrow_kpa_h_ml: float = 0.0
    air_ml: float = 0.0

    @property
    def path_ml(self) -> float:
        """Volume of the pump path."""
        return self.segments[0].volume_ml

    def leaking(self, leak: Leak) -> Line:
        """The line with one more leak; equal places keep the order they were given in."""
        return replace(self, leaks=tuple(sorted((*self.leaks, leak), key=lambda leak: leak.position_ml)))

    def blocked(self, blocked_frac: float, outcome: str = "slip") -> Line:
        """The line with one more block: what one lets through, the next may hold."""
        now = outcome if blocked_frac == 1.0 and self.outcome == "slip" else self.outcome
        return replace(self, blocked_frac=1.0 - (1.0 - self.blocked_frac) * (1.0 - blocked_frac), outcome=now)

    def catheter_position_ml(self, position_frac: float) -> float:
        """Line volume between the pump and a place on the catheter, as share of its length."""
        path, catheter = self.segments
        return path.volume_ml + position_frac * catheter.volume_ml


def healthy_line(pump: Pump, catheter: Catheter, second: Catheter | None = None) -> Line:
    """Pump path, then catheter, perhaps a second one from the connector on; volumes in mL."""
    main, branch = _segment("catheter", catheter), None
    if second is not None:
        other = _segment("second catheter", second)
        own, its = (poiseuille_kpa_h_ml(segment.length_mm, bore_mm(segment)) for segment in (main, other))
        branch = Branch(other, own / (own + its))
    return Line(
        segments=(Segment("pump path", 0.0, pump.path_ml), main),
        compliance_ml_kpa=catheter.compliance_ml_kpa + (second.compliance_ml_kpa if second else 0.0),
        limit_kpa=pump.limit_kpa,
        joint_frac=catheter.joint_frac,
        branch=branch,
    )


def _segment(name: str, catheter: Catheter) -> Segment:
    return Segment(name, 10.0 * catheter.length_cm, catheter.length_cm * catheter.volume_ml_cm)


def storage_ml(line: Line) -> float:
    """Volume by which the line stretches before the pump gives way: S = C P_limit, and air by Boyle's law.

    >>> round(storage_ml(Line((), compliance_ml_kpa=0.00023, limit_kpa=200.0)), 3)
    0.046
    """
    sprung_ml = line.air_ml * line.limit_kpa / (line.ambient_kpa + line.limit_kpa)
    return line.compliance_ml_kpa * line.limit_kpa + sprung_ml


def bore_mm(segment: Segment) -> float:
    """Inner diameter of a segment of given length and volume."""
    return math.sqrt(4.0 * 1000.0 * segment.volume_ml / (math.pi * segment.length_mm))


def poiseuille_kpa_h_ml(length_mm: float, diameter_mm: float) -> float:
    """Resistance of a round tube, 128 mu L / (pi d^4), in kPa per mL/h, at 37 degrees; infinite without a bore.

    A catheter of 89 cm with 0.0022 mL/cm drops 1.87 Pa at 0.5 mL/day.

    >>> round(1000.0 * poiseuille_kpa_h_ml(890.0, 0.529) * 0.5 / 24.0, 2)
    1.88
    """
    bore_m4 = math.pi * (diameter_mm * 1e-3) ** 4
    return 128.0 * VISCOSITY_PA_S * length_mm * 1e-3 / bore_m4 * KPA_H_ML_PER_PA_S_M3 if bore_m4 > 0.0 else math.inf


def hole_kpa_h_ml(diameter_um: float) -> float:
    """Resistance of a round hole through the wall; wall 0.43 mm (assumed)."""
    return poiseuille_kpa_h_ml(WALL_MM, 1e-3 * diameter_um)
