"""Every item that patient leaflets name is found in the product, or is told to be left out and why."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from app import runs, session
from app.teaching.leaflet import (
    FILE,
    N_ROWS,
    LeafletPlace,
    LeafletRow,
    Page,
    parse_rows,
    place_in_words,
    rows,
    scenario_of,
)
from app.teaching.lessons import Progress
from app.words.text import TESTS, TEXT, plain
from sim import Scenario, ScenarioError, catalogue, simulate
from sim.scenario import AnyFault, AnyOrder, as_intended, field_at
from tests.opening import room

# judged item by item beforehand: in the model, told as text, both, or out
MODEL = {1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 18, 19, 20, 21, 22, 23, 24, 25, 29, 30, 31, 32, 33, 34, 35, 38, 39}
MODEL |= {40, 41, 42, 43, 44, 45, 46, 47, 48, 51, 54, 55}
TEXT_ONLY = {2, 26, 27, 28, 37, 49, 52}
BOTH = {13, 16, 17, 50}
OUT = {36, 53, 56}
BY_TEXT = ("text", "both", "out_text")  # what is taught by its text alone, or also by it
SHELF = catalogue()

every_row = pytest.mark.parametrize("row", rows(), ids=lambda row: f"row {row.number}")
every_row_in = pytest.mark.parametrize(
    "row", [row for row in rows() if row.number not in OUT], ids=lambda row: f"row {row.number}"
)


def kinds(union: Any) -> set[str]:
    """Names of the kinds of an order or a fault."""
    if hasattr(union, "model_fields"):
        return set(get_args(union.model_fields["kind"].annotation))
    return {name for part in get_args(union) if not isinstance(part, str) for name in kinds(part)}


def test_every_item_of_the_leaflets_has_its_row_and_its_judgement():
    assert set(range(1, N_ROWS + 1)) == MODEL | TEXT_ONLY | BOTH | OUT
    assert [row.number for row in rows()] == list(range(1, N_ROWS + 1))
    for judged, numbers in (("model", MODEL), ("text", TEXT_ONLY), ("both", BOTH)):
        assert {row.number for row in rows() if row.judge == judged} == numbers
    assert {row.number for row in rows() if row.judge in ("out", "out_text")} == OUT
    assert {row.number for row in rows() if row.group == "out"} == OUT


@every_row_in
def test_every_item_that_is_in_has_a_place_that_can_be_named(row):
    assert row.where
    names = [place_in_words(place, row) for place in row.where]
    assert len(set(names)) == len(names)
    assert all(len(name) > 5 for name in names)


@every_row
def test_every_place_exists(row):
    for place in row.where:
        ((kind, name),) = place.names
        known: dict[str, Any] = {
            "page": get_args(Page),
            "scenario": SHELF.scenarios,
            "lesson": {one.lesson for one in SHELF.scenarios.values()},
            "fault": kinds(AnyFault),
            "order": kinds(AnyOrder),
            "drug": SHELF.drugs,
            "pump": SHELF.pumps,
            "test": TESTS,
            "card": (True,),
        }
        if kind in known:
            assert name in known[kind]
        elif kind == "field":
            assert field_at(scenario_of(row) or SHELF.scenarios["quiet-pump"], name)[2].title
        else:
            assert kind in ("tab", "setting")
            assert TEXT[f"tab_{name}" if kind == "tab" else name]


def test_the_sixteen_lessons_are_all_pointed_at():
    named = {place.lesson for row in rows() for place in row.where if place.lesson is not None}
    # 13 and 3 are about injections and strengths, which no leaflet names
    assert named >= set(range(1, 17)) - {3, 13}


def test_every_fault_that_the_model_knows_and_a_leaflet_could_mean_is_pointed_at():
    named = {place.fault for row in rows() for place in row.where if place.fault is not None}
    # no leaflet names a block of the line, air in it, or a theft of the drug
    assert kinds(AnyFault) - named == {"occlusion", "narrowing", "kink", "air", "diversion"}


@every_row_in
def test_every_item_of_the_model_opens_a_scenario_that_shows_it(row):
    scenario = scenario_of(row)
    if row.judge not in ("model", "both"):
        return
    assert scenario is not None
    result = runs.run(scenario)
    assert result.ledger.error_frac <= 1e-9
    faults = {one.kind for one in scenario.faults if not one.is_harmless()}
    orders = {one.kind for one in scenario.orders}
    for place in row.where:
        assert place.scenario is None or place.scenario in SHELF.scenarios
    # one of the places that say what happens is what the scenario really holds
    happens = [place for place in row.where if place.fault or place.order or place.drug]
    if happens and row.number not in WITHOUT:
        assert any(
            place.fault in faults or place.order in orders or place.drug == scenario.drug for place in happens
        ), (faults, orders)


# the old pump's battery ends by use, not by a fault; the bridge is what the mistake leaves out
WITHOUT = {41, 47}


@pytest.mark.parametrize("number", [15, 46, 50, 51])
def test_a_fault_that_a_row_adds_changes_what_the_tip_or_the_canal_receives(number):
    scenario = scenario_of(rows()[number - 1])
    assert scenario is not None
    hours = [6.0 * i for i in range(int(4 * scenario.duration_day) + 1)]
    ill, well = (simulate(one, time_h=hours).csf_mcg_ml for one in (scenario, as_intended(scenario)))
    assert abs(ill - well).max() > 0.05 * well.max()


def test_a_patient_who_asks_too_early_is_refused():
    scenario = scenario_of(rows()[6])
    assert scenario is not None
    happenings = [one.kind for one in runs.run(scenario).happenings]
    assert (happenings.count("bolus"), happenings.count("refused_bolus")) == (4, 2)


@pytest.mark.parametrize("number", [32, 36, 39, 46])
def test_where_leaflets_disagree_both_sides_are_shown_and_not_averaged(number):
    row = rows()[number - 1]
    assert re.search(r"\b(one|another|both)\b", row.text, re.I)
    assert row.source


@every_row
def test_no_text_names_a_maker_praises_or_advises(row):
    words = f"{row.item} {row.text} {row.source}"
    makers = r"medtronic|flowonix|prometra|synchromed|codman|infusaid|tricumed|johnson|ascenda"
    claims = r"proven|effective|successful|improves? (the )?(quality|life)|recommend|suggest|should|toxic"
    assert not re.search(makers, words, re.I)
    assert not re.search(claims, row.text, re.I)


# The file


def changed(old: str, new: str) -> str:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("number = 2\n", "number = 3\n", "must run from 1 to 56"),
        ('judge = "text"', 'judge = "maybe"', "rows[1].judge = 'maybe' is unknown"),
        ("card = true", "cart = true", "unknown key 'cart'; did you mean 'card'?"),
        ("{ card = true }", '{ card = true, tab = "csf" }', "rows[1].where[0]: give exactly one name"),
        ("{ card = true }", "{ }", "rows[1].where[0]: give exactly one name"),
        ('where = [{ scenario = "pocket-fill" }, { tab = "ledger" }]\n', "", "rows[0].where is empty"),
        (
            'open = { scenario = "pocket-fill" }',
            'open = { scenario = "septum" }',
            "rows[0].open: scenario = 'septum'",
        ),
        ("lost_frac = 0.4", "lost_frac = 40.0", "rows[49].open: faults[0].lost_frac = 40.0 is outside"),
        ("low = 11.0", "low = -11.0", "rows[45].open: controls[0]: -11.0 to 29.0 leaves the legal"),
        (
            'source = "published: patient leaflets of hospitals; their',
            'source = "their',
            "rows[1].source does not begin",
        ),
        ('source = "published: patient leaflets of hospitals; their comparisons differ"\n', "", "rows[1].source"),
    ],
)
def test_a_mistake_in_the_file_is_told_by_its_place(old, new, words):
    with pytest.raises(ScenarioError) as refusal:
        parse_rows(changed(old, new))
    assert any(words in problem for problem in refusal.value.problems), refusal.value.problems


def test_a_place_is_one_thing():
    assert LeafletPlace(tab="csf").names == (("tab", "csf"),)


# The page


def page() -> None:
    """The list alone."""
    from app.pages.model import around

    around.show({})


@pytest.fixture
def visit() -> AppTest:
    return room(page).run()


def texts(visit: AppTest) -> str:
    assert not visit.exception
    return "\n".join([*(one.value for one in visit.markdown), *(one.value for one in visit.caption)])


def cards(visit: AppTest) -> list[LeafletRow]:
    shown = texts(visit)
    return [row for row in rows() if plain(row.text) in shown]


def opened(visit: AppTest) -> tuple[Scenario, str, str]:
    """Which scenario was taken up, where it comes from, and which page comes next."""
    moment = visit.session_state[session.scenario.HISTORY].now
    return moment.base, moment.name, visit.session_state[session.picker.NEXT_PAGE]


def test_every_item_is_on_the_page_with_its_text_and_its_source(visit):
    shown = texts(visit)
    assert cards(visit) == list(rows())
    for row in rows():
        assert f"**{plain(row.item)}**" in shown
        if row.judge in BY_TEXT:
            assert plain(row.text) in shown
        if row.source:
            assert plain(row.source) in shown


def test_a_card_opens_its_scenario(visit):
    visit.button(key="leaflet open 43").click().run()
    assert opened(visit) == (runs.with_handles(SHELF.scenarios["clean-break"]), "clean-break", "explore")
    visit.button(key="leaflet open 50").click().run()
    assert opened(visit) == (runs.with_handles(scenario_of(rows()[49])), "leaflet_from", "explore")
    assert TEXT["leaflet_from"]


def test_a_card_opens_its_lesson(visit):
    visit.button(key="leaflet lesson 54 7").click().run()
    assert visit.session_state[session.lesson.STUDY] == Progress(7, 1)
    assert visit.session_state[session.picker.NEXT_PAGE] == "lessons"


def test_every_card_of_the_model_has_a_button(visit):
    keys = {button.key for button in visit.button}
    assert {f"leaflet open {number}" for number in MODEL | BOTH} <= keys


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("granuloma", {25, 48, 49}),
        ("LESSON granuloma fault", {25, 48, 49}),
        ("GRANULOMA inflamed", {49}),
        ("magnet", {42}),
        ("order single bolus", {15, 30, 31}),
        ("<b>", set()),
        ("  ", set(range(1, 57))),
    ],
)
def test_a_search_finds_the_cards_that_hold_all_its_words(visit, words, numbers):
    visit.text_input(key="leaflet words").set_value(words).run()
    assert {row.number for row in cards(visit)} == numbers
    assert ("No item holds these words." in texts(visit)) == (not numbers)


def test_a_group_shows_its_own_cards_alone(visit):
    visit.segmented_control(key="leaflet group").set_value("out").run()
    assert {row.number for row in cards(visit)} == OUT
