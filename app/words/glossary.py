"""Technical words: what each means, what clinicians say for it, and where it stands in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from app.words.reader import OF_AUTHORS, language
from app.words.sources import names_its_grade
from app.words.text import TEXT
from sim import ScenarioError
from sim.scenario import Record, check, plain

FILE: Final = Path(__file__).parents[1] / "data" / "glossary.toml"
Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=60)], ...], Field(strict=False)]
Parts = list[tuple[str, str]]  # a text in pieces: (piece, key of the term that it is; empty for none)


class TermWords(Record):
    """A term in one language."""

    word: str = Field(min_length=1, max_length=60)
    forms: Words = Field(description="As the word stands in texts of the page; none if no text has it")
    meaning: str = Field(min_length=1, max_length=200)
    clinicians: Words = Field(description="What clinicians say for it")


class Term(Record):
    """A technical word in every language."""

    key: str = Field(pattern="^[a-z_]+$", max_length=40)
    source: str = Field(min_length=1, max_length=200, description="Begins with its grade")
    en: TermWords
    de: TermWords

    def in_language(self, name: str) -> TermWords:
        """The term in the language of that name."""
        return {"en": self.en, "de": self.de}[name]

    @property
    def words(self) -> TermWords:
        """The term in the reader's language."""
        return self.in_language(language())

    @property
    def note(self) -> str:
        """The term's word, what it means, and what clinicians say for it."""
        words = self.words
        also = TEXT["glossary_also"].format(words="; ".join(words.clinicians)) if words.clinicians else ""
        return f"{words.word}: {words.meaning} {also}".rstrip()


class Glossary(Record):
    """All terms, in the order of the file."""

    terms: tuple[Term, ...] = Field(strict=False)


@cache
def terms() -> dict[str, Term]:
    """Key -> term, of the packaged file, read once."""
    return {term.key: term for term in parse_terms(FILE.read_bytes())}


def parse_terms(data: bytes | str) -> tuple[Term, ...]:
    """Terms in the text of a file; raises ScenarioError with every problem at once."""
    table = check(Glossary, plain(data)).terms
    problems, keys = [], set[str]()
    for i, term in enumerate(table):
        if not names_its_grade(term.source):
            problems.append(f"terms[{i}].source does not begin with its grade")
        if term.key in keys:
            problems.append(f"terms[{i}].key = '{term.key}' is there twice")
        keys.add(term.key)
    if problems:
        raise ScenarioError(problems)
    return table


def mark(texts: Sequence[str]) -> list[Parts]:
    """Each text in pieces; the first time that a term stands in any of them, its piece carries the term's key.

    Texts are in the reader's language or in that of authors. The longest form wins; capitals count only in a form
    that is all capitals.

    >>> mark(["Aspirate at the tip.", "The tip again."])
    [[('Aspirate', 'aspirate'), (' at the ', ''), ('tip', 'tip'), ('.', '')], [('The tip again.', '')]]
    """
    pattern, keys = _pattern(language())
    seen = set[str]()
    marked = []
    for text in texts:
        parts: Parts = []
        at = 0
        for match in pattern.finditer(text):
            form = match.group()
            key = keys.get(form) or keys.get(form.lower(), "")
            if not key or key in seen:
                continue
            seen.add(key)
            if match.start() > at:
                parts.append((text[at : match.start()], ""))
            parts.append((form, key))
            at = match.end()
        if at < len(text):
            parts.append((text[at:], ""))
        marked.append(parts)
    return marked


@cache
def _pattern(name: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """What finds every form of a language and of the language of authors, and form -> key of its term."""
    keys: dict[str, str] = {}
    for spoken in dict.fromkeys((name, OF_AUTHORS)):
        for term in terms().values():
            for form in term.in_language(spoken).forms:
                keys.setdefault(form if form.isupper() else form.lower(), term.key)
    longest_first = sorted(keys, key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE), keys


def search(words: str) -> list[Term]:
    """Terms in whose word, meaning or synonyms, in any language, each of the words occurs, in capitals or not.

    >>> [term.key for term in search("INFLAMMATORY mass")]
    ['granuloma']
    """
    wanted = words.lower().split()
    return [term for term in terms().values() if all(word in _all_words(term) for word in wanted)]


def _all_words(term: Term) -> str:
    texts = (part for words in (term.en, term.de) for part in (words.word, words.meaning, *words.clinicians))
    return " ".join(texts).lower()
