"""Refill visit and Trial alone, served as the product serves its pages; `streamlit run` finds `app` here."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.routing import Route

from app.assets import PLOTLY_PATH
from app.server import _plotly

app = st.App(Path(__file__).with_name("rooms_page.py"), routes=[Route(f"/{PLOTLY_PATH}", _plotly)])
