"""The address of the page: all that is under way, kept up to date, and taken up by a session that begins."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Final

import streamlit as st

from app.files.link_state import LinkState, state_in, state_link
from app.files.work_state import LeftOut, WorkState
from app.session import explore_work, link, scenario, settings, view
from sim import ScenarioError, catalogue

FIRST: Final = "half-a-leak"
TOKEN: Final = "session token"  # tells the browser when another session answers
NOTES: Final = "address left out"  # what the address had no room for


def token() -> str:
    """A word that this session alone has; it opens nothing."""
    word: str = st.session_state.setdefault(TOKEN, secrets.token_hex(8))
    return word


def arrive() -> None:
    """Once per session: the state in the address, or the first scenario."""
    if scenario.is_loaded():
        return
    scenario.load(catalogue().scenarios[FIRST], FIRST)
    try:
        state = state_in({name: st.query_params.get_all(name) for name in st.query_params})
        if state is not None:
            _take_up(state)
            settings.take_up()
    except ScenarioError as error:
        link.note_problems(error.problems)
        view.close_answer()
    view.open_part()


def _take_up(state: LinkState) -> None:
    """The page as the address left it; ScenarioError changes nothing."""
    work = state.work
    link.take_up(state, None if work is None else explore_work.history(work, state.scenario))
    if work is not None:
        explore_work.take_up(work)
        st.session_state[NOTES] = work.left_out


def left_out() -> tuple[LeftOut, ...]:
    """What the address had no room for when this session began."""
    parts: tuple[LeftOut, ...] = st.session_state.get(NOTES, ())
    return parts


def note_missed() -> None:
    """What was done last before a session was lost could not be done again."""
    st.session_state[NOTES] = (*left_out(), "act")


def text() -> str:
    """All that is under way as the text of a link, as far as it fits."""
    state = link.state()
    for shorter in _ever_shorter(state, explore_work.now()):
        try:
            return state_link(shorter)
        except ScenarioError:
            continue
    raise AssertionError("the first scenario alone has room in an address")


def _ever_shorter(state: LinkState, work: WorkState) -> Iterator[LinkState]:
    """The state with all that is under way; then with fewer steps to undo, without pins, without its scenario."""

    def without(parts: tuple[LeftOut, ...], rest: LinkState, **changes: object) -> LinkState:
        left = tuple(dict.fromkeys((*work.left_out, *parts)))
        return rest.model_copy(update={"work": work.model_copy(update={"left_out": left, **changes})})

    yield without((), state)
    n = max(len(work.past), len(work.future))
    while n > 0:
        n //= 2
        yield without(("undo",), state, past=work.past[:n], future=work.future[:n])
    no_steps = {"past": (), "future": (), "guest": None, "guest_scenario": None}
    no_pins = state.model_copy(update={"pins": ()})
    yield without(("undo", "pins"), no_pins, **no_steps)
    first = no_pins.model_copy(update={"scenario": catalogue().scenarios[FIRST]})
    yield without(("undo", "pins", "scenario"), first, **no_steps, name=FIRST, base=None)
