"""What is programmed: orders become programmed concentration, programmed dose and commanded flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.device.catheter import Catheter
from sim.device.pump import Addition, Pump, capped
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H, Array, Steps, Ticks, combine
from sim.happening import Happening, trimmed
from sim.scenario.orders import Order, Refill, Stop
from sim.scenario.orders.base import Basal, happen_at
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """What the pump shows and commands over [0, end)."""

    programmed_mcg_ml: tuple[Steps, ...]  # mcg/mL of each drug
    strength_factor: Steps  # of what the pump shows: old over new concentration while it clears the old drug
    basal: Steps  # mL/h of the rate slot
    flow: Steps  # mL/h with all that lies on top
    happenings: tuple[Happening, ...]

    def dose(self, drug: int = 0) -> Steps:
        """What the pump shows, mcg/h: concentration x commanded flow; during a bridge the old one (assumed)."""
        shown_mcg_ml = combine(np.multiply, self.programmed_mcg_ml[drug], self.strength_factor)
        return combine(np.multiply, shown_mcg_ml, self.flow)


def by_time(scenario: Scenario) -> list[tuple[int, Order]]:
    """(place in the file, order) by time; equal times in file order."""
    return sorted(enumerate(scenario.orders), key=lambda entry: entry[1].tick)


def basal_orders(scenario: Scenario) -> list[tuple[int, Order]]:
    """(place in the file, order) of those that set the flow until the next of them, by time."""
    return [(i, order) for i, order in by_time(scenario) if order.is_basal]


def refills(scenario: Scenario) -> list[tuple[int, Refill]]:
    """(place in the file, refill) by time."""
    return [(i, order) for i, order in by_time(scenario) if isinstance(order, Refill)]


def stairs(points: Sequence[tuple[int, float]], end_tick: int) -> Steps:
    """Signal that takes each value at its tick, the latest wins; 0 before the first."""
    value = {0: 0.0} | dict(points)
    edge = [tick for tick in sorted(value) if tick < end_tick]
    return Steps(np.array([*edge, end_tick]), np.array([value[tick] for tick in edge])).merged()


def signal(changes: Sequence[tuple[int, object]], read: Callable[..., float], end: int) -> Steps:
    """Signal of one number read off what acts."""
    return stairs([(tick, read(state)) for tick, state in changes], end)


def programmed_concentrations(fills: Sequence[Refill], n_drug: int, end_tick: int) -> tuple[Steps, ...]:
    """Programmed concentration of each drug, mcg/mL; it lives in the refills only."""
    rows = [
        (refill.tick, (refill.programmed_mcg_ml, *(refill.with_programmed_mcg_ml or refill.with_actual_mcg_ml)))
        for refill in fills
    ]
    return tuple(stairs([(tick, row[drug]) for tick, row in rows], end_tick) for drug in range(n_drug))


def build_command(scenario: Scenario, fills: Sequence[Refill], pump: Pump, catheter: Catheter, end: int) -> Command:
    """Rate slot and all that lies on top as signals; fills: the refills as carried out, by time."""
    programmed_mcg_ml = programmed_concentrations(fills, 1 + len(scenario.with_drugs), end)
    if not pump.is_programmable:
        return _fixed(scenario, pump, programmed_mcg_ml, fills, end)
    basal, basal_happenings = _basal(scenario, programmed_mcg_ml[0], pump, end)
    basal, factor, bridge_happenings = _bridged(scenario, basal, programmed_mcg_ml[0], fills, pump, catheter)
    additions, top_happenings = _on_top(scenario, programmed_mcg_ml[0], pump, end)
    flow, missing = capped(basal, additions, pump.highest_ml_day / 24.0)
    caps = [
        happen_at(addition.start_tick, "capped_bolus", missing_ml=ml)
        for addition, ml in zip(additions, missing, strict=True)
        if ml > 0.0
    ]
    return Command(
        programmed_mcg_ml, factor, basal, flow, (*basal_happenings, *bridge_happenings, *top_happenings, *caps)
    )


def _fixed(
    scenario: Scenario, pump: Pump, programmed_mcg_ml: tuple[Steps, ...], fills: Sequence[Refill], end: int
) -> Command:
    """A gas-driven pump takes no orders: its nominal flow, from the first refill on."""
    assert pump.gas is not None
    flow = stairs([(fills[0].tick, pump.gas.nominal_ml_day / 24.0)] if fills else [], end)
    happenings = [
        happening
        for _, order in by_time(scenario)
        for happening in order.on_top(programmed_mcg_ml[0], pump, end).happenings
    ]
    one = Steps(np.array([0, end]), np.ones(1))
    return Command(programmed_mcg_ml, one, flow, flow, tuple(happenings))


def _basal(scenario: Scenario, programmed_mcg_ml: Steps, pump: Pump, end: int) -> tuple[Steps, list[Happening]]:
    """Flow of the rate slot, and what is reported whenever it changes."""
    edges, values = [np.zeros(1, dtype=np.int64)], [np.zeros(1)]
    happenings: list[Happening] = []
    slot = [(i, order) for i, order in basal_orders(scenario) if not _is_bridge(order)]
    ends = [*[order.tick for _, order in slot], end][1:]
    last: tuple[tuple[float, float], ...] | None = None
    for (_, order), until in zip(slot, ends, strict=True):
        for low, high, mcg_ml in _pieces(programmed_mcg_ml, order.tick, until):
            daily = tuple(order.daily_ml_h(mcg_ml, pump))
            if last is None or last != daily:
                kind = "reprogrammed" if low > order.tick else "programmed"
                happenings.append(happen_at(low, kind, what=order.description(mcg_ml, pump)))
            last = daily
            tick, value = _repeated(daily, low, high)
            edges.append(tick)
            values.append(value)
    edge, value = np.concatenate(edges), np.concatenate(values)
    # of equal ticks the last one holds
    keep = np.append(edge[1:] > edge[:-1], True) & (edge < end)
    return Steps(np.append(edge[keep], end), value[keep]).merged(), happenings


def _is_bridge(order: Order) -> bool:
    return type(order).bridge is not Order.bridge


def _pieces(signal: Steps, start: int, end: int) -> list[tuple[int, int, float]]:
    """(from, until, value) of a signal within [start, end)."""
    if start >= end:
        return []
    part = signal.cut(start, end).merged()
    return list(zip(part.edge_tick[:-1].tolist(), part.edge_tick[1:].tolist(), part.value.tolist(), strict=True))


def _repeated(daily: Sequence[tuple[float, float]], start: int, end: int) -> tuple[Ticks, Array]:
    """Ticks and values of a day's stairs within [start, end), the one in force at the start first."""
    clock = np.array([round(hour * TICK_PER_H) for hour, _ in daily], dtype=np.int64)
    flow = np.array([ml_h for _, ml_h in daily])
    if len(daily) == 1:
        return np.array([start], dtype=np.int64), flow
    days = np.arange(start // TICK_PER_DAY, (end - 1) // TICK_PER_DAY + 1, dtype=np.int64) * TICK_PER_DAY
    tick = (days[:, None] + clock).ravel()
    value = np.tile(flow, len(days))
    first = int(np.searchsorted(tick, start, side="right")) - 1
    inside = slice(first, int(np.searchsorted(tick, end)))
    return np.maximum(tick[inside], start), value[inside]


def _bridged(
    scenario: Scenario,
    basal: Steps,
    programmed_mcg_ml: Steps,
    fills: Sequence[Refill],
    pump: Pump,
    catheter: Catheter,
) -> tuple[Steps, Steps, list[Happening]]:
    """The rate slot with bridges in its place for their time, and old over new concentration meanwhile.

    The next order of the slot ends a bridge early.
    """
    happenings: list[Happening] = []
    factor = Steps(basal.edge_tick[[0, -1]], np.ones(1))
    orders = basal_orders(scenario)
    for place, (_, order) in enumerate(orders):
        # of several bridges at one time the last one holds
        if not _is_bridge(order) or any(
            _is_bridge(other) and other.tick == order.tick for _, other in orders[place + 1 :]
        ):
            continue
        mcg_ml = float(programmed_mcg_ml.at_tick(order.tick))
        dose = mcg_ml * float(basal.at_tick(order.tick))
        past = [fill.programmed_mcg_ml for fill in fills if fill.tick <= order.tick]
        before_mcg_ml = past[-2] if len(past) > 1 else mcg_ml
        bridge = order.bridge(Basal(dose, mcg_ml, before_mcg_ml, pump, catheter.length_cm * catheter.volume_ml_cm))
        if bridge is None:
            continue
        ticks, ml_h, old_mcg_ml = bridge
        demand_ml_h, ml_h = ml_h, min(ml_h, pump.highest_ml_day / 24.0)
        later = [other.tick for _, other in orders[place + 1 :] if other.tick > order.tick]
        last = int(basal.edge_tick[-1])
        end = min([order.tick + ticks, last, *later[:1]])
        if order.tick >= end:
            continue
        window = Steps(np.array([order.tick, end]), np.ones(1))
        rest = combine(lambda flow, inside: flow * (1.0 - inside), basal, window)
        basal = combine(np.add, rest, Steps(window.edge_tick, window.value * ml_h))
        change = Steps(window.edge_tick, window.value * (old_mcg_ml / mcg_ml - 1.0))
        factor = combine(np.add, factor, change)
        what = f"{trimmed(24.0 * ml_h)} mL/day for {trimmed(ticks / TICK_PER_H)} h"
        happenings.append(happen_at(order.tick, "bridge_bolus", what=what))
        if demand_ml_h > ml_h:
            missing_ml = (demand_ml_h - ml_h) * (end - order.tick) / TICK_PER_H
            happenings.append(happen_at(order.tick, "capped_bridge_bolus", missing_ml=missing_ml))
        if end == order.tick + ticks and end < last:
            happenings.append(happen_at(end, "bridge_bolus_done"))
    return basal, factor, happenings


def _on_top(
    scenario: Scenario, programmed_mcg_ml: Steps, pump: Pump, end: int
) -> tuple[list[Addition], list[Happening]]:
    """All flows on top by time; what repeats pauses while the pump is stopped."""
    slot = [order for _, order in basal_orders(scenario) if not _is_bridge(order)]
    starts = np.array([order.tick for order in slot], dtype=np.int64)
    is_stop = np.array([False, *(isinstance(order, Stop) for order in slot)])
    additions: list[Addition] = []
    happenings: list[Happening] = []
    for _, order in by_time(scenario):
        top = order.on_top(programmed_mcg_ml, pump, end)
        if not order.is_programme:
            additions += top.additions
            happenings += top.happenings
            continue
        at = np.array([addition.start_tick for addition in top.additions], dtype=np.int64)
        runs = ~is_stop[np.searchsorted(starts, at, side="right")]
        additions += [addition for addition, is_running in zip(top.additions, runs.tolist(), strict=True) if is_running]
        silent = set((at[~runs] / TICK_PER_H).tolist())
        happenings += [
            happening for happening in top.happenings if happening.kind != "bolus" or happening.time_h not in silent
        ]
    return additions, happenings
