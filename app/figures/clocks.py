"""The race of clocks: one lane for each thing that could show that something is wrong, and when it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.figures.parts import Look, Part, axis, frame, note, time_axis, upright
from app.figures.theme import BLUE, GREEN, GREY, PURPLE, THIN_PX, VERMILLION
from app.words.numbers import digits
from app.words.reader import units
from app.words.text import TEXT, Words, day, span
from sim import RACERS, Clocks

RACE_PX: Final = 330
ROOMY_PX: Final = 300
ALARMS: Final = Words("alarm_kinds")
# a shape of its own for each; effect and withdrawal are what the person feels
SHAPE: Final = {
    "symptom": ("triangle-down", GREEN),
    "excess": ("triangle-up", GREEN),
    "withdrawal": ("diamond", PURPLE),
    "alarm": ("circle", VERMILLION),
    "residual": ("square", BLUE),
    "visit": ("cross", GREY),
    "dry": ("x", VERMILLION),
}

MARK_PX: Final = 10  # height of a mark: a name fits between it and the next lane's, also in a low chart
TALLER: Final = {"diamond": 1.3, "cross": 1.2, "x": 1.13}  # shapes that the chart library draws higher than their size


def race(clocks: Clocks, duration_day: float, look: Look) -> Part:
    """One lane per clock: a bar from the start to where it strikes, its name and time above it."""
    per_day = units().time_factor
    data: list[Part] = []
    names: list[Part] = []
    # in a low chart the ground of a name would hide the lane above
    ground = {"bgcolor": look.ground} if look.height >= ROOMY_PX else {}
    for place, racer in enumerate(RACERS):
        up, strike_day = len(RACERS) - 1 - place, clocks.day(racer)
        is_inside = strike_day is not None and strike_day <= duration_day
        end = per_day * (duration_day if strike_day is None else min(strike_day, duration_day))
        shape, colour = SHAPE[racer]
        data.append(_bar(per_day * clocks.from_day, end, up, colour if is_inside else GREY, is_inside))
        if is_inside:
            data.append(_marker(end, up, shape, colour, look, f"{_name(clocks, racer)}: {_when(clocks, racer)}"))
        text = f"{_name(clocks, racer)}: {_strike(clocks, racer, duration_day)}"
        corner = {"x": 0.0, "xref": "paper", "xanchor": "left", "y": up, "yanchor": "bottom", "yshift": 3}
        names.append(note(text, look, borderpad=0, **corner | ground))
    start = per_day * clocks.from_day
    shapes = []
    if clocks.is_wrong:
        shapes.append(upright(clocks.from_day, look.ink, "dot") | {"layer": "below"})  # names cross it
        side = "left" if clocks.from_day < 0.7 * duration_day else "right"
        names.append(note(TEXT["clocks_starts"], look, x=start, xanchor=side, y=1.0, yref="paper", yanchor="bottom"))
    layout = frame(
        look,
        duration_day,
        margin={"l": 12, "r": 14, "t": 18, "b": 42},
        hovermode="closest",
        showlegend=False,
        xaxis=time_axis(duration_day, look),
        yaxis=axis(look) | {"range": [-0.25, len(RACERS) - 0.15], "showticklabels": False, "showgrid": False},
        shapes=shapes,
        annotations=names,
    )
    return {"data": data, "layout": layout}


def _bar(start: float, end: float, up: float, colour: str, is_inside: bool) -> Part:
    return {
        "type": "scatter",
        "x": [start, end],
        "y": [up, up],
        "mode": "lines",
        "line": {"color": colour, "width": 4 if is_inside else THIN_PX, "dash": "solid" if is_inside else "dot"},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _marker(at: float, up: float, shape: str, colour: str, look: Look, words: str) -> Part:
    return {
        "type": "scatter",
        "x": [at],
        "y": [up],
        "mode": "markers",
        "marker": {
            "symbol": shape,
            "size": MARK_PX / TALLER.get(shape, 1.0),
            "color": colour,
            "line": {"color": look.ink, "width": 1},
        },
        "hovertemplate": f"{words}<extra></extra>",
        "showlegend": False,
    }


def _name(clocks: Clocks, racer: str) -> str:
    text = TEXT[f"clocks_{racer}"].format(level=digits(clocks.withdrawal_index, 3), ml=digits(clocks.residual_ml, 3))
    return f"{text} ({ALARMS[clocks.alarm]})" if racer == "alarm" and clocks.alarm else text


def _when(clocks: Clocks, racer: str) -> str:
    """The day on which a clock strikes, and how long after the start that is."""
    strike_day, after_h = clocks.day(racer), clocks.after_h(racer)
    if not clocks.is_wrong or after_h is None:
        return day(strike_day)
    after = TEXT["clocks_at_once"] if after_h < 1.0 / 60.0 else TEXT["clocks_later"].format(span=span(after_h))
    return f"{day(strike_day)}, {after}"


def _strike(clocks: Clocks, racer: str, duration_day: float) -> str:
    """When a clock strikes, in words, also after the run or never."""
    strike_day = clocks.day(racer)
    if strike_day is None:
        return TEXT["clocks_never"]
    text = _when(clocks, racer) if strike_day <= duration_day else TEXT["clocks_after_run"].format(day=day(strike_day))
    is_counted = racer == "visit" and not clocks.is_visit_ordered
    return f"{text} ({TEXT['clocks_counted']})" if is_counted else text


def describe_race(clocks: Clocks, duration_day: float) -> str:
    """The race in words, the first clock first."""
    begins = TEXT["clocks_say_wrong"].format(day=day(clocks.from_day)) if clocks.is_wrong else TEXT["clocks_say_free"]
    lanes = [f"{_name(clocks, racer)}: {_strike(clocks, racer, duration_day)}" for racer in _in_order(clocks)]
    return f"{begins} {'; '.join(lanes)}. {TEXT['clocks_illustrative']}"


def _in_order(clocks: Clocks) -> Sequence[str]:
    """Clocks by the day on which they strike; those that never do come last."""
    return sorted(RACERS, key=lambda racer: (clocks.day(racer) is None, clocks.day(racer) or 0.0))
