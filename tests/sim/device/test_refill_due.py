"""When a refill is due, as the pump would count it."""

from __future__ import annotations

from typing import Any

import pytest

from sim import (
    ScenarioError,
    metrics,
    refill_due_day,
    simulate,
)
from tests.building import bolus, fault, flow, rate, refill, scenario, shelf
from tests.device import SECOND_H, tip_mcg_day


@pytest.mark.parametrize(
    "orders",
    [
        [rate(200)],
        [rate(200), rate(500, 20)],
        [rate(200), bolus(2000, 60, 20)],
        [flow(0.3), {"kind": "periodic_bolus", "at_day": 5, "dose_mcg": 50, "over_min": 10, "every_h": 6}],
        [rate(200), {"kind": "rate_schedule", "at_day": 10, "clock_h": [7, 21], "dose_mcg_day": [400, 100]}],
    ],
    ids=["plain", "changed", "bolus", "periodic", "schedule"],
)
def test_dev_16_the_predicted_time_to_the_alarm_is_the_simulated_one(orders):
    example = scenario(200, refill(2000), *orders)
    assert 24 * refill_due_day(example) == pytest.approx(24 * metrics.alarm_day(simulate(example)), abs=SECOND_H)


def test_dev_16_time_to_empty_counts_what_is_usable_at_start_after_a_change_and_after_a_bolus():
    example = scenario(200, refill(2000), rate(200), rate(400, 20), bolus(1000, 30, 40))
    result = simulate(example, time_h=[0.0, 480.0, 961.0])
    usable_ml = result.reservoir_true_ml - 1.4
    predicted = result.time_h + usable_ml / result.command_ml_h
    # at the start the later orders are not known
    assert predicted[0] == pytest.approx(24 * 186, abs=SECOND_H)
    assert predicted[1] == pytest.approx(
        24 * metrics.empty_day(simulate(scenario(200, *orders_of(example, 3)))), abs=SECOND_H
    )
    assert predicted[2] == pytest.approx(24 * metrics.empty_day(result), abs=SECOND_H)


def orders_of(example: Any, n: int) -> list[dict[str, Any]]:
    """The first n orders, as plain tables."""
    return [order.model_dump(exclude_none=True) for order in example.orders[:n]]


def test_tv10b_a_mixture_of_40_ml_lasts_half_a_year():
    # 0.10688 mg/day at 0.5 mg/mL, the other drug at 30 mg/mL
    example = scenario(
        200, refill(500, in_ml=40, with_actual_mcg_ml=[30_000]), rate(106.88),
        drug="hydromorphone-like", with_drugs=["bupivacaine-like"], pump="roller-40ml",
    )  # fmt: skip
    result = simulate(example, time_h=[1.0, 4800.0])
    assert 24 * result.command_ml_h[0] == pytest.approx(0.21376, rel=1e-12)
    assert 24 * result.others["bupivacaine-like"].believed_mcg_h[0] / 1000 == pytest.approx(6.413, abs=5e-4)
    assert metrics.alarm_day(result) == pytest.approx(177.8, abs=0.05)
    assert metrics.first_day(result, "empty_alarm") == pytest.approx(187.1, abs=0.05)
    assert refill_due_day(example) == pytest.approx(177.8, abs=0.05)


@pytest.mark.parametrize(("alarm_ml", "day"), [(2.0, 90), (4.0, 80)])
def test_tv13b_100_mcg_a_day_of_500_lasts_90_days_or_80_to_an_alarm_at_4_ml(alarm_ml, day):
    example, shelf_ = scenario(100, refill(500), rate(100)), shelf(pump={"alarm_ml": alarm_ml})
    result = simulate(example, catalogue=shelf_)
    assert 24 * result.command_ml_h[0] == pytest.approx(0.2, rel=1e-12)
    assert metrics.alarm_day(result) == pytest.approx(day, abs=1e-9)
    assert refill_due_day(example, catalogue=shelf_) == pytest.approx(day, abs=1e-9)


def test_tv15_the_refill_date_assumes_that_every_allowed_bolus_is_taken():
    asks = {
        "kind": "patient_bolus", "dose_mcg": 20, "over_min": 5, "lockout_min": 120, "n_per_day": 4,
    }  # fmt: skip
    # 20 mL, 0.1 mL/day, four times 0.01 mL a day, down to 3.0 mL
    handle = {"label": "Lock-out", "paths": ["orders.2.lockout_min"], "low": 60, "high": 240, "step": 60}
    example = scenario(30, refill(2000), flow(0.1), asks, pump="valve-20ml", controls=[handle])
    assert refill_due_day(example) == pytest.approx(17 / 0.14, abs=0.05)
    assert refill_due_day(scenario(30, refill(2000), flow(0.1), pump="valve-20ml")) == pytest.approx(170, abs=1e-9)


def test_the_refill_is_due_before_the_drug_spoils():
    # 20 mL at 0.1 mL/day would last 180 days
    assert refill_due_day(scenario(10, refill(50_000), rate(5000), drug="morphine-like")) == 90
    assert refill_due_day(scenario(10, refill(25), rate(2.4), drug="ziconotide-like")) == 40


def test_the_refill_date_belongs_to_the_latest_refill_and_knows_no_later_one():
    example = scenario(100, refill(2000), rate(200), refill(500, at_day=60))
    assert refill_due_day(example) == refill_due_day(example, after_day=59.9) == 180
    assert refill_due_day(example, after_day=60) == 60 + 45
    assert refill_due_day(scenario(100, refill(2000, at_day=5), rate(200, at_day=5))) is None


def test_a_fault_does_not_move_the_refill_date_for_the_pump_cannot_know():
    faults = [fault("slow_or_fast", 1, flow_factor=1.5), fault("tear", 2, lost_frac=1.0)]
    assert refill_due_day(scenario(50, refill(2000), rate(200), faults=faults)) == pytest.approx(180, abs=1e-9)


def test_a_gas_driven_pump_is_due_when_the_rest_cannot_be_pumped():
    assert refill_due_day(scenario(50, refill(2000), pump="gas-20ml")) == pytest.approx(36, abs=1e-9)


def test_a_scenario_that_cannot_be_carried_out_has_no_refill_date():
    for change in ({"drug": "nothing"}, {"pump": "gas-20ml"}):
        with pytest.raises(ScenarioError):
            refill_due_day(scenario(50, refill(2000), rate(200), **change))


def test_a_stopped_pump_is_never_due():
    assert refill_due_day(scenario(50, refill(2000), {"kind": "stop"})) is None


@pytest.mark.parametrize(("mcg_ml", "flow", "alarm", "empty"), [(2000, 0.10, 180, 186), (500, 0.40, 45, 46.5)])
def test_the_refill_interval_is_volume_over_flow(mcg_ml, flow, alarm, empty):
    result = simulate(scenario(200, refill(mcg_ml), rate(200)))
    assert 24.0 * result.command_ml_h[0] == pytest.approx(flow, rel=1e-12)
    assert metrics.alarm_day(result) == alarm
    assert metrics.empty_day(result) == empty
    assert tip_mcg_day(result, 0.0, empty - 0.01, empty + 0.01) == [200.0, 200.0, 0.0]


@pytest.mark.parametrize(("dose", "alarm", "empty"), [(5000, 72, 74.4), (20000, 18, 18.6)])
def test_the_margin_after_the_alarm_depends_on_the_flow(dose, alarm, empty):
    result = simulate(scenario(80, refill(20000), rate(dose), drug="morphine-like"))
    assert metrics.alarm_day(result) == alarm
    assert metrics.empty_day(result) == empty
