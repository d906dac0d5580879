"""Laws that hold in any scenario: mass, volume, monotony, limits, precedence, sampling.

Scenarios are drawn at random from the declarations; tolerances are shares of the largest amount handled.
"""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from sim import Result, Scenario, metrics, parse_scenario, simulate, write_scenario
from sim.body.canal import CELLS, NAMES, Canal, network, tip_shares, volumes_ml
from sim.body.effect import Opening, follow_effect
from sim.body.level import LEVELS, level_cm
from sim.exact import LinearSystem, Steps, respond, steady_state
from sim.exact.network import follow
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H
from sim.quantity import SMALLEST
from sim.scenario.faults import Disconnection, Occlusion, Stall, Tear
from sim.scenario.orders import Bolus, Flow, Rate, Refill, Stop
from tests.strategies import (
    FAULTS,
    SHELF,
    days,
    faults,
    kinds_without_strategy,
    numbers,
    records,
    scenarios,
    spread,
)

SLOT = (Rate, Flow, Stop)
FRACTION = numbers(0.0, 1.0)
CSF = (*CELLS, "cistern", "cranial")


# ------------------------------------------------------------------ how the laws look at a run


def run(scenario: Scenario, time_h: Any = None) -> Result:
    return simulate(scenario, time_h, SHELF)


def last_tick(scenario: Scenario) -> int:
    return round(scenario.duration_day * TICK_PER_DAY)


def event_ticks(scenario: Scenario) -> list[int]:
    """Ticks at which the file says that something happens, within the run."""
    at = [order.at_day for order in scenario.orders]
    at += [order.at_day + order.over_min / 1440.0 for order in scenario.orders if isinstance(order, Bolus)]
    at += [day for fault in scenario.faults for day in (fault.start_day, fault.end_day) if day is not None]
    return sorted({round(day * TICK_PER_DAY) for day in at if day <= scenario.duration_day})


