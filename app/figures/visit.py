"""After a refill visit: what the pump counts and believes, beside what is true."""

from __future__ import annotations

from typing import Any

from app.figures.parts import Look, Part, at_right, chart, days, key_points, level, line, stairs
from app.figures.theme import PURPLE, THIN_PX
from app.words.text import TEXT, day, digits, units
from app.words.units import TIME
from sim import Result
from sim.device import Pump

BEFORE_DAY = 7.0  # so much of the time before the visit is shown
ROOM = 1.12


def volume(result: Result, visit_day: float, pump: Pump, look: Look) -> Part:
    """True and counted volume from a week before the visit on."""
    lines = [
        line(key_points(days(result), result.reservoir_true_ml), TEXT["true_volume"], look.truth),
        line(key_points(days(result), result.reservoir_believed_ml), TEXT["believed_volume"], PURPLE, "dash"),
    ]
    levels = [at_right(level(pump.unpumpable_ml, TEXT["unpumpable"], "longdash", "top", look), look)]
    if pump.is_programmable:
        levels.insert(0, at_right(level(pump.alarm_ml, TEXT["alarm_level"], "dashdot", "bottom", look), look))
    top = 1.05 * pump.capacity_ml
    return _from(visit_day, chart(lines, result.duration_h / 24.0, TEXT["volume_axis"], top, look, levels))


def dose(result: Result, visit_day: float, look: Look) -> Part:
    """What the pump believes it gives and what the tip receives, from a week before the visit on."""
    factor = 24.0 * units().amount_factor
    tip, believed = result.signals["tip_mcg_h"], result.signals["believed_mcg_h"]
    lines = [
        line(stairs(tip, factor), TEXT["receives"], look.truth, "solid", "hv"),
        line(stairs(believed, factor), TEXT["believes"], PURPLE, "dash", "hv"),
    ]
    first = max(visit_day - BEFORE_DAY, 0.0) * 8.64e10
    top = max(
        (
            factor * float(value)
            for one in (tip, believed)
            for edge, value in zip(one.edge_tick[1:], one.value)
            if edge > first
        ),
        default=1.0,
    )
    title = f"{units().amount_word}/{TEXT['unit_day']}"
    return _from(visit_day, chart(lines, result.duration_h / 24.0, title, ROOM * top or 1.0, look))


def describe_volume(result: Result, visit_day: float) -> str:
    """The chart of volumes in words."""
    after = result.at(24.0 * visit_day)
    return TEXT["visit_say_volume"].format(
        day=day(visit_day),
        true=digits(float(after.reservoir_true_ml[0]), 3),
        counted=digits(float(after.reservoir_believed_ml[0]), 3),
    )


def _from(visit_day: float, figure: Part) -> Part:
    """The chart with its time axis cut to begin shortly before the visit, and a line at the visit."""
    layout: dict[str, Any] = dict(figure["layout"])  # type: ignore[call-overload]
    axis, factor = dict(layout["xaxis"]), TIME[units().time][0]
    axis["range"] = [factor * max(visit_day - BEFORE_DAY, 0.0), axis["range"][1]]
    at = factor * visit_day
    upright = {"type": "line", "yref": "paper", "y0": 0.0, "y1": 1.0, "x0": at, "x1": at}
    layout["xaxis"] = axis
    layout["shapes"] = [
        *layout["shapes"],
        upright | {"line": {"color": layout["font"]["color"], "width": THIN_PX, "dash": "dot"}},
    ]
    return {"data": figure["data"], "layout": layout}
