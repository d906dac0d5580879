"""A lesson's picture: the run's own curve, with what the learner drew and said laid over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.figures.body import at_level
from app.figures.parts import Look, Part, Points, chart, days, key_points, line, note, stairs
from app.figures.theme import GREY, PURPLE, THIN_PX, VERMILLION
from app.words.text import TEXT, day, units
from sim import Result

LASTING_H = 0.5  # a spike shorter than this does not set an axis
WIDER = 1.06


@dataclass(frozen=True)
class Curve:
    """Which curve of a run the picture shows: tip_dose, volume, csf at a level, or effect; `high` in its own unit."""

    name: str
    high: float
    level: str = ""

    @property
    def factor(self) -> float:
        """From mcg, mL or index to what the axis shows."""
        return units().amount_factor if self.name in ("tip_dose", "csf") else 1.0

    @property
    def title(self) -> str:
        """Name and unit of the axis."""
        if self.name == "tip_dose":
            return f"{units().amount_word}/{TEXT['unit_day']}"
        if self.name == "csf":
            return TEXT["csf_axis"].format(unit=f"{units().amount_word}/mL")
        return TEXT["volume_axis" if self.name == "volume" else "index_axis"]

    def points(self, result: Result) -> Points:
        """Days and values."""
        if self.name == "tip_dose":
            return stairs(result.signals["tip_mcg_h"], 24.0 * self.factor)
        if self.name == "csf":
            return at_level(result, self.level, self.factor)
        if self.name == "volume":
            return key_points(days(result), result.reservoir_true_ml)
        index = np.zeros(len(result.time_h)) if result.effect_index is None else result.effect_index
        return key_points(days(result), index)

    def believed(self, result: Result) -> Points | None:
        """The same as the pump believes it; None where it has no belief."""
        if self.name == "tip_dose":
            return stairs(result.signals["believed_mcg_h"], 24.0 * self.factor)
        return key_points(days(result), result.reservoir_believed_ml) if self.name == "volume" else None

    @property
    def shape(self) -> str:
        """Stairs for what steps."""
        return "hv" if self.name == "tip_dose" else "linear"


@dataclass(frozen=True)
class Drawing:
    """What the learner drew, in the units of files, and the days that were said and that came true, if any."""

    days: tuple[float, ...]
    values: tuple[float, ...]
    guess_day: float | None = None
    true_day: float | None = None


def overlay(result: Result, curve: Curve, drawing: Drawing, look: Look) -> Part:
    """The run's curve with the learner's laid over it, over the days of the drawing."""
    points = np.asarray(drawing.days), curve.factor * np.asarray(drawing.values)
    own = line(points, TEXT["lesson_your_curve"], VERMILLION, "dashdot")
    own |= {"mode": "lines+markers", "marker": {"color": VERMILLION, "size": 11, "symbol": "diamond"}}
    marks = [one for one in (drawing.guess_day, drawing.true_day) if one is not None]
    figure = chart(
        [*_lines(result, curve, look), own],
        result.duration_h / 24.0,
        curve.title,
        WIDER * curve.factor * curve.high,
        look,
        levels=[
            _upright(at, TEXT[name], colour, dash, height, look)
            for at, name, colour, dash, height in (
                (drawing.guess_day, "lesson_you_said", VERMILLION, "dash", 0.93),
                (drawing.true_day, "lesson_it_is", look.truth, "solid", 0.8),
            )
            if at is not None
        ],
    )
    low, high = min([drawing.days[0], *marks]), max([drawing.days[-1], *marks])
    edge = 0.03 * (high - low)
    factor = units().time_factor
    figure["layout"]["xaxis"]["range"] = [factor * (low - edge), factor * (high + edge)]  # type: ignore[index]
    return figure


def own_curve(result: Result, curve: Curve, look: Look) -> Part:
    """The run's own curve."""
    top = max(curve.factor * curve.high, _lasting(result, curve))
    return chart(_lines(result, curve, look), result.duration_h / 24.0, curve.title, WIDER * top, look)


def side_by_side(result: Result, before: Result, curve: Curve, look: Look) -> Part:
    """One run beside another; what the pump believes then, where it has a belief."""
    lines = [
        line(curve.points(before), TEXT["lesson_before"], GREY, "dot", curve.shape),
        line(curve.points(result), TEXT["lesson_now"], look.truth, "solid", curve.shape),
    ]
    believed = curve.believed(result)
    if believed is not None:
        lines.append(line(believed, TEXT["believes"], PURPLE, "dash", curve.shape))
    top = max(curve.factor * curve.high, *(_lasting(run, curve) for run in (result, before)))
    return chart(lines, max(result.duration_h, before.duration_h) / 24.0, curve.title, WIDER * top, look)


def describe(result: Result, curve: Curve, at: Sequence[float]) -> str:
    """The curve in words, day by day."""
    day_of, values = curve.points(result)
    place = np.clip(np.searchsorted(day_of, np.asarray(at), side="right") - 1, 0, len(values) - 1)
    parts = [f"{day(one)}: {values[i]:.3g}" for one, i in zip(at, place, strict=True)]
    return f"{curve.title}. " + ", ".join(parts) + "."


def _lines(result: Result, curve: Curve, look: Look) -> list[Part]:
    name = {"tip_dose": "receives", "volume": "true_volume"}.get(curve.name, f"lesson_curve_{curve.name}")
    said = TEXT[name].format(level=curve.level)
    lines = [line(curve.points(result), said, look.truth, "solid", curve.shape)]
    believed = curve.believed(result)
    if believed is not None:
        lines.append(line(believed, TEXT["believes"], PURPLE, "dash", curve.shape))
    return lines


def _upright(at: float, text: str, colour: str, dash: str, height: float, look: Look) -> tuple[Part, Part]:
    """A day marked across the chart, and its name."""
    x = units().time_factor * at
    drawn = {"color": colour, "width": THIN_PX, "dash": dash}
    across = {"type": "line", "yref": "paper", "y0": 0.0, "y1": 1.0, "x0": x, "x1": x, "line": drawn}
    words = note(f"{text} {day(at)}", look, x=x, y=height, yref="paper", xanchor="left", bgcolor=look.ground)
    return across, words


def _lasting(result: Result, curve: Curve) -> float:
    """Highest value that lasts."""
    if curve.name != "tip_dose":
        return float(curve.points(result)[1].max(initial=0.0))
    dose = result.signals["tip_mcg_h"]
    lasting = np.diff(dose.edge_tick) >= LASTING_H * 3.6e9
    return 24.0 * curve.factor * float(dose.value[lasting].max(initial=0.0))
