"""A chart on the page: a figure in Plotly's words travels as one packet of bytes and is drawn again in place.

Its numbers are packed as float32, so that a change moves few bytes; the drawing lives in `static/js/chart.js`, with
the time cursor that all pictures of a run share.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.components.assets import PLOTLY_PATH, static_version
from app.components.component import component
from app.figures.packet import pack
from app.figures.theme import BY_GROUND
from app.words.text import BANNER, TEXT

READOUT_PX = 20  # the line of numbers at the cursor, below the chart
COLUMN = "@"  # in the header: name of the array that belongs there


def encode(figure: Mapping[str, Any], header: Mapping[str, Any]) -> bytes:
    """The packet of a figure and of what is said with it; arrays are the numpy arrays in its traces.

    ValueError names a trace that holds a value that is not finite.
    """
    columns: dict[str, np.ndarray] = {}
    traces = []
    for place, trace in enumerate(figure["data"]):
        plain = dict(trace)
        for name, value in trace.items():
            if isinstance(value, np.ndarray):
                if not np.isfinite(value).all():
                    raise ValueError(f"trace {place}: {name} holds a value that is not a finite number")
                plain[name] = {COLUMN: f"{place}.{name}"}
                columns[f"{place}.{name}"] = value
        traces.append(plain)
    return pack({**header, "figure": {"data": traces, "layout": figure["layout"]}}, columns, {})


def packet(figure: Mapping[str, Any], height: int, words: str, *, title: str = "", has_cursor: bool = True) -> bytes:
    """All that the browser needs to draw a figure, in the language of the moment."""
    header = {
        "words": words,
        "title": title,
        "height": height,
        "has_cursor": has_cursor,
        "banner": BANNER,
        "save": TEXT["save_png"],
        "moment": TEXT["at_moment"],
        "by_ground": list(BY_GROUND.values()),
        "library": f"{PLOTLY_PATH}?v={static_version()}",
    }
    return encode(figure, header)


def show(
    figure: Mapping[str, Any], key: str, height: int, words: str, *, title: str = "", has_cursor: bool = True
) -> None:
    """Draw a figure, `height` pixels and a line of numbers at the cursor; `words` say what it shows.

    The title is written on the picture that the learner saves. A chart without a time axis has no cursor.
    """
    sent = packet(figure, height, words, title=title, has_cursor=has_cursor)
    component("chart")(data=sent, key=key, height=height + (READOUT_PX if has_cursor else 0))
