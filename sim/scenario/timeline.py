"""Scenario and catalogue to signals: the only place where orders and faults meet the device they act on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.body.drug import Drug
from sim.body.entry import TipPlace
from sim.device.belief import Belief
from sim.device.carriage import Spell
from sim.device.catheter import Line, healthy_line, storage_ml
from sim.device.hydraulics import Demand
from sim.device.plugs import Plug
from sim.device.pump import Drive, Pump, battery_use
from sim.device.reservoir import Fill
from sim.device.supply import OUTCOMES
from sim.exact.steps import Steps, combine
from sim.happening import Happening
from sim.scenario.accustomed import accustomed_mcg_h
from sim.scenario.acting import Stage, over_time, stages, windows
from sim.scenario.around import around_story, in_surroundings, surroundings_over_time
from sim.scenario.command import Command, build_command, by_time, refills, signal
from sim.scenario.counter import belief
from sim.scenario.drive import Pause, power, pump_story, wanted_flow, without_power
from sim.scenario.faults import Access, Condition, Fault
from sim.scenario.library import Catalogue
from sim.scenario.orders import Refill
from sim.scenario.orders.base import Hand, day_tick, happen_at
from sim.scenario.rules import require
from sim.scenario.scans import scan_flow, scan_pushes, scan_story, scans
from sim.scenario.scenario import Scenario
from sim.scenario.spells import Push, line_spells, start_plugs


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What physics did to the plan: refills that could not be given, scans of an empty pump, when the line burst."""

    refused: frozenset[int] = frozenset()  # places in the file
    burst_ticks: tuple[int, ...] = ()
    idle_scans: frozenset[int] = frozenset()  # places in the file of MRIs that found nothing to let out


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """What the scenario does to pump, line, body and effect, as signals over [0, end)."""

    outcomes: Outcomes
    end_tick: int  # one past the last instant, so that it has a value after it
    pump: Pump
    drugs: tuple[Drug, ...]
    command: Command
    belief: Belief
    demand: Demand
    fills: tuple[Fill, ...]
    fill_places: tuple[int, ...]  # place of each fill's order in the file; -1 for a diversion
    storage: Steps  # mL by which the line can stretch
    battery: Steps | None  # share of its life used per hour
    dead: Steps  # 1 where the pump has no power
    parts: tuple[Stage, ...]  # the faults that do something, in parts of one severity
    lines: tuple[tuple[int, Line], ...]  # from each tick on, as the others below
    access: tuple[tuple[int, Access], ...]
    drives: tuple[tuple[int, Drive], ...]
    pauses: tuple[Pause, ...]
    spells: tuple[Spell, ...]
    pushes: tuple[Push, ...]
    scans: tuple[tuple[int, int], ...]  # (tick, place in the file) of MRIs that may let something out
    start_plugs: tuple[tuple[tuple[Plug, ...], ...], ...]  # per drug: path, catheter, second catheter
    places: tuple[tuple[int, TipPlace], ...]  # where the tip is, from each tick on
    conditions: tuple[tuple[int, Condition], ...]
    hands: tuple[Hand, ...]
    accustomed_mcg_h: tuple[float, ...]  # what the person is used to, per drug; 0: to none by pump
    happenings: tuple[Happening, ...]


