"""What happened, as a list that follows the time cursor; choosing a line goes to its moment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from app.assets import loader

HEIGHT_PX = 320


@cache
def _component() -> Any:
    import streamlit as st

    return st.components.v2.component("pumplab_happenings", js=loader("happenings.js"), isolate_styles=False)


def show(rows: Sequence[tuple[float, str, str]], words: str) -> None:
    """(day, when in words, what) of each, in order of time; `words` name the list."""
    data = {"rows": [list(row) for row in rows], "words": words}
    _component()(data=data, key="happenings", height=min(HEIGHT_PX, 12 + 36 * len(rows)))
