"""Numbers read off a result."""

from __future__ import annotations

import numpy as np

from sim.exact.steps import TICK_PER_DAY
from sim.result.result import Result


def first_day(result: Result, kind: str) -> float | None:
    """Day of the first happening of a kind; None if it did not occur."""
    return min((one.time_h / 24.0 for one in result.happenings if one.kind == kind), default=None)


def alarm_day(result: Result) -> float | None:
    """Day of the first low-reservoir alarm."""
    return first_day(result, "low_alarm")


def empty_day(result: Result) -> float | None:
    """Day on which flow first ended because the true volume could not be pumped any more."""
    return first_day(result, "run_dry")


def first_drug_at_tip_day(result: Result) -> float | None:
    """Day on which drug first entered the CSF at the tip."""
    dose = result.signals["tip_mcg_h"]
    flowing = np.flatnonzero(dose.value > 0.0)
    return float(dose.edge_tick[flowing[0]] / TICK_PER_DAY) if len(flowing) else None


def delivered_ratio(result: Result) -> float | None:
    """Delivered over programmed dose at the end; None if nothing was programmed. It can exceed 1."""
    programmed = float(result.programmed_mcg[-1])
    return float(result.delivered_mcg[-1]) / programmed if programmed > 0.0 else None


def lost_mcg(result: Result) -> float:
    """Drug that left the line elsewhere than at the tip."""
    return float(result.leaked_mcg[-1])


def hours_below(result: Result, low_index: float) -> float:
    """Hours with the effect index below a level; crossings to about a minute."""
    return _hours(*result.effect_course, low_index)


def hours_outside(result: Result, low_index: float, high_index: float) -> float:
    """Hours with the effect index outside a band (illustrative)."""
    hour, index = result.effect_course
    return _hours(hour, index, low_index) + _hours(hour, -index, -high_index)


def _hours(hour: np.ndarray, index: np.ndarray, level: float) -> float:
    """Hours that a line through the points spends below a level."""
    a, b, size = index[:-1] - level, index[1:] - level, np.diff(hour)
    with np.errstate(invalid="ignore", divide="ignore"):
        crossing = np.where(a != b, np.clip(a / (a - b), 0.0, 1.0), 0.0)
    # below on the whole piece, up to the crossing, or from it on
    share = np.where((a < 0) & (b < 0), 1.0, np.where(a < 0, crossing, np.where(b < 0, 1.0 - crossing, 0.0)))
    return float(share @ size)
