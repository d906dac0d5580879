"""A run saved and gone on with is the whole run (INV-10), whatever was under way at the instant."""

from __future__ import annotations

import numpy as np
import pytest

from sim import Scenario, go_on, simulate
from sim.run.saved_state import SavedState
from tests.building import bolus, fault, flow, rate, refill, scenario


def order(kind: str, **own: object) -> dict[str, object]:
    return {"kind": kind, **own}


CASES: dict[str, Scenario] = {
    "a bridge under way": scenario(
        12, refill(500), rate(100), refill(2000, at_day=2), order("bridge_bolus", at_day=2, old_mcg_ml=500)
    ),
    "a mixture through two catheters and many faults": scenario(
        10, refill(2000, with_actual_mcg_ml=[100.0]), rate(400), bolus(20.0, 30.0, at_day=4.3),
        with_drugs=["bupivacaine-like"], second_catheter="one-piece-89cm", tolerance="moderate",
        faults=[
            fault("hole", 2, diameter_um=30, end_day=3), fault("diversion", 3, volume_ml=2),
            fault("migration", 4, level="L4", space="epidural", csf_frac=0.3), fault("dural_leak", 5, lost_frac=0.3),
            fault("disease_change", 6, ec50_factor=2.0, grows_day=3),
            fault("occlusion", 7, blocked_frac=1.0, end_day=8), fault("kink", 8.5, closed_h_per_day=3),
        ],
    ),
    "hands at the side port, a needle, a repair": scenario(
        5, refill(2000), rate(200), order("cap_injection", at_day=1, volume_ml=0.2),
        order("trial_shot", at_day=2, dose_mcg=30.0), order("cap_aspiration", at_day=3, volume_ml=0.5),
        order("repair", at_day=4, fault=0, is_primed=False), order("oral", at_day=0.2, dose_mcg=2e4, every_h=12),
        faults=[fault("tear", 1.5, lost_frac=0.5)], body_start="steady",
    ),
    "a gas-driven pump that runs dry": scenario(40, refill(2000), pump="gas-20ml"),
    "a burst": scenario(
        8, refill(2000), flow(0.5), faults=[fault("occlusion", 2, blocked_frac=1.0, outcome="burst", end_day=5)]
    ),
    "hours of nothing every night": scenario(
        5, refill(2000), rate(200),
        order("rate_schedule", at_day=1, clock_h=[0.0, 2.2, 12.0], dose_mcg_day=[0.0, 300.0, 200.0]),
    ),
    "a refill that is refused": scenario(
        9, refill(2000), flow(0.5), refill(2000, at_day=4, draw_ml=0.0, in_ml=2.0),
        faults=[fault("stall", 1, end_day=3), fault("air", 5, volume_ml=0.1), fault("flip", 8)],
    ),
}  # fmt: skip
PLACES = (0.0, 1e-7, 24.0, 47.9999, 48.0, 50.2, 50.3, 72.0, 72.00000001, 73.0, 96.0, 100.3, 168.5, 172.8)


@pytest.mark.parametrize("name", CASES)
def test_inv_10_saved_and_gone_on_equals_the_whole(name):
    example = CASES[name]
    end_h = 24.0 * example.duration_day
    whole = simulate(example, np.linspace(0.0, end_h, 50))
    most = {key: max(float(np.abs(values).max()), 1e-300) for key, values in whole.to_table().items()}
    for at_h in (*PLACES, 0.9 * end_h, end_h):
        if at_h > end_h:
            continue
        state = SavedState.model_validate_json(whole.save(at_h).model_dump_json())
        later = np.array([hour for hour in np.linspace(0.0, end_h, 50) if hour >= at_h])
        rest, same = go_on(state, later), simulate(example, later)
        for key, values in same.to_table().items():
            assert np.abs(rest.to_table()[key] - values).max() <= 1e-11 * most[key], (at_h, key)
        for key, other in same.others.items():
            amounts = rest.others[key].ledger.amount_mcg
            slack = 1e-11 * float(other.ledger.supplied_mcg.max())
            assert np.abs(amounts - other.ledger.amount_mcg).max() <= slack, (at_h, key)
        log = [one for one in same.happenings if one.time_h >= state.tick / 3.6e9]
        assert list(rest.happenings) == log, at_h
        assert rest.ledger.error_frac <= 1e-9


def test_a_run_can_be_saved_again_and_again():
    example = CASES["a mixture through two catheters and many faults"]
    whole = simulate(example, [240.0])
    part = simulate(example, [0.0])
    for hour in (10.0, 60.0, 100.0, 180.0, 200.0):
        part = go_on(SavedState.model_validate_json(part.save(hour).model_dump_json()), [hour])
    rest = go_on(part.save(200.0), [240.0])
    assert rest.delivered_mcg[0] == pytest.approx(whole.delivered_mcg[0], rel=1e-11)
    assert rest.ledger.amount_mcg[0] == pytest.approx(whole.ledger.amount_mcg[0], rel=1e-11, abs=1e-7)


def test_what_lies_before_the_saved_instant_cannot_be_asked():
    rest = go_on(simulate(CASES["a burst"], [0.0]).save(30.0), [30.0])
    with pytest.raises(ValueError, match="30"):
        go_on(simulate(CASES["a burst"], [0.0]).save(30.0), [29.0])
    with pytest.raises(ValueError, match="30"):
        rest.at(20.0)
