"""A result can be read, not written; asked at any time of the run; and told in numbers and sentences."""

from __future__ import annotations

import json
import re
from dataclasses import FrozenInstanceError, fields, replace
from itertools import pairwise

import numpy as np
import pytest

from sim import Result, ScenarioError, catalogue, metrics, simulate
from sim.exact.steps import frozen
from sim.happening import HARM, SENTENCE, happen
from sim.quantity import UNIT_OF_SUFFIX
from tests.building import bolus, fault, flow, rate, refill, scenario

STORY = scenario(
    40,
    refill(500),
    rate(200),
    refill(2000, at_day=20, draw_ml=1, in_ml=5),
    bolus(100, 30, at_day=25),
    rate(400, at_day=30),
    {"kind": "stop", "at_day": 38},
    faults=[
        fault("tear", 5, lost_frac=0.25, end_day=12),
        fault("occlusion", 13, blocked_frac=1, end_day=16),
        fault("stall", 35, end_day=36),
    ],
)


@pytest.fixture(scope="module")
def story() -> Result:
    return simulate(STORY)


# ------------------------------------------------------------------ tables and arrays


@pytest.mark.parametrize("drug", sorted(catalogue().drugs))
def test_a_table_has_equal_columns_that_carry_their_unit(drug):
    dose = catalogue().drugs[drug].reference_mcg_day
    table = simulate(scenario(10, refill(5.0 * dose), rate(dose), drug=drug)).to_table()
    assert next(iter(table)) == "time_h"
    assert {len(column) for column in table.values()} == {len(table["time_h"])}
    for name, column in table.items():
        assert any(name.endswith(suffix) for suffix in UNIT_OF_SUFFIX), name
        assert re.fullmatch("[a-z0-9_]+", name)
        assert column.dtype == np.float64
        assert np.isfinite(column).all(), name
    has_excess = catalogue().drugs[drug].excess is not None
    assert ("excess_index" in table) == has_excess
    assert sum(name.startswith("csf_") for name in table) == 25
    assert sum(name.startswith("ledger_") for name in table) == 11


def test_the_ledger_columns_of_a_table_sum_to_what_was_supplied(story):
    table = story.to_table()
    total = sum(column for name, column in table.items() if name.startswith("ledger_"))
    np.testing.assert_allclose(total, story.ledger.supplied_mcg, rtol=1e-12)


def test_the_arrays_of_a_result_cannot_be_written_to(story):
    for name, column in story.to_table().items():
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1.0
        assert not column.flags.writeable, name
    for array in (story.csf_mcg_ml, story.ledger.amount_mcg, *story.effect_course):
        assert not array.flags.writeable
    with pytest.raises(FrozenInstanceError):
        story.time_h = frozen([0.0])


def test_the_signals_of_a_result_cannot_be_swapped(story):
    with pytest.raises(TypeError):
        story.signals["tip_mcg_h"] = story.signals["tip_mcg_h"]


def test_a_result_shown_in_a_notebook_fits_on_a_screen(story):
    assert len(repr(story)) < 20_000


# ------------------------------------------------------------------ before and at


