"""Laws of pump and line: boluses, refills, fronts, still and empty pumps, accuracy.

Where a law needs a condition, the physical reason stands above it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim import metrics, simulate
from sim.body.level import LEVELS
from sim.device.reservoir import SYRINGE_ML
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H
from sim.scenario.faults import Diversion, Migration
from sim.scenario.orders import Oral, Refill, Repair, TrialInfusion, TrialShot
from tests.drawing import every_run
from tests.looking import (
    changed,
    event_ticks,
    handled_mcg,
    has,
    last_tick,
    most_in_ml,
    place,
    plain_scenario,
    run,
    ticks,
)
from tests.strategies import ORDERS, SHELF, numbers, scenarios, spread, without

FRACTION = numbers(0.0, 1.0)
DRUGS = st.sampled_from([SHELF.drugs[name] for name in sorted(SHELF.drugs)])


@given(
    numbers(0.0, 89.9), spread(1.0 / 60.0, 60.0), spread(1e-9, 1.0), DRUGS, st.sampled_from(LEVELS),
    st.sampled_from(["stop", "flow"]),
)  # fmt: skip
def test_inv_11_no_bolus_is_ever_missed(at_day, over_min, share, drug, tip_level, basal):
    most_mcg = 2000.0 * over_min / 60.0  # 1 mL/h is the highest flow
    running = basal == "flow"
    dose_mcg = most_mcg * share * (0.5 if running else 1.0)
    under = {"kind": "flow", "flow_ml_day": 0.1} if running else {"kind": "stop"}
    bolus = {"kind": "bolus", "at_day": at_day, "dose_mcg": dose_mcg, "over_min": over_min}
    scenario = plain_scenario([under, bolus], duration_day=90.0, tip_level=tip_level, drug=_name(drug))
    result = run(scenario, [0.0, 90.0 * 24.0])
    floor = 200.0 * 90.0 if running else 0.0
    # the basal flow cannot blur a small bolus: what lies above it is looked at by itself
    tip = result.signals["tip_mcg_h"]
    extra = np.maximum(tip.value - floor / 90.0 / 24.0, 0.0) @ np.diff(tip.edge_tick) / TICK_PER_H
    given_h = round(over_min * TICK_PER_H / 60.0) / TICK_PER_H
    blur = 1e-13 * floor / 90.0 / 24.0 * given_h
    assert math.isclose(extra, dose_mcg, rel_tol=1e-9, abs_tol=blur)
    inside = place(result, "spinal_csf", "cranial_csf", "plasma", "cleared")[-1]
    assert math.isclose(inside, floor + dose_mcg, rel_tol=1e-9)
    assert math.isclose(result.delivered_mcg[-1], floor + dose_mcg, rel_tol=1e-9)


def _name(drug: Any) -> str:
    return next(name for name, one in SHELF.drugs.items() if one == drug)


# A repair, a hand bolus, a tablet or a diversion of the same instant would touch other places at once.
@every_run(where=lambda scenario: not has(scenario, Repair, TrialShot, Oral, Diversion))
def test_inv_12_a_refill_touches_the_reservoir_and_the_pocket_and_nothing_else(scenario, result):
    pump = SHELF.pumps[scenario.pump]
    at: dict[int, list[Refill]] = {}
    for order in scenario.orders:
        if isinstance(order, Refill):
            at.setdefault(order.tick, []).append(order)
    for tick, orders in at.items():
        now, before = result.at(tick / TICK_PER_H), result.before(tick / TICK_PER_H)
        slack = 1e-12 * handled_mcg(now)
        for name in ("line", "epidural_depot", "spinal_csf", "cranial_csf", "plasma", "cleared"):
            assert abs(place(now, name)[0] - place(before, name)[0]) <= slack, name
        volume_ml, mcg = before.reservoir_true_ml[0], place(before, "reservoir")[0]
        withdrawn = pocket = 0.0
        is_shut = tick > 0 and all(result.truth(t / TICK_PER_H).is_shut for t in (tick - 1, tick))
        for order in orders:
            there, into = max(volume_ml - pump.undrawable_ml, 0.0), order.in_ml - order.pocket_ml
            drawn = there if order.draw_ml is None else min(order.draw_ml, there)
            if is_shut or volume_ml - drawn + most_in_ml(order) > pump.capacity_ml + SYRINGE_ML:
                continue
            out_mcg = mcg * drawn / volume_ml if volume_ml > 0.0 else 0.0
            withdrawn += out_mcg
            mcg, left_ml = mcg - out_mcg, volume_ml - drawn
            for _ in range(order.n_rinses if order.rinse_ml > 0.0 else 0):
                mcg += order.rinse_ml * order.actual_mcg_ml
                back_mcg = mcg * order.rinse_ml / (left_ml + order.rinse_ml)
                withdrawn, mcg = withdrawn + back_mcg, mcg - back_mcg
            pocket += order.pocket_ml * order.actual_mcg_ml
            mcg += into * order.actual_mcg_ml
            volume_ml += into - drawn
        assert math.isclose(now.reservoir_true_ml[0], volume_ml, rel_tol=1e-12, abs_tol=1e-12)
        gained = {name: place(now, name)[0] - place(before, name)[0] for name in ("withdrawn", "tissue_depot")}
        assert math.isclose(place(now, "reservoir")[0], mcg, rel_tol=1e-11, abs_tol=slack)
        assert math.isclose(gained["withdrawn"], withdrawn, rel_tol=1e-11, abs_tol=slack)
        assert math.isclose(gained["tissue_depot"], pocket, rel_tol=1e-11, abs_tol=slack)


FLOW_PATTERN = st.lists(
    st.tuples(st.integers(1, 200), st.sampled_from([0, 48, 100, 250, 1000, 5000, 24000])), min_size=1, max_size=6
)  # hours, microlitre per day


@given(spread(0.5, 20000.0), numbers(0.1, 18.0), spread(0.048, 12.0))
def test_inv_12_more_of_the_same_drug_changes_no_concentration(mcg_ml, in_ml, ml_day):
    # a front at the tip would tell of another fluid, and there is none
    same = {"actual_mcg_ml": mcg_ml, "programmed_mcg_ml": mcg_ml}
    orders = [
        {"kind": "refill", "in_ml": 19.0, **same},
        {"kind": "flow", "flow_ml_day": ml_day},
        {"kind": "refill", "at_day": 0.5, "draw_ml": 0.0, "in_ml": min(in_ml, 1.0), **same},
        {"kind": "refill", "at_day": 1.0, "in_ml": in_ml, **same},
    ]
    result = run(plain_scenario(orders, duration_day=3.0))
    assert "front" not in [happening.kind for happening in result.happenings]
    assert all(fluid == mcg_ml for plugs in result.plugs_at([0.0, 20.0, 70.0]) for _, fluid in plugs)


@given(spread(0.5, 20000.0), spread(0.5, 20000.0))
def test_inv_12_an_emptied_reservoir_holds_exactly_what_is_put_in(old_mcg_ml, new_mcg_ml):
    kinds = [{"actual_mcg_ml": c, "programmed_mcg_ml": c} for c in (old_mcg_ml, new_mcg_ml, new_mcg_ml)]
    orders = [{"kind": "refill", "at_day": float(day), "in_ml": 20.0, **kind} for day, kind in enumerate(kinds)]
    result = run(plain_scenario([*orders, {"kind": "flow", "flow_ml_day": 1.0}], duration_day=3.0))
    fluids = {fluid for plugs in result.plugs_at(result.time_h) for _, fluid in plugs}
    assert fluids == {old_mcg_ml, new_mcg_ml}
    fronts = [happening for happening in result.happenings if happening.kind == "front"]
    assert len(fronts) == (1 if old_mcg_ml != new_mcg_ml else 0)


@given(FLOW_PATTERN, st.integers(1, 300), st.sampled_from([0.0, 500.0, 20000.0]), st.booleans())
def test_inv_13_a_new_drug_arrives_after_exactly_the_dead_volume(pattern, refill_hour, new_mcg_ml, is_old_csf):
    hour, orders, pieces = 0, [], []
    for hours, ul_day in pattern:
        orders.append({"kind": "flow", "at_day": hour / 24.0, "flow_ml_day": ul_day / 1000.0})
        pieces.append((hour, hour + hours, Fraction(orders[-1]["flow_ml_day"]) / 24))
        hour += hours
    orders.append(
        {"kind": "refill", "at_day": min(refill_hour, hour) / 24.0, "in_ml": 20.0}
        | {"actual_mcg_ml": new_mcg_ml, "programmed_mcg_ml": 2000.0}
    )
    start = "csf" if is_old_csf else "drug"
    scenario = plain_scenario(orders, duration_day=hour / 24.0, line_start=start)
    asked = np.linspace(0.0, last_tick(scenario) / TICK_PER_H, 23)
    result = run(scenario, asked)

    line, per_fill = Fraction(0.2) + Fraction(80) * Fraction(0.0025), Fraction(20) - Fraction(1.4)
    first, tape_start = min(refill_hour, hour), Fraction(0 if is_old_csf else 2000)

    def pumped(until: Fraction) -> tuple[Fraction, Fraction]:
        """Volumes pumped of the first and of the second fill, by hand."""
        swept = [Fraction(0), Fraction(0)]
        for begin, end, ml_h in pieces:
            swept[0] += ml_h * max(min(until, end, first) - begin, 0)
            swept[1] += ml_h * max(min(until, end) - max(begin, first), 0)
        return min(swept[0], per_fill), min(swept[1], per_fill)

    for tip_mcg, hour_asked in zip(result.delivered_mcg, asked, strict=True):
        old, new = pumped(Fraction(round(hour_asked * TICK_PER_H), TICK_PER_H))
        out = old + new  # the first of it was in the line at the start
        by_hand = tape_start * min(out, line) + 2000 * max(min(out - line, old), 0)
        by_hand += Fraction(new_mcg_ml) * max(out - line - old, 0)
        assert math.isclose(tip_mcg, float(by_hand), rel_tol=1e-9, abs_tol=1e-9 * 2000.0 * float(out))


@given(spread(0.048, 12.0), st.sampled_from(sorted(SHELF.catheters)), st.sampled_from(["csf", "pump_path"]))
def test_inv_13_twice_the_flow_halves_the_wait_for_the_first_drug(ml_day, catheter, line_start):
    def wait_day(flow: float) -> float:
        order = {"kind": "flow", "flow_ml_day": flow}
        one = plain_scenario([order], duration_day=20.0, catheter=catheter, line_start=line_start)
        return metrics.first_drug_at_tip_day(run(one, [0.0]))

    three_tick = 3.0 / TICK_PER_DAY
    assert math.isclose(wait_day(ml_day), 2.0 * wait_day(2.0 * ml_day), rel_tol=1e-12, abs_tol=three_tick)


# Drug given by hand and an epidural depot reach the CSF without the tip.
@given(
    scenarios(
        order_kinds=without(TrialShot, TrialInfusion, among=ORDERS), fault_kinds=without(Migration)
    )
)  # fmt: skip
def test_inv_15_while_nothing_flows_nothing_leaves_the_reservoir_or_the_tip(scenario):
    result = run(scenario)
    names = ("tip_ml_h", "second_ml_h", "pumped_ml_h", "leak_ml_h", "air_ml_h")
    tip, second, pumped, *_ = (result.signals[name] for name in names)
    edge = np.unique(np.concatenate([*(result.signals[name].edge_tick for name in names), event_ticks(scenario)]))
    tick = ticks(result.time_h)
    slack = 1e-12 * handled_mcg(result)
    for start, end in pairwise(edge.astype(np.int64)):
        still = (tick >= start) & (tick < end)
        if not still.any():
            continue
        if pumped.at_tick(start) == 0.0:
            assert len(np.unique(result.reservoir_true_ml[still])) == 1
            assert len(np.unique(result.pumped_mcg[still])) == 1
        # where CSF runs backwards it brings no drug either
        if tip.at_tick(start) <= 0.0 and second.at_tick(start) == 0.0:
            assert (result.tip_mcg_h[still] == 0.0).all()
            assert len(np.unique(result.delivered_mcg[still])) == 1
            assert (np.diff(place(result, "spinal_csf", "cranial_csf")[still]) <= slack).all()


GAS = SHELF.pumps["gas-20ml"]


@given(spread(3.0, 20.0), numbers(33.0, 42.0), numbers(-400.0, 5000.0), numbers(0.0, 5.0))
def test_inv_16_a_gas_pump_empties_stair_by_stair_of_its_bellows(in_ml, body_c, altitude_m, csf_kpa):
    around = {"body_c": body_c, "altitude_m": altitude_m, "csf_kpa": csf_kpa}
    fill = {"kind": "refill", "in_ml": in_ml, "actual_mcg_ml": 2000.0, "programmed_mcg_ml": 2000.0}
    result = run(plain_scenario([fill], pump="gas-20ml", duration_day=60.0, surroundings=around))
    # drive = vapour + bellows - air - CSF, each by its own law; flow = drive over what 37 degrees and sea level need
    vapour = (101.325 + 55.0) * math.exp(23000.0 / 8.314462618 * (1.0 / 310.15 - 1.0 / (body_c + 273.15)))
    air = 101.325 * (1.0 - 2.25577e-5 * altitude_m) ** 5.25588
    left, hour, stair = in_ml, 0.0, 1.8
    volume = {0.0: in_ml}
    while left > 2.0 + 1e-12:
        step = math.ceil((left - 2.0) / stair - 1e-9)
        drive = vapour + 4.0 * ((step - 0.5) / 10.0 - 0.5) - air - csf_kpa
        ml_h = max(drive, 0.0) / 53.8 * (0.5 / 24.0) * (1.0 + 0.02 * (body_c - 37.0))
        if ml_h == 0.0:
            break
        hour += (left - (2.0 + (step - 1) * stair)) / ml_h
        left = 2.0 + (step - 1) * stair
        volume[hour] = left
    there = np.interp(result.time_h, list(volume), list(volume.values()))
    assert np.allclose(result.reservoir_true_ml, there, rtol=1e-9, atol=1e-9)
    assert {"low_alarm", "empty_alarm"}.isdisjoint(one.kind for one in result.happenings)


@given(spread(0.048, 20.0), st.sampled_from(["valve-20ml", "valve-40ml"]))
def test_dev_02_single_strokes_are_right_to_one_stroke(ml_day, name):
    pump = SHELF.pumps[name]
    days = min(10.0, 1.0 / ml_day)
    orders = [{"kind": "flow", "flow_ml_day": ml_day}]
    smooth, single = (
        run(plain_scenario(orders, pump=name, duration_day=days, is_stroke_shown=shown)) for shown in (False, True)
    )
    when = np.linspace(0, round(days * TICK_PER_DAY), 200).astype(np.int64)
    even, stroke = (one.signals["pumped_ml_h"].area_to(when) for one in (smooth, single))
    assert (stroke <= even + 1e-9).all()
    assert (stroke >= even - pump.stroke_ml * (1.0 + 1e-9)).all()
    n = single.signals["pumped_ml_h"].area()[-1] / pump.stroke_ml
    assert math.isclose(n, round(n), abs_tol=1e-6)


@given(FLOW_PATTERN, spread(0.5, 20.0), st.sampled_from(["roller-20ml", "odd"]))
def test_inv_16_an_empty_pump_stops_exactly_at_the_volume_it_cannot_pump(pattern, in_ml, pump):
    hour, orders, pieces = 0, [], []
    for hours, ul_day in pattern:
        ml_day = min(ul_day / 1000.0, SHELF.pumps[pump].highest_ml_day)
        orders.append({"kind": "flow", "at_day": hour / 24.0, "flow_ml_day": ml_day})
        pieces.append((hour, hour + hours, Fraction(ml_day) / 24 * Fraction(SHELF.pumps[pump].accuracy_factor)))
        hour += hours
    orders.append({"kind": "refill", "in_ml": in_ml, "actual_mcg_ml": 2000.0, "programmed_mcg_ml": 2000.0})
    scenario = plain_scenario(orders, duration_day=hour / 24.0, pump=pump)
    asked = np.linspace(0.0, last_tick(scenario) / TICK_PER_H, 23)
    result = run(scenario, asked)
    unpumpable = SHELF.pumps[pump].unpumpable_ml
    usable = max(Fraction(in_ml) - Fraction(unpumpable), Fraction(0))
    left, empty_h = usable, None
    for begin, end, ml_h in pieces:
        if ml_h > 0 and left <= ml_h * (end - begin) and empty_h is None:
            empty_h = begin + left / ml_h
        left = max(left - ml_h * (end - begin), Fraction(0))
    for volume, hour_asked in zip(result.reservoir_true_ml, asked, strict=True):
        swept = sum(ml_h * max(min(Fraction(hour_asked), end) - begin, 0) for begin, end, ml_h in pieces)
        assert math.isclose(volume, float(Fraction(in_ml) - min(swept, usable)), rel_tol=1e-9)
    if empty_h is None or empty_h >= hour:
        return
    assert math.isclose(metrics.empty_day(result) * 24.0, float(empty_h), rel_tol=1e-12, abs_tol=1e-9)
    after = result.time_h > float(empty_h) + 1e-9
    assert (result.pumped_ml_h[after] == 0.0).all()
    assert (result.tip_mcg_h[after] == 0.0).all()
    assert math.isclose(result.signals["pumped_ml_h"].area()[-1], float(usable), rel_tol=1e-9)
    if after.any():
        assert math.isclose(result.reservoir_true_ml[-1], min(unpumpable, in_ml), rel_tol=1e-12)


@given(spread(0.048, 2.0), st.floats(0.85, 1.15))
def test_inv_32_an_inaccurate_pump_moves_the_volume_and_nothing_it_believes(ml_day, factor):
    pump = SHELF.pumps["roller-20ml"].model_copy(update={"accuracy_factor": factor})
    shelf = replace(SHELF, pumps={**SHELF.pumps, "inexact": pump})
    scenario = plain_scenario([{"kind": "flow", "flow_ml_day": ml_day}], duration_day=8.0)
    exact = simulate(scenario, [0.0, 100.0, 192.0], shelf)
    result = simulate(changed(scenario, pump="inexact"), [0.0, 100.0, 192.0], shelf)
    assert np.allclose(result.delivered_mcg, factor * exact.delivered_mcg, rtol=1e-9, atol=0)
    used = exact.reservoir_true_ml[0] - exact.reservoir_true_ml
    assert np.allclose(result.reservoir_true_ml - exact.reservoir_true_ml, (1 - factor) * used, rtol=0, atol=1e-9)
    for name in ("reservoir_believed_ml", "command_ml_h", "believed_mcg_h", "programmed_mcg"):
        assert getattr(exact, name).tobytes() == getattr(result, name).tobytes(), name
