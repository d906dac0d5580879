"""Fluids that mix while the line is primed: mass is kept, fronts arrive on the mean when plugs do."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import simulate
from sim.device.mixing import steep
from sim.device.plugs import Plug
from sim.exact.steps import TICK_PER_H, Steps, to_hour
from tests.building import fault, rate, refill, scenario

FLOW = Steps.from_hours([0.0, 1.0], [1.0])


def front(n_tank: int, volume_ml: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    """Volume that has left (mL, at the middle of each step) and the share of new fluid in it."""
    out, _ = steep([Plug(volume_ml, 0.0)], FLOW, Steps.from_hours([0.0, 1.0], [1.0]), n_tank)
    edge = to_hour(out.edge_tick)
    return 0.5 * (edge[1:] + edge[:-1]), out.value


def erlang(shape: int, x: np.ndarray) -> np.ndarray:
    """Share of arrivals by x of the sum of `shape` waits of mean 1, written out as its finite sum."""
    return 1.0 - sum(np.exp(-x) * x**k / math.factorial(k) for k in range(shape))


@pytest.mark.parametrize("n_tank", [1, 2, 5, 20, 50])
def test_inv_14_the_mean_exit_volume_is_the_dead_volume(n_tank):
    flow = Steps.from_hours([0.0, 40.0], [1.0])
    out, _ = steep([Plug(0.2, 0.0)], flow, Steps.from_hours([0.0, 40.0], [1.0]), n_tank)
    late = float((1.0 - out.value) @ np.diff(out.edge_tick)) / TICK_PER_H
    assert late == pytest.approx(0.2, rel=1e-6)


@pytest.mark.parametrize("n_tank", [1, 2, 5, 20, 50])
def test_inv_14_a_front_arrives_bit_by_bit_from_nothing_to_all(n_tank):
    _, share = front(n_tank)
    assert (np.diff(share) >= -1e-12).all()
    assert 0.0 <= share[0] < 0.05
    assert share[-1] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("n_tank", [2, 5, 20, 50])
def test_inv_14_the_curve_is_that_of_tanks_in_series(n_tank):
    volume_ml, share = front(n_tank)
    assert np.abs(share - erlang(n_tank, volume_ml * n_tank / 0.2)).max() <= 1e-3


def test_inv_14_twenty_tanks_spread_a_front_as_dispersion_at_a_peclet_number_of_40():
    # the dispersion model's front (third-type inlet) differs in shape by 1.5 % at most; its spread is the same
    volume_ml, share = front(20)
    time = volume_ml / 0.2
    root = np.sqrt(40.0 / (4.0 * time))
    erfc = np.vectorize(math.erfc)
    dispersed = 0.5 * erfc((1.0 - time) * root) + 0.5 * np.exp(40.0) * erfc((1.0 + time) * root)
    assert np.abs(share - dispersed).max() <= 0.015


def primed(priming: str, **fields: object):
    sweep = {"kind": "priming_bolus", "at_day": 0.1, "volume_ml": 0.5, "over_min": 60.0}
    return scenario(2, refill(2000), rate(200), sweep, line_start="csf", priming=priming, **fields)


@pytest.mark.parametrize(
    "faults", [[], [fault("tear", 0.11, lost_frac=0.3)], [fault("occlusion", 0.11, blocked_frac=0.4)]]
)
def test_what_mixes_is_neither_made_nor_lost(faults):
    result = simulate(primed("mixed", faults=faults))
    assert result.ledger.error_frac <= 1e-9
    # what the line keeps less, the tip or the leak has more
    plain = simulate(primed("plug", faults=faults))
    assert float(result.delivered_mcg[-1]) == pytest.approx(float(plain.delivered_mcg[-1]), rel=0.02)


def test_some_drug_comes_early_and_some_late():
    mixed, plain = (simulate(primed(priming)) for priming in ("mixed", "plug"))
    first = [next(one.time_h for one in run.happenings if one.kind == "first_drug") for run in (mixed, plain)]
    assert first[0] < first[1]
    line = [run.ledger.amount_mcg[:, 1][np.searchsorted(run.time_h, 3.5)] for run in (mixed, plain)]
    assert line[0] < line[1] == pytest.approx(800.0, rel=1e-9)


def test_a_mixed_line_tells_few_fronts():
    fronts = [one for one in simulate(primed("mixed")).happenings if one.kind == "front"]
    assert len(fronts) <= 10


def test_a_piece_of_line_of_next_to_no_volume_is_mixed_in_no_more_steps_than_the_rest():
    # the piece before a tear at the very connector holds a hundredth of a microlitre
    torn = fault("tear", 0.0, position_frac=6e-5, lost_frac=0.5)
    prime = {"kind": "priming_bolus", "at_day": 0.125, "volume_ml": 5.0, "over_min": 345.0}
    result = simulate(scenario(1.0, refill(200), prime, faults=[torn], priming="mixed", line_start="csf"), [0.0, 24.0])
    assert len(result.signals["tip_mcg_h"].value) < 20_000
    assert result.ledger.error_frac <= 1e-9
    # half of 5 mL passes on: all of it but what the line held
    assert result.delivered_mcg[-1] == pytest.approx(200.0 * 0.5 * (5.0 - 0.2 - 0.4), rel=1e-3)
