"""The moments that the picture draws are those of the model, and travel light."""

from __future__ import annotations

import numpy as np
import pytest

from app import runs
from app.figures import packet_format, stage_packet
from app.figures.lanes import MOST_SPANS, _spans
from app.runs import with_handles
from app.words.reader import speak
from app.words.units import Units
from sim import catalogue, simulate
from sim.body import level_cm
from sim.happening import happen
from sim.scenario import with_values
from tests.building import bolus, fault, rate, refill, scenario
from tests.scripting import described, in_node, unpack

SCENARIOS = catalogue().scenarios
every = pytest.mark.parametrize("name", sorted(SCENARIOS))


def picture(example, focus_day=None):
    """Result, header and arrays of a scenario's packet, as the browser gets them."""
    result = runs.run(example)
    sent = stage_packet.build(example, result, 2000.0, 1.0, focus_day)
    return result, *unpack(sent), len(sent)


def words_of(example, *places):
    """The picture of a scenario in words, at the moments sent that have these places."""
    return described(stage_packet.build(example, runs.run(example), 2000.0, 1.0), *places)


@every
def test_a_packet_of_a_packaged_scenario_is_at_most_150_kb(name):
    assert picture(SCENARIOS[name])[3] <= 150_000


@every
def test_a_packet_of_a_scenario_with_every_fault_moved_is_at_most_150_kb(name):
    example = SCENARIOS[name]
    half = {path: 0.5 for control in example.controls for path in control.paths if path.endswith("_frac")}
    assert picture(with_values(example, half))[3] <= 150_000


@every
def test_the_picture_starts_at_0_and_ends_with_the_run(name):
    _, header, arrays, _ = picture(SCENARIOS[name])
    day = arrays["day"]
    assert header["duration_day"] == SCENARIOS[name].duration_day
    assert (day[0], day[-1]) == (0.0, SCENARIOS[name].duration_day)
    # nowhere a gap that a viewer of the even moments would see
    assert np.diff(day).max() <= 1.01 * header["duration_day"] / (stage_packet.N_EVEN - 1)


@every
def test_every_moment_shows_the_numbers_of_the_model_at_that_time(name):
    result, _, arrays, _ = picture(SCENARIOS[name])
    for place in np.linspace(0, len(arrays["day"]) - 1, 23).astype(int):
        at = result.at(24.0 * arrays["day"][place])
        expected = {
            "true_ml": at.reservoir_true_ml,
            "believed_ml": at.reservoir_believed_ml,
            "believed_mcg_day": 24.0 * at.believed_mcg_h,
            "tip_mcg_day": 24.0 * at.tip_mcg_h,
            "tip_ml_day": 24.0 * at.tip_ml_h,
            "lost_mcg": at.leaked_mcg,
            "effect_index": at.effect_index,
            "withdrawal_index": at.withdrawal_index,
        }
        for key, value in expected.items():
            if value is not None:
                highest = max(np.abs(arrays[key]).max(), 1e-9)
                assert arrays[key][place] == pytest.approx(value[0], rel=1e-6, abs=1e-6 * highest), key
        peak = arrays["csf_mcg_ml"].max()
        np.testing.assert_allclose(arrays["csf_mcg_ml"][place], at.csf_mcg_ml[0], rtol=2.0**-10, atol=1e-9 * peak)


@every
def test_each_jump_of_flow_or_volume_stands_between_two_moments_a_microsecond_apart(name):
    """So whatever goes straight from one moment to the next never crosses a jump."""
    result, _, arrays, _ = picture(SCENARIOS[name])
    day = arrays["day"]
    for key in ("tip_mcg_h", "tip_ml_h", "believed_mcg_h", "rotor_ml_h", "blocked_frac"):
        edges = result.signals[key].merged().edge_tick[1:-1] / 3.6e9 / 24.0
        for edge in edges:
            after = int(np.argmin(np.abs(day - edge)))
            assert day[after] == pytest.approx(edge, abs=1e-11)
            assert day[after] - day[after - 1] == pytest.approx(1e-6 / 86400.0, rel=0.2) or day[after] == day[0]
    fills = [one.time_h / 24.0 for one in result.happenings if one.kind == "refill"]
    steep = np.flatnonzero(np.diff(arrays["true_ml"]) > 0.01)
    assert all(np.abs(np.array(fills) - day[place + 1]).min() < 1e-9 for place in steep)
    assert all(day[place + 1] - day[place] < 2e-11 for place in steep)


