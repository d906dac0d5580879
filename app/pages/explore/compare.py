"""Runs beside the one that is edited: pin them, see how settings and numbers differ, take one up again."""

from __future__ import annotations

import streamlit as st

from app import runs, session
from app.components import table
from app.pages.explore.moment import Moment
from app.runs import differences
from app.words.model_names import in_words
from app.words.text import TEXT, plain
from sim.scenario import as_intended


def pin_button() -> None:
    """Pins the run of this moment."""
    is_full = session.pins.is_full()
    st.button(
        TEXT["compare_pin"], key="pin", on_click=session.pins.add, disabled=is_full, help=TEXT["compare_pin_help"]
    )


def show(moment: Moment) -> None:
    """Buttons, then the settings that differ and the numbers that came out."""
    scenario, pins = moment.scenario, moment.pins
    with st.container(horizontal=True, gap="small"):
        st.button(TEXT["compare_mechanisms"], key="mechanisms", on_click=session.pins.add_mechanisms)
        for pin in pins:
            take_over, remove = TEXT["compare_take_over"], TEXT["compare_remove"]
            st.button(take_over.format(letter=pin.letter), on_click=session.pins.take_over, args=(pin,))
            st.button(remove.format(letter=pin.letter), on_click=session.pins.remove, args=(pin.letter,))
    st.caption(TEXT["compare_mechanisms_said"])
    for note in session.pins.notes():
        st.caption(plain(note))
    if not pins:
        st.markdown(TEXT["compare_empty"])
        return
    columns = (TEXT["compare_now"], *(f"{pin.letter}: {in_words(pin.title)}" for pin in pins))
    rows = differences([scenario, *(pin.scenario for pin in pins)])
    if rows:
        cells = [(name, *values) for name, values in rows]
        table.show(TEXT["compare_settings"], (TEXT["compare_settings"], *columns), cells)
    else:
        st.markdown(TEXT["compare_same"])
    cases = [
        (scenario, moment.result),
        *((pin.scenario, pin.result) for pin in pins),
        (as_intended(scenario), moment.ghost),
    ]
    readings = [*runs.key_numbers(), runs.harm_number()]
    numbers = [(words, *(read(*case) for case in cases)) for words, read in readings]
    table.show(TEXT["compare_numbers"], (TEXT["compare_numbers"], *columns, TEXT["compare_without"]), numbers)
