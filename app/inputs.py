"""Record to widgets and back: keys are dotted field paths, and the record is the only truth.

A widget shows the record's value and, when moved, asks for a new record. If that record cannot be
carried out, the old one stays, every widget shows it again, and the page says why.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any, get_args

import streamlit as st
from pydantic.fields import FieldInfo

from app import memo
from app.lists import list_text, read_list
from app.wording import CHOICES, TEXT, label
from sim import Scenario, ScenarioError, catalogue
from sim.body import Drug
from sim.device import Catheter, Pump
from sim.scenario import (
    Control,
    Occlusion,
    Tear,
    field_at,
    range_of,
    range_of_items,
    unit_of,
    with_values,
)

BASE = "base"  # the scenario as it was loaded: it fixes axes and controls
NOW = "now"  # the scenario as it is edited
SAID = "said"  # why the last change was refused
MOVED = "moved"  # the field that was moved last
GONE = object()  # the value of a field that the scenario does not have
MOST_CONTROLS = 6
MOST_FIELDS = 12  # entries of each list that "more" shows
HANDLES = (("occlusion", "blocked_frac"), ("tear", "lost_frac"))
PARTS = {"canal.": "Person", "surroundings.": "Surroundings"}  # records of one kind each, by their prefix
ABOUT_SCENARIO = ("version", "lesson", "level")  # what a scenario says of itself is no field to move
SHELVES = {"second_catheter": "catheter", "with_drugs": "drug"}  # fields that choose from another field's shelf


def load(scenario: Scenario) -> None:
    """Take a scenario up: its record, and every widget's value from it."""
    ready = with_handles(scenario)
    memo.run(ready)
    st.session_state[BASE] = st.session_state[NOW] = ready
    st.session_state[SAID] = ()
    st.session_state[MOVED] = ""
    _show(ready, is_new=True)


def now() -> Scenario:
    """The scenario that the page shows."""
    return st.session_state[NOW]


def base() -> Scenario:
    """The scenario as it was loaded."""
    return st.session_state[BASE]


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


def controls(scenario: Scenario) -> None:
    """The sliders of the first screen."""
    for control in scenario.controls:
        _control(scenario, control)


def _control(scenario: Scenario, control: Control) -> None:
    key = control.paths[0]
    _, name, _, value = field_at(scenario, key)
    unit = unit_of(name)
    st.session_state.setdefault(key, value)
    low, high, step = control.low, control.high, control.step
    if isinstance(value, int):
        low, high, step = math.ceil(low), math.floor(high), max(round(step), 1)
    is_share = name.endswith("_frac") and (control.low, control.high) == (0.0, 1.0)
    st.slider(
        label(f"{control.label}, {unit}" if unit else control.label),
        min_value=min(low, value),
        max_value=max(high, value),
        step=step,
        format="percent" if is_share else "%d" if isinstance(value, int) else "%g",
        key=key,
    )


def more(scenario: Scenario) -> None:
    """All other fields: numbers as boxes, words as lists, yes or no as switches; lists of numbers apart."""
    moved = {control.paths[0] for control in scenario.controls}
    groups: list[tuple[str, list[str]]] = [("Scenario", ["", *PARTS])]
    for title, name in (("Orders", "orders"), ("Faults", "faults")):
        entries = getattr(scenario, name)
        groups.append((title, [f"{name}.{i}." for i in range(min(len(entries), MOST_FIELDS))]))
        if len(entries) > MOST_FIELDS:
            st.caption(f"{title}: the first {MOST_FIELDS} of {len(entries)} are shown.")
    together: list[tuple[str, list[str]]] = []
    for title, prefixes in groups:
        for prefix in prefixes:
            fields = [path for path in _fields(scenario, prefix) if path not in moved]
            lists = [path for path in fields if isinstance(field_at(scenario, path)[3], tuple)]
            heading = _heading(scenario, title, prefix)
            if lists:
                together.append((heading, lists))
            if len(fields) > len(lists):
                _group(scenario, heading, [path for path in fields if path not in lists])
    _lists(scenario, together)


def _lists(scenario: Scenario, together: list[tuple[str, list[str]]]) -> None:
    """Lists in one form: their lengths depend on each other, so they are taken up at once."""
    with st.form("lists"):
        st.caption(TEXT["lists"])
        for heading, paths in together:
            _group(scenario, heading, paths)
        st.form_submit_button(TEXT["apply"])


