"""Laws that hold in any scenario: mass, volume, sums, scaling, sampling, order of entries, the log.

Scenarios are drawn at random from the declarations; tolerances are shares of the largest amount handled.
Where a law needs a condition, the physical reason stands above it.
"""

from __future__ import annotations

import json
import math
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from sim import Result, Scenario, parse_scenario, write_scenario
from sim.body.canal import network, tip_shares
from sim.body.effect import EffectStart, follow_effect
from sim.body.level import level_cm
from sim.body.person import person_of
from sim.device.reservoir import SYRINGE_ML
from sim.exact import Steps
from sim.exact.network import follow
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H
from sim.happening import HARM, SENTENCE
from sim.quantity import SMALLEST
from sim.refusal import ScenarioError
from sim.scenario.acting import windows as acting_windows
from sim.scenario.faults import (
    DiseaseChange,
    Diversion,
    DuralLeak,
    Fault,
    Hole,
    Kink,
    Migration,
    Occlusion,
    SlowOrFast,
    Tear,
)
from sim.scenario.orders import (
    AlarmLevel,
    Bolus,
    BridgeBolus,
    CapAspiration,
    CapInjection,
    Flow,
    MinimumRate,
    Mri,
    Oral,
    PatientBolus,
    PeriodicBolus,
    PrimingBolus,
    Rate,
    RateSchedule,
    Refill,
    Repair,
    Stop,
    TrialInfusion,
    TrialShot,
)
from sim.scenario.timeline import build
from tests.drawing import every_run
from tests.looking import (
    area,
    assert_same_bits,
    changed,
    drugs_of,
    event_ticks,
    handled_mcg,
    has,
    kinds,
    last_tick,
    most_in_ml,
    place,
    plain_scenario,
    run,
    strongest,
    ticks,
    watch_h,
)
from tests.strategies import ORDERS, PUMPS, SHELF, days, numbers, scenarios, spread, without

FRACTION = numbers(0.0, 1.0)
HANDS = (TrialShot, TrialInfusion, Oral)
PORTS = (CapAspiration, CapInjection)
SLOT = (Rate, Flow, RateSchedule, MinimumRate, Stop, BridgeBolus)
IN_BODY = (
    "tissue_depot", "epidural_depot", "spinal_csf", "cranial_csf", "gut", "not_absorbed", "plasma", "cleared",
)  # fmt: skip
REFUSED = {"refused_refill", "no_access"}
DRIVEN = tuple(name for name in PUMPS if SHELF.pumps[name].is_programmable)


def at(scenario: Scenario, kind: type[Any]) -> list[tuple[int, Any]]:
    """(tick, order) of one kind by time."""
    return sorted(((o.tick, o) for o in scenario.orders if isinstance(o, kind)), key=lambda entry: entry[0])


# ------------------------------------------------------------------ mass and volume


@every_run
def test_inv_01_every_microgram_of_every_drug_is_somewhere_at_every_time(scenario, whole):
    for result in (run(scenario), whole):
        assert [one.ledger.error_frac <= 1e-9 for one in drugs_of(result)] == [True] * (1 + len(scenario.with_drugs))


def pocket_mcg(scenario: Scenario, drug: int, time_h: np.ndarray) -> np.ndarray:
    """Drug injected beside the septum so far."""
    rows = [(tick, o.pocket_ml * (o.actual_mcg_ml, *o.with_actual_mcg_ml)[drug]) for tick, o in at(scenario, Refill)]
    return sum(mcg * (ticks(time_h) >= tick) for tick, mcg in rows)


# Without draws at the port and repairs, which take drug out of the line and bring some in beside the pump.
@every_run(where=lambda scenario: not has(scenario, CapAspiration, Repair))
def test_inv_01_each_stage_hands_on_what_it_took(scenario, whole):
    # amounts held are compared with areas of the signals between the stages, which the ledger does not use
    if kinds(whole) & REFUSED:
        return  # what is beside the septum is known from the file only where all refills are given
    for drug, result in enumerate(drugs_of(whole)):
        slack = 1e-9 * handled_mcg(result)
        line, in_body, beside = place(result, "line"), place(result, *IN_BODY), pocket_mcg(scenario, drug, whole.time_h)
        passed_on = result.delivered_mcg + result.leaked_mcg
        out = place(result, "reservoir", "withdrawn") + result.pumped_mcg + beside
        assert np.allclose(out, result.ledger.filled_mcg, rtol=0, atol=slack)
        at_port = area(result, "port_mcg_h")
        assert np.allclose(line[0] + result.pumped_mcg + at_port, line + passed_on, rtol=0, atol=slack)
        by_hand = result.ledger.given_mcg - result.ledger.given_mcg[0] - at_port
        gained = in_body - in_body[0] - (beside - beside[0]) - by_hand
        assert np.allclose(gained, passed_on, rtol=0, atol=slack)
        volume, fluid = np.array(result.plugs_at(0.0)[0]).T
        second = sum(size * mcg_ml for size, mcg_ml in result.plugs_at(0.0, True)[0])
        assert math.isclose(float(volume @ fluid) + second, line[0], rel_tol=1e-9, abs_tol=slack)


