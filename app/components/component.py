"""What the browser draws itself: a component of the page whose code is a file of `static/js`."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.components.assets import SCRIPT_PATH, SCRIPTS, static_version


@cache
def component(name: str) -> Any:
    """The component of that name; made once, mounted by calling it.

    All that travels with each change is a loader: the code itself is fetched once.
    """
    import streamlit as st

    address = f"{SCRIPT_PATH}/{static_version()}/{name}.js"
    loader = SCRIPTS["loader.js"].decode().replace("@ADDRESS@", address)
    return st.components.v2.component(f"pumplab_{name}", js=loader, isolate_styles=False)
