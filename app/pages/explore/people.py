"""The switch that puts many people behind a curve, and what is assumed about them."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import table
from app.runs import Band, bands
from app.words.text import TEXT, Words, plain
from sim import Scenario


def chosen(scenario: Scenario, curve: str) -> Band | None:
    """The band behind a curve where it was switched on, for `figures.with_band`; None if off or there is none."""
    if not session.view.has_people(curve):
        return None
    found = bands.band(scenario, curve)
    return None if isinstance(found, str) else found


def show(scenario: Scenario, curve: str) -> None:
    """The switch of one curve, what is assumed, or why there is no band; nothing is computed while it is off.

    curve: a name of `people_band.BANDS` or `people_band.SAME_FOR_ALL`.
    """
    if not st.toggle(TEXT["people_toggle"], key=session.view.people_key(curve), persist_state="session"):
        return
    found = bands.band(scenario, curve)
    if isinstance(found, str):
        st.caption(plain(found))
        return
    st.caption(plain(found.words))
    st.markdown(plain(TEXT["people_assumed"]))
    rows = [(one.label, one.value, one.grade, one.source) for one in bands.assumptions()]
    table.show(f"{TEXT['people_table']}: {curve}", Words("people")["columns"], rows)
