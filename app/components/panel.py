"""A panel that a button opens: who opens it by keyboard goes on inside it."""

from __future__ import annotations

from app.components.component import component


def enter(key: str) -> None:
    """Nothing to be seen, for a panel of that key; called inside it."""
    component("panel")(key=f"panel {key}", height=1, width=1)
