"""The names and sentences of the model in the language of the reader: labels, kinds, titles, happenings.

The model speaks English. Its sentences have a room of their own in every table of words; for its names and for parts
of its sentences the tables of other languages have the rooms `named` and `phrases`, and what is missing there stays
as the model says it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from app.words.amounts import MCG, is_amount, scaled, with_unit
from app.words.numbers import in_signs
from app.words.reader import language, units
from app.words.text import TEXT, read_words
from sim import Happening

HOLE: Final = "{}"  # the part that changes from one phrase to the next


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
    """A part of a sentence of the model, such as how bad a fault is; "kind: how bad" is put into words part by part."""
    return with_unit(_phrase(scaled(text)))


def _phrase(text: str) -> str:
    for pattern, words in _phrases(language()):
        if match := pattern.fullmatch(text):
            return in_signs(words.format(*match.groups()))
    first, colon, rest = text.partition(": ")
    return f"{in_words(first)}{colon}{_phrase(rest)}" if colon else in_signs(in_words(text))


def sentence_of(happening: Happening) -> str:
    """What happened, as one sentence without a full stop."""
    facts = {
        name: phrase_of(f"{fact} {MCG}").removesuffix(f" {units().amount_word}") if is_amount(name) else phrase_of(fact)
        for name, fact in happening.facts
    }
    return with_unit(TEXT[f"happening_{happening.kind}"].format(**facts))


@cache
def _phrases(language: str) -> list[tuple[re.Pattern[str], str]]:
    """(pattern of what the model says, the words of this language), the most particular first."""
    phrases = sorted(read_words(language).get("phrases", {}).items(), key=lambda phrase: -len(phrase[0]))
    return [(re.compile(re.escape(text).replace(re.escape(HOLE), "([^:]+?)")), words) for text, words in phrases]
