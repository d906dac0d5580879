"""A box for a file: the framework's own, a group for screen readers, and a way out where a frame takes no file."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.components.component import component
from app.words.text import TEXT


def show(label: str, key: str, **settings: Any) -> Any:
    """The file that was chosen, None where there is none; settings as `st.file_uploader` takes them."""
    with st.container(gap=None):
        sent = st.file_uploader(label, key=key, **settings)
        words = {"framed": TEXT["files_framed"], "leave": TEXT["files_leave"]}
        component("file_box")(data=words, key=f"{key} role", height="content")
    return sent
