"""Device and cross-field rules: what no single field can know. All problems at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.body.drug import Drug
from sim.device.catheter import Catheter
from sim.device.pump import Pump
from sim.exact.steps import TICK_PER_DAY
from sim.quantity import ScenarioError, nearest, shown
from sim.scenario.command import (
    Slot,
    boluses,
    build_command,
    day_tick,
    refills,
    slot_flow_ml_h,
    slot_orders,
    told_concentration,
)
from sim.scenario.faults import Disconnection
from sim.scenario.library import Catalogue
from sim.scenario.orders import Flow, Rate
from sim.scenario.scenario import Scenario, control_problems

SLACK = 1e-9


def require(scenario: Scenario, catalogue: Catalogue) -> tuple[Pump, Catheter, Drug]:
    """The devices and the drug a scenario names; raises ScenarioError if it cannot be carried out."""
    problems = [*_names(scenario, catalogue), *_times(scenario), *control_problems(scenario)]
    if problems:
        raise ScenarioError(problems)
    pump = catalogue.pumps[scenario.pump]
    catheter = catalogue.catheters[scenario.catheter]
    problems = [*_told(scenario), *_start(scenario), *_joints(scenario, catheter)]
    if not problems:
        problems = [*_flows(scenario, pump), *_volumes(scenario, pump)]
    if problems:
        raise ScenarioError(problems)
    return pump, catheter, catalogue.drugs[scenario.drug]


def _names(scenario: Scenario, catalogue: Catalogue) -> Iterator[str]:
    shelves: list[tuple[str, str, Mapping[str, object]]] = [
        ("pump", scenario.pump, catalogue.pumps),
        ("catheter", scenario.catheter, catalogue.catheters),
        ("drug", scenario.drug, catalogue.drugs),
    ]
    for field, name, shelf in shelves:
        if name not in shelf:
            hint = nearest(name, shelf) or f"; known are {', '.join(sorted(shelf))}"
            yield f"{field} = {shown(name)} is not in the catalogue{hint}"


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


def _told(scenario: Scenario) -> Iterator[str]:
    fills = refills(scenario)
    if not fills:
        yield "orders: there is no refill, and the reservoir starts empty; add one with at_day = 0"
        return
    first = fills[0][1]
    told = told_concentration([(tick, order) for _, tick, order in fills], 1 << 62)
    doses = [(i, at, "dose_mcg_day", one.dose_mcg_day) for i, at, one in slot_orders(scenario) if isinstance(one, Rate)]
    doses += [(i, at, "dose_mcg", one.dose_mcg) for i, at, one in boluses(scenario)]
    for i, tick, field, dose in doses:
        if dose > 0.0 and tick < first:
            yield f"orders[{i}].{field} = {dose} comes before the first refill, so no concentration is told"
        elif dose > 0.0 and told.at_tick(tick) == 0.0:
            yield f"orders[{i}].{field} = {dose} cannot be given at a told concentration of 0 mcg/mL"
    for i, tick, end, one in _in_force(scenario):
        for j, at, refill in fills:
            if isinstance(one, Rate) and one.dose_mcg_day > 0.0 and tick < at < end and refill.told_mcg_ml == 0.0:
                where = f"orders[{i}].dose_mcg_day = {one.dose_mcg_day} at orders[{j}].told_mcg_ml ="
                yield f"{where} 0.0 mcg/mL has no flow that gives it"


def _in_force(scenario: Scenario) -> list[tuple[int, int, int, Slot]]:
    """(place in the file, from, until, order) of the rate slot, in ticks; the last one holds for ever."""
    slot = slot_orders(scenario)
    ends = [*[tick for _, tick, _ in slot][1:], 1 << 62]
    return [(i, tick, end, order) for (i, tick, order), end in zip(slot, ends, strict=False)]


def _start(scenario: Scenario) -> Iterator[str]:
    if scenario.body_start != "steady":
        return
    if scenario.line_start != "drug":
        yield f"body_start = 'steady' needs line_start = 'drug', not {shown(scenario.line_start)}"
    if not any(isinstance(order, Rate | Flow) for order in scenario.orders):
        yield "body_start = 'steady' needs a rate or flow order to be steady at"


def _joints(scenario: Scenario, catheter: Catheter) -> Iterator[str]:
    for i, fault in enumerate(scenario.faults):
        if isinstance(fault, Disconnection) and fault.site == "joint" and catheter.joint_frac is None:
            yield f"faults[{i}].site = 'joint': catheter {shown(scenario.catheter)} has no joint"


def _flows(scenario: Scenario, pump: Pump) -> Iterator[str]:
    """Every commanded basal flow lies in the device's range, or is 0, whatever is told meanwhile."""
    fills = refills(scenario)
    allowed = f"the pump's range is {pump.lowest_ml_day} to {pump.highest_ml_day} mL/day"
    for i, tick, end, order in _in_force(scenario):
        if isinstance(order, Flow) and not _within(order.flow_ml_day, pump):
            yield f"orders[{i}].flow_ml_day = {order.flow_ml_day} is out of reach; {allowed}"
        if not isinstance(order, Rate) or order.dose_mcg_day == 0.0:
            continue
        before = [entry for entry in fills if entry[1] <= tick][-1:]
        for j, _, refill in before + [entry for entry in fills if tick < entry[1] < end]:
            where = f"orders[{i}].dose_mcg_day = {order.dose_mcg_day} at orders[{j}].told_mcg_ml ="
            ml_day = 24.0 * slot_flow_ml_h(order, refill.told_mcg_ml)
            if not _within(ml_day, pump):
                yield f"{where} {refill.told_mcg_ml} mcg/mL asks for {ml_day:.6g} mL/day; {allowed}"


def _within(ml_day: float, pump: Pump) -> bool:
    return ml_day == 0.0 or pump.lowest_ml_day * (1 - SLACK) <= ml_day <= pump.highest_ml_day * (1 + SLACK)


def _volumes(scenario: Scenario, pump: Pump) -> Iterator[str]:
    """Refills fit the reservoir, as far as the file alone shows: without any fault."""
    fills = refills(scenario)
    end = day_tick(scenario.duration_day) + 1
    flow = build_command(scenario, [(tick, order) for _, tick, order in fills], pump, end).flow
    volume_ml, since = 0.0, 0
    for i, tick, order in fills:
        used = float(flow.area_to(tick) - flow.area_to(since)) * pump.accuracy_factor
        volume_ml = max(volume_ml - used, min(volume_ml, pump.unpumpable_ml))
        there = max(volume_ml - pump.undrawable_ml, 0.0)
        where, since = f"orders[{i}]", tick
        if order.draw_ml is not None and order.draw_ml > there + SLACK:
            yield (
                f"{where}.draw_ml = {order.draw_ml} is more than the {there:.4g} mL that can be drawn"
                f" on day {tick / TICK_PER_DAY:.4g}"
            )
        volume_ml += order.in_ml - (there if order.draw_ml is None else min(order.draw_ml, there))
        if volume_ml > pump.capacity_ml + SLACK:
            yield (
                f"{where}.in_ml = {order.in_ml} would make {volume_ml:.4g} mL in a reservoir of {pump.capacity_ml} mL"
            )
            volume_ml = pump.capacity_ml
        if order.told_ml is not None and order.told_ml > pump.capacity_ml:
            yield f"{where}.told_ml = {order.told_ml} is more than the reservoir's {pump.capacity_ml} mL"
