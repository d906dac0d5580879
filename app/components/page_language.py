"""Tells the browser which language the page is in: listeners, spelling, hyphens and the signs in numbers follow."""

from __future__ import annotations

from app.components.component import component
from app.words.numbers import signs
from app.words.reader import language


def show() -> None:
    """Nothing to be seen."""
    component("page_language")(
        data={"language": language(), "decimal": signs().decimal, "thousands": signs().thousands},
        key="language of the page",
        height=1,
        width=1,
    )
