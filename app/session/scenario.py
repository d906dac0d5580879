"""Record to widgets and back: keys are dotted field paths, and the record is the only truth.

A widget shows the record's value and, when moved, asks for a new record. If that record cannot be
carried out, the old one stays, every widget shows it again, and the page says why.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import runs
from app.runs import with_handles
from app.session import number_box
from app.session.history import History, Moment
from app.words.field_text import from_box, from_widget, to_widget
from sim import Scenario, ScenarioError
from sim.scenario import field_at, with_values

HISTORY = "history"  # the scenario as it was loaded and as it is edited, and all steps before and after
PROBLEMS = "problems"  # why the last change was refused
LAST_MOVE = "moved"  # the field that was moved last
MISSING = object()  # the value of a field that the scenario does not have


def load(scenario: Scenario, name: str) -> None:
    """Take a scenario up: its record, and every widget's value from it. Raises ScenarioError and keeps the old one."""
    ready = with_handles(scenario)
    runs.run(ready)
    moment = Moment(ready, ready, name)
    _go_to(history().do(moment) if is_loaded() else History(moment))


def _go_to(after: History) -> None:
    """Go to the moment of a history, every widget with it."""
    is_new = not is_loaded() or after.now.base != base()
    st.session_state[HISTORY] = after
    st.session_state[PROBLEMS] = ()
    st.session_state[LAST_MOVE] = ""
    _write(after.now.now, is_new=is_new)


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


def undo() -> None:
    """Undo the last change; a step that came with an address and cannot be carried out is refused."""
    _try(history().undo())


def redo() -> None:
    """Do again what was undone last."""
    _try(history().redo())


def _try(steps: History) -> None:
    try:
        resume(steps)
    except ScenarioError as error:
        st.session_state[PROBLEMS] = error.problems


def reset() -> None:
    """The scenario as it was loaded; a change like any other."""
    moment = history().now
    _go_to(history().do(Moment(moment.base, moment.base, moment.name)))


def replace(scenario: Scenario) -> None:
    """Another scenario under the same preset: a change like any other, such as taking up a pinned run."""
    moment = history().now
    _go_to(history().do(Moment(moment.base, with_handles(scenario), moment.name)))


def settle() -> None:
    """Take up whatever was moved since the last run; what cannot be carried out is put back, with the reason.

    Compares values instead of waiting to be called: a page that is interrupted while several widgets
    move loses calls, but never a value.
    """
    moves = _moves() + _typed_moves()
    if not moves:
        return
    try:
        _take({path: from_widget(now(), path, value) for paths, value in moves for path in paths})
        st.session_state[PROBLEMS] = ()
    except ScenarioError:
        reasons: list[str] = []
        for paths, value in moves:
            try:
                _take({path: from_widget(now(), path, value) for path in paths})
            except ScenarioError as error:
                reasons += error.problems
        st.session_state[PROBLEMS] = tuple(reasons)
    _write(now())


def is_moved() -> bool:
    """Whether a widget shows another value than the record."""
    return bool(_moves())


def _moves() -> list[tuple[tuple[str, ...], Any]]:
    """(paths, value) of every widget that differs from the record; a control brings all its paths."""
    paths_of = {control.paths[0]: control.paths for control in now().controls}
    moves = []
    for key, value in _record_values(now()):
        if value is not MISSING and st.session_state[key] != value:
            moves.append((paths_of.get(key, (key,)), st.session_state[key]))
    return moves


def _typed_moves() -> list[tuple[tuple[str, ...], Any]]:
    """(paths, value) of every number that was typed since the last time."""
    paths_of = {control.paths[0]: control.paths for control in now().controls}
    entries = number_box.entries()
    return [(paths_of[path], from_box(path.rpartition(".")[2], value)) for path, value in entries if path in paths_of]


def _record_values(scenario: Scenario) -> list[tuple[str, Any]]:
    """Key of every widget that belongs to a field, with what it is to show; GONE where it has none."""
    values = []
    for key in [str(key) for key in st.session_state]:
        if key.partition(".")[0] in Scenario.model_fields:
            try:
                _, _, field, value = field_at(scenario, key)
                values.append((key, to_widget(field, value)))
            except ScenarioError:
                values.append((key, MISSING))
    return values


def _take(values: dict[str, Any]) -> None:
    moment = history().now
    scenario = with_values(moment.now, values)
    runs.run(scenario)
    st.session_state[HISTORY] = history().do(Moment(moment.base, scenario, moment.name))
    st.session_state[LAST_MOVE] = next(iter(values))


def _write(scenario: Scenario, is_new: bool = False) -> None:
    """Write the record's values to the widgets; keys of fields that are gone are dropped.

    A value written goes to the browser, over whatever was moved there since. So a value that is there
    already is written only with a new scenario, where the same key may be another widget.
    """
    for key, value in _record_values(scenario):
        if value is MISSING:
            del st.session_state[key]
        elif is_new or st.session_state[key] != value:
            st.session_state[key] = value


def start(path: str) -> Any:
    """Give the widget of a field the record's value before it is built; returns what it shows."""
    _, _, field, value = field_at(now(), path)
    return st.session_state.setdefault(path, to_widget(field, value))


def problems() -> tuple[str, ...]:
    """Why the last change was refused; empty if it was not."""
    return tuple(st.session_state.get(PROBLEMS, ()))


def focus_day() -> float | None:
    """A day on which the fault that was moved last is at work; None if another field was moved."""
    owner, _, rest = str(st.session_state[LAST_MOVE]).partition(".")
    if owner != "faults":
        return None
    scenario = now()
    fault = scenario.faults[int(rest.partition(".")[0])]
    end_day = scenario.duration_day if fault.end_day is None else min(fault.end_day, scenario.duration_day)
    return fault.start_day + 0.4 * max(end_day - fault.start_day, 0.0)


def is_changed() -> bool:
    """Whether anything was moved since the scenario was loaded."""
    return now() != base()
