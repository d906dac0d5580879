"""The run as intended: what a file may say of it, what is refused, and what the packaged cases say."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim import Result, Scenario, ScenarioError, catalogue, metrics, parse_scenario, simulate, write_scenario
from sim.scenario import as_intended, first_accustomed_mcg_day, with_values
from tests.building import rate, refill, scenario

SCENARIOS = catalogue().scenarios
every = pytest.mark.parametrize("name", SCENARIOS)
# nothing goes wrong in them: the run is the one that was meant
WELL = {"quiet-pump", "bolus-or-infusion", "same-dose-other-rhythm", "mri-valve"}
BRIDGE: dict[str, Any] = {"kind": "bridge_bolus", "at_day": 20.0}


def unbridged(**fields: Any) -> Scenario:
    """500 mcg/mL replaced by 2000 on day 20, at 200 mcg/day."""
    return scenario(40, refill(500), rate(200), refill(2000, at_day=20), **fields)


@cache
def run(example: Scenario) -> Result:
    return simulate(example, time_h=np.linspace(0.0, 24.0 * example.duration_day, 41))


def tip_mcg_day(result: Result) -> list[float]:
    """Every dose that the tip receives, in mcg/day, by time."""
    return (24.0 * result.signals["tip_mcg_h"].merged().value).round(6).tolist()


def refusal(**fields: Any) -> str:
    with pytest.raises(ScenarioError) as error:
        simulate(unbridged(**fields))
    return "\n".join(error.value.problems)


# ------------------------------------------------------------------ orders that were missing, or not meant


def test_an_order_that_was_missing_is_given_in_the_run_as_intended_only():
    example = unbridged(intended_orders=[BRIDGE])
    assert tip_mcg_day(run(example))[:2] == [200.0, 50.0]
    assert tip_mcg_day(run(as_intended(example))) == [200.0]
    assert as_intended(as_intended(example)) == as_intended(example)
    assert run(as_intended(example)).delivered_ratio[-1] == pytest.approx(1.0, abs=1e-9)


def test_an_order_that_was_not_meant_is_gone_whatever_a_control_makes_of_it():
    stop, old = {"kind": "stop", "at_day": 10.0}, rate(200, 30)
    entries = [{"path": f"orders.{place}", "value": "not given"} for place in (2, 3)]
    example = scenario(40, refill(2000), rate(200), stop, old, intended=entries)
    assert [order.kind for order in as_intended(example).orders] == ["refill", "rate"]
    assert as_intended(with_values(example, {"orders.2.at_day": 5.0})) == as_intended(example)
    assert tip_mcg_day(run(as_intended(example))) == [200.0]


def test_what_a_file_says_of_its_orders_as_intended_is_written_and_read_again():
    entry = {"path": "orders.2.at_day", "value": 15.0}
    absent = {"path": "orders.1", "value": "not given"}
    example = unbridged(intended=[entry, absent], intended_orders=[rate(100.0), BRIDGE])
    assert parse_scenario(write_scenario(example)) == example
    meant = as_intended(example)
    assert [(order.kind, order.at_day) for order in meant.orders] == [
        ("refill", 0.0), ("refill", 15.0), ("rate", 0.0), ("bridge_bolus", 20.0),
    ]  # fmt: skip


def test_drug_pushed_in_at_the_port_was_meant_for_another_place_and_dye_was_not():
    push = {"kind": "cap_injection", "at_day": 5.0, "volume_ml": 2.0}
    drug = scenario(10, refill(2000), rate(200), {**push, "actual_mcg_ml": 2000.0})
    assert tip_mcg_day(run(as_intended(drug))) == [200.0]  # what the catheter holds stays in it
    dye = scenario(10, refill(2000), rate(200), push)
    assert as_intended(dye) == dye


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"intended_orders": [{"kind": "bridge"}]}, "intended_orders[0]"),
        ({"intended_orders": [{**BRIDGE, "old": 5}]}, "intended_orders[0]: unknown key 'old'"),
        ({"intended_orders": [{**BRIDGE, "at_day": 41.0}]}, "as intended, intended_orders[0].at_day = 41.0 lies after"),
        ({"intended_orders": [refill(2000, 10, draw_ml=0)]}, "as intended, intended_orders[0].in_ml"),
        (
            {"intended_orders": [{"kind": "repair", "fault": 0}]},
            "as intended, intended_orders[0].fault = 0 names no fault; there is none",
        ),
        (
            {"intended": [{"path": "orders.2.in_ml", "value": 40.0}, {"path": "orders.1", "value": "not given"}]},
            "as intended, orders[2].in_ml",
        ),
        (
            {"intended": [{"path": "orders.1", "value": False}]},
            "intended[0].value = false: 'orders.1' is a whole order, which can only be 'not given'",
        ),
        (
            {"intended": [{"path": "orders.3", "value": "not given"}]},
            "intended[0]: 'orders.3': there is no entry '3'; there are 3, from 0 on",
        ),
        (
            {"intended": [{"path": "orders.1.dose_mcg_day", "value": "not given"}]},
            "intended[0]: orders[1].dose_mcg_day = 'not given' is text",
        ),
        ({"intended": [{"path": "faults.0", "value": "not given"}]}, "intended[0]: 'faults.0': there is no entry '0'"),
    ],
)
def test_what_cannot_have_been_meant_is_refused_by_its_place_in_the_file(fields, sentence):
    assert sentence in refusal(**fields)


# ------------------------------------------------------------------ a bridge that knows the old concentration


def test_a_bridge_without_an_old_concentration_takes_the_one_programmed_before():
    first, named = unbridged(), scenario(40, *(order.model_dump() for order in unbridged().orders))
    assert first == named
    whole = with_values(first, {"orders": [*first.model_dump()["orders"], BRIDGE]})
    same = with_values(first, {"orders": [*first.model_dump()["orders"], {**BRIDGE, "old_mcg_ml": 500.0}]})
    assert run(whole).happenings == run(same).happenings
    assert tip_mcg_day(run(whole)) == tip_mcg_day(run(same)) == [200.0]
    # the same concentration again: the flow stays as it is
    again = scenario(40, refill(500), rate(200), refill(500, at_day=20), BRIDGE)
    assert tip_mcg_day(run(again)) == [200.0]
    assert np.ptp(run(again).command_ml_h) == 0.0


def test_of_two_bridges_at_one_time_the_last_one_holds():
    order = [*unbridged().model_dump()["orders"], BRIDGE]
    once, twice = (with_values(unbridged(), {"orders": order + more}) for more in ([], [BRIDGE]))
    assert run(once).happenings == run(twice).happenings
    assert tip_mcg_day(run(twice)) == [200.0]
    assert np.ptp(run(twice).believed_mcg_h) == pytest.approx(0.0, abs=1e-9)


# ------------------------------------------------------------------ the packaged cases


def outcome(result: Result) -> list[float]:
    """Delivered, the peaks of harm on both sides; nan where it is not modelled."""
    courses = (result.excess_course, result.withdrawal_course)
    return [float(result.delivered_mcg[-1]), *(course[1].max() if course else np.nan for course in courses)]


@every
def test_a_case_differs_from_what_was_meant_where_something_goes_wrong_in_it(name):
    is_same = np.allclose(outcome(run(SCENARIOS[name])), outcome(run(as_intended(SCENARIOS[name]))), equal_nan=True)
    assert is_same == (name in WELL)


@every
def test_nothing_is_too_much_in_the_run_as_intended(name):
    assert not [spell for spell in run(as_intended(SCENARIOS[name])).emergencies if spell.side == "too_much"]


@pytest.mark.parametrize("name", ["stronger-drug", "weaker-drug", "missed-visit", "port-misinjection"])
def test_the_tip_receives_one_dose_all_along_as_intended(name):
    meant = run(as_intended(SCENARIOS[name]))
    (dose,) = tip_mcg_day(meant)
    assert dose == SCENARIOS[name].orders[1].dose_mcg_day
    assert meant.delivered_ratio[-1] == pytest.approx(1.0, abs=1e-9)
    assert meant.emergencies == ()


@pytest.mark.parametrize("mcg_ml", [500.0, 1000.0, 2000.0])
@pytest.mark.parametrize("name", ["stronger-drug", "weaker-drug"])
def test_the_bridge_that_was_meant_fits_whatever_the_concentrations_are(name, mcg_ml):
    for place in (0, 2):
        paths = [f"orders.{place}.actual_mcg_ml", f"orders.{place}.programmed_mcg_ml"]
        meant = as_intended(with_values(SCENARIOS[name], dict.fromkeys(paths, mcg_ml)))
        assert tip_mcg_day(run(meant)) == [200.0]


def test_the_visit_that_was_missed_takes_place_before_the_alarm_wherever_the_controls_are():
    example = SCENARIOS["missed-visit"]
    for control in example.controls:
        for end in (control.low, control.high):
            meant = run(as_intended(with_values(example, dict.fromkeys(control.paths, end))))
            assert metrics.alarm_day(meant) is None
            assert metrics.empty_day(meant) is None


def test_as_intended_there_is_no_gap_before_the_old_dose():
    meant = run(as_intended(SCENARIOS["restart-after-gap"]))
    assert tip_mcg_day(meant) == [5000.0]
    assert not [row for row in meant.happenings if row.kind == "stopped_alarm"]


def test_a_valve_pump_was_meant_to_be_emptied_before_the_scan_and_filled_soon_after():
    example = SCENARIOS["mri-valve"]
    full = with_values(example, {"orders.3.draw_ml": 0.0, "orders.2.valves_open": True, "orders.5.at_day": 14.0})
    kinds = [row.kind for row in run(as_intended(full)).happenings]
    assert "empty_scan" in kinds
    assert not {"valves_open", "valve_shut"} & set(kinds)
    assert outcome(run(as_intended(full))) == pytest.approx(outcome(run(example)))


# ------------------------------------------------------------------ what a person is used to


@every
def test_no_control_of_a_case_moves_what_its_person_is_used_to(name):
    example = SCENARIOS[name]
    used_to = first_accustomed_mcg_day(example, catalogue())
    for control in example.controls:
        for end in (control.low, control.high):
            try:
                moved = first_accustomed_mcg_day(with_values(example, dict.fromkeys(control.paths, end)), catalogue())
            except ScenarioError:
                continue
            assert moved == used_to, control.label


@every
def test_what_a_person_is_used_to_is_the_first_dose_where_no_titration_came_before(name):
    example = SCENARIOS[name]
    plain = first_accustomed_mcg_day(with_values(example, {"accustomed_mcg_day": None}), catalogue())
    assert first_accustomed_mcg_day(example, catalogue()) == plain
    assert re.fullmatch(r"\d+(\.0)?", str(plain)) or plain is None
