"""What the model itself names and tells, in the language of the reader: labels, kinds, titles, happenings.

The model speaks English. Its sentences have a room of their own in every table of words; for its names and for parts
of its sentences the tables of other languages have the rooms `named` and `phrases`, and what is missing there stays
as the model says it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from app.words.text import TEXT, language, read_words
from sim import Happening

HOLE: Final = "{}"  # what changes from one phrase to the next


def in_words(name: str) -> str:
    """A label, a title, a unit, or a word that a field chooses.

    >>> in_words("Daily dose")
    'Daily dose'
    """
    return str(read_words(language()).get("named", {}).get(name, name))


def kind_in_words(kind: str) -> str:
    """The kind of an order or a fault, in words.

    >>> kind_in_words("rate_schedule")
    'rate schedule'
    """
    return in_words(kind.replace("_", " "))


def phrase_of(text: str) -> str:
    """A part of a sentence of the model, such as how bad a fault is; "kind: how bad" is worded part by part."""
    for pattern, words in _phrases(language()):
        if found := pattern.fullmatch(text):
            return words.format(*found.groups())
    first, colon, rest = text.partition(": ")
    return f"{in_words(first)}{colon}{phrase_of(rest)}" if colon else in_words(text)


def sentence_of(one: Happening) -> str:
    """The sentence of a happening."""
    facts = {name: phrase_of(fact) for name, fact in one.facts}
    return str(TEXT[f"happening_{one.kind}"]).format(**facts)


@cache
def _phrases(language: str) -> list[tuple[re.Pattern[str], str]]:
    """(what the model says, what is said instead), the most particular first."""
    told = sorted(read_words(language).get("phrases", {}).items(), key=lambda one: -len(one[0]))
    return [(re.compile(re.escape(text).replace(re.escape(HOLE), "([^:]+?)")), words) for text, words in told]
