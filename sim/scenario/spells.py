"""The line over time: when its leaks change, what is replaced, what is done at its side port."""

from __future__ import annotations

from collections.abc import Sequence

from sim.device.carriage import Spell
from sim.device.catheter import Line
from sim.device.plugs import Plug
from sim.exact.steps import TICK_PER_H
from sim.happening import Happening
from sim.scenario.acting import replaced_from_ml
from sim.scenario.command import by_time
from sim.scenario.orders.base import told_of
from sim.scenario.scenario import Scenario

PORT_TICK = TICK_PER_H // 60  # what is done at the side port takes a minute


def line_spells(
    scenario: Scenario, lines: Sequence[tuple[int, Line]], end: int
) -> tuple[tuple[Spell, ...], list[Happening]]:
    """The line whenever its leaks change, a part is replaced, or something is done at its side port."""
    ticks = {tick for tick, _ in lines}
    renewed: dict[int, tuple[float, bool]] = {}
    story = []
    for tick, start_ml, is_primed in replaced_from_ml(scenario, lines[0][1]):
        while tick in renewed:
            tick += 1  # what is done at one instant is done in order
        renewed[tick] = (start_ml, is_primed)
        story.append(told_of(tick, "repair", what="fresh drug" if is_primed else "CSF"))
    port_ml_h = {0: 0.0}  # from each tick on
    free = 0

    def line_at(tick: int) -> Line:
        return [line for at, line in lines if at <= tick][-1]

    for _, order in by_time(scenario):
        volume_ml = order.port_ml()
        if volume_ml == 0.0:
            continue
        tick = max(order.tick, free)  # one thing at a time
        if line_at(tick).blocked_frac == 1.0:
            story.append(told_of(tick, "dry_draw" if volume_ml < 0.0 else "refused_flush"))
            continue
        free = tick + PORT_TICK
        port_ml_h |= {tick: volume_ml * TICK_PER_H / PORT_TICK, free: 0.0}
        story.append(told_of(tick, "draw" if volume_ml < 0.0 else "flush", volume_ml=abs(volume_ml)))
    ticks |= {*renewed, *port_ml_h}
    found: list[Spell] = []
    changes, line, place, port = list(lines), lines[0][1], 0, 0.0
    for tick in sorted(tick for tick in ticks if tick < end):
        while place < len(changes) and changes[place][0] <= tick:
            line, place = changes[place][1], place + 1
        port = port_ml_h.get(tick, port)
        if tick in renewed:
            found.append(Spell(tick, line, port, *renewed[tick]))
        elif not found or found[-1].line.leaks != line.leaks or found[-1].port_ml_h != port:
            found.append(Spell(tick, line, port))
    return tuple(found), story


def start_plugs(scenario: Scenario, first_fill_mcg_ml: float, line: Line) -> tuple[tuple[Plug, ...], ...]:
    """What stands in path, catheter and second catheter at the start; CSF holds no drug."""
    is_full = {"drug": (True, True), "pump_path": (True, False), "csf": (False, False)}[scenario.line_start]
    segments = [*zip(line.segments, is_full, strict=True)]
    if line.branch is not None:
        segments.append((line.branch.segment, is_full[1]))
    rows = [(Plug(segment.volume_ml, first_fill_mcg_ml if full else 0.0),) for segment, full in segments]
    return (*rows, *((),) * (3 - len(rows)))