@given(scenarios(is_plain=True))
def test_inv_01_drug_is_lost_from_the_blood_only_and_from_the_depot_only_to_the_blood(scenario):
    result = run(scenario, watch_h(scenario))
    assert (np.diff(place(result, "cleared")) >= -1e-12 * handled_mcg(result)).all()
    assert (np.diff(place(result, "withdrawn")) >= -1e-12 * handled_mcg(result)).all()
    quiet = (result.leaked_mcg == 0.0) & (area(result, "dural_mcg_h") == 0.0)
    assert (place(result, "tissue_depot")[quiet] <= 1e-12 * handled_mcg(result)).all()


@every_run
def test_inv_02_every_millilitre_of_the_reservoir_is_somewhere_at_every_time(scenario, result):
    pump, tick = SHELF.pumps[scenario.pump], ticks(result.time_h)
    pumped, end = result.signals["pumped_ml_h"], last_tick(scenario)
    # a diversion comes after a refill of the same instant; a flip of the same instant too
    taken = [(round(f.start_day * TICK_PER_DAY), 1, f) for f in scenario.faults if isinstance(f, Diversion)]
    events = sorted([*((t, 0, o) for t, o in at(scenario, Refill)), *taken], key=lambda entry: entry[:2])
    volume_ml, since, expected = 0.0, 0, np.zeros(len(tick))
    for when, _, one in [*events, (end + 1, 2, None)]:
        inside = (tick >= since) & (tick < when)
        expected[inside] = volume_ml - (pumped.area_to(tick[inside]) - pumped.area_to(since))
        if one is None or when > end:
            break
        volume_ml -= float(pumped.area_to(when) - pumped.area_to(since))
        since = when
        there = max(volume_ml - pump.undrawable_ml, 0.0)
        if isinstance(one, Diversion):
            volume_ml -= min(one.volume_ml, there)
            continue
        is_shut = when > 0 and all(result.truth(t / TICK_PER_H).is_shut for t in (when - 1, when))
        into = one.in_ml - one.pocket_ml
        drawn = there if one.draw_ml is None else min(one.draw_ml, there)
        if not is_shut and volume_ml - drawn + most_in_ml(one) <= pump.capacity_ml + SYRINGE_ML:
            volume_ml += into - drawn
    expected[tick >= since] = volume_ml - (pumped.area_to(tick[tick >= since]) - pumped.area_to(since))
    assert np.allclose(result.reservoir_true_ml, expected, rtol=0, atol=1e-9 * max(pump.capacity_ml, pumped.area()[-1]))
    assert result.reservoir_true_ml.min() >= 0.0
    assert result.reservoir_true_ml.max() <= pump.capacity_ml + SYRINGE_ML


@every_run
def test_inv_02_what_enters_the_line_leaves_it_or_stretches_it(scenario, result):
    # entering: pumped, air, pushed in at the port, CSF at the tip and tissue fluid at a leak (both with a minus)
    into = sum(area(result, name) for name in ("pumped_ml_h", "air_ml_h", "port_ml_h"))
    out = sum(area(result, name) for name in ("tip_ml_h", "second_ml_h", "leak_ml_h"))
    names = ("pumped_ml_h", "air_ml_h", "port_ml_h", "tip_ml_h", "leak_ml_h")
    moved = sum(np.abs(s.value) @ np.diff(s.edge_tick) / TICK_PER_H for s in map(result.signals.get, names))
    assert np.allclose(into, out + result.stored_ml, rtol=0, atol=1e-9 * max(moved, 1.0))
    each = [flow.area_to(ticks(result.time_h)) for _, flow in result.leaks]
    assert np.allclose(sum(each), area(result, "leak_ml_h"), rtol=0, atol=1e-9 * max(moved, 1.0))


@every_run
def test_inv_02_the_line_always_holds_its_own_volume_and_the_stretch(scenario, result):
    pump, main = SHELF.pumps[scenario.pump], SHELF.catheters[scenario.catheter]
    own = pump.path_ml + main.length_cm * main.volume_ml_cm
    for plugs, stretch in zip(result.plugs_at(result.time_h), result.stored_ml, strict=True):
        assert math.isclose(sum(size for size, _ in plugs), own + stretch, rel_tol=1e-9)
        assert all(size > 0.0 and mcg_ml >= 0.0 for size, mcg_ml in plugs)
    if scenario.second_catheter is not None:
        other = SHELF.catheters[scenario.second_catheter]
        for plugs in result.plugs_at(result.time_h, True):
            assert math.isclose(sum(size for size, _ in plugs), other.length_cm * other.volume_ml_cm, rel_tol=1e-9)


