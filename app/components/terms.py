"""Technical words that can be tapped: what opens their meanings, and a row for those that stand in labels.

In a text, `app.words.term_links.with_terms` makes each of them a link of the text itself, so nothing comes late.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.components.component import component
from app.words import term_links
from app.words.text import TEXT


def listen() -> None:
    """Nothing to be seen: on the whole page, a word that is tapped shows what it means below its paragraph."""
    component("terms")(key="terms of the page", height=1, width=1)


def row(labels: Sequence[str], key: str) -> None:
    """The words to tap in labels, which cannot be tapped themselves; nothing where there are none."""
    links = term_links.links(labels)
    if links:
        with st.container(key=f"terms-here-{key}"):
            st.markdown(f"{TEXT['terms_here']} {' '.join(links)}")
