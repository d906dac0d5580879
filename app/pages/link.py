"""The page's address: the button that copies it, its upkeep, and what could not be brought back."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import address, copy_link
from app.files.exchange import QUERY, REFUSED
from app.files.link_state import state_link
from app.words.text import TEXT, plain
from sim import ScenarioError


def show() -> None:
    """Copies the address of the page as it is now."""
    try:
        copy_link.show(QUERY, state_link(session.link.state()))
    except ScenarioError as error:
        st.caption(plain(str(error)))


def show_problems() -> None:
    """Why the address could not be opened."""
    words = TEXT["link_refused" if session.address.is_refused() else "link_kept"]
    for problem in session.link.problems():
        st.error(f"{words} {plain(problem)}", icon=":material/link_off:")
    for part in session.address.left_out():
        st.info(TEXT[f"left_out_{part}"], icon=":material/info:")


def keep_address(page: str) -> None:
    """Puts all that is under way into the address of this page."""
    here = session.address
    refused = REFUSED if here.is_refused() else ""
    now = address.Address(QUERY, here.text(), page, here.token(), here.n_asked(), refused)
    address.show(now, here.note_asked, here.note_missed)
