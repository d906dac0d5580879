"""Numbers typed beside a slider: what was typed counts once, whatever else moves at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import streamlit as st

PREFIX: Final = "typed."  # before a field's path: the key of the box
LAST_TURNS: Final = "typed heard"  # path -> number of the entry that was taken up last


def key(path: str) -> str:
    """Key of the box beside a field's slider."""
    return PREFIX + path


def n_taken(path: str) -> int:
    """How many entries of a box were taken up."""
    return int(st.session_state.get(LAST_TURNS, {}).get(path, 0))


def entries() -> Iterator[tuple[str, float | None]]:
    """(path, number) of every entry since the last time; None where a box was emptied."""
    turns = st.session_state.setdefault(LAST_TURNS, {})
    for name in [str(name) for name in st.session_state]:
        entry = (st.session_state[name] or {}).get("entry") if name.startswith(PREFIX) else None
        path = name.removeprefix(PREFIX)
        if entry and entry["turn"] > turns.get(path, 0):
            turns[path] = entry["turn"]
            yield path, entry["value"]
