"""The page as a learner uses it: every slider moves, a refusal keeps what was, a link opens or says why not."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from app.files.link_state import LinkState, state_in, state_link
from app.pages.explore import controls
from app.runs import MOST_CONTROLS, with_handles
from app.words.text import TEXT, plain
from sim import catalogue, scenario_from, simulate
from sim.quantity import Record
from sim.scenario import AnyFault, AnyOrder, Control, Occlusion, Tear, field_at, range_of, with_values
from tests.building import bolus, fault, flow, rate, refill, scenario
from tests.opening import (
    FIRST,
    SCENARIOS,
    box,
    boxes,
    complaints,
    linked,
    more,
    now,
    opened,
    seen_through,
    shown,
    tiles,
    type_in,
    values,
    wanted,
)
from tests.scripting import unpack

# ------------------------------------------------------------------ opening


def test_the_page_opens_with_a_story_to_move():
    page = opened()
    assert complaints(page) == []
    assert values(page) == wanted(SCENARIOS[FIRST])
    assert now(page).title == SCENARIOS[FIRST].title
    assert [label for label, _, _ in tiles(page)] == [
        TEXT["tile_alarm"], TEXT["tile_ratio"], TEXT["tile_lost"], TEXT["tile_without"],
    ]  # fmt: skip
    assert page.button(key="reset").disabled


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_packaged_scenario_can_be_picked_and_all_its_sliders_moved_to_an_end(name):
    page = opened()
    page.selectbox(key="picked").set_value(name).run()
    shown(page)
    assert values(page) == wanted(SCENARIOS[name])
    for control in now(page).controls:
        start = field_at(now(page), control.paths[0])[3]
        value = control.low if start == control.high else control.high
        page.slider(key=control.paths[0]).set_value(value).run()
        assert complaints(shown(page)) == []
        assert [field_at(now(page), path)[3] for path in control.paths] == [value] * len(control.paths)
        assert values(page)[control.paths[0]] == value


@pytest.mark.parametrize("drug", sorted(catalogue().drugs))
def test_every_tab_opens_for_every_drug(drug):
    dose = catalogue().drugs[drug].reference_mcg_day
    page = linked(scenario(10, refill(4.0 * dose), rate(dose), drug=drug, title="x"))
    seen_through(page)


def test_the_tiles_tell_what_the_model_says():
    page = opened()
    assert tiles(page) == [
        ("Low alarm", "none", "as intended: none"),
        ("Delivered share", "75 %", "as intended: 100 %"),
        ("Lost from the line", "2.5 mg", "as intended: 0 mcg"),
        ("Time without effect", tiles(page)[3][1], "as intended: 0 h"),
    ]
    # half of 200 for 5 days and half of 400 for 10 days are lost of 10,000 programmed
    page.slider(key="faults.1.lost_frac").set_value(0.0).run()
    assert [value for _, value, _ in tiles(shown(page))] == ["none", "100 %", "0 mcg", "0 h"]


def test_a_control_of_two_fields_moves_both():
    page = opened()
    page.selectbox(key="picked").set_value("quiet-pump").run()
    page.slider(key="orders.0.actual_mcg_ml").set_value(500.0).run()
    (filled, _) = now(shown(page)).orders
    assert (filled.actual_mcg_ml, filled.programmed_mcg_ml) == (500.0, 500.0)
    assert tiles(page)[0] == (TEXT["tile_alarm"], "day 45", "as intended: day 45")


# ------------------------------------------------------------------ another scenario, and back


def test_another_scenario_gives_every_slider_its_own_value():
    page = opened()
    page.slider(key="faults.0.blocked_frac").set_value(0.35).run()
    page.slider(key="faults.1.lost_frac").set_value(0.9).run()
    for name in ("first-drop", "clean-break", FIRST):
        page.selectbox(key="picked").set_value(name).run()
        assert values(shown(page)) == wanted(SCENARIOS[name])
        assert page.button(key="reset").disabled
        page.slider(key=with_handles(SCENARIOS[name]).controls[0].paths[0]).set_value(0.2).run()


def test_reset_brings_everything_back():
    page = opened()
    before = tiles(page)
    page.slider(key="faults.1.lost_frac").set_value(0.9).run()
    page.slider(key="orders.2.dose_mcg_day").set_value(300.0).run()
    assert not shown(page).button(key="reset").disabled
    assert tiles(page) != before
    page.button(key="reset").click().run()
    assert values(shown(page)) == wanted(SCENARIOS[FIRST])
    assert tiles(page) == before
    assert page.button(key="reset").disabled


def test_a_slider_moved_back_leaves_nothing_to_reset():
    page = opened()
    page.slider(key="faults.1.lost_frac").set_value(0.9).run()
    page.slider(key="faults.1.lost_frac").set_value(0.5).run()
    assert page.button(key="reset").disabled


# ------------------------------------------------------------------ refusals


def test_a_refused_slider_shows_what_was_asked_for_and_the_page_says_why_beside_it():
    page = opened()
    page.selectbox(key="picked").set_value("weaker-drug").run()
    page.slider(key="orders.1.dose_mcg_day").set_value(100.0).run()
    kept = tiles(shown(page))
    # 100 mcg/day of 4000 mcg/mL is 0.025 mL/day, less than the pump can give
    page.slider(key="orders.2.actual_mcg_ml").set_value(4000.0).run()
    (said,) = complaints(shown(page))
    assert plain("0.025 mL/day") in said
    assert values(page)["orders.2.actual_mcg_ml"] == 4000.0
    assert box(page, "orders.2.actual_mcg_ml")["text"] == "4000"
    assert field_at(now(page), "orders.2.actual_mcg_ml")[3] == 500.0
    assert tiles(page) == kept
    # it stays, whatever else is looked at
    page.selectbox(key="view").set_value("csf").run()
    assert complaints(shown(page)) == [said]
    # the next move that can be carried out clears the sentence
    page.slider(key="orders.2.actual_mcg_ml").set_value(2000.0).run()
    assert complaints(shown(page)) == []


def test_a_refused_field_shows_what_was_asked_for_and_all_reasons_are_told():
    page = more(opened())
    kept = tiles(page)
    type_in(page, "duration_day", 5.0).run()
    said = complaints(shown(page))
    assert len(said) == 2
    assert said[0] == plain("Day of order 3 (rate) is 10; it must not come after the end of the run, day 5.")
    assert box(page, "duration_day")["text"] == "5"
    assert now(page).duration_day == 30.0
    assert (tiles(page), values(page)) == (kept, wanted(SCENARIOS[FIRST]))


def test_every_number_of_the_last_tab_refuses_a_silly_value_in_a_sentence():
    page = more(opened())
    keys = [path for path, one in boxes(page).items() if one["has_label"]]
    assert {"duration_day", "orders.0.in_ml", "canal.spinal_ml", "faults.1.position_frac"} <= set(keys)
    before = now(page)
    for key in keys:
        shows = box(page, key)["text"]
        type_in(page, key, 1e12).run()
        (said,) = complaints(shown(page))
        assert "is outside" in said
        assert plain(box(page, key)["problem"]) == said
        type_in(page, key, shows).run()
        assert complaints(shown(page)) == []
    assert now(page) == before


def test_an_emptied_number_is_refused_unless_it_may_be_empty():
    page = more(opened())
    type_in(page, "orders.0.in_ml", None).run()
    assert complaints(shown(page)) == [plain("A number is needed, 0 to 100 mL.")]
    assert (box(page, "orders.0.in_ml")["text"], now(page).orders[0].in_ml) == ("", 20.0)
    page.button(key="undo").click().run()
    assert (box(page, "orders.0.in_ml")["text"], complaints(shown(page))) == ("20", [])
    type_in(page, "orders.0.draw_ml", 0.0).run()
    assert complaints(shown(page)) == []
    type_in(page, "orders.0.draw_ml", None).run()
    assert complaints(shown(page)) == []
    assert now(page).orders[0].draw_ml is None


@pytest.mark.parametrize("path", ["faults.0.end_day", "orders.0.programmed_ml", "orders.0.draw_ml"])
def test_a_control_of_a_number_that_may_be_empty_shows_no_trace(path):
    example = scenario(
        30,
        refill(2000),
        rate(200),
        faults=[fault("tear", 5, lost_frac=0.5)],
        controls=[{"label": "x", "paths": [path], "low": 6.0, "high": 20.0, "step": 1.0}],
    )
    linked(example)


def test_every_number_and_word_of_the_last_tab_can_be_changed():
    example = scenario(
        30, refill(2000, in_ml=15.0), flow(0.2), bolus(50, 30, 10), faults=[fault("stall", 20)], title="x"
    )
    page = more(linked(example))
    for key, value in [
        ("duration_day", 25.0),
        ("orders.0.in_ml", 18.0),
        ("orders.1.flow_ml_day", 0.3),
        ("orders.2.over_min", 60.0),
        ("faults.0.end_day", 22.0),
        ("canal.production_ml_h", 30.0),
    ]:
        type_in(page, key, value).run()
        assert complaints(shown(page)) == []
        assert field_at(now(page), key)[3] == box(page, key)["number"] == value
    for key, word in [
        ("tip_level", "T4"),
        ("line_start", "csf"),
        ("canal.mixing", "low"),
        ("catheter", "one-piece-89cm"),
        ("drug", "morphine-like"),
    ]:
        page.selectbox(key=key).set_value(word).run()
        assert complaints(shown(page)) == []
        assert field_at(now(page), key)[3] == page.selectbox(key=key).value == word
    page.selectbox(key="body_start").set_value("steady").run()
    assert len(complaints(shown(page))) == 1
    assert page.selectbox(key="body_start").value == "steady"
    assert now(page).body_start == "empty"


def test_a_field_moved_in_the_last_tab_never_shows_twice():
    page = more(opened())
    sliders = [slider.key for slider in page.slider]
    keys = sliders + [path for path, one in boxes(page).items() if one["has_label"]]
    assert len(keys) == len(set(keys))
    numbers = {
        path
        for path in _paths(now(page))
        if range_of(field_at(now(page), path)[2]) and not path.startswith(("controls", *controls.ABOUT_SCENARIO))
    }
    assert set(keys) == numbers


def _paths(record: Record, prefix: str = "") -> Iterator[str]:
    for name in type(record).model_fields:
        value = getattr(record, name)
        if isinstance(value, Record):
            yield from _paths(value, f"{prefix}{name}.")
        elif isinstance(value, tuple):
            for i, entry in enumerate(value):
                yield from _paths(entry, f"{prefix}{name}.{i}.") if isinstance(entry, Record) else ()
        else:
            yield prefix + name


# ------------------------------------------------------------------ links


def test_a_link_opens_its_scenario_and_says_that_it_came_with_a_link():
    example = scenario(
        12, refill(1000), rate(150), title="Sent by a *friend*", faults=[fault("tear", 3, lost_frac=0.25)]
    )
    page = linked(example)
    assert complaints(page) == []
    assert page.selectbox(key="picked").value == "from_link"
    assert not any(caption.value == TEXT["link_author"] for caption in page.caption)
    page.session_state["about open"] = True
    assert any(caption.value == TEXT["link_author"] for caption in page.run().caption)
    assert now(page) == with_handles(example)
    page.selectbox(key="picked").set_value("quiet-pump").run()
    assert values(shown(page)) == wanted(SCENARIOS["quiet-pump"])
    assert not any(caption.value == TEXT["link_author"] for caption in page.caption)
    page.selectbox(key="picked").set_value("from_link").run()
    assert now(shown(page)) == with_handles(example)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_moved_scenario_travels_by_link_whole(name):
    example = with_handles(SCENARIOS[name])
    moved = with_values(example, {example.controls[0].paths[0]: 0.4})
    assert state_in({"s": [state_link(LinkState(scenario=moved))]}) == LinkState(scenario=moved)


def test_a_moved_scenario_opens_from_its_link_as_it_was_left():
    moved = with_values(with_handles(SCENARIOS["first-drop"]), {"orders.1.dose_mcg_day": 260.0})
    page = linked(moved)
    assert now(page) == moved
    assert values(page) == wanted(moved)


GOOD = state_link(LinkState(scenario=SCENARIOS["first-drop"]))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"s": GOOD[:-7]}, "incomplete or was changed"),
        ({"s": GOOD[:40] + "A" + GOOD[41:]}, "incomplete or was changed"),
        ({"s": "3" + GOOD[1:]}, "newer version"),
        ({"s": "hello"}, "no PumpLab link"),
        ({"s": ""}, "no PumpLab link"),
        ({"s": "1." + "A" * 9000}, "the most is 8000"),
        ({"s": [GOOD, GOOD]}, "2 times"),
        ({"scenario": "x"}, "unknown part"),
        ({"s": GOOD, "debug": "1"}, "unknown part"),
    ],
)
def test_a_link_that_does_not_open_shows_the_first_scenario_and_says_why(query, words):
    page = opened(**query)
    (said,) = complaints(page)
    assert said.startswith(TEXT["link_refused"])
    assert plain(words) in said
    assert values(page) == wanted(SCENARIOS[FIRST])
    # the sentence has done its work once something is picked
    page.selectbox(key="picked").set_value("quiet-pump").run()
    assert complaints(shown(page)) == []


def test_a_link_whose_scenario_cannot_be_carried_out_says_why():
    page = linked(scenario(12, refill(1000), flow(50.0), title="x"))
    (said,) = complaints(page)
    assert plain("orders[1].flow_ml_day = 50.0 is out of reach") in said
    assert values(page) == wanted(SCENARIOS[FIRST])


TORN_AND_BLOCKED = [fault("tear", 0.1, lost_frac=0.5), fault("occlusion", 0.2, blocked_frac=0.5)]


def test_a_link_whose_controls_share_a_field_shows_no_trace():
    twice = [{"label": "x", "paths": ["duration_day"], "low": 0.3, "high": 1.0, "step": 0.1}] * 2
    linked(scenario(0.5, refill(2000), rate(200), title="x", controls=twice))


def test_one_control_may_move_both_faults_together():
    both = {
        "label": "x",
        "paths": ["faults.0.lost_frac", "faults.1.blocked_frac"],
        "low": 0.3,
        "high": 1.0,
        "step": 0.1,
    }
    page = linked(scenario(0.5, refill(2000), rate(200), title="x", faults=TORN_AND_BLOCKED, controls=[both]))
    assert complaints(page) == []
    assert values(page) == {"faults.0.lost_frac": 0.5}


def test_a_link_that_makes_the_model_stumble_shows_no_trace():
    linked(scenario(30, refill(2000), rate(200), refill(2000, at_day=10, programmed_mcg_ml=0.0), title="x"))


MARKUP = "<script>alert(1)</script> ![x](https://example.org/x.png) $x^2$ :red[a] **b** `c` # d"


def test_the_words_of_a_link_are_shown_as_they_are():
    example = scenario(12, refill(1000), rate(150), title=MARKUP, objective=MARKUP, see=MARKUP)
    page = linked(example)
    escaped = plain(MARKUP)
    from_author = [text.value for text in page.markdown if "alert" in text.value]
    assert from_author
    assert all(escaped in text for text in from_author)


def test_the_label_of_a_control_from_a_link_is_shown_as_it_is():
    control = {"label": MARKUP[:80], "paths": ["duration_day"], "low": 10.0, "high": 20.0, "step": 1.0}
    page = linked(scenario(12, refill(1000), rate(150), title="x", controls=[control]))
    assert page.slider(key="duration_day").label.startswith(plain(MARKUP[:80]))


@pytest.mark.parametrize(
    "example",
    [
        scenario(0.01, refill(2000), rate(200), title="short"),
        scenario(400, refill(2000), rate(200), title="long"),
        scenario(10, refill(2000), title="idle"),
        scenario(10, refill(0), flow(0.1), title="saline"),
        scenario(10, refill(2000), {"kind": "stop", "at_day": 0.0}, title="stopped"),
        scenario(10, refill(2000, at_day=5), title="late"),
        scenario(30, refill(2000), rate(200), *(bolus(20, 10, 0.1 * i) for i in range(80)), title="busy"),
    ],
    ids=lambda example: example.title,
)
def test_an_odd_scenario_opens_in_every_tab(example):
    page = linked(example)
    for tab in ("effect", "ledger", "story"):
        page.session_state["tabs"] = TEXT[f"tab_{tab}"]
        assert complaints(shown(page.run())) == []


# ------------------------------------------------------------------ handles


def test_a_scenario_without_faults_gets_an_occlusion_and_a_tear_that_do_nothing():
    bare = scenario(40, refill(2000), rate(200), title="x")
    ready = with_handles(bare)
    assert [type(one) for one in ready.faults] == [Occlusion, Tear]
    assert all(one.is_harmless() and one.start_day == 10.0 for one in ready.faults)
    assert [control.paths for control in ready.controls] == [("faults.0.blocked_frac",), ("faults.1.lost_frac",)]
    assert simulate(ready).happenings == simulate(bare).happenings
    assert (simulate(ready).tip_mcg_h == simulate(bare).tip_mcg_h).all()
    assert scenario_from(ready.model_dump(exclude_none=True)) == ready


def test_faults_of_the_scenario_serve_as_handles():
    torn = scenario(40, refill(2000), rate(200), faults=[fault("stall", 1, end_day=2), fault("tear", 3, lost_frac=0.5)])
    ready = with_handles(torn)
    assert [one.kind for one in ready.faults] == ["stall", "tear", "occlusion"]
    assert [control.paths for control in ready.controls] == [("faults.2.blocked_frac",), ("faults.1.lost_frac",)]
    assert ready.faults[:2] == torn.faults


def test_at_most_six_controls_stay_and_the_handles_stand_first():
    names = ["duration_day", *(f"canal.{name}" for name in ("spinal_ml", "cistern_ml", "cranial_ml"))]
    names += ["canal.production_ml_h", "canal.cistern_mixing_ml_h"]
    controls = [{"label": name, "paths": [name], "low": 75.0, "high": 80.0, "step": 1.0} for name in names]
    controls[4] |= {"low": 20.0, "high": 40.0}
    controls[2] |= {"low": 20.0, "high": 40.0}
    full = scenario(77, refill(2000), rate(200), controls=controls, title="x")
    ready = with_handles(full)
    assert len(ready.controls) == MOST_CONTROLS == 6
    assert [control.paths[0] for control in ready.controls] == [
        "faults.0.blocked_frac", "faults.1.lost_frac", *names[:4],
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_packaged_scenario_keeps_its_own_controls_and_faults(name):
    ready = with_handles(SCENARIOS[name])
    n_fault = len(SCENARIOS[name].faults)
    assert ready.faults[:n_fault] == SCENARIOS[name].faults
    assert all(fault.is_harmless() for fault in ready.faults[n_fault:])
    assert set(SCENARIOS[name].controls) <= set(ready.controls)
    assert len(ready.controls) <= MOST_CONTROLS
    assert with_handles(ready) == ready


def test_an_authors_own_words_for_a_handle_are_kept():
    own = {"label": "How bad?", "paths": ["faults.0.lost_frac"], "low": 0.2, "high": 0.8, "step": 0.1}
    example = scenario(40, refill(2000), rate(200), faults=[fault("tear", 3, lost_frac=0.5)], controls=[own])
    assert Control(**own) in with_handles(example).controls
    page = linked(copy.deepcopy(example.model_dump(exclude_none=True)))
    slider = page.slider(key="faults.0.lost_frac")
    assert (slider.label, slider.min, slider.max, slider.step) == ("How bad?", 0.2, 0.8, 0.1)


# ------------------------------------------------------------------ lists, switches, whole numbers, what may be empty

SCHEDULE = {"kind": "rate_schedule", "clock_h": [0.0, 8.0, 22.0], "dose_mcg_day": [200.0, 300.0, 250.0]}
ASKING = {
    "kind": "patient_bolus", "dose_mcg": 20.0, "over_min": 10.0, "lockout_min": 60.0, "n_per_day": 4,
    "request_day": [1.5, 2.25],
}  # fmt: skip
MENDED = {"kind": "repair", "at_day": 8.0, "fault": 0}
RICH = scenario(10, refill(2000), SCHEDULE, ASKING, MENDED, faults=[fault("tear", 3, lost_frac=0.5)], title="Rich")


def applied(page: AppTest, **lists: Any) -> AppTest:
    """The page after lists were written into their form and the form was sent."""
    for key, value in lists.items():
        (box,) = [one for one in [*page.text_input, *page.multiselect] if one.key == key.replace("__", ".")]
        box.set_value(value)
    next(button for button in page.button if button.label == TEXT["apply"]).click()
    return shown(page.run())


def test_a_list_of_numbers_is_one_line_of_text_and_lists_that_belong_together_change_together():
    page = more(linked(RICH))
    assert page.text_input(key="orders.1.clock_h").value == "0, 8, 22"
    assert page.text_input(key="orders.2.request_day").value == "1.5, 2.25"
    applied(page, orders__1__clock_h="0, 6, 12.5, 22", orders__1__dose_mcg_day="200, 240, 300, 250")
    assert complaints(page) == []
    assert now(page).orders[1].clock_h == (0.0, 6.0, 12.5, 22.0)
    assert now(page).orders[1].dose_mcg_day == (200.0, 240.0, 300.0, 250.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0,5, 8", '"0,5" can be read as 0.5 or as two numbers, 0 and 5.'),
        ("0; 8; x", '"x" is no number.'),
        ("0, 8", ": 2, not 3."),
        ("0, 8, 30", "must lie between 0 and 23.999 h"),
        ("0, 22, 8", "each number must be larger than the one before it"),
        ("", "at least 1"),
    ],
)
def test_a_list_that_cannot_be_carried_out_stays_with_one_sentence(text, words):
    page = more(linked(RICH))
    before = now(page)
    (said,) = complaints(applied(page, orders__1__clock_h=text))
    assert plain(words) in said
    assert now(page) == before
    assert page.text_input(key="orders.1.clock_h").value == text
    assert complaints(applied(page, orders__1__clock_h="0; 8; 22,5")) == []
    assert page.text_input(key="orders.1.clock_h").value == "0, 8, 22.5"


def test_an_untidy_list_is_taken_and_written_tidily():
    page = more(linked(RICH))
    assert complaints(applied(page, orders__2__request_day=" 1.50,   2.25 ")) == []
    assert page.text_input(key="orders.2.request_day").value == "1.5, 2.25"
    assert complaints(applied(page, orders__2__request_day="")) == []
    assert now(page).orders[2].request_day == ()


def test_yes_or_no_is_a_box_to_tick():
    page = more(linked(RICH))
    assert {box.key for box in page.checkbox} == {"is_stroke_shown", "orders.3.is_primed"}
    page.checkbox(key="orders.3.is_primed").set_value(False).run()
    assert complaints(shown(page)) == []
    assert now(page).orders[3].is_primed is False
    # this pump has no single strokes
    page.checkbox(key="is_stroke_shown").set_value(True).run()
    assert len(complaints(shown(page))) == 1
    assert page.checkbox(key="is_stroke_shown").value is True
    assert now(page).is_stroke_shown is False


def test_a_whole_number_stays_whole_and_an_optional_one_may_be_empty():
    page = more(linked(RICH))
    assert box(page, "orders.2.n_per_day")["text"] == "4"
    type_in(page, "orders.2.n_per_day", "6").run()
    assert complaints(shown(page)) == []
    assert now(page).orders[2].n_per_day == 6
    assert box(page, "seed")["number"] is None
    type_in(page, "seed", 7).run()
    assert complaints(shown(page)) == []
    assert now(page).seed == 7
    type_in(page, "seed", None).run()
    assert complaints(shown(page)) == []
    assert now(page).seed is None


def test_a_control_of_a_whole_number_moves_in_whole_steps():
    control = {"label": "Most per day", "paths": ["orders.2.n_per_day"], "low": 1.0, "high": 8.0, "step": 1.0}
    page = linked(with_values(RICH, {"controls": (control,)}))
    page.slider(key="orders.2.n_per_day").set_value(2).run()
    assert complaints(shown(page)) == []
    assert now(page).orders[2].n_per_day == 2


def test_a_second_catheter_may_be_chosen_and_left_out_again():
    page = more(linked(RICH))
    box = page.selectbox(key="second_catheter")
    assert box.value is None
    box.set_value("one-piece-89cm").run()
    assert complaints(shown(page)) == []
    assert now(page).second_catheter == "one-piece-89cm"
    page.selectbox(key="second_catheter").set_value(None).run()
    assert complaints(shown(page)) == []
    assert now(page).second_catheter is None


def test_another_drug_joins_the_mixture_together_with_its_strength():
    page = more(linked(scenario(10, refill(2000), rate(200), title="x")))
    (said,) = complaints(applied(page, with_drugs=["morphine-like"]))
    assert plain("needs as many numbers as other drugs in the mixture: 1, not 0.") in said
    assert (page.multiselect(key="with_drugs").value, now(page).with_drugs) == (["morphine-like"], ())
    applied(page, with_drugs=["morphine-like"], orders__0__with_actual_mcg_ml="20000")
    assert complaints(page) == []
    assert now(page).with_drugs == ("morphine-like",)
    for view in ("csf", "effect", "ledger"):
        page.selectbox(key="view").set_value(view).run()
        page.selectbox(key="drug shown").set_value("morphine-like").run()
        assert complaints(shown(page)) == []


def test_the_surroundings_are_a_group_of_their_own():
    page = more(linked(RICH))
    assert any(text.value == "**Surroundings**" for text in page.markdown)
    type_in(page, "surroundings.altitude_m", 1500.0).run()
    assert complaints(shown(page)) == []
    assert now(page).surroundings.altitude_m == 1500.0


def _every(union: object, **common: object) -> dict[str, dict[str, Any]]:
    """One entry of every kind, with what it needs."""
    needs = {"blocked_frac": 0.5, "lost_frac": 0.5, "bore_mm": 0.01, "closed_h_per_day": 2.0, "diameter_um": 30.0}
    needs |= {"volume_ml": 0.1, "flow_factor": 0.8, "flow_ml_h": 0.5, "transfer_frac": 0.5, "ec50_factor": 2.0}
    needs |= {"dose_mcg_day": 300.0, "flow_ml_day": 0.2, "old_mcg_ml": 2000.0, "dose_mcg": 20.0, "over_min": 10.0}
    needs |= {"every_h": 12.0, "lockout_min": 60.0, "n_per_day": 3, "in_ml": 15.0, "lasts_day": 1.0, "fault": 0}
    needs |= {"actual_mcg_ml": 2000.0, "programmed_mcg_ml": 2000.0}
    entries = {}
    for record in get_args(get_args(union)[0]):
        (kind,) = get_args(record.model_fields["kind"].annotation)
        fields = record.model_fields.items()
        required = {
            name: needs[name] if name in needs else sum(range_of(field)) / 2.0
            for name, field in fields
            if field.is_required() and name != "clock_h"
        }
        entries[kind] = {"kind": kind, **common, **required}
    return entries


ORDERS = _every(AnyOrder, at_day=2.0) | {"rate_schedule": SCHEDULE | {"at_day": 2.0}}
FAULTS = _every(AnyFault, start_day=1.0)


@pytest.mark.parametrize("entry", [*ORDERS.values(), *FAULTS.values()], ids=[*ORDERS, *FAULTS])
def test_every_kind_of_order_and_fault_opens_in_every_tab(entry):
    orders, more_fields = [refill(2000), rate(200)], {"faults": [fault("tear", 1, lost_frac=0.25)]}
    drug = "morphine-like" if entry["kind"] in ("granuloma", "oral") else "baclofen-like"
    if entry["kind"] in ORDERS:
        orders.append(entry)
    else:
        more_fields["faults"].append(entry)
    pump = "valve-20ml" if entry["kind"] == "free_flow" else "roller-20ml"
    page = linked(scenario(10, *orders, drug=drug, pump=pump, title="x", **more_fields))
    assert complaints(page) == []
    seen_through(page)


@pytest.mark.parametrize(
    "example",
    [
        scenario(10, refill(2000), pump="gas-20ml", title="gas"),
        scenario(10, refill(2000), refill(2000, at_day=5.0), pump="gas-20ml", title="gas, refilled"),
        scenario(4, ORDERS["oral"], drug="morphine-like", line_start="csf", title="by mouth only"),
        scenario(4, ORDERS["trial_shot"], line_start="csf", title="by needle only"),
        scenario(10, refill(2000), rate(200), drug="tracer", title="tracer"),
        scenario(10, refill(2000), rate(200), second_catheter="one-piece-89cm", title="two catheters"),
        scenario(10, refill(2000), rate(200), pump="valve-20ml", is_stroke_shown=True, title="strokes"),
        scenario(10, refill(2000), rate(200), seed=3, tolerance="steep", body_start="steady", title="chance"),
    ],
    ids=lambda example: example.title,
)
def test_an_odd_device_or_way_opens_in_every_tab(example):
    page = linked(example)
    assert complaints(page) == []
    seen_through(page)
    without = tiles(page)[3][1]
    assert (without == TEXT["not_modelled"]) == (example.title in ("by mouth only", "tracer"))


def test_where_no_pump_is_filled_there_is_nothing_to_block():
    example = scenario(4, ORDERS["oral"], drug="morphine-like", line_start="csf", title="by mouth only")
    assert with_handles(example) == example
    assert list(linked(example).slider) == []


def test_the_page_of_the_model_opens_in_every_tab():
    def model_page():
        from app.pages import model

        model.show(lambda scenario, origin: None)

    page = AppTest.from_function(model_page, default_timeout=30).run()
    assert page.title[0].value == TEXT["page_model"]
    for tab in ("equations", "parameters", "figures", "sheet", "limits", "around"):
        page.session_state["model tabs"] = TEXT[f"tab_{tab}"]
        assert not page.run().exception, tab


def test_a_slider_that_starts_late_says_from_which_day():
    page = linked(
        scenario(
            30, refill(2000), rate(200), rate(300, at_day=12), faults=[fault("tear", 24, lost_frac=0.5)], title="x",
            controls=[
                {"label": "First", "paths": ["orders.1.dose_mcg_day"], "low": 100.0, "high": 300.0, "step": 10.0},
                {"label": "Second", "paths": ["orders.2.dose_mcg_day"], "low": 100.0, "high": 300.0, "step": 10.0},
                {"label": "Onset", "paths": ["faults.0.start_day"], "low": 1.0, "high": 30.0, "step": 1.0},
            ],
        )
    )  # fmt: skip
    said = {
        slider.key: any(f"from day {day}" in caption.value for caption in page.caption)
        for slider, day in zip(page.slider, ("7.5", "24", "0", "12", "24"), strict=True)
    }
    assert said == dict.fromkeys(said, True) | {page.slider[2].key: False}, said
    assert sum("from day" in caption.value for caption in page.caption) == 3


def test_a_moved_fault_leaves_the_picture_at_its_day():
    page = opened()
    page.slider(key="faults.1.lost_frac").set_value(0.9).run()
    drawing = next(one.proto for one in page.get("bidi_component") if one.proto.component_name == "pumplab_stage")
    header, _ = unpack(drawing.bytes)
    assert header["focus_day"] is None
