"""A number typed beside a slider."""

from __future__ import annotations

from typing import Any

from app.components.component import component


def show(key: str, label: str, value: Any, n_taken: int) -> None:
    """The box; `value` stays in it until something else is typed. n_taken: how many entries were taken up."""
    data = {"label": label, "value": value, "heard": n_taken}
    box = component("number_box")
    box(data=data, key=key, default={"entry": None}, on_entry_change=_do_nothing, height=34, width=84)


def _do_nothing() -> None:
    """Entries are read when the page runs: a call could be lost where a run is interrupted, a state cannot."""
