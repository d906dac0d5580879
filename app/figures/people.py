"""A band of people behind the curves of a chart: from the 5th to the 95th percentile, with the median."""

from __future__ import annotations

import numpy as np

from app.figures.parts import Look, Part, line
from app.figures.theme import GREY, THIN_PX
from app.words.text import TEXT

EDGE_PX, MEDIAN_PX = 1.0, THIN_PX
HEADROOM = 1.05


def with_band(figure: Part, day: np.ndarray, band: np.ndarray, name: str, look: Look, factor: float = 1.0) -> Part:
    """The figure with a band behind its curves; its upright axis grows where the band would leave it.

    band: (3, m), 5th, 50th and 95th percentile at days (m,), in the unit of the figure once times `factor`;
    name: what the band is of.
    """
    low, middle, high = (factor * row for row in band)
    behind = [
        line((day, low), TEXT["people_low"].format(name=name), GREY, "solid", width=EDGE_PX),
        line((day, high), TEXT["people_high"].format(name=name), GREY, "solid", width=EDGE_PX)
        | {"fill": "tonexty", "fillcolor": look.tint},
        line((day, middle), TEXT["people_middle"].format(name=name), GREY, "longdashdot", width=MEDIAN_PX),
    ]
    axis = dict(figure["layout"]["yaxis"])
    bottom, top = axis["range"]
    axis["range"] = [bottom, max(top, HEADROOM * float(high.max()))]
    return {"data": [*behind, *figure["data"]], "layout": figure["layout"] | {"yaxis": axis}}
