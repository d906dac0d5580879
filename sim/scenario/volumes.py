"""Rules of volume: refills fit the reservoir, the counter fits the capacity, strokes are few enough to be shown."""

from __future__ import annotations

from collections.abc import Iterator

from sim.device.pump import Pump
from sim.device.reservoir import SYRINGE_ML
from sim.exact.steps import TICK_PER_DAY
from sim.happening import trimmed
from sim.scenario.command import Command, refills
from sim.scenario.counter import is_too_much, programmed_volumes_ml
from sim.scenario.scenario import Scenario

MOST_STROKES = 50_000


def volume_problems(scenario: Scenario, pump: Pump, command: Command) -> Iterator[str]:
    """What does not fit, as far as the file alone shows: without any fault, chance or surroundings."""
    fills = refills(scenario)
    counts = programmed_volumes_ml([order for _, order in fills], command.flow, pump)
    volume_ml, since = 0.0, 0
    for (i, order), (expected_ml, _) in zip(fills, counts, strict=True):
        used = float(command.flow.area_to(order.tick) - command.flow.area_to(since)) * pump.accuracy_factor
        volume_ml = max(volume_ml - used, min(volume_ml, pump.unpumpable_ml))
        there = max(volume_ml - pump.undrawable_ml, 0.0)
        where, since = f"orders[{i}]", order.tick
        if order.draw_ml is not None and order.draw_ml > there + SYRINGE_ML:
            yield (
                f"{where}.draw_ml = {order.draw_ml} is more than the {trimmed(there)} mL that can be drawn"
                f" on day {order.tick / TICK_PER_DAY:.4g}"
            )
        left_ml = volume_ml - (there if order.draw_ml is None else min(order.draw_ml, there))
        if order.n_rinses and is_too_much(left_ml + order.rinse_ml, pump):
            made = f"would make {trimmed(left_ml + order.rinse_ml)} mL in a reservoir of {pump.capacity_ml} mL"
            yield f"{where}.rinse_ml = {order.rinse_ml} {made}"
        volume_ml += order.in_ml - order.pocket_ml - (there if order.draw_ml is None else min(order.draw_ml, there))
        fits = not is_too_much(volume_ml, pump)
        if not fits:
            made = f"would make {trimmed(volume_ml)} mL in a reservoir of {pump.capacity_ml} mL"
            yield f"{where}.in_ml = {order.in_ml} {made}"
            volume_ml = pump.capacity_ml
        if order.programmed_ml is not None and order.programmed_ml > pump.capacity_ml:
            yield f"{where}.programmed_ml = {order.programmed_ml} is more than the reservoir's {pump.capacity_ml} mL"
        elif fits and order.programmed_ml is None and is_too_much(expected_ml, pump):
            expected = f"{where}.programmed_ml = {trimmed(expected_ml)}, expected where it is empty,"
            yield f"{expected} is more than the reservoir's {pump.capacity_ml} mL"
    if scenario.is_stroke_shown and float(command.flow.area()[-1]) / pump.stroke_ml > MOST_STROKES:
        n = float(command.flow.area()[-1]) / pump.stroke_ml
        yield f"is_stroke_shown = true would draw {n:.0f} strokes; the most is {MOST_STROKES}; shorten the scenario"