def watch_h(*cases: Scenario) -> np.ndarray:
    """Hours worth looking at: even ones, and every event with the instants beside it."""
    end = min(last_tick(one) for one in cases)
    ticks = set(np.linspace(0, end, 41).astype(np.int64).tolist())
    for one in cases:
        for tick in event_ticks(one):
            ticks |= {tick - 1, tick, tick + 1, tick + TICK_PER_H // 120}
    return np.array(sorted(tick for tick in ticks if 0 <= tick <= end)) / TICK_PER_H


def handled_mcg(result: Result) -> float:
    return max(float(result.ledger.supplied_mcg.max()), SMALLEST)


def place(result: Result, *names: str) -> np.ndarray:
    return sum(result.ledger.amount_mcg[:, result.ledger.places.index(name)] for name in names)


def numbers_of(result: Result) -> dict[str, np.ndarray]:
    """Every array of a result by name."""
    found = dict(result.to_table())
    for name, signal in result.signals.items():
        found[f"{name} edges"], found[f"{name} values"] = signal.edge_tick, signal.value
    if result.effect_course is not None:
        found["hours of the effect"], found["course of the effect"] = result.effect_course
    return found


def assert_same_bits(one: Result, other: Result) -> None:
    here, there = numbers_of(one), numbers_of(other)
    assert here.keys() == there.keys()
    for name, values in here.items():
        assert values.tobytes() == there[name].tobytes(), name


def changed(scenario: Scenario, **fields: Any) -> Scenario:
    return scenario.model_copy(update=fields)


def with_fault(scenario: Scenario, *more: Any) -> Scenario:
    return changed(scenario, faults=(*scenario.faults, *more))


@st.composite
def windows(draw: st.DrawFn, scenario: Scenario) -> dict[str, float | None]:
    """Start and end of a fault within or beyond a run."""
    one = draw(faults(scenario.duration_day, (Stall,)))
    return {"start_day": one.start_day, "end_day": one.end_day}


@st.composite
def ordered_pairs(draw: st.DrawFn) -> tuple[float, float]:
    """A smaller and a larger share."""
    one, other = draw(FRACTION), draw(st.one_of(st.sampled_from([0.0, 1.0]), FRACTION))
    return min(one, other), max(one, other)


@st.composite
def lasting_leaks(draw: st.DrawFn) -> tuple[Tear, ...]:
    """No leak, or one that is there from the first to the last moment."""
    there = draw(st.booleans())
    return (draw(records(Tear, start_day=st.just(0.0), end_day=st.none())),) if there else ()


def test_every_kind_of_order_and_fault_has_a_random_strategy():
    assert kinds_without_strategy() == (set(), set())


# ------------------------------------------------------------------ mass and volume


@given(scenarios())
def test_inv_01_every_microgram_is_somewhere_at_every_time(scenario):
    for result in (run(scenario), run(scenario, watch_h(scenario))):
        assert result.ledger.error_frac <= 1e-9
        assert np.allclose(place(result, "reservoir", "withdrawn") + result.pumped_mcg, result.ledger.filled_mcg,
                           rtol=0, atol=1e-9 * handled_mcg(result))  # fmt: skip


@given(scenarios())
def test_inv_01_each_stage_hands_on_what_it_took(scenario):
    # amounts held are compared with areas of the signals between the stages, which the ledger does not use
    result = run(scenario, watch_h(scenario))
    line, slack = place(result, "line"), 1e-9 * handled_mcg(result)
    in_body = place(result, "tissue_depot", "spinal_csf", "cranial_csf", "plasma", "cleared")
    passed_on = result.delivered_mcg + result.leaked_mcg
    assert np.allclose(line[0] + result.pumped_mcg, line + passed_on, rtol=0, atol=slack)
    assert np.allclose(in_body[0] + passed_on, in_body, rtol=0, atol=slack)
    volume, fluid = np.array(result.plugs_at(0.0)[0]).T
    assert math.isclose(float(volume @ fluid), line[0], rel_tol=1e-9, abs_tol=slack)


@given(scenarios())
def test_inv_01_drug_is_lost_from_the_blood_only_and_from_the_depot_only_to_the_blood(scenario):
    result = run(scenario, watch_h(scenario))
    assert (np.diff(place(result, "cleared")) >= -1e-12 * handled_mcg(result)).all()
    quiet = result.leaked_mcg == result.leaked_mcg[0]
    assert (place(result, "tissue_depot")[quiet] <= 1e-12 * handled_mcg(result)).all()


@given(scenarios())
def test_inv_02_every_millilitre_is_somewhere_at_every_time(scenario):
    time_h = watch_h(scenario)
    result = run(scenario, time_h)
    pump, tick = SHELF.pumps[scenario.pump], np.rint(time_h * TICK_PER_H).astype(np.int64)
    pumped = result.signals["pumped_ml_h"]
    volume_ml, since, expected = 0.0, 0, np.zeros(len(tick))
    fills = sorted(((round(o.at_day * TICK_PER_DAY), o) for o in scenario.orders if isinstance(o, Refill)),
                   key=lambda entry: entry[0])  # fmt: skip
    filled = []
    for at, order in [*fills, (last_tick(scenario) + 1, None)]:
        inside = (tick >= since) & (tick < at)
        expected[inside] = volume_ml - (pumped.area_to(tick[inside]) - pumped.area_to(since))
        if order is None:
            break
        volume_ml -= float(pumped.area_to(at) - pumped.area_to(since))
        since = at
        there = max(volume_ml - pump.undrawable_ml, 0.0)
        drawn = there if order.draw_ml is None else min(order.draw_ml, there)
        if volume_ml - drawn + order.in_ml <= pump.capacity_ml * (1 + 1e-9):
            volume_ml += order.in_ml - drawn
            filled.append(order.in_ml)
    most = max(pump.capacity_ml, float(pumped.area()[-1]))
    assert np.allclose(result.reservoir_true_ml, expected, rtol=0, atol=1e-9 * most)
    # what left the reservoir left the line, or stretches it
    names = ("pumped_ml_h", "tip_ml_h", "leak_ml_h")
    out, tip, leak = (result.signals[name].area_to(tick) for name in names)
    assert np.allclose(out, tip + leak + result.stored_ml, rtol=0, atol=1e-9 * most)
    # the line itself always holds its own volume and the stretch
    own = pump.path_ml + SHELF.catheters[scenario.catheter].length_cm * SHELF.catheters[scenario.catheter].volume_ml_cm
    for plugs, stretch in zip(result.plugs_at(time_h), result.stored_ml, strict=True):
        assert math.isclose(sum(size for size, _ in plugs), own + stretch, rel_tol=1e-9)


@given(scenarios())
def test_inv_03_nothing_is_ever_negative(scenario):
    result = run(scenario, watch_h(scenario))
    slack = 1e-12 * handled_mcg(result)
    assert result.ledger.amount_mcg.min() >= -slack
    for name, values in result.to_table().items():
        assert values.min() >= -1e-12 * max(float(np.abs(values).max()), 1.0), name
    for name, signal in result.signals.items():
        assert (signal.value >= 0.0).all(), name
    for name in ("programmed_mcg", "pumped_mcg", "delivered_mcg", "leaked_mcg"):
        assert (np.diff(getattr(result, name)) >= -slack).all(), name


@given(scenarios())
def test_inv_04_reservoir_and_line_never_hold_more_than_the_strongest_refill(scenario):
    result = run(scenario, watch_h(scenario))
    strongest = max(order.true_mcg_ml for order in scenario.orders if isinstance(order, Refill)) * (1 + 1e-12)
    assert (place(result, "reservoir") <= strongest * result.reservoir_true_ml + 1e-300).all()
    for plugs in result.plugs_at(result.time_h):
        assert all(0.0 <= fluid <= strongest and size > 0.0 for size, fluid in plugs)
    for what in ("tip", "leak", "pumped"):
        ml, mcg = (result.signals[f"{what}_{unit}_h"] for unit in ("ml", "mcg"))
        # a leak is what the tip lacks of the flow: known to the rounding of the flow
        blur_ml_h = 1e-12 * result.signals["pumped_ml_h"].value.max()
        assert (mcg.value <= (ml.at_tick(mcg.edge_tick[:-1]) + blur_ml_h) * strongest + 1e-300).all(), what


DRUGS = st.sampled_from([SHELF.drugs[name] for name in sorted(SHELF.drugs)])
CANALS = st.one_of(st.builds(Canal), records(Canal))


@given(DRUGS, CANALS, st.lists(numbers(0.0, 100.0), min_size=27, max_size=27), spread(1e-3, 1e4))
def test_inv_04_csf_never_grows_stronger_than_its_strongest_place_by_itself(drug, canal, mcg_ml, hours):
    volume = dict(zip(NAMES, volumes_ml(canal, drug), strict=True))
    start = {name: float(volume[name]) * c for name, c in zip(CSF, mcg_ml, strict=True)}
    held = respond(network(drug, canal), time_h=np.linspace(0.0, hours, 30), start=start)
    strongest = np.max([held.of(name) / volume[name] for name in CSF], axis=0)
    assert (np.diff(strongest) <= 1e-12 * max(mcg_ml) + 1e-300).all()


@given(scenarios(), st.data())
def test_inv_05_more_concentrated_drug_scales_every_mass_and_moves_no_time(scenario, data):
    strong = [
        getattr(order, name)
        for order in scenario.orders
        for name in ("true_mcg_ml", "told_mcg_ml", "dose_mcg_day", "dose_mcg")
        if hasattr(order, name)
    ]
    factor = data.draw(spread(1e-6, min(1e6, 1e5 / max(strong, default=1.0))))
    scaled = changed(scenario, orders=tuple(_scaled(order, factor) for order in scenario.orders))
    time_h = np.linspace(0.0, last_tick(scenario) / TICK_PER_H, 50)
    one, other = run(scenario, time_h), run(scaled, time_h)
    per_mass = "_mcg", "_mcg_ml", "_mcg_h"
    for name, values in one.to_table().items():
        if name.endswith(("_index", "_h")):
            continue  # effects bend; flows and doses at an instant may step one tick earlier
        by = factor if name.endswith(per_mass) else 1.0
        scale = max(float(np.abs(values).max()), SMALLEST)
        if name.startswith("ledger"):
            scale = handled_mcg(one)
        assert np.allclose(other.to_table()[name], by * values, rtol=0, atol=2e-12 * by * scale), name
    # a dose and a flow that agree to the last bit may stop doing so: then one more order is told of
    told = [[h for h in result.happenings if h.kind != "programmed"] for result in (one, other)]
    assert [h.kind for h in told[0]] == [h.kind for h in told[1]]
    for a, b in zip(*told, strict=True):
        assert math.isclose(a.time_h, b.time_h, rel_tol=1e-12, abs_tol=1e-9)


def _scaled(order: Any, factor: float) -> Any:
    names = [n for n in ("true_mcg_ml", "told_mcg_ml", "dose_mcg_day", "dose_mcg") if hasattr(order, n)]
    scaled = {name: getattr(order, name) * factor for name in names}
    return order.model_copy(update={name: x if x >= SMALLEST else 0.0 for name, x in scaled.items()})


@st.composite
def inputs(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Steps]:
    """Random amounts per hour into a few states."""
    found = {}
    for name in draw(st.lists(st.sampled_from(names), max_size=3, unique=True)):
        gaps = draw(st.lists(spread(1.0 / 3600.0, 500.0), min_size=1, max_size=4))
        edges = np.cumsum([draw(numbers(0.0, 100.0)), *gaps])
        found[name] = Steps.from_hours(edges, [draw(numbers(0.0, 1000.0)) for _ in gaps])
    return found


@st.composite
def jumps(draw: st.DrawFn, names: tuple[str, ...]) -> list[tuple[float, str, float]]:
    """Random amounts that enter states at once."""
    one = st.tuples(numbers(0.0, 300.0), st.sampled_from(names), numbers(0.0, 1e4))
    return draw(st.lists(one, max_size=3))


WHEN_H = np.unique(np.concatenate([[0.0], np.geomspace(1e-3, 2500.0, 40)]))


@given(DRUGS, CANALS, inputs(NAMES), inputs(NAMES), jumps(NAMES), jumps(NAMES))
def test_inv_06_two_doses_together_give_the_sum_of_each(drug, canal, a, b, jumps_a, jumps_b):
    body = network(drug, canal)
    both = {name: _sum([signals[name] for signals in (a, b) if name in signals]) for name in (*a, *b)}
    one = respond(body, a, jumps_a, time_h=WHEN_H)
    two = respond(body, b, jumps_b, time_h=WHEN_H)
    sum_of_both = respond(body, both, [*jumps_a, *jumps_b], time_h=WHEN_H)
    most = max(float((sum_of_both.amount.sum(axis=1) + sum_of_both.cleared).max()), SMALLEST)
    for field in ("amount", "cleared"):
        apart = getattr(one, field) + getattr(two, field) - getattr(sum_of_both, field)
        assert np.abs(apart).max() <= 1e-10 * most
    followed = sum_of_both.followed
    assert np.abs(one.followed + two.followed - followed).max(initial=0.0) <= 1e-10 * max(
        followed.max(initial=0.0), SMALLEST
    )


def _sum(signals: list[Steps]) -> Steps:
    edge = np.unique(np.concatenate([signal.edge_tick for signal in signals]))
    return Steps(edge, sum(signal.at_tick(edge[:-1]) for signal in signals))


@given(scenarios(order_kinds=(Flow, Stop), body_start="empty"), st.data())
def test_inv_06_at_the_same_flow_two_drug_contents_add_up(scenario, data):
    share = [data.draw(FRACTION) for _ in scenario.orders]

    def part(of_it: Any) -> Result:
        orders = [
            o.model_copy(update={"true_mcg_ml": _no_dust(o.true_mcg_ml * of_it(x))}) if isinstance(o, Refill) else o
            for o, x in zip(scenario.orders, share, strict=True)
        ]
        return run(changed(scenario, orders=tuple(orders)), watch_h(scenario))

    whole, one, other = part(lambda x: 1.0), part(lambda x: x), part(lambda x: 1.0 - x)
    slack = 1e-10 * handled_mcg(whole)
    sums = one.ledger.amount_mcg + other.ledger.amount_mcg
    assert np.allclose(whole.ledger.amount_mcg, sums, rtol=0, atol=slack)
    assert np.allclose(whole.delivered_mcg, one.delivered_mcg + other.delivered_mcg, rtol=0, atol=slack)
    assert whole.reservoir_true_ml.tobytes() == one.reservoir_true_ml.tobytes()


def _no_dust(x: float) -> float:
    return x if x >= SMALLEST else 0.0


# ------------------------------------------------------------------ sampling


@given(scenarios(), st.data())
def test_inv_09_a_value_does_not_depend_on_which_other_times_are_asked(scenario, data):
    end = last_tick(scenario) / TICK_PER_H
    odd = [end * data.draw(FRACTION) for _ in range(6)]
    few = np.sort(np.concatenate([odd, [hour for hour in watch_h(scenario) if data.draw(st.booleans())][:8]]))
    many = np.sort(np.concatenate([few, np.linspace(0.0, end, 700), watch_h(scenario)]))
    where = np.searchsorted(many, few)
    part, whole = run(scenario, few), run(scenario, many)
    for name, values in whole.to_table().items():
        peak = max(float(np.abs(values).max()), SMALLEST)
        assert np.abs(part.to_table()[name] - values[where]).max() <= 1e-11 * peak, name
    for name in ("tip_mcg_h", "pumped_ml_h", "reservoir_true_ml", "reservoir_believed_ml", "delivered_mcg"):
        assert getattr(part, name).tobytes() == getattr(whole, name)[where].tobytes(), name
    assert part.happenings == whole.happenings
    assert all(part.signals[name].value.tobytes() == s.value.tobytes() for name, s in whole.signals.items())


@given(scenarios())
def test_inv_33_the_value_at_an_event_is_the_one_after_it(scenario):
    result = run(scenario, watch_h(scenario))
    event_h = np.array(event_ticks(scenario)[:4]) / TICK_PER_H
    for hour in event_h:
        now, before = result.at(hour), result.before(hour)
        tick = round(hour * TICK_PER_H)
        here = int(np.searchsorted(result.time_h, hour))
        for name, signal in result.signals.items():
            assert signal.at(hour) == signal.at_tick(tick), name
            if hasattr(now, name):
                assert getattr(now, name)[0] == getattr(result, name)[here] == signal.at_tick(tick), name
                assert getattr(before, name)[0] == signal.at_tick(tick - 1), name
        # what moves does not jump
        moving = {**now.to_table(), "csf": now.csf_mcg_ml[0]}
        jumping = ("reservoir_", "ledger_reservoir", "ledger_withdrawn")
        for name in moving:
            if name.startswith(jumping) or name in result.signals or name == "csf":
                continue
            values = result.to_table()[name]
            scale = handled_mcg(result) if "mcg" in name else max(float(np.abs(values).max()), 1.0)
            assert abs(now.to_table()[name][0] - before.to_table()[name][0]) <= 1e-12 * scale, name


@given(scenarios(), st.data())
def test_inv_33_between_events_just_before_and_now_are_the_same(scenario, data):
    result = run(scenario, [0.0])
    edges = {int(tick) for signal in result.signals.values() for tick in signal.edge_tick}
    edges |= set(event_ticks(scenario))
    tick = data.draw(st.integers(1, last_tick(scenario)))
    if tick in edges:
        return
    now, before = result.at(tick / TICK_PER_H), result.before(tick / TICK_PER_H)
    assert_same_bits(now, before)


@given(scenarios())
def test_a_result_cannot_be_written_to(scenario):
    result = run(scenario, [0.0, last_tick(scenario) / TICK_PER_H])
    arrays = [getattr(result, field.name) for field in fields(result)]
    arrays += [result.ledger.amount_mcg, result.ledger.filled_mcg, *(result.effect_course or ())]
    arrays += [array for signal in result.signals.values() for array in (signal.edge_tick, signal.value)]
    for array in arrays:
        if isinstance(array, np.ndarray):
            assert not array.flags.writeable
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0.0


@given(scenarios(body_start="empty"))
def test_the_adapted_index_does_not_depend_on_how_finely_time_was_cut(scenario):
    result = run(scenario, watch_h(scenario))
    drug, end = SHELF.drugs[scenario.drug], last_tick(scenario)
    shares = tip_shares(level_cm(scenario.tip_level))
    tip = result.signals["tip_mcg_h"]
    doses = {cell: Steps(tip.edge_tick, tip.value * share) for cell, share in shares.items()}
    doses["tissue"] = result.signals["leak_mcg_h"]
    course = follow(network(drug, scenario.canal), doses, (), {}, end + 1)
    tick = np.rint(result.time_h * TICK_PER_H).astype(np.int64)
    fine = follow_effect(course, drug, scenario.canal, Opening(), end + 1, halvings=2)
    adapted = fine.at(tick, course.at_tick(tick).followed).adapted
    assert (result.adapted_index is None) == (adapted is None) == (not drug.is_adapting)
    if adapted is not None:
        assert np.abs(result.adapted_index - adapted).max() <= 1e-6
        assert (result.withdrawal_index >= 0.0).all()


# ------------------------------------------------------------------ pump and line


@given(
    st.floats(0.0, 89.9), spread(1.0 / 60.0, 60.0), spread(1e-9, 1.0), DRUGS, st.sampled_from(LEVELS),
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


@given(DRUGS, st.floats(0.0, 2159.0), spread(1.0 / 3600.0, 1.0), spread(1e-6, 1e6), st.sampled_from(CELLS))
def test_inv_11_no_pulse_into_the_canal_is_ever_missed(drug, start_h, size_h, mcg_h, cell):
    pulse = Steps.from_hours([start_h, start_h + size_h], [mcg_h])
    held = respond(network(drug, Canal()), {cell: pulse}, time_h=[2160.0])
    given_mcg = float(pulse.area()[-1])
    assert math.isclose(held.amount.sum() + held.cleared[0], given_mcg, rel_tol=1e-9)


def plain_scenario(orders: list[dict[str, Any]], *faults: dict[str, Any], **fields: Any) -> Scenario:
    """A healthy reference system on its first fill of 20 mL at 2000 mcg/mL, and what is added to it."""
    first = {"kind": "refill", "in_ml": 20.0, "true_mcg_ml": 2000.0, "told_mcg_ml": 2000.0}
    given_first = [] if any(order["kind"] == "refill" and not order.get("at_day") for order in orders) else [first]
    plain = {"version": 1, "title": "plain", "pump": "roller-20ml", "catheter": "one-piece-80cm"}
    plain |= {"drug": "baclofen-like", "duration_day": 30.0}
    listed = {"orders": [*given_first, *orders], "faults": list(faults)}
    return Scenario.model_validate({**plain, **fields, **listed}, strict=False)


@given(scenarios())
def test_inv_12_a_refill_touches_the_reservoir_and_nothing_else(scenario):
    pump, result = SHELF.pumps[scenario.pump], run(scenario, [0.0])
    at: dict[int, list[Refill]] = {}
    for order in scenario.orders:
        if isinstance(order, Refill):
            at.setdefault(round(order.at_day * TICK_PER_DAY), []).append(order)
    for tick, orders in at.items():
        hour = tick / TICK_PER_H
        now, before = result.at(hour), result.before(hour)
        slack = 1e-12 * handled_mcg(now)
        for name in ("line", "tissue_depot", "spinal_csf", "cranial_csf", "plasma", "cleared"):
            assert abs(place(now, name)[0] - place(before, name)[0]) <= slack, name
        volume_ml, mcg = before.reservoir_true_ml[0], place(before, "reservoir")[0]
        withdrawn = 0.0
        for order in orders:
            there = max(volume_ml - pump.undrawable_ml, 0.0)
            drawn = there if order.draw_ml is None else min(order.draw_ml, there)
            if volume_ml - drawn + order.in_ml > pump.capacity_ml * (1 + 1e-9):
                continue
            out_mcg = mcg * drawn / volume_ml if volume_ml > 0.0 else 0.0
            withdrawn += out_mcg
            mcg += order.in_ml * order.true_mcg_ml - out_mcg
            volume_ml += order.in_ml - drawn
        assert math.isclose(now.reservoir_true_ml[0], volume_ml, rel_tol=1e-12)
        assert math.isclose(place(now, "reservoir")[0], mcg, rel_tol=1e-11, abs_tol=slack)
        booked = place(now, "withdrawn")[0] - place(before, "withdrawn")[0]
        assert math.isclose(booked, withdrawn, rel_tol=1e-11, abs_tol=slack)


FLOW_PATTERN = st.lists(
    st.tuples(st.integers(1, 200), st.sampled_from([0, 48, 100, 250, 1000, 5000, 24000])), min_size=1, max_size=6
)  # hours, microlitre per day


@given(spread(0.5, 20000.0), numbers(0.1, 18.0), spread(0.048, 12.0))
def test_inv_12_more_of_the_same_drug_changes_no_concentration(mcg_ml, in_ml, ml_day):
    # a front at the tip would tell of another fluid, and there is none
    same = {"true_mcg_ml": mcg_ml, "told_mcg_ml": mcg_ml}
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
    kinds = [{"true_mcg_ml": c, "told_mcg_ml": c} for c in (old_mcg_ml, new_mcg_ml, new_mcg_ml)]
    orders = [{"kind": "refill", "at_day": float(day), "in_ml": 20.0, **kind} for day, kind in enumerate(kinds)]
    result = run(plain_scenario([*orders, {"kind": "flow", "flow_ml_day": 1.0}], duration_day=3.0))
    fluids = {fluid for plugs in result.plugs_at(result.time_h) for _, fluid in plugs}
    assert fluids == {old_mcg_ml, new_mcg_ml}
    fronts = [happening for happening in result.happenings if happening.kind == "front"]
    assert len(fronts) == (1 if old_mcg_ml != new_mcg_ml else 0)


def test_inv_19_two_breaks_at_one_place_are_one():
    one = {"kind": "disconnection", "start_day": 3.0}
    flow = {"kind": "flow", "flow_ml_day": 0.5}
    assert_same_bits(run(plain_scenario([flow], one)), run(plain_scenario([flow], one, one)))


def test_inv_19_a_tear_at_the_very_tip_that_loses_all_leaves_the_tip_nothing():
    torn = {"kind": "tear", "start_day": 3.0, "position_frac": 1.0, "lost_frac": 1.0}
    result = run(plain_scenario([{"kind": "flow", "flow_ml_day": 0.5}], torn))
    assert math.isclose(result.delivered_mcg[-1], 0.5 * 2000.0 * 3.0, rel_tol=1e-12)
    assert math.isclose(result.leaked_mcg[-1], 0.5 * 2000.0 * 27.0, rel_tol=1e-12)


@given(FLOW_PATTERN, st.integers(1, 300), st.sampled_from([0.0, 500.0, 20000.0]), st.booleans())
def test_inv_13_a_new_drug_arrives_after_exactly_the_dead_volume(pattern, refill_hour, new_mcg_ml, is_old_csf):
    hour, orders, pieces = 0, [], []
    for hours, ul_day in pattern:
        orders.append({"kind": "flow", "at_day": hour / 24.0, "flow_ml_day": ul_day / 1000.0})
        pieces.append((hour, hour + hours, Fraction(orders[-1]["flow_ml_day"]) / 24))
        hour += hours
    orders.append(
        {"kind": "refill", "at_day": min(refill_hour, hour) / 24.0, "in_ml": 20.0}
        | {"true_mcg_ml": new_mcg_ml, "told_mcg_ml": 2000.0}
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

    two_tick = 2.0 / TICK_PER_DAY
    assert math.isclose(wait_day(ml_day), 2.0 * wait_day(2.0 * ml_day), rel_tol=1e-12, abs_tol=two_tick)


@given(scenarios())
def test_inv_15_while_nothing_flows_nothing_leaves_the_reservoir_or_the_tip(scenario):
    result = run(scenario)
    tip, pumped, leak = (result.signals[f"{name}_ml_h"] for name in ("tip", "pumped", "leak"))
    edge = np.unique(np.concatenate([tip.edge_tick, pumped.edge_tick, leak.edge_tick]))
    edge = np.unique(np.concatenate([edge, event_ticks(scenario)])).astype(np.int64)
    tick = np.rint(result.time_h * TICK_PER_H).astype(np.int64)
    slack = 1e-12 * handled_mcg(result)
    for start, end in pairwise(edge):
        still = (tick >= start) & (tick < end)
        if pumped.at_tick(start) == 0.0 and still.any():
            assert len(np.unique(result.reservoir_true_ml[still])) == 1
            assert len(np.unique(result.pumped_mcg[still])) == 1
        if tip.at_tick(start) == 0.0 and still.any():
            assert (result.tip_mcg_h[still] == 0.0).all()
            assert len(np.unique(result.delivered_mcg[still])) == 1
            csf = place(result, "spinal_csf", "cranial_csf")[still]
            assert (np.diff(csf) <= slack).all()


@given(FLOW_PATTERN, spread(0.5, 20.0), st.sampled_from(["roller-20ml", "odd"]))
def test_inv_16_an_empty_pump_stops_exactly_at_the_volume_it_cannot_pump(pattern, in_ml, pump):
    hour, orders, pieces = 0, [], []
    for hours, ul_day in pattern:
        ml_day = min(ul_day / 1000.0, SHELF.pumps[pump].highest_ml_day)
        orders.append({"kind": "flow", "at_day": hour / 24.0, "flow_ml_day": ml_day})
        pieces.append((hour, hour + hours, Fraction(ml_day) / 24 * Fraction(SHELF.pumps[pump].accuracy_factor)))
        hour += hours
    orders.append({"kind": "refill", "in_ml": in_ml, "true_mcg_ml": 2000.0, "told_mcg_ml": 2000.0})
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


def _one_drug(scenario: Scenario) -> Scenario:
    """The same scenario with one and the same drug in every syringe, told as it is."""
    first = next(order for order in scenario.orders if isinstance(order, Refill))
    same = {"true_mcg_ml": first.true_mcg_ml, "told_mcg_ml": first.told_mcg_ml}
    orders = [o.model_copy(update=same) if isinstance(o, Refill) else o for o in scenario.orders]
    return changed(scenario, orders=tuple(orders))


def _never_more_blocked_never_more(scenario: Scenario, data: st.DataObject) -> None:
    less, more = data.draw(ordered_pairs())
    window, leaks = data.draw(windows(scenario)), data.draw(lasting_leaks())
    little, much = (with_fault(scenario, *leaks, Occlusion(blocked_frac=blocked, **window)) for blocked in (less, more))
    time_h = watch_h(little, with_fault(scenario, *leaks))
    here, there, free = run(little, time_h), run(much, time_h), run(with_fault(scenario, *leaks), time_h)
    slack = 1e-12 * handled_mcg(free)
    assert (there.delivered_mcg <= here.delivered_mcg + slack).all()
    assert (here.delivered_mcg <= free.delivered_mcg + slack).all()
    tick = np.rint(time_h * TICK_PER_H).astype(np.int64)
    swept = [one.signals["tip_ml_h"].area_to(tick) for one in (there, here, free)]
    assert (swept[0] <= swept[1] + 1e-12 * max(swept[2].max(), 1.0)).all()
    assert (swept[1] <= swept[2] + 1e-12 * max(swept[2].max(), 1.0)).all()


# What an occlusion holds back may be mixed with a stronger refill, or leave after a leak was mended: then it can
# arrive where it would not have arrived before. The law holds where every refill draws all, or all are one drug,
# and where no leak opens or closes.
@given(scenarios(fault_kinds=(Stall, Occlusion), draws_all=True, pumps=("roller-20ml",)), st.data())
def test_inv_17_more_occlusion_never_raises_the_tip_dose_so_far(scenario, data):
    _never_more_blocked_never_more(scenario, data)


@given(scenarios(fault_kinds=(Stall, Occlusion), order_kinds=(Flow, Stop, Bolus)), st.data())
def test_inv_17_more_occlusion_of_one_and_the_same_drug_never_raises_the_tip_dose_so_far(scenario, data):
    _never_more_blocked_never_more(_one_drug(scenario), data)


@given(scenarios(fault_kinds=(Stall, Occlusion)), st.data())
def test_inv_18_a_larger_tear_never_raises_the_tip_dose(scenario, data):
    small, large = data.draw(ordered_pairs())
    place_frac, window, leaks = data.draw(FRACTION), data.draw(windows(scenario)), data.draw(lasting_leaks())
    one, other = (
        with_fault(scenario, *leaks, Tear(lost_frac=lost, position_frac=place_frac, **window))
        for lost in (small, large)
    )
    time_h = watch_h(one)
    here, there = run(one, time_h), run(other, time_h)
    slack = 1e-12 * handled_mcg(here)
    assert (there.delivered_mcg <= here.delivered_mcg + slack).all()
    if not leaks:
        assert (there.leaked_mcg >= here.leaked_mcg - slack).all()
    for same in ("reservoir_true_ml", "reservoir_believed_ml", "pumped_ml_h", "command_ml_h", "pumped_mcg"):
        assert getattr(here, same).tobytes() == getattr(there, same).tobytes(), same


@given(st.lists(FRACTION, min_size=2, max_size=4), FRACTION, spread(0.048, 1.0))
def test_inv_18_a_tear_takes_its_share_whatever_was_asked_before(shares, position_frac, ml_day):
    for lost in shares:
        torn = {"kind": "tear", "start_day": 2.0, "position_frac": position_frac, "lost_frac": lost}
        result = run(plain_scenario([{"kind": "flow", "flow_ml_day": ml_day}], torn, duration_day=10.0))
        mcg_day = 2000.0 * ml_day
        assert math.isclose(result.delivered_mcg[-1], mcg_day * (2.0 + 8.0 * (1.0 - lost)), rel_tol=1e-9)
        assert math.isclose(result.leaked_mcg[-1], mcg_day * 8.0 * lost, rel_tol=1e-9, abs_tol=1e-9 * mcg_day)


@given(st.lists(FRACTION, min_size=2, max_size=4), spread(0.048, 1.0))
def test_inv_17_a_block_holds_back_its_share_whatever_was_asked_before(shares, ml_day):
    storage_ml = 0.00023 * 200.0
    for held in shares:
        blocked = {"kind": "occlusion", "start_day": 2.0, "blocked_frac": held}
        result = run(plain_scenario([{"kind": "flow", "flow_ml_day": ml_day}], blocked, duration_day=10.0))
        through_ml = ml_day * (2.0 + 8.0 * (1.0 - held))
        stretch_ml = min(storage_ml, 8.0 * held * ml_day)
        assert math.isclose(result.delivered_mcg[-1], 2000.0 * through_ml, rel_tol=1e-9)
        assert math.isclose(result.stored_ml[-1], stretch_ml, rel_tol=1e-9, abs_tol=1e-12)
        assert math.isclose(result.reservoir_true_ml[-1], 20.0 - through_ml - stretch_ml, rel_tol=1e-9)


@given(numbers(0.1, 1.0), spread(0.048, 6.0), st.integers(1, 60))
def test_what_an_occlusion_stored_leaves_evenly_over_one_minute(held, ml_day, seconds):
    blocked = {"kind": "occlusion", "start_day": 1.0, "end_day": 2.0, "blocked_frac": held}
    scenario = plain_scenario([{"kind": "flow", "flow_ml_day": ml_day}], blocked, duration_day=3.0)
    result = run(scenario, [48.0, 48.0 + seconds / 3600.0, 49.0])
    stored_ml = min(0.00023 * 200.0, held * ml_day)
    assert np.allclose(result.stored_ml, [stored_ml, stored_ml * (1.0 - seconds / 60.0), 0.0], rtol=0, atol=1e-12)
    assert np.allclose(result.pressure_kpa, result.stored_ml / 0.00023, rtol=1e-12, atol=0)
    assert np.allclose(result.pumped_ml_h, ml_day / 24.0, rtol=1e-12, atol=0)
    extra_ml_h = stored_ml * 60.0 if seconds < 60 else 0.0
    assert math.isclose(result.tip_ml_h[1], ml_day / 24.0 + extra_ml_h, rel_tol=1e-9)


# ------------------------------------------------------------------ limits and no-ops


HARMLESS = {Occlusion: {"blocked_frac": 0.0}, Tear: {"lost_frac": 0.0}}


def test_every_fault_with_a_severity_is_held_against_its_limit():
    with_degree = {kind for kind in FAULTS if any(name.endswith("_frac") for name in kind.model_fields)}
    assert with_degree == set(HARMLESS)


@given(scenarios(), st.sampled_from(sorted(HARMLESS, key=lambda kind: kind.__name__)), st.data())
def test_inv_19_a_fault_of_no_severity_is_no_fault(scenario, kind, data):
    own = {name: st.just(value) for name, value in HARMLESS[kind].items()}
    window = {name: st.just(value) for name, value in data.draw(windows(scenario)).items()}
    fault = data.draw(records(kind, **own, **window))
    place_in_file = data.draw(st.integers(0, len(scenario.faults)))
    listed = list(scenario.faults)
    listed.insert(place_in_file, fault)
    time_h = watch_h(scenario)
    one, other = run(scenario, time_h), run(changed(scenario, faults=tuple(listed)), time_h)
    assert_same_bits(one, other)
    assert one.happenings == other.happenings


@given(scenarios(), st.sampled_from(["connector", "joint"]), st.data())
def test_inv_19_a_tear_that_loses_all_is_a_disconnection(scenario, site, data):
    scenario = changed(scenario, catheter="two-piece")
    joint = SHELF.catheters["two-piece"].joint_frac
    window = data.draw(windows(scenario))
    torn = with_fault(scenario, Tear(lost_frac=1.0, position_frac=0.0 if site == "connector" else joint, **window))
    broken = with_fault(scenario, Disconnection(site=site, **window))
    assert_same_bits(run(torn, watch_h(torn)), run(broken, watch_h(torn)))


@given(scenarios(fault_kinds=(Tear, Stall)), st.data())
def test_inv_19_a_complete_block_stops_the_tip_at_once(scenario, data):
    start = data.draw(days(scenario.duration_day))
    blocked = with_fault(scenario, Occlusion(blocked_frac=1.0, start_day=start))
    result, free = run(blocked, watch_h(blocked)), run(scenario, watch_h(blocked))
    after = np.rint(result.time_h * TICK_PER_H) >= round(start * TICK_PER_DAY)
    assert (result.tip_ml_h[after] == 0.0).all()
    assert (result.leak_ml_h[after] == 0.0).all()
    assert len(np.unique(result.delivered_mcg[after])) == 1
    for name in ("delivered_mcg", "leaked_mcg", "pumped_mcg"):
        assert getattr(result, name)[~after].tobytes() == getattr(free, name)[~after].tobytes(), name
    catheter, pump = SHELF.catheters[scenario.catheter], SHELF.pumps[scenario.pump]
    storage_ml = catheter.compliance_ml_kpa * pump.limit_kpa
    assert result.stored_ml.max() <= storage_ml * (1 + 1e-12)
    assert result.pressure_kpa.max() <= pump.limit_kpa * (1 + 1e-12)


@given(scenarios(fault_kinds=(Stall, Occlusion), draws_all=True), st.sampled_from([Occlusion, Tear]), st.data())
def test_inv_20_a_little_more_of_a_fault_does_little_more(scenario, kind, data):
    window, at_one = data.draw(windows(scenario)), data.draw(st.booleans())
    name = "blocked_frac" if kind is Occlusion else "lost_frac"
    strongest = max(order.true_mcg_ml for order in scenario.orders if isinstance(order, Refill))

    def delivered(degree: float) -> tuple[np.ndarray, float]:
        result = run(with_fault(scenario, kind(**{name: degree}, **window)), np.array(watch_h(scenario)))
        # what the mechanism tries to push bounds what a nearly closed line still lets through
        return result.delivered_mcg, float(result.signals["wanted_ml_h"].area()[-1])

    limit, wanted_ml = delivered(1.0 if at_one else 0.0)
    for small in (1e-3, 1e-5, 1e-7):
        near, _ = delivered(1.0 - small if at_one else small)
        most_mcg = strongest * wanted_ml
        assert np.abs(near - limit).max() <= 4.0 * small * most_mcg + 1e-12 * most_mcg


@given(scenarios(), st.data())
def test_inv_25_an_order_given_again_changes_nothing(scenario, data):
    slot = sorted(
        ((round(o.at_day * TICK_PER_DAY), i, o) for i, o in enumerate(scenario.orders) if isinstance(o, SLOT)),
        key=lambda entry: entry[:2],
    )
    if not slot:
        return
    which = data.draw(st.integers(0, len(slot) - 1))
    until = slot[which + 1][2].at_day if which + 1 < len(slot) else scenario.duration_day
    begin = slot[which][2].at_day
    again_day = begin + data.draw(st.floats(0.0, 0.999)) * (until - begin)
    again = slot[which][2].model_copy(update={"at_day": again_day})
    time_h = watch_h(scenario)
    one, other = run(scenario, time_h), run(changed(scenario, orders=(*scenario.orders, again)), time_h)
    if which + 1 < len(slot) and round(again_day * TICK_PER_DAY) >= slot[which + 1][0]:
        return
    if again_day == begin and which + 1 < len(slot) and slot[which + 1][0] == slot[which][0]:
        return
    assert_same_bits(one, other)
    assert one.happenings == other.happenings


@given(scenarios(), st.data())
def test_inv_25_an_empty_bolus_changes_no_number(scenario, data):
    first = min(order.at_day for order in scenario.orders if isinstance(order, Refill))
    at_day = max(data.draw(days(scenario.duration_day)), first)
    nothing = Bolus(at_day=at_day, dose_mcg=0.0, over_min=data.draw(spread(1.0 / 60.0, 1440.0)))
    time_h = watch_h(scenario)
    assert_same_bits(run(scenario, time_h), run(changed(scenario, orders=(*scenario.orders, nothing)), time_h))


@given(scenarios(), st.randoms(use_true_random=False))
def test_inv_25_comments_and_the_order_of_keys_change_nothing(scenario, chance):
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            chance.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(one) for one in value] if isinstance(value, list | tuple) else value

    data = shuffled(scenario.model_dump(exclude_none=True))
    text = "# a remark\n" + tomli_w.dumps(data).replace("\n", " # x\n\n", 1) + "\n# the end\n"
    assert parse_scenario(text) == scenario
    assert parse_scenario(json.dumps(data)) == scenario
    assert_same_bits(run(parse_scenario(text), [0.0, 1.0]), run(scenario, [0.0, 1.0]))


# ------------------------------------------------------------------ order of entries


def _group(entry: Any) -> str:
    return "slot" if isinstance(entry, SLOT) else entry.kind


@st.composite
def reordered(draw: st.DrawFn, entries: tuple[Any, ...], time: str) -> tuple[Any, ...]:
    """Entries in another order; those of one kind at one time keep theirs."""
    mixed = list(draw(st.permutations(entries)))
    places: dict[tuple[str, int], list[int]] = {}
    for i, entry in enumerate(mixed):
        places.setdefault((_group(entry), round(getattr(entry, time) * TICK_PER_DAY)), []).append(i)
    for (group, tick), where in places.items():
        same = [e for e in entries if (_group(e), round(getattr(e, time) * TICK_PER_DAY)) == (group, tick)]
        for i, entry in zip(where, same, strict=True):
            mixed[i] = entry
    return tuple(mixed)


@given(scenarios(), st.data())
def test_inv_26_the_order_of_entries_with_different_times_never_matters(scenario, data):
    other = changed(
        scenario,
        orders=data.draw(reordered(scenario.orders, "at_day")),
        faults=data.draw(reordered(scenario.faults, "start_day")),
    )
    assert_same_bits(run(scenario, watch_h(scenario)), run(other, watch_h(scenario)))


SEVERE = [
    pytest.param(Occlusion, [{"blocked_frac": degree} for degree in (0.3, 0.6, 0.7)], id="occlusion"),
    pytest.param(Tear, [{"lost_frac": degree} for degree in (0.3, 0.6, 0.7)], id="tear"),
]


@pytest.mark.parametrize(("kind", "degrees"), SEVERE)
def test_inv_26_the_order_of_overlapping_faults_of_one_kind_never_matters(kind, degrees):
    overlapping = [kind(start_day=1.0 + i, end_day=20.0, **degree) for i, degree in enumerate(degrees)]
    plain = plain_scenario([{"kind": "flow", "flow_ml_day": 0.5}])
    one, other = (run(changed(plain, faults=tuple(listed))) for listed in (overlapping, overlapping[::-1]))
    assert_same_bits(one, other)


def test_inv_26_the_later_of_two_rates_at_one_time_wins():
    two = [{"kind": "flow", "at_day": 1.0, "flow_ml_day": flow} for flow in (1.0, 0.25)]
    result = run(plain_scenario(two))
    assert result.signals["command_ml_h"].at([23.9, 24.0, 700.0]).tolist() == [0.0, 0.25 / 24, 0.25 / 24]
    result = run(plain_scenario(two[::-1]))
    assert result.signals["command_ml_h"].at([24.0]).tolist() == [1.0 / 24]


def test_inv_26_two_boluses_at_one_time_are_both_given():
    two = [{"kind": "bolus", "at_day": 1.0, "dose_mcg": mcg, "over_min": 30.0} for mcg in (100.0, 50.0)]
    result = run(plain_scenario(two))
    assert math.isclose(result.delivered_mcg[-1], 150.0, rel_tol=1e-12)
    assert [h.kind for h in result.happenings].count("bolus") == 2


def test_inv_26_two_refills_at_one_time_are_both_given_in_file_order():
    full, top = (
        {"kind": "refill", "at_day": 2.0, "draw_ml": draw, "in_ml": in_ml, "true_mcg_ml": c, "told_mcg_ml": c}
        for draw, in_ml, c in ((None, 10.0, 500.0), (0.0, 5.0, 1000.0))
    )
    result = run(plain_scenario([{"kind": "stop"}, full, top] if full["draw_ml"] is None else []))
    end = result.ledger.at_end()
    assert math.isclose(result.reservoir_true_ml[-1], 15.0, rel_tol=1e-12)
    assert math.isclose(end["reservoir"], 10000.0, rel_tol=1e-12)
    assert math.isclose(end["withdrawn"], 40000.0, rel_tol=1e-12)


@pytest.mark.parametrize("is_turned", [False, True])
def test_inv_26_a_refill_comes_before_a_rate_and_a_bolus_of_the_same_instant(is_turned):
    refill = {"kind": "refill", "at_day": 2.0, "in_ml": 20.0, "true_mcg_ml": 500.0, "told_mcg_ml": 500.0}
    rate = {"kind": "rate", "at_day": 2.0, "dose_mcg_day": 120.0}
    bolus = {"kind": "bolus", "at_day": 2.0, "dose_mcg": 50.0, "over_min": 60.0}
    orders = [bolus, rate, refill] if is_turned else [refill, rate, bolus]
    command = run(plain_scenario(orders)).signals["command_ml_h"]
    # 120 mcg/day and 50 mcg/h at 500 mcg/mL
    assert np.allclose(command.at([47.9, 48.0, 49.0]), [0.0, 0.01 + 0.1, 0.01], rtol=1e-12, atol=0)


@pytest.mark.parametrize("is_turned", [False, True])
def test_inv_26_one_fault_ends_before_the_next_begins(is_turned):
    first = {"kind": "tear", "start_day": 1.0, "end_day": 2.0, "lost_frac": 0.5}
    second = {"kind": "tear", "start_day": 2.0, "end_day": 3.0, "lost_frac": 0.25}
    listed = [second, first] if is_turned else [first, second]
    tip = run(plain_scenario([{"kind": "flow", "flow_ml_day": 0.24}], *listed)).signals["tip_ml_h"]
    assert np.allclose(tip.at([23.9, 24.0, 47.9, 48.0, 71.9, 72.0]), [0.01, 0.005, 0.005, 0.0075, 0.0075, 0.01])


# ------------------------------------------------------------------ nothing but the scenario counts


@given(st.lists(scenarios(), min_size=2, max_size=3))
def test_inv_29_runs_side_by_side_give_the_same_bits_and_leave_their_inputs_alone(cases):
    written = [write_scenario(one) for one in cases]
    alone = [run(one, [0.0, 1.0, 2.0]) for one in cases]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda one: run(one, [0.0, 1.0, 2.0]), cases * 2))
    for one, other in zip(alone * 2, together, strict=True):
        assert_same_bits(one, other)
        assert one.happenings == other.happenings
    assert written == [write_scenario(one) for one in cases]


