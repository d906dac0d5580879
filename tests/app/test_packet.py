"""The moments that the picture draws are those of the model, and travel light."""

from __future__ import annotations

import numpy as np
import pytest

from app import memo, packet, stage
from app.inputs import with_handles
from sim import catalogue, simulate
from sim.body import level_cm
from sim.scenario import with_values
from tests.building import bolus, fault, rate, refill, scenario

SCENARIOS = catalogue().scenarios
every = pytest.mark.parametrize("name", sorted(SCENARIOS))


def picture(told, focus_day=None):
    """Result, header and arrays of a scenario's packet, as the browser gets them."""
    result = memo.run(told)
    sent = packet.build(told, result, 2000.0, 1.0, focus_day)
    return result, *stage.decode(sent), len(sent)


@every
def test_a_packet_of_a_packaged_scenario_is_at_most_150_kb(name):
    assert picture(SCENARIOS[name])[3] <= 150_000


@every
def test_a_packet_of_a_scenario_with_every_fault_moved_is_at_most_150_kb(name):
    told = SCENARIOS[name]
    half = {path: 0.5 for control in told.controls for path in control.paths if path.endswith("_frac")}
    assert picture(with_values(told, half))[3] <= 150_000


@every
def test_the_picture_starts_at_0_and_ends_with_the_run(name):
    _, header, arrays, _ = picture(SCENARIOS[name])
    assert header["duration_day"] == SCENARIOS[name].duration_day
    assert arrays["day"][0] == 0.0
    assert arrays["day"][-1] == np.float32(SCENARIOS[name].duration_day)
    assert (np.diff(arrays["day"]) >= 0.0).all()
    assert len(arrays["day"]) == packet.N_FRAME
    # no frame is further from its even place than the picture can show
    even = np.linspace(0.0, header["duration_day"], packet.N_FRAME)
    assert np.abs(arrays["day"] - even).max() <= header["duration_day"] / 2000.0


@every
def test_every_moment_shows_the_numbers_of_the_model_at_that_time(name):
    result, _, arrays, _ = picture(SCENARIOS[name])
    at = packet.frames(result)
    assert np.abs(24.0 * arrays["day"].astype(float) - result.time_h[at]).max() <= 1e-6 * result.duration_h
    expected = {
        "true_ml": result.reservoir_true_ml[at],
        "believed_ml": result.reservoir_believed_ml[at],
        "believed_mcg_day": 24.0 * result.believed_mcg_h[at],
        "tip_mcg_day": 24.0 * result.tip_mcg_h[at],
        "tip_ml_day": 24.0 * result.tip_ml_h[at],
        "csf_mcg_ml": result.csf_mcg_ml[at],
    }
    for key, values in expected.items():
        np.testing.assert_allclose(arrays[key], values, rtol=1e-6, atol=1e-6 * max(values.max(), 1e-9), err_msg=key)


@every
@pytest.mark.parametrize("blocked", [0.0, 1.0])
def test_the_plugs_of_every_moment_fill_the_line_and_its_stretch(name, blocked):
    told = with_handles(SCENARIOS[name])
    paths = [f"faults.{i}.blocked_frac" for i, one in enumerate(told.faults) if one.kind == "occlusion"]
    _, header, arrays, _ = picture(with_values(told, dict.fromkeys(paths, blocked)))
    starts = arrays["plug_start"].astype(int)
    assert (np.diff(starts) >= 1).all()
    totals = np.add.reduceat(arrays["plug_ml"].astype(float), starts[:-1])
    dead_ml = header["path_ml"] + header["catheter_ml"]
    pump, catheter = catalogue().pumps[told.pump], catalogue().catheters[told.catheter]
    stretch_ml = catheter.compliance_ml_kpa * pump.limit_kpa
    assert totals.min() >= dead_ml - 1e-6
    assert totals.max() <= dead_ml + stretch_ml + 1e-6
    if name in ("first-drop", "half-a-leak", "stronger-drug"):
        assert totals.max() == pytest.approx(dead_ml + blocked * stretch_ml, abs=1e-6)
    assert arrays["plug_mcg_ml"].min() >= 0.0


