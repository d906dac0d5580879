"""Carry the reservoir's fluid through the line: which tubes form a row, and what leaves each, where and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.device.backflow import Washed, wash
from sim.device.catheter import Line
from sim.device.hydraulics import Delivery
from sim.device.leaks import tube_flows
from sim.device.mixing import Tanks
from sim.device.plugs import Plug, Tube, cut, merged
from sim.device.tube_row import TubeRow, pass_through
from sim.exact.steps import Array, Steps, Ticks, combine, join


@dataclass(frozen=True, slots=True)
class Spell:
    """The line from one tick on: its leaks, what is pushed in at the access port, what part is new."""

    tick: int
    line: Line
    port_ml_h: float = 0.0  # negative if drawn
    port_mcg_ml: tuple[float, ...] = ()  # of each drug in what is pushed in; none where it is left out
    renewed_from_ml: float | None = None  # the line beyond is replaced at the start
    is_primed: bool = True
    is_mixing: bool = False  # fluids mix while it is primed fast


@dataclass(frozen=True, slots=True, eq=False)
class Carriage:
    """What left the line, where and when, and what stood in it. One drug."""

    tip_flow: Steps  # mL/h; negative where CSF runs backwards
    leak_flow: Steps  # mL/h, all leaks together
    leaks: tuple[tuple[float, Steps], ...]  # (line volume between pump and leak, mL; mL/h lost there)
    tip_concentration: Steps  # mcg/mL of what is at the tip
    tip_dose: Steps  # mcg/h
    leak_dose: Steps  # mcg/h
    second_flow: Steps  # mL/h at the second tip
    second_dose: Steps  # mcg/h
    port_flow: Steps  # mL/h pushed in at the access port; negative if drawn
    port_dose: Steps  # mcg/h pushed in at the access port
    drawn_dose: Steps  # mcg/h drawn there
    removals: tuple[tuple[int, float], ...]  # (tick, mcg) taken out with an old part
    additions: tuple[tuple[int, float], ...]  # (tick, mcg) that came with a primed part
    start_tick: Ticks  # (k,), when each row begins
    rows: tuple[TubeRow, ...]

    def plugs(self, tick: Ticks, is_second: bool = False, before: bool = False) -> list[list[Plug]]:
        """Plugs in the line at each tick (m,), from the pump to the tip (or of the second catheter)."""
        index = np.maximum(np.searchsorted(self.start_tick, tick - before, side="right") - 1, 0)
        contents: list[list[Plug]] = [[] for _ in tick]
        for k in np.unique(index):
            here = np.flatnonzero(index == k)
            for place, plugs in zip(here.tolist(), self.rows[k].plugs(tick[here], is_second), strict=True):
                contents[place] = plugs
        return contents

    def drug_mcg(self, tick: Ticks, before: bool = False) -> Array:
        """Drug in the line (m,) at ticks (m,), the stretched part included."""
        index = np.maximum(np.searchsorted(self.start_tick, tick - before, side="right") - 1, 0)
        amount = np.zeros(len(tick))
        for k in np.unique(index):
            here = index == k
            amount[here] = self.rows[k].drug_mcg(tick[here])
        return amount


@dataclass(slots=True)
class _Contents:
    """Plugs of pump path, catheter and second catheter, each from its pump end on."""

    path: list[Plug]
    catheter: list[Plug]
    second: list[Plug]


@dataclass(slots=True)
class _Log:
    """Signals of the spells so far, to be joined."""

    tip_flow: list[Steps]
    tip_fluid: list[Steps]
    leak_flow: list[Steps]
    leak_dose: list[Steps]
    second_flow: list[Steps]
    second_dose: list[Steps]
    port_flow: list[Steps]
    port_dose: list[Steps]
    drawn_dose: list[Steps]
    lost_at: dict[float, list[Steps]]
    removals: list[tuple[int, float]]
    additions: list[tuple[int, float]]


def carry_line(
    spells: Sequence[Spell],
    delivery: Delivery,
    start: Sequence[Sequence[Plug]],
    end_tick: int,
    drug: int = 0,
) -> Carriage:
    """Carry one drug of the reservoir through the line, spell by spell.

    start: plugs of pump path, catheter and second catheter at the first tick, each from its pump end on.
    """
    strength = delivery.reservoir.concentration(drug)
    entering = combine(_in_inflow, strength, delivery.air, delivery.pumped)
    inflow = combine(np.add, delivery.pumped, delivery.air)
    inside = _Contents(*(list(plugs) for plugs in start))
    log, rows = _Log([], [], [], [], [], [], [], [], [], {}, [], []), []
    ends = [spell.tick for spell in spells[1:]] + [end_tick]
    for spell, end in zip(spells, ends, strict=True):
        _renew(spell, inside, float(strength.at_tick(spell.tick)), log)
        into, fluid, through = (signal.cut(spell.tick, end) for signal in (inflow, entering, delivery.through))
        rows.append(_spell(spell, inside, into, fluid, through, drug, log))
    flow, concentration = join(log.tip_flow), join(log.tip_fluid)
    return Carriage(
        tip_flow=flow,
        leak_flow=join(log.leak_flow),
        leaks=tuple((at, combine(lambda *flows: sum(flows), *log.lost_at[at])) for at in sorted(log.lost_at)),
        tip_concentration=concentration,
        tip_dose=combine(lambda ml_h, fluid: np.maximum(ml_h, 0.0) * fluid, flow, concentration),
        leak_dose=join(log.leak_dose),
        second_flow=join(log.second_flow),
        second_dose=join(log.second_dose),
        port_flow=join(log.port_flow),
        port_dose=join(log.port_dose),
        drawn_dose=join(log.drawn_dose),
        removals=tuple(log.removals),
        additions=tuple(log.additions),
        start_tick=np.array([spell.tick for spell in spells], dtype=np.int64),
        rows=tuple(rows),
    )


def _in_inflow(fluid: Array, air: Array, pumped: Array) -> Array:
    """Concentration of what enters the line: no drug in air; both where air ends within a tick."""
    inflow = np.where(air > 0.0, pumped + air, 1.0)
    return np.where(air > 0.0, fluid * pumped / inflow, fluid)


def _renew(spell: Spell, inside: _Contents, mcg_ml: float, log: _Log) -> None:
    """Replace the catheter beyond a place: the old part is taken out, the new one holds drug or CSF."""
    if spell.renewed_from_ml is None:
        return
    volume = sum(plug.volume_ml for plug in inside.catheter)
    rest_ml = min(max(spell.renewed_from_ml - spell.line.path_ml, 0.0), volume)
    beyond, near = cut(inside.catheter[::-1], [volume - rest_ml]) if rest_ml > 0.0 else (inside.catheter[::-1], [])
    fluid = mcg_ml if spell.is_primed else 0.0
    log.removals.append((spell.tick, sum(plug.volume_ml * plug.mcg_ml for plug in beyond)))
    new = Plug(sum(plug.volume_ml for plug in beyond), fluid)
    log.additions.append((spell.tick, new.volume_ml * new.mcg_ml))
    inside.catheter = merged([*near[::-1], new])


def _spell(
    spell: Spell,
    inside: _Contents,
    inflow: Steps,
    entering: Steps,
    through: Steps,
    drug: int,
    log: _Log,
) -> TubeRow:
    """Carry through the tubes of one spell, write what left, and leave the contents as they then are."""
    line, edge = spell.line, through.edge_tick
    flows = tube_flows(through.value, line, line.csf_kpa, spell.port_ml_h)
    row_flows = [Steps(edge, value) for value in flows.catheter]
    own = [leak for leak in line.leaks if not leak.is_trunk]
    last, tubes = edge[-1:], list[Tube | Washed | Tanks]()
    fluid, tube = pass_through(inside.path[::-1], inflow, entering, through, spell.is_mixing)
    tubes.append(tube)
    inside.path = tube.windows(last)[0][::-1]
    second, second_flow, second_dose = _second(edge, flows.second, inside, fluid, spell.is_mixing)
    # the access port lies before the connector
    at_port, reached = Steps(edge[[0, -1]], np.array([spell.port_ml_h])), Steps(edge, flows.reached)
    arriving, to_second = Steps(edge, flows.arriving), Steps(edge, flows.aside)
    # what the pump sends is drawn first; the rest comes back up the catheter
    drawn = combine(lambda q, port, mcg_ml: np.clip(-port, 0.0, q.clip(0.0)) * mcg_ml, arriving, at_port, fluid)
    path_fluid, pushed_mcg_h = fluid, 0.0
    if spell.port_ml_h > 0.0:
        pushed_mcg_h = spell.port_ml_h * (spell.port_mcg_ml[drug] if drug < len(spell.port_mcg_ml) else 0.0)
        fluid = combine(lambda q, total, mcg_ml: (q * mcg_ml + pushed_mcg_h) / total, arriving, reached, fluid)
    # what is lost at the connector, of the flow to either catheter
    off_frac = 1.0 - flows.kept_frac
    off = combine(lambda a, b: off_frac * (a + b), reached, to_second)
    spilled = combine(
        lambda q, mcg_ml, other, plain: off_frac * (np.maximum(q, 0.0) * mcg_ml + other * plain),
        reached, fluid, to_second, path_fluid,
    )  # fmt: skip
    for leak in [leak for leak in line.leaks if leak.is_trunk][:1]:
        log.lost_at.setdefault(leak.position_ml, []).append(off)
    limits = [
        line.path_ml + sum(plug.volume_ml for plug in inside.catheter) - leak.position_ml for leak in reversed(own)
    ]
    pieces = cut(inside.catheter[::-1], limits)[::-1]
    losses = [combine(np.subtract, a, b) for a, b in pairwise(row_flows)]
    for leak, lost in zip(own, losses, strict=True):
        log.lost_at.setdefault(leak.position_ml, []).append(lost)
    if all((flow.value >= 0.0).all() for flow in row_flows):
        for place, (content, flow) in enumerate(zip(pieces, row_flows, strict=True)):
            fluid, tube = pass_through(content, flow, fluid, flow, spell.is_mixing)
            tubes.append(tube)
            if place < len(losses):
                spilled = combine(lambda a, b, c: a + b * c, spilled, losses[place], fluid)
        inside.catheter = merged(plug for tube in tubes[1:] for plug in tube.windows(last)[0][::-1])
    else:
        washed = wash([piece[::-1] for piece in pieces], row_flows, fluid)
        tubes.append(washed)
        fluid = washed.tip_concentration
        for dose in washed.leak_doses:
            spilled = combine(np.add, spilled, dose)
        drawn = combine(np.add, drawn, washed.back_dose)
        inside.catheter = list(washed.final)
    log.tip_flow.append(row_flows[-1])
    log.tip_fluid.append(fluid)
    log.leak_flow.append(combine(lambda *parts: sum(parts), off, *losses))
    log.leak_dose.append(spilled)
    log.second_flow.append(second_flow)
    log.second_dose.append(second_dose)
    log.port_flow.append(at_port)
    log.port_dose.append(Steps(edge[[0, -1]], np.array([pushed_mcg_h])))
    log.drawn_dose.append(drawn)
    return TubeRow(tuple(tubes), second)


def _second(
    edge: Ticks, flow: Array | None, inside: _Contents, fluid: Steps, is_mixing: bool
) -> tuple[Tube | Tanks | None, Steps, Steps]:
    """The second catheter: its tube, flow and dose."""
    if flow is None:
        nothing = Steps(edge[[0, -1]], np.zeros(1))
        return None, nothing, nothing
    through = Steps(edge, flow)
    out, tube = pass_through(inside.second[::-1], through, fluid, through, is_mixing)
    inside.second = tube.windows(edge[-1:])[0][::-1]
    return tube, through, combine(np.multiply, through, out)
