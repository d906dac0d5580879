"""What every chart is made of: points, lines, levels, notes and axes, as plain tables that Plotly reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.figures.axes import Array, Ranges, edge_day
from app.figures.theme import (
    BY_GROUND,
    FONT,
    FONT_PX,
    GREEN,
    LIGHT_INK,
    LINE_PX,
    THIN_PX,
    VERMILLION,
)
from app.words.numbers import signs
from app.words.reader import units
from app.words.text import TEXT
from app.words.units import TIME
from sim import Result
from sim.exact import Steps

N_BIN = 700
Points = tuple[Array, Array]  # days, values
Others = Sequence[tuple[str, Result]]  # name and run of what the reader compares with
Part = dict[str, Any]  # one piece of a figure, as Plotly spells it


@dataclass(frozen=True)
class Look:
    """How a chart is shown: its zoom lives as long as `name` stays."""

    name: str
    height: int
    ink: str

    @property
    def is_dark(self) -> bool:
        """Whether the ground is dark: its ink is light."""
        return self.ink == LIGHT_INK

    @property
    def font(self) -> Part:
        """Size, colour and family of the text in the chart."""
        return {"size": FONT_PX, "color": self.ink, "family": FONT}

    @property
    def truth(self) -> str:
        """Blue for what is true, as light as the ground asks for."""
        return self._by_ground("truth")

    @property
    def warm(self) -> str:
        """Orange, as dark as the ground asks for."""
        return self._by_ground("warm")

    @property
    def harm(self) -> str:
        """Red for too much of a drug, as light as the ground asks for."""
        return self._by_ground("harm")

    @property
    def ground(self) -> str:
        """Colour behind a word that lies on a line."""
        return self._by_ground("ground")

    @property
    def grid(self) -> str:
        """Colour of the grid, as faint as a line can be."""
        return self._by_ground("grid")

    @property
    def tint(self) -> str:
        """Colour of an area that curves cross."""
        return self._by_ground("tint")

    def _by_ground(self, name: str) -> str:
        return BY_GROUND[name][self.is_dark]


def stairs(signal: Steps, factor: float = 1.0) -> Points:
    """Edges in days and values of a step signal, ready for a line of shape hv."""
    value = factor * signal.value
    return key_points(edge_day(signal), np.append(value, value[-1:]))


def key_points(day: Array, value: Array, n_bin: int = N_BIN) -> Points:
    """First, lowest, highest and last point of each bin, in order of time, so that a bolus survives.

    >>> float(key_points(np.arange(10000.0), np.eye(1, 10000, 4321)[0])[1].max())
    1.0
    """
    if len(day) <= 4 * n_bin:
        return day, value
    index = key_index(day, value, n_bin)
    return day[index], value[index]


def key_index(day: Array, value: Array, n_bin: int = N_BIN) -> NDArray[np.int64]:
    """Places of the points that `key_points` keeps, rising."""
    if len(day) <= 4 * n_bin:
        return np.arange(len(day))
    place = np.minimum(((day - day[0]) / (day[-1] - day[0]) * n_bin).astype(int), n_bin - 1)
    starts = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
    keep: set[int] = set()
    for low, high in zip(starts.tolist(), [*starts[1:].tolist(), len(day)], strict=True):
        part = value[low:high]
        keep |= {low, low + int(part.argmin()), low + int(part.argmax()), high - 1}
    return np.array(sorted(keep))


def days(result: Result) -> Array:
    """Times (n,) of a result, in days."""
    return result.time_h / 24.0


def line(
    points: Points, name: str, colour: str, dash: str = "solid", shape: str = "linear", width: float = LINE_PX
) -> Part:
    """One curve over time, in the reader's unit of time."""
    return {
        "type": "scatter",
        "x": (units().time_factor * points[0]).astype("f4"),
        "y": points[1].astype("f4"),
        "name": name,
        "mode": "lines",
        "line": {"color": colour, "width": width, "dash": dash, "shape": shape},
        "hovertemplate": "%{y:.4g}",
    }


