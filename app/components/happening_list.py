"""What happened, as a list that follows the time cursor; choosing a line goes to its moment."""

from __future__ import annotations

from collections.abc import Sequence

from app.components.component import component

HEIGHT_PX = 320


def show(rows: Sequence[tuple[float, str, str, str]], words: str) -> None:
    """(day, when in words, what, kind) of each, in order of time; `words` name the list."""
    data = {"rows": [list(row) for row in rows], "words": words}
    component("happening_list")(data=data, key="happenings", height=min(HEIGHT_PX, 12 + 36 * len(rows)))
