"""Whatever a text claims has a source that begins with its grade, and no text calls a dose good or harmless."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.teaching import leaflet, lessons, sources
from app.words.sources import equations, names_its_grade
from sim import catalogue, sheet

ROOT = Path(__file__).parents[2]
FILES = [
    file for folder in ("app/data", "sim/data") for file in sorted((ROOT / folder).rglob("*.toml"))
]  # fmt: skip
every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))

# words that would make a number a promise, in both languages
PROMISES = re.compile(
    r"\b(safe|safely|safest|therapeutic\w*|toxic\w*"
    r"|(recommended|maximum|maximal|lethal|usual|harmless) (daily )?dos(e|es|age)"
    r"|unbedenklich\w*|ungefährlich\w*|gefahrlos\w*|therapeutisch\w*|toxisch\w*"
    r"|(empfohlene|sichere|übliche|maximale|tödliche)\w* (tages)?dos(is|en)|höchstdos(is|en)|tageshöchst\w*)\b",
    re.IGNORECASE,
)
LABEL_TERMS = re.compile(r"\bMR (Safe|Unsafe|Conditional)\b")  # what a device's label says of scanners


def strings(data: Any) -> Iterator[str]:
    """Every text of a data file, whatever it stands in."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for entry in data.values():
            yield from strings(entry)
    elif isinstance(data, list):
        for entry in data:
            yield from strings(entry)


def promises(text: str) -> list[str]:
    """Words in a text that promise something of a dose."""
    return [found[0] for found in PROMISES.finditer(LABEL_TERMS.sub("", text))]


@every_file
def test_no_text_calls_anything_safe_therapeutic_or_recommended(file: Path):
    for text in strings(tomllib.loads(file.read_text(encoding="utf-8"))):
        assert not promises(text), text


@pytest.mark.parametrize("file", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"])
def test_no_document_does_either(file: str):
    assert not promises((ROOT / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "This is a safe level.", "within the therapeutic range", "the recommended dose", "a recommended daily dose",
        "Das ist unbedenklich.", "im therapeutischen Bereich", "die empfohlene Dosis", "eine sichere Tagesdosis",
    ],
)  # fmt: skip
def test_a_promise_is_found_and_a_labels_own_term_is_none(text: str):
    assert promises(text)
    assert not promises(LABEL_TERMS.sub("", "MR Unsafe and MR Safe are terms of labels; a dose may be unsafe."))


def claims() -> Iterator[tuple[str, str, str]]:
    """(where, text, source) of every claim that is declared with a source of its own."""
    for row in leaflet.rows():
        yield f"leaflet {row.number}", row.text, row.source
    belief = sources.credibility()
    for claim in (*belief.harm, *belief.not_modelled):
        yield "credibility", claim.text, claim.source
    yield "score", belief.score_note, belief.score_source
    for test, limit in sheet.read_sheet().limits.items():
        yield f"test {test}", f"{limit.tells} {limit.cannot}", limit.source
    for item in tomllib.loads((ROOT / "app/data/checklist.toml").read_text(encoding="utf-8"))["items"]:
        yield f"checklist {item['id']}", item["why"], item["source"]
    for part, lines in sources.text_sources().items():
        for name, source in lines.items():
            yield f"{part} {name}", name, source


@pytest.mark.parametrize(("where", "text", "source"), tuple(claims()), ids=lambda value: str(value)[:40])
def test_every_claim_has_a_source_that_begins_with_its_grade(where: str, text: str, source: str):
    assert text, where
    assert names_its_grade(source), (where, source)
    assert len(source.split()) >= 2, (where, source)


def test_every_equation_has_a_source_that_begins_with_its_grade():
    for group in equations().values():
        for equation in group:
            assert names_its_grade(equation.source), equation


def test_every_scenario_and_every_lesson_has_its_source_line():
    lines = sources.text_sources()
    assert set(catalogue().scenarios) <= set(lines["scenarios"])
    assert set(map(str, lessons.lessons())) <= set(lines["lessons"])


def test_the_page_says_that_no_threshold_is_a_limit_for_anybody():
    harm = " ".join(claim.text for claim in sources.credibility().harm)
    for phrase in ("thresholds", "assumed", "limit for anybody", "no clinical scale"):
        assert phrase in harm
