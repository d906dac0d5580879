"""A change that cannot be carried out stays where it was asked for, says why in words for people, and is not lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from app.words.reader import LANGUAGES, speak
from app.words.refusals import refusal_in_words
from app.words.text import TEXT, plain, read_words
from sim import Scenario, ScenarioError, catalogue
from sim.scenario import field_at, range_of, with_values
from sim.scenario.rules import require
from tests.building import bolus, fault, flow, rate, refill, scenario
from tests.opening import SCENARIOS, box, complaints, linked, more, now, opened, shown, sound, tiles, type_in, values

FOR_MACHINES = re.compile(r"\[|\]|_| = |None|(?<!\w)'")
RICH = scenario(
    30,
    refill(2000, in_ml=18.0, draw_ml=0.0, pocket_ml=1.0, rinse_ml=5.0, n_rinses=1, programmed_ml=18.0),
    rate(200),
    {"kind": "rate_schedule", "at_day": 2.0, "clock_h": [0.0, 12.0], "dose_mcg_day": [100.0, 300.0]},
    bolus(50, 30, 10),
    {"kind": "patient_bolus", "at_day": 1.0, "dose_mcg": 10.0, "over_min": 5.0, "lockout_min": 60.0, "n_per_day": 2,
     "request_day": [2.0, 2.1], "end_day": 20.0},
    refill(1000, 20.0, in_ml=10.0),
    {"kind": "bridge_bolus", "at_day": 20.0, "old_mcg_ml": 2000.0},
    {"kind": "alarm_level", "at_day": 3.0, "alarm_ml": 3.0},
    {"kind": "repair", "at_day": 15.0, "fault": 0, "is_primed": True},
    faults=[fault("disconnection", 12.0), fault("tear", 5.0, lost_frac=0.25, end_day=11.0)],
)  # fmt: skip


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    speak()


# ------------------------------------------------------------------ words for people


OF_ALL = ("duration_day", "is_stroke_shown", "body_start", "line_start", "opioid_history", "pump", "catheter", "drug")


def paths_of(example: Scenario) -> Iterator[str]:
    yield from OF_ALL
    for part in ("orders", "faults"):
        for i, entry in enumerate(getattr(example, part)):
            yield from (f"{part}.{i}.{name}" for name in type(entry).model_fields if name != "kind")


def other_values(example: Scenario, path: str) -> Iterator[object]:
    _, name, field, value = field_at(example, path)
    if limits := range_of(field):
        low, high = limits
        yield from (low, high, 2.0 * high + 1.0, low - 1.0, 0.6 * high, float(example.duration_day) + 1.0, 0.5, None)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, tuple):
        yield from ((), value[:1], tuple(reversed(value)), (*value, 40.0))
    else:
        shelves = {"pump": catalogue().pumps, "catheter": catalogue().catheters, "drug": catalogue().drugs}
        words = [word for part in (field.annotation, *get_args(field.annotation)) for word in get_args(part)]
        yield from shelves.get(name, [word for word in words if isinstance(word, str)])


def problems_of(example: Scenario) -> Iterator[str]:
    for path in paths_of(example):
        for value in other_values(example, path):
            try:
                require(with_values(example, {path: value}), catalogue())
            except ScenarioError as error:
                yield from error.problems


def test_whatever_is_refused_at_a_control_is_said_in_words_for_people_in_every_language():
    every = {(problem, example) for example in (RICH, *SCENARIOS.values()) for problem in problems_of(example)}
    assert len(every) > 500
    for language in LANGUAGES:
        speak(language)
        unspoken = {problem for problem, example in every if FOR_MACHINES.search(refusal_in_words(problem, example))}
        assert not unspoken, (language, sorted(unspoken)[:8])


def test_every_language_has_words_for_the_same_refusals():
    rooms = [read_words(language)["refusals"] for language in LANGUAGES]
    assert rooms[0].keys() == rooms[1].keys()
    for sentence, (english, german) in {key: (rooms[0][key], rooms[1][key]) for key in rooms[0]}.items():
        gaps = {f"{{{place}}}" for place in range(sentence.count("{}"))}
        for words in (english, german):
            assert set(re.findall(r"\{\d\}", words)) <= gaps, sentence


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Day of order 9 (repair) must come after start of fault 1 (disconnection), day 12; day 3.5 does not."),
        ("de", "Tag von Anordnung 9 (Reparatur): Dieser Tag muss nach diesem liegen: Beginn von Fehler 1 "
               "(Diskonnektion), Tag 12. Tag 3,5 tut das nicht."),
    ],
)  # fmt: skip
def test_a_repair_before_its_fault_is_refused_by_the_names_of_both(language, words):
    with pytest.raises(ScenarioError) as refused:
        require(with_values(RICH, {"orders.8.at_day": 3.5}), catalogue())
    speak(language)
    assert refusal_in_words(refused.value.problems[0], RICH) == words


def test_a_field_beside_the_one_that_was_moved_is_named_as_well():
    with pytest.raises(ScenarioError) as refused:
        require(with_values(RICH, {"faults.1.end_day": 4.0}), catalogue())
    words = "End of fault 2 (tear) must come after start of fault 2 (tear), day 5; day 4 does not."
    assert refusal_in_words(refused.value.problems[0], RICH) == words


def test_a_share_is_refused_in_percent_as_its_box_shows_it():
    page = opened()
    type_in(page, "faults.1.lost_frac", "130").run()
    assert complaints(shown(page)) == [plain("130 is outside 0 to 100 %.")]


# ------------------------------------------------------------------ nothing lost


def test_what_was_refused_is_carried_out_once_another_change_makes_room():
    page = more(linked(scenario(30, refill(2000, in_ml=10.0), rate(200), title="x")))
    type_in(page, "orders.0.pocket_ml", "12").run()
    assert (now(page).orders[0].pocket_ml, len(complaints(shown(page)))) == (0.0, 1)
    type_in(page, "orders.0.in_ml", "15").run()
    assert (now(page).orders[0].pocket_ml, now(page).orders[0].in_ml, complaints(shown(page))) == (12.0, 15.0, [])


def test_two_changes_that_need_each_other_may_be_made_in_either_order():
    for first, second in (("a", "b"), ("b", "a")):
        page = more(linked(scenario(30, refill(2000), rate(200), faults=[fault("tear", 5, lost_frac=0.5, end_day=8)])))
        entries = {"a": ("faults.0.start_day", "12"), "b": ("faults.0.end_day", "15")}
        type_in(page, *entries[first]).run()
        type_in(page, *entries[second]).run()
        tear = now(page).faults[0]
        assert (tear.start_day, tear.end_day, complaints(shown(page))) == (12.0, 15.0, [])


def test_a_refused_change_is_there_still_when_its_tab_is_opened_again_and_said_meanwhile():
    page = more(opened())
    type_in(page, "duration_day", "5").run()
    page.selectbox(key="tip_level").set_value("T4").run()
    page.selectbox(key="line_start").set_value("csf").run()
    said = sorted(complaints(shown(page)))
    assert len(said) == 3
    page.session_state["tabs"] = TEXT["tab_story"]
    assert sorted(complaints(shown(page.run()))) == said
    more(page)
    assert sorted(complaints(page)) == said
    assert (box(page, "duration_day")["text"], page.selectbox(key="line_start").value) == ("5", "csf")
    assert now(page).tip_level == "T4"


def test_a_slider_moved_back_takes_the_wish_back():
    page = opened()
    page.selectbox(key="picked").set_value("weaker-drug").run()
    page.slider(key="orders.1.dose_mcg_day").set_value(100.0).run()
    page.slider(key="orders.2.actual_mcg_ml").set_value(4000.0).run()
    assert len(complaints(shown(page))) == 1
    page.slider(key="orders.2.actual_mcg_ml").set_value(500.0).run()
    assert complaints(shown(page)) == []


def test_undo_takes_back_first_what_was_refused_and_nothing_else():
    page = opened()
    page.slider(key="faults.1.lost_frac").set_value(0.9).run()
    type_in(page, "faults.1.lost_frac", "x").run()
    assert (len(complaints(shown(page))), values(page)["faults.1.lost_frac"]) == (1, 0.9)
    page.button(key="undo").click().run()
    assert (complaints(shown(page)), now(page).faults[1].lost_frac) == ([], 0.9)
    page.button(key="undo").click().run()
    assert now(shown(page)).faults[1].lost_frac == 0.5


# ------------------------------------------------------------------ nothing misread


def spoken(page: AppTest, language: str) -> AppTest:
    """The page in a language."""
    page.session_state["language"] = language
    return sound(page.run())


@pytest.mark.parametrize(("text", "dose"), [("300,5", 300.5), ("300.5", 300.5), ("1 000", 1000.0)])
def test_a_decimal_comma_in_a_box_is_one(text, dose):
    page = opened()
    type_in(page, "orders.2.dose_mcg_day", text).run()
    assert (now(shown(page)).orders[2].dose_mcg_day, complaints(page)) == (dose, [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_with_two_readings_is_refused_with_both_and_the_value_stays(language):
    page = spoken(opened(), language)
    before = tiles(page)
    type_in(page, "orders.2.dose_mcg_day", "1,000").run()
    (said,) = complaints(page)
    assert re.search(r"\b1\b.*\b1000\b", said.replace("1,000", ""))
    assert (box(page, "orders.2.dose_mcg_day")["text"], tiles(page)) == ("1,000", before)
    assert now(page).orders[2].dose_mcg_day == 400.0


def test_a_german_box_shows_and_says_german_numbers():
    example = scenario(
        30,
        refill(2000),
        flow(0.25),
        title="x",
        faults=[fault("tear", 5, lost_frac=0.125)],
        controls=[{"label": "x", "paths": ["orders.1.flow_ml_day"], "low": 0.1, "high": 1.0, "step": 0.05}],
    )
    page = spoken(linked(example), "de")
    assert (box(page, "orders.1.flow_ml_day")["text"], box(page, "faults.0.lost_frac")["text"]) == ("0,25", "12,5")
    type_in(page, "orders.1.flow_ml_day", "0,001").run()
    (said,) = complaints(page)
    assert plain("kann 0,001 mL/Tag nicht geben") in said


def test_all_changes_of_a_box_are_read_by_one_reader():
    """Whatever the box of a field takes, the box of another takes alike."""
    page = more(linked(RICH))
    for path, text in product(("duration_day", "orders.0.in_ml"), ("19,5", "19.5")):
        type_in(page, path, text if path != "duration_day" else text.replace("19", "29")).run()
        assert complaints(shown(page)) == []
    assert (now(page).duration_day, now(page).orders[0].in_ml) == (29.5, 19.5)
