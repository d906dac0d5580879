"""The address of the page: all that is under way, kept up to date, and taken up by a session that begins."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Final

import streamlit as st

from app.files.link_state import LinkState, refusal, state_in, state_link
from app.files.work_state import LeftOut, WorkState
from app.session import explore_work, lesson, lesson_work, link, scenario, settings, trial, view, visit, visit_work
from sim import ScenarioError, catalogue
from sim.scenario import check

FIRST: Final = "half-a-leak"
TOKEN: Final = "session token"  # tells the browser when another session answers
IS_REFUSED: Final = "address refused"
ASKED: Final = "session asked"  # how often the browser asked which session answers
NOTES: Final = "address left out"  # what the address had no room for


def token() -> str:
    """A word that this session alone has; it opens nothing."""
    word: str = st.session_state.setdefault(TOKEN, secrets.token_hex(8))
    return word


def n_asked() -> int:
    """How often the browser asked, after a lost line, which session answers."""
    return int(st.session_state.get(ASKED, 0))


def note_asked() -> None:
    """The browser asks which session answers."""
    st.session_state[ASKED] = n_asked() + 1


def arrive() -> None:
    """Once per session: the state in the address, or the first scenario."""
    if scenario.is_loaded():
        return
    scenario.begin(catalogue().scenarios[FIRST], FIRST)
    try:
        query = {name: st.query_params.get_all(name) for name in st.query_params}
        state = state_in(query)
        if state is not None:
            _take_up(state)
            settings.take_up()
        link.note_problems(refusal(query))
    except ScenarioError as error:
        link.leave()
        st.session_state[IS_REFUSED] = True
        scenario.begin(catalogue().scenarios[FIRST], FIRST)
        link.note_problems(tuple(str(error).splitlines()))
        view.close_answer()
    view.open_part()


def is_refused() -> bool:
    """Whether the address with which this session began could not be read."""
    return bool(st.session_state.get(IS_REFUSED))


def _take_up(state: LinkState) -> None:
    """The page as the address left it; raises ScenarioError where that cannot be carried out."""
    work = state.work
    if work is None:
        link.take_up(state)
        return
    link.take_up(state, explore_work.history(work, state.scenario))
    explore_work.take_up(work)
    if work.lesson is not None:
        lesson_work.take_up(work.lesson)
    lesson.note_done(work.lessons_done)
    if work.visit is not None:
        visit_work.take_up(work.visit, state.scenario)
    if work.trial is not None:
        trial.take_up_work(work.trial)
    st.session_state[NOTES] = work.left_out


def _work() -> WorkState:
    """All that is under way at this moment."""
    data = {
        "lesson": lesson_work.now(),
        "lessons_done": lesson.done(),
        "visit": visit_work.now(),
        "trial": trial.work(),
        "left_out": ("checklist",) if visit.has_own_checklist() else (),
    }
    return check(WorkState, explore_work.now() | data)


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
    for shorter in _ever_shorter(state, _work()):
        try:
            return state_link(shorter)
        except ScenarioError:
            continue
    raise AssertionError("the first scenario alone has room in an address")


def _ever_shorter(state: LinkState, work: WorkState) -> Iterator[LinkState]:
    """The state with all that is under way; then with fewer steps to undo, without pins, without its scenario, bare."""

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
    parts: tuple[LeftOut, ...] = ("undo", "pins", "scenario")
    yield without(parts, first, **no_steps, name=FIRST, base=None)
    yield first.model_copy(update={"work": WorkState(name=FIRST, left_out=(*parts, "pages"))})