@every
def test_the_header_describes_the_device_and_the_person(name):
    told = SCENARIOS[name]
    _, header, _, _ = picture(told)
    pump, catheter = catalogue().pumps[told.pump], catalogue().catheters[told.catheter]
    assert set(stage.HEADER_KEYS) <= set(header)
    for key in ("capacity_ml", "unpumpable_ml", "path_ml"):
        assert header[key] == getattr(pump, key)
    assert header["alarm_ml"] == (pump.alarm_ml if header["is_filled"] else 0.0)
    assert header["catheter_ml"] == pytest.approx(catheter.length_cm * catheter.volume_ml_cm)
    assert header["tip_cm"] == level_cm(told.tip_level)
    assert [level for level, _ in header["levels"]] == list(packet.RULER)
    assert [cm for _, cm in header["levels"]] == sorted(cm for _, cm in header["levels"])
    assert header["drug"] == catalogue().drugs[told.drug].title


def test_the_flow_of_the_rotor_splits_between_tip_and_leaks():
    told = scenario(10, refill(2000), rate(480), faults=[fault("tear", 4, lost_frac=0.25)])
    _, header, arrays, _ = picture(told)
    assert header["leak_ml"] == pytest.approx([0.3])
    assert arrays["leak_ml_day"].shape == (1, packet.N_FRAME)
    np.testing.assert_allclose(arrays["tip_ml_day"] + arrays["leak_ml_day"][0], arrays["rotor_ml_day"], rtol=1e-5)
    late = arrays["day"] > 4.0
    assert arrays["leak_ml_day"][0][late] == pytest.approx(0.06)
    assert (arrays["leak_ml_day"][0][~late] == 0.0).sum() >= 99


def test_no_moment_lies_inside_a_push_that_takes_no_time():
    flush = {"kind": "flush_side_port", "at_day": 5.0, "volume_ml": 0.2}
    told = scenario(10, refill(2000), rate(200), flush)
    result, _, arrays, _ = picture(told)
    assert result.tip_ml_h.max() > 10.0
    assert arrays["tip_ml_day"].max() == pytest.approx(0.1)


def test_csf_that_runs_backwards_is_drawn_backwards_and_told():
    told = scenario(10, refill(2000), rate(480), faults=[fault("hole", 2, diameter_um=50.0)])
    _, header, arrays, _ = picture(told)
    late = arrays["day"] > 2.0
    assert (arrays["tip_ml_day"][late] < 0.0).all()
    assert (arrays["tip_mcg_day"][late] == 0.0).all()
    np.testing.assert_allclose(arrays["tip_ml_day"] + arrays["leak_ml_day"][0], arrays["rotor_ml_day"], rtol=1e-4)
    assert "CSF runs backwards through the tip" in stage.describe(header, arrays, packet.N_FRAME - 1)
    assert "backwards" not in stage.describe(header, arrays, 0)


def test_a_second_catheter_has_a_tip_and_a_flow_of_its_own():
    told = scenario(10, refill(2000), rate(480), second_catheter="one-piece-89cm", second_tip_level="L5")
    _, header, arrays, _ = picture(told)
    assert header["second_tip_cm"] == level_cm("L5")
    np.testing.assert_allclose(arrays["tip_ml_day"] + arrays["second_ml_day"], arrays["rotor_ml_day"], rtol=1e-5)
    assert "Second tip gets 0.098 mL/day." in stage.describe(header, arrays, 5)
    assert "second_ml_day" not in picture(SCENARIOS["quiet-pump"])[2]


def test_a_tip_that_moves_is_drawn_where_it_lies_and_outside_where_nothing_reaches_the_csf():
    away = fault("migration", 4, end_day=6, level="T6", space="epidural", csf_frac=0.0)
    up = fault("migration", 8, level="T6")
    _, header, arrays, _ = picture(scenario(10, refill(2000), rate(480), faults=[away, up]))
    day, tip = arrays["day"], arrays["tip_cm"]
    assert np.isnan(tip[(day > 4.0) & (day < 6.0)]).all()
    assert tip[-1] == pytest.approx(level_cm("T6"))
    assert tip[0] == pytest.approx(level_cm("T12"))
    assert "Tip outside the canal." in stage.describe(header, arrays, int(np.searchsorted(day, 5.0)))


