"""Numbers that are typed: every entry counts once, whatever else moves at the same time, and none is lost.

A box that belongs to no field of the scenario keeps its number here, under a key of its own; while a text cannot be
taken, the number stays, and the box shows the text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import streamlit as st

from app.words.number_entry import Wanted, read
from sim import ScenarioError

PREFIX: Final = "typed."  # before a field's path, or the key of a number: the key of the box
LAST_TURNS: Final = "typed heard"  # path -> number of the entry that was taken up last
TEXTS: Final = "typed and not taken"  # key of a number -> the text that cannot be taken
MARKED: Final = "typed and marked"  # keys of the numbers whose boxes show such a text on this page
LONGEST: Final = 200


class Entry(NamedTuple):
    """What was typed; or the number that an arrow key led to, with the text that the box shows of it."""

    text: str
    number: float | None


def key(path: str) -> str:
    """Key of the box of a field, or of a number."""
    return PREFIX + path


def n_taken(path: str) -> int:
    """How many entries of a box were taken up."""
    return int(st.session_state.get(LAST_TURNS, {}).get(path, 0))


def entry(path: str) -> Entry | None:
    """What was typed into a box since the last time; None where nothing was."""
    turns = st.session_state.setdefault(LAST_TURNS, {})
    sent: Any = (st.session_state.get(key(path)) or {}).get("entry")
    if not isinstance(sent, Mapping) or not isinstance(sent.get("turn"), int) or sent["turn"] <= turns.get(path, 0):
        return None  # nothing new, or nothing that a box sends
    turns[path] = sent["turn"]
    number = sent.get("number")
    is_number = isinstance(number, int | float) and math.isfinite(number)
    return Entry(str(sent.get("text", ""))[:LONGEST], float(number) if is_number else None)


def paths() -> list[str]:
    """Path, or key of the number, of every box that is on the page or was."""
    return [str(name).removeprefix(PREFIX) for name in st.session_state if str(name).startswith(PREFIX)]


# ---------------------------------------------------------------- numbers of no field


def number(name: str, wanted: Wanted, start: float | None = None) -> float | None:
    """The number of a box, with what was typed lately, if that can be taken; what cannot is kept as a text."""
    state = st.session_state
    texts = state.setdefault(TEXTS, {})
    new = entry(name)
    if name not in state:
        state[name] = start
        texts.pop(name, None)
    if new is not None:
        try:
            state[name] = read(new.text, wanted, new.number)
            texts.pop(name, None)
        except ScenarioError:
            texts[name] = new.text
    value: float | None = state[name]
    state[name] = value  # written in every run, so that it outlives a page that does not show it
    return value


def text_not_taken(name: str) -> str | None:
    """The text in a box that cannot be taken; None where there is none."""
    text: str | None = st.session_state.get(TEXTS, {}).get(name)
    return text


def problem(name: str, wanted: Wanted) -> str:
    """Why the text in a box cannot be taken, in the reader's language; empty where it can."""
    text = text_not_taken(name)
    if text is None:
        return ""
    try:
        read(text, wanted)
    except ScenarioError as error:
        st.session_state.setdefault(MARKED, set()).add(name)
        return error.problems[0]
    return ""


def start_page() -> None:
    """No box has been drawn yet in this run of the page."""
    st.session_state[MARKED] = set()


def is_marked() -> bool:
    """Whether a box that was drawn in this run shows a text that cannot be taken."""
    return bool(st.session_state.get(MARKED))
