"""A number that a page asks for besides the fields of a scenario; what cannot be taken stays, with the reason."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import number_box
from app.words.number_entry import Wanted
from app.words.text import plain

WIDTH_PX = 320


def show(
    name: str, label: str, wanted: Wanted, start: float | None = None, step: float = 1.0, width: int = WIDTH_PX
) -> float | None:
    """The box, and its number: the last one that could be taken; name: the key under which the session keeps it."""
    value = session.number_box.number(name, wanted, start)
    problem = session.number_box.problem(name, wanted)
    number_box.show(
        session.number_box.key(name),
        label,
        value,
        session.number_box.n_taken(name),
        text=session.number_box.text_not_taken(name),
        problem=problem,
        step=step,
        ends=(wanted.low, wanted.high),
        help=wanted.range,
        width=width,
    )
    if problem:
        st.error(plain(problem), icon=":material/block:")
    return value