def test_minutes_and_hours_after_a_happening_are_seen_from_close_by():
    _, _, arrays, _ = picture(SCENARIOS["stronger-drug"])
    after = np.diff(arrays["day"][(arrays["day"] >= 20.0) & (arrays["day"] < 20.2)]) * 1440.0
    assert after[0] == pytest.approx(1.0, abs=1e-3)
    assert (np.diff(after[:7]) > -1e-3).all()  # ever wider


@every
@pytest.mark.parametrize("blocked", [0.0, 1.0])
def test_the_plugs_of_every_moment_fill_the_line_and_its_stretch(name, blocked):
    example = with_handles(SCENARIOS[name])
    paths = [f"faults.{i}.blocked_frac" for i, one in enumerate(example.faults) if one.kind == "occlusion"]
    _, header, arrays, _ = picture(with_values(example, dict.fromkeys(paths, blocked)))
    starts = arrays["plug_start"].astype(int)
    assert (np.diff(starts) >= 1).all()
    totals = np.add.reduceat(arrays["plug_ml"].astype(float), starts[:-1])
    dead_ml = header["path_ml"] + header["catheter_ml"]
    pump, catheter = catalogue().pumps[example.pump], catalogue().catheters[example.catheter]
    stretch_ml = catheter.compliance_ml_kpa * pump.limit_kpa
    assert totals.min() >= dead_ml - 1e-6
    assert totals.max() <= dead_ml + stretch_ml + 1e-6
    if name in ("first-drop", "half-a-leak", "stronger-drug"):
        assert totals.max() == pytest.approx(dead_ml + blocked * stretch_ml, abs=1e-6)
    assert arrays["plug_mcg_ml"].min() >= 0.0


@every
def test_the_header_describes_the_device_and_the_person(name):
    example = SCENARIOS[name]
    _, header, _, _ = picture(example)
    pump, catheter = catalogue().pumps[example.pump], catalogue().catheters[example.catheter]
    assert set(packet_format.HEADER_KEYS) <= set(header)
    for key in ("capacity_ml", "unpumpable_ml", "path_ml"):
        assert header[key] == getattr(pump, key)
    assert header["alarm_ml"] == (pump.alarm_ml if header["is_filled"] else 0.0)
    assert header["catheter_ml"] == pytest.approx(catheter.length_cm * catheter.volume_ml_cm)
    assert header["tips"][0] == [0.0, example.tip_level, level_cm(example.tip_level), "intrathecal"]
    assert [level for level, _ in header["levels"]] == list(stage_packet.RULER)
    assert [cm for _, cm in header["levels"]] == sorted(cm for _, cm in header["levels"])
    assert header["drug"] == catalogue().drugs[example.drug].title


def test_the_flow_of_the_rotor_splits_between_tip_and_leaks():
    example = scenario(10, refill(2000), rate(480), faults=[fault("tear", 4, lost_frac=0.25)])
    _, header, arrays, _ = picture(example)
    assert header["leak_ml"] == pytest.approx([0.3])
    assert arrays["leak_ml_day"].shape == (1, len(arrays["day"]))
    np.testing.assert_allclose(arrays["tip_ml_day"] + arrays["leak_ml_day"][0], arrays["rotor_ml_day"], rtol=1e-5)
    late = arrays["day"] > 4.0
    assert arrays["leak_ml_day"][0][late] == pytest.approx(0.06)
    assert (arrays["leak_ml_day"][0][~late] == 0.0).sum() >= 99


def test_a_push_of_a_minute_has_moments_of_its_own():
    flush = {"kind": "cap_injection", "at_day": 5.0, "volume_ml": 0.2}
    example = scenario(10, refill(2000), rate(200), flush)
    result, _, arrays, _ = picture(example)
    pushed = arrays["tip_ml_day"] > 1.0
    assert pushed.sum() >= stage_packet.N_INSIDE
    assert arrays["tip_ml_day"].max() == pytest.approx(24.0 * result.tip_ml_h.max())
    assert (arrays["port_ml_day"][pushed] > 1.0).all()
    assert (arrays["port_ml_day"][~pushed] == 0.0).all()


def test_a_low_alarm_that_is_set_anew_moves_with_the_moments():
    levels = [{"kind": "alarm_level", "at_day": day, "alarm_ml": ml} for day, ml in ((0.0, 3.0), (5.0, 4.0))]
    _, header, arrays, _ = picture(scenario(10, refill(2000), rate(200), *levels))
    assert header["alarm_ml"] == 3.0
    assert (arrays["alarm_ml"] == np.where(arrays["day"] < 5.0, 3.0, 4.0)).all()
    _, header, arrays, _ = picture(scenario(10, refill(2000), rate(200), levels[0]))
    assert header["alarm_ml"] == 3.0
    assert "alarm_ml" not in arrays


