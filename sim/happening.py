"""What the model reports: a closed set of kinds, one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# also the order in which happenings of the same instant are told
SENTENCE: Final[dict[str, str]] = {
    "fault_end": "Fault ends: {what}.",
    "release": "The block is gone: {stored_ml} mL stored in the line leave over one minute.",
    "short_draw": "Only {found_ml} mL can be drawn where {asked_ml} mL were asked for.",
    "refused_refill": "Refill refused: {held_ml} mL would stand in a reservoir of {capacity_ml} mL.",
    "refill": "Refill: {found_ml} mL found, pump counted {believed_ml} mL; {in_ml} mL put in.",
    "programmed": "Programmed: {what}.",
    "bolus": "Bolus of {dose_mcg} mcg over {over_min} minutes starts.",
    "capped_bolus": "The pump's highest flow caps a bolus: {missing_ml} mL of it are not given.",
    "first_drug": "First drug leaves the catheter tip.",
    "front": "Fluid of {mcg_ml} mcg/mL reaches the tip.",
    "fault_start": "Fault begins: {what}.",
    "stall_alarm": "Stall alarm: the pump senses that its rotor stands still.",
    "slip": "The line is stretched by {stored_ml} mL; what is held back now stays in the reservoir.",
    "run_dry": "Flow ends: the last {true_ml} mL cannot be pumped; the pump counts {believed_ml} mL.",
    "low_alarm": "Low-reservoir alarm: the pump counts {believed_ml} mL.",
    "empty_alarm": "Empty-reservoir alarm: the pump counts {believed_ml} mL.",
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
    'Low-reservoir alarm: the pump counts 2 mL.'
    """
    words = {name: trimmed(fact) if isinstance(fact, float) else fact for name, fact in facts.items()}
    return Happening(float(time_h), kind, SENTENCE[kind].format(**words))


def trimmed(value: float) -> str:
    """A number for a sentence: at most three decimals, no trailing zero.

    >>> trimmed(2.0), trimmed(11.954), trimmed(-0.0001)
    ('2', '11.954', '0')
    """
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
