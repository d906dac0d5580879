"""Numbers that a lesson asks for: a closed set of names, each read off a run in one way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from app.teaching.lessons import run_numbers as numbers
from app.teaching.lessons.run_numbers import LAST_DAY, Read, Window
from sim import Result, metrics
from sim.scenario import quantity

Name = Literal[
    "tip_dose",
    "shown_dose",
    "flow",
    "volume",
    "expected_residual",
    "extra_volume",
    "csf",
    "cistern",
    "plasma",
    "effect",
    "excess",
    "highest_excess",
    "hours_of_excess",
    "withdrawal",
    "delivered",
    "lost",
    "mean_dose",
    "hours_without_drug",
    "hours_over_half",
    "hours_to_half",
    "hours_to_loss",
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


class Measure(Window):
    """One number of a run. With `of_day` it is a share, in percent, of what it was on that day."""

    name: Name
    of_day: float | None = quantity(None, 0.0, LAST_DAY, "As a share of its value on the day")

    @property
    def unit(self) -> str:
        """Unit of the number, as it is typed and as sentences give it."""
        return "%" if self.of_day is not None else KINDS[self.name].unit

    @property
    def days(self) -> tuple[float, ...]:
        """Every day that it looks at."""
        return tuple(day for day in (self.from_day, self.at_day, self.of_day) if day is not None)


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


ON: Final = ("at_day",)
BETWEEN: Final = ("from_day", "at_day")


def _on(name: str, unit: str, read: Read, *needs: str) -> tuple[str, Kind]:
    """A measure of one day, which may be a share of its own value on another."""
    return name, Kind(unit, read, (*ON, *needs), name)


KINDS: Final[dict[str, Kind]] = {
    **dict(
        [
            _on("tip_dose", "mcg/day", numbers.moment("tip_mcg_h", 24.0)),
            _on("shown_dose", "mcg/day", numbers.moment("believed_mcg_h", 24.0)),
            _on("flow", "mL/day", numbers.moment("pumped_ml_h", 24.0)),
            _on("volume", "mL", numbers.moment("reservoir_true_ml")),
            _on("expected_residual", "mL", numbers.moment("reservoir_believed_ml")),
            _on("extra_volume", "mL", numbers.extra_volume),
            _on("csf", "mcg/mL", numbers.csf, "level"),
            _on("cistern", "mcg/mL", numbers.moment("cistern_mcg_ml")),
            _on("plasma", "mcg/mL", numbers.moment("plasma_mcg_ml")),
            _on("effect", "index", numbers.moment("effect_index")),
            _on("excess", "index", numbers.moment("excess_index")),
            _on("withdrawal", "index", numbers.moment("withdrawal_index")),
        ]
    ),
    "delivered": Kind("mcg", numbers.growth("delivered_mcg"), BETWEEN),
    "lost": Kind("mcg", numbers.growth("leaked_mcg"), BETWEEN),
    "mean_dose": Kind("mcg/day", numbers.mean_dose, BETWEEN, "tip_dose"),
    "hours_without_drug": Kind("h", numbers.hours_without_drug, BETWEEN),
    "hours_over_half": Kind("h", numbers.hours_over_half, BETWEEN),
    "hours_to_half": Kind("h", numbers.hours_to_half, BETWEEN),
    "hours_to_loss": Kind("h", numbers.hours_to_loss, BETWEEN),
    "highest_excess": Kind("index", numbers.whole(numbers.highest_excess)),
    "hours_of_excess": Kind("h", numbers.whole(numbers.hours_of_excess)),
    "highest_csf": Kind("mcg/mL", numbers.extreme("csf_mcg_ml", True), (*BETWEEN, "level"), "csf"),
    "lowest_csf": Kind("mcg/mL", numbers.extreme("csf_mcg_ml", False), (*BETWEEN, "level"), "csf"),
    "highest_plasma": Kind("mcg/mL", numbers.extreme("plasma_mcg_ml", True), BETWEEN, "plasma"),
    "highest_effect": Kind("index", numbers.highest_effect, BETWEEN, "effect"),
    "lowest_effect": Kind("index", numbers.lowest_effect, BETWEEN, "effect"),
    "alarm_day": Kind("day", numbers.whole(metrics.alarm_day)),
    "empty_day": Kind("day", numbers.whole(metrics.empty_day)),
    "first_drug_day": Kind("day", numbers.whole(metrics.first_drug_at_tip_day)),
    "margin": Kind("days", numbers.margin),
    "happening_day": Kind("day", numbers.happening_day, ("what",)),
    "n_alarms": Kind("", numbers.n_alarms),
    "n_refused": Kind("", numbers.n_refused),
}
