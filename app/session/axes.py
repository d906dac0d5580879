"""The axes of the page: those of the loaded scenario until an edit ends outside them."""

from __future__ import annotations

from typing import Final

import streamlit as st

from app import runs
from app.figures import Ranges
from app.session import scenario

AXES: Final = "axes"  # the scenario that was loaded, and drug -> the axes that hold what became of it


def axes(drug: str) -> Ranges:
    """The axes of one drug of the mixture; they stay until the run leaves them, Reset, or another scenario."""
    now, base = scenario.now(), scenario.base()
    start = base if runs.has_drug(base, drug) else now
    known_start, known = st.session_state.get(AXES, (None, {}))
    known = known if known_start == start else {}
    fit = runs.fit(known.get(drug) or runs.ranges(start, drug), start, now, drug)
    st.session_state[AXES] = start, {**known, drug: fit}
    return fit