def test_where_there_are_more_pushes_than_fit_no_even_moment_lies_inside_one():
    # five minutes of every hour for a year: 17,520 edges
    hourly = {"kind": "periodic_bolus", "dose_mcg": 10.0, "over_min": 5.0, "every_h": 1.0}
    example = scenario(365, refill(2000), rate(100), hourly)
    result, _, arrays, size = picture(example)
    assert size <= stage_packet.LARGEST_BYTES
    happened = np.array([one.time_h / 24.0 for one in result.happenings if one.kind != "bolus"])
    even = np.array([np.abs(happened - day).min() > 1.0 for day in arrays["day"]])
    assert even.sum() > 200
    assert arrays["tip_ml_day"][even].max() == pytest.approx(0.05)  # between the pushes


def test_csf_that_runs_backwards_is_drawn_backwards_and_told():
    example = scenario(10, refill(2000), rate(480), faults=[fault("hole", 2, diameter_um=50.0)])
    _, _, arrays, _ = picture(example)
    late = arrays["day"] > 2.0
    assert (arrays["tip_ml_day"][late] < 0.0).all()
    assert (arrays["tip_mcg_day"][late] == 0.0).all()
    np.testing.assert_allclose(arrays["tip_ml_day"] + arrays["leak_ml_day"][0], arrays["rotor_ml_day"], rtol=1e-4)
    last, first = words_of(example, -1, 0)
    assert "CSF runs backwards through the tip" in last
    assert "backwards" not in first


def test_a_second_catheter_has_a_tip_and_a_flow_of_its_own():
    example = scenario(10, refill(2000), rate(480), second_catheter="one-piece-89cm", second_tip_level="L5")
    _, header, arrays, _ = picture(example)
    assert header["second_tip_cm"] == level_cm("L5")
    np.testing.assert_allclose(arrays["tip_ml_day"] + arrays["second_ml_day"], arrays["rotor_ml_day"], rtol=1e-5)
    assert "Second tip gets 0.0985 mL/day." in words_of(example, 5)[0]
    assert "second_ml_day" not in picture(SCENARIOS["quiet-pump"])[2]


def test_a_tip_that_moves_is_drawn_where_it_lies_and_outside_where_nothing_reaches_the_csf():
    away = fault("migration", 4, end_day=6, level="T6", space="epidural", csf_frac=0.0)
    up = fault("migration", 8, level="T6")
    example = scenario(10, refill(2000), rate(480), faults=[away, up])
    _, header, arrays, _ = picture(example)
    here, there = level_cm("T12"), level_cm("T6")
    assert header["tips"] == [
        [0.0, "T12", here, "intrathecal"],
        [4.0, "T6", there, "epidural"],
        [6.0, "T12", here, "intrathecal"],
        [8.0, "T6", there, "intrathecal"],
    ]
    words = words_of(example, *(int(place) for place in np.searchsorted(arrays["day"], (3.0, 5.0, 9.0))))
    assert "Tip at T12." in words[0]
    assert "Tip outside the canal: epidural." in words[1]
    assert "Tip at T6." in words[2]


@pytest.mark.parametrize(("pump", "words"), [("gas-20ml", "Gas pushing"), ("valve-20ml", "Valves working")])
def test_a_pump_of_another_mechanism_is_called_by_its_name(pump, words):
    orders = [refill(2000)] if pump.startswith("gas") else [refill(2000), rate(480)]
    example = scenario(10, *orders, pump=pump)
    _, header, _, _ = picture(example)
    assert f"{words}." in words_of(example, 10)[0]
    assert (header["alarm_ml"] == 0.0) == pump.startswith("gas")


def test_where_no_pump_is_filled_none_is_told_of():
    tablet = {"kind": "oral", "dose_mcg": 30000.0, "every_h": 12.0}
    example = scenario(2, tablet, drug="morphine-like", line_start="csf")
    _, header, _, _ = picture(example)
    assert header["alarm_ml"] == 0.0
    (words,) = words_of(example, 100)
    assert "No pump is filled." in words
    assert "Reservoir" not in words


