"""A box for a file: the framework's own, which screen readers are told is a group of its name."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from app.assets import loader


@cache
def _component() -> Any:
    return st.components.v2.component("pumplab_filebox", js=loader("filebox.js"), isolate_styles=False)


def show(label: str, key: str, **settings: Any) -> Any:
    """The file that was chosen, None where there is none; settings as `st.file_uploader` takes them."""
    with st.container(gap=None):
        sent = st.file_uploader(label, key=key, **settings)
        _component()(key=f"{key} role", height=1)
    return sent
