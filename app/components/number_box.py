"""A number typed beside a slider: what was typed counts once, whatever else moves at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import streamlit as st

from app.components.component import component

BEFORE: Final = "typed."  # before a field's path: the key of the box
HEARD: Final = "typed heard"  # path -> number of the entry that was taken up last


def show(path: str, label: str, value: Any) -> None:
    """The box; `value` stands in it until something else is typed."""
    heard = st.session_state.get(HEARD, {}).get(path, 0)
    data = {"label": label, "value": value, "heard": heard}
    component("typed")(
        data=data, key=BEFORE + path, default={"entry": None}, on_entry_change=_no_more, height=34, width=84
    )


def _no_more() -> None:
    """Entries are read when the page runs: a call could be lost where a run is interrupted, a state cannot."""


def entries() -> Iterator[tuple[str, float | None]]:
    """(path, number) of every entry since the last time; None where a box was emptied."""
    heard = st.session_state.setdefault(HEARD, {})
    for key in [str(key) for key in st.session_state]:
        entry = (st.session_state[key] or {}).get("entry") if key.startswith(BEFORE) else None
        path = key.removeprefix(BEFORE)
        if entry and entry["turn"] > heard.get(path, 0):
            heard[path] = entry["turn"]
            yield path, entry["value"]
