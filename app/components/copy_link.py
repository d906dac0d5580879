"""Copy link: one button that puts the page's address, with the whole scenario, on the clipboard."""

from __future__ import annotations

from app.components.component import component
from app.words.text import TEXT

WIDTH_PX = 108  # of the longest of the languages


def show(query: str, link: str) -> None:
    """The button, for the name and the text of the address's query."""
    words = {name: TEXT[name] for name in ("copy_link", "copied", "link_to_copy")}
    data = {"link": link, "query": query, "words": words}
    component("copy_link")(data=data, key="copy link", height=40, width=WIDTH_PX)
