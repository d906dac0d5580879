"""Widgets of fields: what each shows of a record, and what was asked for at it. Keys are dotted field paths."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from app.session import number_box
from app.session.wish import Wish, wishes
from app.words.field_text import from_box, from_widget, to_widget
from app.words.number_entry import read, wanted_of
from sim import Scenario, ScenarioError
from sim.scenario import field_at

MISSING: Final = object()  # the value of a field that the scenario does not have


def moves(scenario: Scenario) -> list[Wish]:
    """A wish for every widget that was moved; a control brings all its paths."""
    here = st.session_state
    return [
        Wish(_paths(scenario, key), here[key])
        for key, content in _contents(scenario)
        if content is not MISSING and here[key] != content
    ]


def entries(scenario: Scenario) -> list[Wish]:
    """A wish for every number that was typed since the last time."""
    boxes = [(path, number_box.entry(path)) for path in number_box.paths() if _is_field(scenario, path)]
    return [Wish(_paths(scenario, path), entry.number, entry.text) for path, entry in boxes if entry is not None]


def _paths(scenario: Scenario, path: str) -> tuple[str, ...]:
    return next((control.paths for control in scenario.controls if control.paths[0] == path), (path,))


def _is_field(scenario: Scenario, path: str) -> bool:
    if path.partition(".")[0] not in Scenario.model_fields:
        return False
    try:
        field_at(scenario, path)
    except ScenarioError:
        return False
    return True


def values(scenario: Scenario, wish: Wish) -> dict[str, Any]:
    """Path -> value of what was wished for; raises ScenarioError where it cannot be read."""
    if wish.text is None:
        return {path: from_widget(scenario, path, wish.value) for path in wish.paths}
    number = read(wish.text, wanted_of(scenario, wish.paths[0]), wish.value)
    return {path: from_box(path.rpartition(".")[2], number) for path in wish.paths}


def _contents(scenario: Scenario) -> list[tuple[str, Any]]:
    """Key of every widget that belongs to a field, with what it is to show; MISSING where there is no such field."""
    contents = []
    for key in [str(key) for key in st.session_state]:
        if key.partition(".")[0] in Scenario.model_fields:
            try:
                contents.append((key, value(scenario, key)))
            except ScenarioError:
                contents.append((key, MISSING))
    return contents


def value(scenario: Scenario, path: str) -> Any:
    """What was wished for by the widget of a field, else the record's value."""
    _, name, field, recorded = field_at(scenario, path)
    wish = wishes().get(path)
    return wish.value if wish is not None and wish.text is None else to_widget(name, field, recorded)


def write(scenario: Scenario, *, is_new: bool = False) -> None:
    """Write what they are to show to the widgets; keys of fields that are gone are dropped.

    A value written goes to the browser, over whatever was moved there since. So a value that is there
    already is written only with a new scenario, where the same key may be another widget.
    """
    for key, content in _contents(scenario):
        if content is MISSING:
            del st.session_state[key]
        elif is_new or st.session_state[key] != content:
            st.session_state[key] = content
