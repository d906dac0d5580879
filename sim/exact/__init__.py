"""Arithmetic that knows no drug and no device; teaching only, public on its own."""

from sim.exact.network import Response, respond
from sim.exact.steps import Steps, align, combine
from sim.exact.system import LinearSystem, steady_state

__all__ = ["LinearSystem", "Response", "Steps", "align", "combine", "respond", "steady_state"]
