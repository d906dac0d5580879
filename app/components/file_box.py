"""A box for a file: the framework's own, which screen readers are told is a group of its name."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.components.component import component


def show(label: str, key: str, **settings: Any) -> Any:
    """The file that was chosen, None where there is none; settings as `st.file_uploader` takes them."""
    with st.container(gap=None):
        sent = st.file_uploader(label, key=key, **settings)
        component("file_box")(key=f"{key} role", height=1)
    return sent
