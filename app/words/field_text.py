"""A field of a scenario as a widget shows it, and back: shares in percent, numbers in a row as text."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

from app.words.number_list import list_text, read_list
from sim import Scenario
from sim.scenario import field_at, range_of_items


def is_share(name: str) -> bool:
    """Whether a field holds a share, which is shown in percent."""
    return name.endswith("_frac")


def to_box(name: str, value: Any) -> Any:
    """What the number box of a field shows.

    >>> to_box("lost_frac", 0.25), to_box("flow_ml_day", 0.25)
    (25.0, 0.25)
    """
    return round(100.0 * value, 10) if is_share(name) and value is not None else value


def from_box(name: str, value: Any) -> Any:
    """What a field is to hold, from its number box.

    >>> from_box("lost_frac", 25.0), from_box("flow_ml_day", 25.0)
    (0.25, 25.0)
    """
    return round(value / 100.0, 12) if is_share(name) and value is not None else value


def to_widget(field: FieldInfo, value: Any) -> Any:
    """What a widget shows of a record's value: numbers in a row as text, names in a row as a list."""
    if not isinstance(value, tuple):
        return value
    return list_text(value) if range_of_items(field) else list(value)


def from_widget(scenario: Scenario, path: str, value: Any) -> Any:
    """What a field is to hold, from its widget; raises ScenarioError where a list cannot be read."""
    _, _, field, now = field_at(scenario, path)
    if not isinstance(now, tuple):
        return value
    return read_list(value) if range_of_items(field) else tuple(value)
