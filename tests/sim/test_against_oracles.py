"""Whole runs against calculations that share no code: exact parcels in the line, an integrator in the body."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Result, Scenario, simulate
from sim.body.canal import Canal
from sim.body.level import LEVELS
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H
from sim.scenario.faults import (
    Air,
    BatteryEnd,
    Disconnection,
    DiseaseChange,
    Diversion,
    DuralLeak,
    Flip,
    FreeFlow,
    Granuloma,
    Hole,
    Kink,
    LowBatteryReset,
    Migration,
    Narrowing,
    Occlusion,
    SlowOrFast,
    Stall,
    Tear,
)
from sim.scenario.orders import (
    Bolus,
    CapAspiration,
    CapInjection,
    Flow,
    MinimumRate,
    Mri,
    Oral,
    PeriodicBolus,
    PrimingBolus,
    Rate,
    RateSchedule,
    Refill,
    Repair,
    Stop,
    SurroundingsChange,
    TrialInfusion,
    TrialShot,
)
from tests.looking import event_ticks, slipping
from tests.oracles import body_oracle, device_oracle
from tests.strategies import ORDERS, PUMPS, SHELF, numbers, scenarios, spread, without

SLOT = (Rate, Flow, RateSchedule, MinimumRate, Stop)
PORTS = (CapAspiration, CapInjection)
DRIVEN = tuple(name for name in PUMPS if SHELF.pumps[name].is_programmable)
FEW = settings(max_examples=max(settings.default.max_examples // 4, 15))


def tick(day: float) -> int:
    return round(day * TICK_PER_DAY)


def hour(tick_at: int) -> Fraction:
    return Fraction(tick_at, TICK_PER_H)


# ------------------------------------------------------------------ reservoir and line


def commanded(scenario: Scenario) -> list[tuple[int, Fraction]]:
    """(tick, mL/h) from the orders by hand: the latest rate, the programmed concentration, boluses on top, the cap."""
    pump, orders = SHELF.pumps[scenario.pump], scenario.orders
    slot = sorted((o for o in orders if isinstance(o, SLOT)), key=lambda o: tick(o.at_day))
    fills = sorted((o for o in orders if isinstance(o, Refill)), key=lambda o: tick(o.at_day))
    end = tick(scenario.duration_day)

    def programmed_mcg_ml(at: int) -> Fraction:
        return Fraction(next((o.programmed_mcg_ml for o in reversed(fills) if tick(o.at_day) <= at), 0.0))

    def in_force(at: int) -> Any:
        return next((o for o in reversed(slot) if tick(o.at_day) <= at), None)

    def basal(at: int) -> Fraction:
        latest = in_force(at)
        if isinstance(latest, MinimumRate):
            return Fraction(pump.minimum_ml_day) / 24
        if isinstance(latest, RateSchedule):
            begun = [k for k, h in enumerate(latest.clock_h) if round(h * TICK_PER_H) <= at % TICK_PER_DAY]
            now = begun[-1] if begun else -1
            if latest.flow_ml_day:
                return Fraction(latest.flow_ml_day[now]) / 24
            return (
                Fraction(latest.dose_mcg_day[now]) / 24 / programmed_mcg_ml(at)
                if latest.dose_mcg_day[now]
                else Fraction(0)
            )
        if isinstance(latest, Flow):
            return Fraction(latest.flow_ml_day) / 24
        if isinstance(latest, Rate) and latest.dose_mcg_day > 0:
            return Fraction(latest.dose_mcg_day) / 24 / programmed_mcg_ml(at)
        return Fraction(0)

    boluses = []
    for order in orders:
        starts = [tick(order.at_day)]
        if isinstance(order, PeriodicBolus):
            last = end + 1 if order.end_day is None else min(tick(order.end_day), end + 1)
            starts = [*range(starts[0], last, round(order.every_h * TICK_PER_H))]
            starts = [at for at in starts if not isinstance(in_force(at), Stop)]
        if isinstance(order, Bolus | PeriodicBolus) and order.dose_mcg > 0:
            size = max(round(order.over_min * TICK_PER_H / 60), 1)
            boluses += [(at, at + size, Fraction(order.dose_mcg) / programmed_mcg_ml(at) / hour(size)) for at in starts]
        if isinstance(order, PrimingBolus):
            size = round(order.over_min * TICK_PER_H / 60)
            boluses.append((starts[0], starts[0] + size, Fraction(order.volume_ml) / hour(size)))
    edges = {0, *(tick(o.at_day) for o in (*slot, *fills)), *(t for b in boluses for t in b[:2])}
    for order in slot:
        if isinstance(order, RateSchedule):
            clock = {0, *(round(h * TICK_PER_H) for h in order.clock_h)}
            edges |= {day * TICK_PER_DAY + h for day in range(end // TICK_PER_DAY + 1) for h in clock}
    highest = Fraction(pump.highest_ml_day) / 24
    flow = []
    for at in sorted(edges):
        extra = sum((ml_h for start, stop, ml_h in boluses if start <= at < stop), Fraction(0))
        flow.append((at, max(min(basal(at) + extra, highest), basal(at)) if extra else basal(at)))
    return flow


BY_HAND = (Rate, Flow, RateSchedule, MinimumRate, Stop, Bolus, PeriodicBolus, PrimingBolus)


@given(scenarios(pumps=DRIVEN, order_kinds=BY_HAND))
def test_the_command_is_what_the_orders_say_by_hand(scenario):
    result = simulate(scenario, [0.0], SHELF)
    if {"refused_refill", "no_access"} & {happening.kind for happening in result.happenings}:
        return
    command, end = result.signals["command_ml_h"], tick(scenario.duration_day)
    for at, ml_h in commanded(scenario):
        if at <= end:
            assert math.isclose(command.at_tick(at), float(ml_h), rel_tol=1e-12, abs_tol=1e-15), at / TICK_PER_DAY


def stairs_of(pump: Any, around: Any) -> tuple[float, float, list[tuple[float, float]]]:
    """(bottom, size, [(flow, own resistance) of each stair]) of a gas-driven pump, from its law."""
    gas, size = pump.gas, (pump.capacity_ml - pump.unpumpable_ml) / 10.0
    warm = gas.vaporisation_kj_mol / 0.008314462618 * (1.0 / 310.15 - 1.0 / (around.body_c + 273.15))
    vapour = (101.325 + gas.gauge_kpa) * math.exp(warm)
    air = 101.325 * (1.0 - 2.25577e-5 * around.altitude_m) ** 5.25588
    own = (gas.gauge_kpa - 1.2) * 24.0 / gas.nominal_ml_day / (1.0 + gas.viscosity_per_c_frac * (around.body_c - 37.0))
    drive = [vapour + gas.bellows_kpa * (k - 4.5) / 10.0 - air - around.csf_kpa for k in range(10)]
    return pump.unpumpable_ml, size, [(max(one, 0.0) / own, own) for one in drive]


def arounds_of(scenario: Scenario) -> list[tuple[int, Any]]:
    """(tick, surroundings) from each order on; one at the very start holds at once."""
    changes = sorted(
        (o for o in scenario.orders if isinstance(o, SurroundingsChange)), key=lambda order: tick(order.at_day)
    )
    found = {0: scenario.surroundings}
    for order in changes:
        fields = {name: getattr(order, name) for name in ("body_c", "altitude_m", "csf_kpa")}
        given_now = {name: value for name, value in fields.items() if value is not None}
        found[tick(order.at_day)] = list(found.values())[-1].model_copy(update=given_now)
    return sorted(found.items())


def device_case(scenario: Scenario, result: Result) -> dict[str, Any]:
    """Devices, faults and orders in the words of the device oracle; of the orders that flow, the command."""
    pump, main = SHELF.pumps[scenario.pump], SHELF.catheters[scenario.catheter]
    arounds, end = arounds_of(scenario), tick(scenario.duration_day)
    catheter_ml = main.length_cm * main.volume_ml_cm
    fills = sorted((o for o in scenario.orders if isinstance(o, Refill)), key=lambda o: tick(o.at_day))
    always = (Fraction(0), hour(end + 2))
    stretch = main.compliance_ml_kpa * pump.limit_kpa
    bore = 20.0 * math.sqrt(main.volume_ml_cm / 10.0 / math.pi * 10.0)
    second = None
    if scenario.second_catheter is not None:
        other = SHELF.catheters[scenario.second_catheter]
        stretch += other.compliance_ml_kpa * pump.limit_kpa
        # resistance of a tube goes by length over cross-section squared
        here, there = (one.length_cm / one.volume_ml_cm**2 for one in (main, other))
        second = (other.length_cm * other.volume_ml_cm, here / (here + there))
    case: dict[str, Any] = {
        "duration_h": hour(end),
        "gas": None if pump.gas is None else [(hour(at), *stairs_of(pump, around)) for at, around in arounds],
        "free": [], "blocks": [], "narrow": [], "shut": [], "leaks": [], "air": [], "takes": [], "renewed": [],
        "limit_kpa": pump.limit_kpa,
        "storage": [(*always, stretch)],
        "fills": [
            (hour(tick(o.at_day)), o.draw_ml, o.in_ml - o.pocket_ml, o.actual_mcg_ml, o.rinse_ml, o.n_rinses)
            for o in fills
        ],
        "capacity_ml": pump.capacity_ml,
        "unpumpable_ml": pump.unpumpable_ml,
        "undrawable_ml": pump.undrawable_ml,
        "path_ml": pump.path_ml,
        "catheter_ml": catheter_ml,
        "per_ml_kpa_h_ml": device_oracle.tube_kpa_h_ml(10.0 * main.length_cm, bore) / catheter_ml,
        "csf": [(hour(at), around.csf_kpa) for at, around in arounds],
        "second": second,
    }  # fmt: skip
    still, factors, resets, floor_ml = [], [], [], pump.unpumpable_ml + 1e-9
    for order in scenario.orders:
        if isinstance(order, Mri):
            begin, size = (
                tick(order.at_day),
                max(round((order.over_min + order.restart_delay_min) * TICK_PER_H / 60), 1),
            )
            if pump.mechanism == "roller":
                still.append((begin, begin + size))
            elif pump.mechanism == "valve" and float(result.at(order.at_day * 24.0).reservoir_true_ml[0]) > floor_ml:
                # not emptied: all runs out, or the second valve shuts
                most_ml = pump.capacity_ml if order.valves_open else pump.scan_bolus_ml
                case["free"].append((hour(begin), hour(begin + TICK_PER_H // 60), Fraction(most_ml) * 60))
                if not order.valves_open:
                    still.append((begin, end + 2 if order.reset_day is None else tick(order.reset_day)))
    repairs = sorted(((tick(o.at_day), o) for o in scenario.orders if isinstance(o, Repair)), key=lambda e: e[0])
    for k, fault in enumerate(scenario.faults):
        begin, stop = tick(fault.start_day), end + 1 if fault.end_day is None else min(tick(fault.end_day), end + 1)
        stop = min([stop, *(at for at, o in repairs if o.fault == k)])
        span, at = (hour(begin), hour(stop)), getattr(fault, "position_frac", 0.0)
        position = pump.path_ml + at * catheter_ml
        if isinstance(fault, Air) and fault.volume_ml:
            case["air"].append((hour(begin), fault.volume_ml))
        if isinstance(fault, Diversion):
            case["takes"].append((hour(begin), fault.volume_ml))
        if begin >= stop:
            continue
        if isinstance(fault, Stall):
            still.append((begin, stop))
        elif isinstance(fault, BatteryEnd):
            still.append((begin + 90 * TICK_PER_DAY, stop))
        elif isinstance(fault, LowBatteryReset):
            resets.append((begin, stop))
        elif isinstance(fault, SlowOrFast):
            factors.append((begin, stop, Fraction(fault.flow_factor)))
        elif isinstance(fault, FreeFlow):
            case["free"].append((*span, fault.flow_ml_h))
        elif isinstance(fault, Flip):
            case["shut"].append(span)
        elif isinstance(fault, Occlusion) and 1.0 - fault.blocked_frac < 1.0:
            case["blocks"].append((*span, fault.blocked_frac))
        elif isinstance(fault, Kink) and fault.closed_h_per_day == 24.0:
            case["blocks"].append((*span, 1))
        elif isinstance(fault, Kink) and fault.closed_h_per_day > 0.0:
            for day in range(begin // TICK_PER_DAY - 1, stop // TICK_PER_DAY + 1):
                shuts = day * TICK_PER_DAY + round(fault.closes_h * TICK_PER_H)
                opens = shuts + round(fault.closed_h_per_day * TICK_PER_H)
                if max(shuts, begin) < min(opens, stop):
                    case["blocks"].append((hour(max(shuts, begin)), hour(min(opens, stop)), 1))
        elif isinstance(fault, Narrowing) and fault.bore_mm < 1e-60:
            case["blocks"].append((*span, 1))
        elif isinstance(fault, Narrowing) and fault.bore_mm < 0.53:
            bores = [device_oracle.tube_kpa_h_ml(fault.length_mm, mm) for mm in (fault.bore_mm, 0.53)]
            case["narrow"].append((*span, bores[0] - bores[1]))
        elif isinstance(fault, Tear) and fault.lost_frac:
            case["leaks"].append((*span, position, fault.lost_frac, None, False))
        elif isinstance(fault, Hole) and fault.diameter_um > 1e-60:
            hole = device_oracle.tube_kpa_h_ml(0.43, fault.diameter_um / 1000.0)
            case["leaks"].append((*span, position, 0, hole, False))
        elif isinstance(fault, Disconnection):
            position = pump.path_ml + (main.joint_frac if fault.site == "joint" else 0.0) * catheter_ml
            case["leaks"].append((*span, position, 1, None, fault.site == "connector"))
        elif isinstance(fault, Air):
            ends = [*(at for at, _ in arounds[1:]), end + 2]
            for (since, around), until in zip(arounds, ends, strict=True):
                air_kpa = 101.325 * (1.0 - 2.25577e-5 * around.altitude_m) ** 5.25588
                part = (hour(max(begin, since)), hour(min(stop, until)))
                if part[0] < part[1]:
                    case["storage"].append((*part, fault.volume_ml * pump.limit_kpa / (air_kpa + pump.limit_kpa)))
    # leaks at one place stand in the order in which they came
    case["leaks"].sort(key=lambda row: row[0])
    # the line starts with what was filled in first, if any needle found the septum
    found = [o for o in fills if not any(a < hour(tick(o.at_day)) < b for a, b in case["shut"])]
    first = next((o.actual_mcg_ml for o in found), 0.0)
    in_path, in_catheter = {"drug": (first, first), "pump_path": (first, 0), "csf": (0, 0)}[scenario.line_start]
    case["start"] = (in_path, in_catheter, in_catheter)
    command = result.signals["command_ml_h"]
    edges = {0, *command.edge_tick.tolist(), *(t for row in (*still, *resets, *factors) for t in row[:2])}
    case["wanted"] = []
    for at in sorted(t for t in edges if t <= end):
        q = Fraction(1) if pump.gas else Fraction(float(command.at_tick(at)))
        if any(a <= at < b for a, b in resets):
            q = min(q, Fraction(pump.minimum_ml_day) / 24)
        for a, b, factor in factors:
            q *= factor if a <= at < b else 1
        q *= 0 if any(a <= at < b for a, b in still) else Fraction(pump.accuracy_factor)
        case["wanted"].append((hour(at), device_oracle.grain(q)))
    case["port"] = ports_of(scenario, case)
    case["renewed"] = renewals_of(scenario, repairs, pump.path_ml, catheter_ml)
    return case


def ports_of(scenario: Scenario, case: dict[str, Any]) -> list[tuple[Fraction, Fraction, Fraction, float]]:
    """What is done at the side port takes a minute, one after the other, and never against a block.

    A hand gives up where 50 kPa would not move the volume within five minutes.
    """
    found, free = [], Fraction(0)
    for order in sorted((o for o in scenario.orders if isinstance(o, PORTS)), key=lambda o: tick(o.at_day)):
        at = max(hour(tick(order.at_day)), free)
        narrow = sum(kpa_h_ml for a, b, kpa_h_ml in case["narrow"] if a <= at < b)
        is_shut = any(a <= at < b and Fraction(frac) == 1 for a, b, frac in case["blocks"])
        if order.volume_ml == 0.0 or is_shut or narrow * order.volume_ml * 12.0 > 50.0:
            continue
        free = at + Fraction(1, 60)
        sign = 1 if isinstance(order, CapInjection) else -1
        found.append((at, free, sign * 60 * Fraction(order.volume_ml), getattr(order, "actual_mcg_ml", 0.0)))
    return found


def renewals_of(
    scenario: Scenario, repairs: list[tuple[int, Any]], path_ml: float, catheter_ml: float
) -> list[tuple[Fraction, float, bool]]:
    """The part beyond a leak, or a whole new catheter for what lies in it; one tick apart where they coincide."""
    found: dict[int, tuple[float, bool]] = {}
    joint = SHELF.catheters[scenario.catheter].joint_frac
    for at, order in repairs:
        fault = scenario.faults[order.fault]
        begins = {Tear: getattr(fault, "position_frac", 0.0), Hole: getattr(fault, "position_frac", 0.0)}
        begins |= {Disconnection: joint if getattr(fault, "site", "") == "joint" else 0.0}
        begins |= dict.fromkeys((Occlusion, Narrowing, Kink), 0.0)
        if type(fault) not in begins or at < tick(fault.start_day):
            continue
        when = at
        while when in found:
            when += 1
        found[when] = (path_ml + begins[type(fault)] * catheter_ml, order.is_primed)
    return [(hour(when), *what) for when, what in found.items()]


IN_LINE = (Migration, Granuloma, DuralLeak, DiseaseChange)
GIVEN_BY_HAND = (TrialShot, TrialInfusion, Oral)


def device_columns(result: Result) -> dict[str, np.ndarray]:
    """What the oracle reports, from a result."""
    at = np.rint(result.time_h * TICK_PER_H).astype(np.int64)
    names = {"pumped_ml": "pumped_ml_h", "tip_ml": "tip_ml_h", "leaked_ml": "leak_ml_h"}
    names |= {"second_ml": "second_ml_h", "port_ml": "port_ml_h"}
    columns = {name: result.signals[signal].area_to(at) for name, signal in names.items()}
    kept = dict(zip(result.ledger.places, result.ledger.amount_mcg.T, strict=True))
    second = [sum(size * mcg_ml for size, mcg_ml in plugs) for plugs in result.plugs_at(result.time_h, True)]
    return columns | {
        "reservoir_ml": result.reservoir_true_ml,
        "reservoir_mcg": kept["reservoir"],
        "withdrawn_mcg": kept["withdrawn"],
        "stored_ml": result.stored_ml,
        "tip_mcg": result.delivered_mcg,
        "leaked_mcg": result.leaked_mcg,
        "line_mcg": kept["line"] - np.array(second),
        "second_line_mcg": np.array(second),
    }


def calm(scenario: Scenario) -> Scenario:
    """Without thresholds, growth and a worn battery, which the oracle does not know."""
    faults = [f.model_copy(update={"grows_day": 0.0}) if isinstance(f, Narrowing) else f for f in scenario.faults]
    return slipping(scenario.model_copy(update={"faults": tuple(faults), "battery_used_frac": 0.0}))


def assert_device_agrees(scenario: Scenario) -> None:
    end = tick(scenario.duration_day)
    changes = [round(t) for t in event_ticks(scenario)]
    beside = [t + more for t in changes for more in (0, TICK_PER_H // 120, TICK_PER_H // 60)]
    asked = sorted({at for at in (*np.linspace(0, end, 7).astype(int).tolist(), *beside) if 0 <= at <= end})
    result = simulate(scenario, np.array(asked) / TICK_PER_H, SHELF)
    happened = [happening.kind for happening in result.happenings]
    answer = device_oracle.run(device_case(scenario, result), [hour(at) for at in asked])
    here = device_columns(result)
    handled = float(result.ledger.supplied_mcg.max())
    swept = sum(float(np.abs(s.value) @ np.diff(s.edge_tick)) / TICK_PER_H for s in flows_of(result))
    assert answer["refused"] == sum(kind in ("refused_refill", "no_access") for kind in happened)
    for name in device_oracle.COLUMNS:
        # the oracle keeps 27 decimals
        scale = max(handled, 1e-15) if name.endswith("mcg") else max(swept, 1.0)
        assert np.allclose(here[name], answer[name], rtol=1e-9, atol=1e-9 * scale), name


def flows_of(result: Result) -> list[Any]:
    return [result.signals[f"{name}_ml_h"] for name in ("pumped", "tip", "port")]


BY_PUMP = without(*GIVEN_BY_HAND, among=ORDERS)


@given(scenarios(without(*IN_LINE), BY_PUMP))
def test_the_device_agrees_with_parcels_followed_in_fractions(scenario):
    scenario = calm(scenario.model_copy(update={"seed": None, "is_stroke_shown": False, "priming": "plug"}))
    assert_device_agrees(scenario)


@given(scenarios((Hole, Tear, Disconnection, Stall), (Flow, Rate, Stop, *PORTS, Repair), pumps=DRIVEN, is_plain=True))
def test_holes_backflow_draws_and_repairs_agree_with_parcels_followed_in_fractions(scenario):
    assert_device_agrees(calm(scenario))


@st.composite
def leaks_in_a_row(draw: st.DrawFn) -> tuple[Any, ...]:
    """Two or three leaks that are there together, wide and narrow, in any order along the catheter."""
    found = []
    for _ in range(draw(st.integers(2, 3))):
        place = {"position_frac": draw(numbers(0.0, 1.0)), "start_day": draw(st.sampled_from([0.0, 0.01]))}
        if draw(st.booleans()):
            found.append(Hole(diameter_um=draw(spread(5.0, 300.0)), **place))
        else:
            found.append(Tear(lost_frac=draw(st.floats(0.05, 0.95)), **place))
    return tuple(found)


@given(
    scenarios((Stall, Occlusion), (Flow, Stop, Bolus, *PORTS), pumps=DRIVEN, is_plain=True, most_faults=1),
    leaks_in_a_row(),
)
def test_leaks_in_a_row_agree_with_parcels_followed_in_fractions(scenario, leaks):
    assert_device_agrees(calm(scenario.model_copy(update={"faults": (*scenario.faults, *leaks)})))


@given(scenarios((Occlusion, Kink, Narrowing, Air, SlowOrFast, Diversion), (Flow, Repair), is_plain=True))
def test_storage_release_and_air_agree_with_parcels_followed_in_fractions(scenario):
    assert_device_agrees(calm(scenario))


@given(scenarios((Hole, Air, Occlusion, Narrowing), (SurroundingsChange, Flow, CapAspiration), is_plain=True))
def test_surroundings_that_change_agree_with_parcels_followed_in_fractions(scenario):
    assert_device_agrees(calm(scenario))


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
    programmed_mcg_ml = [o.programmed_mcg_ml for o in fills if tick(o.at_day) <= tick(slot[0].at_day)]
    return slot[0].flow_ml_day / 24.0 * (programmed_mcg_ml[-1] if programmed_mcg_ml else 0.0)


def reference_body(scenario: Scenario) -> Scenario:
    return scenario.model_copy(update={"canal": Canal(mixing=scenario.canal.mixing), "tolerance": "none"})


# The oracle of the body knows a tip and a tissue depot, and of the orders the simple ones that it is steady at.
SIMPLE = (Rate, Flow, Stop, Bolus, PrimingBolus, *PORTS, Repair)
AT_THE_TIP = without(Migration, DuralLeak, DiseaseChange)
KNOWN = ("baclofen-like", "morphine-like")


@FEW
@given(scenarios(AT_THE_TIP, SIMPLE, pumps=DRIVEN, is_plain=True, drugs=KNOWN).map(reference_body))
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
        # the integrator errs by 1e-10 of what it carries in each of many steps: where almost all has died away at
        # the times asked, that is 1e-9 of what was delivered between them
        most = max(np.abs(other).max(), 1e-2 * float(result.delivered_mcg.max()))
        assert np.allclose(here, other, rtol=1e-7, atol=1e-7 * max(most, 1e-12)), name


def within_reason(scenario: Scenario) -> Scenario:
    """The baclofen-like drug at doses a pump would give: at most about three times the reference."""
    strongest = max(o.actual_mcg_ml for o in scenario.orders if isinstance(o, Refill))
    factor = 300.0 * 3.0 / 24.0 / max(strongest, 1.0)
    names = ("actual_mcg_ml", "programmed_mcg_ml", "dose_mcg_day", "dose_mcg")
    orders = [o.model_copy(update={n: getattr(o, n) * factor for n in names if hasattr(o, n)}) for o in scenario.orders]
    return reference_body(scenario).model_copy(update={"orders": tuple(orders), "drug": "baclofen-like"})


@FEW
@given(
    scenarios((Occlusion, Stall, Kink, Tear), (Rate, Flow, Stop, Bolus), pumps=DRIVEN, is_plain=True).map(within_reason)
)
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
                {"kind": "refill", "in_ml": 20.0, "actual_mcg_ml": 2000.0, "programmed_mcg_ml": 2000.0},
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
