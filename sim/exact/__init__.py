"""Arithmetic that knows no drug and no device; teaching only, public on its own."""

from sim.exact.network import LinearSystem, Response, respond, steady_state
from sim.exact.steps import Steps, align, combine

__all__ = ["LinearSystem", "Response", "Steps", "align", "combine", "respond", "steady_state"]