@given(scenarios(), st.floats(1e-3, 400.0))
def test_inv_07_the_same_orders_later_give_the_same_result_later(scenario, later_day):
    if scenario.body_start == "steady":
        scenario = changed(scenario, body_start="empty")
    # whole ticks, so that both runs meet the same ones
    shift = round(later_day * TICK_PER_DAY) / TICK_PER_DAY

    def moved(entry: Any) -> Any:
        at = ("at_day", "start_day", "end_day")
        times = {n: getattr(entry, n) + shift for n in at if getattr(entry, n, None) is not None}
        return entry.model_copy(update=times)

    late = changed(
        scenario,
        duration_day=scenario.duration_day + shift,
        orders=tuple(moved(order) for order in scenario.orders),
        faults=tuple(moved(fault) for fault in scenario.faults),
    )
    end = min(last_tick(scenario), last_tick(late) - round(shift * TICK_PER_DAY))
    asked = np.linspace(0, end, 31).astype(np.int64)
    one, other = run(scenario, asked / TICK_PER_H), run(late, (asked + round(shift * TICK_PER_DAY)) / TICK_PER_H)
    slack = 1e-9 * handled_mcg(one)
    for name in one.ledger.places:
        assert np.allclose(place(one, name), place(other, name), rtol=0, atol=slack), name
    assert np.allclose(one.reservoir_true_ml, other.reservoir_true_ml, rtol=0, atol=1e-7)
    assert np.allclose(one.delivered_mcg, other.delivered_mcg, rtol=0, atol=slack)


