"""A list of numbers in one line: read back exactly, or refused in one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.words.number_list import list_text, read_list
from sim import ScenarioError


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_any_numbers_are_read_back_exactly(numbers):
    assert read_list(list_text(numbers)) == tuple(numbers)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("", ()), ("  ", ()), ("8", (8.0,)), ("0, 8, 22", (0.0, 8.0, 22.0)), (" 0.5,  1e3 ", (0.5, 1000.0))],
)
def test_numbers_with_a_comma_and_a_space_are_read(text, numbers):
    assert read_list(text) == numbers


@pytest.mark.parametrize(
    "text", ["0,8", "0,5, 8", "0 8", "x", "1_000", "0x10", "nan", "inf", "1, , 2", "1,,", ", 1", "٣", "1e", "1; ; 2"]
)
def test_what_is_not_clearly_a_list_is_refused_in_one_sentence(text):
    with pytest.raises(ScenarioError) as refused:
        read_list(text)
    assert len(refused.value.problems) == 1
