"""The race of clocks: once something goes wrong, what shows it, and when. Read off a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.exact.steps import Array, to_tick
from sim.happening import ALARM
from sim.result.bedside import residual_limits_ml
from sim.result.result import Result

WITHDRAWAL_INDEX: Final = 0.25  # illustrative: a quarter of what the body got used to is missing
JUMPS: Final = ("refill", "diversion")  # after which the volume is another at once
RACERS: Final = ("symptom", "excess", "withdrawal", "alarm", "residual", "visit", "dry")


@dataclass(frozen=True, slots=True)
class Clocks:
    """Days of the run on which each clock strikes; None: not in this run.

    All count from `from_day`. Effects are illustrative.
    """

    from_day: float  # the first fault or mistake begins; 0 where nothing goes wrong
    is_wrong: bool  # whether anything goes wrong
    symptom_day: float | None  # the effect falls below the drug's band
    excess_day: float | None  # the effect rises above the drug's band
    withdrawal_day: float | None  # the withdrawal index rises above `withdrawal_index`
    withdrawal_index: float
    alarm_day: float | None  # the first alarm of any kind
    alarm: str  # its kind; empty without one
    residual_day: float | None  # a refill could find more or less than the pump counts
    residual_ml: float  # by more than this
    dry_day: float | None  # flow ends because no more can be pumped
    visit_day: float | None = None  # the next time that staff see the pump; it may lie after the run
    is_visit_ordered: bool = False  # it is in the scenario; else the pump's own count asks for a refill

    def day(self, racer: str) -> float | None:
        """The day of one of RACERS."""
        value: float | None = getattr(self, f"{racer}_day")
        return value

    def after_h(self, racer: str) -> float | None:
        """Hours from the start to the day of one of RACERS."""
        day = self.day(racer)
        return None if day is None else 24.0 * (day - self.from_day)


def clocks(result: Result, from_day: float | None, band: tuple[float, float] | None) -> Clocks:
    """All clocks that a result tells by itself, from a day on; from_day: None where nothing goes wrong.

    band: of the effect index; None for a tracer. As fine as the times of the result; exact in the volumes if
    those are the usual ones.
    """
    since_h = 24.0 * (from_day or 0.0)
    alarms = [
        happening for happening in result.happenings if happening.kind in ALARM and _is_since(happening.time_h, since_h)
    ]
    dry = [
        happening.time_h
        for happening in result.happenings
        if happening.kind == "run_dry" and _is_since(happening.time_h, since_h)
    ]
    least_ml = residual_limits_ml(result, 0.0)[0]
    symptom_h = excess_h = withdrawal_h = None
    if result.effect_course is not None and band is not None:
        hour, index = result.effect_course
        symptom_h = falls_below_h(hour, index, band[0], since_h)
        excess_h = falls_below_h(hour, -index, -band[1], since_h)
    if result.withdrawal_index is not None:
        withdrawal_h = rises_above_h(result.time_h, result.withdrawal_index, WITHDRAWAL_INDEX, since_h)
    return Clocks(
        from_day=since_h / 24.0,
        is_wrong=from_day is not None,
        symptom_day=_day(symptom_h),
        excess_day=_day(excess_h),
        withdrawal_day=_day(withdrawal_h),
        withdrawal_index=WITHDRAWAL_INDEX,
        alarm_day=_day(alarms[0].time_h) if alarms else None,
        alarm=alarms[0].kind if alarms else "",
        residual_day=residual_day(result, least_ml, since_h / 24.0),
        residual_ml=least_ml,
        dry_day=_day(dry[0]) if dry else None,
    )


def _is_since(time_h: float, since_h: float) -> bool:
    return bool(to_tick(time_h) >= to_tick(since_h))


def _day(hour: float | None) -> float | None:
    return None if hour is None else hour / 24.0


def residual_day(result: Result, least_ml: float, from_day: float = 0.0) -> float | None:
    """Day from which true volume and expected residual differ by more than `least_ml`; None if they never do.

    The limit of a pump, 1 mL up to 20 mL and 2 mL beyond, is that of the finding `residual`: pocket-fill
    letter, FDA 2011.

    >>> from sim import read_scenario, simulate
    >>> day = residual_day(simulate(read_scenario("hidden-kink")), 1.0, from_day=10.0)
    >>> round(day, 3)  # blocked at 0.25 mL/day: 1 mL, and 0.046 mL that stretch the line
    14.184
    """
    hour, true_ml, expected_ml = _volumes(result)
    crossing_h = rises_above_h(hour, np.abs(true_ml - expected_ml), least_ml, 24.0 * from_day)
    return _day(crossing_h)


def _volumes(result: Result) -> tuple[Array, Array, Array]:
    """Hours, true volume and expected residual; where a volume jumps, the point before it too."""
    hour, true_ml, expected_ml = result.time_h, result.reservoir_true_ml, result.reservoir_believed_ml
    jumps = {
        happening.time_h
        for happening in result.happenings
        if happening.kind in JUMPS and hour[0] < happening.time_h <= hour[-1]
    }
    for at in sorted(jumps):
        row, place = result.before(at), int(np.searchsorted(hour, at))
        hour = np.insert(hour, place, at)
        true_ml = np.insert(true_ml, place, row.reservoir_true_ml[0])
        expected_ml = np.insert(expected_ml, place, row.reservoir_believed_ml[0])
    return hour, true_ml, expected_ml


def rises_above_h(hour: Array, value: Array, level: float, since_h: float) -> float | None:
    """First hour, from `since_h` on, at which a line through points exceeds a level.

    >>> rises_above_h(np.array([0.0, 2.0, 4.0]), np.array([0.0, 1.0, 3.0]), 2.0, 0.0)
    3.0
    """
    hour, value = _since(hour, value, since_h)
    above = value > level
    if not above.any():
        return None
    place = int(above.argmax())
    return float(hour[0]) if place == 0 else _crossing_h(hour, value, level, place)


def falls_below_h(hour: Array, value: Array, level: float, since_h: float) -> float | None:
    """First hour, from `since_h` on, at which a line through points comes down below a level it had reached.

    >>> falls_below_h(np.array([0.0, 2.0, 4.0]), np.array([1.0, 3.0, 1.0]), 2.0, 0.0)
    3.0
    """
    hour, value = _since(hour, value, since_h)
    falls = np.flatnonzero((value[1:] < level) & (value[:-1] >= level))
    return _crossing_h(hour, value, level, int(falls[0]) + 1) if len(falls) else None


def _since(hour: Array, value: Array, since_h: float) -> tuple[Array, Array]:
    """The points from an hour on; of a jump at that very hour only what comes after it."""
    place = max(int(np.searchsorted(hour, since_h, side="right")) - 1, 0)
    if place == len(hour) - 1 or hour[place] >= since_h:
        return hour[place:], value[place:]
    first = np.interp(since_h, hour[place : place + 2], value[place : place + 2])
    return np.append(since_h, hour[place + 1 :]), np.append(first, value[place + 1 :])


def _crossing_h(hour: Array, value: Array, level: float, place: int) -> float:
    """Hour at which the line to a point passes a level."""
    low, high = float(value[place - 1]), float(value[place])
    return float(hour[place - 1] + (level - low) / (high - low) * (hour[place] - hour[place - 1]))
