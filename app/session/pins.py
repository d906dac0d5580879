"""Runs that were put aside to be compared, and what was noted when they were made."""

from __future__ import annotations

from typing import Final

import streamlit as st

from app import runs
from app.runs import MOST_PINS, Pin
from app.session import scenario, settings
from app.words.reader import language
from sim import ScenarioError

PINS: Final = "pins"
NOTES: Final = "pin notes"  # the language they are in, and they


def pins() -> tuple[Pin, ...]:
    """The pinned runs, in the order of their letters."""
    here: tuple[Pin, ...] = st.session_state.get(PINS, ())
    return here


def keep(new: tuple[Pin, ...]) -> None:
    """Pin these runs and no others."""
    st.session_state[PINS] = new


def is_full() -> bool:
    """Whether the run of this moment cannot be pinned: it is already, or three are."""
    return len(pins()) == MOST_PINS or any(pin.scenario == scenario.now() for pin in pins())


def add() -> None:
    """Pin the run of this moment."""
    keep(runs.with_pin(pins(), scenario.now()))


def remove(letter: str) -> None:
    """Take the pin with this letter away."""
    keep(tuple(pin for pin in pins() if pin.letter != letter))


def take_over(pin: Pin) -> None:
    """Edit the scenario of a pin."""
    scenario.replace(pin.scenario)


def add_mechanisms() -> None:
    """Pin the same fault with three mechanisms; what could not be made is noted."""
    settings.take_up()  # a call comes before the page's own run
    try:
        new, notes = runs.same_fault(scenario.now())
        keep(new)
    except ScenarioError as error:
        notes = error.problems
    st.session_state[NOTES] = language(), notes


def notes() -> tuple[str, ...]:
    """What was noted when mechanisms were pinned, if it was in the language of the page."""
    note_language, sentences = st.session_state.get(NOTES, ("", ()))
    return tuple(sentences) if note_language == language() else ()
