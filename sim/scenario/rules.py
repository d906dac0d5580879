"""Device and cross-field rules: what no single field can know. All problems at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.body.drug import Drug
from sim.device.catheter import Catheter
from sim.device.pump import Pump
from sim.refusal import ScenarioError, literal, nearest
from sim.scenario.command import Command, basal_orders, build_command, programmed_concentrations, refills
from sim.scenario.faults import Disconnection, Granuloma, Occlusion
from sim.scenario.intended import as_in_file, as_intended, intended_problems
from sim.scenario.library import Catalogue
from sim.scenario.orders import BridgeBolus, Oral, Order, Refill, Stop
from sim.scenario.orders.base import day_tick
from sim.scenario.scenario import Scenario, control_problems
from sim.scenario.volumes import volume_problems

SLACK = 1e-9
FOR_GOOD = 1 << 62


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a scenario names, taken from the catalogue."""

    pump: Pump
    catheter: Catheter
    second: Catheter | None
    drugs: tuple[Drug, ...]
    planned: Command | None = None  # with every refill carried out
    meant: Command | None = None  # the same of the run as intended


def require(scenario: Scenario, catalogue: Catalogue) -> Shelf:
    """The devices and drugs a scenario names; raises ScenarioError if it cannot be carried out."""
    problems = [*_names(scenario, catalogue), *_times(scenario), *_entries(scenario), *control_problems(scenario)]
    problems += intended_problems(scenario)
    if problems:
        raise ScenarioError(problems)
    shelf = Shelf(
        pump=catalogue.pumps[scenario.pump],
        catheter=catalogue.catheters[scenario.catheter],
        second=None if scenario.second_catheter is None else catalogue.catheters[scenario.second_catheter],
        drugs=tuple(catalogue.drugs[name] for name in (scenario.drug, *scenario.with_drugs)),
    )
    problems = [*_programmed(scenario), *_start(scenario, shelf), *_mechanism(scenario, shelf)]
    if problems:
        raise ScenarioError(problems)
    end = day_tick(scenario.duration_day) + 1
    planned = build_command(scenario, [order for _, order in refills(scenario)], shelf.pump, shelf.catheter, end)
    problems = [*_flows(scenario, shelf.pump), *volume_problems(scenario, shelf.pump, planned)]
    if problems:
        raise ScenarioError(problems)
    return replace(shelf, planned=planned, meant=_meant(scenario, catalogue, planned))


def _meant(scenario: Scenario, catalogue: Catalogue, planned: Command) -> Command | None:
    """What is programmed in the run as intended, which has to be possible, too."""
    if not scenario.intended and not scenario.intended_orders:
        return planned
    try:
        return require(as_intended(scenario), catalogue).planned
    except ScenarioError as error:
        raise ScenarioError(as_in_file(scenario, error.problems)) from None


def _names(scenario: Scenario, catalogue: Catalogue) -> Iterator[str]:
    shelves: list[tuple[str, str | None, Mapping[str, object]]] = [
        ("pump", scenario.pump, catalogue.pumps),
        ("catheter", scenario.catheter, catalogue.catheters),
        ("second_catheter", scenario.second_catheter, catalogue.catheters),
        ("drug", scenario.drug, catalogue.drugs),
        *((f"with_drugs[{i}]", name, catalogue.drugs) for i, name in enumerate(scenario.with_drugs)),
    ]
    for field, name, shelf in shelves:
        if name is not None and name not in shelf:
            hint = nearest(name, shelf) or f"; known are {', '.join(sorted(shelf))}"
            yield f"{field} = {literal(name)} is not in the catalogue{hint}"
    every = [scenario.drug, *scenario.with_drugs]
    for i, name in enumerate(scenario.with_drugs):
        if name in every[: i + 1]:
            yield f"with_drugs[{i}] = {literal(name)} is in the mixture already"


def _times(scenario: Scenario) -> Iterator[str]:
    last = f"the end of the scenario, duration_day = {scenario.duration_day}"
    for i, order in enumerate(scenario.orders):
        if order.at_day > scenario.duration_day:
            yield f"orders[{i}].at_day = {order.at_day} lies after {last}"
    for i, fault in enumerate(scenario.faults):
        if fault.start_day > scenario.duration_day:
            yield f"faults[{i}].start_day = {fault.start_day} lies after {last}"
        if fault.end_day is not None and fault.end_day <= fault.start_day:
            yield f"faults[{i}].end_day = {fault.end_day} is not after start_day = {fault.start_day}"


