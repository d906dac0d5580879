"""From command to tip: knows no scenario file."""

from sim.device.catheter import Catheter
from sim.device.pump import END_OF_SERVICE_DAY, Pump, Surroundings

__all__ = ["END_OF_SERVICE_DAY", "Catheter", "Pump", "Surroundings"]
