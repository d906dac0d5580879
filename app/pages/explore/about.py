"""The author's words on a scenario, plain or with technical words to tap."""

from __future__ import annotations

import streamlit as st

from app.components import term_text
from app.words.text import ABOUT, plain
from sim import Scenario


def show_terms(scenario: Scenario, *, has_answer: bool = True) -> None:
    """The same words, in which technical ones can be tapped."""
    term_text.show([(f"{title}.", words) for title, words in _words(scenario, has_answer)], "about")


def show(scenario: Scenario, *, has_answer: bool = True) -> None:
    """The words, as far as there are any; what there is to see only with the answer."""
    for title, words in _words(scenario, has_answer):
        st.markdown(f"**{title}.** {plain(words)}")


def _words(scenario: Scenario, has_answer: bool) -> list[tuple[str, str]]:
    """(title, text) of what the author says."""
    texts = ((name, title, getattr(scenario, name, "")) for name, title in ABOUT.items())
    return [(title, words) for name, title, words in texts if words and (has_answer or name != "see")]
