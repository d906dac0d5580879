"""Runs beside the one that is edited: pin them, see how settings and numbers differ, take one up again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from app import session
from app.components import table
from app.runs.pins import MOST, Pin, differing, pin, same_fault
from app.words.model_names import named
from app.words.text import TEXT, amount, day, language, percent, plain, span
from sim import Result, Scenario, ScenarioError, catalogue, metrics

PINS, NOTES = "pins", "pin notes"  # notes: the language they are in, and they


def pins() -> tuple[Pin, ...]:
    """What is pinned, by letter."""
    return st.session_state.get(PINS, ())


def pin_button(scenario: Scenario) -> None:
    """Keeps the run of this moment."""
    is_full = len(pins()) == MOST or any(one.scenario == scenario for one in pins())
    st.button(TEXT["compare_pin"], key="pin", on_click=_pin, disabled=is_full, help=TEXT["compare_pin_help"])


def _pin() -> None:
    st.session_state[PINS] = pin(pins(), session.scenario.now())


def _remove(letter: str) -> None:
    st.session_state[PINS] = tuple(one for one in pins() if one.letter != letter)


def _take_over(one: Pin) -> None:
    session.scenario.replace(one.scenario)


def _mechanisms() -> None:
    session.settings.take_up()  # a call comes before the page's own run
    try:
        st.session_state[PINS], notes = same_fault(session.scenario.now())
    except ScenarioError as error:
        notes = error.problems
    st.session_state[NOTES] = language(), notes


def show(scenario: Scenario, result: Result, ghost: Result) -> None:
    """Buttons, then the settings that differ and the numbers that came out."""
    with st.container(horizontal=True, gap="small"):
        st.button(TEXT["compare_mechanisms"], key="mechanisms", on_click=_mechanisms)
        for one in pins():
            st.button(TEXT["compare_take_over"].format(letter=one.letter), on_click=_take_over, args=(one,))
            st.button(TEXT["compare_remove"].format(letter=one.letter), on_click=_remove, args=(one.letter,))
    st.caption(TEXT["compare_mechanisms_said"])
    spoken, notes = st.session_state.get(NOTES, ("", ()))
    for note in notes if spoken == language() else ():
        st.caption(plain(note))
    if not pins():
        st.markdown(TEXT["compare_empty"])
        return
    columns = (TEXT["compare_now"], *(f"{one.letter}: {named(one.title)}" for one in pins()))
    rows = differing([scenario, *(one.scenario for one in pins())])
    if rows:
        cells = [(name, *values) for name, values in rows]
        table.show(TEXT["compare_settings"], (TEXT["compare_settings"], *columns), cells)
    else:
        st.markdown(TEXT["compare_same"])
    runs = [result, *(one.result for one in pins()), ghost]
    numbers = [(words, *map(read, runs)) for words, read in readings(scenario)]
    table.show(TEXT["compare_numbers"], (TEXT["compare_numbers"], *columns, TEXT["compare_without"]), numbers)


def readings(scenario: Scenario) -> Sequence[tuple[str, Callable[[Result], str]]]:
    """The key numbers of a run: what each is called, and how it is read."""
    curve = catalogue().drugs[scenario.drug].effect
    low_index = 0.0 if curve is None else curve.low_index
    return [
        (TEXT["tile_alarm"], lambda run: day(metrics.alarm_day(run))),
        (TEXT["tile_ratio"], lambda run: percent(metrics.delivered_ratio(run))),
        (TEXT["tile_lost"], lambda run: amount(metrics.lost_mcg(run))),
        (TEXT["tile_without"], lambda run: _without(metrics.hours_below(run, low_index))),
    ]


def _without(hours: float | None) -> str:
    return TEXT["not_modelled"] if hours is None else span(hours)
