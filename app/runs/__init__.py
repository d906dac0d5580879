"""The door of the runs that a page asks for: kept, pinned to compare, of many people, with another number."""

from app.runs.axes import fit, fitted, hold, ranges, widen
from app.runs.bands import Band
from app.runs.handles import MOST_CONTROLS, with_handles
from app.runs.key_numbers import harm, harm_number, highest_dose, key_numbers
from app.runs.memo import has_drug, of_drug, run
from app.runs.pins import MOST_PINS, Pin, differences, same_fault, with_pin
from app.runs.reasons import Knob, WhatIf, Why, is_moved, what_if, why

__all__ = [
    "MOST_CONTROLS",
    "MOST_PINS",
    "Band",
    "Knob",
    "Pin",
    "WhatIf",
    "Why",
    "differences",
    "fit",
    "fitted",
    "harm",
    "harm_number",
    "has_drug",
    "highest_dose",
    "hold",
    "is_moved",
    "key_numbers",
    "of_drug",
    "ranges",
    "run",
    "same_fault",
    "what_if",
    "why",
    "widen",
    "with_handles",
    "with_pin",
]