@given(scenarios(order_kinds=(Rate, Stop, Bolus), draws_all=True))
def test_inv_08_a_dose_and_the_flow_that_gives_it_agree(scenario):
    told = next(order for order in scenario.orders if isinstance(order, Refill)).told_mcg_ml
    orders = [o.model_copy(update={"told_mcg_ml": told}) if isinstance(o, Refill) else o for o in scenario.orders]
    by_dose = changed(scenario, orders=tuple(orders))
    by_flow = changed(
        by_dose,
        orders=tuple(
            Flow(at_day=o.at_day, flow_ml_day=o.dose_mcg_day / told) if isinstance(o, Rate) else o for o in orders
        ),
    )
    time_h = np.linspace(0.0, last_tick(scenario) / TICK_PER_H, 40)
    one, other = run(by_dose, time_h), run(by_flow, time_h)
    for name in one.ledger.places:
        assert np.allclose(place(one, name), place(other, name), rtol=0, atol=1e-11 * handled_mcg(one)), name


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


# ------------------------------------------------------------------ canal and body


@given(DRUGS, CANALS, st.sampled_from(LEVELS), spread(1e-3, 1e5))
def test_inv_21_a_constant_dose_ends_at_dose_over_clearance(drug, canal, level, mcg_day):
    body = network(drug, canal)
    doses = {cell: share * mcg_day / 24.0 for cell, share in tip_shares(level_cm(level)).items()}
    level_mcg = steady_state(body, doses)
    # a tracer in the calmest canal takes 2e5 h to settle
    signals = {cell: Steps.from_hours([0.0, 9e5], [dose]) for cell, dose in doses.items()}
    held = respond(body, signals, time_h=[9e5])
    assert np.allclose(held.amount[0], level_mcg, rtol=1e-9, atol=1e-9 * level_mcg.max())
    plasma_mcg_ml = level_mcg[NAMES.index("plasma")] / drug.plasma_ml
    assert math.isclose(plasma_mcg_ml, mcg_day / 24.0 / drug.clearance_ml_h, rel_tol=1e-9)


