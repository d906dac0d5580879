"""The two rooms on one page, with the scenario that a frame would give them."""

from __future__ import annotations

import streamlit as st

from app.theme import DARK_INK, LIGHT_INK, STYLE
from app.views import trial, visit
from app.wording import BANNER
from sim import Scenario, catalogue


def take(scenario: Scenario) -> None:
    st.session_state["taken"] = scenario.title


st.set_page_config(layout="wide")
st.html(STYLE)
with st.container(key="banner"):
    st.markdown(BANNER)
ink = LIGHT_INK if st.context.theme.type == "dark" else DARK_INK
if st.query_params.get("room") == "trial":
    trial.show(take, ink)
else:
    visit.show(catalogue().scenarios["beside-the-septum"], take, ink)
if "taken" in st.session_state:
    st.text(f"taken: {st.session_state['taken']}")