def test_just_before_a_refill_the_old_volume_stands_and_at_it_the_new_one():
    result = simulate(scenario(40, refill(500), rate(200), refill(2000, at_day=20, draw_ml=2, in_ml=9)))
    before, now = result.before(480.0), result.at(480.0)
    # 0.4 mL/day for 20 days of 20 mL; then 2 mL out and 9 mL in
    assert before.reservoir_true_ml == before.reservoir_believed_ml == pytest.approx([12.0], rel=1e-12)
    assert now.reservoir_true_ml == now.reservoir_believed_ml == pytest.approx([19.0], rel=1e-12)
    assert 24.0 * before.command_ml_h == pytest.approx([0.4], rel=1e-12)
    assert 24.0 * now.command_ml_h == pytest.approx([0.1], rel=1e-12)
    # the pump believes the same dose on both sides; the line still holds the old drug
    assert 24.0 * before.believed_mcg_h == pytest.approx([200.0], rel=1e-12)
    assert 24.0 * now.believed_mcg_h == pytest.approx([200.0], rel=1e-12)
    assert 24.0 * before.tip_mcg_h == pytest.approx([200.0], rel=1e-12)
    assert 24.0 * now.tip_mcg_h == pytest.approx([50.0], rel=1e-12)
    assert before.ledger.at_end()["withdrawn"] == 0.0
    assert now.ledger.at_end()["withdrawn"] == pytest.approx(1000.0, rel=1e-12)
    # what moves does not jump
    for name in ("programmed_mcg", "pumped_mcg", "delivered_mcg", "leaked_mcg", "csf_mcg_ml", "effect_index"):
        np.testing.assert_array_equal(getattr(before, name), getattr(now, name))
    assert before.ledger.error_frac <= 1e-12
    assert now.ledger.error_frac <= 1e-12


def test_a_new_rate_holds_from_its_own_instant_on():
    result = simulate(scenario(20, refill(2000), rate(200), rate(500, at_day=10)))
    for name in ("command_ml_h", "pumped_ml_h", "tip_ml_h"):
        assert 24.0 * getattr(result.before(240.0), name) == pytest.approx([0.1], rel=1e-12)
        assert 24.0 * getattr(result.at(240.0), name) == pytest.approx([0.25], rel=1e-12)
    assert result.before(240.0).reservoir_true_ml == result.at(240.0).reservoir_true_ml
    # a microsecond is the smallest time there is
    assert 24.0 * result.at(240.0 - 1e-9).command_ml_h == pytest.approx([0.1], rel=1e-12)


def test_a_time_asked_alone_gives_what_it_gives_among_others(story):
    for hour in (0.0, 300.0, 480.0, 600.25, 960.0):
        alone = simulate(STORY, time_h=[hour]).to_table()
        asked = story.at(hour).to_table()
        assert {name: column.tolist() for name, column in alone.items()} == {
            name: column.tolist() for name, column in asked.items()
        }


def test_what_happened_and_the_exact_signals_do_not_depend_on_the_times_asked(story):
    alone = simulate(STORY, time_h=[7.0])
    assert alone.happenings == story.happenings
    for name, signal in story.signals.items():
        np.testing.assert_array_equal(alone.signals[name].edge_tick, signal.edge_tick, err_msg=name)
        np.testing.assert_array_equal(alone.signals[name].value, signal.value, err_msg=name)


@pytest.mark.parametrize(
    ("time_h", "words"),
    [
        ([], "one row of times"),
        ([[0.0, 1.0]], "one row of times"),
        ([2.0, 1.0], "do not fall"),
        ([-1e-6], "between 0 and the duration, 960 h"),
        ([0.0, 960.0001], "between 0 and the duration, 960 h"),
        ([np.nan], "finite"),
        ([0.0, np.inf], "finite"),
        ([1e9], "within"),
        (["noon"], "noon"),
    ],
)
def test_times_that_cannot_be_asked_are_refused_by_name(time_h, words):
    with pytest.raises(ValueError, match=words) as caught:
        simulate(STORY, time_h=time_h)
    assert not isinstance(caught.value, ScenarioError)
    assert "time_h" in str(caught.value) or words == "noon"


def test_any_other_shape_of_times_is_taken():
    for time_h in (5, 5.0, [5], (5.0,), np.array([5]), [0.0, 5.0, 5.0, 960.0]):
        assert simulate(STORY, time_h=time_h).time_h.tolist() == np.atleast_1d(time_h).tolist()


@pytest.mark.parametrize("hour", [-1.0, 960.001, 1e5])
@pytest.mark.parametrize("ask", ["at", "before", "plugs_at"])
def test_a_result_knows_nothing_of_times_outside_its_run(story, ask, hour):
    with pytest.raises(ValueError, match="time_h"):
        getattr(story, ask)(hour)


