"""Arithmetic that knows no drug and no device; teaching only, public on its own."""

from sim.exact.network import Response, respond
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H, Steps, align, combine
from sim.exact.system import LinearSystem, steady_state

__all__ = [
    "TICK_PER_DAY",
    "TICK_PER_H",
    "LinearSystem",
    "Response",
    "Steps",
    "align",
    "combine",
    "respond",
    "steady_state",
]
