"""What is written can be read, and is the same to the last bit."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Scenario, catalogue, parse_scenario, write_scenario
from sim.happening import TEACHING_ONLY
from sim.quantity import SMALLEST
from sim.scenario.orders import LAST_DAY
from tests.strategies import written_scenarios

PACKAGED = sorted(catalogue().scenarios)


def as_json(scenario: Scenario) -> str:
    return json.dumps(scenario.model_dump(mode="json", exclude_none=True))


def bits(number: float) -> bytes:
    return struct.pack("<d", number)


@given(written_scenarios())
def test_inv_27_a_scenario_written_as_toml_and_read_again_is_the_same(scenario):
    text = write_scenario(scenario)
    assert parse_scenario(text) == parse_scenario(text.encode()) == scenario
    assert write_scenario(parse_scenario(text)) == text
    assert text.startswith(f"# {TEACHING_ONLY}")


@given(written_scenarios())
def test_inv_27_a_scenario_written_as_json_and_read_again_is_the_same(scenario):
    assert parse_scenario(as_json(scenario)) == scenario
    assert as_json(parse_scenario(as_json(scenario))) == as_json(scenario)
    assert parse_scenario(write_scenario(parse_scenario(as_json(scenario)))) == scenario


@given(st.floats(0.01, LAST_DAY), st.floats(0.0, 1e5, allow_subnormal=False), st.floats(0.0, 1.0))
def test_inv_27_every_number_comes_back_to_the_last_bit(duration_day, mcg_ml, share):
    mcg_ml, share = (x if x >= SMALLEST else 0.0 for x in (mcg_ml, share))
    refill = {"kind": "refill", "in_ml": 20.0, "actual_mcg_ml": mcg_ml, "programmed_mcg_ml": 2000.0}
    scenario = parse_scenario(
        json.dumps(
            {"version": 1, "title": "t", "pump": "roller-20ml", "catheter": "one-piece-80cm"}
            | {"drug": "baclofen-like", "duration_day": duration_day, "orders": [refill]}
            | {"faults": [{"kind": "tear", "lost_frac": share, "start_day": duration_day}]}
        )
    )
    for again in (parse_scenario(write_scenario(scenario)), parse_scenario(as_json(scenario))):
        assert bits(again.duration_day) == bits(duration_day)
        assert bits(again.orders[0].actual_mcg_ml) == bits(mcg_ml)
        assert bits(again.faults[0].lost_frac) == bits(share)
        assert bits(again.faults[0].start_day) == bits(duration_day)


@pytest.mark.parametrize("name", PACKAGED)
def test_inv_27_every_packaged_scenario_survives_being_written(name):
    scenario = catalogue().scenarios[name]
    assert parse_scenario(write_scenario(scenario)) == scenario
    assert parse_scenario(as_json(scenario)) == scenario


def test_a_scenario_is_its_own_key():
    one = catalogue().scenarios[PACKAGED[0]]
    again = parse_scenario(write_scenario(one))
    assert hash(one) == hash(again)
    assert {one: "found"}[again] == "found"
