"""Tells the browser which language the page is in: listeners, spelling and hyphens follow."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.words.text import language

SCRIPT = "export default ({ data }) => { document.documentElement.lang = data.language; };"


@cache
def _component() -> Any:
    import streamlit as st

    return st.components.v2.component("pumplab_spoken", js=SCRIPT, isolate_styles=False)


def show() -> None:
    """Nothing to be seen."""
    _component()(data={"language": language()}, key="language of the page", height=1, width=1)
