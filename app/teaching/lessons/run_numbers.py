"""Numbers read off a run: on one day, or between two days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from sim import Result, metrics
from sim.body import LEVELS, Level, level_cm, point_weights
from sim.scenario import Record, quantity

LAST_DAY: Final = 3650.0
HALF_INDEX: Final = 0.5  # of the effect, illustrative
NONE_FRAC: Final = 0.01
BRIEF_H: Final = 1.0 / 60.0


class Window(Record):
    """Which part of a run is read: one day, or from one day to another; at which level; which kind of happening."""

    at_day: float | None = quantity(None, 0.0, LAST_DAY, "On the day")
    from_day: float | None = quantity(None, 0.0, LAST_DAY, "From the day")
    level: Level | None = None
    what: str | None = None


Read = Callable[[Result, Window], float | None]


def moment(column: str, factor: float = 1.0) -> Read:
    """A column of the result on one day; None where it is not modelled."""

    def read(result: Result, window: Window) -> float | None:
        value = getattr(_at(result, window.at_day), column)
        return None if value is None else factor * float(value[0])

    return read


def _at(result: Result, day: float | None) -> Result:
    return result.at(min(24.0 * float(day or 0.0), result.duration_h))


def csf(result: Result, window: Window) -> float | None:
    """Concentration in the canal at a level, mcg/mL."""
    return float(_at(result, window.at_day).csf_mcg_ml[0] @ weights(window.level))


def weights(level: str | None) -> np.ndarray:
    """Shares of the cells of the canal in a level."""
    return point_weights(level_cm(level or LEVELS[0]))


def growth(column: str) -> Read:
    """How much a running sum grows from one day to the other."""

    def read(result: Result, window: Window) -> float | None:
        first, last = (float(getattr(_at(result, day), column)[0]) for day in (window.from_day, window.at_day))
        return last - first

    return read


def mean_dose(result: Result, window: Window) -> float | None:
    """What left the tip into the CSF, mcg/day, as a mean between two days."""
    growth_mcg = growth("delivered_mcg")(result, window)
    return None if growth_mcg is None else growth_mcg / _length_day(window)


def _length_day(window: Window) -> float:
    return float(window.at_day or 0.0) - float(window.from_day or 0.0)


def hours_without_drug(result: Result, window: Window) -> float | None:
    """Hours between two days with next to no drug into the CSF: under 1 % of what the pump believes on average."""
    believed_mcg = growth("programmed_mcg")(result, window) or 0.0
    dose = result.signals["tip_mcg_h"]
    edge = np.clip(dose.edge_h, *_hours(window))
    is_none = dose.value <= NONE_FRAC * believed_mcg / (24.0 * _length_day(window))
    return float(np.diff(edge)[is_none].sum())


def _hours(window: Window) -> tuple[float, float]:
    return 24.0 * float(window.from_day or 0.0), 24.0 * float(window.at_day or 0.0)


def _course(result: Result, window: Window) -> tuple[np.ndarray, np.ndarray] | None:
    """Hours and effect index between two days."""
    if result.effect_course is None:
        return None
    hour, index = result.effect_course
    low, high = _hours(window)
    inside = hour[(hour > low) & (hour < high)]
    hours = np.concatenate([[low], inside, [high]])
    return hours, np.interp(hours, hour, index)


def _even_course(result: Result, window: Window) -> tuple[np.ndarray, np.ndarray] | None:
    """The same at even hours, close enough to count them."""
    course = _course(result, window)
    if course is None:
        return None
    hour, index = course
    even = np.linspace(hour[0], hour[-1], round((hour[-1] - hour[0]) / BRIEF_H) + 1)
    return even, np.interp(even, hour, index)


def hours_over_half(result: Result, window: Window) -> float | None:
    """Hours between two days with at least half of the full effect; None of a drug without a modelled effect."""
    course = _even_course(result, window)
    if course is None:
        return None
    hour, index = course
    return float((index >= HALF_INDEX)[:-1].mean() * (hour[-1] - hour[0]))


def hours_to_half(result: Result, window: Window) -> float | None:
    """Hours from the first day until half of the full effect; None if it is not reached before the second one."""
    course = _even_course(result, window)
    if course is None:
        return None
    hour, index = course
    over = np.flatnonzero(index >= HALF_INDEX)
    return float(hour[over[0]] - hour[0]) if len(over) else None


def hours_to_loss(result: Result, window: Window) -> float | None:
    """Hours from the first day until the effect is under half of what it was then; None if it stays above."""
    course = _even_course(result, window)
    if course is None:
        return None
    hour, index = course
    under = np.flatnonzero(index < HALF_INDEX * index[0])
    return float(hour[under[0]] - hour[0]) if len(under) else None


def highest_excess(result: Result) -> float | None:
    """Highest index of too much in the whole run; None of a drug that has none."""
    return None if result.excess_course is None else float(result.excess_course[1].max())


def hours_of_excess(result: Result) -> float | None:
    """Hours of the whole run that are an emergency of too much."""
    spells = [one for one in result.emergencies if one.side == "too_much" and not one.is_distress]
    return sum((result.duration_h if one.end_h is None else one.end_h) - one.start_h for one in spells)


def highest_effect(result: Result, window: Window) -> float | None:
    """Highest effect index between two days."""
    course = _course(result, window)
    return None if course is None else float(course[1].max())


def lowest_effect(result: Result, window: Window) -> float | None:
    """Lowest effect index between two days."""
    course = _course(result, window)
    return None if course is None else float(course[1].min())


def extreme(column: str, is_highest: bool) -> Read:
    """Highest or lowest value of a concentration between two days."""

    def read(result: Result, window: Window) -> float | None:
        low, high = _hours(window)
        inside = (result.time_h >= low) & (result.time_h <= high)
        values = getattr(result, column)[inside]
        values = values @ weights(window.level) if values.ndim == 2 else values
        return float(values.max() if is_highest else values.min()) if len(values) else None

    return read


def extra_volume(result: Result, window: Window) -> float | None:
    """What is truly left in the reservoir, less what the pump expects, mL."""
    row = _at(result, window.at_day)
    return float(row.reservoir_true_ml[0] - row.reservoir_believed_ml[0])


def margin(result: Result, window: Window) -> float | None:
    """Days from the low alarm to the end of flow; None where either does not come."""
    alarm, empty = metrics.alarm_day(result), metrics.empty_day(result)
    return None if alarm is None or empty is None else empty - alarm


def happening_day(result: Result, window: Window) -> float | None:
    """Day of the first happening of a kind."""
    return metrics.first_day(result, window.what or "")


def n_alarms(result: Result, window: Window) -> float | None:
    """How many alarms the pump raises."""
    return float(sum(happening.alarm is not None for happening in result.happenings))


def n_refused(result: Result, window: Window) -> float | None:
    """How many refills could not be carried out."""
    return float(sum(happening.kind in ("no_access", "refused_refill") for happening in result.happenings))


def whole(read: Callable[[Result], float | None]) -> Read:
    """A number of the whole run, whatever part of it is asked for."""
    return lambda result, window: read(result)