@every_run
def test_inv_03_nothing_is_ever_negative(scenario, whole):
    # a draw pulls CSF in at the tip and tissue fluid in at a leak; a hole lets CSF run out backwards (DEV-23)
    is_drawn = any(isinstance(order, CapAspiration) for order in scenario.orders)
    has_hole = any(isinstance(fault, Hole) for fault in scenario.faults) or "burst" in kinds(whole)
    signed = {"tip_ml_h"} if has_hole or is_drawn else set()
    signed |= {"port_ml_h", "leak_ml_h"} if is_drawn else set()
    # adaptation and tolerance are the one place with quadrature
    blur = {"adapted_index": 1e-6, "tolerance_index": 1e-6}
    for result in drugs_of(whole):
        slack = 1e-12 * handled_mcg(result)
        assert result.ledger.amount_mcg.min() >= -slack
        for name, values in result.to_table().items():
            assert name in signed or values.min() >= -blur.get(name, 1e-12) * max(float(np.abs(values).max()), 1.0), (
                name
            )
        for name, signal in result.signals.items():
            assert name in signed or (signal.value >= 0.0).all(), name
        for name in ("programmed_mcg", "pumped_mcg", "delivered_mcg", "leaked_mcg"):
            assert (np.diff(getattr(result, name)) >= -slack).all(), name


@every_run
def test_inv_04_reservoir_and_line_never_hold_more_than_the_strongest_refill(scenario, whole):
    for drug, result in enumerate(drugs_of(whole)):
        most = strongest(scenario, drug) * (1 + (1e-6 if scenario.priming == "mixed" else 1e-12))
        assert (place(result, "reservoir") <= most * result.reservoir_true_ml + 1e-300).all()
        for plugs in (*result.plugs_at(result.time_h), *result.plugs_at(result.time_h, True)):
            assert all(0.0 <= fluid <= most for _, fluid in plugs)
        pumped, mcg = (result.signals[f"pumped_{unit}_h"] for unit in ("ml", "mcg"))
        assert (mcg.value <= pumped.at_tick(mcg.edge_tick[:-1]) * most + 1e-300).all()


# A draw sucks tissue fluid in at one leak while another loses drug, so that their sum says nothing.
@every_run(where=lambda scenario: not has(scenario, CapAspiration))
def test_inv_04_no_drug_leaves_the_line_stronger_than_the_strongest_refill(scenario, whole):
    for drug, result in enumerate(drugs_of(whole)):
        names = ("tip_mcg_h", "leak_mcg_h", "tip_ml_h", "second_ml_h", "leak_ml_h", "pumped_ml_h")
        edge = np.unique(np.concatenate([result.signals[name].edge_tick for name in names]))[:-1]
        into, elsewhere, tip, second, leak, pumped = (result.signals[name].at_tick(edge) for name in names)
        # a leak is what the tip lacks of the flow: known to the rounding of the flow
        blur_ml_h = 1e-12 * max(pumped.max(), np.abs(leak).max(), 1.0)
        # tanks that mix are told in steps of a nanolitre
        most = strongest(scenario, drug) * (1 + (1e-6 if scenario.priming == "mixed" else 1e-12))
        assert (into + elsewhere <= (np.maximum(tip, 0.0) + second + leak + blur_ml_h) * most + 1e-300).all()


STRONG = (
    "actual_mcg_ml",
    "programmed_mcg_ml",
    "with_actual_mcg_ml",
    "with_programmed_mcg_ml",
    "old_mcg_ml",
    "dose_mcg_day",
    "dose_mcg",
)


