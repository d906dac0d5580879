"""Every requirement that a test names has its line here, and every line is named by a test."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pytest

from tests.published.harm_protocols import FIGURES

HERE: Final = Path(__file__).parent
FAMILY: Final = "inv|dev|iec|tv|bad|abu|load|tch"
# INV-10 in a sentence; test_inv_17_18_..., test_tv04_and_04b_... as names; NOT_APPLICABLE rows are sentences
WRITTEN: Final = re.compile(r"(?<![\w-])(INV|DEV|IEC|TV|BAD|ABU|LOAD|TCH)-?(\d{1,2}[a-z]?)(?![\w.])")
NAMED: Final = re.compile(rf"def test_({FAMILY})_?(\d{{1,2}}[a-z]?)(?=_)((?:_\d\d(?=_[a-z]))*)((?:_and_\d\d[a-z])?)")
SHORT: Final = {"IEC"}  # counted without a leading zero


def spelled(family: str, number: str) -> str:
    """The id as the lists write it.

    >>> spelled("tv", "4b"), spelled("IEC", "1")
    ('TV-04b', 'IEC-1')
    """
    digits = re.sub(r"\D", "", number)
    width = 1 if family.upper() in SHORT else 2
    return f"{family.upper()}-{int(digits):0{width}d}{number[len(digits) :]}"


def ids_in(source: str) -> set[str]:
    """All ids that the text of a test names.

    >>> sorted(ids_in("def test_inv_17_18_a_worse_fault(): ...  # as DEV-06"))
    ['DEV-06', 'INV-17', 'INV-18']
    >>> sorted(ids_in("def test_tv04_and_04b_a_dose(): ...")), ids_in("def test_tv10_23_ml_found(): ...")
    (['TV-04', 'TV-04b'], {'TV-10'})
    """
    found = {spelled(*match.groups()) for match in WRITTEN.finditer(source)}
    for family, first, more, other in NAMED.findall(source):
        more = more if family != "tv" else ""
        found |= {spelled(family, number) for number in (first, *re.findall(r"\d\d[a-z]?", more + other))}
    return found


def named() -> set[str]:
    sources = [path for path in HERE.parent.rglob("test_*.py") if path.parent != HERE]
    return set(chain.from_iterable(ids_in(path.read_text()) for path in sources)) | set(FIGURES)


LISTS: Final[dict[str, dict[str, Any]]] = {
    path.name: tomllib.loads(path.read_text()) for path in sorted(HERE.glob("*.toml"))
}
ROWS: Final = [row for rows in LISTS.values() for row in rows.items()]
# tests with names of their own; a row says by what part of the name such a test is found
HELD: Final = {name: row["held_by"] for name, row in ROWS if isinstance(row, dict)}


def names_of_tests(file: str) -> list[str]:
    return re.findall(r"^def (test_\w+)", (HERE.parent / file).read_text(), flags=re.MULTILINE)


def test_every_requirement_that_a_test_names_has_a_line_and_every_line_a_test():
    listed = {name for name, _ in ROWS}
    assert named() - listed == set(), "named by a test, but nobody says what it asks"
    assert listed - named() - set(HELD) == set(), "listed, but no test names it"


@pytest.mark.parametrize(("name", "tests"), HELD.items(), ids=HELD)
def test_a_line_that_names_tests_names_some_that_exist(name, tests):
    for test in [tests] if isinstance(tests, str) else tests:
        file, part = test.split(": ")
        assert [found for found in names_of_tests(file) if part in found], test


def test_no_requirement_is_listed_twice():
    count = Counter(name for name, _ in ROWS)
    assert [name for name, times in count.items() if times > 1] == []


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[name for name, _ in ROWS])
def test_a_line_is_one_plain_sentence(name, row):
    line = row if isinstance(row, str) else row["asks"]
    assert 4 <= len(line.split()) <= 30
    assert line.endswith(".")
    assert line[0].isupper() or line[0].isdigit()
    assert "\n" not in line