@given(DRUGS, CANALS, st.sampled_from(NAMES), spread(1e-3, 1e5))
def test_inv_21_the_area_under_the_plasma_curve_is_dose_over_clearance(drug, canal, state, mcg):
    # Gauss quadrature on panels that grow with time; the curve is smooth after the dose
    body, (node, weight) = network(drug, canal), np.polynomial.legendre.leggauss(12)
    panel = np.concatenate([[0.0], np.geomspace(1e-6, 3e5, 160)])
    hour = (panel[:-1, None] + np.diff(panel)[:, None] * (node + 1) / 2).ravel()
    weights = (np.diff(panel)[:, None] * weight / 2).ravel()
    curve = respond(body, jumps=[(0.0, state, mcg)], time_h=hour).of("plasma") / drug.plasma_ml
    assert math.isclose(curve @ weights, mcg / drug.clearance_ml_h, rel_tol=1e-8)


STATES = tuple("abcdef")


@st.composite
def networks(draw: st.DrawFn) -> LinearSystem:
    """Small networks with any rates, some of them 0, some of them stiff."""
    names = STATES[: draw(st.integers(1, 6))]
    rate = st.one_of(st.just(0.0), spread(1e-6, 1e4), st.just(0.5))
    pairs = [(a, b) for a in names for b in names if a != b]
    some = draw(st.lists(st.sampled_from(pairs), max_size=8, unique=True)) if pairs else []
    return LinearSystem(
        names,
        transfers=[(a, b, draw(rate)) for a, b in some],
        losses=[(name, draw(rate)) for name in names if draw(st.booleans())],
    )


