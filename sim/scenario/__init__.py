"""What happens, as data: orders, faults, scenarios, and their files."""

from sim.quantity import REQUIRED, Record, check, quantity, range_of, range_of_items, unit_of
from sim.refusal import literal, nearest
from sim.scenario.accustomed import first_accustomed_mcg_day
from sim.scenario.daily_dose import programmed_doses_mcg_day
from sim.scenario.faults import AnyFault, Migration, Occlusion, Tear
from sim.scenario.intended import as_intended
from sim.scenario.library import Shelved, with_numbers
from sim.scenario.number import readings
from sim.scenario.orders import AnyOrder, Refill
from sim.scenario.reading import LARGEST_BYTES, plain
from sim.scenario.scenario import Control, control_problems, field_at, with_values

__all__ = [
    "LARGEST_BYTES",
    "REQUIRED",
    "AnyFault",
    "AnyOrder",
    "Control",
    "Migration",
    "Occlusion",
    "Record",
    "Refill",
    "Shelved",
    "Tear",
    "as_intended",
    "check",
    "control_problems",
    "field_at",
    "first_accustomed_mcg_day",
    "literal",
    "nearest",
    "plain",
    "programmed_doses_mcg_day",
    "quantity",
    "range_of",
    "range_of_items",
    "readings",
    "unit_of",
    "with_numbers",
    "with_values",
]
