"""Which scenario the picker names, where a scenario came from, and which page comes next."""

from __future__ import annotations

from typing import Final

import streamlit as st

from app.session import lesson, link, scenario
from sim import Scenario, catalogue

CHOICE: Final = "picked"
GUEST: Final = "guest"  # (where from, the scenario) of the last one that is not packaged
NEXT_PAGE: Final = "go"
# where a scenario comes from, other than the catalogue
GUESTS: Final = ("from_link", "from_file", "from_visit", "from_lesson", "from_trial", "leaflet_from")


def open_scenario(new: Scenario, origin: str) -> None:
    """Take a scenario up from elsewhere and go to Explore. Raises ScenarioError and keeps the old one."""
    scenario.load(new, origin)
    link.forget_problems()
    go("explore")


def open_lesson(number: int) -> None:
    """Begin a lesson on its first level and go to it."""
    lesson.begin(number, 1)
    go("lessons")


def go(page: str) -> None:
    """The page that comes next, by the name that links carry."""
    st.session_state[NEXT_PAGE] = page


def next_page() -> str | None:
    """The page that comes next, once; None where nothing leads on."""
    page: str | None = st.session_state.pop(NEXT_PAGE, None)
    return page


def leads_on() -> bool:
    """Whether a button has asked for another page."""
    return NEXT_PAGE in st.session_state


def guest() -> tuple[str, Scenario] | None:
    """Where the last scenario that is not packaged came from, and that scenario."""
    if scenario.name() in GUESTS:
        st.session_state[GUEST] = (scenario.name(), scenario.base())
    return st.session_state.get(GUEST)


def settle() -> None:
    """The picker names what is shown: it may have been undone, or its key did not outlive its page."""
    if st.session_state.get(CHOICE) != scenario.name():
        st.session_state[CHOICE] = scenario.name()


def take_choice() -> None:
    """Load what the picker names, anew; the link's message has done its work."""
    name = st.session_state[CHOICE]
    scenario.load(st.session_state[GUEST][1] if name in GUESTS else catalogue().scenarios[name], name)
    link.forget_problems()
