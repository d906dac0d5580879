"""Answers known on paper, to the printed digits: blood, canal and effect."""

from __future__ import annotations

import numpy as np
import pytest

from sim import (
    catalogue,
    read_scenario,
    simulate,
)
from sim.body.canal import CELLS, Canal, network
from sim.body.level import level_cm, point_weights
from sim.body.person import steady_amounts
from tests.building import rate, refill, scenario


@pytest.mark.parametrize("tip", ["L2", "T10", "T2"])
def test_plasma_at_steady_state_is_dose_over_clearance_wherever_the_tip_lies(tip):
    result = simulate(scenario(40, refill(2000), rate(300), tip_level=tip))
    assert 1000.0 * result.plasma_mcg_ml[-1] == pytest.approx(300 / 24 / 14000 * 1000, rel=1e-6)
    assert round(1000.0 * result.plasma_mcg_ml[-1], 3) == 0.893


def test_the_canal_holds_the_published_reference_levels():
    # prototype levels at 300 mcg/day with the tip at L2, input split between two cells
    drug, canal = catalogue().drugs["baclofen-like"], Canal()
    held = steady_amounts(drug, canal, "L2", 300 / 24)
    cells = np.array([held[cell] for cell in CELLS]) / (97.0 / 25)
    at = {level: float(point_weights(level_cm(level)) @ cells) for level in ("L2", "L4", "C4")}
    assert at["L2"] == pytest.approx(0.85, abs=0.005)
    assert at["L4"] == pytest.approx(0.67, abs=0.005)
    assert at["C4"] == pytest.approx(0.115, abs=0.001)
    assert held["cistern"] / 30.0 == pytest.approx(0.095, abs=0.001)
    assert set(network(drug, canal).names) == set(held)


def test_after_a_stop_the_effect_halves_in_nine_hours_and_withdrawal_peaks_at_27():
    stop = {"kind": "stop", "at_day": 2.0}
    hours = np.arange(0.0, 24 * 12, 0.05)
    result = simulate(scenario(12, refill(2000), rate(300), stop, body_start="steady"), time_h=hours)
    since, effect, withdrawal = hours - 48.0, result.effect_index, result.withdrawal_index
    halved = since[np.flatnonzero((since > 0) & (effect <= 0.5 * effect[0]))[0]]
    assert round(halved) == 9
    assert round(since[np.argmax(withdrawal)]) == 27
    above = since[withdrawal >= 0.5 * withdrawal.max()]
    assert above[-1] == pytest.approx(105, abs=1.0)


def test_after_the_reservoir_ends_the_lumbar_level_is_four_percent_at_twelve_hours():
    end = 74.4 * 24
    result = simulate(read_scenario("missed-visit"), time_h=[end, end + 12, end + 24])
    lumbar = result.csf_mcg_ml @ point_weights(level_cm("L4"))
    assert (100 * lumbar[1:] / lumbar[0]).tolist() == pytest.approx([4, 0.5], abs=0.25)
    cistern = result.cistern_mcg_ml
    assert (100 * cistern[1:] / cistern[0]).round().tolist() == [17, 2]
