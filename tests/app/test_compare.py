"""Runs beside each other: each keeps its settings, says how it differs, and comes back when asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import figures, runs
from app.figures import Look
from app.figures.theme import DARK_INK
from app.files.link_state import LinkState
from app.runs import MOST_PINS, differences, pins, same_fault, with_pin
from app.words.text import TEXT, span
from sim import Scenario, catalogue, metrics
from sim.scenario import as_intended, field_at, with_values
from tests.building import rate, refill, scenario
from tests.opening import FIRST, linked, now, opened, shown, tiles
from tests.scripting import unpack

SCENARIOS = catalogue().scenarios
EXAMPLE = SCENARIOS[FIRST]
LOOK = Look("x", 245, DARK_INK)


def changed(**values_at: float):
    return with_values(EXAMPLE, {path.replace("__", "."): value for path, value in values_at.items()})


def test_a_pin_keeps_its_own_settings_whatever_is_changed_after():
    kept = with_pin((), changed(faults__1__lost_frac=0.75))
    assert kept[0].letter == "A"
    assert metrics.delivered_ratio(kept[0].result) == pytest.approx(1.0 - 0.75 * 5000.0 / 10000.0)


def test_three_runs_can_be_pinned_and_a_fourth_is_refused_in_a_sentence():
    kept: tuple[pins.Pin, ...] = ()
    for share in (0.1, 0.2, 0.3):
        kept = with_pin(kept, changed(faults__1__lost_frac=share))
    assert [one.letter for one in kept] == ["A", "B", "C"]
    assert len(kept) == MOST_PINS
    with pytest.raises(ValueError, match="At most 3 runs"):
        with_pin(kept, EXAMPLE)
    with pytest.raises(ValueError, match="pinned already"):
        with_pin(kept[:1], kept[0].scenario)
    # a letter that was taken away is free again
    assert [one.letter for one in with_pin(kept[1:], EXAMPLE)] == ["A", "B", "C"]


def test_settings_that_differ_are_named_with_their_unit_and_others_are_not():
    rows = differences([EXAMPLE, changed(faults__1__lost_frac=0.75, orders__2__dose_mcg_day=300.0)])
    assert rows == [
        ("Order 3: rate: Daily dose", ("400 mcg/day", "300 mcg/day")),
        ("Fault 2: tear: Tear: share of flow lost", ("0.5", "0.75")),
    ]
    assert differences([EXAMPLE, EXAMPLE]) == []


def test_an_order_that_is_left_out_does_not_set_a_refill_beside_a_dose():
    kept, _ = same_fault(SCENARIOS["hidden-kink"])
    rows = dict(differences([SCENARIOS["hidden-kink"], *(one.scenario for one in kept)]))
    # the pump without orders has no daily dose; its second refill still stands beside the others' second refill
    assert rows["Order 2: rate: Daily dose"] == ("5,000 mcg/day",) * 3 + ("none",)
    assert rows["Order 3: refill: Actual concentration"] == ("20,000 mcg/mL",) * 3 + ("10,000 mcg/mL",)
    assert "Order 3: refill: At" not in rows


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_scenario_meets_the_three_mechanisms_or_says_why_not(name):
    kept, notes = same_fault(SCENARIOS[name])
    titles = {catalogue().pumps[one].title for one in pins.MECHANISMS.values()}
    assert {one.title for one in kept} | {note.split(":")[0] for note in notes} >= titles
    for one in kept:
        assert one.result.ledger.error_frac <= 1e-9
        assert field_at(one.scenario, "pump")[3] in pins.MECHANISMS.values()


def test_a_break_befalls_all_three_mechanisms_alike():
    kept, notes = same_fault(SCENARIOS["clean-break"])
    assert [one.scenario.pump for one in kept] == ["roller-20ml", "valve-20ml", "gas-20ml"]
    for one in kept:
        assert one.result.before(24.0 * 40.0).tip_mcg_h[0] == 0.0
    assert any("takes no orders" in note for note in notes)
    # the gas-driven pump is filled so that its own flow carries the first dose
    gas = kept[2].result
    assert 24.0 * gas.signals["believed_mcg_h"].value[0] == pytest.approx(200.0)


def test_every_chart_draws_every_pinned_run_in_a_style_of_its_own():
    others = [(letter, runs.run(changed(faults__1__lost_frac=share))) for letter, share in zip("ABC", (0.1, 0.5, 0.9))]
    result, ghost = runs.run(EXAMPLE), runs.run(as_intended(EXAMPLE))
    ranges = runs.widen(
        runs.ranges(EXAMPLE), tuple(changed(faults__1__lost_frac=share) for share in (0.1, 0.5, 0.9)), EXAMPLE.drug
    )
    drug, pump = catalogue().drugs[EXAMPLE.drug], catalogue().pumps[EXAMPLE.pump]
    levels = {"T12": "T12 (tip)", "L4": "L4", "T6": "T6"}
    for figure in (
        figures.two_truths(result, ghost, ranges, LOOK, others),
        figures.reservoir(result, ghost, pump, ranges, LOOK, others),
        figures.csf(result, ghost, levels, ranges, LOOK, others),
        figures.effect(result, ghost, drug, LOOK, others),
    ):
        names = [line["name"] for line in figure["data"]]
        assert {"A", "B", "C"} <= set(names)
        signs = [(line["line"]["color"], line["line"]["dash"]) for line in figure["data"]]
        assert len(set(signs)) == len(signs) == len(names)
        assert len({dash for _, dash in signs}) == len(signs)


def test_axes_hold_the_pinned_runs():
    high = changed(orders__2__dose_mcg_day=5000.0)
    before = runs.ranges(EXAMPLE)
    after = runs.widen(before, (high,), EXAMPLE.drug)
    assert after.dose_mcg_day >= 5000.0 > before.dose_mcg_day
    assert runs.widen(before, (), EXAMPLE.drug) == before


def test_a_run_is_pinned_changed_compared_and_taken_up_again_on_the_page():
    page = opened()
    page.button(key="pin").click().run()
    pinned = now(shown(page))
    assert page.button(key="pin").disabled
    page.slider(key="faults.1.lost_frac").set_value(0.9).run()
    page.session_state["tabs"] = TEXT["tab_compare"]
    shown(page.run())
    (take_over,) = (one for one in page.button if one.label == TEXT["compare_take_over"].format(letter="A"))
    take_over.click().run()
    assert now(shown(page)) == pinned
    (remove,) = (one for one in page.button if one.label == TEXT["compare_remove"].format(letter="A"))
    remove.click().run()
    assert TEXT["compare_empty"] in [text.value for text in shown(page).markdown]


def test_one_click_pins_the_same_fault_with_three_mechanisms():
    page = opened()
    page.selectbox(key="picked").set_value("clean-break").run()
    page.session_state["tabs"] = TEXT["tab_compare"]
    page.run()
    page.button(key="mechanisms").click().run()
    assert [one.scenario.pump for one in shown(page).session_state["pins"]] == ["roller-20ml", "valve-20ml", "gas-20ml"]


def test_every_control_says_its_range_and_what_was_changed():
    page = opened()
    said = [caption.value for caption in page.caption]
    assert any("0 to 100 %; preset 50" in one for one in said)
    assert not any("changed from" in one for one in said)
    page.slider(key="faults.1.lost_frac").set_value(0.9).run()
    assert any("changed from 50" in caption.value for caption in shown(page).caption)


def test_an_answer_that_is_hidden_is_shown_when_asked_for_and_hidden_again_after_the_next_change():
    page = opened()
    page.session_state["hide"] = True
    page.run()
    assert TEXT["hidden"] in [text.value for text in shown(page).markdown]
    assert len(page.metric) == 0
    (reveal,) = (one for one in page.button if one.label == TEXT["reveal"])
    reveal.click().run()
    assert len(shown(page).metric) == 4
    page.slider(key="faults.1.lost_frac").set_value(0.9).run()
    assert len(shown(page).metric) == 0


def test_the_tour_leads_through_its_stops_and_can_be_left():
    page = opened()
    for stop in ("welcome", "controls"):
        assert any(TEXT[f"tour_{stop}"] in text.value for text in page.markdown)
        page.button(key="tour-next").click().run()
    page.button(key="tour-leave").click().run()
    assert not any(TEXT["tour_stage"] in text.value for text in shown(page).markdown)


# ------------------------------------------------------------------ a pin of another drug


def with_pins(scenario: Scenario, *pinned: Scenario) -> AppTest:
    kept: tuple[pins.Pin, ...] = ()
    for one in pinned:
        kept = with_pin(kept, one)
    page = linked(LinkState(scenario=scenario, pins=kept))
    page.session_state["tabs"] = TEXT["tab_compare"]
    return shown(page.run())


def row(page: AppTest, title: str) -> list[str]:
    """The cells of a row of any table of the page."""
    tables = [json.loads(one.proto.json) for one in page.get("bidi_component") if "table" in one.proto.component_name]
    (cells,) = [cells for table in tables for cells in table["rows"] if cells[0] == title]
    return cells[1:]


def chart(page: AppTest, key: str) -> dict[str, Any]:
    (one,) = [one for one in page.get("bidi_component") if one.proto.id.endswith(f"-{key}")]
    return unpack(one.proto.bytes)[0]["figure"]


def test_a_run_without_any_fault_is_compared_with_one_that_has_some():
    healthy = scenario(30, refill(2000), rate(200), title="y")
    rows = dict(differences([EXAMPLE, healthy]))
    assert rows["Fault 2: tear: Tear: share of flow lost"] == ("0.5", TEXT["none"])


def test_a_pin_is_judged_by_the_band_of_its_own_drug():
    alone = tiles(opened())[3][1]
    assert alone == "4.55 days" or alone.startswith("109 h")
    page = with_pins(SCENARIOS["hidden-kink"], EXAMPLE)
    assert row(page, TEXT["tile_without"])[1] == alone


def test_a_run_as_intended_is_judged_by_the_band_of_the_drug_that_was_intended():
    effect = catalogue().drugs["baclofen-like"].effect
    wrong = scenario(
        20, refill(2000), rate(200), drug="morphine-like", title="x", body_start="steady",
        intended=[{"path": "drug", "value": "baclofen-like"}],
    )  # fmt: skip
    hours = metrics.hours_below(runs.run(as_intended(wrong)), effect.low_index)
    assert tiles(linked(wrong))[3][2] == f"{TEXT['compare_without']}: {span(hours)}"


def test_emergencies_of_a_pin_are_not_modelled_where_those_of_its_own_drug_are_not():
    (silent,) = [name for name, drug in catalogue().drugs.items() if drug.excess is None][:1]
    dose = catalogue().drugs[silent].reference_mcg_day
    page = with_pins(EXAMPLE, scenario(10, refill(4.0 * dose), rate(dose), drug=silent, title="y"))
    assert row(page, TEXT["tile_emergency"])[1] == TEXT["not_modelled"]


@pytest.mark.parametrize("view", ["csf", "effect"])
def test_a_pin_of_another_drug_is_no_curve_of_the_drug_that_is_shown_and_is_named(view):
    page = with_pins(SCENARIOS["hidden-kink"], EXAMPLE)
    page.selectbox(key="view").set_value(view).run()
    figure = chart(shown(page), view)
    assert not [line["name"] for line in figure["data"] if line["name"].startswith("A:")]
    said = [one["text"] for one in figure["layout"]["annotations"]]
    assert TEXT["compare_other_drug"].format(letters="A") in said


def test_an_axis_in_csf_is_not_widened_by_a_run_of_another_drug():
    ranges = runs.ranges(EXAMPLE)
    assert runs.widen(ranges, (SCENARIOS["hidden-kink"],), EXAMPLE.drug).csf_mcg_ml == ranges.csf_mcg_ml


def test_the_axis_of_the_second_drug_of_a_mixture_holds_the_pins_of_it():
    mixed = {"drug": "morphine-like", "with_drugs": ["bupivacaine-like"]}
    low, high = (
        scenario(5, refill(5000, with_actual_mcg_ml=[mcg_ml]), rate(1000), title="x", **mixed)
        for mcg_ml in (1000.0, 9000.0)
    )
    page = with_pins(low, high)
    page.selectbox(key="view").set_value("csf").run()
    page.selectbox(key="drug shown").set_value("bupivacaine-like").run()
    top = chart(shown(page), "csf")["layout"]["yaxis"]["range"][1]
    assert top >= runs.of_drug(runs.run(high), "bupivacaine-like").csf_mcg_ml.max()


def test_only_the_volume_differs_from_a_pin_of_another_drug():
    page = with_pins(SCENARIOS["hidden-kink"], EXAMPLE)
    page.selectbox(key="view").set_value("difference").run()
    choices = shown(page).selectbox(key="against").options
    of_pin = [one for one in choices if "A: Half a leak" in one]
    assert of_pin == [TEXT["difference_choice"].format(curve=TEXT["difference_volume"], other="A: Half a leak")]


# ------------------------------------------------------------------ the same faults with another pump


@pytest.mark.parametrize("name", ["missed-visit", "stronger-drug", "mri-valve"])
def test_with_another_pump_the_run_as_intended_goes_on_being_possible(name):
    kept, _ = pins.same_fault(SCENARIOS[name])
    assert [catalogue().pumps[pin.scenario.pump].mechanism for pin in kept] == ["roller", "valve", "gas"]
    for pin in kept:
        meant = runs.run(as_intended(pin.scenario))
        strengths = meant.signals["reservoir_mcg_ml"].value
        assert name != "missed-visit" or len(set(strengths.round(6).tolist())) == 1, pin.title
