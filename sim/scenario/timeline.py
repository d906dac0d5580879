"""Scenario and catalogue to signals: the only place where faults meet the device they act on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np

from sim.body.drug import Drug
from sim.device.carriage import Plug
from sim.device.catheter import Catheter, Line, healthy_line
from sim.device.pump import Belief, Drive, Pump
from sim.device.reservoir import Fill
from sim.exact.steps import TICK_PER_H, Steps, combine
from sim.happening import Happening, happen
from sim.scenario.command import (
    Command,
    build_command,
    day_tick,
    refills,
    slot_flow_ml_h,
    slot_orders,
    stairs,
)
from sim.scenario.faults import Fault
from sim.scenario.library import Catalogue
from sim.scenario.orders import Flow, Rate, Refill
from sim.scenario.rules import require
from sim.scenario.scenario import Scenario

Acting = TypeVar("Acting", Line, Drive)


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """What the scenario does to pump and line, as signals over [0, end)."""

    end_tick: int  # one past the last instant, which thereby has a value after it
    pump: Pump
    catheter: Catheter
    drug: Drug
    command: Command
    wanted: Steps  # mL/h that the mechanism tries to push
    blocked: Steps  # share of it that the line holds back
    lines: tuple[tuple[int, Line], ...]  # from each tick on
    fills: tuple[Fill, ...]
    belief: Belief
    start_plugs: tuple[Plug, ...]  # from the pump to the tip
    start_mcg_h: float  # first commanded dose
    happenings: tuple[Happening, ...]


def build(scenario: Scenario, catalogue: Catalogue, refused: frozenset[int] = frozenset()) -> Timeline:
    """Signals of a scenario; `refused` are the refills, by place in time, that could not be given.

    Raises ScenarioError with every device and cross-field problem at once.
    """
    pump, catheter, drug = require(scenario, catalogue)
    end = day_tick(scenario.duration_day) + 1
    ordered = [(tick, order) for _, tick, order in refills(scenario)]
    given = [entry for place, entry in enumerate(ordered) if place not in refused]
    command = build_command(scenario, given, pump, end)
    told_ml = np.array(_told_volumes(given, command.flow, pump))
    drives = _over_time(scenario, end, lambda faults: _drive(faults, pump))
    lines = _over_time(scenario, end, lambda faults: _line(faults, healthy_line(pump, catheter)))
    return Timeline(
        end_tick=end,
        pump=pump,
        catheter=catheter,
        drug=drug,
        command=command,
        wanted=combine(np.multiply, command.flow, stairs([(at, one.flow_factor) for at, one in drives], end)),
        blocked=stairs([(at, line.blocked_frac) for at, line in lines], end),
        lines=tuple(lines),
        fills=tuple(Fill(tick, order.draw_ml, order.in_ml, order.true_mcg_ml) for tick, order in ordered),
        belief=Belief(np.array([tick for tick, _ in given], dtype=np.int64), told_ml, command.flow),
        start_plugs=_start_plugs(scenario, ordered[0][1].true_mcg_ml, lines[0][1]),
        start_mcg_h=_first_dose(scenario, command),
        happenings=(*command.happenings, *_stalls(drives), *_fault_story(scenario, end)),
    )


def _told_volumes(given: Sequence[tuple[int, Refill]], flow: Steps, pump: Pump) -> list[float]:
    """Volume told at each refill; by default what the clinician then expects inside."""
    told: list[float] = []
    since = 0
    for tick, order in given:
        counted = max((told[-1] if told else 0.0) - float(flow.area_to(tick) - flow.area_to(since)), 0.0)
        left = pump.undrawable_ml if order.draw_ml is None else max(counted - order.draw_ml, 0.0)
        left = min(left, counted) if told else left
        told.append(left + order.in_ml if order.told_ml is None else order.told_ml)
        since = tick
    return told


def _over_time(scenario: Scenario, end: int, fold: Callable[[Sequence[Fault]], Acting]) -> list[tuple[int, Acting]]:
    """What the active faults make of something healthy, from each change on; equal neighbours merge."""
    # by onset, equal onsets in file order: the order of the file matters no more than that
    faults = sorted(scenario.faults, key=lambda fault: day_tick(fault.start_day))
    windows = [_window(fault, end) for fault in faults]
    ticks = sorted({0} | {tick for window in windows for tick in window if tick < end})
    changes: list[tuple[int, Acting]] = []
    for tick in ticks:
        active = [fault for fault, (a, b) in zip(faults, windows, strict=True) if a <= tick < b]
        acting = fold(active)
        if not changes or changes[-1][1] != acting:
            changes.append((tick, acting))
    return changes


def _window(fault: Fault, end: int) -> tuple[int, int]:
    return day_tick(fault.start_day), end if fault.end_day is None else day_tick(fault.end_day)


def _line(faults: Sequence[Fault], line: Line) -> Line:
    for fault in faults:
        line = fault.on_line(line)
    return line


def _drive(faults: Sequence[Fault], pump: Pump) -> Drive:
    drive = Drive(flow_factor=pump.accuracy_factor)
    for fault in faults:
        drive = fault.on_drive(drive)
    return drive


def _stalls(drives: Sequence[tuple[int, Drive]]) -> Iterator[Happening]:
    for (_, before), (tick, after) in pairwise([(0, Drive()), *drives]):
        if after.is_stalled and not before.is_stalled:
            yield happen(tick / TICK_PER_H, "stall_alarm")


def _fault_story(scenario: Scenario, end: int) -> Iterator[Happening]:
    """Start and end of every fault that does something."""
    for fault in scenario.faults:
        if fault.is_harmless():
            continue
        start, stop = _window(fault, end)
        what = ": ".join(word for word in (fault.kind.replace("_", " "), fault.severity()) if word)
        yield happen(start / TICK_PER_H, "fault_start", what=what)
        if stop < end:
            yield happen(stop / TICK_PER_H, "fault_end", what=what)


def _start_plugs(scenario: Scenario, first_fill_mcg_ml: float, line: Line) -> tuple[Plug, ...]:
    """What stands in the line at the start, from the pump to the tip; CSF holds no drug."""
    is_full = {"drug": (True, True), "pump_path": (True, False), "csf": (False, False)}[scenario.line_start]
    return tuple(
        Plug(segment.volume_ml, first_fill_mcg_ml if full else 0.0)
        for segment, full in zip(line.segments, is_full, strict=True)
    )


def _first_dose(scenario: Scenario, command: Command) -> float:
    """First dose commanded by the rate slot, mcg/h; 0 if none is."""
    for _, tick, order in slot_orders(scenario):
        if isinstance(order, Rate | Flow):
            told = float(command.told.at_tick(tick))
            return slot_flow_ml_h(order, told) * told
    return 0.0
