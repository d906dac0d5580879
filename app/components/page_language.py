"""Tells the browser which language the page is in: listeners, spelling and hyphens follow."""

from __future__ import annotations

from app.components.component import component
from app.words.text import language


def show() -> None:
    """Nothing to be seen."""
    component("page_language")(data={"language": language()}, key="language of the page", height=1, width=1)
