"""What the browser draws itself: a component of the page whose code is a file of `static`."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.components.assets import loader


@cache
def component(name: str, css: str | None = None) -> Any:
    """The component that lives in `static`, in the file of its name; made once, mounted by calling it."""
    import streamlit as st

    return st.components.v2.component(f"pumplab_{name}", css=css, js=loader(f"{name}.js"), isolate_styles=False)
