"""The line over time: when its leaks change, what is replaced, what is done at its access port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.device.carriage import Spell
from sim.device.catheter import Line
from sim.device.plugs import Plug
from sim.exact.steps import TICK_PER_H
from sim.happening import Happening
from sim.scenario.acting import replaced_from_ml
from sim.scenario.command import by_time
from sim.scenario.orders.base import happen_at
from sim.scenario.scenario import Scenario

PORT_TICK = TICK_PER_H // 60  # what is done at the access port takes a minute
HAND_KPA = 50.0  # assumed: a syringe by hand
HAND_TICK = TICK_PER_H // 12  # assumed: nobody pulls for more than five minutes


@dataclass(frozen=True, slots=True)
class Push:
    """Fluid pushed through the line on [start, end): a run shows how much drug enters the CSF meanwhile."""

    start: int
    end: int
    kind: str  # of the happening that reports it
    volume_ml: float | None = None  # empty: what leaves the reservoir meanwhile
    mcg_ml: tuple[float, ...] = ()  # of each drug; none where it is left out


def line_spells(
    scenario: Scenario, lines: Sequence[tuple[int, Line]], end: int
) -> tuple[tuple[Spell, ...], list[Push], list[Happening]]:
    """The line whenever its leaks change, a part is replaced, or something is done at its access port."""
    ticks = {tick for tick, _ in lines}
    renewed: dict[int, tuple[float, bool]] = {}
    story = []
    for tick, start_ml, is_primed in replaced_from_ml(scenario, lines[0][1]):
        while tick in renewed:
            tick += 1  # what is done at one instant is done in order
        renewed[tick] = (start_ml, is_primed)
        story.append(happen_at(tick, "repair", what="fresh drug" if is_primed else "CSF"))
    port: dict[int, tuple[float, tuple[float, ...]]] = {0: (0.0, ())}  # mL/h and mcg/mL from each tick on
    pushes = []
    free = 0

    def line_at(tick: int) -> Line:
        return [line for at, line in lines if at <= tick][-1]

    for _, order in by_time(scenario):
        volume_ml = order.port_ml()
        if volume_ml == 0.0:
            continue
        tick = max(order.tick, free)  # one thing at a time
        if _is_shut(line_at(tick), volume_ml):
            story.append(happen_at(tick, "dry_aspiration" if volume_ml < 0.0 else "refused_injection"))
            continue
        free = tick + PORT_TICK
        port |= {tick: (volume_ml * TICK_PER_H / PORT_TICK, order.port_mcg_ml()), free: (0.0, ())}
        if volume_ml < 0.0:
            story.append(happen_at(tick, "cap_aspiration", volume_ml=-volume_ml))
        else:
            pushes.append(Push(tick, free, "cap_injection", volume_ml, order.port_mcg_ml()))
    mixing = [order.sweep() for order in scenario.orders] if scenario.priming == "mixed" else []
    sweeps = [window for window in mixing if window is not None]
    ticks |= {tick for window in sweeps for tick in window}
    ticks |= {*renewed, *port}
    spells: list[Spell] = []
    changes, line, place, at_port = list(lines), lines[0][1], 0, port[0]
    for tick in sorted(tick for tick in ticks if tick < end):
        while place < len(changes) and changes[place][0] <= tick:
            line, place = changes[place][1], place + 1
        at_port = port.get(tick, at_port)
        is_mixing = any(start <= tick < stop for start, stop in sweeps)
        renewal: tuple[float | None, bool] = renewed.get(tick, (None, True))
        spell = Spell(tick, line, *at_port, *renewal, is_mixing)
        if not spells or tick in renewed or tick in port or _differ(spells[-1], spell):
            spells.append(spell)
    return tuple(spells), pushes, story


def _is_shut(line: Line, volume_ml: float) -> bool:
    """Whether a hand cannot move a volume through the line: blocked, or too narrow for its pressure."""
    kpa = line.narrow_kpa_h_ml * abs(volume_ml) * TICK_PER_H / HAND_TICK
    return line.blocked_frac == 1.0 or kpa > HAND_KPA


def _differ(spell: Spell, other: Spell) -> bool:
    """Whether fluid moves differently through the line, with nothing done at its port."""
    now, then = ((one.line.leaks, _felt_kpa(one.line), one.is_mixing) for one in (spell, other))
    return now != then


def _felt_kpa(line: Line) -> float:
    """CSF pressure, where a hole makes it matter."""
    return line.csf_kpa if any(leak.kpa_h_ml is not None for leak in line.leaks) else 0.0


def start_plugs(scenario: Scenario, first_fill_mcg_ml: float, line: Line) -> tuple[tuple[Plug, ...], ...]:
    """What is in path, catheter and second catheter at the start; CSF holds no drug."""
    is_full = {"drug": (True, True), "pump_path": (True, False), "csf": (False, False)}[scenario.line_start]
    segments = [*zip(line.segments, is_full, strict=True)]
    if line.branch is not None:
        segments.append((line.branch.segment, is_full[1]))
    rows = [(Plug(segment.volume_ml, first_fill_mcg_ml if full else 0.0),) for segment, full in segments]
    return (*rows, *((),) * (3 - len(rows)))
