"""Record to widgets and back: keys are dotted field paths, and the record is the only truth.

A widget shows the record's value and, when moved, asks for a new record. If that record cannot be
carried out, the old one stays, every widget shows it again, and the page says why.
"""

from __future__ import annotations

from typing import Any, get_args

import streamlit as st
from pydantic.fields import FieldInfo

from app.components import number_box
from app.runs import memo
from app.session.history import History, Moment
from app.words.number_list import list_text, read_list
from sim import Scenario, ScenarioError
from sim.scenario import Occlusion, Tear, field_at, range_of_items, with_values

BASE = "base"  # the scenario as it was loaded: it fixes axes and controls
NOW = "now"  # the scenario as it is edited
NAME = "name"  # what it was picked by
HISTORY = "history"
SAID = "said"  # why the last change was refused
MOVED = "moved"  # the field that was moved last
GONE = object()  # the value of a field that the scenario does not have
MOST_CONTROLS = 6
HANDLES = (("occlusion", "blocked_frac"), ("tear", "lost_frac"))


def load(scenario: Scenario, name: str) -> None:
    """Take a scenario up: its record, and every widget's value from it. Raises ScenarioError and keeps the old one."""
    ready = with_handles(scenario)
    memo.run(ready)
    moment = Moment(ready, ready, name)
    history = st.session_state.get(HISTORY)
    _stand(History(moment) if history is None else history.do(moment))


def _stand(history: History) -> None:
    """Stand at the moment of a history, every widget with it."""
    is_new = history.now.base != st.session_state.get(BASE)
    st.session_state[HISTORY] = history
    st.session_state[BASE], st.session_state[NOW] = history.now.base, history.now.now
    st.session_state[NAME] = history.now.name
    st.session_state[SAID] = ()
    st.session_state[MOVED] = ""
    _show(history.now.now, is_new=is_new)


def now() -> Scenario:
    """The scenario that the page shows."""
    return st.session_state[NOW]


def base() -> Scenario:
    """The scenario as it was loaded."""
    return st.session_state[BASE]


def history() -> History:
    """What can be undone and done again."""
    return st.session_state[HISTORY]


def undo() -> None:
    """One change back."""
    _stand(history().undo())


def redo() -> None:
    """One change forward again."""
    _stand(history().redo())


def reset() -> None:
    """The scenario as it was loaded; a change like any other."""
    moment = history().now
    _stand(history().do(Moment(moment.base, moment.base, moment.name)))


def replace(scenario: Scenario) -> None:
    """Another scenario under the same preset: a change like any other, such as taking up a pinned run."""
    moment = history().now
    _stand(history().do(Moment(moment.base, with_handles(scenario), moment.name)))


def with_handles(scenario: Scenario) -> Scenario:
    """The scenario with an occlusion and a tear to move, first among at most six controls.

    Where no pump is filled there is nothing for them to move.
    """
    if not any(order.filled() for order in scenario.orders):
        return scenario
    data = scenario.model_dump()
    faults, controls = list(data["faults"]), list(data["controls"])
    handles = []
    for kind, field in HANDLES:
        place = next((i for i, fault in enumerate(faults) if fault["kind"] == kind), None)
        if place is None:
            place = len(faults)
            faults.append({"kind": kind, "start_day": round(0.25 * scenario.duration_day, 2), field: 0.0})
        path = f"faults.{place}.{field}"
        if any(path in control["paths"] for control in handles):
            continue
        own = next((control for control in controls if path in control["paths"]), None)
        if own is None:
            own = {"label": _label_of(kind, field), "paths": (path,), "low": 0.0, "high": 1.0, "step": 0.05}
        else:
            controls.remove(own)
        handles.append(own)
    return with_values(scenario, {"faults": faults, "controls": (handles + controls)[:MOST_CONTROLS]})


def _label_of(kind: str, field: str) -> str:
    record = next(one for one in (Occlusion, Tear) if kind in get_args(one.model_fields["kind"].annotation))
    return str(record.model_fields[field].title)


def is_share(name: str) -> bool:
    """Whether a field holds a share, which is shown in percent."""
    return name.endswith("_frac")


def boxed(name: str, value: Any) -> Any:
    """What the number beside a slider shows of a record's value."""
    return round(100.0 * value, 10) if is_share(name) and value is not None else value


