"""Boluses, the patient's too: caps, lock-outs, what is cut short, and the amounts that labels print."""

from __future__ import annotations

import numpy as np
import pytest

from sim import (
    ScenarioError,
    metrics,
    refill_due_day,
    simulate,
)
from tests.building import bolus, fault, flow, rate, refill, scenario, shelf
from tests.device import hours_of, kinds, patient
from tests.trumpet import window_error_frac


def test_dev_09_basal_and_bolus_together_are_capped_at_the_pumps_highest_flow():
    result = simulate(scenario(1, refill(2000), flow(20.0), bolus(1000, 60, 0.25)), time_h=[6.5])
    assert 24 * result.command_ml_h[0] == pytest.approx(24.0, rel=1e-12)
    (said,) = [one.text for one in result.happenings if one.kind == "capped_bolus"]
    assert f"{0.5 - 4 / 24:.3f} mL of it are not given" in said


def test_dev_10_a_bolus_leaves_the_basal_flow_as_it_was():
    result = simulate(scenario(2, refill(2000), rate(200), bolus(50, 30, 1)), time_h=[23.9, 24.1, 24.6])
    before, during, after = result.command_ml_h.tolist()
    assert before == after
    assert during == pytest.approx(before + 50 / 2000 / 0.5, rel=1e-12)


def test_dev_11_a_patients_bolus_takes_nothing_from_another_bolus():
    # an implant suspends nothing: boluses lie on top of each other
    orders = [refill(2000), flow(0.1)]
    long, short = bolus(200, 600, 1), patient(request_day=[1.2])
    totals = [
        simulate(scenario(3, *orders, *more)).signals["command_ml_h"].area()[-1]
        for more in ([], [long], [short], [long, short])
    ]
    assert totals[3] - totals[0] == pytest.approx(totals[1] + totals[2] - 2 * totals[0], rel=1e-9)
    assert totals[3] - totals[0] == pytest.approx(0.1 + 0.01, rel=1e-9)


def test_dev_12_a_bolus_is_spread_evenly():
    result = simulate(scenario(2, refill(2000), flow(0.1), bolus(50, 240, 1)), time_h=np.linspace(24.0, 27.999, 500))
    assert np.ptp(result.command_ml_h) <= 1e-12 * result.command_ml_h[0]
    assert np.ptp(result.tip_mcg_h) <= 1e-12 * result.tip_mcg_h[0]


def test_dev_13_a_bolus_has_a_longest_duration_and_two_of_them_add_up():
    with pytest.raises(ScenarioError, match=r"over_min = 1441 is outside .* to 1440.0 minutes"):
        scenario(5, refill(2000), bolus(50, 1441, 1))
    both = simulate(scenario(3, refill(2000), flow(0.1), bolus(50, 60, 1), bolus(30, 60, 1)), time_h=[24.5])
    assert both.command_ml_h[0] == pytest.approx(0.1 / 24 + 80 / 2000, rel=1e-12)


@pytest.mark.parametrize("stop", [fault("stall", 1.02), fault("occlusion", 1.02, blocked_frac=1.0)])
def test_dev_14_of_a_bolus_cut_short_the_delivered_part_stays_in_ledger_and_log(stop):
    rigid = shelf(catheter={"compliance_ml_kpa": 0.0})
    example = scenario(3, refill(2000), flow(0.1), bolus(100, 60, 1), faults=[stop])
    result = simulate(example, time_h=[24.0, 24.48, 72.0], catalogue=rigid)
    given = result.delivered_mcg - result.delivered_mcg[0]
    assert given[1] == pytest.approx(100 * 0.48 + 200 * 0.02, rel=1e-9)
    assert given[2] == given[1]
    assert result.ledger.error_frac <= 1e-12
    assert "bolus" in kinds(result)
    assert {"fault_start"} < set(kinds(result))


def test_dev_15_a_request_a_second_early_is_refused_and_logged_and_one_at_the_limit_is_granted():
    lockout_day = 120 / 1440
    for early_s, refused in ((1.0, 1), (0.0, 0)):
        asks = patient(request_day=[1.0, 1.0 + lockout_day - early_s / 86400])
        result = simulate(scenario(3, refill(2000), flow(0.1), asks))
        assert kinds(result).count("refused_bolus") == refused
        assert kinds(result).count("bolus") == 2 - refused
    # the day's limit: the fifth within 24 h comes a second early, or at the limit
    first_four = [1.0, 1.1, 1.2, 1.3]
    for early_s, refused in ((1.0, 1), (0.0, 0)):
        result = simulate(
            scenario(4, refill(2000), flow(0.1), patient(request_day=[*first_four, 2.0 - early_s / 86400]))
        )
        said = [one.text for one in result.happenings if one.kind == "refused_bolus"]
        assert said == ["Patient's request refused: the day's limit is reached."] * refused