def _heading(scenario: Scenario, title: str, prefix: str) -> str:
    if not prefix or prefix in PARTS:
        return PARTS.get(prefix, title)
    name, place, _ = prefix.split(".")
    kind = getattr(scenario, name)[int(place)].kind.replace("_", " ")
    return f"{title[:-1]} {int(place) + 1}: {kind}"


def _fields(scenario: Scenario, prefix: str) -> list[str]:
    record: Any = scenario
    for step in filter(None, prefix.split(".")):
        record = record[int(step)] if step.isdecimal() else getattr(record, step)
    return [
        prefix + name
        for name, field in type(record).model_fields.items()
        if name != "kind"
        and prefix + name not in ABOUT_SCENARIO
        and (range_of(field) or range_of_items(field) or field.annotation is bool or _choices(name, field.annotation))
    ]


def _shelf(name: str) -> Mapping[str, Drug | Pump | Catheter]:
    """The shelf of the catalogue that a field chooses from; empty if it chooses from none."""
    shelves = {"pump": catalogue().pumps, "catheter": catalogue().catheters, "drug": catalogue().drugs}
    return shelves.get(SHELVES.get(name, name), {})


def _choices(name: str, annotation: object) -> list[str]:
    return list(_shelf(name)) or [word for word in get_args(annotation) if isinstance(word, str)]


def _words(name: str) -> Callable[[str], str]:
    """How the choices of a field are written on screen."""
    shelf, words = _shelf(name), CHOICES.get(name, {})
    return lambda choice: shelf[choice].title if choice in shelf else words.get(choice, choice)


def _group(scenario: Scenario, heading: str, paths: list[str]) -> None:
    st.markdown(f"**{heading}**")
    with st.container(horizontal=True, gap="small"):
        for path in paths:
            _field(scenario, path)


def _field(scenario: Scenario, path: str) -> None:
    """One widget, by what its field is declared to hold."""
    _, name, field, value = field_at(scenario, path)
    st.session_state.setdefault(path, _shown(field, value))
    unit, limits = unit_of(name), range_of(field) or range_of_items(field)
    title, asked = str(field.title), {"key": path, "width": 230}
    kinds = get_args(field.annotation) or (field.annotation,)
    if field.annotation is bool:
        st.checkbox(title, **asked | {"width": 330})
    elif limits is None and isinstance(value, tuple):
        most = next(part.max_length for part in field.metadata if hasattr(part, "max_length"))
        st.multiselect(title, _choices(name, None), format_func=_words(name), max_selections=most, **asked)
    elif limits is None:
        index, empty = (None, TEXT["none"]) if NoneType in kinds else (0, None)
        choices = _choices(name, field.annotation)
        st.selectbox(title, choices, index=index, placeholder=empty, format_func=_words(name), **asked)
    else:
        words = f"{limits[0]:g} to {limits[1]:g} {unit}".strip()
        title = f"{title}, {unit}" if unit else title
        if isinstance(value, tuple):
            st.text_input(title, help=f"{words} {TEXT['list_help']}", **asked)
        elif int in kinds:
            st.number_input(title, value=None, format="%d", step=1, help=f"{words}, whole", **asked)
        else:
            st.number_input(title, value=None, format="%g", step=None, help=words, **asked)


def _shown(field: FieldInfo, value: Any) -> Any:
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
    moves = _moves()
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
    return [
        (led.get(key, (key,)), st.session_state[key])
        for key, value in _record_values(now())
        if value is not GONE and st.session_state[key] != value
    ]


def _record_values(scenario: Scenario) -> list[tuple[str, Any]]:
    """Key of every widget that stands for a field, with what it is to show; GONE where it has none."""
    values = []
    for key in [str(key) for key in st.session_state]:
        if key.partition(".")[0] in Scenario.model_fields:
            try:
                _, _, field, value = field_at(scenario, key)
                values.append((key, _shown(field, value)))
            except ScenarioError:
                values.append((key, GONE))
    return values


def _take(values: dict[str, Any]) -> None:
    scenario = with_values(now(), values)
    memo.run(scenario)
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