def _entries(scenario: Scenario) -> Iterator[str]:
    """What is wrong inside one order, or between an order and what it names."""
    n_more = len(scenario.with_drugs)
    for i, order in enumerate(scenario.orders):
        yield from (f"orders[{i}].{problem}" for problem in order.problems(scenario.duration_day))
        repair = order.repair()
        if repair is not None and repair[0] >= len(scenario.faults):
            there = f"there are {len(scenario.faults)}, from 0 on" if scenario.faults else "there is none"
            yield f"orders[{i}].fault = {repair[0]} names no fault; {there}"
        elif repair is not None and order.at_day < scenario.faults[repair[0]].start_day:
            begins = f"faults[{repair[0]}].start_day = {scenario.faults[repair[0]].start_day}"
            yield f"orders[{i}].at_day = {order.at_day} comes before {begins}"
        pushed = order.port_mcg_ml()[1:]
        if pushed and len(pushed) != n_more:
            yield f"orders[{i}].with_actual_mcg_ml has length {len(pushed)} where with_drugs has length {n_more}"
    for i, refill in refills(scenario):
        if len(refill.with_actual_mcg_ml) != n_more:
            length = len(refill.with_actual_mcg_ml)
            yield f"orders[{i}].with_actual_mcg_ml has length {length} where with_drugs has length {n_more}"
        if refill.with_programmed_mcg_ml and len(refill.with_programmed_mcg_ml) != n_more:
            length = len(refill.with_programmed_mcg_ml)
            yield f"orders[{i}].with_programmed_mcg_ml has length {length} where with_drugs has length {n_more}"


def _programmed(scenario: Scenario) -> Iterator[str]:
    fills = refills(scenario)
    if not fills:
        if _is_pump_used(scenario):
            yield "orders: there is no refill, and the reservoir starts empty; add one with at_day = 0"
        return
    first = fills[0][1].tick
    (programmed,) = programmed_concentrations([order for _, order in fills], 1, FOR_GOOD)
    for i, order in enumerate(scenario.orders):
        field, dose = order.dose_path() or ("", 0.0)
        if dose > 0.0 and order.tick < first:
            yield f"orders[{i}].{field} = {dose} comes before the first refill, so no concentration is programmed"
        elif dose > 0.0 and programmed.at_tick(order.tick) == 0.0:
            yield f"orders[{i}].{field} = {dose} cannot be given at a programmed concentration of 0 mcg/mL"
    for i, basal, end in _in_force(scenario):
        field, dose = basal.dose_path() or ("", 0.0)
        for j, refill in _between(fills, basal.tick, end) if dose > 0.0 else ():
            if refill.programmed_mcg_ml == 0.0:
                where = f"orders[{i}].{field} = {dose} at orders[{j}].programmed_mcg_ml ="
                yield f"{where} 0.0 mcg/mL has no flow that gives it"


def _between(fills: Sequence[tuple[int, Refill]], start: int, end: int) -> Sequence[tuple[int, Refill]]:
    """The refills after one tick and before another; all come by time."""
    low = bisect_right(fills, start, key=lambda entry: entry[1].tick)
    return fills[low : bisect_left(fills, end, lo=low, key=lambda entry: entry[1].tick)]


def _is_pump_used(scenario: Scenario) -> bool:
    return any(order.is_programmed for order in scenario.orders) or not scenario.orders


def _in_force(scenario: Scenario) -> list[tuple[int, Order, int]]:
    """(place in the file, basal order, until) in ticks; the last one holds for ever."""
    slot = [(i, order) for i, order in basal_orders(scenario) if not isinstance(order, BridgeBolus)]
    ends = [*[order.tick for _, order in slot][1:], FOR_GOOD]
    return [(i, order, end) for (i, order), end in zip(slot, ends, strict=False)]