def test_by_default_every_edge_is_among_the_times(story):
    for name, signal in story.signals.items():
        edges = signal.edge_tick[signal.edge_tick <= round(960 * 3.6e9)] / 3.6e9
        assert set(edges.tolist()) <= set(story.time_h.tolist()), name
    assert len(story.time_h) >= 2001
    assert story.duration_h == 960.0


# ------------------------------------------------------------------ plugs


def test_the_plugs_fill_the_line_and_its_stretch_at_every_time(story):
    for stored_ml, plugs in zip(story.stored_ml, story.plugs_at(story.time_h), strict=True):
        assert abs(sum(volume for volume, _ in plugs) - (0.4 + stored_ml)) <= 1e-9
        assert all(volume > 0.0 for volume, _ in plugs)
        assert all(a[1] != b[1] for a, b in pairwise(plugs)), "equal neighbours are one plug"
    assert story.stored_ml.max() == pytest.approx(0.046, rel=1e-9)


def test_the_plugs_hold_the_drug_that_the_ledger_finds_in_the_line(story):
    held = [sum(volume * mcg_ml for volume, mcg_ml in plugs) for plugs in story.plugs_at(story.time_h)]
    np.testing.assert_allclose(held, story.ledger.amount_mcg[:, 1], rtol=1e-9)


def test_a_front_moves_from_the_pump_to_the_tip():
    result = simulate(scenario(10, refill(2000), rate(200), line_start="csf"))
    start, early, late = result.plugs_at([0.0, 24.0, 72.0])
    assert start == [(pytest.approx(0.4), 0.0)]
    assert early == [(pytest.approx(0.1), 2000.0), (pytest.approx(0.3), 0.0)]
    assert late == [(pytest.approx(0.3), 2000.0), (pytest.approx(0.1), 0.0)]
    path = simulate(scenario(10, refill(2000), rate(200), line_start="pump_path"))
    assert path.plugs_at(0.0)[0] == [(pytest.approx(0.2), 2000.0), (pytest.approx(0.2), 0.0)]


def test_leaks_stand_where_the_line_was_torn():
    torn = [fault("tear", 1, position_frac=0.25, lost_frac=0.5), fault("tear", 2, position_frac=0.75, lost_frac=0.5)]
    result = simulate(scenario(10, refill(2000), rate(240), faults=torn))
    assert [position for position, _ in result.leaks] == pytest.approx([0.25, 0.35])
    lost = [24.0 * flow.at(72.0) for _, flow in result.leaks]
    assert lost == pytest.approx([0.06, 0.03], rel=1e-12)
    assert simulate(scenario(10, refill(2000), rate(240))).leaks == ()


# ------------------------------------------------------------------ metrics


def along(result: Result, hour: list[float], index: list[float]) -> Result:
    """The result with a known course of its effect."""
    return replace(result, effect_course=(frozen(hour), frozen(index)))


@pytest.mark.parametrize(
    ("hour", "index", "low", "hours"),
    [
        ([0, 10], [0, 1], 0.5, 5.0),  # rises through the level half-way
        ([0, 10], [1, 0], 0.25, 2.5),  # falls through it at three quarters
        ([0, 10], [0.2, 0.2], 0.5, 10.0),
        ([0, 10], [0.8, 0.8], 0.5, 0.0),
        ([0, 10], [0.5, 0.5], 0.5, 0.0),  # at the level is not below it
        ([0, 10, 20], [1, 0, 1], 0.5, 10.0),
        ([0, 10, 20], [0, 1, 0], 0.5, 10.0),
        ([0, 10, 20], [0.5, 0, 0.5], 0.5, 20.0),  # touches the level at both ends only
        ([0, 1, 3, 7], [0, 0, 1, 1], 0.5, 2.0),
        ([0, 10], [0, 1], 0.0, 0.0),
        ([0, 10], [0, 1], 1.0, 10.0),
    ],
)
def test_hours_below_a_level_are_read_off_the_curve(story, hour, index, low, hours):
    assert metrics.hours_below(along(story, hour, index), low) == pytest.approx(hours, abs=1e-12)


