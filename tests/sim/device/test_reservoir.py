"""What is drawn and put in: volumes, strengths, and what the screen makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from sim import (
    ScenarioError,
    catalogue,
    metrics,
    simulate,
)
from sim.exact.steps import to_tick
from sim.result.bedside import readout
from tests.building import fault, flow, rate, refill, scenario, shelf
from tests.device import FLIPPED, bursting, hours_of, kinds, same_physics
from tests.looking import assert_same_bits, place


def test_dev_20_an_overfill_is_refused_and_a_short_fill_runs_and_diverges_from_the_screen():
    with pytest.raises(ScenarioError, match=r"would make 20.5 mL in a reservoir of 20.0 mL"):
        simulate(scenario(10, refill(2000, in_ml=20.5), flow(0.5)))
    short = simulate(scenario(40, refill(2000, in_ml=15.0, programmed_ml=20.0), flow(0.5)))
    gap = short.reservoir_believed_ml - short.reservoir_true_ml
    assert gap[0] == pytest.approx(5.0, abs=1e-12)
    # flow ends before any alarm
    assert metrics.empty_day(short) == pytest.approx(27.2, abs=1e-9)
    assert metrics.alarm_day(short) == pytest.approx(36.0, abs=1e-9)


@pytest.mark.parametrize("ratio", [0.5, 4.0, 10.0])
def test_dev_21_drug_is_true_strength_times_volume_while_the_screen_shows_the_told_one(ratio):
    result = simulate(scenario(10, refill(500 * ratio, programmed_mcg_ml=500), rate(200)))
    volume_ml = result.signals["pumped_ml_h"].area_to(to_tick(240.0))
    assert result.pumped_mcg[-1] == pytest.approx(500 * ratio * volume_ml, rel=1e-12)
    assert result.programmed_mcg[-1] == pytest.approx(2000, rel=1e-12)
    assert metrics.delivered_ratio(result) == pytest.approx(ratio, rel=1e-12)


@pytest.mark.parametrize(("programmed", "shown_mcg_day"), [([100.0], 25.0), ([], 12.5)], ids=["wrong", "as given"])
def test_dev_21_each_further_drug_of_a_mixture_is_shown_at_its_own_programmed_strength(programmed, shown_mcg_day):
    # 500 mcg/day at 2000 mcg/mL are 0.25 mL/day; the other drug is in the syringe at 50 mcg/mL
    mixed = refill(2000, with_actual_mcg_ml=[50.0], with_programmed_mcg_ml=programmed)
    result = simulate(scenario(10, mixed, rate(500), with_drugs=["clonidine-like"]))
    other = result.others["clonidine-like"]
    assert 24.0 * other.believed_mcg_h[-1] == pytest.approx(shown_mcg_day, rel=1e-12)
    assert other.programmed_mcg[-1] == pytest.approx(10.0 * shown_mcg_day, rel=1e-12)
    assert other.pumped_mcg[-1] == pytest.approx(10.0 * 12.5, rel=1e-12)
    assert 24.0 * result.believed_mcg_h[-1] == pytest.approx(500.0, rel=1e-12)


def test_dev_36_a_new_strength_ends_the_old_flow_at_once_and_time_to_empty_begins_anew():
    result = simulate(scenario(100, refill(2000), rate(200), refill(500, at_day=20)), time_h=[480.0])
    before = result.before(480.0)
    assert 24 * before.command_ml_h[0] == pytest.approx(0.1, rel=1e-12)
    assert 24 * result.command_ml_h[0] == pytest.approx(0.4, rel=1e-12)
    assert result.believed_mcg_h[0] == pytest.approx(before.believed_mcg_h[0], rel=1e-12)
    assert metrics.alarm_day(result) == pytest.approx(20 + 45, abs=1e-9)
    assert metrics.empty_day(result) == pytest.approx(20 + 46.5, abs=1e-9)
    assert hours_of(result, "reprogrammed") == [480.0]


def test_dev_28_what_is_taken_from_the_reservoir_is_booked_as_withdrawn():
    taken = simulate(scenario(10, refill(2000), flow(0.5), faults=[fault("diversion", 4, volume_ml=3.0)]))
    assert taken.ledger.at_end()["withdrawn"] == pytest.approx(6000, rel=1e-12)
    assert taken.reservoir_believed_ml[-1] - taken.reservoir_true_ml[-1] == pytest.approx(3.0, abs=1e-9)


def test_inv_26_a_refill_comes_before_a_flip_of_the_same_instant_and_after_its_end():
    fills = [refill(2000), *(refill(2000, at_day=day) for day in (2.0, 4.0, 6.0))]
    result = simulate(scenario(10, *fills, rate(200), faults=[fault("flip", **FLIPPED)]))
    assert [one.time_h for one in result.happenings if one.kind == "no_access"] == [96.0]
    assert kinds(result).count("refill") == 3


@pytest.mark.parametrize(("missing_ml", "is_short"), [(0.0005, False), (0.002, True)])
def test_a_draw_is_short_only_by_more_than_a_syringe_can_measure(missing_ml, is_short):
    # 15 mL are asked for on day 10, and a little less is there
    taken = fault("diversion", 5.0, volume_ml=missing_ml)
    again = refill(2000, at_day=10.0, draw_ml=15.0)
    result = simulate(scenario(20, refill(2000), flow(0.5), again, faults=[taken]))
    assert ("short_draw" in kinds(result)) == is_short
    assert result.at(240.0).reservoir_true_ml == pytest.approx([20.0], abs=1e-9)


def test_inv_12_a_line_that_bursts_makes_room_for_a_refill():
    # the block holds 9.95 mL back; the burst before it lets them out, so that the refill fits
    example = scenario(
        15, refill(2000), flow(1.0), refill(2000, at_day=11.0, draw_ml=0.0, in_ml=11.0), faults=[bursting(1.0)]
    )
    assert "refused_refill" not in kinds(simulate(example))
    held = [fault("occlusion", 1.0, blocked_frac=1.0)]
    assert "refused_refill" in kinds(simulate(example.model_copy(update={"faults": checked(held)})))


def checked(listed: list[dict[str, Any]]) -> Any:
    return scenario(1, refill(2000), faults=listed).faults


@pytest.mark.parametrize(("pump", "share"), [("roller-20ml", 0.90), ("roller-40ml", 0.95)])
def test_tv03_two_millilitres_left_behind_leave_90_or_95_percent_of_the_new_strength(pump, share):
    capacity = catalogue().pumps[pump].capacity_ml
    orders = [refill(0, in_ml=2.0), refill(2000, at_day=1, draw_ml=0, in_ml=capacity - 2.0)]
    result = simulate(scenario(2, *orders, pump=pump))
    assert result.signals["reservoir_mcg_ml"].at(30.0) == pytest.approx(2000 * share, rel=1e-12)


def test_tv08_the_error_of_delivery_is_delivered_less_intended_over_intended():
    error = fault("slow_or_fast", flow_factor=(61.1 - 41.6) / 20)
    result = simulate(scenario(20, refill(2000), flow(0.5), faults=[error]))
    assert 100 * (metrics.delivered_ratio(result) - 1) == pytest.approx(-2.5, abs=1e-9)


def test_tv10_23_ml_found_where_20_were_counted_are_3_ml_too_much():
    # 10 mL programmed, three of them not given
    stall = fault("stall", 2, end_day=5)
    example = scenario(20, refill(2000, in_ml=30), flow(1.0), faults=[stall], pump="roller-40ml")
    result = simulate(example, time_h=[240.0])
    assert result.reservoir_true_ml[0] == pytest.approx(23, abs=1e-9)
    assert result.reservoir_true_ml[0] - result.reservoir_believed_ml[0] == pytest.approx(3, abs=1e-9)


def test_a_wrong_strength_gives_four_times_the_dose_and_nothing_shows_it():
    result = simulate(scenario(46, refill(2000, programmed_mcg_ml=500), rate(200)))
    honest = simulate(scenario(46, refill(500), rate(200)))
    assert metrics.delivered_ratio(result) == pytest.approx(4.0, rel=1e-12)
    assert metrics.alarm_day(result) == metrics.alarm_day(honest) == 45
    assert result.reservoir_believed_ml[-1] == result.reservoir_true_ml[-1] == honest.reservoir_true_ml[-1]
    assert result.programmed_mcg[-1] == honest.programmed_mcg[-1]


def test_a_pocket_fill_leaves_more_than_two_weeks_without_drug_and_without_alarm():
    first = refill(20000, in_ml=2.0)
    second = refill(20000, draw_ml=0, in_ml=18.0, pocket_ml=5.0)
    example = scenario(90, first, second, flow(0.25), drug="morphine-like")
    result = simulate(example, time_h=[0.0, 52 * 24, 54.4 * 24 + 0.01, 72 * 24 - 0.01])
    place = result.ledger.places.index("tissue_depot")
    assert result.ledger.amount_mcg[0, place] == pytest.approx(100_000, rel=1e-12)
    assert metrics.alarm_day(result) == pytest.approx(72, abs=1e-9)
    assert result.reservoir_true_ml[1] == pytest.approx(2.0, abs=1e-9)
    assert metrics.empty_day(result) == pytest.approx(54.4, abs=1e-9)
    assert result.tip_mcg_h[2:].tolist() == [0.0, 0.0]
    assert metrics.alarm_day(result) - metrics.empty_day(result) == pytest.approx(17.6, abs=1e-9)


@pytest.mark.parametrize(
    ("capacity", "rest", "share"), [(20, 0, 0.90), (40, 0, 0.95), (20, 500, 0.925), (40, 500, 0.9625)]
)
def test_what_is_left_behind_dilutes_the_new_drug(capacity, rest, share):
    # 2 mL of the old fluid are left, the reservoir is filled up on top
    shelf_ = shelf(pump={"capacity_ml": float(capacity)})
    orders = [refill(rest, in_ml=2.0), refill(2000, at_day=1, draw_ml=0, in_ml=capacity - 2.0)]
    result = simulate(scenario(5, *orders), time_h=[0.0, 24.0, 120.0], catalogue=shelf_)
    assert result.ledger.amount_mcg[1, 0] / (2000.0 * capacity) == pytest.approx(share, rel=1e-12)


def test_a_refill_on_top_of_what_a_block_left_is_refused():
    block = fault("occlusion", 1, blocked_frac=1.0)
    orders = [refill(2000), rate(1000), refill(500, at_day=11, draw_ml=0, in_ml=5)]
    result = simulate(scenario(20, *orders, faults=[block]))
    kinds = [one.kind for one in result.happenings]
    assert "refused_refill" in kinds
    assert kinds.count("refill") == 1
    # the pump is not told anything new either: 1000 mcg/day at 2000 mcg/mL stays 0.5 mL/day
    assert 24.0 * result.command_ml_h[-1] == pytest.approx(0.5, rel=1e-12)
    assert result.reservoir_true_ml[-1] > 19.0


def test_no_pump_counts_more_than_it_holds_where_only_the_run_shows_it():
    # in the file 5 mL follow on day 5, and 10 more on day 6; but on day 5 no needle finds the septum, and 10 mL have
    # been taken out, so that the 10 mL of day 6 meet 7 mL where 17 are counted
    fills = [refill(2000), flow(0.5), refill(2000, at_day=5.0, in_ml=5.0), refill(2000, 6.0, draw_ml=0.0, in_ml=10.0)]
    wrong = [fault("flip", 4.0, end_day=5.5), fault("diversion", 1.0, volume_ml=10.0)]
    result = simulate(scenario(8, *fills, faults=wrong))
    assert "no_access" in kinds(result)
    (text,) = (one.text for one in result.happenings if one.kind == "capped_volume")
    assert text == "Expected inside: 27 mL; the pump counts no more than its 20 mL."
    assert result.at(144.0).reservoir_believed_ml == pytest.approx([20.0], abs=1e-9)
    assert result.at(144.0).reservoir_true_ml == pytest.approx([17.0], abs=1e-9)
    assert result.reservoir_believed_ml.max() <= 20.0


def test_a_counter_filled_to_the_brim_by_default_is_no_mistake():
    top_up = refill(2000, at_day=5.0, draw_ml=0.0, in_ml=2.5)
    result = simulate(scenario(8, refill(2000), flow(0.5), top_up))
    assert "capped_volume" not in kinds(result)
    assert result.at(120.0).reservoir_believed_ml == pytest.approx([20.0], abs=1e-9)


def test_three_rinses_of_what_is_left_behind():
    # 2 mL of 500 stay; each 2 mL of 2000 halve what is missing, and 18 mL follow
    mixed = refill(2000, at_day=1.0, draw_ml=18.0, in_ml=18.0, rinse_ml=2.0, n_rinses=3)
    result = simulate(scenario(2, refill(500), {"kind": "stop"}, mixed))
    now, before = result.at(24.0), result.before(24.0)
    assert float(result.signals["reservoir_mcg_ml"].at(24.0)) == pytest.approx(2000.0 - 1500.0 / 8.0 * 2.0 / 20.0)
    moved = {name: place(now, name)[0] - place(before, name)[0] for name in ("withdrawn", "reservoir")}
    assert moved["withdrawn"] == pytest.approx(18.0 * 500.0 + 6.0 * 2000.0 - 2.0 * 1312.5)
    assert now.ledger.filled_mcg[0] - before.ledger.filled_mcg[0] == pytest.approx(24.0 * 2000.0)
    assert result.ledger.error_frac <= 1e-12
    assert [one.text for one in result.happenings if one.kind == "rinse"] == [
        "The reservoir is rinsed: 3 x 2 mL in and out."
    ]


@pytest.mark.parametrize("more", [{"rinse_ml": 5.0}, {"n_rinses": 3}])
def test_no_rinse_is_no_rinse(more):
    one, other = (simulate(scenario(2, refill(2000), flow(0.5), refill(500, 1.0, **own))) for own in ({}, more))
    assert_same_bits(one, other)
    assert one.happenings == other.happenings


def test_a_rinse_of_an_emptied_reservoir_changes_nothing_but_what_was_handled():
    rinsed = {"rinse_ml": 5.0, "n_rinses": 2}
    one, other = (simulate(scenario(2, refill(2000), flow(0.5), refill(500, 1.0, **own))) for own in ({}, rinsed))
    assert same_physics(one, other)
    assert place(other, "withdrawn")[-1] - place(one, "withdrawn")[-1] == pytest.approx(2 * 5.0 * 500.0)


def test_a_rinse_that_does_not_fit_is_refused():
    rinsed = refill(2000, 1.0, draw_ml=0.0, in_ml=0.1, rinse_ml=5.0, n_rinses=1)
    with pytest.raises(ScenarioError, match=r"orders\[2\].rinse_ml = 5.0 would make 24.5 mL in a reservoir of 20.0 mL"):
        simulate(scenario(2, refill(2000), flow(0.5), rinsed))


def test_a_pocket_fill_stands_in_the_story_and_not_in_the_pumps_log():
    result = simulate(scenario(10, refill(20000, pocket_ml=5.0), flow(0.25), drug="morphine-like"))
    texts = [one.text for one in result.happenings if one.kind == "pocket_fill"]
    assert texts == ["Pocket fill: 5 mL with 100000 mcg went into the pocket, not into the reservoir."]
    assert "pocket_fill" not in [one.kind for one in readout(result, 240.0).log]


def test_a_pump_can_be_emptied():
    result = simulate(scenario(4, refill(2000), flow(0.5), refill(2000, 1.0, in_ml=0.0), refill(2000, 3.0)))
    assert result.at(30.0).reservoir_true_ml[0] == result.at(30.0).reservoir_believed_ml[0] == 0.0
    assert {one.time_h for one in result.happenings if one.kind in ("empty_alarm", "run_dry")} == {24.0}
    assert result.at(80.0).pumped_ml_h[0] == pytest.approx(0.5 / 24.0)
    assert result.ledger.error_frac <= 1e-12
