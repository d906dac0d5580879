"""The head of Explore: the scenario picker, and what can be done with the scenario as a whole."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import panel
from app.pages import link, settings
from app.pages.explore import about, compare, files
from app.pages.explore.moment import Moment
from app.session.picker import CHOICE, GUESTS
from app.session.view import ABOUT, FILES
from app.words.text import TEXT
from sim import catalogue


def show(moment: Moment) -> None:
    """The scenario picker and the buttons, in one line."""
    titles = {name: scenario.title for name, scenario in catalogue().scenarios.items()}
    guest = session.picker.guest()
    if guest is not None:
        origin, scenario = guest
        titles = {origin: f"{TEXT[origin]}: {scenario.title}"} | titles
    session.picker.settle()
    with st.container(key="head", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            TEXT["scenario"],
            list(titles),
            format_func=titles.__getitem__,
            key=CHOICE,
            on_change=session.picker.take_choice,
            width=380,
            label_visibility="collapsed",
        )
        with st.container(key="acts", horizontal=True, vertical_alignment="bottom", gap="small", width="content"):
            _acts(moment)


def _acts(moment: Moment) -> None:
    """About, undo, redo, reset, pin, files and link."""
    scenario, history = moment.scenario, session.scenario.history()
    is_hidden = session.view.is_hidden(scenario)
    # what is behind a button is built when it is opened: a move of a control sends less
    popover = st.popover(TEXT["about"], key=ABOUT, on_change="rerun")
    if popover.open:
        with popover:
            panel.enter(ABOUT)
            if session.scenario.name() in GUESTS:
                st.caption(TEXT["link_author"])
            about.show(scenario, has_answer=not is_hidden)
            settings.authors_note()
    undo, redo, reset = session.scenario.undo, session.scenario.redo, session.scenario.reset
    st.button(TEXT["undo"], key="undo", on_click=undo, disabled=not session.scenario.can_undo(), shortcut="Ctrl+Z")
    st.button(TEXT["redo"], key="redo", on_click=redo, disabled=not history.future, shortcut="Ctrl+Y")
    is_changed = session.scenario.is_changed()
    st.button(TEXT["reset"], key="reset", on_click=reset, disabled=not is_changed, shortcut="Alt+Z")
    compare.pin_button()
    popover = st.popover(TEXT["files_title"], disabled=is_hidden, key=FILES, on_change="rerun")
    if popover.open:
        with popover:
            files.show(moment)
    link.show()