def build(scenario: Scenario, catalogue: Catalogue, outcomes: Outcomes | None = None) -> Timeline:
    """Signals of a scenario, given what physics did to the plan.

    Raises ScenarioError with every device and cross-field problem at once.
    """
    happened = outcomes or Outcomes()
    shelf = require(scenario, catalogue)
    pump, end = shelf.pump, day_tick(scenario.duration_day) + 1
    ordered = refills(scenario)
    refill_orders = [order for place, order in ordered if place not in happened.refused]
    command = shelf.planned
    if command is None or happened.refused:
        command = build_command(scenario, refill_orders, pump, shelf.catheter, end)
    parts = stages(scenario, end, happened.burst_ticks)
    arounds = surroundings_over_time(scenario, end)
    healthy = healthy_line(pump, shelf.catheter, shelf.second)
    lines = in_surroundings(over_time(parts, Fault.on_line, healthy, end), arounds)
    drives = over_time(parts, Fault.on_drive, Drive(), end)
    access = over_time(parts, Fault.on_access, Access(), end)
    places = over_time(parts, Fault.on_place, TipPlace(scenario.tip_level), end)
    conditions = over_time(parts, Fault.on_condition, Condition(), end)
    life = power(scenario, pump, command.flow)
    wanted, pauses = wanted_flow(scenario, pump, command, refill_orders, drives, life, happened.idle_scans, end)
    discharge = scan_flow(scenario, pump, happened.idle_scans, end)
    storage = signal(lines, storage_ml, end)
    fills = _fills(scenario, ordered)
    spells, pushes, port_story = line_spells(scenario, lines, end)
    counter, counter_story = belief(scenario, refill_orders, command.flow, pump)
    fluids = _fluids(refill_orders)
    return Timeline(
        outcomes=happened,
        end_tick=end,
        pump=pump,
        drugs=shelf.drugs,
        command=command,
        belief=counter,
        demand=Demand(
            wanted=wanted,
            free=combine(np.add, signal(drives, lambda drive: drive.free_ml_h, end), discharge),
            blocked=signal(lines, lambda line: line.blocked_frac, end),
            narrow=signal(lines, lambda line: line.narrow_kpa_h_ml, end),
            storage=storage,
            shut=signal(access, lambda way: float(way.is_shut), end),
            outcome=signal(lines, lambda line: float(OUTCOMES.index(line.outcome)), end),
            air=tuple(_onsets(scenario, Fault.air_ml)),
            arounds=tuple(arounds),
        ),
        fills=tuple(fill for _, fill in fills),
        fill_places=tuple(place for place, _ in fills),
        storage=storage,
        battery=None if pump.battery is None else battery_use(command.flow, pump.battery),
        dead=without_power(drives, life, end),
        parts=tuple(part for part in parts if not part.fault.is_harmless()),
        lines=tuple(lines),
        access=tuple(access),
        drives=tuple(drives),
        pauses=tuple(pauses),
        spells=spells,
        pushes=(*pushes, *scan_pushes(scenario, pump, happened.idle_scans, end)),
        scans=tuple((tick, place) for tick, place, _ in scans(scenario, pump)),
        start_plugs=tuple(start_plugs(scenario, mcg_ml, lines[0][1]) for mcg_ml in fluids[: len(shelf.drugs)]),
        places=tuple(places),
        conditions=tuple(conditions),
        hands=tuple(hand for _, order in by_time(scenario) for hand in order.by_hand(end)),
        accustomed_mcg_h=accustomed_mcg_h(scenario, shelf),
        happenings=(
            *command.happenings, *counter_story, *around_story(scenario, arounds),
            *pump_story(pump, drives, pauses, life, end),
            *scan_story(scenario, pump, happened.idle_scans, end),
            *_fault_story(scenario, end), *port_story, *_hand_story(scenario, pump, end),
            *(happen_at(at, "burst", stored_ml=float(storage.at_tick(at - 1))) for at in happened.burst_ticks),
        ),
    )  # fmt: skip


def _fluids(refill_orders: Sequence[Refill]) -> tuple[float, ...]:
    """Concentration of each drug in the first refill that is given; nothing without one."""
    return (refill_orders[0].actual_mcg_ml, *refill_orders[0].with_actual_mcg_ml) if refill_orders else (0.0, 0.0, 0.0)


def _fills(scenario: Scenario, ordered: Sequence[tuple[int, Refill]]) -> list[tuple[int, Fill]]:
    """(place of the order, fill) by time; drug taken out unseen comes after a refill of the same instant."""
    fills = [(place, fill) for place, order in ordered if (fill := order.fill()) is not None]
    diversions = [(-1, Fill(tick, ml, 0.0, (), is_hidden=True)) for tick, ml in _onsets(scenario, Fault.taken_ml)]
    return sorted([*fills, *diversions], key=lambda entry: entry[1].tick)


def _onsets(scenario: Scenario, volume_ml: Callable[[Fault], float]) -> Iterator[tuple[int, float]]:
    """(tick, mL) of the faults that act once, at their onset; volume_ml: the method of `Fault` that says how much."""
    for fault in scenario.faults:
        volume = getattr(fault, volume_ml.__name__)()
        if volume > 0.0:
            yield day_tick(fault.start_day), volume


def _fault_story(scenario: Scenario, end: int) -> Iterator[Happening]:
    """Start and end of every fault that does something."""
    for fault, (start, stop) in zip(scenario.faults, windows(scenario, end), strict=True):
        if fault.is_harmless() or start >= stop:
            continue
        what = ": ".join(word for word in (fault.title(), fault.severity()) if word)
        yield happen_at(start, "fault_start", what=what)
        if stop < end:
            yield happen_at(stop, "fault_end", what=what)


def _hand_story(scenario: Scenario, pump: Pump, end: int) -> Iterator[Happening]:
    """What is given without the pump, when it begins and when it ends."""
    for _, order in by_time(scenario):
        hands, what = order.by_hand(end), order.description(0.0, pump)
        if hands:
            yield happen_at(hands[0].start_tick, "by_hand", what=what)
        for hand in hands:
            if hand.start_tick < hand.end_tick < end:
                yield happen_at(hand.end_tick, "by_hand_end", what=what)
