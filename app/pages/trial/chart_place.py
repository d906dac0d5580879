"""One way to put a chart of the trial on its page."""

from __future__ import annotations

from app.components import chart
from app.figures.parts import Part


def place_chart(figure: Part, key: str, words: str, title: str) -> None:
    """A chart at its own height, with its words and its title."""
    chart.show(figure, key, int(figure["layout"]["height"]), words, title=title)