@pytest.mark.parametrize(
    ("hour", "index", "low", "high", "hours"),
    [
        ([0, 10], [0, 1], 0.25, 0.75, 5.0),
        ([0, 10], [0.5, 0.5], 0.25, 0.75, 0.0),
        ([0, 10], [0.9, 0.9], 0.25, 0.75, 10.0),
        ([0, 10, 20], [0, 1, 0], 0.2, 0.9, 6.0),
        ([0, 10], [0.25, 0.75], 0.25, 0.75, 0.0),
    ],
)
def test_hours_outside_a_band_are_those_below_and_those_above(story, hour, index, low, high, hours):
    assert metrics.hours_outside(along(story, hour, index), low, high) == pytest.approx(hours, abs=1e-12)


def test_hours_below_and_above_a_level_make_the_whole_run(story):
    for level in (0.1, 0.4, 0.6):
        below = metrics.hours_below(story, level)
        above = metrics.hours_outside(story, 0.0, level)
        assert below + above == pytest.approx(960.0, abs=0.1)


def test_hours_without_effect_agree_with_a_fine_sampling_of_the_index():
    example = scenario(12, refill(2000), rate(300), {"kind": "stop", "at_day": 4.0}, body_start="steady")
    hours = np.arange(0.0, 288.0, 0.01)
    sampled = 0.01 * float((simulate(example, time_h=hours).effect_index < 0.6).sum())
    # one sample at the single crossing
    assert metrics.hours_below(simulate(example), 0.6) == pytest.approx(sampled, abs=0.03)


def test_the_ratio_is_nothing_where_nothing_was_programmed():
    idle = simulate(scenario(10, refill(2000)))
    assert metrics.delivered_ratio(idle) is None
    assert np.isnan(idle.delivered_ratio).all()
    saline = simulate(scenario(10, refill(0), flow(0.1)))
    assert metrics.delivered_ratio(saline) is None
    assert metrics.first_drug_at_tip_day(saline) is None


def test_the_ratio_stands_for_every_time_and_ends_where_the_summary_says(story):
    assert np.isnan(story.delivered_ratio[0])
    np.testing.assert_allclose(
        story.delivered_ratio[1:], story.delivered_mcg[1:] / story.programmed_mcg[1:], rtol=1e-15
    )
    assert story.delivered_ratio[-1] == metrics.delivered_ratio(story) == metrics.summary(story)["delivered_ratio"]


def test_what_did_not_occur_is_none_in_the_summary_and_null_in_json():
    record = metrics.summary(simulate(scenario(10, refill(2000))))
    text = json.dumps(record, allow_nan=False)
    for name in ("alarm_day", "empty_day", "first_drug_at_tip_day", "delivered_ratio"):
        assert record[name] is None
        assert json.loads(text)[name] is None
    assert json.loads(text) == record


def test_the_summary_says_what_the_arrays_say(story):
    record = metrics.summary(story)
    assert record["alarm_day"] == metrics.alarm_day(story) == metrics.first_day(story, "low_alarm")
    assert record["empty_day"] == metrics.empty_day(story)
    for name in ("programmed_mcg", "pumped_mcg", "delivered_mcg", "leaked_mcg"):
        assert record[name] == getattr(story, name)[-1]
    assert record["residual_actual_ml"] == story.reservoir_true_ml[-1]
    assert sum(record["ledger_mcg"].values()) == pytest.approx(story.ledger.supplied_mcg[-1], rel=1e-12)
    assert len(record["happenings"]) == len(story.happenings)
    # whole days stay whole
    assert [one["day"] for one in record["happenings"] if one["kind"] == "motor_stall"] == [35.0]


