"""Numbers read off a result."""

from __future__ import annotations

import numpy as np

from sim.exact.steps import TICK_PER_DAY, to_tick
from sim.result.result import Result


def first_day(result: Result, kind: str) -> float | None:
    """Day of the first happening of a kind; None if it did not occur."""
    ticks = [int(to_tick(happening.time_h)) for happening in result.happenings if happening.kind == kind]
    return min(ticks) / TICK_PER_DAY if ticks else None


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


def csf_lost_ml(result: Result) -> float:
    """CSF that ran backwards through the line and out of a hole, or was drawn at the access port."""
    tip = result.signals["tip_ml_h"]
    return float(-np.minimum(tip.value, 0.0) @ tip.length_h)


def hygroma_mcg(result: Result) -> float:
    """Delivered drug that was lost with CSF into the tissue at the entry: the hygroma's count."""
    return float(result.signals["dural_mcg_h"].area()[-1])


def headache_day(result: Result) -> float | None:
    """Day from which CSF leaks at the entry, so that a headache is to be expected; None if it never does."""
    leak = result.signals["csf_lost_frac"]
    leaking = np.flatnonzero(leak.value > 0.0)
    return float(leak.edge_tick[leaking[0]] / TICK_PER_DAY) if len(leaking) else None


def peak(course: tuple[np.ndarray, np.ndarray] | None) -> float | None:
    """Highest index of a course (hours, index); None where it is not modelled."""
    return None if course is None else float(course[1].max())


def emergency_day(result: Result) -> float | None:
    """Day on which too much or too little of a drug first was an emergency; None if it never was."""
    return first_day(result, "emergency")


def summary(result: Result) -> dict[str, object]:
    """The run in one flat record, volumes and amounts at its end; None for what did not occur."""
    return {
        "alarm_day": alarm_day(result),
        "empty_day": empty_day(result),
        "first_drug_at_tip_day": first_drug_at_tip_day(result),
        "programmed_mcg": float(result.programmed_mcg[-1]),
        "pumped_mcg": float(result.pumped_mcg[-1]),
        "delivered_mcg": float(result.delivered_mcg[-1]),
        "leaked_mcg": lost_mcg(result),
        "delivered_ratio": delivered_ratio(result),
        "csf_lost_ml": csf_lost_ml(result),
        "hygroma_mcg": hygroma_mcg(result),
        "headache_day": headache_day(result),
        "residual_expected_ml": float(result.reservoir_believed_ml[-1]),
        "residual_actual_ml": float(result.reservoir_true_ml[-1]),
        "ledger_mcg": result.ledger.at_end(),
        "ledger_error_frac": result.ledger.error_frac,
        "effect_end": None if result.effect_index is None else float(result.effect_index[-1]),
        "excess_peak": peak(result.excess_course),
        "withdrawal_peak": peak(result.withdrawal_course),
        "emergency_day": emergency_day(result),
        "happenings": [
            {"day": int(to_tick(happening.time_h)) / TICK_PER_DAY, "kind": happening.kind, "text": happening.text}
            for happening in result.happenings
        ],
    }


def hours_below(result: Result, low_index: float) -> float | None:
    """Hours with the effect index below a level, crossings to about a minute; None for a tracer."""
    return None if result.effect_course is None else _hours(*result.effect_course, low_index)


def hours_outside(result: Result, low_index: float, high_index: float) -> float | None:
    """Hours with the effect index outside a band (illustrative); None for a tracer."""
    if result.effect_course is None:
        return None
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
