"""Record to widgets and back: keys are dotted field paths, and the record is the only truth.

A widget shows the record's value and, when moved, asks for a new record. If that record cannot be carried out, the
old one stays, the widget goes on showing what was asked for, and the page says beside it why not: a wish.
"""

from __future__ import annotations

from dataclasses import replace as with_other
from typing import Any

import streamlit as st

from app import runs
from app.runs import with_handles
from app.session import settings, widgets
from app.session.history import History, Moment
from app.session.wish import Wish, keep, wishes
from app.words.reader import units
from sim import Scenario, ScenarioError
from sim.scenario import with_values

UNIT = "unit of widgets"  # of amounts, in which the widgets were written
HISTORY = "history"  # the scenario as it was loaded and as it is edited, and all steps before and after
STEP_PROBLEMS = "step problems"  # why the last step back or forth was refused


def load(scenario: Scenario, name: str) -> None:
    """Take a scenario up: its record, and every widget's value from it. Raises ScenarioError and keeps the old one."""
    ready = with_handles(scenario)
    runs.run(ready)
    moment = Moment(ready, ready, name)
    _go_to(history().do(moment) if is_loaded() else History(moment))


def _go_to(after: History) -> None:
    """Go to the moment of a history, every widget with it."""
    settings.speak_again()  # a call comes before the page's own run
    st.session_state[UNIT] = units().amount
    is_new = not is_loaded() or after.now.base != base()
    st.session_state[HISTORY] = after
    keep({})
    st.session_state[STEP_PROBLEMS] = ()
    widgets.write(after.now.now, is_new=is_new)


def begin(scenario: Scenario, name: str) -> None:
    """Take a scenario up with nothing to be undone."""
    ready = with_handles(scenario)
    resume(History(Moment(ready, ready, name)))


def resume(steps: History) -> None:
    """Take up a whole history. Raises ScenarioError and keeps the old one where its moment cannot be carried out."""
    runs.run(steps.now.base)
    runs.run(steps.now.now)
    _go_to(steps)


def is_loaded() -> bool:
    """Whether a scenario was taken up in this session."""
    return HISTORY in st.session_state


def history() -> History:
    """What can be undone and done again."""
    steps: History = st.session_state[HISTORY]
    return steps


def now() -> Scenario:
    """The scenario that the page shows."""
    return history().now.now


def base() -> Scenario:
    """The scenario as it was loaded: it fixes axes and controls."""
    return history().now.base


def name() -> str:
    """What the scenario was picked by."""
    return history().now.name


def can_undo() -> bool:
    """Whether there is a change to undo, or a wish to take back."""
    return bool(wishes() or history().past)


def undo() -> None:
    """Take back what was wished for in vain; where there is nothing of the kind, undo the last change.

    A step that came with an address and cannot be carried out is refused.
    """
    if wishes():
        _go_to(history())
    else:
        _try(history().undo())


def redo() -> None:
    """Do again what was undone last."""
    _try(history().redo())


def _try(steps: History) -> None:
    try:
        resume(steps)
    except ScenarioError as error:
        st.session_state[STEP_PROBLEMS] = error.problems


def reset() -> None:
    """The scenario as it was loaded; a change like any other."""
    moment = history().now
    _go_to(history().do(Moment(moment.base, moment.base, moment.name)))


def replace(scenario: Scenario) -> None:
    """Another scenario under the same preset: a change like any other, such as taking up a pinned run."""
    moment = history().now
    _go_to(history().do(Moment(moment.base, with_handles(scenario), moment.name)))


def settle() -> None:
    """Take up whatever was moved since the last run; what cannot be carried out stays a wish, with the reason.

    A wish is tried again with every later change, until it is carried out, moved or taken back. Compares values
    instead of waiting to be called: a page that is interrupted while several widgets move loses calls, but never a
    value.
    """
    _follow_units()
    waiting = {**wishes()} | {wish.paths[0]: wish for wish in (*widgets.moves(now()), *widgets.entries(now()))}
    if not waiting:
        return
    values: dict[str, dict[str, Any]] = {}
    left: dict[str, Wish] = {}
    for path, wish in waiting.items():
        try:
            values[path] = widgets.values(now(), wish)
        except ScenarioError as error:
            left[path] = with_other(wish, problems=error.problems)
    try:
        _take({path: value for part in values.values() for path, value in part.items()})
    except ScenarioError:
        problems = _take_one_by_one(values)
        left |= {path: with_other(waiting[path], problems=why) for path, why in problems.items()}
    keep(left)
    widgets.write(now())


def _follow_units() -> None:
    """Write all widgets anew where the unit of amounts is another one than theirs; a wish in the old one is gone."""
    unit = units().amount
    if st.session_state.setdefault(UNIT, unit) != unit:
        st.session_state[UNIT] = unit
        keep({})
        widgets.write(now(), is_new=True)


def _take_one_by_one(values: dict[str, dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Take what can be taken, again and again, since one change may make room for another; why not, of the rest."""
    left, problems = list(values), dict[str, tuple[str, ...]]()
    is_going_on = True
    while is_going_on:
        is_going_on = False
        for path in list(left):
            try:
                _take(values[path])
                left.remove(path)
                is_going_on = True
            except ScenarioError as error:
                problems[path] = error.problems
    return {path: problems[path] for path in left}


def is_moved() -> bool:
    """Whether a widget shows another value than the record, or than what was wished for."""
    return bool(widgets.moves(now()))


def _take(values: dict[str, Any]) -> None:
    if not values:
        return
    moment = history().now
    scenario = with_values(moment.now, values)
    runs.run(scenario)
    st.session_state[HISTORY] = history().do(Moment(moment.base, scenario, moment.name))


def start(path: str) -> Any:
    """Give the widget of a field its value before it is built; returns what it shows."""
    return st.session_state.setdefault(path, widgets.value(now(), path))


def step_problems() -> tuple[str, ...]:
    """Why the last step back or forth was refused; empty if it was not."""
    return tuple(st.session_state.get(STEP_PROBLEMS, ()))


def is_changed() -> bool:
    """Whether anything was moved since the scenario was loaded."""
    return now() != base() or bool(wishes())