def test_a_blocked_line_lets_the_rotor_turn_while_nothing_flows():
    example = scenario(10, refill(2000), rate(480), faults=[fault("occlusion", 2, blocked_frac=1.0)])
    _, _, arrays, _ = picture(example)
    late = arrays["day"] > 2.01
    assert (arrays["blocked_frac"][late] == 1.0).all()
    assert (arrays["tip_ml_day"][late] == 0.0).all()
    assert arrays["rotor_ml_day"][late] == pytest.approx(0.24)
    assert "Roller turning, but nothing flows" in words_of(example, -1)[0]


def test_happenings_are_told_by_their_day_without_the_boluses_and_not_too_many():
    example = scenario(30, refill(2000), rate(200), *(bolus(20, 10, 0.25 * i) for i in range(1, 110)))
    result, header, _, _ = picture(example)
    assert [one for one in result.happenings if one.kind == "bolus"]
    texts = [text for _, text in header["happenings"]]
    assert not any("Bolus" in text for text in texts)
    assert len(texts) <= stage_packet.MOST_HAPPENINGS
    days = [day for day, _ in header["happenings"]]
    assert days == sorted(days)
    late = fault("tear", 95, lost_frac=0.5)
    many = scenario(100, refill(2000), *(rate(200.0 + i % 2, at_day=i) for i in range(90)), faults=[late])
    happenings = picture(many)[1]["happenings"]
    assert len(happenings) == stage_packet.MOST_HAPPENINGS
    assert any(text.startswith("Fault begins: tear") for _, text in happenings)  # a rare one is never left out
    assert sum(day > 80.0 for day, _ in happenings) > 5


def test_lanes_hold_what_staff_did_what_went_wrong_what_sounded_and_what_was_felt():
    _, header, _, _ = picture(SCENARIOS["zero-too-many"])
    assert [name for name, _ in header["lanes"]] == [
        "program",
        "visits",
        "faults",
        "alarms",
        "too_little",
        "too_much",
        "emergency",
    ]
    result, header, _, _ = picture(SCENARIOS["half-a-leak"])
    lanes = dict(header["lanes"])
    tear = next(span for span in lanes["faults"] if span[1] is not None)
    assert tear[:2] == [5.0, 20.0]
    assert tear[2].startswith("Fault begins: tear")
    # below its band between the leak and the doubled dose
    (low, high, text) = next(span for span in lanes["too_little"] if "effect" in span[2])
    assert 5.0 < low < 6.0 < 9.0 < high < 11.0
    assert "illustrative" in text
    below = result.effect_index < catalogue().drugs["baclofen-like"].effect.low_index
    assert result.time_h[below].min() / 24.0 == pytest.approx(low, abs=0.05)


def test_the_lane_of_emergencies_holds_those_of_every_drug_of_a_mixture():
    mixed = refill(2000, with_actual_mcg_ml=[20000.0])
    stop = {"kind": "stop", "at_day": 5.0}
    fields = {"with_drugs": ["morphine-like"], "body_start": "steady"}
    result, header, _, _ = picture(scenario(10, mixed, rate(500), stop, **fields))
    (first, *_), (second, *_) = result.emergencies, result.others["morphine-like"].emergencies
    assert first.start_h != second.start_h
    rows = {text: (low, high, more) for low, high, text, *more in dict(header["lanes"])["emergency"]}
    assert rows == {
        "Emergency: too little of Baclofen-like.": (first.start_h / 24.0, 10.0, []),
        "Distress: too little of Morphine-like.": (second.start_h / 24.0, 10.0, ["distress"]),
    }
    days = [low for low, *_ in dict(header["lanes"])["emergency"]]
    assert days == sorted(days)


def test_an_alarm_is_silent_once_its_cause_is_gone():
    late = refill(2000, at_day=45)
    example = scenario(60, refill(2000), rate(1000), late)
    _, header, _, _ = picture(example)
    (low, high, sound), *more = dict(header["lamps"])["low"]
    assert (low, high, sound, more) == (pytest.approx(36.0), 45.0, "non-critical", [])
    _, header, _, _ = picture(scenario(60, refill(2000), rate(1000)))
    assert dict(header["lamps"])["low"][0][1] is None
    stalled = scenario(10, refill(2000), rate(480), faults=[fault("stall", 4, end_day=7)])
    (low, high, sound), *_ = dict(picture(stalled)[1]["lamps"])["stopped"]
    assert (high, sound) == (7.0, "critical")
    assert low >= 4.0


