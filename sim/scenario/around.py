"""The person's surroundings over time, and the line in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sim.device.catheter import Line
from sim.device.pump import Surroundings
from sim.happening import Happening
from sim.scenario.command import by_time
from sim.scenario.orders.base import happen_at
from sim.scenario.scenario import Scenario


def surroundings_over_time(scenario: Scenario, end: int) -> list[tuple[int, Surroundings]]:
    """(tick, surroundings) from each change on; the scenario's own hold at the start."""
    now = scenario.surroundings
    states = {0: now}
    for _, order in by_time(scenario):
        now = order.around(now)
        if order.tick < end:
            states[order.tick] = now
    changes: list[tuple[int, Surroundings]] = []
    for tick in sorted(states):
        if not changes or states[tick] != changes[-1][1]:
            changes.append((tick, states[tick]))
    return changes


def in_surroundings(
    lines: Sequence[tuple[int, Line]], arounds: Sequence[tuple[int, Surroundings]]
) -> list[tuple[int, Line]]:
    """(tick, line) from each change of the line or of the pressures around it on; equal neighbours merge."""
    changes: list[tuple[int, Line]] = []
    for tick in sorted({at for at, _ in lines} | {at for at, _ in arounds}):
        line = [line for at, line in lines if at <= tick][-1]
        around = [around for at, around in arounds if at <= tick][-1]
        here = replace(line, ambient_kpa=around.ambient_kpa, csf_kpa=around.csf_kpa)
        if not changes or here != changes[-1][1]:
            changes.append((tick, here))
    return changes


def around_story(scenario: Scenario, arounds: Sequence[tuple[int, Surroundings]]) -> Iterator[Happening]:
    """Every change of the surroundings."""
    before = scenario.surroundings
    for tick, now in arounds:
        if now != before:
            facts = {"body_c": now.body_c, "altitude_m": now.altitude_m, "csf_kpa": now.csf_kpa}
            yield happen_at(tick, "surroundings", **facts)
        before = now
