"""The picture of a lesson's run: every line is named, and a change is seen beside what the pump believes of it."""

from __future__ import annotations

import json

import pytest

from app import runs
from app.figures import Look
from app.figures.lesson import Curve, Drawing, overlay, own_curve, side_by_side
from app.figures.theme import DARK_INK
from app.teaching import lessons
from app.teaching.lessons.case import level_of
from app.words.text import TEXT

LOOK = Look("x", 245, DARK_INK)
CASES = [lessons.make_case(one, level) for one in lessons.lessons().values() for level in (1, 2, 3)]


def curve_of(made: lessons.Case) -> Curve:
    own = made.predict.sketch
    return Curve(own.curve, own.high, level_of(own.level, made.scenario, own.curve) or "")


@pytest.mark.parametrize("made", CASES, ids=lambda made: f"{made.lesson.number}-{made.level}")
def test_no_word_in_a_picture_is_left_open(made):
    run, own = runs.run(made.scenario), made.predict.sketch
    drawing = Drawing(own.days, lessons.truth(made))
    for figure in (overlay(run, curve_of(made), drawing, LOOK), own_curve(run, curve_of(made), LOOK)):
        names = [line["name"] for line in figure["data"]]
        assert not [name for name in names if "{" in name]
        assert "{" not in json.dumps([note["text"] for note in figure["layout"].get("annotations", ())])


@pytest.mark.parametrize("name", ["tip_dose", "volume", "csf"])
def test_beside_a_change_stands_what_the_pump_believes_where_it_has_a_belief(name):
    made = lessons.make_case(lessons.lessons()[12], 1)
    run = runs.run(made.scenario)
    level = level_of(None, made.scenario, name) or ""
    names = [line["name"] for line in side_by_side(run, run, Curve(name, 22.0, level), LOOK)["data"]]
    assert (TEXT["believes"] in names) == (name != "csf")