@given(networks(), inputs(("a",)), jumps(("a",)), st.data())
def test_inv_22_more_drug_never_lowers_any_amount(system, base, at_once, data):
    more = data.draw(st.sampled_from(system.names))
    extra = [*at_once, (data.draw(numbers(0.0, 100.0)), more, data.draw(numbers(0.0, 1e3)))]
    grown = {name: Steps(s.edge_tick, 1.5 * s.value) for name, s in base.items()}
    one = respond(system, base, at_once, time_h=WHEN_H)
    for other in (respond(system, base, extra, time_h=WHEN_H), respond(system, grown, at_once, time_h=WHEN_H)):
        slack = 1e-12 * max(float((other.amount.sum(axis=1) + other.cleared).max()), SMALLEST)
        assert (other.amount >= one.amount - slack).all()
        assert (other.cleared >= one.cleared - slack).all()


@given(networks(), inputs(("a",)), jumps(("a",)), st.data())
def test_inv_22_more_clearance_never_raises_any_amount(system, base, at_once, data):
    where, per_h = data.draw(st.sampled_from(system.names)), data.draw(spread(1e-6, 1e4))
    leakier = LinearSystem(system.names, system.transfers, (*system.losses, (where, per_h)))
    one, other = (respond(each, base, at_once, time_h=WHEN_H) for each in (system, leakier))
    slack = 1e-12 * max(float((one.amount.sum(axis=1) + one.cleared).max()), SMALLEST)
    assert (other.amount <= one.amount + slack).all()


@given(DRUGS, CANALS, inputs(CELLS), spread(1.0, 10.0))
def test_inv_22_more_loss_from_the_canal_never_raises_any_csf_level(drug, canal, doses, factor):
    quick = drug.model_copy(update={"csf_loss_per_h": min(drug.csf_loss_per_h * factor, 10.0)})
    one, other = (respond(network(each, canal), doses, time_h=WHEN_H) for each in (drug, quick))
    slack = 1e-12 * max(float((one.amount.sum(axis=1) + one.cleared).max()), SMALLEST)
    for name in CSF:
        assert (other.of(name) <= one.of(name) + slack).all(), name