@given(scenarios(), st.data())
def test_inv_05_more_concentrated_drug_scales_every_mass_and_moves_no_time(scenario, data):
    factor = data.draw(spread(1e-3, 1e3))
    legal = (
        SHELF.pumps[scenario.pump].is_programmable
        and max((o.dose_mcg_day for o in scenario.orders if isinstance(o, Rate)), default=1.0) * factor <= 1e5
    )
    if not legal and factor > 1.0:
        factor = 1.0 / factor
    scaled = changed(scenario, orders=tuple(_scaled(order, factor) for order in scenario.orders))
    time_h = np.linspace(0.0, last_tick(scenario) / TICK_PER_H, 50)
    try:
        one, other = run(scenario, time_h), run(scaled, time_h)
    except ScenarioError:
        return  # a flow at the very border of the pump's range may round to beyond it
    for name, values in one.to_table().items():
        if name.endswith(("_index", "_h")):
            continue  # effects bend; flows and doses at an instant may step one tick earlier
        by = factor if name.endswith(("_mcg", "_mcg_ml")) else 1.0
        scale = max(float(np.abs(values).max()), SMALLEST)
        if name.startswith("ledger") or name.endswith("_mcg"):
            scale = max(scale, handled_mcg(one))
        if name.endswith("_mcg_ml"):
            scale = float(max(one.csf_mcg_ml.max(), one.plasma_mcg_ml.max(), SMALLEST))
        if name in ("stored_ml", "pressure_kpa"):
            scale = max(scale, 1e-6)
        assert np.allclose(other.to_table()[name], by * values, rtol=0, atol=1e-10 * by * scale), name
    # flows that agree to the last bit may stop doing so: then one more order, front or cap is told of
    # and what a body suffers bends with the dose
    blurred = {"programmed", "reprogrammed", "front", "capped_bolus", "capped_bridge_bolus", *HARM}
    logs = [[h for h in result.happenings if h.kind not in blurred] for result in (one, other)]
    assert sorted(h.kind for h in logs[0]) == sorted(h.kind for h in logs[1])
    for kind in kinds(one) - blurred:
        when = [[h.time_h for h in each if h.kind == kind] for each in logs]
        assert np.allclose(*when, rtol=1e-12, atol=1e-8), kind


def _scaled(order: Any, factor: float) -> Any:
    scaled = {name: getattr(order, name) for name in STRONG if hasattr(order, name)}

    def times(x: Any) -> Any:
        return tuple(times(one) for one in x) if isinstance(x, tuple) else x * factor if x * factor >= SMALLEST else 0.0

    return order.model_copy(update={name: times(x) for name, x in scaled.items()})


BY_VOLUME = (Flow, Stop, MinimumRate, PrimingBolus, Mri, *PORTS, Repair)


