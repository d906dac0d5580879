"""The catheter access port: what a syringe draws and injects, and what a picture shows of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import (
    Result,
    go_on,
    simulate,
)
from sim.device.catheter import (
    poiseuille_kpa_h_ml,
)
from sim.happening import trimmed
from sim.result import pictures
from tests.building import fault, flow, rate, refill, scenario
from tests.device import kinds, resistance_kpa_h_ml

FLUSH = {"kind": "cap_injection", "at_day": 15.0}


DRAW = {"kind": "cap_aspiration", "at_day": 15.0}


def at_end(result: Result, place: str) -> float:
    return result.ledger.at_end()[place]


@pytest.mark.parametrize("volume_ml", [0.05, 0.2, 10.0, 20.0])
@pytest.mark.parametrize("order", [FLUSH, DRAW])
def test_inv_01_what_a_side_port_moves_is_accounted_for(order, volume_ml):
    result = simulate(scenario(30, refill(2000), rate(200), {**order, "volume_ml": volume_ml}))
    assert result.ledger.error_frac <= 1e-10
    # the catheter holds 0.2 mL of 2000 mcg/mL
    moved_mcg = 2000.0 * min(volume_ml, 0.2)
    before, after = result.at(360.0), result.at(360.0 + 1.0 / 60.0)
    pumped_mcg = 200.0 / 24.0 / 60.0
    if order is FLUSH:
        assert after.delivered_mcg - before.delivered_mcg == pytest.approx([moved_mcg + pumped_mcg], abs=pumped_mcg)
    else:
        assert at_end(after, "withdrawn") - at_end(before, "withdrawn") == pytest.approx(
            moved_mcg, abs=1.1 * pumped_mcg
        )


def test_inv_01_a_draw_takes_what_the_pump_sends_meanwhile():
    # as much is drawn within a minute as the pump gives: nothing comes back up, nothing goes on
    result = simulate(scenario(1, refill(2000), flow(24.0), {**DRAW, "at_day": 0.5, "volume_ml": 1.0 / 60.0}))
    before, after = result.at(12.0), result.at(12.0 + 1.0 / 60.0)
    assert at_end(after, "withdrawn") - at_end(before, "withdrawn") == pytest.approx(2000.0 / 60.0, rel=1e-9)
    assert after.delivered_mcg == pytest.approx(before.delivered_mcg, rel=1e-12)
    assert result.ledger.error_frac <= 1e-12


def test_inv_02_what_is_done_at_the_port_at_one_instant_is_done_one_after_the_other():
    two = [{**DRAW, "at_day": 1.0, "volume_ml": 0.1}, {**FLUSH, "at_day": 1.0, "volume_ml": 0.3}]
    port = simulate(scenario(3, refill(2000), rate(200), *two)).signals["port_ml_h"]
    assert port.at([24.0, 24.01, 24.0 + 1.5 / 60.0, 24.1]).tolist() == pytest.approx([-6.0, -6.0, 18.0, 0.0])
    assert port.area()[-1] == pytest.approx(0.2, rel=1e-12)


def test_tv09_dye_and_tracer_are_read_at_the_published_rates():
    rates = [
        pictures.DYE_SENSITIVITY, pictures.DYE_SPECIFICITY, pictures.TRACER_SENSITIVITY, pictures.TRACER_SPECIFICITY,
    ]  # fmt: skip
    assert [round(100 * rate_frac) for rate_frac in rates] == [81, 93, 95, 93]


def test_table_3_2_a_side_port_resists_a_syringe_as_printed():
    # inject 1 mL/min: 5.4 kPa; aspirate at -20 and -50 kPa: 3.7 and 9.3 mL/min
    resistance = resistance_kpa_h_ml(89, 0.0022)
    assert 60 * resistance == pytest.approx(5.4, abs=0.05)
    assert [round(kpa / resistance / 60, 1) for kpa in (20, 50)] == [3.7, 9.3]


def test_table_3_3_a_bore_of_81_micrometres_slows_a_draw_about_tenfold_and_no_pump():
    narrow, whole = poiseuille_kpa_h_ml(5.0, 0.081), resistance_kpa_h_ml(89, 0.0022)
    assert narrow / whole == pytest.approx(10, rel=0.05)
    example = scenario(5, refill(2000), flow(0.5), faults=[fault("narrowing", 1, bore_mm=0.081)])
    result = simulate(example, time_h=[96.0])
    assert 24 * result.tip_ml_h[0] == pytest.approx(0.5, rel=1e-12)


def injected(volume_ml: float, **fields: Any) -> dict[str, Any]:
    return {"kind": "cap_injection", "at_day": 1.0, "volume_ml": volume_ml, **fields}


@pytest.mark.parametrize(
    ("volume_ml", "strength", "into_csf"),
    [(0.2, 0.0, 400.0), (5.0, 0.0, 400.0), (0.2, 500.0, 400.0), (0.1, 500.0, 200.0), (20.0, 500.0, 400.0 + 19.8 * 500)],
)
def test_a_push_at_the_port_brings_what_the_catheter_held_and_then_what_is_injected(volume_ml, strength, into_csf):
    # 0.2 mL of 2000 mcg/mL are in the catheter; the pump stands still
    told = scenario(3, refill(2000), {"kind": "stop"}, injected(volume_ml, actual_mcg_ml=strength))
    result = simulate(told, time_h=[24.0, 24.0 + 1.0 / 60.0, 72.0])
    assert np.diff(result.delivered_mcg).tolist() == pytest.approx([into_csf, 0.0], rel=1e-9)
    # the syringe's drug was given by hand, and the catheter now holds what is left of it
    assert np.diff(result.ledger.given_mcg).tolist() == pytest.approx([volume_ml * strength, 0.0], rel=1e-9)
    assert result.ledger.error_frac <= 1e-10
    (text,) = (one.text for one in result.happenings if one.kind == "cap_injection")
    held = f"{trimmed(volume_ml)} mL of {trimmed(strength)} mcg/mL injected; {trimmed(into_csf)} mcg enter the CSF"
    assert text == f"Catheter access port: {held} within a minute."


def test_a_push_of_drug_leaves_that_drug_in_the_catheter():
    told = scenario(3, refill(2000), {"kind": "stop"}, injected(1.0, actual_mcg_ml=500.0))
    assert simulate(told).plugs_at(48.0)[0] == [(0.2, 2000.0), (pytest.approx(0.2), 500.0)]


def test_a_push_of_drug_loses_its_share_at_a_tear():
    halved = fault("tear", 0.5, lost_frac=0.5, position_frac=0.0)
    told = scenario(3, refill(2000), {"kind": "stop"}, injected(1.0, actual_mcg_ml=500.0), faults=[halved])
    result = simulate(told, time_h=[0.0, 48.0])
    # half of 1 mL passes on: the catheter's 0.2 mL, then 0.3 mL of the syringe
    assert result.delivered_mcg[-1] == pytest.approx(400.0 + 0.3 * 500.0, rel=1e-9)
    assert result.leaked_mcg[-1] == pytest.approx(0.5 * 500.0, rel=1e-9)


def test_nothing_is_given_through_a_complete_block():
    shut = fault("occlusion", 0.5, blocked_frac=1.0)
    told = scenario(3, refill(2000), {"kind": "stop"}, injected(1.0, actual_mcg_ml=500.0), faults=[shut])
    result = simulate(told, time_h=[0.0, 48.0])
    assert "refused_injection" in kinds(result)
    assert result.delivered_mcg[-1] == result.ledger.given_mcg[-1] == 0.0


def test_a_mixture_injected_at_the_port_is_given_drug_by_drug():
    both = {"with_drugs": ["bupivacaine-like"], "drug": "morphine-like"}
    fill = refill(2000, with_actual_mcg_ml=[1000.0])
    told = scenario(3, fill, {"kind": "stop"}, injected(1.2, actual_mcg_ml=500.0, with_actual_mcg_ml=[50.0]), **both)
    result = simulate(told, time_h=[0.0, 48.0])
    other = result.others["bupivacaine-like"]
    assert result.delivered_mcg[-1] == pytest.approx(400.0 + 500.0, rel=1e-9)
    assert other.delivered_mcg[-1] == pytest.approx(200.0 + 50.0, rel=1e-9)
    assert [one.text for one in other.happenings if "250 mcg enter" in one.text]


def test_two_pushes_one_after_the_other_keep_their_own_strengths():
    two = [injected(0.2, actual_mcg_ml=strength) for strength in (500.0, 50.0)]
    result = simulate(scenario(3, refill(2000), {"kind": "stop"}, *two), time_h=[24.0, 24.0 + 1 / 60, 24.0 + 2 / 60])
    assert np.diff(result.delivered_mcg).tolist() == pytest.approx([400.0, 100.0], rel=1e-9)


def test_a_run_saved_during_a_push_of_drug_goes_on_to_the_same_end():
    whole = simulate(scenario(3, refill(2000), rate(200), injected(5.0, actual_mcg_ml=500.0)), time_h=[72.0])
    rest = go_on(whole.save(24.0 + 0.5 / 60.0), time_h=[72.0])
    assert rest.delivered_mcg == pytest.approx(whole.delivered_mcg, rel=1e-10)
    assert rest.ledger.given_mcg == pytest.approx(whole.ledger.given_mcg, rel=1e-10)
    assert rest.ledger.error_frac <= 1e-10
