"""Numbers as the page writes and reads them: a decimal comma is one, and nothing is read in one of two ways."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.figures.parts import Look, frame
from app.figures.theme import DARK_INK
from app.words.number_list import list_text, read_list
from app.words.numbers import SIGNS, NumberError, clear_text, digits, number_text, read_number
from app.words.reader import LANGUAGES, speak
from app.words.text import amount, day, flow, strength
from sim import ScenarioError
from sim.scenario import plain
from tests.scripting import in_node

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    speak(request.param)
    yield request.param
    speak()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("300,5", 300.5), ("300.5", 300.5), ("0,125", 0.125), ("0.125", 0.125), ("-0,5", -0.5), ("\u22125", -5.0),
        ("1000", 1000.0), ("1 000", 1000.0), ("1\u202f000,5", 1000.5), ("1,234,567", 1234567.0), (",5", 0.5),
        ("1.234.567", 1234567.0), ("1,000.5", 1000.5), ("1.000,5", 1000.5), (" 12 ", 12.0), ("1e3", 1000.0),
        ("2,50", 2.5), ("1000,125", 1000.125), ("0012", 12.0),
    ],
)  # fmt: skip
def test_what_has_one_reading_is_read_so_in_every_language(language, text, number):
    assert read_number(text) == number


def test_what_can_be_read_in_two_ways_is_refused_with_both_readings(language):
    for text, both in (("1,000", (1.0, 1000.0)), ("-12,345", (-12.345, -12345.0)), ("+1,250", (1.25, 1250.0))):
        with pytest.raises(NumberError) as refused:
            read_number(text)
        assert refused.value.readings == both


def test_a_point_before_three_digits_is_open_only_where_decimals_have_a_comma():
    assert read_number("1.000") == 1.0
    speak("de")
    try:
        with pytest.raises(NumberError) as refused:
            read_number("1.000")
    finally:
        speak()
    assert refused.value.readings == (1.0, 1000.0)


@pytest.mark.parametrize(
    "text", ["", " ", "x", "nan", "inf", "1e999", "1_000", "0x10", "٣", "5 mg", "50 %", "1,00,000", "1..5", "1e", "--1"]
)
def test_what_is_no_number_is_refused(language, text):
    with pytest.raises(NumberError) as refused:
        read_number(text)
    assert refused.value.readings == ()


@given(FLOATS)
def test_a_number_is_read_back_as_it_was_written(number):
    for name in LANGUAGES:
        speak(name)
        assert read_number(clear_text(number)) == number
    speak()


def test_german_numbers_have_a_comma_and_a_narrow_space():
    speak("de")
    try:
        assert (digits(12345.6, 6), digits(0.05, 3)) == ("12\u202f345,6", "0,05")
        assert (amount(2500.0), strength(2000.0), flow(0.25)) == ("2,5 mg", "2\u202f000 mcg/mL", "0,25 mL/Tag")
        assert (day(1234.5), number_text(2000.5)) == ("Tag 1234", "2000,5")
        # whatever the page writes, a box reads as that number
        assert read_number(digits(12345.6, 6)) == 12345.6
    finally:
        speak()


def test_charts_write_numbers_as_the_page_does(language):
    signs = SIGNS[language]
    assert frame(Look("x", 200, DARK_INK))["separators"] == signs.decimal + signs.thousands


def test_scripts_write_numbers_as_the_page_does():
    script = """
    import { number } from "./stage_words.js";
    const row = () => [12345.678, 0.25, 100, -1234, 0].map((value) => number(value));
    const english = row();
    globalThis.document = { documentElement: { dataset: signs } };
    print([english, row()]);
    """
    german = {"decimal": SIGNS["de"].decimal, "thousands": SIGNS["de"].thousands}
    assert in_node(script, signs=german) == [
        ["12,346", "0.25", "100", "-1,234", "0"],
        ["12\u202f346", "0,25", "100", "-1\u202f234", "0"],
    ]


# ------------------------------------------------------------------ lists and files


@pytest.mark.parametrize("text", ["0; 8; 22,5", "0;8;22.5", "0, 8, 22.5"])
def test_numbers_in_a_list_are_parted_by_semicolons_or_a_comma_and_a_space(language, text):
    assert read_list(text) == (0.0, 8.0, 22.5)


@pytest.mark.parametrize(("text", "both"), [("0,5, 8", ("0.5", "0 and 5")), ("8, 1,000", ("1", "1 and 0"))])
def test_a_comma_between_digits_of_a_list_is_refused_with_both_readings(text, both):
    with pytest.raises(ScenarioError) as refused:
        read_list(text)
    assert all(re.search(rf"\b{re.escape(way)}\b", str(refused.value)) for way in both)


@given(st.lists(FLOATS))
def test_a_list_is_read_back_as_it_was_written(numbers):
    for name in LANGUAGES:
        speak(name)
        assert read_list(list_text(numbers)) == tuple(numbers)
    speak()


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("300,5", "use a point, not a comma, for decimals: 300.5"),
        ("1,000", "1,000 can be read as 1 or as 1000"),
        ("1,000.5", ": 1000.5"),
        ("-12,345", "-12,345 can be read as -12.345 or as -12345"),
    ],
)
def test_a_file_never_advises_a_reading_that_was_not_meant(written, hint):
    for text in (f"version = 1\ndose = {written}\n", json.dumps({"dose": 7}).replace("7", written)):
        with pytest.raises(ScenarioError) as refused:
            plain(text)
        assert hint in str(refused.value)
