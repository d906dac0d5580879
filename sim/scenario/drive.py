"""What moves the pump: command, accuracy, pauses, power; and what it senses of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.device.pump import END_OF_SERVICE_DAY, Drive, Pump, accuracy_factors, battery_use, reaches_tick
from sim.device.strokes import strokes
from sim.exact.steps import TICK_PER_DAY, Steps, combine
from sim.happening import Happening
from sim.scenario.command import Command, by_time, signal, stairs
from sim.scenario.orders import Refill
from sim.scenario.orders.base import happen_at
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Pause:
    """The mechanism stands still on [start, end); a pump may sense it."""

    start: int
    end: int
    is_sensed: bool


@dataclass(frozen=True, slots=True)
class Power:
    """Ticks of the first battery notice and of the end of service, as the pump's own wear sets them."""

    notice: int | None = None
    end: int | None = None


def power(scenario: Scenario, pump: Pump, flow: Steps) -> Power:
    """When the battery sounds first, and when it ends."""
    if pump.battery is None:
        return Power()
    notice = reaches_tick(battery_use(flow, pump.battery), 1.0 - scenario.battery_used_frac)
    return Power(notice, None if notice is None else notice + END_OF_SERVICE_DAY * TICK_PER_DAY)


def without_power(drives: Sequence[tuple[int, Drive]], life: Power, end: int) -> Steps:
    """1 where the pump has no power: it neither turns nor sounds."""
    worn = stairs([] if life.end is None else [(life.end, 1.0)], end)
    return combine(np.maximum, worn, signal(drives, lambda drive: float(drive.is_dead), end))


def wanted_flow(
    scenario: Scenario,
    pump: Pump,
    command: Command,
    fills: Sequence[Refill],
    drives: Sequence[tuple[int, Drive]],
    power: Power,
    idle: frozenset[int],
    end: int,
) -> tuple[Steps, list[Pause]]:
    """Flow (mL/h) that the mechanism tries to push, and its pauses.

    Of a gas-driven pump it is the factor on its own flow. idle: places in the file of scans that do nothing.
    """
    accuracy = accuracy_factors(pump, max(len(fills), 1), scenario.seed)
    factor = stairs([(0, accuracy[0]), *((refill.tick, f) for refill, f in zip(fills, accuracy, strict=False))], end)
    working = signal(drives, lambda drive: 0.0 if drive.is_stalled or drive.is_dead else drive.flow_factor, end)
    reset = signal(drives, lambda drive: float(drive.is_reset), end)
    pauses = []
    for place, order in by_time(scenario):
        ticks = None if place in idle else order.pause(pump)
        if ticks is not None:
            start, until = ticks
            pauses.append(Pause(start, end if until is None else min(until, end), pump.mechanism == "roller"))
    if power.end is not None and power.end < end:
        pauses.append(Pause(power.end, end, False))
    still = stairs([], end)
    for pause in pauses:
        if pause.start < pause.end:
            still = combine(np.maximum, still, Steps(np.array([pause.start, pause.end]), np.ones(1)))
    flow = stairs([(0, 1.0)], end) if not pump.is_programmable else command.flow
    if pump.is_programmable:
        lowest = pump.minimum_ml_day / 24.0
        flow = combine(lambda q, is_reset: q - is_reset * np.maximum(q - lowest, 0.0), flow, reset)
    wanted = combine(lambda q, a, b, c: q * a * b * (1.0 - c), flow, factor, working, still)
    if scenario.is_stroke_shown:
        wanted = strokes(wanted, pump.stroke_ml)
    return wanted, pauses


def pump_story(
    pump: Pump,
    drives: Sequence[tuple[int, Drive]],
    pauses: Sequence[Pause],
    power: Power,
    end: int,
) -> Iterator[Happening]:
    """What the pump itself senses; one without electronics senses nothing."""
    if not pump.is_programmable:
        return
    for (_, before), (tick, after) in pairwise([(0, Drive()), *drives]):
        for kind, was, now in (
            ("motor_stall", before.is_stalled, after.is_stalled),
            ("eri", before.has_notice, after.has_notice),
            ("eos", before.is_dead, after.is_dead),
            ("reset_alarm", before.is_reset, after.is_reset),
        ):
            if now and not was:
                yield happen_at(tick, kind)
    for pause in pauses:
        if pause.is_sensed:
            yield happen_at(pause.start, "motor_stall")
            if pause.end < end:
                yield happen_at(pause.end, "restart")
    for at, kind in ((power.notice, "eri"), (power.end, "eos")):
        if at is not None and at < end:
            yield happen_at(at, kind)
