"""What a programmed dose comes to in a day, for every kind of rate, pump and mixture."""

from __future__ import annotations

from typing import Any

import pytest

from sim import Scenario, catalogue
from sim.scenario import first_accustomed_mcg_day, programmed_doses_mcg_day
from tests.building import rate, refill, scenario

SHELF = catalogue()


def doses(example: Scenario) -> list[tuple[float, ...]]:
    return [tuple(round(dose, 9) for dose in row) for row in programmed_doses_mcg_day(example, SHELF)]


def order(kind: str, at_day: float = 0.0, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "at_day": at_day, **fields}


def test_doses_come_by_time_and_a_stop_a_bridge_and_a_bolus_are_none():
    later = [order("stop", 5.0), order("bolus", 6.0, dose_mcg=50.0, over_min=10.0), rate(150.0, 8.0)]
    bridge = order("bridge_bolus", 10.0)
    example = scenario(20, refill(2000), *later, rate(200.0), refill(500, at_day=10), bridge)
    assert doses(example) == [(200.0,), (150.0,), (150.0,)]


def test_a_flow_gives_another_dose_with_another_drug_and_a_dose_the_same():
    assert doses(scenario(20, refill(2000), order("flow", flow_ml_day=0.1), refill(500, at_day=10))) == [
        (200.0,),
        (50.0,),
    ]
    assert doses(scenario(20, refill(2000), rate(200.0), refill(500, at_day=10))) == [(200.0,), (200.0,)]


def test_of_a_day_of_several_rates_the_mean_counts():
    day = order("rate_schedule", clock_h=[6.0, 18.0], dose_mcg_day=[100.0, 300.0])
    assert doses(scenario(5, refill(2000), day)) == [(200.0,)]
    uneven = order("rate_schedule", clock_h=[6.0, 12.0], dose_mcg_day=[400.0, 160.0])
    assert doses(scenario(5, refill(2000), uneven)) == [(220.0,)]  # 6 h of 400, 18 h of 160


def test_each_drug_of_a_mixture_has_its_own_dose():
    mixed = refill(2000, with_actual_mcg_ml=[20000.0])
    assert doses(scenario(5, mixed, rate(200.0), with_drugs=["morphine-like"])) == [(200.0, 2000.0)]


def test_a_gas_driven_pump_doses_by_its_nominal_flow_and_no_pump_not_at_all():
    gas = SHELF.pumps["gas-20ml"].gas
    assert gas is not None
    example = scenario(5, refill(400), pump="gas-20ml")
    assert doses(example) == [(pytest.approx(400.0 * gas.nominal_ml_day),)]
    trial = scenario(5, order("trial_shot", dose_mcg=50.0), line_start="csf")
    assert doses(trial) == []


@pytest.mark.parametrize("name", SHELF.scenarios)
def test_without_titration_a_person_is_used_to_the_first_programmed_dose_that_was_meant(name):
    example = SHELF.scenarios[name]
    first = next((row[0] for row in programmed_doses_mcg_day(example, SHELF)), None)
    assert first_accustomed_mcg_day(example, SHELF) == (None if first is None else pytest.approx(first))
