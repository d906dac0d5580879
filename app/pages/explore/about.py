"""The author's words on a scenario, with technical words to tap."""

from __future__ import annotations

import streamlit as st

from app.words.term_links import each_with_terms
from app.words.text import ABOUT
from sim import Scenario


def show(scenario: Scenario, *, has_answer: bool = True) -> None:
    """The words, as far as there are any; what there is to see only with the answer."""
    texts = {title: getattr(scenario, name, "") for name, title in ABOUT.items() if has_answer or name != "see"}
    texts = {title: text for title, text in texts.items() if text}
    for title, words in zip(texts, each_with_terms(list(texts.values())), strict=True):
        st.markdown(f"**{title}.** {words}")
