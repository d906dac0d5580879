"""Why a scenario cannot be carried out, for people: fields by their labels, numbers in the reader's signs.

The model says it by paths and units of files, in English. The room `refusals` of every table of words holds, for each
of its sentences, one for people; a sentence that is not there is shown as the model says it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, get_args

from app.words.amounts import scaled, with_unit
from app.words.field_text import is_share
from app.words.model_names import in_words
from app.words.numbers import in_signs, number_text
from app.words.reader import language
from app.words.setting import group_of, shelf
from app.words.text import CHOICES, TEXT, read_words
from sim import Scenario, ScenarioError
from sim.scenario import AnyFault, AnyOrder, field_at

GAP: Final = "{}"
ENTRY: Final = re.compile(r"(orders|faults)\.([0-9]+)")
QUANTITY: Final = re.compile(r"(-?[0-9.]+(?:e[+-]?[0-9]+)?)( .*)?", re.ASCII)
DAYS: Final = {"at_day": "field_day_of", "start_day": "field_start_of", "end_day": "field_end_of"}


def refusal_in_words(problem: str, scenario: Scenario) -> str:
    """A sentence of the model about a scenario, or one on a change of it, for people.

    >>> from sim import catalogue
    >>> example = catalogue().scenarios["half-a-leak"]
    >>> refusal_in_words("orders[2].at_day = 40.0 lies after the end of the scenario, duration_day = 30.0", example)
    'Day of order 3 (rate) is 40; it must not come after the end of the run, day 30.'
    """
    return with_unit(_in_words(scaled(problem), scenario))


def _in_words(problem: str, scenario: Scenario) -> str:
    within = re.fullmatch(r"intended\[[0-9]+\]: (.*)", problem)
    if within:
        return _in_words(within[1], scenario)
    for pattern, words in _patterns(language()):
        if match := pattern.fullmatch(problem):
            parts = match.groups()
            is_of_share = is_share(parts[0].rpartition(".")[2]) if parts else False
            return words.format(*(_part(part, parts[0], scenario, is_of_share=is_of_share) for part in parts))
    return problem


def name_of(path: str, scenario: Scenario) -> str:
    """What a person calls the field at a path, or an order or fault; the path itself where it leads nowhere.

    >>> from sim import catalogue
    >>> name_of("faults.1.start_day", catalogue().scenarios["half-a-leak"])
    'Start of fault 2 (tear)'
    """
    match = ENTRY.match(path)
    entry = _entry(match[0], scenario) if match else ""
    if entry and match and path == match[0]:
        return entry[:1].upper() + entry[1:]
    try:
        _, name, field, _ = field_at(scenario, re.sub(r"(?<=[a-z])\.[0-9]+$", "", path))
    except ScenarioError:
        return _title(path.rpartition(".")[2]) or path  # of an order that the scenario does not have yet
    label = in_words(str(field.title))
    if not entry:
        return label
    return TEXT[DAYS[name]].format(entry=entry) if name in DAYS else TEXT["field_of"].format(label=label, entry=entry)


def _title(name: str) -> str:
    """What a field of that name is called in any order or fault; empty where none has it."""
    records = [record for union in (AnyOrder, AnyFault) for record in get_args(get_args(union)[0])]
    return next((in_words(record.model_fields[name].title) for record in records if name in record.model_fields), "")


def _entry(path: str, scenario: Scenario) -> str:
    """An order or fault by its place and kind: order 3 (refill); empty where there is none."""
    kind, _, place = path.partition(".")
    if int(place) >= len(getattr(scenario, kind)):
        return ""
    group, _, what = group_of(scenario, f"{path}.kind").partition(": ")
    group = group if language() == "de" else group.lower()
    return f"{group} ({what})"


def _part(part: str, first: str, scenario: Scenario, *, is_of_share: bool) -> str:
    """One gap of a sentence in words: a path, a number with its unit, a choice."""
    path = re.sub(r"\[([0-9]+)\]", r".\1", part)
    if ENTRY.match(path) or re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)*", path):
        if "." not in path and path not in Scenario.model_fields:  # a field beside the first one
            path = re.sub(r"\[([0-9]+)\]", r".\1", first).rpartition(".")[0] + f".{path}"
        name = name_of(path, scenario)
        if name == path:
            return in_words(part)
        is_inside = part != first and language() == "en" and not name[:2].isupper()
        return name[:1].lower() + name[1:] if is_inside else name
    if match := QUANTITY.fullmatch(part):
        number, unit = float(match[1]), (match[2] or "").strip()
        if is_of_share:
            return f"{number_text(round(100.0 * number, 9))} %"
        whole = int(number) if number == int(number) and abs(number) < 1e15 else number
        return f"{number_text(whole)} {in_words(unit)}".rstrip()
    if part.startswith("'") and part.endswith("'"):
        return _choice(part.strip("'"), first.rpartition(".")[2])
    return in_signs(" / ".join(in_words(word) for word in part.split(" or ")))


def _choice(word: str, field: str) -> str:
    """A word that a field chooses, or the title of a device or drug."""
    for name in ("pump", "catheter", "drug"):
        if word in shelf(name):
            return in_words(shelf(name)[word].title)
    return CHOICES.get(field, {}).get(word, in_words(word.replace("_", " ")))


@cache
def _patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    """(pattern of what the model says, the words for it), the most particular first."""
    refusals = read_words(language)["refusals"].items()
    longest_first = sorted(refusals, key=lambda refusal: -len(refusal[0].replace(GAP, "")))
    return [(re.compile(re.escape(text).replace(re.escape(GAP), "(.+?)")), words) for text, words in longest_first]
