"""The reference line and the readings that tests of the device share."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import (
    Result,
    Scenario,
    catalogue,
)
from sim.device.catheter import (
    Catheter,
    Line,
    bore_mm,
    healthy_line,
    poiseuille_kpa_h_ml,
)
from tests.building import fault, rate, refill, scenario

SECOND_H = 1.0 / 3600.0


def hours_of(result: Result, kind: str) -> list[float]:
    return [one.time_h for one in result.happenings if one.kind == kind]


def patient(**fields: Any) -> dict[str, Any]:
    """Ten boluses of 10 microlitres asked for: lock-out two hours, four a day."""
    basic = {"kind": "patient_bolus", "dose_mcg": 20, "over_min": 5, "lockout_min": 120, "n_per_day": 4}
    return {**basic, **fields}


def same_physics(one: Result, other: Result) -> bool:
    names = ("reservoir_true_ml", "pumped_ml_h", "tip_mcg_h", "plasma_mcg_ml", "csf_mcg_ml", "stored_ml")
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in names)


FLIPPED = {"start_day": 2.0, "end_day": 6.0}


def kinds(result: Result) -> list[str]:
    return [one.kind for one in result.happenings]


def bursting(start_day: float, **fields: Any) -> dict[str, Any]:
    return fault("occlusion", start_day, blocked_frac=1.0, outcome="burst", position_frac=0.25, **fields)


def catheter(length_cm: float, volume_ml_cm: float) -> Catheter:
    return Catheter(title="one", length_cm=length_cm, volume_ml_cm=volume_ml_cm, compliance_ml_kpa=0.0)


def line_of(length_cm: float, volume_ml_cm: float) -> Line:
    return healthy_line(catalogue().pumps["roller-20ml"], catheter(length_cm, volume_ml_cm))


def resistance_kpa_h_ml(length_cm: float, volume_ml_cm: float) -> float:
    tube = line_of(length_cm, volume_ml_cm).segments[1]
    return poiseuille_kpa_h_ml(tube.length_mm, bore_mm(tube))


def tip_mcg_day(result: Result, *days: float) -> list[float]:
    return (24.0 * result.signals["tip_mcg_h"].at(24.0 * np.array(days))).round(6).tolist()


def half_leak() -> Scenario:
    leak = fault("tear", 5, lost_frac=0.5, end_day=20)
    return scenario(30, refill(2000), rate(200), rate(400, 10), faults=[leak], body_start="steady")