@given(scenarios(order_kinds=BY_VOLUME, body_start="empty"), st.data())
def test_inv_06_at_the_same_flow_two_drug_contents_add_up(scenario, data):
    share = [data.draw(FRACTION) for _ in scenario.orders]

    def part(of_it: Any) -> Result:
        orders = [
            o.model_copy(update={"actual_mcg_ml": _no_dust(o.actual_mcg_ml * of_it(x))})
            if isinstance(o, Refill | CapInjection)
            else o
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


@given(scenarios())
def test_inv_06_a_drug_does_not_feel_the_others_of_its_mixture(scenario):
    if not scenario.with_drugs:
        return
    alone = {"with_actual_mcg_ml": (), "with_programmed_mcg_ml": ()}
    orders = tuple(
        order.model_copy(update={name: none for name, none in alone.items() if hasattr(order, name)})
        for order in scenario.orders
    )
    time_h = watch_h(scenario)
    mixed, single = run(scenario, time_h), run(changed(scenario, with_drugs=(), orders=orders), time_h)
    assert_same_bits(mixed, single)
    # the story of a mixture tells what every drug of it does to the person
    assert mixed.emergencies == single.emergencies
    logs = [[h for h in result.happenings if h.kind not in HARM] for result in (mixed, single)]
    assert logs[0] == logs[1]
    for other in mixed.others.values():
        for name in ("reservoir_true_ml", "reservoir_believed_ml", "pumped_ml_h", "tip_ml_h", "leak_ml_h"):
            assert getattr(other, name).tobytes() == getattr(mixed, name).tobytes(), name


# ------------------------------------------------------------------ sampling


@given(scenarios(), st.data())
def test_inv_09_a_value_does_not_depend_on_which_other_times_are_asked(scenario, data):
    end = last_tick(scenario) / TICK_PER_H
    odd = [end * data.draw(FRACTION) for _ in range(6)]
    few = np.sort(np.concatenate([odd, [hour for hour in watch_h(scenario) if data.draw(st.booleans())][:8]]))
    many = np.sort(np.concatenate([few, np.linspace(0.0, end, 300), watch_h(scenario)]))
    where = np.searchsorted(many, few)
    part, whole = run(scenario, few), run(scenario, many)
    for name, values in whole.to_table().items():
        # an index may be the difference of two numbers up to 1
        peak = max(float(np.abs(values).max()), 1.0 if name.endswith("_index") else SMALLEST)
        assert np.abs(part.to_table()[name] - values[where]).max() <= 1e-11 * peak, name
    for name in ("tip_mcg_h", "pumped_ml_h", "reservoir_true_ml", "reservoir_believed_ml", "delivered_mcg"):
        assert getattr(part, name).tobytes() == getattr(whole, name)[where].tobytes(), name
    assert part.happenings == whole.happenings
    assert all(part.signals[name].value.tobytes() == s.value.tobytes() for name, s in whole.signals.items())


@every_run
def test_inv_33_the_value_at_an_event_is_the_one_after_it(scenario, result):
    for tick in event_ticks(scenario)[:4]:
        hour = tick / TICK_PER_H
        now, before = result.at(hour), result.before(hour)
        here = int(np.searchsorted(result.time_h, hour))
        for name, signal in result.signals.items():
            assert signal.at(hour) == signal.at_tick(tick), name
            if hasattr(now, name):
                assert getattr(now, name)[0] == getattr(result, name)[here] == signal.at_tick(tick), name
                assert getattr(before, name)[0] == signal.at_tick(tick - 1), name


# A repair changes the line's content, a hand bolus or a tablet the body's, a refill the reservoir's, all at once;
# another disease bends the effect at once, and air the line's storage and so its pressure.
JUMPING = ("reservoir_", "ledger_reservoir", "ledger_withdrawn", "ledger_tissue", "pressure_", "effect_", "excess_")
JUMPING += ("withdrawal_", "tolerance_", "adapted_")


@every_run(where=lambda scenario: not has(scenario, Repair, TrialShot, Oral))
def test_inv_33_what_moves_does_not_jump(scenario, result):
    for tick in event_ticks(scenario)[:4]:
        now, before = result.at(tick / TICK_PER_H), result.before(tick / TICK_PER_H)
        here, there = now.to_table(), before.to_table()
        for name, values in result.to_table().items():
            if name.startswith(JUMPING) or name in result.signals:
                continue
            scale = handled_mcg(result) if "mcg" in name else max(float(np.abs(values).max()), 1.0)
            assert abs(here[name][0] - there[name][0]) <= 1e-12 * scale, name


# Tablets, and a disease that grows day by day, act at instants that no signal shows.
@given(
    scenarios(order_kinds=without(Oral, among=ORDERS), fault_kinds=without(DiseaseChange)), st.data()
)  # fmt: skip
def test_inv_33_between_events_just_before_and_now_are_the_same(scenario, data):
    result = run(scenario, [0.0])
    edges = {int(tick) for signal in result.signals.values() for tick in signal.edge_tick}
    edges |= {tick + more for tick in event_ticks(scenario) for more in range(5)}
    edges |= {round(one.time_h * TICK_PER_H) for one in result.happenings}
    tick = data.draw(st.integers(1, last_tick(scenario)))
    if tick in edges:
        return
    now, before = result.at(tick / TICK_PER_H), result.before(tick / TICK_PER_H)
    assert_same_bits(now, before)


@every_run
def test_a_result_cannot_be_written_to(scenario, whole):
    for result in drugs_of(whole):
        arrays = [getattr(result, field.name) for field in fields(result)]
        arrays += [result.ledger.amount_mcg, result.ledger.filled_mcg, result.ledger.given_mcg]
        arrays += [array for signal in result.signals.values() for array in (signal.edge_tick, signal.value)]
        for array in (*arrays, *(result.effect_course or ())):
            if isinstance(array, np.ndarray):
                assert not array.flags.writeable
                with pytest.raises(ValueError, match="read-only"):
                    array[...] = 0.0


# The body is followed here from the tip's dose and the leaks alone, so nothing else may feed it.
@given(
    scenarios(
        body_start="empty", is_plain=True, order_kinds=without(*HANDS, among=ORDERS),
        fault_kinds=without(DuralLeak, Migration, DiseaseChange),
    )
)  # fmt: skip
def test_the_adapted_index_does_not_depend_on_how_finely_time_was_cut(scenario):
    result = run(scenario, watch_h(scenario))
    drug, end = SHELF.drugs[scenario.drug], last_tick(scenario)
    shares = tip_shares(level_cm(scenario.tip_level))
    tip = result.signals["tip_mcg_h"]
    doses = {cell: Steps(tip.edge_tick, tip.value * share) for cell, share in shares.items()}
    doses["tissue"] = result.signals["leak_mcg_h"]
    course = follow(network(drug, scenario.canal), doses, (), {}, end + 1)
    tick = ticks(result.time_h)
    habit = scenario.tolerance
    person = None
    if drug.effect is not None:
        accustomed_mcg_day = 24.0 * build(scenario, SHELF).accustomed_mcg_h[0] or None
        person = person_of(drug, scenario.canal, scenario.tip_level, accustomed_mcg_day, scenario.history)
    start = EffectStart()
    fine = follow_effect(course, drug, scenario.canal, start, end + 1, tolerance=habit, person=person, halvings=2)
    adapted = fine.at(tick, course.at_tick(tick).followed).adapted
    assert (result.adapted_index is None) == (adapted is None) == (not drug.is_adapting)
    if adapted is not None:
        assert np.abs(result.adapted_index - adapted).max() <= 1e-6
        assert (result.withdrawal_index >= 0.0).all()


# ------------------------------------------------------------------ no-ops


# Not a bridge: the next order of the slot ends it early, whatever that order is.
@given(scenarios(pumps=DRIVEN, order_kinds=without(BridgeBolus, among=ORDERS)), st.data())
def test_inv_25_an_order_given_again_changes_nothing(scenario, data):
    slot = sorted(((o.tick, i, o) for i, o in enumerate(scenario.orders) if isinstance(o, SLOT)), key=lambda e: e[:2])
    if not slot:
        return
    which = data.draw(st.integers(0, len(slot) - 1))
    until = slot[which + 1][2].at_day if which + 1 < len(slot) else scenario.duration_day
    begin = slot[which][2].at_day
    again_day = begin + data.draw(st.floats(0.0, 0.999)) * (until - begin)
    again = slot[which][2].model_copy(update={"at_day": again_day})
    if which + 1 < len(slot) and again.tick >= slot[which + 1][0]:
        return
    if again.tick in [tick for tick, _ in at(scenario, Refill)]:
        return  # then the log says programmed where it said reprogrammed
    time_h = watch_h(scenario)
    one, other = run(scenario, time_h), run(changed(scenario, orders=(*scenario.orders, again)), time_h)
    assert_same_bits(one, other)
    # told a new concentration at the same instant, the pump is programmed instead of keeping its dose
    news = [[h for h in result.happenings if h.kind not in ("programmed", "reprogrammed")] for result in (one, other)]
    assert news[0] == news[1]


@given(scenarios(pumps=DRIVEN), st.data())
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

GROUPS = (SLOT, PORTS, HANDS, (Bolus, PeriodicBolus, PatientBolus, PrimingBolus))


def _group(entry: Any) -> str:
    """Entries of one group and one instant act in file order."""
    if isinstance(entry, Fault):
        return "fault"
    return next((str(place) for place, group in enumerate(GROUPS) if isinstance(entry, group)), entry.kind)


@st.composite
def reordered(draw: st.DrawFn, entries: tuple[Any, ...], time: str) -> tuple[Any, ...]:
    """Entries in another order; those of one group at one time keep theirs."""
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
    faults = data.draw(reordered(scenario.faults, "start_day"))
    # a repair names its fault by place in the file
    place_of = {id(fault): place for place, fault in enumerate(faults)}
    renamed = [
        o.model_copy(update={"fault": place_of[id(scenario.faults[o.fault])]}) if isinstance(o, Repair) else o
        for o in data.draw(reordered(scenario.orders, "at_day"))
    ]
    other = changed(scenario, orders=tuple(renamed), faults=faults)
    one, two = run(scenario, watch_h(scenario)), run(other, watch_h(scenario))
    assert_same_bits(one, two)
    assert sorted(one.happenings, key=str) == sorted(two.happenings, key=str)


SEVERE = [
    pytest.param(Occlusion, [{"blocked_frac": degree} for degree in (0.3, 0.6, 0.7)], id="occlusion"),
    pytest.param(Tear, [{"lost_frac": degree} for degree in (0.3, 0.6, 0.7)], id="tear"),
    pytest.param(Hole, [{"diameter_um": degree} for degree in (5.0, 10.0, 15.0)], id="hole"),
    pytest.param(SlowOrFast, [{"flow_factor": degree} for degree in (0.3, 0.6, 1.7)], id="slow_or_fast"),
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
        {"kind": "refill", "at_day": 2.0, "draw_ml": draw, "in_ml": in_ml, "actual_mcg_ml": c, "programmed_mcg_ml": c}
        for draw, in_ml, c in ((None, 10.0, 500.0), (0.0, 5.0, 1000.0))
    )
    result = run(plain_scenario([{"kind": "stop"}, full, top]))
    end = result.ledger.at_end()
    assert math.isclose(result.reservoir_true_ml[-1], 15.0, rel_tol=1e-12)
    assert math.isclose(end["reservoir"], 10000.0, rel_tol=1e-12)
    assert math.isclose(end["withdrawn"], 40000.0, rel_tol=1e-12)


@pytest.mark.parametrize("is_turned", [False, True])
def test_inv_26_a_refill_comes_before_a_rate_and_a_bolus_of_the_same_instant(is_turned):
    refill = {"kind": "refill", "at_day": 2.0, "in_ml": 20.0, "actual_mcg_ml": 500.0, "programmed_mcg_ml": 500.0}
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


@given(st.lists(scenarios(), min_size=2, max_size=2))
def test_inv_29_runs_side_by_side_give_the_same_bits_and_leave_their_inputs_alone(cases):
    written = [write_scenario(one) for one in cases]
    alone = [run(one, [0.0, 1.0, 2.0]) for one in cases]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda one: run(one, [0.0, 1.0, 2.0]), cases * 2))
    for one, other in zip(alone * 2, together, strict=True):
        assert_same_bits(one, other)
        assert one.happenings == other.happenings
    assert written == [write_scenario(one) for one in cases]


