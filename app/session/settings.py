"""What a reader chose: language, units, and whether answers stay hidden until asked for."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any, Final

import streamlit as st

from app.words.text import LANGUAGES, TEXT, is_foreign, speak, translated
from app.words.units import AMOUNT, FLOW, TIME, Units

LANGUAGE, HIDE = "language", "hide"
CHOICES: Final = {"amount": AMOUNT, "flow": FLOW, "time": TIME}
TABS: Final = ("tabs", "model tabs")  # keys
REVEALED: Final = "revealed"  # the scenario whose answer was asked for


def take_up() -> None:
    """Speak the reader's language and units from here on; once per run of the page."""
    state = st.session_state
    _settle(LANGUAGE, LANGUAGES, _first_language())
    _settle(HIDE, (False, True), False)
    for name, shelf in CHOICES.items():
        _settle(f"unit_{name}", shelf, next(iter(shelf)))
    speak(state[LANGUAGE], Units(**{name: state[f"unit_{name}"] for name in CHOICES}))


def _settle(key: str, choices: Container[Any], first: Any) -> None:
    """Written in every run: a widget that the browser builds only when the settings are opened starts from it."""
    value = st.session_state.get(key)
    st.session_state[key] = value if value in choices else first


def _first_language() -> str:
    wanted = (st.context.locale or "en").partition("-")[0].lower()
    return wanted if wanted in LANGUAGES else "en"


def _turn() -> None:
    """What is chosen or open stays so in another language; the browser is told its new words.

    A list knows its choice by the words it was shown with, and the state of tabs is the word on the open one.
    """
    state = st.session_state
    for key, value in list(state.items()):
        if isinstance(value, str | int | tuple) and not isinstance(value, bool):
            state[key] = translated(value, state[LANGUAGE]) if key in TABS else value


def authors_said() -> None:
    """Where texts of authors appear first: that they stay as they were written, if the page speaks otherwise."""
    if is_foreign():
        st.caption(TEXT["by_authors"])


def show(tour_again: Callable[[], None]) -> None:
    """The settings, behind one button, and the tour once more."""
    with st.popover(TEXT["settings"]):
        st.selectbox(
            TEXT["language"], list(LANGUAGES), format_func=LANGUAGES.__getitem__, key=LANGUAGE, on_change=_turn
        )
        for name, shelf in CHOICES.items():
            st.segmented_control(
                TEXT[f"unit_{name}"],
                list(shelf),
                format_func=lambda choice, name=name: TEXT[f"{name}_{choice}"],
                key=f"unit_{name}",
                required=True,
            )
        st.caption(TEXT["fields_note"])
        if is_foreign():
            st.caption(TEXT["english_note"])
        st.toggle(TEXT["hide"], key=HIDE)
        st.button(TEXT["tour_again"], key="tour-again", on_click=tour_again)