def test_a_pump_without_electronics_has_no_lamps():
    assert picture(scenario(10, refill(2000), pump="gas-20ml"))[1]["lamps"] == []


def test_many_short_symptoms_are_told_together():
    hour = np.arange(0.0, 2000.0)
    spans = _spans(hour, hour % 2 == 0, "text", None)
    assert 1 <= len(spans) <= MOST_SPANS
    assert spans[0][0] == 0.0
    assert spans[-1][1] >= 1990.0 / 24.0


def test_the_words_and_units_of_the_reader_travel_along():
    example = SCENARIOS["quiet-pump"]
    try:
        speak("en", Units(amount="mg", flow="mcl_h", time="h"))
        _, header, _, _ = picture(example)
        (words,) = words_of(example, 0)
    finally:
        speak()
    assert header["units"]["time"][0] == 24.0
    assert words.startswith("Hour 0 of 4,800. Pump believes it gives 0.2 mg/day")


@pytest.mark.parametrize("name", ["stronger-drug", "weaker-drug", "half-a-leak", "first-drop", "zero-too-many"])
def test_between_two_moments_sent_the_browser_shows_what_the_model_says(name):
    example = SCENARIOS[name]
    result = runs.run(example)
    days = np.sort(np.random.default_rng(7).uniform(0.0, example.duration_day, 60))
    shown = in_node(
        """
        import { parse, momentAt } from "./stage_packet.js";
        const packet = parse(new Uint8Array(readFileSync("packet")));
        print(days.map((day) => momentAt(packet, day)));
        """,
        stage_packet.build(example, result, 2000.0, 1.0),
        days=days.tolist(),
    )
    at = result.row(24.0 * days, False)
    exact = [at.reservoir_true_ml, at.reservoir_believed_ml, 24.0 * at.tip_mcg_h, 24.0 * at.believed_mcg_h]
    for key, values in zip(("trueMl", "believedMl", "tipDose", "believedDose"), exact, strict=True):
        np.testing.assert_allclose([one[key] for one in shown], values, rtol=1e-5, atol=1e-5, err_msg=key)
    peak = at.csf_mcg_ml.max()
    csf = np.array([list(one["csf"].values()) for one in shown])
    assert np.abs(csf - at.csf_mcg_ml).max() <= 0.03 * peak
    strongest = max(mcg_ml for plugs in result.plugs_at(24.0 * days) for _, mcg_ml in plugs)
    for one, plugs in zip(shown, result.plugs_at(24.0 * days), strict=True):
        assert sum(plug["ml"] for plug in one["plugs"]) == pytest.approx(sum(ml for ml, _ in plugs), abs=1e-6)
        held = sum(plug["ml"] * plug["mcgMl"] for plug in one["plugs"])
        assert held == pytest.approx(sum(ml * mcg_ml for ml, mcg_ml in plugs), abs=1e-3 * strongest * 0.4)


def test_a_push_that_would_flash_by_is_passed_over_while_it_plays():
    example = SCENARIOS["dye-first"]
    fast, slow, push = in_node(
        """
        import { parse, momentAt, calmDay } from "./stage_packet.js";
        const packet = parse(new Uint8Array(readFileSync("packet")));
        const dose = (brief) => momentAt(packet, calmDay(packet, 10.0001, brief)).tipDose;
        print([dose(0.3), dose(1e-5), momentAt(packet, 10.0001).tipDose]);
        """,
        stage_packet.build(example, runs.run(example), 2000.0, 1.0),
    )
    assert fast == pytest.approx(200.0)
    assert slow == push > 1e5


FLOWS = {
    "healthy": (0.1, 0.0, []),
    "a leak takes half": (0.05, 0.0, [{"ml": 0.3, "flow": 0.05}]),
    "all is lost": (0.0, 0.0, [{"ml": 0.2, "flow": 0.1}]),
    "two tips": (0.06, 0.04, []),
    "CSF runs backwards": (-0.05, 0.0, [{"ml": 0.25, "flow": 0.15}]),
    "no flow": (0.0, 0.0, []),
}