DAILY = (RateSchedule, Kink)


@given(scenarios(body_start="empty"), st.floats(1e-3, 400.0))
def test_inv_07_the_same_orders_later_give_the_same_result_later(scenario, later_day):
    # whole ticks, so that both runs meet the same ones; whole days where the clock counts
    by_clock = any(isinstance(one, DAILY) for one in (*scenario.orders, *scenario.faults))
    shift = float(math.ceil(later_day)) if by_clock else round(later_day * TICK_PER_DAY) / TICK_PER_DAY
    # a battery also ages while nothing is ordered
    scenario = changed(scenario, battery_used_frac=0.0)

    def moved(entry: Any) -> Any:
        at = ("at_day", "start_day", "end_day", "reset_day")
        times = {n: getattr(entry, n) + shift for n in at if getattr(entry, n, None) is not None}
        if getattr(entry, "request_day", ()):
            times["request_day"] = tuple(day + shift for day in entry.request_day)
        return entry.model_copy(update=times)

    late = changed(
        scenario,
        duration_day=scenario.duration_day + shift,
        orders=tuple(moved(order) for order in scenario.orders),
        faults=tuple(moved(fault) for fault in scenario.faults),
    )
    try:
        run(late, [0.0])
    except ScenarioError:
        return  # a request at the very end may round to beyond it
    end = min(last_tick(scenario), last_tick(late) - round(shift * TICK_PER_DAY))
    asked = np.linspace(0, end, 31).astype(np.int64)
    one, other = run(scenario, asked / TICK_PER_H), run(late, (asked + round(shift * TICK_PER_DAY)) / TICK_PER_H)
    # an event may fall on the next tick; what flows fastest is 60 mL/h of free flow, or the side port's 1200
    slack = 1e-8 * max(handled_mcg(one), strongest(scenario))
    for name in one.ledger.places:
        assert np.allclose(place(one, name), place(other, name), rtol=0, atol=slack), name
    assert np.allclose(one.reservoir_true_ml, other.reservoir_true_ml, rtol=0, atol=1e-6)
    assert np.allclose(one.delivered_mcg, other.delivered_mcg, rtol=0, atol=slack)


