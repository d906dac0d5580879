"""After a refill visit: what the pump counts and believes, and what is true."""

from __future__ import annotations

import numpy as np

from app.figures.axes import edge_day
from app.figures.parts import Look, Part, chart, days, key_points, level, line, stairs, upright
from app.figures.theme import PURPLE
from app.words.numbers import digits
from app.words.reader import units
from app.words.text import TEXT, day, dose_unit
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
    levels = [level(pump.unpumpable_ml, TEXT["unpumpable"], "longdash", "top", look, is_right=True)]
    if pump.is_programmable:
        alarm_ml = float(result.signals["alarm_ml"].at(24.0 * visit_day))
        levels.insert(0, level(alarm_ml, TEXT["alarm_level"], "dashdot", "bottom", look, is_right=True))
    top = 1.05 * pump.capacity_ml
    return _from(visit_day, chart(lines, result.duration_h / 24.0, TEXT["volume_axis"], top, look, levels))


def dose(result: Result, visit_day: float, look: Look) -> Part:
    """What the pump believes it gives and what the tip receives, from a week before the visit on."""
    factor = 24.0 * units().amount_factor
    tip, belief = result.signals["tip_mcg_h"], result.signals["believed_mcg_h"]
    lines = [
        line(stairs(tip, factor), TEXT["receives"], look.truth, "solid", "hv"),
        line(stairs(belief, factor), TEXT["believes"], PURPLE, "dash", "hv"),
    ]
    first_day = max(visit_day - BEFORE_DAY, 0.0)
    values = np.concatenate([signal.value[edge_day(signal)[1:] > first_day] for signal in (tip, belief)])
    top = factor * float(values.max()) if len(values) else 1.0
    return _from(visit_day, chart(lines, result.duration_h / 24.0, dose_unit(), ROOM * top or 1.0, look))


def describe_volume(result: Result, visit_day: float) -> str:
    """The chart of volumes in words."""
    after = result.at(24.0 * visit_day)
    return TEXT["visit_say_volume"].format(
        day=day(visit_day),
        true=digits(float(after.reservoir_true_ml[0]), 3),
        expected=digits(float(after.reservoir_believed_ml[0]), 3),
    )


def _from(visit_day: float, figure: Part) -> Part:
    """The chart from a week before the visit on, with an upright line at the visit."""
    layout = figure["layout"]
    first = units().time_factor * max(visit_day - BEFORE_DAY, 0.0)
    xaxis = layout["xaxis"] | {"range": [first, layout["xaxis"]["range"][1]]}
    shapes = [*layout["shapes"], upright(visit_day, layout["font"]["color"], "dot")]
    return {"data": figure["data"], "layout": layout | {"xaxis": xaxis, "shapes": shapes}}
