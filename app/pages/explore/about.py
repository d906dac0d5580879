"""The author's words on a scenario."""

from __future__ import annotations

import streamlit as st

from app.words.text import ABOUT, plain
from sim import Scenario


def show(scenario: Scenario, *, has_answer: bool = True) -> None:
    """The words, as far as there are any; what there is to see only with the answer."""
    for name, title in ABOUT.items():
        words = getattr(scenario, name, "")
        if words and (has_answer or name != "see"):
            st.markdown(f"**{title}.** {plain(words)}")