def untyped(name: str, value: Any) -> Any:
    """What a field is to hold, from the number beside its slider."""
    return round(value / 100.0, 12) if is_share(name) and value is not None else value


def shown(field: FieldInfo, value: Any) -> Any:
    """What a widget shows of a record's value: numbers in a row as text, names in a row as a list."""
    if not isinstance(value, tuple):
        return value
    return list_text(value) if range_of_items(field) else list(value)


def _read(scenario: Scenario, path: str, shown: Any) -> Any:
    """What a field is to hold, from what its widget shows; raises ScenarioError where a list cannot be read."""
    _, _, field, value = field_at(scenario, path)
    if not isinstance(value, tuple):
        return shown
    return read_list(shown, path) if range_of_items(field) else tuple(shown)


def settle() -> None:
    """Take up whatever was moved since the last run; what cannot be carried out is put back, with the reason.

    Compares values instead of waiting to be called: a page that is interrupted while several widgets
    move loses calls, but never a value.
    """
    moves = _moves() + _typed_moves()
    if not moves:
        return
    try:
        _take({path: _read(now(), path, value) for paths, value in moves for path in paths})
        st.session_state[SAID] = ()
    except ScenarioError:
        problems: list[str] = []
        for paths, value in moves:
            try:
                _take({path: _read(now(), path, value) for path in paths})
            except ScenarioError as error:
                problems += error.problems
        st.session_state[SAID] = tuple(problems)
    _show(now())


def is_moved() -> bool:
    """Whether a widget stands at another value than the record."""
    return bool(_moves())


def _moves() -> list[tuple[tuple[str, ...], Any]]:
    """(paths, value) of every widget that differs from the record; a control brings all its paths."""
    led = {control.paths[0]: control.paths for control in now().controls}
    moves = []
    for key, value in _record_values(now()):
        if value is not GONE and st.session_state[key] != value:
            moves.append((led.get(key, (key,)), st.session_state[key]))
    return moves


def _typed_moves() -> list[tuple[tuple[str, ...], Any]]:
    """(paths, value) of every number that was typed since the last time."""
    led = {control.paths[0]: control.paths for control in now().controls}
    return [(led[path], untyped(path.rpartition(".")[2], value)) for path, value in number_box.entries() if path in led]


def _record_values(scenario: Scenario) -> list[tuple[str, Any]]:
    """Key of every widget that stands for a field, with what it is to show; GONE where it has none."""
    values = []
    for key in [str(key) for key in st.session_state]:
        if key.partition(".")[0] in Scenario.model_fields:
            try:
                _, _, field, value = field_at(scenario, key)
                values.append((key, shown(field, value)))
            except ScenarioError:
                values.append((key, GONE))
    return values


def _take(values: dict[str, Any]) -> None:
    scenario = with_values(now(), values)
    memo.run(scenario)
    moment = history().now
    st.session_state[HISTORY] = history().do(Moment(moment.base, scenario, moment.name))
    st.session_state[NOW] = scenario
    st.session_state[MOVED] = next(iter(values))


def _show(scenario: Scenario, is_new: bool = False) -> None:
    """Write the record's values to the widgets; keys of fields that are gone are dropped.

    A value written goes to the browser, over whatever was moved there since. So a value that is there
    already is written only with a new scenario, where the same key may be another widget.
    """
    for key, value in _record_values(scenario):
        if value is GONE:
            del st.session_state[key]
        elif is_new or st.session_state[key] != value:
            st.session_state[key] = value


def said() -> tuple[str, ...]:
    """Why the last change was refused; empty if it was not."""
    return tuple(st.session_state.get(SAID, ()))


def focus_day() -> float | None:
    """A day on which the fault that was moved last is at work; None if another field was moved."""
    name, _, rest = str(st.session_state[MOVED]).partition(".")
    if name != "faults":
        return None
    fault = now().faults[int(rest.partition(".")[0])]
    end_day = now().duration_day if fault.end_day is None else min(fault.end_day, now().duration_day)
    return fault.start_day + 0.4 * max(end_day - fault.start_day, 0.0)


def is_changed() -> bool:
    """Whether anything was moved since the scenario was loaded."""
    return now() != base()