def test_an_error_of_the_ledger_shows():
    ledger = simulate(scenario(10, refill(2000), rate(200)), time_h=[0.0, 240.0]).ledger
    assert ledger.error_frac <= 1e-12
    wrong = ledger.amount_mcg.copy()
    wrong[1, 3] += 0.01 * ledger.supplied_mcg[1]
    assert replace(ledger, amount_mcg=frozen(wrong)).error_frac == pytest.approx(0.01, rel=1e-9)
    empty = replace(ledger, amount_mcg=frozen(np.zeros_like(wrong)), opening_mcg=0.0, filled_mcg=frozen([0.0, 0.0]))
    assert empty.error_frac == 0.0


# ------------------------------------------------------------------ happenings

BLOCKED = fault("occlusion", 1, blocked_frac=1.0, end_day=11)
TELLING = {
    "a first dose that waits for its hour": scenario(
        2, refill(2000), {"kind": "rate_schedule", "clock_h": [0.0, 6.0], "dose_mcg_day": [0.0, 300.0]}
    ),
    "story": STORY,
    "dry": scenario(60, refill(500), rate(200)),
    "unprimed": scenario(10, refill(2000), rate(200), line_start="csf"),
    "capped": scenario(1, refill(2000), flow(20.0), bolus(1000, 60, 0.25)),
    # what the block left makes one refill too much, and the next one finds less than it asks for
    "refused": scenario(
        30,
        refill(2000),
        flow(1.0),
        refill(2000, at_day=11, draw_ml=0, in_ml=11),
        refill(2000, at_day=25, draw_ml=5.5, in_ml=10),
        faults=[BLOCKED],
    ),
    "blocked port": scenario(
        20,
        refill(2000),
        rate(200),
        *(
            {"kind": what, "at_day": day, "volume_ml": 0.1}
            for day in (1, 5)
            for what in ("cap_aspiration", "cap_injection")
        ),
        {"kind": "repair", "at_day": 8, "fault": 0},
        faults=[fault("occlusion", 3, blocked_frac=1)],
    ),
    "burst": scenario(20, refill(2000), flow(0.5), faults=[fault("occlusion", 3, blocked_frac=1, outcome="burst")]),
    "bridges": scenario(
        20,
        refill(500),
        rate(100),
        {"kind": "priming_bolus", "volume_ml": 0.4},
        refill(2000, at_day=5),
        {"kind": "bridge_bolus", "at_day": 5, "old_mcg_ml": 500},
        {"kind": "bridge_bolus", "at_day": 10, "old_mcg_ml": 0.1},
    ),
    "asked too often": scenario(
        5,
        refill(2000),
        rate(200),
        {"kind": "patient_bolus", "dose_mcg": 10, "over_min": 5, "lockout_min": 60, "n_per_day": 4}
        | {"request_day": [1.0, 1.01, 2.0]},
    ),
    "from then on": scenario(
        20,
        refill(2000, pocket_ml=5.0),
        rate(200),
        {"kind": "alarm_level", "at_day": 3, "alarm_ml": 4.0},
        {"kind": "surroundings", "at_day": 4, "body_c": 39.0},
        refill(2000, at_day=5, rinse_ml=2.0, n_rinses=3),
    ),
    "counted too high": scenario(
        8,
        refill(2000),
        flow(0.5),
        refill(2000, at_day=5.0, in_ml=5.0),
        refill(2000, at_day=6.0, draw_ml=0.0, in_ml=10.0),
        faults=[fault("flip", 4.0, end_day=5.5), fault("diversion", 1.0, volume_ml=10.0)],
    ),
    **{
        name: scenario(20, refill(2000), flow(0.2), {"kind": "mri", "at_day": 10, **more}, pump="valve-20ml")
        for name, more in (("second valve", {"reset_day": 12}), ("open valves", {"valves_open": True}))
    },
    "taken": scenario(20, refill(2000), rate(200), faults=[fault("diversion", 3, volume_ml=5)]),
    "worn": scenario(20, refill(2000), rate(200), faults=[fault("low_battery_reset", 3), fault("battery_end", 5)]),
    **catalogue().scenarios,
}
every_telling = pytest.mark.parametrize("example", TELLING.values(), ids=TELLING)


