"""A field of a scenario as a widget shows it, and back: shares in percent, numbers in a row as text."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

from app.words.amounts import factor_of, is_amount, with_unit
from app.words.model_names import in_words
from app.words.number_list import list_text, read_list
from sim import Scenario
from sim.scenario import field_at, range_of_items, unit_of


def is_share(name: str) -> bool:
    """Whether a field holds a share, which is shown in percent."""
    return name.endswith("_frac")


def to_box(name: str, value: Any) -> Any:
    """What the number box of a field shows.

    >>> to_box("lost_frac", 0.25), to_box("flow_ml_day", 0.25)
    (25.0, 0.25)
    """
    if is_share(name) and value is not None:
        return round(100.0 * value, 10)
    return to_amount(name, value)


def from_box(name: str, value: Any) -> Any:
    """What a field is to hold, from its number box.

    >>> from_box("lost_frac", 25.0), from_box("flow_ml_day", 25.0)
    (0.25, 25.0)
    """
    if is_share(name) and value is not None:
        return round(value / 100.0, 12)
    return from_amount(name, value)


def to_amount(name: str, value: Any) -> Any:
    """A value in the reader's unit where the field holds an amount."""
    factor = factor_of(name)
    return value if factor == 1.0 or value is None else round(factor * value, 12)


def from_amount(name: str, value: Any) -> Any:
    """A value in the unit of files where the field holds an amount."""
    factor = factor_of(name)
    return value if factor == 1.0 or value is None else round(value / factor, 9)


def box_unit(name: str) -> str:
    """Unit of what the number box of a field shows, in words.

    >>> box_unit("lost_frac"), box_unit("dose_mcg_day")
    ('%', 'mcg/day')
    """
    unit = in_words(unit_of(name))
    return "%" if is_share(name) else with_unit(unit) if is_amount(name) else unit


def to_widget(name: str, field: FieldInfo, value: Any) -> Any:
    """What a widget shows of a record's value: numbers in a row as text, names in a row as a list."""
    if not isinstance(value, tuple):
        return to_amount(name, value)
    return list_text([to_amount(name, each) for each in value]) if range_of_items(field) else list(value)


def from_widget(scenario: Scenario, path: str, value: Any) -> Any:
    """What a field is to hold, from its widget; raises ScenarioError where a list cannot be read."""
    _, name, field, now = field_at(scenario, path)
    if not isinstance(now, tuple):
        return from_amount(name, value)
    return tuple(from_amount(name, each) for each in read_list(value)) if range_of_items(field) else tuple(value)
