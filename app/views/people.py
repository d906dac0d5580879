"""The switch that puts many people behind a curve, and what is assumed about them."""

from __future__ import annotations

import streamlit as st

from app import people_band, table
from app.people_band import Band
from app.wording import TEXT, Words, plain
from sim import Scenario


def show(scenario: Scenario, curve: str) -> Band | None:
    """A switch for one curve; comes back with its band for `figures.with_band`, None if off or there is none.

    curve: a name of `people_band.BANDS` or `people_band.SAME_FOR_ALL`. Nothing is computed while it is off.
    """
    if not st.toggle(TEXT["people_toggle"], key=f"people {curve}"):
        return None
    found = people_band.band(scenario, curve)
    if isinstance(found, str):
        st.caption(plain(found))
        return None
    st.caption(plain(found.words))
    with st.popover(TEXT["people_table"]):
        st.markdown(plain(TEXT["people_assumed"]))
        rows = [(one.label, one.value, one.grade, one.source) for one in people_band.assumptions()]
        table.show(f"{TEXT['people_table']}: {curve}", Words("people")["columns"], rows)
    return found
