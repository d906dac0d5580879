"""The page Refill visit: one act after the other, refusals in sentences, and the checklist at the end."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from app.teaching import refill_visit
from app.words.text import TEXT
from sim import Scenario, catalogue, write_scenario
from tests import opening
from tests.opening import box, boxes, room, sound, type_in


def page(opened: str) -> None:
    """The room alone, with the scenario that the frame would give it."""
    import streamlit as st

    from app.figures.theme import DARK_INK
    from app.pages import visit
    from sim import parse_scenario

    visit.show(parse_scenario(opened), lambda one: st.session_state.update(handed=one), DARK_INK)


def opened(of: Scenario | None = None, **state: object) -> AppTest:
    """The room with a scenario; no hazards unless told."""
    scenario = of or catalogue().scenarios["quiet-pump"]
    at = room(page, opened=write_scenario(scenario))
    for key, value in {"visit beside": "never", "visit mixed": "never", **state}.items():
        at.session_state[key] = value
    return sound(at.run())


def press(at: AppTest, name: str) -> AppTest:
    return opening.press(at, f"visit {name}")


def complaints(at: AppTest) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", one.value) for one in (*at.error, *at.warning)]


def text(at: AppTest) -> str:
    parts = [one.value for one in (*at.markdown, *at.caption, *at.subheader, *at.warning, *at.success)]
    return re.sub(r"\\(.)", r"\1", "\n".join(parts))


def step(at: AppTest) -> str:
    return refill_visit.step_of(at.session_state["visit"])


def ticked(at: AppTest, *names: str) -> None:
    for name in names:
        at.checkbox(key=f"visit ask tick {name}").check()


def asked(at: AppTest, agrees: str = "yes") -> AppTest:
    press(at, "start")
    ticked(at, "identity")
    for name in ("person", "baseline", "interrogate", "log"):
        press(at, name)
    at.radio(key="visit ask agree").set_value(agrees)
    return press(at, "asked")


def drawn(at: AppTest, guess: float = 2.1) -> AppTest:
    ticked(at, "septum", "stop", "empty")
    type_in(at, "visit ask guess", guess)
    return press(at, "draw")


def decided(at: AppTest, decision: str = "as_expected") -> AppTest:
    ticked(at, "measure")
    at.radio(key="visit ask decision").set_value(decision)
    return press(at, "decide")


def filled(at: AppTest) -> AppTest:
    press(at, "labels")
    press(at, "test")
    at.radio(key="visit ask vial").set_value(0)
    at.checkbox(key="visit ask portions").check()
    return press(at, "fill")


def left(at: AppTest, day: float) -> AppTest:
    press(at, "watch")
    press(at, "watch over")
    press(at, "pump again")
    press(at, "plan")
    type_in(at, "visit ask next_day", day)
    return press(at, "leave")


def programmed(at: AppTest, **values: float) -> AppTest:
    if values:
        at.segmented_control(key="visit ask way").set_value("rate").run()
    for name, value in values.items():
        type_in(at, f"visit ask {name}", value)
    return press(at, "program")


# ------------------------------------------------------------------ a whole visit


def test_a_visit_goes_through_all_steps_and_ends_with_the_truth_and_a_passed_checklist():
    at = filled(decided(drawn(asked(opened()))))
    at = press(programmed(at), "send")
    left(at, 350.0)
    assert step(at) == "done"
    said = text(at)
    for words in ("verdict_right", "truth_no_pocket", "score_all"):
        assert TEXT[f"visit_{words}"] in said
    assert "22 of 22" in said
    press(at, "open")
    handed = at.session_state["handed"]
    assert handed == refill_visit.scenario_after(at.session_state["visit"])
    assert [order.kind for order in handed.orders] == ["refill", "rate", "refill"]


def test_the_next_visit_goes_on_from_this_one_with_nothing_typed_before():
    at = left(press(programmed(filled(decided(drawn(asked(opened()))))), "send"), 350.0)
    press(at, "next")
    assert step(at) == "ask"
    assert at.session_state["visit"].day == 350.0
    assert not at.radio
    press(at, "interrogate")
    assert at.radio(key="visit ask agree").value is None
    at.radio(key="visit ask agree").set_value("yes")
    press(at, "asked")
    assert box(at, "visit ask guess")["number"] is None


def test_what_is_not_chosen_is_asked_for_and_nothing_goes_on():
    at = press(opened(), "start")
    assert complaints(press(at, "asked")) == [TEXT["visit_interrogate_needed"]]
    press(at, "interrogate")
    assert complaints(press(at, "asked")) == [TEXT["visit_ask_needed"]]
    assert step(at) == "ask"
    at.radio(key="visit ask agree").set_value("yes")
    at = drawn(press(at, "asked"))
    assert complaints(press(at, "decide")) == [TEXT["visit_decide_needed"]]
    at = decided(at)
    assert complaints(press(at, "fill")) == [TEXT["visit_fill_needed"]]
    assert step(at) == "fill"


def test_what_cannot_be_done_is_said_and_what_was_typed_stays():
    at = decided(drawn(asked(opened())))
    at.radio(key="visit ask vial").set_value(0)
    type_in(at, "visit ask volume", 25.0)
    (said,) = complaints(press(at, "fill"))
    assert "The volume to inject must lie between 0.1 and 20 mL, what the reservoir holds; 25 is outside." in said
    # it stays, whatever else is looked at
    assert complaints(sound(at.run())) == [said]
    assert (step(at), box(at, "visit ask volume")["number"]) == ("fill", 25.0)
    type_in(at, "visit ask volume", 18.0)
    press(at, "fill")
    (said,) = complaints(programmed(at, dose_label=99_000.0))
    assert "Daily dose: 99000 at 2000 mcg/mL asks for 49.5 mL/day; the pump's range is" in said
    assert (step(at), box(at, "visit ask dose_label")["number"]) == ("program", 99_000.0)


@pytest.mark.parametrize(
    ("entry", "words"), [("1,800", "1.8 or as 1800"), ("", "A number is needed"), ("x", "no number")]
)
def test_nothing_is_done_with_a_number_that_cannot_be_read(entry, words):
    at = decided(drawn(asked(opened())))
    at.radio(key="visit ask vial").set_value(0)
    type_in(at, "visit ask volume", entry)
    said = complaints(press(at, "fill"))
    assert (words in said[0], said[1:]) == (True, [TEXT["typed_first"]])
    assert (step(at), box(at, "visit ask volume")["text"]) == ("fill", entry)
    type_in(at, "visit ask volume", "17,5")
    assert (complaints(press(at, "fill")), step(at)) == ([], "program")
    assert at.session_state["visit"].in_ml == 17.5


def test_a_tenfold_slip_is_shown_in_both_units_and_must_be_typed():
    at = programmed(filled(decided(drawn(asked(opened())))), dose_label=2000.0)
    warned = complaints(at)
    assert any("from 200 mcg/day (0.2 mg/day) to 2,000 mcg/day (2 mg/day)" in one for one in warned)
    assert any("10-fold" in one and "microlitre/h" in one for one in warned)
    assert any("type how many times the change is: 10" in one for one in complaints(press(at, "send")))
    assert step(at) == "confirm"
    type_in(at, "visit ask type_fold", 10.0)
    press(at, "back")
    assert box(at, "visit ask dose_label")["number"] == 2000.0
    programmed(at)
    assert box(at, "visit ask type_fold")["number"] is None


def test_a_sixfold_change_is_warned_of_and_not_held_up():
    at = programmed(filled(decided(drawn(asked(opened())))), dose_label=1200.0)
    assert len(at.warning) == 2
    assert "visit ask type_fold" not in boxes(at)
    assert step(press(at, "send")) == "observe"


def test_nothing_gives_the_case_away_before_the_end():
    case = catalogue().scenarios["half-a-leak"]
    at = opened(case)
    screens = [text(at)]
    for act in (asked, lambda at: drawn(at, 15.0), lambda at: decided(at, "look"), filled, programmed):
        act(at)
        screens.append(text(at))
    press(at, "send")
    screens.append(text(at))
    press(at, "watch")
    screens.append(text(at))
    for screen in screens:
        for secret in (case.title, case.objective, case.see, "leak", "tear"):
            assert secret.lower() not in screen.lower()
    press(at, "watch over")
    type_in(at, "visit ask next_day", 80.0)
    said = text(press(at, "leave"))
    assert case.title in said
    assert "The dose you found, 400 mcg/day, was 2 times the one intended (200 mcg/day). You left it." in said


def test_a_visit_without_prompts_has_no_button_for_an_act_and_scores_what_was_not_found():
    at = press(opened(**{"visit depth": "expert"}), "start")
    keys = {button.key for button in at.button}
    assert not keys & {"visit person", "visit baseline", "visit interrogate", "visit log"}
    assert not at.checkbox
    at.multiselect[0].set_value(["person", "identity", "septum"])
    press(at, "list")
    visit = at.session_state["visit"]
    assert sorted(visit.deeds) == ["ask: identity", "ask: septum", "person_asked"]
    press(at, "asked")
    assert step(at) == "draw"
    assert at.session_state["visit"].agrees is None


def test_a_tick_stays_while_other_things_are_done_and_can_be_taken_back():
    at = press(opened(), "start")
    at.checkbox(key="visit ask tick identity").check().run()
    for name in ("person", "baseline", "interrogate"):
        press(at, name)
        assert at.checkbox(key="visit ask tick identity").value
    at.checkbox(key="visit ask tick identity").uncheck().run()
    press(at, "log")
    assert not at.checkbox(key="visit ask tick identity").value
    assert "ask: identity" not in at.session_state["visit"].deeds


def test_a_full_visit_prompts_what_the_core_leaves_out():
    core, full = press(opened(), "start"), press(opened(**{"visit depth": "full"}), "start")
    more = {box.key for box in full.checkbox} - {box.key for box in core.checkbox}
    assert more == {f"visit ask tick {name}" for name in ("kit", "rescue", "pocket-skin")}
    press(full, "interrogate")
    press(full, "battery")
    assert "(ERI) is due on day" in text(full)


def test_the_person_is_looked_at_before_and_half_an_hour_after():
    at = press(opened(catalogue().scenarios["half-a-leak"]), "start")
    assert "drowsy and weak" in text(press(at, "baseline"))
    press(at, "interrogate")
    at.radio(key="visit ask agree").set_value("yes")
    at = press(programmed(filled(decided(drawn(press(at, "asked"), 15.0)))), "send")
    assert "Before: drowsy and weak. After 30 minutes: drowsy and weak." in text(press(at, "watch"))
    press(at, "watch over")
    plan = text(press(at, "plan"))
    for word in ("hard to wake, floppy", "fever, spasms, confusion", "24-hour number"):
        assert word in plan


# ------------------------------------------------------------------ hazards


def test_a_mixed_tray_shows_only_to_whoever_reads_the_labels():
    at = decided(drawn(asked(opened(**{"visit mixed": "always"}))))
    assert not any("mcg/mL" in one for one in at.radio(key="visit ask vial").options)
    press(at, "labels")
    labels = at.radio(key="visit ask vial").options
    assert "2,000 mcg/mL" not in labels[0]
    assert sum("2,000 mcg/mL" in one for one in labels) == 1


def test_a_needle_beside_the_septum_shows_by_its_height_and_to_the_test_until_it_is_placed_anew():
    at = decided(drawn(asked(opened(**{"visit beside": "always"}))))
    assert TEXT["visit_hub_high"] in text(at)
    assert TEXT["visit_needle_bad"] in text(press(at, "test"))
    press(at, "anew")
    assert TEXT["visit_needle_bad"] not in text(at)
    assert TEXT["visit_needle_good"] in text(press(at, "test"))
    sane = decided(drawn(asked(opened())))
    assert TEXT["visit_hub_high"] not in text(sane)
    assert TEXT["visit_needle_good"] in text(press(sane, "test"))


def test_who_fills_unseeing_learns_at_the_end_how_much_lies_under_the_skin():
    at = decided(drawn(asked(opened(**{"visit beside": "always"}))))
    at.radio(key="visit ask vial").set_value(0)
    at = left(press(programmed(press(at, "fill")), "send"), 350.0)
    assert "lie under the skin" in text(at)
    assert not at.success
    assert any("the pass mark is 90 %" in one for one in complaints(at))


def test_an_emergency_after_the_visit_offers_its_card():
    at = decided(drawn(asked(opened(catalogue().scenarios["pocket-fill"], **{"visit beside": "always"})), 2.0), "look")
    at.radio(key="visit ask vial").set_value(0)
    at = left(press(programmed(press(at, "fill")), "send"), 100.0)
    assert TEXT["visit_course_card"].format(side="too much") in [one.label for one in at.expander]
    assert TEXT["emergency_heading"] in text(at)


def test_who_fills_in_portions_is_told_after_the_first():
    at = decided(drawn(asked(opened(**{"visit beside": "always"}))))
    at.radio(key="visit ask vial").set_value(0)
    at.checkbox(key="visit ask portions").check()
    (said,) = complaints(press(at, "fill"))
    assert said == TEXT["visit_fill_noticed"].format(ml="5")


def test_a_flipped_pump_cannot_be_drawn_or_filled():
    at = asked(opened(catalogue().scenarios["flipped-pump"]))
    drawn(at, 5.0)
    assert complaints(at) == [TEXT["visit_compare_shut"]]
    decided(at, "stop")
    assert step(at) == "leave"
    type_in(at, "visit ask next_day", 61.0)
    assert TEXT["visit_verdict_shut_found"] in text(press(at, "leave"))


def test_a_trial_has_no_pump_to_visit():
    at = opened(catalogue().scenarios["bolus-or-infusion"])
    assert any("a refill visit needs one that was" in one for one in complaints(press(at, "start")))


def test_a_pump_without_electronics_has_no_screen_and_no_programmer():
    text_of = write_scenario(catalogue().scenarios["first-drop"])
    data = tomllib.loads(text_of) | {"pump": "gas-20ml", "controls": [], "intended": [], "line_start": "drug"}
    data["orders"] = [one for one in data["orders"] if one["kind"] == "refill"]
    from sim import scenario_from

    at = press(opened(scenario_from(data), **{f"visit day {data['title']}": 30.0}), "start")
    assert "no electronics" in text(at)
    assert not at.radio
    filled(decided(drawn(press(at, "asked"), 5.0)))
    assert TEXT["visit_gas_said"] in text(at)
    assert not at.segmented_control


# ------------------------------------------------------------------ the educator's side


def edited(change: Callable[[AppTest], object]) -> AppTest:
    at = opened()
    at.toggle(key="visit edit").set_value(True).run()
    change(at)
    return sound(at.run())


def test_an_educator_changes_texts_lines_and_the_pass_mark_and_may_take_it_all_back():
    def change(at: AppTest) -> None:
        at.slider(key="visit mark 0").set_value(0.5)
        at.checkbox(key="visit counts 0 0").uncheck()
        at.text_input(key="visit text 0 1").set_value("Read *everything*.")

    at = edited(change)
    now = at.session_state["visit checklist"]
    assert (now.pass_frac, now.items[0].counts, now.items[1].text) == (0.5, False, "Read *everything*.")
    press(at, "packaged")
    assert at.session_state["visit checklist"] is None
    assert at.slider(key="visit mark 1").value == 0.9
    assert at.text_input(key="visit text 1 1").value == refill_visit.packaged_checklist().items[1].text


def test_a_checklist_without_a_counting_line_is_refused_and_the_old_one_stays():
    def change(at: AppTest) -> None:
        for i in range(len(refill_visit.packaged_checklist().items)):
            at.checkbox(key=f"visit counts 0 {i}").uncheck()

    at = edited(change)
    assert any("none counts" in one for one in complaints(at))
    assert "visit checklist" not in at.session_state


def test_the_score_is_by_the_list_in_use():
    full = refill_visit.packaged_checklist()
    lines = [item.model_dump() | {"counts": item.id == "portions"} for item in full.items]
    own = refill_visit.read_checklist(json.dumps(full.model_dump() | {"items": lines}))
    at = opened(**{"visit checklist": own})
    at = left(press(programmed(filled(decided(drawn(asked(at))))), "send"), 350.0)
    assert "1 of 1" in text(at)


@pytest.mark.parametrize("payload", ["<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "$\\href{x}{y}$ *b*"])
def test_an_educators_text_is_shown_as_it_was_written(payload):
    full = refill_visit.packaged_checklist()
    lines = [item.model_dump() | {"text": payload, "why": payload} for item in full.items]
    own = refill_visit.read_checklist(json.dumps(full.model_dump() | {"items": lines}))
    at = opened(**{"visit checklist": own})
    at = left(press(programmed(filled(decided(drawn(asked(at, "no"), 15.0)))), "send"), 350.0)
    assert at.session_state["visit"].agrees is False
    (shown,) = [one.value for one in at.markdown if re.search("onerror|javascript|href", one.value)]
    assert "\\" in shown
    assert payload not in shown.replace("**", "")
