"""What every step of a refill visit needs: to act, or to say why not; and to ask for a number."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import session
from app.teaching.refill_visit import Visit
from app.words.text import TEXT, plain
from sim import ScenarioError

NUMBER_PX = 320


def do(act: Callable[[], Visit]) -> None:
    """Carry out an act and show what comes next; where it cannot be carried out, say why and keep all."""
    hand_over(lambda: session.visit.do(act))


def hand_over(act: Callable[[], None]) -> None:
    """Do something and draw the page anew; where it cannot be done, say why."""
    try:
        act()
    except ScenarioError as error:
        for problem in error.problems:
            st.error(f"{TEXT['visit_refused']} {plain(problem)}", icon=":material/block:")
        return
    st.rerun()


def number_box(name: str, value: float | None, step: float) -> float | None:
    """A number that the learner types; what was typed stays until the visit ends."""
    return st.number_input(
        TEXT[f"visit_{name}"],
        value=value,
        step=step,
        format="%g",
        key=session.visit.key(name),
        persist_state="session",
        width=NUMBER_PX,
    )


def amount_box(name: str, value: float, step: float) -> float:
    """A number that has a value to start from; an emptied box counts as 0, which the model then judges."""
    return number_box(name, value, step) or 0.0
