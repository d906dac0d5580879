"""The oracles are held against answers known on paper, and against each other where they overlap."""

import importlib.util
import math
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def sibling(name):
    """The module that lies beside this one."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


network = sibling("network_oracle")
line = sibling("line_oracle")
device = sibling("device_oracle")
body = sibling("body_oracle")

DAY_H = 24
BACLOFEN_MCG_H = 300 / 24


# the network


def test_an_infusion_into_one_compartment_fills_and_empties_as_the_textbook_says():
    per_h, mcg_h, end_h = 0.3, 7.0, 5.0
    times_h = [0.0, 1.0, 5.0, 9.0]
    amount, cleared, _ = network.respond(["a"], [], [("a", per_h)], [], {"a": ([0.0, end_h], [mcg_h])}, [], times_h)
    full = mcg_h / per_h * (1 - math.exp(-per_h * end_h))
    expected = [0.0, mcg_h / per_h * (1 - math.exp(-per_h)), full, full * math.exp(-per_h * 4.0)]
    np.testing.assert_allclose(amount[:, 0], expected, rtol=1e-14)
    np.testing.assert_allclose(amount[:, 0] + cleared, [0.0, 7.0, 35.0, 35.0], rtol=1e-15)


def test_equal_rates_in_a_chain_give_time_times_exponential():
    amount, cleared, _ = network.respond(["a", "b"], [("a", "b", 1.0)], [("b", 1.0)], [], {}, [], [2.0], {"a": 1})
    np.testing.assert_allclose(amount[0], [math.exp(-2), 2 * math.exp(-2)], rtol=1e-14)
    np.testing.assert_allclose(cleared, 1 - 3 * math.exp(-2), rtol=1e-14)


def test_a_jump_is_seen_at_its_own_time_and_not_before():
    amount, _, _ = network.respond(["a"], [], [("a", 1.0)], [], {}, [(1.0, "a", 5.0)], [0.5, 1.0, 2.0])
    np.testing.assert_allclose(amount[:, 0], [0.0, 5.0, 5.0 * math.exp(-1)], rtol=1e-14)


def test_a_follower_lags_and_takes_no_mass():
    amount, cleared, followed = network.respond(
        ["a"], [], [("a", 2.0)], [("site", {"a": 0.5}, 0.25)], {}, [], [3.0], {"a": 8.0}
    )
    expected = 0.25 * 4.0 / (0.25 - 2.0) * (math.exp(-6.0) - math.exp(-0.75))
    np.testing.assert_allclose(followed[0, 0], expected, rtol=1e-14)
    np.testing.assert_allclose(amount[0, 0] + cleared[0], 8.0, rtol=1e-15)


def test_a_five_minute_pulse_in_a_month_is_not_missed():
    begin_h, end_h = 300.0, 300.0 + 1 / 12
    amount, cleared, _ = network.respond(
        ["a"], [], [("a", 0.01)], [], {"a": ([0.0, begin_h, end_h], [0.0, 1200.0])}, [], [720.0]
    )
    left = 1200 / 0.01 * (math.exp(-0.01 * (720 - end_h)) - math.exp(-0.01 * (720 - begin_h)))
    np.testing.assert_allclose(amount[0, 0], left, rtol=1e-10)  # paper answer loses digits in its difference
    np.testing.assert_allclose(amount[0, 0] + cleared[0], 1200 * (end_h - begin_h), rtol=1e-15)


STIFF_RATES_PER_H = [1e-6, 3e-3, 0.2, 5.0, 170.0, 1e4]


def stiff_network(states, seed):
    """A random network whose rates span ten powers of ten, with input, jumps and a follower."""
    random = np.random.default_rng(seed)
    names = [f"state {number}" for number in range(states)]
    pairs = [(a, b) for a in names for b in names if a != b and random.random() < 0.4]
    transfers = [(a, b, float(random.choice(STIFF_RATES_PER_H))) for a, b in pairs]
    losses = [(name, float(random.choice(STIFF_RATES_PER_H[:4]))) for name in names]
    followers = [("site", {names[0]: 0.1, names[-1]: 0.3}, 0.2)]
    inputs = {names[0]: ([0.0, 1.0, 700.0], [5.0, 2.0])}
    jumps = [(2.5, names[-1], 100.0), (30.0, names[1], 7.0)]
    return [
        names,
        transfers,
        losses,
        followers,
        inputs,
        jumps,
        [0.5, 2.5, 10.0, 100.0, 1000.0],
        {names[1]: 50.0},
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_twice_the_digits_changes_nothing_in_a_stiff_network(seed):
    once = network.respond(*stiff_network(8, seed))
    twice = network.respond(*stiff_network(8, seed), digits=100)
    for coarse, fine in zip(once, twice, strict=True):
        np.testing.assert_array_equal(coarse, fine)
        assert (fine >= 0).all()


def test_another_exponential_of_many_digits_gives_the_same_stiff_network():
    names, transfers, losses, _, _, _, times_h, start = stiff_network(4, 1)
    amount, cleared, _ = network.respond(names, transfers, losses, [], {}, [], times_h, start)
    place = {name: index for index, name in enumerate([*names, "cleared"])}
    with mpmath.workdps(80):
        rates = mpmath.zeros(len(place))
        for source, target, per_h in [*transfers, *((name, "cleared", per_h) for name, per_h in losses)]:
            rates[place[target], place[source]] += mpmath.mpf(per_h)
            rates[place[source], place[source]] -= mpmath.mpf(per_h)
        first = mpmath.matrix([start.get(name, 0) for name in place])
        for row, time_h in enumerate(times_h):
            expected = [float(value) for value in mpmath.expm(rates * mpmath.mpf(time_h)) * first]
            np.testing.assert_allclose([*amount[row], cleared[row]], expected, rtol=1e-14, atol=1e-100)


def test_a_network_left_alone_for_long_comes_to_the_rest_that_fractions_give():
    network_of = (["a", "b", "c"], [("a", "b", 2.0), ("b", "a", 0.5), ("c", "b", 1.0)], [("a", 0.25), ("b", 0.125)])
    rest = network.steady(*network_of, {"a": 3.0, "c": 1.0})
    inputs = {"a": ([0.0, 2000.0], [3.0]), "c": ([0.0, 2000.0], [1.0])}
    amount, _, _ = network.respond(*network_of, [], inputs, [], [2000.0])
    np.testing.assert_allclose(amount[0], [float(held) for held in rest], rtol=1e-14)
    # what comes in goes out
    assert rest[0] / 4 + rest[1] / 8 == 4


def test_fractions_find_no_rest_without_an_exit():
    with pytest.raises(ZeroDivisionError, match="no exit"):
        network.steady(["a", "b"], [("a", "b", 1.0), ("b", "a", 1.0)], [], {"a": 1.0})


def test_an_extra_edge_or_an_extra_time_asked_changes_nothing():
    names, transfers, losses, followers, inputs, jumps, times_h, start = stiff_network(5, 4)
    plain = network.respond(names, transfers, losses, followers, inputs, jumps, times_h, start)
    cut = {names[0]: ([0.0, 0.3, 1.0, 50.0, 700.0], [5.0, 5.0, 2.0, 2.0])}
    asked_h = [*times_h, 3.3, 333.0]
    other = network.respond(names, transfers, losses, followers, cut, jumps, asked_h, start)
    for one, two in zip(plain, other, strict=True):
        np.testing.assert_allclose(two[: len(times_h)], one, rtol=1e-15)


# the line


def reference_line(**changes):
    """20 mL of 2000 mcg/mL, 0.1 mL/day through a full 0.4 mL line, 30 days."""
    case = {
        "duration_h": 30 * DAY_H,
        "flow": [(0, Fraction(1, 10 * DAY_H))],
        "fills": [(0, 0, 20, 2000)],
        "unpumpable_ml": Fraction(14, 10),
        "line_ml": Fraction(4, 10),
        "line_start_mcg_ml": 2000,
        "storage_ml": Fraction(46, 1000),
        "release_h": Fraction(1, 60),
    }
    return {**case, **changes}


def test_an_unprimed_line_delays_the_first_drug_by_four_days():
    seen = line.run(reference_line(line_start_mcg_ml=0), [0, 96, 97, 120], exact=True)
    assert seen["tip_mcg"] == [0, 0, Fraction(200, 24), 200]


def test_a_full_pump_path_halves_the_delay():
    plugs = [(Fraction(1, 5), 0), (Fraction(1, 5), 2000)]
    seen = line.run(reference_line(line_start_mcg_ml=plugs), [48, 72], exact=True)
    assert seen["tip_mcg"] == [0, 200]


@pytest.mark.parametrize(("mcg_ml", "dry_day"), [(2000, Fraction(186)), (500, Fraction(93, 2))])
def test_the_flow_ends_when_the_usable_volume_is_gone(mcg_ml, dry_day):
    flow = [(0, Fraction(200, mcg_ml * DAY_H))]
    case = reference_line(duration_h=200 * DAY_H, flow=flow, fills=[(0, 0, 20, mcg_ml)], line_start_mcg_ml=mcg_ml)
    seen = line.run(case, [100 * DAY_H, 200 * DAY_H], exact=True)
    assert seen["dry_h"] == [dry_day * DAY_H]
    assert seen["reservoir_ml"][1] == Fraction(14, 10)
    assert seen["tip_mcg"][1] == 200 * dry_day


def test_a_refill_mixes_with_what_was_left_and_the_line_lags_behind():
    fills = [(0, 0, 20, 500), (48, 2, 18, 2000)]
    seen = line.run(reference_line(fills=fills, line_start_mcg_ml=500), [48, 144, 168], exact=True)
    assert seen["reservoir_mcg"][0] == 37000
    assert seen["reservoir_ml"][0] == 20
    assert seen["withdrawn_mcg"][0] == (20 - Fraction(1, 5) - 2) * 500
    assert seen["tip_mcg"] == [100, 300, 300 + 185]


def test_a_full_block_keeps_its_volume_in_the_reservoir_less_what_the_line_stores():
    flow = [(0, Fraction(1, 4 * DAY_H))]
    case = reference_line(flow=flow, occlusions=[(48, 48 + 8 * DAY_H, 1)])
    healthy = line.run(reference_line(flow=flow), [20 * DAY_H], exact=True)
    seen = line.run(case, [48 + 8 * DAY_H, 48 + 8 * DAY_H + Fraction(1, 60), 20 * DAY_H], exact=True)
    assert seen["stored_ml"] == [Fraction(46, 1000), 0, 0]
    assert seen["reservoir_ml"][2] - healthy["reservoir_ml"][0] == Fraction(1954, 1000)
    assert seen["tip_ml"][1] - seen["tip_ml"][0] == Fraction(46, 1000) + Fraction(1, 4 * DAY_H * 60)


@pytest.mark.parametrize("blocked", [Fraction(0), Fraction(1, 10), Fraction(1, 2), Fraction(9, 10), Fraction(1)])
def test_the_tip_gets_the_open_share_and_at_release_what_was_stored(blocked):
    case = reference_line(occlusions=[(0, 240, blocked)])
    seen = line.run(case, [240, 241], exact=True)
    flow_ml_h = Fraction(1, 240)
    assert seen["tip_ml"][0] == 1 - blocked
    assert seen["stored_ml"][0] == min(case["storage_ml"], blocked)
    assert seen["tip_ml"][1] == 1 - blocked + min(case["storage_ml"], blocked) + flow_ml_h


def test_two_partial_blocks_combine_as_the_product_of_what_they_let_through():
    case = reference_line(occlusions=[(0, 240, Fraction(1, 2)), (0, 120, Fraction(1, 5))])
    seen = line.run(case, [120, 240], exact=True)
    assert seen["tip_ml"] == [Fraction(1, 2) * Fraction(2, 5), Fraction(1, 5) + Fraction(1, 4)]


def test_a_short_block_at_low_flow_loses_nothing():
    case = reference_line(occlusions=[(24 * day + 8, 24 * day + 12, 1) for day in range(5)])
    seen = line.run(case, [240], exact=True)
    assert seen["tip_ml"] == [1]
    assert seen["stored_ml"] == [0]


def test_a_new_block_during_the_release_keeps_what_is_still_stored():
    half_released_h = 48 + Fraction(1, 120)
    case = reference_line(flow=[(0, Fraction(1, 240)), (48, 0)], occlusions=[(0, 48, 1), (half_released_h, 60, 1)])
    seen = line.run(case, [48, half_released_h, 60, 60 + Fraction(1, 120), 61], exact=True)
    full = case["storage_ml"]
    assert seen["stored_ml"] == [full, full / 2, full / 2, full / 4, 0]


def test_two_tears_share_the_flow_in_turn_and_age_the_drug_on_both_sides():
    tears = [(0, 9999, Fraction(3, 10), Fraction(1, 2)), (0, 9999, Fraction(1, 10), Fraction(1, 5))]
    case = reference_line(tears=tears, line_start_mcg_ml=0)
    # 0.1 mL at 0.1 mL/day, 0.2 mL at 0.08, 0.1 mL at 0.04: fresh drug after 1, 3.5 and 6 days
    seen = line.run(case, [24, 84, 144, 168], exact=True)
    near = [0, Fraction(5, 2) * 40, 5 * 40, 6 * 40]  # 0.02 mL/day of 2000 mcg/mL from day 1
    far = [0, 0, Fraction(5, 2) * 80, Fraction(7, 2) * 80]  # 0.04 mL/day from day 3.5
    assert seen["leaked_mcg"] == [one + other for one, other in zip(near, far)]
    assert seen["tip_mcg"] == [0, 0, 0, 80]
    assert seen["tip_ml"][3] == 7 * Fraction(4, 100)


def test_a_tear_that_heals_leaves_the_plugs_where_they_are():
    tears = [(0, 48, Fraction(2, 10), 1)]
    seen = line.run(reference_line(tears=tears, line_start_mcg_ml=0), [48, 96, 120], exact=True)
    # the near half is swept in two days while nothing moves beyond; the far half needs two days more
    assert seen["leaked_mcg"] == [0, 0, 0]
    assert seen["tip_mcg"] == [0, 0, 200]


def test_what_is_stretched_sits_at_the_pump_end():
    plugs = [(Fraction(3, 10), 0), (Fraction(1, 10), 7)]
    case = reference_line(
        flow=[(0, Fraction(1, 100)), (2, 0)],
        occlusions=[(0, 2, 1)],
        tears=[(0, 9999, 0, 1)],
        line_start_mcg_ml=plugs,
        storage_ml=1,
    )
    # the outlet lies 0.4 mL from the tip, so only the stretched 0.02 mL of 2000 mcg/mL passes it
    assert line.run(case, [3], exact=True)["leaked_mcg"] == [40]


share = st.sampled_from([0.0, 0.1, 0.37, 0.5, 0.93, 1.0])
hour = st.floats(0, 300, allow_nan=False, width=32)


def spans(*extra):
    """Lists of up to three intervals with further fields."""
    return st.lists(
        st.tuples(hour, st.floats(0.25, 150, width=32), *extra).map(lambda t: (t[0], t[0] + t[1], *t[2:])),
        max_size=3,
    )


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(
    flow=st.lists(st.tuples(hour, st.sampled_from([0.0, 0.004, 0.02, 0.3])), min_size=1, max_size=4),
    stalled=spans(),
    occlusions=spans(share),
    tears=spans(st.sampled_from([0.0, 0.1, 0.25, 0.4]), share),
    later=st.lists(st.tuples(hour, st.sampled_from([0.0, 1.0, 3.0]), st.just(5.0), st.just(125.0)), max_size=2),
)
def test_drug_and_volume_are_all_accounted_for_to_the_last_digit(flow, stalled, occlusions, tears, later):
    case = {
        "duration_h": 400.0,
        "flow": flow,
        "stalled": stalled,
        "occlusions": occlusions,
        "tears": tears,
        "fills": [(0.0, 0.0, 6.0, 500.0), *later],
        "unpumpable_ml": 1.4,
        "line_ml": 0.4,
        "line_start_mcg_ml": [(0.1, 0.0), (0.3, 77.7)],
        "storage_ml": 0.046,
        "release_h": 1 / 60,
    }
    first = line.run({**case, "fills": []}, [0.0], exact=True)["line_mcg"][0]
    seen = line.run(case, [0.0, 13.0, 100.0, 333.3, 400.0], exact=True)
    rows = [dict(zip(line.COLUMNS, row)) for row in zip(*(seen[name] for name in line.COLUMNS))]
    for row in rows:
        held = row["reservoir_mcg"] + row["line_mcg"]
        gone = row["withdrawn_mcg"] + row["tip_mcg"] + row["leaked_mcg"]
        assert first + row["filled_mcg"] == held + gone
        assert row["pumped_ml"] == row["tip_ml"] + row["leaked_ml"] + row["stored_ml"]
        assert all(value >= 0 for value in row.values())
        assert row["stored_ml"] <= Fraction(0.046)
    for name in ("withdrawn_mcg", "filled_mcg", "pumped_ml", "tip_ml", "leaked_ml", "tip_mcg", "leaked_mcg"):
        assert seen[name] == sorted(seen[name])


# the device


def reference_device(**changes):
    """The same reference line in the words of the device oracle: 80 cm of catheter with 0.2 mL."""
    case = {name: [] for name in ("free", "blocks", "narrow", "takes", "shut", "air", "leaks", "port", "renewed")}
    case |= {
        "duration_h": 30 * DAY_H,
        "wanted": [(0, Fraction(1, 10 * DAY_H))],
        "gas": None,
        "limit_kpa": 200,
        "storage": [(0, 31 * DAY_H, Fraction(46, 1000))],
        "fills": [(0, None, 20, 2000)],
        "capacity_ml": 20,
        "unpumpable_ml": Fraction(14, 10),
        "undrawable_ml": 0,
        "path_ml": Fraction(2, 10),
        "catheter_ml": Fraction(2, 10),
        "per_ml_kpa_h_ml": device.tube_kpa_h_ml(800.0, 0.5642) / 0.2,
        "csf": [(0, 1.2)],
        "start": (2000, 2000, 0),
        "second": None,
    }
    return {**case, **changes}


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(
    flow=st.lists(st.tuples(hour, st.sampled_from([0.0, 0.004, 0.02, 0.3])), min_size=1, max_size=4),
    occlusions=spans(share),
    tears=spans(st.sampled_from([0.25, 0.3125, 0.375]), share),
    later=st.lists(st.tuples(hour, st.just(5.0), st.just(125.0)), max_size=2),
)
def test_the_two_oracles_of_the_line_agree_on_tears_blocks_and_refills(flow, occlusions, tears, later):
    times_h = [0.0, 13.0, 100.0, 333.3, 400.0]
    fills = [(0.0, 6.0, 500.0), *later]
    one = line.run(
        reference_line(
            duration_h=400.0, flow=flow, occlusions=occlusions, tears=tears,
            fills=[(at, 0, in_ml, mcg_ml) for at, in_ml, mcg_ml in fills],
        ),
        times_h,
    )  # fmt: skip
    other = device.run(
        reference_device(
            duration_h=400.0, wanted=sorted(flow), blocks=occlusions,
            leaks=[(a, b, at, lost, None, False) for a, b, at, lost in tears],
            fills=[(at, None, in_ml, mcg_ml) for at, in_ml, mcg_ml in fills],
        ),
        times_h,
    )  # fmt: skip
    for name in set(line.COLUMNS) & set(device.COLUMNS):
        np.testing.assert_allclose(one[name], other[name], rtol=1e-12, atol=1e-9)


def test_a_wide_hole_empties_the_line_beyond_it_backwards_and_csf_comes_in():
    # 1.2 kPa against a hole of next to no resistance and the line beyond it
    hole = device.tube_kpa_h_ml(0.43, 0.5)
    case = reference_device(leaks=[(24, 48, 0.3, 0, hole, False)])
    before, during, after, late = device.run(case, [24, 47, 48, 24 * 20])["line_mcg"]
    assert before == 800.0
    # 0.1 mL beyond the hole holds CSF, the rest still drug
    assert during == after == 600.0
    assert late == 800.0
    seen = device.run(case, [24, 48, 72, 73])
    out_ml = seen["tip_ml"][1] - seen["tip_ml"][0]
    beyond = device.tube_kpa_h_ml(800.0, 0.5642) / 2
    assert out_ml == np.float64(out_ml)
    np.testing.assert_allclose(out_ml, 24 * (0.1 / 24 - 1.2 / hole) / (1 + beyond / hole), rtol=1e-9)
    # nothing for as long as the CSF takes to be swept out: 0.1 mL at 0.1 mL/day
    assert seen["tip_mcg"][0] == seen["tip_mcg"][1] == seen["tip_mcg"][2] == 200.0
    np.testing.assert_allclose(seen["tip_mcg"][3], 200.0 + 200.0 / 24, rtol=1e-9)


def test_a_draw_takes_the_catheter_out_and_a_flush_pushes_it_into_the_csf():
    still = reference_device(wanted=[(0, 0)])
    drawn = device.run({**still, "port": [(24, 24 + Fraction(1, 60), -18, 0)]}, [24, 25])
    assert [drawn[name][1] for name in ("withdrawn_mcg", "line_mcg", "tip_mcg", "tip_ml")] == [400, 400, 0, -0.3]
    flushed = device.run({**still, "port": [(24, 24 + Fraction(1, 60), 6, 0)]}, [24, 25])
    assert [flushed[name][1] for name in ("withdrawn_mcg", "line_mcg", "tip_mcg", "tip_ml")] == [0, 600, 200, 0.1]
    # a whole mL of 500 mcg/mL: what the catheter held, then four fifths of the syringe
    injected = device.run({**still, "port": [(24, 24 + Fraction(1, 60), 60, 500)]}, [24, 25])
    assert [injected[name][1] for name in ("line_mcg", "tip_mcg", "tip_ml")] == [400 + 100, 400 + 400, 1.0]


def test_a_second_catheter_takes_its_share_and_an_unprimed_part_is_swept_first():
    case = reference_device(second=(0.1, 0.25), renewed=[(24, 0.3, False)])
    seen = device.run(case, [24, 24 * 20])
    # a quarter of 0.1 mL/day fills 0.1 mL of CSF in 4 days; the new 0.1 mL at 0.075 mL/day in 4/3
    given = [200 * 0.75, 200 * 0.75 * 20 - 200 + 200 * 0.25 * 16]
    np.testing.assert_allclose(seen["tip_mcg"], given, rtol=1e-9)
    np.testing.assert_allclose(seen["withdrawn_mcg"], 200.0, rtol=1e-12)


def test_air_goes_ahead_of_the_drug_and_the_reservoir_waits():
    seen = device.run(reference_device(air=[(0, 0.05)]), [12, 24 * 10])
    assert seen["pumped_ml"] == [0.0, 0.95]
    np.testing.assert_allclose(seen["tip_mcg"][1], 2000.0 * 0.95, rtol=1e-12)


# the body


def test_every_column_of_the_rate_table_sums_to_nothing():
    table = body.rates_per_h("baclofen")
    np.testing.assert_allclose(table.sum(axis=0), 0.0, atol=1e-12 * np.abs(table).max())
    assert (table - np.diag(np.diag(table)) >= 0).all()


def test_levels_and_band_lie_where_the_map_says():
    assert sum(body.band_weights("L1", "S2") > 0) == 10
    assert body.level_span_cm("S1") == (57.0, 59.75)
    centres_cm = (np.arange(25) + 0.5) * 2.5
    for level in ["C2", "C7", "T1", "T6", "T12", "L3", "S2"]:
        assert body.level_weights(level) @ centres_cm == pytest.approx(sum(body.level_span_cm(level)) / 2, abs=1e-12)
    lumbar_ml = body.AREA_CM2 * (62.5 - 39.5)
    assert lumbar_ml == pytest.approx(35.7, abs=0.05)


@pytest.mark.parametrize("tip_level", ["C1", "T2", "T10", "L2", "S2"])
@pytest.mark.parametrize(("drug", "clearance_ml_h", "plasma_ml"), [("baclofen", 14e3, 60e3), ("morphine", 1e5, 24e4)])
def test_steady_plasma_is_dose_over_clearance_whatever_the_tip(drug, clearance_ml_h, plasma_ml, tip_level):
    state = body.steady(drug, tip_level, BACLOFEN_MCG_H)
    assert state["plasma"] / plasma_ml == pytest.approx(BACLOFEN_MCG_H / clearance_ml_h, rel=1e-12)


@pytest.mark.parametrize(
    ("tip_level", "expected"),
    [("L2", (0.85, 0.67, 0.115, 0.095)), ("T10", (0.63, 0.30, 0.20, 0.17)), ("T2", (0.44, 0.15, 0.33, 0.27))],
)
def test_steady_concentrations_of_300_mcg_a_day(tip_level, expected):
    state = body.steady("baclofen", tip_level, BACLOFEN_MCG_H)
    seen = [body.level_mcg_ml(state["cells"], level) for level in (tip_level, "L4", "C4")]
    seen.append(state["cistern"] / 30.0)
    # two figures are published; the thoracic tips for input into one cell, which sharpens the peak at the tip
    np.testing.assert_allclose(seen, expected, rtol=0.01 if tip_level == "L2" else 0.025)
    assert state["plasma"] / 60.0 == pytest.approx(0.893, abs=5e-4)  # ng/mL


def test_all_drug_is_accounted_for_and_one_route_agrees_with_another():
    dose = [(0.0, 12.5), (5.0, 3000.0), (5.1, 2.0)]
    leak = [(0.0, 4.0), (20.0, 1.0)]
    times_h = [0.5, 5.05, 7.0, 48.0, 200.0]
    seen = body.run("baclofen", "T10", dose, leak, times_h)
    inside = np.column_stack([seen[name] for name in ("cells", "cistern", "cranial", "tissue", "plasma")])
    table = body.rates_per_h("baclofen")
    names = [f"cell {cell}" for cell in range(25)] + ["cistern", "cranial", "tissue", "plasma"]
    transfers = [
        (names[source], names[target], table[target, source])
        for source in range(29)
        for target in range(29)
        if source != target and table[target, source] > 0
    ]
    inputs = {
        name: ([0.0, 5.0, 5.1, 500.0], [12.5 * share, 3000.0 * share, 2.0 * share])
        for name, share in zip(names, body.level_weights("T10"))
        if share > 0
    }
    inputs["tissue"] = ([0.0, 20.0, 500.0], [4.0, 1.0])
    amount, cleared, _ = network.respond(
        names, transfers, [("plasma", 14e3 / 60e3)], [], inputs, [], times_h, digits=30
    )
    largest = amount.max(axis=1, keepdims=True)
    np.testing.assert_allclose(inside / largest, amount / largest, atol=2e-9)  # integrator set to 1e-10 a step
    np.testing.assert_allclose(seen["cleared"], cleared, rtol=1e-8)
    given = [12.5 * 0.5 + 4 * 0.5, 62.5 + 150 + 20.2, 62.5 + 300 + 3.8 + 28]
    np.testing.assert_allclose((inside.sum(axis=1) + seen["cleared"])[:3], given, rtol=1e-9)


def test_a_steady_start_stays_steady_and_everything_given_is_cleared():
    steady = body.steady("morphine", "L2", 40.0)
    seen = body.run("morphine", "L2", [(0.0, 40.0)], [], [1.0, 300.0], start=steady)
    for name in ("cells", "cistern", "cranial", "plasma"):
        np.testing.assert_allclose(seen[name], [steady[name]] * 2, rtol=1e-8)
    np.testing.assert_allclose(seen["cleared"], [40.0, 12000.0], rtol=1e-8)


def test_a_long_run_from_empty_reaches_the_steady_state():
    steady = body.steady("baclofen", "T10", BACLOFEN_MCG_H)
    seen = body.run("baclofen", "T10", [(0.0, BACLOFEN_MCG_H)], [], [400.0])
    np.testing.assert_allclose(seen["cells"][0], steady["cells"], rtol=1e-8)


def test_a_leak_reaches_plasma_through_the_tissue_depot_alone():
    seen = body.run("baclofen", "L2", [], [(0.0, 10.0)], [7.0, 500.0])
    assert seen["tissue"][0] == pytest.approx(10.0 / 0.7 * (1 - math.exp(-0.7 * 7.0)), rel=1e-9)
    assert seen["plasma"][1] == pytest.approx(10.0 * 60 / 14, rel=1e-8)
    assert np.abs(seen["cells"]).max() == 0.0


def test_less_mixing_means_a_steeper_canal():
    ratio = {}
    for mixing in ("low", "default", "high"):
        state = body.steady("baclofen", "L2", BACLOFEN_MCG_H, mixing)
        ratio[mixing] = body.level_mcg_ml(state["cells"], "L2") / (state["cistern"] / 30.0)
    assert ratio["low"] > ratio["default"] > ratio["high"] > 1.0


def test_when_the_pump_stops_the_effect_halves_at_nine_hours_and_withdrawal_peaks_at_27():
    stop_h = 10.0
    times_h = np.arange(0.0, 150.0, 0.05)
    seen = body.run_effect("T12", [(0.0, BACLOFEN_MCG_H), (stop_h, 0.0)], times_h, start="steady")
    since_h = times_h - stop_h
    before = times_h <= stop_h
    np.testing.assert_allclose(seen["effect"][before], seen["effect"][0], rtol=1e-9)
    assert np.abs(seen["withdrawal"][before]).max() < 1e-9
    assert since_h[np.argmax(seen["effect"] < seen["effect"][0] / 2)] == pytest.approx(9.0, abs=0.3)
    peak = np.argmax(seen["withdrawal"])
    assert since_h[peak] == pytest.approx(27.0, abs=0.5)
    above = seen["withdrawal"] > seen["withdrawal"][peak] / 2
    assert since_h[above].max() == pytest.approx(105.0, abs=1.0)


def test_an_infusion_of_100_mcg_a_day_shows_first_after_six_hours_and_is_complete_in_a_day():
    times_h = np.arange(0.0, 200.0, 0.05)
    effect = body.run_effect("T12", [(0.0, 100 / 24)], times_h)["effect"]
    assert times_h[np.argmax(effect > 0.2 * effect[-1])] == pytest.approx(6.3, abs=0.3)
    assert times_h[np.argmax(effect > 0.95 * effect[-1])] == pytest.approx(21.0, abs=1.0)


def test_the_effect_site_follows_the_lumbar_mean_and_adaptation_the_occupancy():
    times_h = np.linspace(0.0, 60.0, 6001)
    seen = body.run_effect("L2", [(0.0, BACLOFEN_MCG_H)], times_h)
    slope = np.gradient(seen["effect_site_mcg_ml"], times_h)
    lag = math.log(2) / 3 * (seen["site_mcg_ml"] - seen["effect_site_mcg_ml"])
    np.testing.assert_allclose(slope[5:-5], lag[5:-5], atol=1e-5)  # differences over 0.01 h
    slope = np.gradient(seen["adapted"], times_h)
    lag = math.log(2) / 72 * (seen["occupancy"] - seen["adapted"])
    np.testing.assert_allclose(slope[5:-5], lag[5:-5], atol=1e-6)


def test_tolerance_only_moves_the_half_way_concentration():
    times_h = [24.0, 2000.0]
    plain = body.run_effect("L2", [(0.0, BACLOFEN_MCG_H)], times_h)
    moved = body.run_effect("L2", [(0.0, BACLOFEN_MCG_H)], times_h, tolerance=(2.0, 3650.0))
    np.testing.assert_allclose(moved["effect_site_mcg_ml"], plain["effect_site_mcg_ml"], rtol=1e-8)
    half = 0.15 * (1 + 2 * moved["tolerance"])
    expected = 1 / (1 + (half / moved["effect_site_mcg_ml"]) ** 3)
    np.testing.assert_allclose(moved["effect"], expected, rtol=1e-12)
    assert (moved["effect"] < plain["effect"]).all()