@given(scenarios(pumps=DRIVEN, order_kinds=(Rate, RateSchedule, Stop, Bolus), draws_all=True))
def test_inv_08_a_dose_and_the_flow_that_gives_it_agree(scenario):
    strength_mcg_ml = next(order for order in scenario.orders if isinstance(order, Refill)).programmed_mcg_ml or 1000.0
    orders = [
        o.model_copy(update={"programmed_mcg_ml": strength_mcg_ml}) if isinstance(o, Refill) else o
        for o in scenario.orders
    ]

    def as_flow(order: Any) -> Any:
        if isinstance(order, Rate):
            return Flow(at_day=order.at_day, flow_ml_day=order.dose_mcg_day / strength_mcg_ml)
        if isinstance(order, RateSchedule) and order.dose_mcg_day:
            flows = tuple(dose / strength_mcg_ml for dose in order.dose_mcg_day)
            return order.model_copy(update={"dose_mcg_day": (), "flow_ml_day": flows})
        return order

    by_dose = changed(scenario, orders=tuple(orders))
    by_flow = changed(by_dose, orders=tuple(as_flow(order) for order in orders))
    time_h = np.linspace(0.0, last_tick(scenario) / TICK_PER_H, 40)
    one, other = run(by_dose, time_h), run(by_flow, time_h)
    for name in one.ledger.places:
        # strokes are counted: one may come a tick later
        slack = 1e-9 if scenario.is_stroke_shown else 1e-11
        assert np.allclose(place(one, name), place(other, name), rtol=0, atol=slack * handled_mcg(one)), name


@given(scenarios(), st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=20))
def test_inv_31_a_title_is_only_a_title(scenario, title):
    assert_same_bits(run(scenario, [0.0, 1.0]), run(changed(scenario, title=title, see=title), [0.0, 1.0]))


# ------------------------------------------------------------------ the log


