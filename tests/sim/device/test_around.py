"""Fever, height and CSF pressure over time: what feels them, and from when on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Result, Scenario, go_on, simulate
from tests.building import fault, flow, refill, scenario
from tests.device import kinds
from tests.looking import assert_same_bits
from tests.strategies import numbers

GAS = {"pump": "gas-20ml"}
AROUND = {"body_c": numbers(33.0, 42.0), "altitude_m": numbers(-400.0, 5000.0), "csf_kpa": numbers(0.0, 5.0)}


def around(at_day: float, **fields: float) -> dict[str, Any]:
    return {"kind": "surroundings", "at_day": at_day, **fields}


def pumped_ml_day(result: Result, day: float) -> float:
    return 24.0 * float(result.signals["pumped_ml_h"].at(24.0 * day))


@pytest.mark.parametrize(
    ("fields", "more_frac", "within"),
    [
        ({"body_c": 38.0}, 0.10, 0.01),  # published order of size: +10 % per degree
        ({"altitude_m": 1000.0}, 0.21, 0.01),
        ({"csf_kpa": 1.2 + 10.0 * 0.133322}, -0.024, 0.002),  # 10 mmHg
    ],
)
def test_a_gas_pump_feels_three_days_of_it_and_then_no_more(fields, more_frac, within):
    back = {name: {"body_c": 37.0, "altitude_m": 0.0, "csf_kpa": 1.2}[name] for name in fields}
    changes = [around(5.0, **fields), around(8.0, **back)]
    result = simulate(scenario(12, refill(2000, in_ml=19.9), *changes, **GAS))
    healthy = simulate(scenario(12, refill(2000, in_ml=19.9), **GAS))
    before, during = pumped_ml_day(result, 4.999), pumped_ml_day(result, 5.0)
    assert during / before - 1.0 == pytest.approx(more_frac, abs=within)
    assert pumped_ml_day(result, 7.999) != before
    assert pumped_ml_day(result, 4.9) == pumped_ml_day(healthy, 4.9)
    assert pumped_ml_day(result, 8.0) == pytest.approx(pumped_ml_day(healthy, 8.0), rel=0.02)
    assert kinds(result).count("surroundings") == 2


@given(st.fixed_dictionaries(AROUND), st.sampled_from(["gas-20ml", "roller-20ml"]), st.booleans())
def test_an_order_of_the_surroundings_that_are_there_changes_nothing(fields, pump, says_all):
    leaky = [fault("hole", 1, diameter_um=20.0)]
    basal = [] if pump == "gas-20ml" else [flow(0.5)]
    own = {"pump": pump, "faults": leaky, "surroundings": fields}
    same = around(3.0, **(fields if says_all else {}))
    one, other = (simulate(scenario(8, refill(2000), *basal, *more, **own)) for more in ([], [same]))
    assert_same_bits(one, other)
    assert one.happenings == other.happenings


@given(st.fixed_dictionaries(AROUND), st.sampled_from(["gas-20ml", "roller-20ml"]))
def test_surroundings_from_the_start_are_those_of_the_scenario(fields, pump):
    basal = [] if pump == "gas-20ml" else [flow(0.5)]
    own = {"pump": pump, "faults": [fault("hole", 1, diameter_um=20.0), fault("air", 2, volume_ml=0.1)]}
    one = simulate(scenario(8, refill(2000), *basal, surroundings=fields, **own))
    assert_same_bits(one, simulate(scenario(8, refill(2000), *basal, around(0.0, **fields), **own), one.time_h))


def test_what_is_not_given_stays_and_entries_may_stand_in_any_order():
    changes = [around(2.0, body_c=39.0), around(4.0, altitude_m=1500.0), around(6.0, csf_kpa=2.0)]
    one, other = (simulate(scenario(8, refill(2000), *order, **GAS)) for order in (changes, changes[::-1]))
    assert_same_bits(one, other)
    texts = [h.text for h in one.happenings if h.kind == "surroundings"]
    assert texts[-1] == (
        "Surroundings from now on: body 39 degrees, 1500 m of altitude, CSF pressure 2 kPa over tissue."
    )


def holed(*orders: dict[str, Any], **fields: Any) -> Scenario:
    hole = fault("hole", 0.0, diameter_um=15.0, position_frac=0.0)
    own = {"faults": [hole], "catheter": "one-piece-89cm", **fields}
    return scenario(10, refill(2000), flow(0.5), *orders, **own)


def test_a_hole_loses_by_the_csf_pressure_of_the_time():
    # 14 % of the flow goes on at 1.2 kPa, all but the line's own resistance at 0
    result = simulate(holed(around(5.0, csf_kpa=0.0)))
    tip = 24.0 * result.signals["tip_ml_h"].at([24.0, 119.0, 121.0]) / 0.5
    assert tip[:2].tolist() == pytest.approx([0.14, 0.14], abs=0.01)
    always = simulate(holed(surroundings={"csf_kpa": 0.0}))
    assert result.signals["tip_ml_h"].at(121.0) == always.signals["tip_ml_h"].at(121.0)


def test_a_test_reads_the_csf_pressure_of_its_own_hour():
    result, always = simulate(holed(around(5.0, csf_kpa=0.0))), simulate(holed(surroundings={"csf_kpa": 0.0}))
    usual = simulate(holed())
    for hour, like in ((119.0, usual), (121.0, always)):
        assert result.truth(hour).split(0.02) == like.truth(hour).split(0.02)
        assert result.truth(hour).hand_leak_frac == like.truth(hour).hand_leak_frac
    assert usual.truth(121.0).split(0.02) != always.truth(121.0).split(0.02)


def test_a_metering_pump_feels_no_fever():
    one, other = (
        simulate(scenario(8, refill(2000), flow(0.5), *more)) for more in ([], [around(3.0, body_c=41, csf_kpa=4.0)])
    )
    assert_same_bits(one, other)


def test_a_run_saved_in_a_fever_goes_on_to_the_same_end():
    feverish = scenario(8, refill(2000), around(2.0, body_c=39.0), around(5.0, body_c=37.0), **GAS)
    whole = simulate(feverish, time_h=[192.0])
    rest = go_on(whole.save(80.0), time_h=[192.0])
    assert rest.reservoir_true_ml == pytest.approx(whole.reservoir_true_ml, rel=1e-12)
    assert rest.delivered_mcg == pytest.approx(whole.delivered_mcg, rel=1e-11)
