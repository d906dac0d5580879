"""A chart on the page: a figure in Plotly's words travels as one packet of bytes and is drawn again in place.

The packet is a length, a JSON header and float32 arrays, so that a change moves few bytes; the drawing lives in
`static/chart.js`, with the time cursor that all pictures of a run share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from app.components.assets import PLOTLY_PATH, static_version
from app.components.component import component
from app.words.text import BANNER, TEXT

READOUT_PX = 20  # the line of numbers at the cursor, below the chart
PLACE = "@"  # in the header: [start, count] of an array


def encode(figure: Mapping[str, Any], header: Mapping[str, Any]) -> bytes:
    """A figure and what is said with it: header length (uint32), JSON header padded to 4, float32 arrays.

    Arrays are the numpy arrays in its traces; ValueError names a trace that holds a value that is not finite.
    """
    columns: list[np.ndarray] = []
    start = 0
    traces = []
    for place, trace in enumerate(figure["data"]):
        plain = dict(trace)
        for name, value in trace.items():
            if isinstance(value, np.ndarray):
                if not np.isfinite(value).all():
                    raise ValueError(f"trace {place}: {name} holds a value that is not a finite number")
                columns.append(np.ascontiguousarray(value, "<f4"))
                plain[name] = {PLACE: [start, value.size]}
                start += value.size
        traces.append(plain)
    head = {**header, "figure": {"data": traces, "layout": figure["layout"]}}
    text = json.dumps(head, allow_nan=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return b"".join([len(text).to_bytes(4, "little"), text, *(column.tobytes() for column in columns)])


def show(
    figure: Mapping[str, Any], key: str, height: int, words: str, *, title: str = "", has_cursor: bool = True
) -> None:
    """Draw a figure, `height` pixels and a line of numbers at the cursor; `words` say what it shows.

    The title is written on the picture that the learner saves. A chart without a time axis has no cursor.
    """
    header = {
        "words": words,
        "title": title,
        "height": height,
        "has_cursor": has_cursor,
        "banner": BANNER,
        "save": TEXT["save_png"],
        "moment": TEXT["at_moment"],
        "library": f"{PLOTLY_PATH}?v={static_version()}",
    }
    packet = encode(figure, header)
    component("chart")(data=packet, key=key, height=height + (READOUT_PX if has_cursor else 0))
