"""The page Model and sources shows everything once: every number with its grade, every figure with its verdict."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from app.teaching import sources
from app.words import sources as sourced
from app.words.numbers import digits
from app.words.text import COLUMNS, GRADE_SENTENCES, GRADES, TESTS, TEXT, VERDICTS
from sim import catalogue, sheet
from sim.body import Canal, Variability
from sim.device import Surroundings
from sim.scenario import range_of
from tests.published.test_published import MISSES

SHELVES = {"pumps": "table_pump", "catheters": "table_catheter", "drugs": "table_drug"}
FILES = [
    (kind, name, record) for kind in SHELVES for name, record in getattr(catalogue(), kind).items()
]  # fmt: skip
every_file = pytest.mark.parametrize(
    ("kind", "name", "record"), FILES, ids=[f"{kind}/{name}" for kind, name, _ in FILES]
)
PERSON = {"table_canal": Canal, "table_surroundings": Surroundings, "people_table": Variability}


def numbers(data: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """Dotted path and value of every number in a data file as it is written."""
    for key, value in data.items():
        if isinstance(value, dict):
            yield from numbers(value, f"{prefix}{key}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for place, entry in enumerate(value):
                yield from numbers(entry, f"{prefix}{key}.{place}.")
        elif isinstance(value, int | float) and not isinstance(value, bool) and key != "version":
            yield prefix + key, float(value)


# ------------------------------------------------------------------ grades


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("assumed: derived for a silicone tube", "assumed"),
        ("assumed: illustrative, a steep curve", "assumed"),
        ("illustrative", "illustrative"),
        ("derived: 95 % prediction", "derived"),
        ("inference from passive design: no modes", "derived"),
        ("by definition: an inert tracer", "derived"),
        ("fitted to Nordberg 1984", "fitted"),
        ("tuned to Penn 1989", "fitted"),
        ("label: IV volume 30.5 L", "label"),
        ("epidural label: IV clearance 219 mL/min", "label"),
        ("Manufacturer's MRI guidelines: nothing slips through", "label"),
        ("Manual of a gas-driven pump", "label"),
        ("measured: 97.3 mL", "measured"),
        ("Dahan 2004: gamma 1 for breathing", "published"),
        ("oral against IV pilot study in adults", "published"),
        ("no strokes: flow through a capillary", "published"),
        ("assumedly", "published"),
        ("labelled", "published"),
        ("", "published"),
    ],
)
def test_the_first_words_of_a_source_are_its_grade(source, expected):
    assert sourced.grade(source) == expected


def test_every_packaged_source_line_has_a_grade_that_is_explained():
    lines = [one.source for table in sourced.tables().values() for one in table if one.source]
    assert len(lines) > 200
    found = {sourced.grade(line) for line in lines}
    assert found <= set(GRADES)
    assert set(GRADES) == set(GRADE_SENTENCES)
    # a line that admits a guess at its start is never shown as more than one
    for line in lines:
        assert ("assumed" in line.split()[0]) == (sourced.grade(line) == "assumed"), line


# ------------------------------------------------------------------ parameters


@every_file
def test_every_number_of_a_data_file_stands_in_its_table_once(kind, name, record):
    written = dict(numbers(tomllib.loads((resources.files("sim") / "data" / kind / f"{name}.toml").read_text())))
    table = sourced.tables()[f"{TEXT[SHELVES[kind]]}: {record.title}"]
    paths = [one.path for one in table]
    assert len(set(paths)) == len(paths)
    shown = {one.path: one for one in table if one.source}
    assert set(shown) == set(written)
    for path, value in written.items():
        one = shown[path]
        assert one.value == digits(value, 12)
        assert float(one.value.replace(",", "")) == value
        assert one.source == record.sources[path]
        low, high = (float(end.replace(",", "")) for end in one.legal.split(" to "))
        assert low <= value <= high


@pytest.mark.parametrize("table", PERSON)
def test_every_declared_field_of_the_person_and_the_surroundings_has_a_line_and_a_source(table):
    record = PERSON[table]
    rows = {one.path: one for one in sourced.tables()[TEXT[table]]}
    assert list(rows) == list(record.model_fields)
    for name, field in record.model_fields.items():
        assert rows[name].label == field.title
        assert 0 < len(rows[name].source) <= 200
        if range_of(field):
            assert rows[name].value == digits(field.default, 12)


def test_there_is_one_table_per_file():
    shelf = catalogue()
    assert len(sourced.tables()) == 3 + len(shelf.pumps) + len(shelf.catheters) + len(shelf.drugs)


def test_a_word_is_a_choice_and_names_what_else_there_is():
    rows = {one.path: one for one in sourced.tables()["Drug: Morphine-like"]}
    assert (rows["effect.site"].value, rows["effect.site"].grade) == ("band", TEXT["choice"])
    assert rows["effect.site"].legal == "band, cistern, plasma"
    assert rows["reference_tip"].legal == "C1 to S2"
    assert rows["is_adapting"].value == "yes"
    assert rows["tolerance.steep.rise_factor"].label.startswith("Tolerance: Steep: ")
    # the file says nothing of a band for breathing, which follows the cistern and the blood
    assert [rows[f"excess.sites.{place}.site"].value for place in (0, 1)] == ["cistern", "plasma"]
    assert rows["excess.sites.1.ec50_mcg_ml"].label.startswith("Breathing depression: ")
    assert "excess.sites.0.band_from" not in rows


# ------------------------------------------------------------------ equations, figures, limits


def test_the_equations_come_in_the_order_of_a_run_and_are_whole():
    groups = sourced.equations()
    starts = ["Scenario", "Pump", "Reservoir", "Line", "Hole", "Occlusion", "Canal", "Effect", "Tolerance"]
    starts += ["Harm", "Ledger"]
    assert [re.split(r"[ :,]", title)[0] for title in groups] == starts
    every = [one for group in groups.values() for one in group]
    assert len({one.name for one in every}) == len(every) >= 25
    for one in every:
        assert one.name
        assert one.words.endswith("."), one.name
        assert one.source, one.name
        assert max(map(len, one.formula.splitlines())) <= 66, one.name
        assert not set("$`") & set(one.formula + one.words), one.name


def test_a_figure_that_misses_is_shown_as_a_miss():
    figures = sources.figures()
    assert [one.is_miss for one in figures] == [one.outcome == "miss" for one in figures]
    assert {one.id: one.verdict for one in figures if one.is_miss} == {
        name: TEXT["miss_high" if side == "above" else "miss_low"] for name, side in MISSES.items()
    }
    assert all(one.verdict == TEXT["in_band"] for one in figures if not one.is_miss)
    assert "MISS" in TEXT["miss_high"]
    assert "MISS" in TEXT["miss_low"]


def test_the_header_counts_the_figures():
    figures = sources.figures()
    n_miss, n_free = (
        sum(map(test, figures)) for test in (lambda one: one.is_miss, lambda one: "not fitted" in one.note)
    )
    said = sources.count_in_words()
    assert said.startswith(
        f"{len(figures) - n_miss} of {len(figures)} published figures lie in their band, {n_miss} miss"
    )
    assert f"{n_free} were not used for fitting" in said


def test_the_sheet_shows_every_fault_against_every_test_and_stars_what_the_model_does_otherwise():
    read = sheet.read_sheet()
    assert tuple(TESTS) == read.tests
    assert set(VERDICTS) == set(sheet.SIGNS.values())
    rows = sources.sheet_rows()
    assert [row[0] for row in rows] == [row.title for row in read.rows.values()]
    assert sum(cell.endswith(" *") for row in rows for cell in row) == len(read.departures)
    for cells, (case, row) in zip(rows, read.rows.items(), strict=True):
        for cell, test in zip(cells[1:], TESTS, strict=True):
            assert cell.removesuffix(" *") == VERDICTS[row.verdict(test)], (case, test)
    assert [row[0] for row in sources.test_limit_rows()] == list(TESTS.values())
    assert all(sourced.names_its_grade(row[-1]) and row[1] != row[2] for row in sources.test_limit_rows())
    assert [row[-1] for row in sources.departure_rows()] == [one.why for one in read.departures]


def test_the_score_has_ten_rules_from_0_to_4_and_clinical_validation_is_declared_absent():
    belief = sources.credibility()
    assert len({rule.name for rule in belief.rules}) == len(belief.rules) == 10
    assert all(0 <= rule.score <= 4 and rule.why.endswith(".") for rule in belief.rules)
    assert "clinical validation is declared absent" in belief.score_note
    assert {rule.name: rule.score for rule in belief.rules}["Independent review"] == 0
    words = " ".join(belief.intended_use)
    for said in ("not for dosing", "not a medical device", "educators"):
        assert said in words
    assert len(belief.not_modelled) >= 8


def test_no_text_of_the_page_advises_a_dose():
    advice = re.compile(r"\b(recommend|suggest|advise|should (give|increase|reduce)|titrate to|safe dose)", re.I)
    for path in sources.DATA.glob("*.toml"):
        assert not advice.search(path.read_text()), path


def test_every_table_has_as_many_cells_as_headings():
    from streamlit.testing.v1 import AppTest

    def page():
        from unittest.mock import patch

        from app.components import table
        from app.pages.model import page as model
        from app.teaching import sources

        seen = []

        def note(caption, columns, rows, marked=()):
            seen.append((caption, len(columns), rows, marked))

        with patch.object(table, "show", note):  # whatever runs next in this process draws its tables again
            for fill in (model._equations, model._parameters, model._figures, model._sheet, model._limits):
                fill()
        for _, n, rows, marked in seen:
            assert rows
            assert {len(row) for row in rows} == {n}
            assert all(isinstance(cell, str) for row in rows for cell in row)
            assert all(0 <= place < len(rows) for place in marked)
        assert [len(marked) for *_, marked in seen] == [0, sum(one.is_miss for one in sources.figures()), *(5 * [0])]

    test = AppTest.from_function(page).run()
    assert not test.exception, test.exception
    assert len(COLUMNS) == 8