def other_lines(others: Others, read: Callable[[Result], Points], look: Look, shape: str = "linear") -> list[Part]:
    """The same curve of other runs, each in the style of its place."""
    styles = ((look.warm, "longdash"), (GREEN, "dashdot"), (VERMILLION, "longdashdot"))
    return [
        line(read(run), name, colour, dash, shape, width=THIN_PX)
        for (name, run), (colour, dash) in zip(others, styles, strict=False)
    ]


def note(text: str, look: Look, **place: Any) -> Part:
    """Words in a chart, without an arrow; place: where, in Plotly's words."""
    return {"text": text, "showarrow": False, "font": look.font, **place}


def refit_note(ranges: Ranges, axis_name: str, top: str, look: Look) -> list[Part]:
    """Where an axis is no longer as the scenario was loaded: to what it reaches now."""
    if axis_name not in ranges.refitted:
        return []
    place = {"xref": "paper", "yref": "paper", "x": 0.5, "y": 1.0, "xanchor": "center", "yanchor": "top"}
    return [note(TEXT["axis_now"].format(top=top), look, bgcolor=look.ground, **place)]


def level(y: float, text: str, dash: str, anchor: str, look: Look, *, is_right: bool = False) -> tuple[Part, Part]:
    """A level across the chart and its name, at the left or the right end."""
    pen = {"color": VERMILLION, "width": THIN_PX, "dash": dash}
    across = {"type": "line", "xref": "paper", "x0": 0.0, "x1": 1.0, "y0": y, "y1": y, "line": pen}
    side = {"x": 1.0, "xanchor": "right", "bgcolor": look.ground} if is_right else {"x": 0.0, "xanchor": "left"}
    return across, note(text, look, xref="paper", y=y, yanchor=anchor, **side)


def upright(at_day: float, colour: str, dash: str) -> Part:
    """An upright line across the chart at a day."""
    x = units().time_factor * at_day
    pen = {"color": colour, "width": THIN_PX, "dash": dash}
    return {"type": "line", "yref": "paper", "y0": 0.0, "y1": 1.0, "x0": x, "x1": x, "line": pen}


def time_axis(duration_day: float, look: Look) -> Part:
    """The axis of time, from the start of the run to its end; `meta` of the layout tells its unit."""
    factor, word, _ = TIME[units().time]
    title = {"text": TEXT[word], "font": look.font, "standoff": 4}
    return {"title": title, "range": [0.0, factor * duration_day], "hoverformat": ".4g"} | axis(look)


def axis(look: Look) -> Part:
    """Text, grid and line of an axis, the same for all."""
    return {"tickfont": look.font, "gridcolor": look.grid, "linecolor": look.grid, "zeroline": False}


def frame(look: Look, duration_day: float | None = None, **more: Any) -> Part:
    """The layout that all charts share: ground, text, zoom; the unit and the length of time that the cursor follows."""
    return {
        "height": look.height,
        "font": look.font,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "uirevision": look.name,
        "separators": signs().decimal + signs().thousands,
        "meta": {"per_day": units().time_factor} | ({} if duration_day is None else {"duration_day": duration_day}),
        "hoverlabel": {"font": {"size": FONT_PX, "family": FONT}},
    } | more


def chart(
    lines: Sequence[Part],
    duration_day: float,
    y_title: str,
    top: float,
    look: Look,
    levels: Sequence[tuple[Part, Part]] = (),
    notes: Sequence[Part] = (),
    bottom: float | None = None,
) -> Part:
    """Curves over time; the upright axis ends at `top` and starts a little below 0, or at `bottom`."""
    layout = frame(
        look,
        duration_day,
        margin={"l": 62, "r": 8, "t": 26, "b": 42},
        hovermode="x unified",
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0.0, "itemwidth": 30, "font": look.font},
        showlegend=True,
        xaxis=time_axis(duration_day, look),
        yaxis={
            "title": {"text": y_title, "font": look.font},
            "range": [-0.02 * top if bottom is None else bottom, top],
        }
        | axis(look),
        shapes=[across for across, _ in levels],
        annotations=[name for _, name in levels] + list(notes),
    )
    return {"data": list(lines), "layout": layout}
