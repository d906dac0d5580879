"""All words of the page, in the language of the reader: the table, and numbers in words.

The texts lie in `data/words`, one file per language: a room and a key there make one name here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.words.numbers import digits
from app.words.reader import LANGUAGES, language, units
from app.words.units import FLOW, TIME
from sim import TEACHING_ONLY

WORDS: Final = Path(__file__).parents[1] / "data" / "words"
NO_ROOM: Final = "text"  # the room whose name is not written before its keys
OF_THE_MODEL: Final = ("named", "phrases", "refusals")  # rooms by what the model says in English


@cache
def read_words(language: str) -> dict[str, dict[str, Any]]:
    """Room -> key -> text, of one language."""
    return tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def _flat(language: str) -> dict[str, str]:
    rooms = read_words(language).items()
    return {
        key if room == NO_ROOM else f"{room}_{key}": text
        for room, texts in rooms
        if room not in OF_THE_MODEL
        for key, text in texts.items()
        if isinstance(text, str)
    }


def translate(text: str, into: str) -> str:
    """A text of the table of any language, in another one; itself where it is in none.

    >>> translate("Two truths", "de")
    'Zwei Wahrheiten'
    """
    keys = (key for language in LANGUAGES for key, entry in _flat(language).items() if entry == text)
    return _flat(into).get(next(keys, ""), text)


class Words(Mapping[str, Any]):
    """A part of the table, looked up in the language of the moment."""

    def __init__(self, room: str | None = None) -> None:
        self._room = room

    def _texts(self) -> Mapping[str, Any]:
        return _flat(language()) if self._room is None else read_words(language())[self._room]

    def __getitem__(self, key: str) -> Any:
        return self._texts()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts())

    def __len__(self) -> int:
        return len(self._texts())


Texts = Mapping[str, str]

TEXT: Final[Texts] = Words()
PLACES: Final[Texts] = Words("places")  # of the ledger
CHOICES: Final[Mapping[str, Texts]] = Words("choices")  # of the fields that offer a list
GRADES: Final[Texts] = Words("grades")  # how much supports a number, strongest first
GRADE_SENTENCES: Final[Texts] = Words("grades_said")
ABOUT: Final[Texts] = Words("about")  # what an author says of a scenario, field by field, in the order of the page
TESTS: Final[Texts] = Words("tests")  # what a clinician could observe
VERDICTS: Final[Texts] = Words("verdicts")
COLUMNS: Final[Mapping[str, Sequence[str]]] = Words("columns")  # headings of tables
BANNER: Final = TEACHING_ONLY  # the first words of all that leaves the page


def banner() -> str:
    """The teaching-only sentence in the reader's language, with the original behind it."""
    return " ".join(dict.fromkeys((TEXT["teaching_only"], BANNER)))


def amount(mcg: float) -> str:
    """An amount with its unit; where the reader chose no unit, in mg from 1,000 mcg on.

    >>> amount(250.0), amount(2500.0), amount(3e-9)
    ('250 mcg', '2.5 mg', 'under 0.001 mcg')
    """
    if 0.0 < abs(mcg) < 0.001:
        return TEXT["under_a_thousandth"].format(
            least=f"{digits(0.001 * units().amount_factor, 3)} {units().amount_word}"
        )
    unit = units().amount
    small = digits(mcg, 3)
    is_small = small != digits(1000.0, 3) and abs(mcg) < 1000.0
    if unit == "mcg" or (unit == "auto" and is_small):
        return f"{small if is_small else digits(mcg, 4)} mcg"
    return f"{digits(mcg / 1000.0, 3 if is_small else 4)} mg"


def dose(mcg_day: float, most: int = 4) -> str:
    """A daily dose with its unit.

    >>> dose(200.0)
    '200 mcg/day'
    """
    return f"{digits(units().amount_factor * mcg_day, most)} {dose_unit()}"


def dose_unit() -> str:
    """Unit of a daily dose in the reader's unit of amount, such as mcg/day."""
    return f"{units().amount_word}/{TEXT['unit_day']}"


def strength(mcg_ml: float, most: int = 4) -> str:
    """A concentration with its unit.

    >>> strength(2000.0)
    '2,000 mcg/mL'
    """
    return f"{digits(units().amount_factor * mcg_ml, most)} {strength_unit()}"


def strength_unit() -> str:
    """Unit of a concentration in the reader's unit of amount, such as mcg/mL."""
    return f"{units().amount_word}/mL"


def flow(ml_day: float, most: int = 3) -> str:
    """A flow with its unit.

    >>> flow(0.25)
    '0.25 mL/day'
    """
    return f"{digits(units().flow_factor * ml_day, most)} {TEXT[FLOW[units().flow][1]]}"


def percent(frac: float | None) -> str:
    """A share in percent.

    >>> percent(0.5), percent(None)
    ('50 %', 'none')
    """
    return TEXT["none"] if frac is None else f"{digits(100.0 * frac, 3)} %"


def day(value: float | None) -> str:
    """A moment of the run: its day, or its hour where the reader chose hours.

    >>> day(46.5), day(None)
    ('day 46.5', 'none')
    """
    if value is None:
        return TEXT["none"]
    return f"{TEXT[TIME[units().time][2]]} {digits(units().time_factor * value, 4, is_grouped=False)}"


def span(hours: float | None) -> str:
    """A span of time, in hours up to two days.

    >>> span(0.0), span(30.0), span(336.0), span(None)
    ('0 h', '30 h', '14 days', 'none')
    """
    if hours is None:
        return TEXT["none"]
    if hours < 48.0 or units().time == "h":
        return f"{digits(hours, 3 if hours < 1000.0 else 4)} h"
    return f"{digits(hours / 24.0, 3)} {TEXT['unit_days']}"


def plain(text: str) -> str:
    """Author's text so that Markdown shows it literally.

    >>> plain("a *b* $c$")
    'a \\\\*b\\\\* \\\\$c\\\\$'
    """
    lines = re.sub(r"(?m)^[ \t]+", "", text)  # an indented line would be code
    # addresses become links after escapes are read; an invisible joint inside keeps them words
    lines = re.sub(r"(?i)(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", "\u2060", lines)
    return "".join("\\" + char if char in _SPECIAL else char for char in lines)


def label(text: str) -> str:
    """A widget's label, literally; a tame text stays as it is, since a screen reader speaks it as written.

    >>> label("Tear: share of flow lost, mL/day."), label("a *b*")
    ('Tear: share of flow lost, mL/day.', 'a \\\\*b\\\\*')
    """
    return text if _TAME.fullmatch(text) else plain(text)


_TAME: Final = re.compile(r"[^\W\d_](?:[\w ,/()-]|[:;?.] |[?.]$)*")
_SPECIAL: Final = frozenset("\\`*_{}[]()<>#+-.!|~^$:\"'&=@/%")