def _start(scenario: Scenario, shelf: Shelf) -> Iterator[str]:
    if scenario.body_start == "steady":
        if scenario.opioid_history == "naive":
            yield "opioid_history = 'naive' cannot go with body_start = 'steady': who has had the drug is not naive"
        if scenario.line_start != "drug":
            yield f"body_start = 'steady' needs line_start = 'drug', not {literal(scenario.line_start)}"
        is_dosed = any(order.is_basal and not isinstance(order, Stop | BridgeBolus) for order in scenario.orders)
        if shelf.pump.is_programmable and not is_dosed:
            yield "body_start = 'steady' needs a rate or flow order to be steady at"
    if scenario.line_start != "csf" and not refills(scenario) and not _is_pump_used(scenario):
        yield f"line_start = {literal(scenario.line_start)} needs a refill; without a pump write line_start = 'csf'"


def _mechanism(scenario: Scenario, shelf: Shelf) -> Iterator[str]:
    """What this kind of pump, catheter or drug cannot do."""
    pump, kind = shelf.pump, shelf.pump.mechanism
    slot = [order.tick for order in scenario.orders if order.is_basal and not isinstance(order, BridgeBolus)]
    first = min(slot, default=FOR_GOOD)  # from which a bridge bolus has something to bridge
    for i, order in enumerate(scenario.orders):
        if order.is_programmed and not pump.is_programmable:
            fixed = pump.gas.nominal_ml_day if pump.gas else 0.0
            yield f"orders[{i}].kind = '{order.kind}': a gas-driven pump takes no orders; it runs at {fixed} mL/day"
        if isinstance(order, BridgeBolus) and order.tick < first:
            yield f"orders[{i}].kind = 'bridge_bolus': no rate or flow is in force that it could bridge"
        if isinstance(order, Oral) and shelf.drugs[0].oral_frac is None:
            yield f"orders[{i}].kind = 'oral': {literal(scenario.drug)} is not given by mouth"
        level_ml = order.alarm_level_ml()
        if level_ml is not None and level_ml > pump.capacity_ml:
            yield f"orders[{i}].alarm_ml = {level_ml} is more than the reservoir's {pump.capacity_ml} mL"
    for i, fault in enumerate(scenario.faults):
        if kind not in fault.mechanisms:
            needed = " or ".join(fault.mechanisms)
            yield f"faults[{i}].kind = '{fault.kind}' needs a {needed} pump; {literal(scenario.pump)} is a {kind} pump"
        if isinstance(fault, Disconnection) and fault.site == "joint" and shelf.catheter.joint_frac is None:
            yield f"faults[{i}].site = 'joint': catheter {literal(scenario.catheter)} has no joint"
        if isinstance(fault, Occlusion) and fault.outcome != "slip" and kind != "roller":
            yield f"faults[{i}].outcome = '{fault.outcome}' needs a roller pump; this one stops at its own pressure"
        if isinstance(fault, Granuloma) and shelf.drugs[0].family != "opioid":
            yield f"faults[{i}].kind = 'granuloma' is known with opioid-like drugs only, not {literal(scenario.drug)}"
    if scenario.is_stroke_shown and pump.stroke_ml == 0.0:
        yield f"is_stroke_shown = true: pump {literal(scenario.pump)} has no single strokes, they are averaged"


def _flows(scenario: Scenario, pump: Pump) -> Iterator[str]:
    """Every commanded basal flow lies in the device's range, or is 0, at every programmed concentration."""
    if not pump.is_programmable:
        return
    fills = refills(scenario)
    allowed = f"the pump's range is {pump.lowest_ml_day} to {pump.highest_ml_day} mL/day"
    for i, order, end in _in_force(scenario):
        for field, ml_day in order.flows():
            if not _within(ml_day, pump):
                yield f"orders[{i}].{field} = {ml_day} is out of reach; {allowed}"
        place = bisect_right(fills, order.tick, key=lambda entry: entry[1].tick)
        relevant = [*fills[max(place - 1, 0) : place], *_between(fills, order.tick, end)]
        for field, mcg_day in order.doses():
            for j, refill in relevant:
                ml_day = mcg_day / refill.programmed_mcg_ml if refill.programmed_mcg_ml > 0.0 else 0.0
                if not _within(ml_day, pump):
                    where = f"orders[{i}].{field} = {mcg_day} at orders[{j}].programmed_mcg_ml ="
                    yield f"{where} {refill.programmed_mcg_ml} mcg/mL asks for {ml_day:.6g} mL/day; {allowed}"


def _within(ml_day: float, pump: Pump) -> bool:
    return ml_day == 0.0 or pump.lowest_ml_day * (1 - SLACK) <= ml_day <= pump.highest_ml_day * (1 + SLACK)
