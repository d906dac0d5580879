"""A lesson's picture: the run's own curve, with the learner's drawing and guess over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.figures.axes import values_that_last
from app.figures.body import at_level
from app.figures.parts import Look, Part, Points, chart, days, key_points, line, note, stairs, upright
from app.figures.theme import GREY, PURPLE, VERMILLION
from app.words.numbers import digits
from app.words.reader import units
from app.words.text import TEXT, day, dose_unit, strength_unit
from sim import Result

WIDER = 1.06


@dataclass(frozen=True)
class Curve:
    """Which curve of a run is drawn: tip_dose, volume, csf at a level, plasma, effect or excess; `high` in its unit."""

    name: str
    high: float
    level: str = ""

    @property
    def factor(self) -> float:
        """From mcg, mL or index to what the axis shows."""
        return units().amount_factor if self.name in ("tip_dose", "csf", "plasma") else 1.0

    @property
    def title(self) -> str:
        """Name and unit of the axis."""
        if self.name == "tip_dose":
            return dose_unit()
        if self.name in ("csf", "plasma"):
            name = "csf_axis" if self.name == "csf" else "lesson_plasma_axis"
            return TEXT[name].format(unit=strength_unit())
        return TEXT["volume_axis" if self.name == "volume" else "index_axis"]

    def points(self, result: Result) -> Points:
        """Days and values of the curve in a run, in the unit of its axis."""
        if self.name == "tip_dose":
            return stairs(result.signals["tip_mcg_h"], 24.0 * self.factor)
        if self.name == "csf":
            return at_level(result, self.level, self.factor)
        if self.name == "volume":
            return key_points(days(result), result.reservoir_true_ml)
        if self.name == "plasma":
            return key_points(days(result), self.factor * result.plasma_mcg_ml)
        if self.name == "excess":
            hour, index = result.excess_course or (result.time_h, np.zeros(len(result.time_h)))
            return key_points(hour / 24.0, index)
        index = np.zeros(len(result.time_h)) if result.effect_index is None else result.effect_index
        return key_points(days(result), index)

    def belief(self, result: Result) -> Points | None:
        """The same as the pump believes it; None where it has no belief."""
        if self.name == "tip_dose":
            return stairs(result.signals["believed_mcg_h"], 24.0 * self.factor)
        return key_points(days(result), result.reservoir_believed_ml) if self.name == "volume" else None

    @property
    def shape(self) -> str:
        """How the points are joined: stairs for what steps, lines for what moves."""
        return "hv" if self.name == "tip_dose" else "linear"


@dataclass(frozen=True)
class Drawing:
    """The learner's curve, in the units of files; the day of the guess and the day of the run, if there are any."""

    days: tuple[float, ...]
    values: tuple[float, ...]
    guess_day: float | None = None
    true_day: float | None = None


def overlay(result: Result, curve: Curve, drawing: Drawing, look: Look) -> Part:
    """The run's curve and the learner's, over the days of the drawing."""
    points = np.asarray(drawing.days), curve.factor * np.asarray(drawing.values)
    sketch = line(points, TEXT["lesson_your_curve"], VERMILLION, "dashdot")
    sketch |= {"mode": "lines+markers", "marker": {"color": VERMILLION, "size": 11, "symbol": "diamond"}}
    marks = [day for day in (drawing.guess_day, drawing.true_day) if day is not None]
    figure = chart(
        [*_lines(result, curve, look), sketch],
        result.duration_h / 24.0,
        curve.title,
        WIDER * curve.factor * curve.high,
        look,
        levels=[
            _day_mark(at_day, TEXT[name], colour, dash, height, look)
            for at_day, name, colour, dash, height in (
                (drawing.guess_day, "lesson_you_said", VERMILLION, "dash", 0.93),
                (drawing.true_day, "lesson_it_is", look.truth, "solid", 0.8),
            )
            if at_day is not None
        ],
    )
    low, high = min([drawing.days[0], *marks]), max([drawing.days[-1], *marks])
    edge = 0.03 * (high - low)
    factor = units().time_factor
    figure["layout"]["xaxis"]["range"] = [factor * (low - edge), factor * (high + edge)]
    return figure


def own_curve(result: Result, curve: Curve, look: Look) -> Part:
    """The run's own curve, and the pump's belief where it has one."""
    top = max(curve.factor * curve.high, _top(result, curve))
    return chart(_lines(result, curve, look), result.duration_h / 24.0, curve.title, WIDER * top, look)


def side_by_side(result: Result, before: Result, curve: Curve, look: Look) -> Part:
    """A run and the one before a change; what the pump believes of the run, where it has a belief."""
    lines = [
        line(curve.points(before), TEXT["lesson_before"], GREY, "dot", curve.shape),
        line(curve.points(result), TEXT["lesson_now"], look.truth, "solid", curve.shape),
    ]
    belief = curve.belief(result)
    if belief is not None:
        lines.append(line(belief, TEXT["believes"], PURPLE, "dash", curve.shape))
    length_day = max(result.duration_h, before.duration_h) / 24.0
    return chart(lines, length_day, curve.title, axis_top(curve, before, result), look)


def axis_top(curve: Curve, *results: Result) -> float:
    """Where the upright axis ends for some runs, in the unit of the axis; never 0."""
    return WIDER * max(curve.factor * curve.high, *(_top(run, curve) for run in results), 1e-9)


def describe(result: Result, curve: Curve, at_day: Sequence[float]) -> str:
    """The curve in words, day by day."""
    days_of_curve, values = curve.points(result)
    place = np.clip(np.searchsorted(days_of_curve, np.asarray(at_day), side="right") - 1, 0, len(values) - 1)
    parts = [f"{day(each)}: {digits(values[i], 3)}" for each, i in zip(at_day, place, strict=True)]
    return f"{curve.title}. " + ", ".join(parts) + "."


def _lines(result: Result, curve: Curve, look: Look) -> list[Part]:
    name = {"tip_dose": "receives", "volume": "true_volume"}.get(curve.name, f"lesson_curve_{curve.name}")
    title = TEXT[name].format(level=curve.level)
    lines = [line(curve.points(result), title, look.truth, "solid", curve.shape)]
    belief = curve.belief(result)
    if belief is not None:
        lines.append(line(belief, TEXT["believes"], PURPLE, "dash", curve.shape))
    return lines


def _day_mark(at_day: float, text: str, colour: str, dash: str, height: float, look: Look) -> tuple[Part, Part]:
    """An upright line at a day, and its name."""
    x = units().time_factor * at_day
    words = note(f"{text} {day(at_day)}", look, x=x, y=height, yref="paper", xanchor="left", bgcolor=look.ground)
    return upright(at_day, colour, dash), words


def _top(result: Result, curve: Curve) -> float:
    """Highest value of the curve that lasts, in the unit of its axis."""
    if curve.name != "tip_dose":
        return float(curve.points(result)[1].max(initial=0.0))
    return 24.0 * curve.factor * float(values_that_last(result.signals["tip_mcg_h"]).max(initial=0.0))
