"""A scenario in a link: in full, or as what makes it out of a packaged one, which is known by name and digest."""

from __future__ import annotations

import hashlib
import json
from functools import cache, lru_cache
from typing import Any, Final

from app.files.difference import difference, patched, tables
from app.runs import with_handles
from sim import Scenario, ScenarioError, catalogue
from sim.scenario import literal, nearest

OF, DIGEST = "of", "digest"
NEIGHBOUR: Final = ""  # instead of a packaged name: the scenario that the link gives before
PARTS: Final = (OF, DIGEST, "set", "drop")


@lru_cache(maxsize=256)
def compact(scenario: Scenario, near: Scenario | None = None) -> dict[str, Any]:
    """The shortest tables from which `expanded` makes the scenario again, given the one before it in the link.

    >>> sorted(compact(with_handles(catalogue().scenarios["clean-break"])))
    ['digest', 'of']
    """
    whole = tables(scenario)
    ways = [whole]
    if near is not None:
        ways.append({OF: NEIGHBOUR, **difference(tables(near), whole)})
    for name in _by_title().get(scenario.title, ()):
        base, digest = _packaged(name)
        ways.append({OF: name, DIGEST: digest, **difference(base, whole)})
    return min(ways, key=lambda way: len(json.dumps(way)))


def expanded(part: object, name: str, near: object = None) -> object:
    """The whole tables that a part of a link stands for; what is no difference comes back unchanged.

    Raises ScenarioError, under `name`, where the packaged scenario is unknown or has changed since.
    """
    if not isinstance(part, dict) or OF not in part:
        return part
    problems = [f"{name}: unknown key {literal(key)}{nearest(key, PARTS)}" for key in part if key not in PARTS]
    if problems:
        raise ScenarioError(problems)
    base = near if part[OF] == NEIGHBOUR else _same(part[OF], part.get(DIGEST), name)
    if not isinstance(base, dict):
        raise ScenarioError([f"{name} is given by its difference from a scenario that the link does not give"])
    return patched(base, part.get("set", {}), part.get("drop", []), name)


def _same(of: object, digest: object, name: str) -> dict[str, Any]:
    """The packaged scenario of that name, as it was when the link was made."""
    known = catalogue().scenarios
    if not isinstance(of, str) or of not in known:
        raise ScenarioError([f"{name}: there is no packaged scenario {literal(of)}{nearest(of, known)}"])
    base, now = _packaged(of)
    if digest != now:
        raise ScenarioError([f"{name}: the packaged scenario '{of}' has changed since the link was made"])
    return base


@cache
def _packaged(name: str) -> tuple[dict[str, Any], str]:
    """A packaged scenario ready for its first screen, as tables, and their digest."""
    base = tables(with_handles(catalogue().scenarios[name]))
    text = json.dumps(base, sort_keys=True, separators=(",", ":"))
    return base, hashlib.sha256(text.encode()).hexdigest()[:8]


@cache
def _by_title() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name, scenario in catalogue().scenarios.items():
        names.setdefault(scenario.title, []).append(name)
    return names
