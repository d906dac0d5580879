"""A dosing table gives what it says or one sentence per wrong cell: nothing is lost, clamped or misread."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import ScenarioError, catalogue, replay
from sim.analysis.dose_table import MOST_DOSES, MOST_ROWS
from sim.body.level import LEVELS
from sim.exact.steps import MOST_H
from sim.refusal import MOST_SENTENCES

DRUG = catalogue().drugs["baclofen-like"]
MORPHINE = catalogue().drugs["morphine-like"]
GOOD: dict[str, Any] = {"TIME": [1.0, 2.0], "AMT": [5.0, 7.0], "EVID": [1, 1], "CMT": ["plasma", "csf_20"]}


def row(**cells: Any) -> dict[str, list[Any]]:
    """A table of one good dose with other cells."""
    good = {"TIME": 0.0, "AMT": 1.0, "EVID": 1, "CMT": "plasma", "RATE": 0.0, "II": 0.0, "ADDL": 0}
    return {name: [value] for name, value in {**good, **cells}.items()}


def refusal(table: Any) -> tuple[str, ...]:
    with pytest.raises(ScenarioError) as caught:
        replay(table, DRUG, time_h=[0.0])
    for problem in caught.value.problems:
        assert 0 < len(problem) <= 300
        assert problem.isascii()
        assert problem.isprintable()
    return caught.value.problems


def only(problems: tuple[str, ...]) -> str:
    (problem,) = problems
    return problem


def amounts(table: Any) -> np.ndarray:
    held = replay(table, DRUG, time_h=[0.0, 3.0])
    return np.column_stack([held.amount, held.cleared])


# ------------------------------------------------------------------ each row is read by its place


@pytest.mark.parametrize(
    "index", [[0, 1], [1, 0], [7, 9], ["a", "b"], [0, 0], [True, False]], ids=lambda index: str(index)
)
def test_a_row_is_read_by_its_place_whatever_the_index_of_the_frame(index):
    assert np.array_equal(amounts(pd.DataFrame(GOOD, index=index)), amounts(GOOD))


@pytest.mark.parametrize(
    "table",
    [
        {name: np.array(column) for name, column in GOOD.items()},
        {name: tuple(column) for name, column in GOOD.items()},
        {name: pd.Series(column, index=[5, 3]) for name, column in GOOD.items()},
        pd.DataFrame(GOOD).astype({"CMT": "category", "EVID": "Int8", "AMT": "float32"}),
        {**GOOD, "AMT": np.array([5, 7], dtype=np.int16), "TIME": np.array([1, 2], dtype=np.longdouble)},
    ],
    ids=["arrays", "tuples", "series", "typed frame", "odd numbers"],
)
def test_the_same_cells_are_the_same_doses_whatever_holds_them(table):
    assert np.array_equal(amounts(table), amounts(GOOD))


def test_a_row_that_is_wrong_is_named_by_its_place_whatever_the_index_of_the_frame():
    frame = pd.DataFrame({**GOOD, "AMT": [5.0, -7.0]}, index=[1, 0])
    assert only(refusal(frame)) == "AMT[1] = -7.0 is outside 0 to 1e+12 mcg"


# ------------------------------------------------------------------ what one cell may not hold


@pytest.mark.parametrize("name", ["TIME", "AMT", "EVID", "RATE", "II", "ADDL"])
@pytest.mark.parametrize(
    "value",
    [
        None, True, False, "1", "", b"1", math.nan, math.inf, -math.inf, -1e-300, -1, 10**400, -(10**400), 1e300, [1.0],
        {"a": 1}, 1j, Decimal(1), np.datetime64("2026-01-01"), np.timedelta64(5, "h"), np.bool_(True), pd.NA, pd.NaT,
        np.float32(-1.0), np.int64(-3), object, np.ones(3), "x" * 1_000_000,
    ],
    ids=lambda value: ascii(value)[:20],
)  # fmt: skip
def test_a_cell_that_is_no_number_in_range_is_refused_by_column_and_row(name, value):
    problem = only(refusal(row(**{name: value})))
    assert problem.startswith(f"{name}[0] = ")
    assert "np." not in problem or isinstance(value, np.datetime64 | np.timedelta64 | np.bool_)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"ADDL": 3}, "ADDL[0] = 3 asks for more doses, and II[0] = 0 h is between them"),
        ({"II": 24.0}, "II[0] = 24 h is between doses, and ADDL[0] = 0 asks for no more"),
        ({"ADDL": 2.5, "II": 1.0}, "ADDL[0] = 2.5 is not whole; a whole number from 0 to 99999 doses is needed"),
        ({"ADDL": 1e9, "II": 1e-3}, "ADDL[0] = 1000000000.0 is outside 0 to 99999 doses"),
        ({"EVID": 0.5}, "EVID[0] = 0.5 is not known here; 0, 1 and 2 are"),
        ({"EVID": 3}, "EVID[0] = 3 is not known here; 0, 1 and 2 are"),
        ({"AMT": 0.0, "RATE": 5.0}, "RATE[0] = 5 gives nothing: AMT[0] = 0 mcg; write RATE 0"),
        ({"EVID": 2}, "AMT[0] = 1 belongs to a dose, and EVID[0] = 2 is none"),
        ({"EVID": 0, "AMT": 0.0, "RATE": 2.0}, "RATE[0] = 2 belongs to a dose, and EVID[0] = 0 is none"),
        (
            {"RATE": 1e-9},
            "AMT[0] = 1 mcg at RATE[0] = 1e-09 mcg/h ends beyond 1000000 h, as far as time goes here",
        ),
        (
            {"TIME": 999_999.0, "RATE": 0.5},
            "TIME[0] = 999999 h: the last dose of this row ends at 1000001 h, beyond 1000000 h",
        ),
        (
            {"ADDL": 1000, "II": 1001.0},
            "TIME[0] = 0 h: the last dose of this row ends at 1001000 h, beyond 1000000 h, as far as time goes here",
        ),
        ({"RATE": 1e10}, "AMT[0] = 1 at RATE[0] = 1e+10 lasts under a microsecond"),
        ({"RATE": 5e-324}, "AMT[0] = 1 mcg at RATE[0] = 4.940656458e-324 mcg/h ends beyond 1000000 h"),
        ({"CMT": "epidural_L9"}, "CMT[0] = 'epidural_L9' is no state of the body; did you mean 'epidural_T9'?"),
        ({"CMT": "epidural_"}, "CMT[0] = 'epidural_' is no state of the body; did you mean 'epidural_"),
        ({"CMT": "epidural_X1"}, "CMT[0] = 'epidural_X1' is no state of the body; did you mean 'epidural_"),
        ({"CMT": "epidural_L0"}, "CMT[0] = 'epidural_L0' is no state of the body; did you mean 'epidural_L"),
        ({"CMT": "epidural_l3"}, "CMT[0] = 'epidural_l3' is no state of the body; did you mean 'epidural_T3'?"),
        ({"CMT": "peripheral"}, "CMT[0] = 'peripheral' is no state of the body"),
        ({"CMT": ""}, "CMT[0] = '' is no state of the body"),
        ({"CMT": 2}, "CMT[0] = 2 is no text; the name of a state of the body is needed"),
        ({"CMT": np.float64(2.5)}, "CMT[0] = 2.5 is no text"),
        ({"CMT": None}, "CMT[0] = None is no text"),
        ({"CMT": ["plasma"]}, "CMT[0] = ['plasma'] is no text"),
        ({"ID": None}, "ID[0] = None is no person; a number or a word is needed"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_row_that_says_too_little_too_much_or_nothing_is_refused_by_column_and_row(cells, sentence):
    assert only(refusal(row(**cells))).startswith(sentence)


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_that_exists_takes_a_dose(level):
    assert replay(row(CMT=f"epidural_{level}"), DRUG, time_h=[0.0]).of(f"epidural_{level}").tolist() == [1.0]


def test_what_is_no_dose_may_lie_anywhere():
    table = {"TIME": [0.0, 5.0], "AMT": [1.0, 0.0], "EVID": [1, 2], "CMT": ["plasma", None]}
    assert replay(table, DRUG, time_h=[0.0]).of("plasma").tolist() == [1.0]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([1, 2], "[1, 2] is no table; columns by their names are needed"),
        (None, "None is no table"),
        ({}, "column TIME is missing"),
        ({**GOOD, "AMT": 5.0}, "column AMT is no list of values"),
        ({**GOOD, "CMT": "plasma"}, "column CMT is no list of values"),
        ({**GOOD, "AMT": {0: 5.0, 1: 7.0}}, "column AMT is no list of values"),
        ({**GOOD, "AMT": iter([5.0, 7.0])}, "column AMT is no list of values"),
        ({**GOOD, "AMT": np.array(5.0)}, "column AMT is no list of values"),
        ({**GOOD, "AMT": [5.0]}, "columns are unequal: TIME has 2, AMT has 1"),
        ({**GOOD, "AMT": range(10**30)}, "column AMT is longer than 50000 rows"),
        ({**GOOD, 5: [1, 2]}, "column 5 is unknown"),
        ({**GOOD, "SS": [0, 0]}, "column 'SS' is unknown"),
        ({**GOOD, "ID": [1, 2]}, "ID holds 2 people; one at a time can be played back"),
        (pd.concat([pd.DataFrame(GOOD), pd.DataFrame({"AMT": [1.0, 1.0]})], axis=1), "column AMT is given twice"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_table_is_refused(table, sentence):
    assert any(problem.startswith(sentence) for problem in refusal(table))


# ------------------------------------------------------------------ counts come first


def test_more_doses_than_are_carried_out_are_refused_by_their_number():
    table = {name: column * 2 for name, column in row(ADDL=MOST_DOSES - 1, II=1.0).items()}
    assert only(refusal(table)) == "the table gives 200000 doses, those of ADDL with them; the most is 100000"


def test_all_doses_that_are_allowed_are_given():
    held = replay(row(ADDL=MOST_DOSES - 1, II=1e-3), DRUG, time_h=[MOST_DOSES * 1e-3])
    assert float(held.amount.sum() + held.cleared[0]) == pytest.approx(MOST_DOSES, rel=1e-9)


@pytest.mark.parametrize(
    "table",
    [
        row(ADDL=1e9, II=1.0),
        {name: column * MOST_ROWS for name, column in row(ADDL=MOST_DOSES - 1, II=1.0).items()},
        {name: column * MOST_ROWS for name, column in row(AMT=-1.0, CMT=3).items()},
        {name: column * MOST_ROWS for name, column in row(CMT="epidural_L9", EVID=1, ADDL=1).items()},
        {name: range(10**9) for name in ("TIME", "AMT", "EVID", "CMT")},
        {f"x{i}": [] for i in range(10_000)},
        {**GOOD, "AMT": [[["x" * 100] * 100] * 100] * 2},
        row(AMT="x" * 1_000_000, CMT="y" * 1_000_000),
    ],
    ids=["ADDL 1e9", "many rows of many", "all wrong", "two wrong", "long", "wide", "deep", "long texts"],
)
def test_a_refusal_of_a_table_needs_little_room_whatever_it_holds(table):
    assert refusal(table)
    tracemalloc.start()
    refusal(table)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6


def test_of_very_many_wrong_cells_the_first_hundred_are_told_and_the_rest_is_counted():
    table = {name: column * 1000 for name, column in row(AMT=-1.0, TIME="x").items()}
    with pytest.raises(ScenarioError) as caught:
        replay(table, DRUG, time_h=[0.0])
    assert len(caught.value.problems) == MOST_SENTENCES
    assert str(caught.value).splitlines()[-1] == "and 980 more problems"


# ------------------------------------------------------------------ every column at every extreme

EXTREME = st.sampled_from(
    [0, 1, 2, 3, 0.5, 1.0, 24.0, 719, 1e3, 99_999, 1e5, 1e6, 999_999.5, 1e12, 1e15, 3.6e21, 1e300, 5e-324, 1e-300, 1e-9,
     2.7e-10, 1e-6, -0.0, -1, -5e-324, 10**20, 10**400, math.nan, math.inf, -math.inf, None, True, "", "1", b"", [], {},
     1j, np.float64(2.0), np.int64(1), np.float32(0.1), np.uint8(255), np.bool_(False), np.timedelta64(1, "h"), pd.NaT],
)  # fmt: skip
USUAL = {
    "TIME": st.sampled_from([0.0, 1.0, 1e-10, MOST_H, 5]),
    "AMT": st.sampled_from([0.0, 1.0, 1e12, 1e-310, 100]),
    "EVID": st.sampled_from([0, 1, 1, 1, 1.0, 2]),
    "CMT": st.sampled_from(
        ["plasma", "csf_01", "csf_25", "tissue", "gut", "not_absorbed", "epidural_S2", "peripheral"]
    ),
    "RATE": st.sampled_from([0.0, 0.0, 1.0, 1e9, 1e-6]),
    "II": st.sampled_from([0.0, 0.0, 1.0, 1e-12, 24]),
    "ADDL": st.sampled_from([0, 0, 1, 3.0, 50]),
}


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Up to three rows; now and then a cell is anything."""
    n_row, share = draw(st.integers(0, 3)), draw(st.sampled_from([0.0, 0.1, 1.0]))
    odd = st.one_of(EXTREME, st.floats(), st.integers(), st.text(max_size=5))
    columns = {name: [draw(usual) for _ in range(n_row)] for name, usual in USUAL.items()}
    for column in columns.values():
        for i in range(n_row):
            if draw(st.floats(0.0, 1.0)) < share:
                column[i] = draw(odd)
    return columns


def given_mcg(table: Mapping[str, list[Any]], at_h: float) -> float:
    """What a good table has given by an hour, dose by dose."""
    total = 0.0
    for time, amount, evid, rate, gap, more in zip(
        *(table[name] for name in list(USUAL) if name != "CMT"), strict=True
    ):
        for k in range(int(more) + 1) if evid == 1 else ():
            start = float(time) + k * float(gap)
            lasts = float(amount) / float(rate) if rate else 0.0
            share = 1.0 if at_h >= start + lasts else max(at_h - start, 0.0) / lasts if lasts else 0.0
            total += float(amount) * share
    return total


@settings(max_examples=200, derandomize=True, deadline=None)
@given(tables(), st.sampled_from([0.0, 1.0, 30.0, 5000.0, MOST_H]))
def test_any_table_gives_what_it_says_or_is_refused(table, at_h):
    try:
        held = replay(table, MORPHINE, time_h=[at_h])
    except ScenarioError:
        return
    # a microsecond of the fastest infusion is as fine as time goes
    blur = sum(float(rate) for rate in table["RATE"]) / 3.6e9
    assert float(held.amount.sum() + held.cleared[0]) == pytest.approx(given_mcg(table, at_h), rel=1e-9, abs=blur)
