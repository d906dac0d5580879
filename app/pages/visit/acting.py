"""What every step of a refill visit needs: to act, or to say why not; and to ask for a number."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import session
from app.pages import number_field
from app.teaching.refill_visit import Visit
from app.words.number_entry import Wanted
from app.words.refusals import refusal_in_words
from app.words.text import TEXT, plain
from sim import Scenario, ScenarioError


def do(act: Callable[[], Visit]) -> None:
    """Carry out an act and show what comes next; where it cannot be carried out, keep all and note why."""
    if session.number_box.is_marked():
        st.error(TEXT["typed_first"], icon=":material/block:")
        return
    hand_over(lambda: session.visit.do(act))


def hand_over(act: Callable[[], None]) -> None:
    """Do something and draw the page anew; where it cannot be done, note why, until it is mended."""
    try:
        act()
    except ScenarioError as error:
        session.visit.note_problems(error.problems)
        return
    session.visit.note_problems(())
    st.rerun()


def say_why_not(scenario: Scenario) -> None:
    """Why the last act could not be carried out."""
    for problem in session.visit.problems():
        words = plain(refusal_in_words(problem, scenario))
        st.error(f"{TEXT['visit_refused']} {words}", icon=":material/block:")


def number_box(name: str, value: float | None, step: float) -> float | None:
    """A number that the learner types; what was typed stays until the visit ends."""
    key = session.visit.key(name)
    return number_field.show(key, TEXT[f"visit_{name}"], Wanted(may_be_empty=value is None), value, step)


def amount_box(name: str, value: float, step: float) -> float:
    """A number that has a value to start from; an emptied box keeps the one it had."""
    number = number_box(name, value, step)
    return value if number is None else number
