"""What an emergency means for a patient: one card for each family of drug and side. No doses."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from app.words.reader import language
from app.words.sources import grade
from app.words.text import GRADES
from sim import Side
from sim.body import Family
from sim.scenario import Record, check

FILE: Final = Path(__file__).parents[1] / "data" / "emergencies.toml"
PARTS: Final = ("recognise", "support", "restore", "observe")


class CardSentence(Record):
    """One sentence in both languages, and where it comes from."""

    en: str = Field(min_length=1, max_length=300, title="Sentence")
    de: str = Field(min_length=1, max_length=300, title="Sentence in German")
    source: str = Field(min_length=1, max_length=200, title="Source")

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return self.de if language() == "de" else self.en

    @property
    def grade(self) -> str:
        """How much supports the sentence, in words."""
        return GRADES[grade(self.source)]


Sentences = Annotated[tuple[CardSentence, ...], Field(strict=False, min_length=1)]


class EmergencyCard(Record):
    """Recognise, support, restore or remove, observe: too much or too little of a family of drugs."""

    family: Family
    side: Side
    recognise: Sentences
    support: Sentences
    restore: Sentences
    observe: Sentences

    def sentences(self, part: str) -> tuple[CardSentence, ...]:
        """The sentences of a part, in order."""
        return tuple(getattr(self, part))


class EmergencyFile(Record):
    """All cards."""

    cards: Annotated[tuple[EmergencyCard, ...], Field(strict=False)]


@cache
def cards() -> dict[tuple[str, str], EmergencyCard]:
    """(family, side) -> its card; what cannot become an emergency has none.

    >>> cards()["ziconotide", "too_much"].restore[0].en
    'It may be stopped abruptly: no withdrawal follows.'
    """
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {(card.family, card.side): card for card in check(EmergencyFile, data).cards}
