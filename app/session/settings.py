"""What a reader chose: language, units, and whether answers stay hidden until asked for."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, Final

import streamlit as st

from app.words.reader import LANGUAGES, speak
from app.words.text import translate
from app.words.units import AMOUNT, FLOW, TIME, Units

LANGUAGE, HIDE = "language", "hide"
CHOICES: Final[Mapping[str, Mapping[str, tuple[object, ...]]]] = {"amount": AMOUNT, "flow": FLOW, "time": TIME}
TABS: Final = ("tabs", "model tabs")  # keys of what knows its choice by the words on it


def take_up() -> None:
    """Speak the reader's language and units from here on; once per run of the page."""
    state = st.session_state
    _settle(LANGUAGE, LANGUAGES, _first_language())
    _settle(HIDE, (False, True), False)
    for name, choices in CHOICES.items():
        _settle(unit_key(name), choices, next(iter(choices)))
    speak(state[LANGUAGE], Units(**{name: state[unit_key(name)] for name in CHOICES}))


def speak_again() -> None:
    """Speak as the reader has chosen in a call that comes before the page's own run; writes no widget."""
    state = st.session_state
    if LANGUAGE in state and all(unit_key(name) in state for name in CHOICES):
        speak(state[LANGUAGE], Units(**{name: state[unit_key(name)] for name in CHOICES}))


def unit_key(name: str) -> str:
    """Key of the unit of amounts, of flow or of time."""
    return f"unit_{name}"


def is_hidden() -> bool:
    """Whether what comes out of a scenario is hidden until it is asked for."""
    return bool(st.session_state[HIDE])


def _settle(key: str, choices: Container[Any], first: Any) -> None:
    """Written in every run: a widget that the browser builds only when the settings are opened starts from it."""
    value = st.session_state.get(key)
    st.session_state[key] = value if value in choices else first


def _first_language() -> str:
    language = (st.context.locale or "en").partition("-")[0].lower()
    return language if language in LANGUAGES else "en"


def turn() -> None:
    """Keep choices and open tabs when the language changes; the browser gets their new words.

    A list knows its choice by the words it was shown with, and the state of tabs is the word on the open one.
    """
    state = st.session_state
    for key, value in list(state.items()):
        if isinstance(value, str | int | tuple) and not isinstance(value, bool):
            is_word = key in TABS and isinstance(value, str)
            state[key] = translate(str(value), state[LANGUAGE]) if is_word else value
