"""From command to tip: knows no scenario file."""

from sim.device.catheter import Catheter
from sim.device.pump import Pump, Surroundings

__all__ = ["Catheter", "Pump", "Surroundings"]
