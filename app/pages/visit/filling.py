"""The step of a refill visit at which drug goes in."""

from __future__ import annotations

import streamlit as st

from app import session
from app.pages.visit import listing
from app.pages.visit.acting import amount_box, do
from app.teaching import refill_visit
from app.teaching.refill_visit import Visit
from app.words.text import TEXT, plain, strength
from app.words.volume import ml


def show(visit: Visit) -> None:
    """Vial, volume and needle; what is injected goes where the needle lies."""
    was = refill_visit.before(visit)
    visit = listing.show(visit, "fill")
    st.markdown(plain(TEXT["visit_tray_said"]))
    if listing.act(visit, "labels", "labels"):
        do(lambda: refill_visit.do(visit, "labels_read"))
    vials = refill_visit.tray(visit)
    names = [TEXT["visit_vial_first"], *(TEXT["visit_vial"].format(n=i + 1) for i in range(1, len(vials)))]
    if visit.has("labels_read"):
        labels = zip(names, vials, strict=True)
        names = [TEXT["visit_label"].format(name=name, strength=strength(vial.mcg_ml)) for name, vial in labels]
    place = st.radio(
        TEXT["visit_tray"],
        range(len(vials)),
        None,
        format_func=names.__getitem__,
        key=session.visit.key("vial"),
        persist_state="session",
    )
    volume = amount_box("volume", was.last.in_ml, 1.0)
    is_anew = visit.has("placed_anew")
    hub = "visit_hub_anew" if is_anew else "visit_hub_high" if refill_visit.is_in_pocket(visit) else "visit_hub_same"
    st.markdown(plain(TEXT[hub]))
    with st.container(horizontal=True, gap="small"):
        if listing.act(visit, "needle_test", "test"):
            do(lambda: refill_visit.try_needle(visit))
        if st.button(TEXT["visit_needle_anew"], key="visit anew"):
            do(lambda: refill_visit.do(visit, "placed_anew"))
    if visit.has("tested_again") or (visit.has("tested") and not is_anew):
        st.markdown(plain(TEXT["visit_needle_bad" if refill_visit.is_in_pocket(visit) else "visit_needle_good"]))
    in_portions = visit.has(refill_visit.PORTIONS)
    if visit.depth != "expert":
        label = TEXT["visit_portions"].format(ml=ml(refill_visit.PORTION_ML))
        in_portions = st.checkbox(label, key=session.visit.key("portions"), persist_state="session")
    if st.button(TEXT["visit_fill"], icon=":material/arrow_forward:", type="primary", key="visit fill"):
        if place is None:
            st.warning(TEXT["visit_fill_needed"], icon=":material/info:")
        else:
            do(lambda: refill_visit.fill(refill_visit.choose_vial(visit, place), volume, in_portions))
