"""The settings behind one button: language, units, hidden answers, the tour once more."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import session
from app.session.settings import CHOICES, HIDE, LANGUAGE, unit_key
from app.words.reader import LANGUAGES, is_foreign
from app.words.text import TEXT


def show() -> None:
    """The button, and the settings once it is opened."""
    with st.popover(TEXT["settings"]):
        st.selectbox(
            TEXT["language"],
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            key=LANGUAGE,
            on_change=session.settings.turn,
        )
        for name, choices in CHOICES.items():
            st.segmented_control(
                TEXT[f"unit_{name}"],
                list(choices),
                format_func=partial(_choice_in_words, name),
                key=unit_key(name),
                required=True,
            )
        st.caption(TEXT["fields_note"])
        if is_foreign():
            st.caption(TEXT["english_note"])
        st.toggle(TEXT["hide"], key=HIDE)
        st.button(TEXT["tour_again"], key="tour-again", on_click=session.view.tour_again)


def _choice_in_words(name: str, choice: str) -> str:
    return TEXT[f"{name}_{choice}"]


def authors_note() -> None:
    """Where texts of authors appear first: that they stay as they were written, if the page speaks otherwise."""
    if is_foreign():
        st.caption(TEXT["by_authors"])