@every_run
def test_inv_30_every_order_and_fault_stands_in_the_log_and_nothing_else_does(scenario, result):
    end, log = last_tick(scenario), [(one.kind, round(one.time_h * TICK_PER_H)) for one in result.happenings]

    def of(*names: str) -> list[int]:
        return sorted(tick for kind, tick in log if kind in names)

    for kind, names in (
        (Refill, ("refill", "refused_refill", "no_access")),
        (Bolus, ("bolus",)),
        (Mri, ("mri",)),
        (AlarmLevel, ("alarm_level",)),
        (PrimingBolus, ("priming_bolus",)),
    ):
        ordered = [tick for tick, o in at(scenario, kind) if getattr(o, "volume_ml", 1.0) > 0.0]
        if kind is not Bolus or not any(isinstance(o, PeriodicBolus | PatientBolus) for o in scenario.orders):
            assert of(*names) == ordered, names
    # what is done at the side port takes a minute, and the next waits for it: perhaps until after the end
    for kind, names in (
        (CapAspiration, ("cap_aspiration", "dry_aspiration")),
        (CapInjection, ("cap_injection", "refused_injection")),
    ):
        ordered = [tick for tick, o in at(scenario, kind) if o.volume_ml > 0.0]
        late = [tick for tick in ordered if tick > end - len(ordered) * TICK_PER_H // 30]
        assert len(ordered) - len(late) <= len(of(*names)) <= len(ordered)
        assert all(0 <= done - tick <= TICK_PER_H // 5 for done, tick in zip(of(*names), ordered, strict=False))
    asked = [round(d * TICK_PER_DAY) for _, o in at(scenario, PatientBolus) for d in o.request_day]
    if not any(isinstance(o, PeriodicBolus | Bolus | Stop) for o in scenario.orders):
        assert of("bolus", "refused_bolus") == sorted(asked)
    given_by_hand = [tick for tick, o in at(scenario, HANDS) if not isinstance(o, Oral | TrialInfusion) or tick < end]
    assert [tick for tick in of("by_hand") if tick < end] == [tick for tick in given_by_hand if tick < end]
    # faults: both ends, harmless ones never
    spans = [w for f, w in zip(scenario.faults, acting_windows(scenario, end + 1), strict=True) if not f.is_harmless()]
    assert of("fault_start") == sorted(start for start, stop in spans if start < stop)
    assert of("fault_end") == sorted(stop for start, stop in spans if start < stop <= end)


SIMPLE = (Rate, Flow, Stop, MinimumRate, Repair, *HANDS, *PORTS)


@given(scenarios(pumps=DRIVEN, order_kinds=SIMPLE))
def test_inv_30_the_log_of_the_rate_slot_rebuilds_its_flow(scenario):
    result = run(scenario, [0.0])
    command = result.signals["command_ml_h"]
    said = {round(h.time_h * TICK_PER_H): h.text for h in result.happenings if h.kind in ("programmed", "reprogrammed")}
    assert set(command.edge_tick[1:-1].tolist()) <= set(said)
    for tick, text in said.items():
        words = re.search(r"([\d.]+) mL/day", text)
        ml_day = float(words.group(1)) if words else 0.0
        assert math.isclose(24.0 * command.at_tick(tick), ml_day, rel_tol=1e-3, abs_tol=1e-3), text


@every_run
def test_inv_30_the_pump_sounds_whenever_and_only_when_it_senses_something(scenario, result):
    time_h, pump = result.time_h, SHELF.pumps[scenario.pump]
    sounds = {kind for kind in kinds(result) if kind.endswith(("_alarm", "_notice")) or kind == "eos"}
    if not pump.is_programmable:
        assert not sounds
        return
    first_h = min((one.time_h for one in result.happenings if one.kind == "refill"), default=math.inf)
    # a pump without power counts no more and sounds no more
    dead_h = min((one.time_h for one in result.happenings if one.kind == "eos"), default=math.inf)
    alarm_ml = result.signals["alarm_ml"]
    for kind, levels_ml in (("low_alarm", alarm_ml.at(time_h)), ("empty_alarm", np.zeros(len(time_h)))):
        is_low = (result.reservoir_believed_ml <= levels_ml * (1.0 - 1e-9)) & (time_h >= first_h) & (time_h < dead_h)
        assert kind in sounds or not is_low.any(), kind
        for one in result.happenings:
            if one.kind == kind:
                # a refill may raise the level at the very instant at which it was reached
                there = [look(one.time_h).reservoir_believed_ml[0] for look in (result.at, result.before)]
                level_ml = float(alarm_ml.at(one.time_h)) if kind == "low_alarm" else 0.0
                assert min(there) <= level_ml + 1e-6, kind


@every_run
def test_inv_30_the_log_is_in_order_and_in_words_for_learners(scenario, result):
    order = list(SENTENCE)
    keys = [(one.time_h, order.index(one.kind)) for one in result.happenings]
    assert keys == sorted(keys)
    for one in result.happenings:
        assert 0.0 <= one.time_h <= last_tick(scenario) / TICK_PER_H
        assert not re.search(r"\de[+-]?\d|\bnan\b|\binf\b|None|[{}]|\d\.\d*0(?!\d)|(?<!\d)\.\d", one.text), one.text


@every_run(where=lambda scenario: scenario.pump in DRIVEN)
def test_dev_09_no_order_makes_the_pump_run_faster_than_it_can(scenario, result):
    pump = SHELF.pumps[scenario.pump]
    assert 24.0 * result.signals["command_ml_h"].value.max() <= pump.highest_ml_day * (1.0 + 1e-9)
