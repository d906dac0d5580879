"""Equations in words, as formula and with their source, one card each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.words.sources import Equation
from app.words.term_links import each_with_terms
from app.words.text import TEXT, plain


def show(equations: Sequence[Equation], key: str) -> None:
    """The cards of a group, side by side where there is room."""
    with st.container(key=key):
        texts = each_with_terms([equation.words for equation in equations])
        for equation, words in zip(equations, texts, strict=True):
            with st.container(border=True, gap="small"):
                st.markdown(f"**{plain(equation.name)}.** {words}")
                st.code(equation.formula, language=None, wrap_lines=True)
                st.caption(f"{TEXT['source']}: {plain(equation.source)}")