def test_dev_15_no_day_that_begins_anywhere_holds_more_than_the_limit_and_the_basal_beside_it():
    asks = np.random.default_rng(5).uniform(1.0, 13.0, 400)
    result = simulate(scenario(14, refill(2000), flow(0.1), patient(request_day=sorted(asks.tolist()))))
    given = np.array(hours_of(result, "bolus"))
    assert len(given) > 30
    assert (np.diff(given) >= 2.0 - 1e-9).all()
    assert all(((given >= start) & (given < start + 24.0)).sum() <= 4 for start in given)
    flowed = result.signals["command_ml_h"]
    _, most = window_error_frac(flowed, (0.1 + 4 * 0.01) / 24, 24.0)
    assert most <= 1e-9


def test_dev_09_a_bridge_is_capped_at_the_highest_flow():
    bridge = {"kind": "bridge_bolus", "at_day": 2.0, "old_mcg_ml": 1.0}
    result = simulate(scenario(10, refill(2000), rate(2000), bridge))
    # 2000 mcg/day at 1 mcg/mL would be 2000 mL/day, for 0.2 h
    assert 24.0 * result.signals["command_ml_h"].value.max() == pytest.approx(24.0, rel=1e-12)
    assert "capped_bridge_bolus" in kinds(result)


def test_a_drug_that_is_not_given_by_mouth_is_refused_by_name():
    tablets = {"kind": "oral", "dose_mcg": 100.0, "every_h": 12.0}
    with pytest.raises(ScenarioError, match=r"orders\[2\].kind = 'oral': 'tracer' is not given by mouth"):
        simulate(scenario(10, refill(2000), rate(200), tablets, drug="tracer"))


def test_tv12_a_milligram_taken_for_50_micrograms_is_twenty_times_the_dose():
    result = simulate(scenario(10, refill(1000, programmed_mcg_ml=50), rate(20)))
    assert metrics.delivered_ratio(result) == pytest.approx(20, rel=1e-12)


def test_tv13_the_label_starts_at_twice_the_screening_dose():
    # what a day of the pump brings beside the bolus, and what it brings after each printed step
    by_hand = {"kind": "trial_shot", "dose_mcg": 50}
    screened = simulate(scenario(1, by_hand, line_start="csf"))
    treated = simulate(scenario(1, refill(2000), rate(100)))
    assert treated.delivered_mcg[-1] == pytest.approx(2 * screened.ledger.given_mcg[-1], rel=1e-12)
    steps = [
        {"kind": "rate", "at_day": day, "dose_mcg_day": 100 * (1 + step)}
        for day, step in enumerate((0.05, 0.15, 0.10, 0.30), start=1)
    ]
    stepped = simulate(scenario(5, refill(2000), rate(100), *steps), time_h=24.0 * np.arange(6))
    assert np.diff(stepped.delivered_mcg).round(6).tolist() == [100, 105, 115, 110, 130]


def test_a_lock_out_allows_no_more_than_it_leaves_time_for():
    asks = {"kind": "patient_bolus", "dose_mcg": 20, "over_min": 5, "lockout_min": 720, "n_per_day": 100}
    # two a day, whatever the limit says
    assert refill_due_day(scenario(10, refill(2000), flow(0.08), asks)) == pytest.approx(180, abs=0.5)


def test_a_bolus_on_top_of_the_highest_flow_is_capped_and_says_so():
    result = simulate(scenario(1, refill(2000), {"kind": "flow", "flow_ml_day": 20.0}, bolus(1000, 60, 0.25)))
    (capped,) = [one for one in result.happenings if one.kind == "capped_bolus"]
    # 0.5 mL asked in an hour, 24 - 20 mL/day of room
    assert f"{0.5 - 4 / 24:.3f} mL" in capped.text
    assert 24.0 * result.command_ml_h.max() == pytest.approx(24.0, rel=1e-12)
