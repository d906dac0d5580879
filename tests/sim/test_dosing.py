"""The dosing table says all that entered the body: played back, it gives the same amounts."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ScenarioError, catalogue, dosing_table, read_scenario, replay, simulate
from sim.result.dosing import COLUMNS
from tests.building import bolus, fault, rate, refill, scenario

SHELF = catalogue()
MIXED_BAG = scenario(
    6,
    refill(2000),
    rate(300),
    {"kind": "periodic_bolus", "at_day": 0.5, "dose_mcg": 5.0, "over_min": 7.0, "every_h": 1.0},
    bolus(20.0, 3.3, at_day=2.2222),
    {"kind": "trial_shot", "at_day": 1.0, "dose_mcg": 50.0},
    {"kind": "trial_infusion", "at_day": 3.0, "lasts_day": 1.0, "dose_mcg_day": 40.0, "space": "epidural"},
    {"kind": "oral", "at_day": 0.3, "dose_mcg": 20000.0, "every_h": 8.0},
    faults=[fault("tear", 4.1, lost_frac=0.4), fault("hole", 5.0, diameter_um=12.0)],
)


@pytest.mark.parametrize(
    "example", [MIXED_BAG, *(SHELF.scenarios[name] for name in sorted(SHELF.scenarios))], ids=lambda one: one.title
)
def test_a_table_played_back_gives_the_same_amounts_everywhere(example):
    result = simulate(example, time_h=np.linspace(0.0, 24.0 * example.duration_day, 60))
    held = replay(dosing_table(result), SHELF.drugs[example.drug], example.canal, time_h=result.time_h)
    most = max(float(result.ledger.supplied_mcg.max()), 1.0)
    for place, names in {
        "plasma": ["plasma"],
        "tissue_depot": ["tissue"],
        "spinal_csf": [name for name in held.names if name.startswith("csf_")],
        "epidural_depot": [name for name in held.names if name.startswith("epidural_")],
        "gut": [name for name in held.names if name == "gut"],
    }.items():
        booked = result.ledger.amount_mcg[:, result.ledger.places.index(place)]
        played = sum((held.of(name) for name in names), np.zeros(len(booked)))
        assert np.abs(played - booked).max() <= 1e-9 * most, place
    cleared = result.ledger.amount_mcg[:, result.ledger.places.index("cleared")]
    assert np.abs(held.cleared - cleared).max() <= 1e-9 * most


def test_the_columns_are_the_usual_ones_sorted_by_time_and_equal_in_length():
    table = dosing_table(simulate(MIXED_BAG, time_h=[0.0]))
    assert tuple(table) == COLUMNS
    assert len({len(column) for column in table.values()}) == 1
    assert table["TIME"] == sorted(table["TIME"])
    assert set(table["EVID"]) == {1, 2}


def test_what_is_no_dose_stands_beside_with_its_kind():
    result = simulate(MIXED_BAG, time_h=[0.0])
    table = dosing_table(result)
    kinds = [kind for kind, evid in zip(table["TYPE"], table["EVID"], strict=True) if evid == 2]
    assert sorted(kinds) == sorted(one.kind for one in result.happenings)


def test_equal_doses_at_even_distances_share_a_line():
    example = scenario(30, refill(2000), {"kind": "periodic_bolus", "dose_mcg": 5.0, "over_min": 5.0, "every_h": 1.0})
    table = dosing_table(simulate(example, time_h=[0.0]))
    lines = [i for i, evid in enumerate(table["EVID"]) if evid == 1]
    assert len(lines) <= 6
    assert max(table["ADDL"][i] for i in lines) == 719
    assert {table["II"][i] for i in lines if table["ADDL"][i]} == {1.0}
    whole = sum(table["AMT"][i] * (1 + table["ADDL"][i]) for i in lines)
    assert whole == pytest.approx(5.0 * 720, rel=1e-9)


def test_a_body_that_starts_steady_starts_steady_when_played_back():
    example = read_scenario("half-a-leak")
    result = simulate(example, time_h=[0.0, 24.0])
    held = replay(dosing_table(result), SHELF.drugs[example.drug], example.canal, time_h=[0.0, 24.0])
    assert held.of("plasma") == pytest.approx(result.plasma_mcg_ml * SHELF.drugs[example.drug].plasma_ml, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"AMT": None}, "column AMT is missing"),
        ({"DOSE": [1.0]}, "column 'DOSE' is unknown"),
        ({"TIME": [0.0, 1.0]}, "columns are unequal"),
        ({"EVID": [4]}, "EVID[0] = 4 is not known here"),
        ({"CMT": ["csf_99"]}, "CMT[0] = 'csf_99' is no state of the body; did you mean 'csf_"),
        ({"AMT": [-1.0]}, "AMT[0] = -1.0 is outside 0 to 1e+12 mcg"),
        ({"TIME": [float("nan")]}, "TIME[0] = nan is not a number"),
        ({"AMT": ["much"]}, "AMT[0] = 'much' is not a number"),
        ({"RATE": [-2.0]}, "RATE[0] = -2.0 is outside 0 to 3.6e+21 mcg/h"),
        ({"CMT": ["gut"]}, "CMT[0] = 'gut': 'Tracer' is not given by mouth"),
    ],
)
def test_a_wrong_table_is_told_in_one_sentence(change, sentence):
    table = {"TIME": [0.0], "AMT": [1.0], "EVID": [1], "CMT": ["plasma"], **change}
    table = {name: column for name, column in table.items() if column is not None}
    with pytest.raises(ScenarioError) as error:
        replay(table, SHELF.drugs["tracer"], time_h=[0.0])
    assert any(sentence in problem for problem in error.value.problems)
    assert all(len(problem) <= 300 for problem in error.value.problems)
