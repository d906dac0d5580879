"""Results to Plotly figures: stairs for what steps, lines for what moves. Knows nothing of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from app.memo import AT_ONCE_H, Ranges
from app.theme import (
    BLUE,
    FONT_PX,
    GREEN,
    GREY,
    LIGHT_INK,
    LINE_PX,
    ORANGE,
    PLACE_COLOURS,
    PLACE_PATTERNS,
    PURPLE,
    SKY,
    VERMILLION,
)
from app.wording import PLACES, TEXT, amount, digits, percent
from sim import Result
from sim.body import level_cm, point_weights
from sim.device import Pump
from sim.exact import Steps

N_BIN = 700
PATTERN = {"fillmode": "overlay", "fgcolor": "rgba(255,255,255,0.6)"}
# of the ledger: not in every run, so not in every legend
RARE_PLACES = ("epidural_depot", "gut", "not_absorbed")
Points = tuple[np.ndarray, np.ndarray]
Part = dict[str, object]  # one piece of a figure, as Plotly spells it


@dataclass(frozen=True)
class Look:
    """How a chart is shown: its zoom lives as long as `name` stays."""

    name: str
    height: int
    ink: str

    @property
    def font(self) -> dict[str, object]:
        """Text of the chart."""
        return {"size": FONT_PX, "color": self.ink}

    @property
    def truth(self) -> str:
        """Colour of what is true; light ink stands on a dark ground."""
        return SKY if self.ink == LIGHT_INK else BLUE

    @property
    def ground(self) -> str:
        """What a word on a line stands on."""
        return "rgba(15, 20, 27, 0.8)" if self.ink == LIGHT_INK else "rgba(255, 255, 255, 0.8)"


def stairs(signal: Steps, factor: float = 1.0) -> Points:
    """Edges in days and values of a step signal, ready for a line of shape hv."""
    value = factor * signal.value
    return thinned(signal.edge_tick / 8.64e10, np.append(value, value[-1:]))


def thinned(day: np.ndarray, value: np.ndarray, n_bin: int = N_BIN) -> Points:
    """First, lowest, highest and last point of each bin, in order of time, so that a bolus survives.

    >>> float(thinned(np.arange(10000.0), np.eye(1, 10000, 4321)[0])[1].max())
    1.0
    """
    if len(day) <= 4 * n_bin:
        return day, value
    place = np.minimum(((day - day[0]) / (day[-1] - day[0]) * n_bin).astype(int), n_bin - 1)
    starts = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
    keep = set()
    for low, high in zip(starts.tolist(), [*starts[1:].tolist(), len(day)], strict=True):
        part = value[low:high]
        keep |= {low, low + int(part.argmin()), low + int(part.argmax()), high - 1}
    index = np.array(sorted(keep))
    return day[index], value[index]


def _line(points: Points, name: str, colour: str, dash: str = "solid", shape: str = "linear") -> Part:
    return {
        "type": "scatter",
        "x": points[0].astype("f4"),
        "y": points[1].astype("f4"),
        "name": name,
        "mode": "lines",
        "line": {"color": colour, "width": LINE_PX, "dash": dash, "shape": shape},
        "hovertemplate": "%{y:.4g}",
    }


def _note(text: str, look: Look, **place: object) -> Part:
    return {"text": text, "showarrow": False, "font": look.font, **place}


def _level(y: float, text: str, dash: str, anchor: str, look: Look) -> tuple[Part, Part]:
    """A level across the chart and its name."""
    line = {"color": VERMILLION, "width": 2, "dash": dash}
    across = {"type": "line", "xref": "paper", "x0": 0.0, "x1": 1.0, "y0": y, "y1": y, "line": line}
    return across, _note(text, look, x=0.0, xref="paper", xanchor="left", y=y, yanchor=anchor)


def _chart(
    lines: Sequence[Part],
    duration_day: float,
    y_title: str,
    top: float,
    look: Look,
    levels: Sequence[tuple[Part, Part]] = (),
    notes: Sequence[Part] = (),
) -> go.Figure:
    # made in one go: each later change would validate the whole figure again
    days = {"text": TEXT["day_axis"], "font": look.font, "standoff": 4}
    layout = {
        "height": look.height,
        "margin": {"l": 62, "r": 12, "t": 26, "b": 42},
        "font": look.font,
        "hovermode": "x unified",
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0.0, "font": look.font},
        "uirevision": look.name,
        "showlegend": True,
        "xaxis": {"title": days, "range": [0.0, duration_day], "tickfont": look.font, "hoverformat": ".4g"},
        "yaxis": {
            "title": {"text": y_title, "font": look.font},
            "range": [-0.02 * top, top],
            "tickfont": look.font,
            "zeroline": False,
        },
        "shapes": [across for across, _ in levels],
        "annotations": [name for _, name in levels] + list(notes),
    }
    return go.Figure({"data": list(lines), "layout": layout})


def _days(result: Result) -> np.ndarray:
    return result.time_h / 24.0


def two_truths(result: Result, ghost: Result, ranges: Ranges, look: Look) -> go.Figure:
    """What the pump believes it gives beside what the tip receives; the run without faults as ghost."""
    tip = result.signals["tip_mcg_h"]
    lines = [
        _line(stairs(ghost.signals["tip_mcg_h"], 24.0), TEXT["ghost"], GREY, "dot", "hv"),
        _line(stairs(tip, 24.0), TEXT["receives"], look.truth, "solid", "hv"),
        _line(stairs(result.signals["believed_mcg_h"], 24.0), TEXT["believes"], PURPLE, "dash", "hv"),
    ]
    top = ranges.dose_mcg_day
    return _chart(lines, result.duration_h / 24.0, TEXT["dose_axis"], top, look, notes=_peaks(tip, top, look))


def _peaks(dose: Steps, top: float, look: Look) -> list[Part]:
    """What rises above the chart, in words: the highest rate that lasts, and the largest amount at once."""
    size_h = np.diff(dose.edge_tick) / 3.6e9
    is_brief = size_h <= AT_ONCE_H
    is_high = 24.0 * dose.value > top
    notes = []
    for chosen, measure, words in (
        (is_high & ~is_brief, 24.0 * dose.value, f"peak {{}} {TEXT['dose_axis']}, {TEXT['off_scale']}"),
        (is_high & is_brief, dose.value * size_h, f"{{}} mcg {TEXT['at_once']}"),
    ):
        if not chosen.any():
            continue
        place = int(np.where(chosen, measure, -1.0).argmax())
        when = float(dose.edge_tick[place] / 8.64e10)
        side = "right" if when > float(dose.edge_tick[-1]) / 2.0 / 8.64e10 else "left"
        text = words.format(digits(float(measure[place]), 4))
        place_of = {"x": when, "y": top * (1.0 - 0.11 * len(notes)), "xanchor": side, "yanchor": "top"}
        notes.append(_note(text, look, bgcolor=look.ground, **place_of))
    return notes


def describe_truths(result: Result) -> str:
    """The two-truths chart in words."""
    ratio = float(result.delivered_ratio[-1])
    believed, got = amount(float(result.programmed_mcg[-1])), amount(float(result.delivered_mcg[-1]))
    return (
        f"Over {result.duration_h / 24.0:g} days the pump believes it gave {believed};"
        f" the tip received {got}, {percent(None if np.isnan(ratio) else ratio)} of it."
    )


def reservoir(result: Result, ghost: Result, pump: Pump, ranges: Ranges, look: Look) -> go.Figure:
    """True and believed volume, with the levels that matter."""
    lines = [
        _line(thinned(_days(ghost), ghost.reservoir_true_ml), TEXT["ghost_volume"], GREY, "dot"),
        _line(thinned(_days(result), result.reservoir_true_ml), TEXT["true_volume"], look.truth),
        _line(thinned(_days(result), result.reservoir_believed_ml), TEXT["believed_volume"], PURPLE, "dash"),
    ]
    levels = [_level(pump.unpumpable_ml, f"{TEXT['unpumpable']} {pump.unpumpable_ml:g} mL", "longdash", "top", look)]
    if pump.is_programmable:
        alarm = f"{TEXT['alarm_level']} {pump.alarm_ml:g} mL"
        levels.insert(0, _level(pump.alarm_ml, alarm, "dashdot", "bottom", look))
    return _chart(lines, result.duration_h / 24.0, TEXT["volume_axis"], ranges.volume_ml, look, levels)


def describe_reservoir(result: Result) -> str:
    """The reservoir chart in words."""
    text = (
        f"At the end the reservoir truly holds {digits(result.reservoir_true_ml[-1], 3)} mL;"
        f" the pump believes {digits(result.reservoir_believed_ml[-1], 3)} mL."
    )
    if result.battery_frac is not None:
        text += f" {TEXT['battery']} {percent(float(result.battery_frac[-1]))} {TEXT['battery_left']}."
    return text


def csf(result: Result, ghost: Result, levels: Mapping[str, str], ranges: Ranges, look: Look) -> go.Figure:
    """Concentration in CSF at a few levels, the tip's first; the ghost at the tip's level."""
    tip = next(iter(levels))
    styles = zip((look.truth, GREEN, PURPLE, ORANGE), ("solid", "dash", "dashdot", "longdash"), strict=True)
    lines = [_line(_at_level(ghost, tip), f"{levels[tip]}, without faults", GREY, "dot")]
    for (level, words), (colour, dash) in zip(levels.items(), styles, strict=False):
        lines.append(_line(_at_level(result, level), words, colour, dash))
    return _chart(lines, result.duration_h / 24.0, TEXT["csf_axis"], ranges.csf_mcg_ml, look)


def _at_level(result: Result, level: str) -> Points:
    return thinned(_days(result), result.csf_mcg_ml @ point_weights(level_cm(level)))


def describe_csf(result: Result, levels: Mapping[str, str]) -> str:
    """The CSF chart in words."""
    parts = [f"{words} {digits(_at_level(result, level)[1][-1], 3)} mcg/mL" for level, words in levels.items()]
    return "Concentration in CSF at the end: " + ", ".join(parts) + "."


def effect(result: Result, ghost: Result, titles: Mapping[str, str], low_index: float, look: Look) -> go.Figure:
    """Indices from 0 to 1, as far as they are modelled; the effect's band by its lower end."""
    lines = []
    for run, index, name, colour, dash in (
        (ghost, ghost.effect_index, f"{titles['effect']}, without faults", GREY, "dot"),
        (result, result.effect_index, titles["effect"], GREEN, "solid"),
        (result, result.breathing_index, titles.get("breathing"), look.truth, "dashdot"),
        (result, result.withdrawal_index, titles["withdrawal"], PURPLE, "dash"),
        (result, result.tolerance_index, TEXT["tolerance"], ORANGE, "longdashdot"),
    ):
        if index is not None:
            lines.append(_line(thinned(_days(run), index), str(name), colour, dash))
    levels = [_level(low_index, f"{TEXT['band']} {low_index:g}", "longdash", "top", look)]
    return _chart(lines, result.duration_h / 24.0, TEXT["index_axis"], 1.05, look, levels)


