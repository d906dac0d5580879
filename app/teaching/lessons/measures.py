"""Numbers that a lesson asks for: a closed set of names, each read off a run in one way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from sim import Result, metrics
from sim.body import LEVELS, level_cm, point_weights
from sim.scenario import Record, quantity

LAST_DAY: Final = 3650.0
HALF_INDEX: Final = 0.5  # of the effect, illustrative
NONE_FRAC: Final = 0.01
BRIEF_H: Final = 1.0 / 60.0
Level = Literal[*LEVELS]
Name = Literal[
    "tip_dose",
    "shown_dose",
    "flow",
    "volume",
    "counted_volume",
    "extra_volume",
    "csf",
    "cistern",
    "plasma",
    "effect",
    "breathing",
    "withdrawal",
    "delivered",
    "lost",
    "mean_dose",
    "hours_without_drug",
    "hours_over_half",
    "hours_to_half",
    "highest_csf",
    "lowest_csf",
    "highest_plasma",
    "highest_effect",
    "lowest_effect",
    "alarm_day",
    "empty_day",
    "first_drug_day",
    "margin",
    "happening_day",
    "n_alarms",
    "n_refused",
]


class Measure(Record):
    """One number of a run. With `of_day` it is a share, in percent, of what it was on that day."""

    name: Name
    at_day: float | None = quantity(None, 0.0, LAST_DAY, "On the day")
    from_day: float | None = quantity(None, 0.0, LAST_DAY, "From the day")
    of_day: float | None = quantity(None, 0.0, LAST_DAY, "As a share of its value on the day")
    level: Level | None = None
    what: str | None = None

    @property
    def unit(self) -> str:
        """Unit of the number, as it is typed and told."""
        return "%" if self.of_day is not None else KINDS[self.name].unit

    @property
    def days(self) -> tuple[float, ...]:
        """Every day that it looks at."""
        return tuple(day for day in (self.from_day, self.at_day, self.of_day) if day is not None)


Read = Callable[[Result, Measure], float | None]


@dataclass(frozen=True)
class Kind:
    """How a named measure is read, in which unit, and which fields it needs."""

    unit: str
    read: Read
    needs: tuple[str, ...] = ()
    base: str = ""  # the measure of one day that it may be a share of


def value(measure: Measure, result: Result) -> float | None:
    """The number in its unit; None where the run has none, such as the day of an alarm that never came.

    >>> from sim import read_scenario, simulate
    >>> value(Measure(name="alarm_day"), simulate(read_scenario("quiet-pump")))
    180.0
    """
    kind = KINDS[measure.name]
    number = kind.read(result, measure)
    if measure.of_day is None or number is None:
        return number
    whole = KINDS[kind.base].read(result, measure.model_copy(update={"at_day": measure.of_day}))
    return 100.0 * number / whole if whole else None


def problems(measure: Measure, duration_day: float) -> Iterator[str]:
    """What is wrong with the fields of a measure, for a run of this length."""
    kind = KINDS[measure.name]
    for name in ("at_day", "from_day", "level", "what"):
        is_given = getattr(measure, name) is not None
        if name in kind.needs and not is_given:
            yield f"{name} is missing; {measure.name} needs it"
        if is_given and name not in kind.needs:
            yield f"{name} means nothing to {measure.name}"
    if measure.of_day is not None and not kind.base:
        yield f"of_day means nothing to {measure.name}"
    for day in measure.days:
        if day > duration_day:
            yield f"day {day:g} lies after the end of the run, day {duration_day:g}"
    if measure.from_day is not None and measure.at_day is not None and measure.from_day >= measure.at_day:
        yield f"from_day = {measure.from_day:g} is not before at_day = {measure.at_day:g}"


def _moment(column: str, factor: float = 1.0) -> Read:
    """A column of the result on one day; None where it is not modelled."""

    def read(result: Result, measure: Measure) -> float | None:
        found = getattr(_at(result, measure.at_day), column)
        return None if found is None else factor * float(found[0])

    return read


def _at(result: Result, day: float | None) -> Result:
    return result.at(min(24.0 * float(day or 0.0), result.duration_h))


def _csf(result: Result, measure: Measure) -> float | None:
    return float(_at(result, measure.at_day).csf_mcg_ml[0] @ weights(measure.level))


def weights(level: str | None) -> np.ndarray:
    """Shares of the cells of the canal in a level."""
    return point_weights(level_cm(level or LEVELS[0]))


def _grown(column: str) -> Read:
    """How much a running sum grows from one day to the other."""

    def read(result: Result, measure: Measure) -> float | None:
        first, last = (float(getattr(_at(result, day), column)[0]) for day in (measure.from_day, measure.at_day))
        return last - first

    return read


def _mean_dose(result: Result, measure: Measure) -> float | None:
    grown = _grown("delivered_mcg")(result, measure)
    return None if grown is None else grown / _length_day(measure)


def _length_day(measure: Measure) -> float:
    return float(measure.at_day or 0.0) - float(measure.from_day or 0.0)


def _hours_without_drug(result: Result, measure: Measure) -> float | None:
    """Hours between two days with next to no drug into the CSF: under 1 % of what the pump believes on average."""
    believed = _grown("programmed_mcg")(result, measure) or 0.0
    dose = result.signals["tip_mcg_h"]
    edge = np.clip(dose.edge_h, *_hours(measure))
    is_none = dose.value <= NONE_FRAC * believed / (24.0 * _length_day(measure))
    return float(np.diff(edge)[is_none].sum())


def _hours(measure: Measure) -> tuple[float, float]:
    return 24.0 * float(measure.from_day or 0.0), 24.0 * float(measure.at_day or 0.0)


def _course(result: Result, measure: Measure) -> tuple[np.ndarray, np.ndarray] | None:
    """Hours and effect index between two days."""
    if result.effect_course is None:
        return None
    hour, index = result.effect_course
    low, high = _hours(measure)
    inside = hour[(hour > low) & (hour < high)]
    asked = np.concatenate([[low], inside, [high]])
    return asked, np.interp(asked, hour, index)


def _hours_over_half(result: Result, measure: Measure) -> float | None:
    course = _course(result, measure)
    if course is None:
        return None
    hour, index = course
    fine = np.linspace(hour[0], hour[-1], round((hour[-1] - hour[0]) / BRIEF_H) + 1)
    return float((np.interp(fine, hour, index) >= HALF_INDEX)[:-1].mean() * (hour[-1] - hour[0]))


def _hours_to_half(result: Result, measure: Measure) -> float | None:
    course = _course(result, measure)
    if course is None:
        return None
    hour, index = course
    fine = np.linspace(hour[0], hour[-1], round((hour[-1] - hour[0]) / BRIEF_H) + 1)
    over = np.flatnonzero(np.interp(fine, hour, index) >= HALF_INDEX)
    return float(fine[over[0]] - fine[0]) if len(over) else None


def _highest_effect(result: Result, measure: Measure) -> float | None:
    course = _course(result, measure)
    return None if course is None else float(course[1].max())


def _lowest_effect(result: Result, measure: Measure) -> float | None:
    course = _course(result, measure)
    return None if course is None else float(course[1].min())


def _extreme(column: str, is_highest: bool) -> Read:
    """Highest or lowest value of a concentration between two days."""

    def read(result: Result, measure: Measure) -> float | None:
        low, high = _hours(measure)
        inside = (result.time_h >= low) & (result.time_h <= high)
        values = getattr(result, column)[inside]
        values = values @ weights(measure.level) if values.ndim == 2 else values
        return float(values.max() if is_highest else values.min()) if len(values) else None

    return read


def _extra_volume(result: Result, measure: Measure) -> float | None:
    row = _at(result, measure.at_day)
    return float(row.reservoir_true_ml[0] - row.reservoir_believed_ml[0])


def _margin(result: Result, measure: Measure) -> float | None:
    alarm, empty = metrics.alarm_day(result), metrics.empty_day(result)
    return None if alarm is None or empty is None else empty - alarm


def _happening_day(result: Result, measure: Measure) -> float | None:
    return metrics.first_day(result, measure.what or "")


def _n_alarms(result: Result, measure: Measure) -> float | None:
    return float(sum(one.alarm is not None for one in result.happenings))


def _n_refused(result: Result, measure: Measure) -> float | None:
    return float(sum(one.kind in ("no_access", "refused_refill") for one in result.happenings))


def _whole(read: Callable[[Result], float | None]) -> Read:
    return lambda result, measure: read(result)


ON: Final = ("at_day",)
BETWEEN: Final = ("from_day", "at_day")


def _on(name: str, unit: str, read: Read, *needs: str) -> tuple[str, Kind]:
    """A measure of one day, which may be a share of its own value on another."""
    return name, Kind(unit, read, (*ON, *needs), name)


KINDS: Final[dict[str, Kind]] = {
    **dict(
        [
            _on("tip_dose", "mcg/day", _moment("tip_mcg_h", 24.0)),
            _on("shown_dose", "mcg/day", _moment("believed_mcg_h", 24.0)),
            _on("flow", "mL/day", _moment("pumped_ml_h", 24.0)),
            _on("volume", "mL", _moment("reservoir_true_ml")),
            _on("counted_volume", "mL", _moment("reservoir_believed_ml")),
            _on("extra_volume", "mL", _extra_volume),
            _on("csf", "mcg/mL", _csf, "level"),
            _on("cistern", "mcg/mL", _moment("cistern_mcg_ml")),
            _on("plasma", "mcg/mL", _moment("plasma_mcg_ml")),
            _on("effect", "index", _moment("effect_index")),
            _on("breathing", "index", _moment("breathing_index")),
            _on("withdrawal", "index", _moment("withdrawal_index")),
        ]
    ),
    "delivered": Kind("mcg", _grown("delivered_mcg"), BETWEEN),
    "lost": Kind("mcg", _grown("leaked_mcg"), BETWEEN),
    "mean_dose": Kind("mcg/day", _mean_dose, BETWEEN, "tip_dose"),
    "hours_without_drug": Kind("h", _hours_without_drug, BETWEEN),
    "hours_over_half": Kind("h", _hours_over_half, BETWEEN),
    "hours_to_half": Kind("h", _hours_to_half, BETWEEN),
    "highest_csf": Kind("mcg/mL", _extreme("csf_mcg_ml", True), (*BETWEEN, "level"), "csf"),
    "lowest_csf": Kind("mcg/mL", _extreme("csf_mcg_ml", False), (*BETWEEN, "level"), "csf"),
    "highest_plasma": Kind("mcg/mL", _extreme("plasma_mcg_ml", True), BETWEEN, "plasma"),
    "highest_effect": Kind("index", _highest_effect, BETWEEN, "effect"),
    "lowest_effect": Kind("index", _lowest_effect, BETWEEN, "effect"),
    "alarm_day": Kind("day", _whole(metrics.alarm_day)),
    "empty_day": Kind("day", _whole(metrics.empty_day)),
    "first_drug_day": Kind("day", _whole(metrics.first_drug_at_tip_day)),
    "margin": Kind("days", _margin),
    "happening_day": Kind("day", _happening_day, ("what",)),
    "n_alarms": Kind("", _n_alarms),
    "n_refused": Kind("", _n_refused),
}
