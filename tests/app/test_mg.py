"""With mg chosen, nothing of Explore stays in mcg: no sentence, drawing, slider or box; but what authors wrote."""

from __future__ import annotations

import re
from itertools import zip_longest

import pytest
from streamlit.testing.v1 import AppTest

from app.files.link_state import LinkState, ViewState
from app.session.view import TABS, VIEWS
from app.words.amounts import scaled, with_unit
from app.words.model_names import sentence_of
from app.words.reader import speak
from app.words.refusals import refusal_in_words
from app.words.text import TEXT, amount
from app.words.units import Units
from sim import catalogue, simulate
from sim.happening import SENTENCE, happen
from sim.scenario import field_at
from tests.building import bolus, rate, refill, scenario
from tests.opening import SCENARIOS, as_read, box, linked, now, press, shown, type_in

MCG = re.compile(r"\bmcg\b")
DOSE = {"label": "Daily dose", "paths": ["orders.1.dose_mcg_day"], "low": 100.0, "high": 300.0, "step": 10.0}
PATH = "orders.1.dose_mcg_day"
EXAMPLE = scenario(
    30, refill(2000), rate(200), bolus(50, 60, 5), {"kind": "trial_shot", "at_day": 2, "dose_mcg": 30.0},
    {"kind": "rate_schedule", "at_day": 20, "clock_h": [0.0, 12.0], "dose_mcg_day": [200.0, 300.0]},
    {"kind": "cap_injection", "at_day": 8, "volume_ml": 0.2, "actual_mcg_ml": 500.0},
    refill(1000, at_day=15, pocket_ml=2.0), controls=[DOSE], title="x",
)  # fmt: skip


@pytest.fixture(autouse=True)
def spoken():
    yield
    speak()


@pytest.fixture(scope="module")
def page() -> AppTest:
    return linked(LinkState(scenario=EXAMPLE, show=ViewState(amount="mg")))


def test_no_sentence_of_the_model_stays_in_mcg():
    speak("en", Units(amount="mg"))
    result = simulate(EXAMPLE)
    sentences = [sentence_of(one) for one in result.happenings]
    assert not [text for text in sentences if MCG.search(text)]
    assert "Bolus of 0.05 mg over 60 minutes starts." in sentences
    assert "Programmed: 0.2 mg/day, which is 0.1 mL/day." in sentences
    assert "Given without the pump: 0.03 mg intrathecal at L3." in sentences
    assert any("2 mL with 2 mg went into the pocket" in text for text in sentences)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", sorted(SENTENCE))
def test_every_kind_of_happening_follows_the_unit_of_amounts(kind, language):
    names = re.findall(r"{(\w+)}", SENTENCE[kind])
    facts = dict.fromkeys(names, 500.0) | ({"what": "500 mcg/day, which is 0.25 mL/day"} if "what" in names else {})
    speak(language, Units(amount="mg"))
    text = sentence_of(happen(1.0, kind, **facts))
    assert not MCG.search(text)
    speak(language)
    assert bool(MCG.search(sentence_of(happen(1.0, kind, **facts)))) == bool(re.search(r"\bmg\b", text))


def test_two_numbers_that_share_a_unit_both_follow_and_names_of_fields_stay():
    speak("en", Units(amount="mg"))
    sentence = "orders[1].dose_mcg_day = 200000.0 is outside 0.0 to 100000.0 mcg/day"
    assert with_unit(scaled(sentence)) == "orders[1].dose_mcg_day = 200 is outside 0 to 100 mg/day"
    speak()
    assert with_unit(scaled(sentence)) == sentence


def test_a_refusal_is_said_in_the_unit_of_the_reader():
    speak("en", Units(amount="mg"))
    example = SCENARIOS["half-a-leak"]
    problem = "orders[1].dose_mcg_day = 1.0 at orders[0].programmed_mcg_ml = 2000.0 mcg/mL asks for 0.0005 mL/day;"
    text = refusal_in_words(f"{problem} the pump's range is 0.048 to 24.0 mL/day", example)
    assert "0.001" in text
    assert "2 mg/mL" in text
    assert not MCG.search(text)


def test_almost_nothing_is_told_in_the_unit_of_the_reader():
    speak("en", Units(amount="mg"))
    assert amount(1e-6) == "under 0.000001 mg"


def test_sliders_and_boxes_are_in_mg_and_give_the_model_mcg(page):
    assert page.slider(key=PATH).label == "Daily dose, mg/day"
    assert (page.slider(key=PATH).value, page.slider(key=PATH).max) == (0.2, 0.3)
    shown(page.slider(key=PATH).set_value(0.25).run())
    assert field_at(now(page), PATH)[3] == 250.0
    assert box(page, PATH)["text"] == "0.25"
    shown(type_in(page, PATH, 0.3).run())
    assert field_at(now(page), PATH)[3] == 300.0
    press(page, "undo")
    assert (field_at(now(page), PATH)[3], page.slider(key=PATH).value) == (250.0, 0.25)
    press(page, "reset")
    assert (field_at(now(page), PATH)[3], page.slider(key=PATH).value) == (200.0, 0.2)


def test_another_unit_moves_nothing():
    page = linked(EXAMPLE)
    page.session_state["tabs"] = TEXT["tab_more"]
    shown(page.run())
    before = now(page)
    for unit, value in (("mg", 0.2), ("mcg", 200.0), ("mg", 0.2), ("auto", 200.0)):
        page.session_state["unit_amount"] = unit
        shown(page.run())
        assert now(page) == before, unit
        assert page.slider(key=PATH).value == pytest.approx(value)
    page.session_state["unit_amount"] = "mg"
    shown(page.run())
    assert page.text_input(key="orders.4.dose_mcg_day").value == "0.2, 0.3"


def test_a_wish_in_another_unit_is_not_taken_for_one_in_this():
    page = linked(EXAMPLE)
    type_in(page, PATH, 1.0).run()
    page.session_state["unit_amount"] = "mg"
    shown(page.run())
    assert field_at(now(page), PATH)[3] == 200.0


def test_no_view_and_no_tab_of_explore_stays_in_mcg(page):
    sources = catalogue().drugs[EXAMPLE.drug].sources.values()
    for view, tab in zip_longest(VIEWS, TABS, fillvalue=""):
        if view:
            page.selectbox(key="view").set_value(view)
        if tab:
            page.session_state["tabs"] = TEXT[f"tab_{tab}"]
        shown(page.run())
        kinds = ("bidi_component", "metric", "slider", "text_input", "selectbox")
        texts = [str(one.proto) for kind in kinds for one in page.get(kind)]
        texts += [as_read(one.value) for kind in ("markdown", "caption", "error") for one in page.get(kind)]
        for source in sources:  # authors' words, as the note of a word to tap is
            texts = [text.replace(source, "") for text in texts]
        found = [re.findall(r".{0,60}\bmcg\b.{0,20}", text) for text in texts]
        assert not any(found), (view, tab, [text for text in found if text])