def describe_effect(result: Result, title: str) -> str:
    """The effect chart in words."""
    if result.effect_index is None:
        return TEXT["effect_not_modelled"]
    text = f"{title} starts at {digits(result.effect_index[0], 2)} and ends at {digits(result.effect_index[-1], 2)}"
    if result.withdrawal_index is not None:
        text += f"; the withdrawal index peaks at {digits(result.withdrawal_index.max(), 2)}"
    return text + " (indices from 0 to 1, illustrative)."


def ledger(result: Result, ranges: Ranges, look: Look) -> go.Figure:
    """Where every microgram is at the end: one bar that sums to what was supplied."""
    bars = []
    held = dict(zip(result.ledger.places, result.ledger.amount_mcg.any(axis=0), strict=True))
    for place, mcg in result.ledger.at_end().items():
        if place in RARE_PLACES and not held[place]:
            continue
        shape, size = PLACE_PATTERNS[place]
        words = f"{PLACES[place]}: {amount(mcg)}"
        bars.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": [""],
                "x": [mcg],
                "name": words,
                "marker": {"color": PLACE_COLOURS[place], "pattern": PATTERN | {"shape": shape, "size": size}},
                "hovertemplate": f"{words}<extra></extra>",
            }
        )
    mcg_axis = {"text": "mcg", "font": look.font}
    layout = {
        "barmode": "stack",
        "height": look.height,
        "margin": {"l": 12, "r": 12, "t": 10, "b": 40},
        "font": look.font,
        "legend": {"orientation": "h", "y": -0.4, "yanchor": "top", "traceorder": "normal", "font": look.font},
        "uirevision": look.name,
        "xaxis": {"title": mcg_axis, "range": [0.0, 1.02 * ranges.supplied_mcg], "tickfont": look.font},
    }
    return go.Figure({"data": bars, "layout": layout})


def describe_ledger(result: Result) -> str:
    """The ledger in words."""
    filled, opening = amount(float(result.ledger.filled_mcg[-1])), amount(result.ledger.opening_mcg)
    total, given = amount(float(result.ledger.amount_mcg[-1].sum())), float(result.ledger.given_mcg[-1])
    by_hand = f", given without the pump {amount(given)}" if given else ""
    supplied = f"Filled {filled}, in line and body at the start {opening}{by_hand}"
    return f"{supplied}; found again {total} in all places together."
