"""What the model reports: a closed set of kinds, one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

TEACHING_ONLY: Final = "Teaching only: a simulation of fictitious cases, never for dosing or care of anyone."

# also the order in which happenings of the same instant are listed
SENTENCE: Final[dict[str, str]] = {
    "fault_end": "Fault ends: {what}.",
    "repair": "Repair: the new part of the line holds {what}.",
    "burst": "The line bursts under a complete block: what is pumped leaves there.",
    "release": "The line is open again: {stored_ml} mL stored in it leave over one minute.",
    "cap_aspiration": "Catheter access port: {volume_ml} mL aspirated.",
    "dry_aspiration": "Catheter access port: it stays dry. That proves no block, but nothing may be injected.",
    "cap_injection": "Catheter access port: {volume_ml} mL of {mcg_ml} mcg/mL injected; {dose_mcg} mcg enter the CSF"
    " within a minute.",
    "refused_injection": "Catheter access port: nothing can be injected, the line is blocked.",
    "no_access": "Refill refused: no needle finds the septum.",
    "short_draw": "Only {found_ml} mL can be drawn where {asked_ml} mL were asked for.",
    "refused_refill": "Refill refused: {held_ml} mL would be in a reservoir of {capacity_ml} mL.",
    "rinse": "The reservoir is rinsed: {n} x {rinse_ml} mL in and out.",
    "refill": "Refill: actual residual {found_ml} mL, expected {believed_ml} mL; {drawn_ml} mL drawn, {in_ml} mL"
    " injected.",
    "pocket_fill": "Pocket fill: {volume_ml} mL with {dose_mcg} mcg went into the pocket, not into the reservoir.",
    "capped_volume": "Expected inside: {expected_ml} mL; the pump counts no more than its {capacity_ml} mL.",
    "programmed": "Programmed: {what}.",
    "reprogrammed": "Programmed a new concentration; the dose stays: {what}.",
    "alarm_level": "Programmed: the low-reservoir alarm sounds at {alarm_ml} mL.",
    "by_hand": "Given without the pump: {what}.",
    "by_hand_end": "No longer given without the pump: {what}.",
    "priming_bolus": "Priming bolus: {volume_ml} mL within {over_min} minutes.",
    "bridge_bolus": "Bridge bolus: {what}.",
    "bridge_bolus_done": "Bridge bolus done: the programmed flow goes on.",
    "capped_bridge_bolus": "The pump's highest flow caps the bridge bolus: {missing_ml} mL of it are not given.",
    "bolus": "Bolus of {dose_mcg} mcg over {over_min} minutes starts.",
    "refused_bolus": "Patient's request refused: {reason}.",
    "capped_bolus": "The pump's highest flow caps a bolus: {missing_ml} mL of it are not given.",
    "surroundings": "Surroundings from now on: body {body_c} degrees, {altitude_m} m of altitude, CSF pressure"
    " {csf_kpa} kPa over tissue.",
    "mri": "MRI of {over_min} minutes begins.",
    "empty_scan": "The reservoir holds nothing that could run out in the MRI.",
    "valve_shut": "The second valve shuts after {volume_ml} mL, {dose_mcg} mcg into the CSF; nothing flows"
    " until it is reset.",
    "valves_open": "The field opens the valves: {volume_ml} mL run out of the reservoir, {dose_mcg} mcg into"
    " the CSF within a minute.",
    "valve_reset": "The valve is reset: the pump gives drug again.",
    "restart": "The rotor turns again.",
    "first_drug": "First drug leaves the catheter tip.",
    "front": "Fluid of {mcg_ml} mcg/mL reaches the tip.",
    "emergency": "Emergency: {what} of {drug}.",
    "emergency_end": "No longer an emergency: {what} of {drug}.",
    "distress": "Distress: {what} of {drug}.",
    "distress_end": "No longer in distress: {what} of {drug}.",
    "fault_start": "Fault begins: {what}.",
    "diversion": "Diversion: {drawn_ml} mL are taken out of the reservoir, unseen.",
    "motor_stall": "Motor stall (critical): the pump senses that its rotor does not turn.",
    "slip": "The line is stretched by {stored_ml} mL; what is held back now stays in the reservoir.",
    "run_dry": "Flow ends: the last {true_ml} mL cannot be pumped; the pump counts {believed_ml} mL.",
    "no_flow": "Flow out of the reservoir stops.",
    "flow": "Flow out of the reservoir begins.",
    "low_alarm": "Low-reservoir alarm: the pump counts {believed_ml} mL.",
    "empty_alarm": "Empty-reservoir alarm: the pump counts {believed_ml} mL.",
    "stopped_alarm": "Alarm: the pump has been stopped for {stopped_h} h.",
    "eri": "ERI, elective replacement indicator: the battery is low and the pump will stop in 90 days.",
    "reset_alarm": "Low-battery alarm: the pump has fallen back to its minimum rate.",
    "eos": "EOS, end of service: the battery is spent and the pump stops.",
}

# what the person suffers: no device tells of it
HARM: Final = frozenset({"emergency", "emergency_end", "distress", "distress_end"})

# how a pump with electronics sounds: two tones and nothing between; source: makers' patient pages on alarms
ALARM: Final[dict[str, Literal["critical", "non-critical"]]] = {
    "low_alarm": "non-critical",
    "eri": "non-critical",
    "empty_alarm": "critical",
    "stopped_alarm": "critical",
    "motor_stall": "critical",
    "reset_alarm": "critical",
    "eos": "critical",
}


Side = Literal["too_much", "too_little"]


@dataclass(frozen=True, slots=True)
class Emergency:
    """One spell of too much or too little of a drug, in hours from the start."""

    side: Side
    is_distress: bool  # unpleasant, seldom lethal
    start_h: float
    end_h: float | None  # None while it lasts

    @property
    def kind(self) -> Literal["distress", "emergency"]:
        """Kind of the happening with which it begins."""
        return "distress" if self.is_distress else "emergency"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that did occur, at hours from the start; its facts fill the sentence of its kind."""

    time_h: float
    kind: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def alarm(self) -> Literal["critical", "non-critical"] | None:
        """How the pump sounds; None where it does not."""
        return ALARM.get(self.kind)


def happen(time_h: float, kind: str, **facts: float | str) -> Happening:
    """A happening of a known kind, its sentence filled in; raises KeyError on an unknown kind.

    >>> happen(4320.0, "low_alarm", believed_ml=2.0).text
    'Low-reservoir alarm: the pump counts 2 mL.'
    """
    words = {name: trimmed(fact) if isinstance(fact, float) else fact for name, fact in facts.items()}
    return Happening(float(time_h), kind, SENTENCE[kind].format(**words), tuple(words.items()))


def trimmed(value: float) -> str:
    """A number for a sentence: at most three decimals, no trailing zero.

    >>> trimmed(2.0), trimmed(11.954), trimmed(-0.0001)
    ('2', '11.954', '0')
    """
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
