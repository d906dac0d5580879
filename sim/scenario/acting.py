"""What faults make of something healthy over time: line, mechanism, place of the tip, patient, access."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sim.device.catheter import Line
from sim.scenario.faults import Fault, Hole, Occlusion, Tear
from sim.scenario.orders.base import day_tick
from sim.scenario.scenario import Scenario

Healthy = TypeVar("Healthy")
BURST_UM = 500.0  # assumed: width of the hole that a burst leaves


@dataclass(frozen=True, slots=True)
class Stage:
    """A fault as it is on [start, end), in ticks."""

    start: int
    end: int
    fault: Fault


def windows(scenario: Scenario, end: int) -> list[tuple[int, int]]:
    """Start and end of each fault in ticks, by place in the file; a repair ends it early."""
    spans = []
    for place, fault in enumerate(scenario.faults):
        start = day_tick(fault.start_day)
        stop = end if fault.end_day is None else min(day_tick(fault.end_day), end)
        repair = [
            order.tick for order in scenario.orders if (order.repair() or (-1,))[0] == place and order.tick >= start
        ]
        spans.append((start, min([stop, *repair])))
    return spans


def stages(scenario: Scenario, end: int, burst_ticks: Sequence[int] = ()) -> list[Stage]:
    """All faults in parts of one severity each, by onset; equal onsets in file order.

    A line that bursts under a complete block loses everything there until the block ends, and keeps a hole.
    """
    entries: list[tuple[int, Stage]] = []
    for fault, (start, stop) in zip(scenario.faults, windows(scenario, end), strict=True):
        bursts = [tick for tick in burst_ticks if start <= tick <= stop]
        if bursts and isinstance(fault, Occlusion) and fault.outcome == "burst" and fault.blocked_frac == 1.0:
            since, place = fault.start_day, fault.position_frac
            parts = [
                Stage(start, bursts[0], fault),
                Stage(bursts[0], stop, Tear(start_day=since, position_frac=place, lost_frac=1.0)),
                Stage(stop, end, Hole(start_day=since, position_frac=place, diameter_um=BURST_UM)),
            ]
        else:
            parts = [Stage(*part) for part in fault.stages(start, stop)]
        entries += [(start, part) for part in parts if part.start < part.end]
    return [part for _, part in sorted(entries, key=lambda entry: entry[0])]


def over_time(
    parts: Sequence[Stage], hook: Callable[[Fault, Healthy], Healthy], healthy: Healthy, end: int
) -> list[tuple[int, Healthy]]:
    """(tick, what the active faults make of something healthy), from each change on; equal neighbours merge.

    hook: the method of `Fault` by which a fault acts there; faults that do not have their own are left out.
    """
    acting = [part for part in parts if getattr(type(part.fault), hook.__name__) is not hook]
    opens: dict[int, list[int]] = {0: []}
    closes: dict[int, list[int]] = {}
    for place, part in enumerate(acting):
        opens.setdefault(part.start, []).append(place)
        closes.setdefault(part.end, []).append(place)
    active: set[int] = set()
    changes: list[tuple[int, Healthy]] = []
    for tick in sorted({*opens, *closes}):
        if tick >= end:
            break
        active.difference_update(closes.get(tick, ()))
        active.update(opens.get(tick, ()))
        now = healthy
        for place in sorted(active):
            now = getattr(acting[place].fault, hook.__name__)(now)
        if not changes or changes[-1][1] != now:
            changes.append((tick, now))
    return changes


def replaced_from_ml(scenario: Scenario, line: Line) -> list[tuple[int, float, bool]]:
    """(tick, line volume up to the part that a repair replaces, whether it is primed), by time."""
    entries = []
    for order in scenario.orders:
        repair = order.repair()
        if repair is None:
            continue
        place, is_primed = repair
        fault = scenario.faults[place]
        start_ml = fault.replaced_from_ml(line)
        if start_ml is not None and order.tick >= day_tick(fault.start_day):
            entries.append((order.tick, start_ml, is_primed))
    return sorted(entries, key=lambda part: part[0])
