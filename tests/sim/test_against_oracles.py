"""Whole runs against calculations that share no code: exact parcels in the line, an integrator in the body."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from sim import Result, Scenario, simulate
from sim.body.canal import Canal
from sim.body.level import LEVELS
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H
from sim.scenario.faults import Disconnection, Occlusion, Stall, Tear
from sim.scenario.orders import Bolus, Flow, Rate, Refill
from tests.oracles import body_oracle, line_oracle
from tests.strategies import SHELF, scenarios

FEW = settings(max_examples=max(settings.default.max_examples // 4, 15))


def tick(day: float) -> int:
    return round(day * TICK_PER_DAY)


def hour(tick_at: int) -> Fraction:
    return Fraction(tick_at, TICK_PER_H)


# ------------------------------------------------------------------ reservoir and line


def commanded(scenario: Scenario) -> list[tuple[int, Fraction]]:
    """(tick, mL/h) from the orders by hand: the latest rate, the told concentration, boluses on top, the cap."""
    pump, orders = SHELF.pumps[scenario.pump], scenario.orders
    slot = sorted((o for o in orders if not isinstance(o, Refill | Bolus)), key=lambda o: tick(o.at_day))
    fills = sorted((o for o in orders if isinstance(o, Refill)), key=lambda o: tick(o.at_day))

    def told(at: int) -> Fraction:
        return Fraction(next(o.told_mcg_ml for o in reversed(fills) if tick(o.at_day) <= at))

    def basal(at: int) -> Fraction:
        latest = next((o for o in reversed(slot) if tick(o.at_day) <= at), None)
        if isinstance(latest, Flow):
            return Fraction(latest.flow_ml_day) / 24
        if isinstance(latest, Rate) and latest.dose_mcg_day > 0:
            return Fraction(latest.dose_mcg_day) / 24 / told(at)
        return Fraction(0)

    boluses = []
    for order in orders:
        if isinstance(order, Bolus) and order.dose_mcg > 0:
            start, size = tick(order.at_day), max(round(order.over_min * TICK_PER_H / 60), 1)
            ml = Fraction(order.dose_mcg) / told(start)
            boluses.append((start, start + size, ml / hour(size)))
    edges = {0, *(tick(o.at_day) for o in (*slot, *fills)), *(t for b in boluses for t in b[:2])}
    highest = Fraction(pump.highest_ml_day) / 24
    flow = []
    for at in sorted(edges):
        extra = sum((ml_h for start, end, ml_h in boluses if start <= at < end), Fraction(0))
        flow.append((at, max(min(basal(at) + extra, highest), basal(at)) if extra else basal(at)))
    return flow


def line_case(scenario: Scenario) -> dict[str, Any]:
    """The scenario in the words of the line oracle."""
    pump, catheter = SHELF.pumps[scenario.pump], SHELF.catheters[scenario.catheter]
    path_ml, catheter_ml = Fraction(pump.path_ml), Fraction(catheter.length_cm) * Fraction(catheter.volume_ml_cm)
    fills = sorted((o for o in scenario.orders if isinstance(o, Refill)), key=lambda o: tick(o.at_day))
    first = Fraction(fills[0].true_mcg_ml)
    in_path, in_catheter = {"drug": (first, first), "pump_path": (first, 0), "csf": (0, 0)}[scenario.line_start]
    end = tick(scenario.duration_day)
    case: dict[str, Any] = {
        "duration_h": hour(end),
        "flow": [(hour(at), ml_h * Fraction(pump.accuracy_factor)) for at, ml_h in commanded(scenario)],
        "fills": [
            # all but the undrawable, or nothing at all
            (hour(tick(o.at_day)), pump.undrawable_ml if o.draw_ml is None else 1000, o.in_ml, o.true_mcg_ml)
            for o in fills
        ],
        "unpumpable_ml": pump.unpumpable_ml,
        "line_ml": path_ml + catheter_ml,
        "line_start_mcg_ml": [(catheter_ml, in_catheter), (path_ml, in_path)],
        "storage_ml": Fraction(catheter.compliance_ml_kpa) * Fraction(pump.limit_kpa),
        "release_h": Fraction(1, 60),
        "stalled": [],
        "occlusions": [],
        "tears": [],
    }
    for fault in scenario.faults:
        window = hour(tick(fault.start_day)), hour(end + 1 if fault.end_day is None else tick(fault.end_day))
        if isinstance(fault, Stall):
            case["stalled"].append(window)
        elif isinstance(fault, Occlusion):
            case["occlusions"].append((*window, fault.blocked_frac))
        else:
            lost = fault.lost_frac if isinstance(fault, Tear) else 1
            at = fault.position_frac if isinstance(fault, Tear) else 0.0
            if isinstance(fault, Disconnection) and fault.site == "joint":
                at = catheter.joint_frac
            case["tears"].append((*window, path_ml + Fraction(at) * catheter_ml, lost))
    return case


def with_whole_draws(scenario: Scenario) -> Scenario:
    """Refills that draw part draw all instead: the oracle knows what is left behind, not what is drawn."""
    orders = [
        o.model_copy(update={"draw_ml": None}) if isinstance(o, Refill) and o.draw_ml != 0.0 else o
        for o in scenario.orders
    ]
    return scenario.model_copy(update={"orders": tuple(orders)})


def line_columns(result: Result) -> dict[str, np.ndarray]:
    """What the oracle reports, from a result."""
    at = np.rint(result.time_h * TICK_PER_H).astype(np.int64)
    names = {"pumped_ml": "pumped_ml_h", "tip_ml": "tip_ml_h", "leaked_ml": "leak_ml_h"}
    columns = {name: result.signals[signal].area_to(at) for name, signal in names.items()}
    kept = dict(zip(result.ledger.places, result.ledger.amount_mcg.T, strict=True))
    return columns | {
        "reservoir_ml": result.reservoir_true_ml,
        "reservoir_mcg": kept["reservoir"],
        "withdrawn_mcg": kept["withdrawn"],
        "filled_mcg": result.ledger.filled_mcg,
        "stored_ml": result.stored_ml,
        "tip_mcg": result.delivered_mcg,
        "leaked_mcg": result.leaked_mcg,
        "line_mcg": kept["line"],
    }


@given(scenarios())
def test_reservoir_and_line_agree_with_parcels_followed_in_fractions(scenario):
    scenario = with_whole_draws(scenario)
    end = tick(scenario.duration_day)
    ends = [tick(fault.end_day) for fault in scenario.faults if fault.end_day is not None]
    half_released = [at + TICK_PER_H // 120 for at in ends]
    changes = [at for at, _ in commanded(scenario)] + [tick(f.start_day) for f in scenario.faults]
    asked = {*np.linspace(0, end, 9).astype(int).tolist(), *changes, *ends, *half_released}
    asked = sorted(at for at in asked if at <= end)
    result = simulate(scenario, np.array(asked) / TICK_PER_H, SHELF)
    if any(happening.kind == "refused_refill" for happening in result.happenings):
        return  # the oracle fills whatever it is told
    answer = line_oracle.run(line_case(scenario), [hour(at) for at in asked])
    here = line_columns(result)
    handled = float(result.ledger.supplied_mcg.max())
    for name in line_oracle.COLUMNS:
        scale = handled if name.endswith("mcg") else max(np.max(answer["pumped_ml"]), 1.0)
        assert np.allclose(here[name], answer[name], rtol=1e-9, atol=1e-9 * scale), name
    dry = [happening.time_h for happening in result.happenings if happening.kind == "run_dry"]
    flow = result.signals["command_ml_h"]
    stalled = line_case(scenario)["stalled"]
    for time_h in answer["dry_h"]:
        at = round(time_h * TICK_PER_H)
        is_still = any(start <= hour(at + 1) < stop for start, stop in stalled)
        if at < end and flow.at_tick(at + 1) > 0.0 and not is_still:
            assert min(abs(one - time_h) for one in dry) <= 2.0 / TICK_PER_H + 1e-12 * time_h


@given(scenarios())
def test_the_command_is_what_the_orders_say_by_hand(scenario):
    result = simulate(scenario, [0.0], SHELF)
    if any(happening.kind == "refused_refill" for happening in result.happenings):
        return
    command, end = result.signals["command_ml_h"], tick(scenario.duration_day)
    for at, ml_h in commanded(scenario):
        if at <= end:
            assert math.isclose(command.at_tick(at), float(ml_h), rel_tol=1e-12), at / TICK_PER_DAY


# ------------------------------------------------------------------ canal, body, effect


def steps_of(result: Result, name: str) -> list[tuple[float, float]]:
    """A signal as the body oracle takes it; a tick that a front crosses belongs to what follows."""
    signal = result.signals[name].merged()
    long = np.append(np.diff(signal.edge_tick) > 1, True)
    start = [0 if i and not long[i - 1] else 1 for i in range(len(signal.value))]
    rows = []
    for i, (edge, value) in enumerate(zip(signal.edge_tick[:-1], signal.value, strict=True)):
        if long[i]:
            at = edge if start[i] else signal.edge_tick[i - 1]
            rows.append((float(at) / TICK_PER_H, float(value)))
    return rows


def first_dose_mcg_h(scenario: Scenario) -> float:
    slot = sorted((o for o in scenario.orders if isinstance(o, Rate | Flow)), key=lambda o: tick(o.at_day))
    fills = sorted((o for o in scenario.orders if isinstance(o, Refill)), key=lambda o: tick(o.at_day))
    if isinstance(slot[0], Rate):
        return slot[0].dose_mcg_day / 24.0
    told = [o.told_mcg_ml for o in fills if tick(o.at_day) <= tick(slot[0].at_day)]
    return slot[0].flow_ml_day / 24.0 * (told[-1] if told else 0.0)


def reference_body(scenario: Scenario) -> Scenario:
    return scenario.model_copy(update={"canal": Canal(mixing=scenario.canal.mixing)})


@FEW
@given(scenarios().map(reference_body))
def test_canal_and_blood_agree_with_an_integrator_restarted_at_every_edge(scenario):
    end_h = tick(scenario.duration_day) / TICK_PER_H
    result = simulate(scenario, np.linspace(0.0, end_h, 12), SHELF)
    drug, mixing = scenario.drug.removesuffix("-like"), scenario.canal.mixing
    start = None
    if scenario.body_start == "steady":
        start = body_oracle.steady(drug, scenario.tip_level, first_dose_mcg_h(scenario), mixing)
    dose, leak = steps_of(result, "tip_mcg_h"), steps_of(result, "leak_mcg_h")
    there = body_oracle.run(drug, scenario.tip_level, dose, leak, result.time_h, mixing, start)
    kept = dict(zip(result.ledger.places, result.ledger.amount_mcg.T, strict=True))
    compared = {
        "spinal_csf": (kept["spinal_csf"], there["cells"].sum(axis=1)),
        "cranial_csf": (kept["cranial_csf"], there["cistern"] + there["cranial"]),
        "plasma": (kept["plasma"], there["plasma"]),
        "tissue_depot": (kept["tissue_depot"], there["tissue"]),
        "cleared": (kept["cleared"], there["cleared"]),
        "cells": (result.csf_mcg_ml, there["cells"] / body_oracle.CELL_ML),
        "cistern": (result.cistern_mcg_ml, there["cistern"] / body_oracle.CISTERN_ML),
        "cranial": (result.cranial_mcg_ml, there["cranial"] / body_oracle.CRANIAL_ML),
    }
    for name, (here, other) in compared.items():
        # the integrator's own tolerance: 1e-10 a step, a long way
        assert np.allclose(here, other, rtol=1e-7, atol=1e-7 * max(np.abs(other).max(), 1e-12)), name


def within_reason(scenario: Scenario) -> Scenario:
    """The baclofen-like drug at doses a pump would give: at most about three times the reference."""
    strongest = max(o.true_mcg_ml for o in scenario.orders if isinstance(o, Refill))
    factor = 300.0 * 3.0 / 24.0 / max(strongest, 1.0)
    names = ("true_mcg_ml", "told_mcg_ml", "dose_mcg_day", "dose_mcg")
    orders = [o.model_copy(update={n: getattr(o, n) * factor for n in names if hasattr(o, n)}) for o in scenario.orders]
    return reference_body(scenario).model_copy(update={"orders": tuple(orders), "drug": "baclofen-like"})


@FEW
@given(scenarios(fault_kinds=(Occlusion, Stall)).map(within_reason))
def test_the_effects_agree_with_an_integrator_restarted_at_every_edge(scenario):
    end_h = min(tick(scenario.duration_day) / TICK_PER_H, 24.0 * 60.0)
    result = simulate(scenario, np.linspace(0.0, end_h, 12), SHELF)
    dose = steps_of(result, "tip_mcg_h")
    if scenario.body_start == "steady":
        # the oracle is steady at the first dose of its list
        dose = [(-1.0, first_dose_mcg_h(scenario)), *dose]
    there = body_oracle.run_effect(scenario.tip_level, dose, result.time_h, scenario.body_start, scenario.canal.mixing)
    assert np.abs(result.effect_index - there["effect"]).max() <= 1e-7
    assert np.abs(result.adapted_index - there["adapted"]).max() <= 1e-6
    assert np.abs(result.withdrawal_index - there["withdrawal"]).max() <= 1e-6


@pytest.mark.parametrize("level", LEVELS)
def test_the_steady_body_agrees_with_the_oracle_at_every_tip_level(level):
    scenario = Scenario.model_validate(
        {"version": 1, "title": "steady", "pump": "roller-20ml", "catheter": "one-piece-80cm"}
        | {"drug": "baclofen-like", "duration_day": 10.0, "tip_level": level, "body_start": "steady"}
        | {
            "orders": [
                {"kind": "refill", "in_ml": 20.0, "true_mcg_ml": 2000.0, "told_mcg_ml": 2000.0},
                {"kind": "rate", "dose_mcg_day": 300.0},
            ]
        },
        strict=False,
    )
    result = simulate(scenario, [0.0, 240.0])
    there = body_oracle.steady("baclofen", level, 12.5)
    for row in result.csf_mcg_ml:
        assert np.allclose(row, there["cells"] / body_oracle.CELL_ML, rtol=1e-9, atol=0)
    assert np.allclose(result.plasma_mcg_ml, 12.5 / 14000.0, rtol=1e-9, atol=0)
