"""Who reads: the language and the units of one run of the page; `speak` sets them, and all words after that follow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from app.words.units import Units

LANGUAGES: Final = {"en": "English", "de": "Deutsch"}
OF_AUTHORS: Final = "en"

_LANGUAGE: ContextVar[str] = ContextVar("language", default=OF_AUTHORS)
_UNITS: ContextVar[Units] = ContextVar("units", default=Units())  # noqa: B039 - frozen


def speak(language: str = OF_AUTHORS, units: Units | None = None) -> None:
    """Set language and units of all words from here on, in this run of the page."""
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is not one of {', '.join(LANGUAGES)}")
    _LANGUAGE.set(language)
    _UNITS.set(units or Units())


@contextmanager
def as_authors() -> Iterator[None]:
    """Words inside an author's sentence: in the language of authors, in the reader's units."""
    reader = _LANGUAGE.set(OF_AUTHORS)
    try:
        yield
    finally:
        _LANGUAGE.reset(reader)


def language() -> str:
    """The language of this run of the page."""
    return _LANGUAGE.get()


def units() -> Units:
    """The units of this run of the page."""
    return _UNITS.get()


def is_foreign() -> bool:
    """Whether the reader's language is another one than that of authors and messages."""
    return language() != OF_AUTHORS