@pytest.mark.parametrize(("pump", "words"), [("gas-20ml", "Gas pushing"), ("valve-20ml", "Valves working")])
def test_a_pump_of_another_mechanism_is_called_by_its_name(pump, words):
    orders = [refill(2000)] if pump.startswith("gas") else [refill(2000), rate(480)]
    _, header, arrays, _ = picture(scenario(10, *orders, pump=pump))
    assert f"{words}." in stage.describe(header, arrays, 10)
    assert (header["alarm_ml"] == 0.0) == pump.startswith("gas")


def test_where_no_pump_is_filled_none_is_told_of():
    tablet = {"kind": "oral", "dose_mcg": 30000.0, "every_h": 12.0}
    _, header, arrays, _ = picture(scenario(2, tablet, drug="morphine-like", line_start="csf"))
    assert header["alarm_ml"] == 0.0
    words = stage.describe(header, arrays, 100)
    assert "No pump is filled." in words
    assert "Reservoir" not in words


def test_a_blocked_line_lets_the_rotor_turn_while_nothing_flows():
    told = scenario(10, refill(2000), rate(480), faults=[fault("occlusion", 2, blocked_frac=1.0)])
    _, header, arrays, _ = picture(told)
    late = arrays["day"] > 2.01
    assert (arrays["blocked_frac"][late] == 1.0).all()
    assert (arrays["tip_ml_day"][late] == 0.0).all()
    assert arrays["rotor_ml_day"][late] == pytest.approx(0.24)
    assert "Roller turning, but nothing flows" in stage.describe(header, arrays, packet.N_FRAME - 1)


def test_happenings_are_told_by_their_day_without_the_boluses_and_not_too_many():
    told = scenario(30, refill(2000), rate(200), *(bolus(20, 10, 0.25 * i) for i in range(1, 110)))
    result, header, _, _ = picture(told)
    assert [one for one in result.happenings if one.kind == "bolus"]
    texts = [text for _, text in header["happenings"]]
    assert not any("Bolus" in text for text in texts)
    assert len(texts) <= packet.MOST_HAPPENINGS
    days = [day for day, _ in header["happenings"]]
    assert days == sorted(days)
    many = scenario(100, refill(2000), *(rate(200.0 + i % 2, at_day=i) for i in range(90)))
    assert len(picture(many)[1]["happenings"]) == packet.MOST_HAPPENINGS


def test_many_refills_and_short_plugs_still_travel_light():
    # a new strength every day for a hundred days, and an hourly bolus does not add a plug
    orders = [refill(1000.0 + 500.0 * (i % 3), at_day=float(i)) for i in range(100)]
    assert picture(scenario(100, *orders, rate(1000)))[3] <= 150_000


@pytest.mark.parametrize("focus_day", [None, 0.0, 12.5])
def test_the_moment_worth_seeing_travels_along(focus_day):
    assert picture(SCENARIOS["half-a-leak"], focus_day)[1]["focus_day"] == focus_day


def test_the_peaks_given_are_the_peaks_sent():
    told = SCENARIOS["quiet-pump"]
    header, _ = stage.decode(packet.build(told, simulate(told), 1234.5, 6.5))
    assert (header["peak_mcg_ml"], header["csf_peak_mcg_ml"]) == (1234.5, 6.5)


def test_the_same_run_makes_the_same_packet():
    told = SCENARIOS["half-a-leak"]
    assert packet.build(told, simulate(told), 1.0, 1.0) == packet.build(told, simulate(told), 1.0, 1.0)


@pytest.mark.parametrize(
    "told",
    [
        scenario(0.01, refill(2000), rate(200)),
        scenario(10, refill(2000)),
        scenario(10, refill(0)),
        scenario(10, refill(2000, at_day=9)),
        scenario(400, refill(500), rate(200)),
    ],
    ids=["short", "idle", "saline", "late", "long"],
)
def test_an_odd_run_makes_a_packet_that_can_be_read_and_described(told):
    _, header, arrays, size = picture(told)
    assert size <= 150_000
    for index in (0, packet.N_FRAME // 2, packet.N_FRAME - 1):
        assert stage.describe(header, arrays, index).startswith("Day ")
