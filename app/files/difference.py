"""One scenario as what makes it out of another: values to set and names to drop, by dotted path."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from sim import Scenario, ScenarioError
from sim.scenario import literal


def tables(scenario: Scenario) -> dict[str, Any]:
    """A scenario as plain tables, without what is empty."""
    return scenario.model_dump(mode="json", exclude_none=True)


def difference(base: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What makes `other` out of `base`; empty where they are the same.

    >>> difference({"lesson": 1, "orders": [{"in_ml": 20.0}]}, {"orders": [{"in_ml": 5.0}]})
    {'set': {'orders.0.in_ml': 5.0}, 'drop': ['lesson']}
    """
    values: dict[str, Any] = {}
    drops: list[str] = []
    for path, value in _changes(base, other, ""):
        if value is None:
            drops.append(path)
        else:
            values[path] = value
    return {name: part for name, part in (("set", values), ("drop", sorted(drops))) if part}


def patched(base: dict[str, Any], values: Any, drops: Any, name: str) -> dict[str, Any]:
    """A copy of `base` with values set and names dropped; ScenarioError, under `name`, where a path leads nowhere."""
    if not isinstance(values, dict) or not isinstance(drops, list) or not all(isinstance(path, str) for path in drops):
        raise ScenarioError([f"{name}: set must be a table of values, and drop a list of names"])
    whole = deepcopy(base)
    for path in [*drops, *values]:
        *steps, last = path.split(".")
        part: Any = whole
        for step in steps:
            part = _step(part, step)
        if isinstance(part, dict) and path in values:
            part[last] = values[path]
        elif isinstance(part, dict) and last in part:
            del part[last]
        elif isinstance(part, list) and path in values and _step(part, last) is not None:
            part[int(last)] = values[path]
        else:
            raise ScenarioError([f"{name}: {literal(path)} leads nowhere in the scenario"])
    return whole


def _changes(base: Any, other: Any, path: str) -> Iterator[tuple[str, Any]]:
    """(path, value) of all that differs; None for what `other` lacks."""
    if isinstance(base, dict) and isinstance(other, dict):
        for name in base.keys() | other.keys():
            below = f"{path}.{name}" if path else name
            if name not in other or name not in base:
                yield below, other.get(name)
            else:
                yield from _changes(base[name], other[name], below)
    elif isinstance(base, list) and isinstance(other, list) and len(base) == len(other):
        for i, pair in enumerate(zip(base, other, strict=True)):
            yield from _changes(*pair, f"{path}.{i}")
    elif base != other or type(base) is not type(other):
        yield path, other


def _step(part: Any, step: str) -> Any:
    """The part of a table or a list under one step of a path; None where there is none."""
    if isinstance(part, list):
        return part[int(step)] if step.isdecimal() and len(step) < 6 and int(step) < len(part) else None
    return part.get(step) if isinstance(part, dict) else None