@pytest.mark.parametrize("case", FLOWS)
@pytest.mark.parametrize("days", [0.0, 0.01, 1.0, 3.0, 50.0])
def test_the_line_holds_as_much_whatever_flows_and_drug_is_only_moved(case, days):
    tip, second, leaks = FLOWS[case]
    plugs = [{"ml": 0.1, "mcgMl": 2000.0}, {"ml": 0.15, "mcgMl": 0.0}, {"ml": 0.15, "mcgMl": 500.0}]
    flows = {
        "leaks": leaks,
        "secondFlow": second,
        "tipFlow": tip,
        "pathMl": 0.2,
        "entersMcgMl": 1000.0,
        "csfMcgMl": 1.0,
    }
    moved = in_node(
        """
        import { advance } from "./stage_flow.js";
        print(advance(plugs, flows, days));
        """,
        plugs=plugs,
        flows=flows,
        days=days,
    )
    assert sum(plug["ml"] for plug in moved) == pytest.approx(0.4, abs=1e-12)
    pumped = tip + second + sum(leak["flow"] for leak in leaks)
    entered = sum(plug["ml"] for plug in moved if plug["mcgMl"] == 1000.0)
    first_exit = min([leak["ml"] for leak in leaks] + ([0.2] if second else []) + [0.4])
    if pumped * days <= first_exit:
        assert entered == pytest.approx(pumped * days, abs=1e-9)
    if days == 50.0 and tip > 0.0:
        assert [plug["mcgMl"] for plug in moved] == [1000.0]
    if case == "CSF runs backwards" and days == 50.0:
        assert moved == [{"ml": pytest.approx(0.25), "mcgMl": 1000.0}, {"ml": pytest.approx(0.15), "mcgMl": 1.0}]


def test_many_refills_and_short_plugs_still_travel_light():
    # a new strength every day for a hundred days, and an hourly bolus does not add a plug
    orders = [refill(1000.0 + 500.0 * (i % 3), at_day=float(i)) for i in range(100)]
    assert picture(scenario(100, *orders, rate(1000)))[3] <= 150_000


@pytest.mark.parametrize("focus_day", [None, 0.0, 12.5])
def test_the_moment_worth_seeing_travels_along(focus_day):
    assert picture(SCENARIOS["half-a-leak"], focus_day)[1]["focus_day"] == focus_day


def test_the_peaks_given_are_the_peaks_sent():
    example = SCENARIOS["quiet-pump"]
    header, _ = unpack(stage_packet.build(example, simulate(example), 1234.5, 6.5))
    assert (header["peak_mcg_ml"], header["csf_peak_mcg_ml"]) == (1234.5, 6.5)


@every
def test_the_bars_hold_every_dose_that_lasts_for_an_hour(name):
    result, header, _, _ = picture(SCENARIOS[name])
    for key in ("believed_mcg_h", "tip_mcg_h"):
        dose = result.signals[key]
        hour_long = np.diff(dose.edge_tick) >= stage_packet.TICK_PER_H
        assert header["top_mcg_day"] >= 24.0 * dose.value[hour_long].max(initial=0.0)


def test_a_push_of_six_minutes_does_not_shrink_the_bars():
    example = scenario(10, refill(2000), rate(480), bolus(200, 6, 5.0))
    assert picture(example)[1]["top_mcg_day"] == pytest.approx(480.0)
    # where nothing lasts, the highest dose fills them
    example = scenario(10, refill(2000), bolus(200, 6, 5.0))
    assert picture(example)[1]["top_mcg_day"] == pytest.approx(200.0 * 1440.0 / 6.0, rel=0.1)


def test_the_same_run_makes_the_same_packet():
    example = SCENARIOS["half-a-leak"]
    assert stage_packet.build(example, simulate(example), 1.0, 1.0) == stage_packet.build(
        example, simulate(example), 1.0, 1.0
    )


@pytest.mark.parametrize(
    "example",
    [
        scenario(0.01, refill(2000), rate(200)),
        scenario(10, refill(2000)),
        scenario(10, refill(0)),
        scenario(10, refill(2000, at_day=9)),
        scenario(400, refill(500), rate(200)),
    ],
    ids=["short", "idle", "saline", "late", "long"],
)
def test_an_odd_run_makes_a_packet_that_can_be_read_and_described(example):
    _, _, arrays, size = picture(example)
    assert size <= 150_000
    for words in words_of(example, 0, len(arrays["day"]) // 2, -1):
        assert words.startswith("Day ")


def test_what_is_decisive_stays_in_a_list_that_many_boluses_fill():
    often = [happen(float(hour), "bolus", dose_mcg=5.0, over_min=10.0) for hour in range(500)]
    last = happen(500.0, "run_dry", true_ml=1.0, believed_ml=1.0)
    rows = stage_packet.rare_first([*often, last], 200)
    assert len(rows) == 200
    assert rows[-1] is last
    assert [row.time_h for row in rows] == sorted(row.time_h for row in rows)
