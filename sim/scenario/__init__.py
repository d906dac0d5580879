"""What happens, as data: orders, faults, scenarios, and their files."""

from sim.quantity import range_of, shown, unit_of
from sim.scenario.faults import AnyFault, Occlusion, Tear
from sim.scenario.orders import AnyOrder, Refill
from sim.scenario.reading import LARGEST_BYTES, plain
from sim.scenario.scenario import Control, field_at, with_values

__all__ = [
    "LARGEST_BYTES",
    "AnyFault",
    "AnyOrder",
    "Control",
    "Occlusion",
    "Refill",
    "Tear",
    "field_at",
    "plain",
    "range_of",
    "shown",
    "unit_of",
    "with_values",
]
