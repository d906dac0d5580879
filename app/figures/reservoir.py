"""Volume in the reservoir: the true one, and the one that the pump counts."""

from __future__ import annotations

from app.figures.axes import Ranges
from app.figures.parts import Look, Others, Part, chart, days, key_points, level, line, other_lines, refit_note
from app.figures.theme import GREY, PURPLE
from app.words.numbers import digits
from app.words.text import TEXT, percent
from sim import Result
from sim.device import Pump


def reservoir(result: Result, ghost: Result, pump: Pump, ranges: Ranges, look: Look, others: Others = ()) -> Part:
    """True and believed volume, with the levels that matter."""
    lines = [
        line(key_points(days(ghost), ghost.reservoir_true_ml), TEXT["ghost_volume"], GREY, "dot"),
        *other_lines(others, lambda run: key_points(days(run), run.reservoir_true_ml), look),
        line(key_points(days(result), result.reservoir_true_ml), TEXT["true_volume"], look.truth),
        line(key_points(days(result), result.reservoir_believed_ml), TEXT["believed_volume"], PURPLE, "dash"),
    ]
    least = f"{TEXT['unpumpable']} {digits(pump.unpumpable_ml, 6)} mL"
    levels = [level(pump.unpumpable_ml, least, "longdash", "bottom", look, is_right=True)]
    if pump.is_programmable:
        for alarm_ml in sorted(set(result.signals["alarm_ml"].value.tolist())):
            alarm = f"{TEXT['alarm_level']} {digits(alarm_ml, 6)} mL"
            levels.insert(0, level(alarm_ml, alarm, "dashdot", "bottom", look))
    notes = refit_note(ranges, "volume_ml", f"{digits(ranges.volume_ml, 3)} mL", look)
    return chart(lines, result.duration_h / 24.0, TEXT["volume_axis"], ranges.volume_ml, look, levels, notes)


def describe_reservoir(result: Result) -> str:
    """The reservoir chart in words: both volumes at the end, and the battery where there is one."""
    text = TEXT["say_reservoir"].format(
        true=digits(result.reservoir_true_ml[-1], 3), believed=digits(result.reservoir_believed_ml[-1], 3)
    )
    if result.battery_frac is not None:
        text += " " + TEXT["say_battery"].format(share=percent(float(result.battery_frac[-1])))
    return text