@every_telling
def test_happenings_are_told_in_order_of_time_in_sentences_of_known_kinds(example):
    result = simulate(example)
    order = list(SENTENCE)
    keys = [(one.time_h, order.index(one.kind)) for one in result.happenings]
    assert keys == sorted(keys)
    assert keys
    for one in result.happenings:
        assert 0.0 <= one.time_h <= result.duration_h
        assert one.text[0].isupper()
        assert one.text.endswith(".")
        assert "None" not in one.text
        assert "nan" not in one.text.split()
        assert "{" not in one.text
        assert not re.search(r"(?<![\d])\.\d", one.text), "a number starts with a digit"
        assert not re.search(r"\de[+-]?\d", one.text), "no powers of ten for learners"


def test_no_number_in_a_happening_ends_with_a_zero_after_the_point():
    for example in TELLING.values():
        for one in simulate(example).happenings:
            assert not re.search(r"\d\.\d*0(?!\d)", one.text), one.text


def test_every_kind_of_happening_can_be_made_to_happen():
    assert {one.kind for example in TELLING.values() for one in simulate(example).happenings} == set(SENTENCE)


def test_a_kind_that_nobody_knows_cannot_happen():
    with pytest.raises(KeyError):
        happen(0.0, "miracle")


def test_the_pump_tells_only_what_it_can_sense():
    # no sensor sees a block or a tear: nothing that sounds an alarm comes of them
    silent = scenario(
        20, refill(2000), rate(500), faults=[fault("occlusion", 2, blocked_frac=1), fault("tear", 1, lost_frac=1)]
    )
    assert not [one for one in simulate(silent).happenings if "alarm" in one.kind]


def kinds(result: Result) -> list[str]:
    return [one.kind for one in result.happenings if one.kind not in HARM]


@pytest.mark.parametrize(
    "wrong", [{"battery_used_frac": 0.99}, {"faults": [fault("battery_end", 20)]}], ids=["worn", "fault"]
)
def test_a_pump_without_power_sounds_no_more_alarms(wrong):
    # at 0.1 mL/day the volume would reach the alarm on day 180 and nothing on day 200
    result = simulate(scenario(210, refill(2000), rate(200), **wrong))
    assert kinds(result)[-1] == "eos"
    new_one = simulate(scenario(210, refill(2000), rate(200), faults=[fault("battery_end", 20, end_day=120)]))
    assert kinds(new_one)[-3:] == ["low_alarm", "run_dry", "empty_alarm"]


@pytest.mark.parametrize(
    ("pump", "orders"), [("roller-20ml", [rate(200)]), ("valve-20ml", [rate(200)]), ("gas-20ml", [])]
)
def test_a_scan_is_told_whatever_drives_the_pump(pump, orders):
    example = scenario(10, refill(2000, in_ml=10.0), *orders, {"kind": "mri", "at_day": 4, "over_min": 45}, pump=pump)
    assert kinds(simulate(example)).count("mri") == 1


def test_a_prime_of_nothing_is_no_prime():
    example = [scenario(10, refill(2000), rate(200), {"kind": "priming_bolus", "volume_ml": ml}) for ml in (0.0, 0.1)]
    without = scenario(10, refill(2000), rate(200))
    assert simulate(example[0]).happenings == simulate(without).happenings
    assert "priming_bolus" in kinds(simulate(example[1]))


def test_a_result_has_no_field_without_a_place_in_it(story):
    length = len(story.time_h)
    for field in fields(story):
        value = getattr(story, field.name)
        if isinstance(value, np.ndarray):
            assert value.shape[0] == length, field.name
