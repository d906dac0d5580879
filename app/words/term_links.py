"""Technical words in texts as links that can be tapped; the browser opens what a word means below its paragraph."""

from __future__ import annotations

from collections.abc import Sequence

from app.words import glossary
from app.words.text import plain


def with_terms(text: str) -> str:
    """A text so that Markdown shows it literally, each technical word a link that can be tapped where it first stands.

    The title of the link says what the word means; the browser opens it below the paragraph.

    >>> with_terms("Above the *tip*.")[:34]
    'Above the \\\\*[tip](#term-tip "cathe'
    """
    return each_with_terms([text])[0]


def each_with_terms(texts: Sequence[str]) -> list[str]:
    """Texts that stand together as Markdown: a word can be tapped where it first stands in any of them."""
    return ["".join(_markdown(piece, key, i) for i, (piece, key) in enumerate(parts)) for parts in glossary.mark(texts)]


def links(texts: Sequence[str]) -> list[str]:
    """The technical words of texts alone, each as a link that can be tapped, in the order in which they stand."""
    return [_markdown(piece, key) for parts in glossary.mark(texts) for piece, key in parts if key]


def _markdown(piece: str, key: str, place: int = 0) -> str:
    """A piece of a text as Markdown; only at the start of a text blanks would mean something and are left out."""
    blanks = "" if place == 0 else piece[: len(piece) - len(piece.lstrip(" \t"))]
    text = f"{blanks}{plain(piece)}"
    return f'[{text}](#term-{key} "{plain(glossary.terms()[key].note)}")' if key else text
