"""What the model reports: a closed set of kinds, one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# also the order in which happenings of the same instant are told
SENTENCE: Final[dict[str, str]] = {
    "fault_end": "Fault ends: {what}.",
    "release": "The block is gone: {stored_ml:.3f} mL stored in the line leave over one minute.",
    "short_draw": "Only {found_ml:.2f} mL can be drawn where {asked_ml:g} mL were asked for.",
    "refused_refill": "Refill refused: {held_ml:.2f} mL would stand in a reservoir of {capacity_ml:g} mL.",
    "refill": "Refill: {found_ml:.2f} mL found, pump counted {believed_ml:.2f} mL; {in_ml:g} mL put in.",
    "programmed": "Programmed: {what}.",
    "bolus": "Bolus of {dose_mcg:g} mcg over {over_min:g} minutes starts.",
    "capped_bolus": "The pump's highest flow caps a bolus: {missing_ml:.4g} mL of it are not given.",
    "first_drug": "First drug leaves the catheter tip.",
    "front": "Fluid of {mcg_ml:g} mcg/mL reaches the tip.",
    "fault_start": "Fault begins: {what}.",
    "stall_alarm": "Stall alarm: the pump senses that its rotor stands still.",
    "slip": "The line is stretched by {stored_ml:.3f} mL; what is held back now stays in the reservoir.",
    "run_dry": "Flow ends: the last {true_ml:.2f} mL cannot be pumped; the pump counts {believed_ml:.2f} mL.",
    "low_alarm": "Low-reservoir alarm: the pump counts {believed_ml:.2f} mL.",
    "empty_alarm": "Empty-reservoir alarm: the pump counts {believed_ml:.2f} mL.",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that did occur, at hours from the start."""

    time_h: float
    kind: str
    text: str


def happen(time_h: float, kind: str, **facts: float | str) -> Happening:
    """A happening of a known kind, its sentence filled in; raises KeyError on an unknown kind.

    >>> happen(4320.0, "low_alarm", believed_ml=2.0).text
    'Low-reservoir alarm: the pump counts 2.00 mL.'
    """
    return Happening(float(time_h), kind, SENTENCE[kind].format(**facts))
