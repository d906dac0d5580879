"""Widgets from declarations: sliders of the first screen with a number beside each, and every other field."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import NoneType
from typing import Any, get_args

import streamlit as st

from app import session
from app.components import number_box
from app.words.field_text import is_share, to_box
from app.words.model_names import in_words
from app.words.setting import ENTRIES, group_of, shelf
from app.words.text import CHOICES, TEXT, label
from sim import Scenario, ScenarioError
from sim.scenario import Control, field_at, range_of, range_of_items, unit_of

FIELD_PX = 230
MOST_FIELDS = 12  # entries of each list that "more" shows
PARTS = ("canal.", "surroundings.")  # records of one kind each, by their prefix
ABOUT_SCENARIO = ("version", "lesson", "level")  # what a scenario says of itself is no field to move


def show(scenario: Scenario) -> None:
    """The sliders of the first screen."""
    for control in scenario.controls:
        with st.container():
            _control(scenario, control)


def _control(scenario: Scenario, control: Control) -> None:
    """A slider over the teaching range, a number box over the legal range, and below them the range in words."""
    key = control.paths[0]
    _, name, _, value = field_at(scenario, key)
    unit = in_words(unit_of(name))
    session.scenario.start(key)
    low, high, step = control.low, control.high, control.step
    is_whole = isinstance(value, int)
    if is_whole:
        low, high, step = math.ceil(low), math.floor(high), max(round(step), 1)
    title = f"{in_words(control.label)}, {unit}" if unit else in_words(control.label)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.slider(
            label(title),
            min_value=min(low, value),
            max_value=max(high, value),
            step=step,
            format="percent" if is_share(name) else "%d" if is_whole else "%g",
            key=key,
        )
        number_box.show(
            session.number_box.key(key),
            f"{title} {TEXT['typed']}",
            to_box(name, value),
            session.number_box.n_taken(key),
        )
    st.caption(_range(control, key, unit, value))


def _range(control: Control, key: str, unit: str, value: object) -> str:
    """Teaching range and preset value; a mark where the value is another one."""
    try:
        _, name, _, preset = field_at(session.scenario.base(), key)
    except ScenarioError:
        name, preset = key.rpartition(".")[2], None
    unit = "%" if is_share(name) else unit
    low, high = (f"{to_box(name, end):g}" for end in (control.low, control.high))
    text = TEXT["range"].format(low=low, high=high, unit=unit).strip()
    if preset is None:
        return text
    is_changed = value != preset
    words = TEXT["preset_changed" if is_changed else "preset"].format(value=f"{to_box(name, preset):g}")
    return f"{text}; **\u25cf {words}**" if is_changed else f"{text}; {words}"


def show_more(scenario: Scenario) -> None:
    """All other fields: numbers as boxes, words as lists, yes or no as switches; lists of numbers apart."""
    control_paths = {control.paths[0] for control in scenario.controls}
    prefixes = ["", *PARTS]
    for name in ENTRIES:
        entries = getattr(scenario, name)
        prefixes += [f"{name}.{i}." for i in range(min(len(entries), MOST_FIELDS))]
        if len(entries) > MOST_FIELDS:
            st.caption(TEXT["first_of"].format(title=TEXT[f"all_{name}"], most=MOST_FIELDS, n=len(entries)))
    together: list[tuple[str, list[str]]] = []
    for prefix in prefixes:
        fields = [path for path in _fields(scenario, prefix) if path not in control_paths]
        lists = [path for path in fields if isinstance(field_at(scenario, path)[3], tuple)]
        heading = group_of(scenario, prefix)
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


def _choices(name: str, annotation: object) -> list[str]:
    return list(shelf(name)) or [word for word in get_args(annotation) if isinstance(word, str)]


def _words(name: str) -> Callable[[str], str]:
    """How the choices of a field are written on screen."""
    records, words = shelf(name), CHOICES.get(name, {})
    return lambda choice: in_words(records[choice].title) if choice in records else words.get(choice, in_words(choice))


def _group(scenario: Scenario, heading: str, paths: list[str]) -> None:
    st.markdown(f"**{heading}**")
    with st.container(horizontal=True, gap="small"):
        for path in paths:
            _field(scenario, path)


def _field(scenario: Scenario, path: str) -> None:
    """One widget, by what its field is declared to hold."""
    _, name, field, value = field_at(scenario, path)
    session.scenario.start(path)
    unit, limits = in_words(unit_of(name)), range_of(field) or range_of_items(field)
    title = in_words(str(field.title))
    kinds = get_args(field.annotation) or (field.annotation,)
    if field.annotation is bool:
        st.checkbox(title, key=path, width=330)
    elif limits is None and isinstance(value, tuple):
        most = next(part.max_length for part in field.metadata if hasattr(part, "max_length"))
        st.multiselect(
            title, _choices(name, None), format_func=_words(name), max_selections=most, key=path, width=FIELD_PX
        )
    elif limits is None:
        index, empty = (None, TEXT["none"]) if NoneType in kinds else (0, None)
        choices = _choices(name, field.annotation)
        st.selectbox(title, choices, index=index, placeholder=empty, format_func=_words(name), key=path, width=FIELD_PX)
    else:
        words = TEXT["range"].format(low=f"{limits[0]:g}", high=f"{limits[1]:g}", unit=unit).strip()
        title = f"{title}, {unit}" if unit else title
        if isinstance(value, tuple):
            st.text_input(title, help=f"{words} {TEXT['list_help']}", key=path, width=FIELD_PX)
        elif int in kinds:
            words = f"{words}, {TEXT['whole']}"
            st.number_input(title, value=None, format="%d", step=1, help=words, key=path, width=FIELD_PX)
        else:
            st.number_input(title, value=None, format="%g", step=None, help=words, key=path, width=FIELD_PX)
