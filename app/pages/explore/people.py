"""The switch that puts many people behind a curve, and what is assumed about them."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import table
from app.runs import Band, bands
from app.words.text import TEXT, Words, plain
from sim import Scenario


def band_to_show(scenario: Scenario, curve: str) -> Band | None:
    """The band behind a curve where it was switched on, for `figures.with_band`; None if off or there is none."""
    if not session.view.has_people(curve):
        return None
    band = bands.band(scenario, curve)
    return None if isinstance(band, str) else band


def show(scenario: Scenario, curve: str) -> None:
    """The switch of one curve, what is assumed, or why there is no band; nothing is computed while it is off.

    curve: a name of `bands.BANDS` or `bands.SAME_FOR_ALL`.
    """
    if not st.toggle(TEXT["people_toggle"], key=session.view.people_key(curve), persist_state="session"):
        return
    band = bands.band(scenario, curve)
    if isinstance(band, str):
        st.caption(plain(band))
        return
    st.caption(plain(band.words))
    st.markdown(plain(TEXT["people_assumed"]))
    rows = [
        (assumption.label, assumption.value, assumption.grade, assumption.source) for assumption in bands.assumptions()
    ]
    table.show(f"{TEXT['people_table']}: {curve}", Words("people")["columns"], rows)
