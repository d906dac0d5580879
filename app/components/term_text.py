"""Paragraphs in which technical words can be tapped: what a word means appears below its paragraph."""

from __future__ import annotations

from collections.abc import Sequence

from app.components.component import component
from app.words import glossary
from app.words.text import TEXT


def show(paragraphs: Sequence[tuple[str, str]], key: str) -> None:
    """(title, text) of each paragraph, the title in bold or empty; texts appear as they are.

    Each word of the glossary can be opened where it first stands, by touch and by keyboard.
    """
    marked = glossary.mark([text for _, text in paragraphs])
    present = {term for parts in marked for _, term in parts if term}
    data = {
        "paragraphs": [
            {"title": title, "parts": [list(part) for part in parts]}
            for (title, _), parts in zip(paragraphs, marked, strict=True)
        ],
        "terms": {term: note(glossary.terms()[term]) for term in sorted(present)},
    }
    component("term_text")(data=data, key=f"terms {key}")


def note(term: glossary.Term) -> list[str]:
    """The term's word, and its meaning with the clinicians' synonyms behind it."""
    words = term.words
    also = "; ".join(words.clinicians)
    return [words.word, f"{words.meaning} {TEXT['glossary_also'].format(words=also)}" if also else words.meaning]
