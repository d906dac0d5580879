"""What pictures show: radiograph, rotor study, dye with CT, radionuclide through the pump."""

from __future__ import annotations

from typing import Final

from sim.result.finding import Finding, chance, is_read_as_seen
from sim.result.ground_truth import GroundTruth
from sim.result.port import drawn_at_port
from sim.result.result import Result

DYE_SENSITIVITY, DYE_SPECIFICITY = 17 / 21, 27 / 29  # CT myelogram through the port, repub.eur.nl/pub/126152
TRACER_SENSITIVITY, TRACER_SPECIFICITY = 20 / 21, 14 / 15  # In-111 SPECT-CT, doi 10.1111/ner.13275
DYE_SEEN_FRAC: Final = 0.2  # assumed: share of dye that must go astray to be seen
TRACER_SEEN_FRAC: Final = 0.05  # assumed: tracer gathers for days where it leaves the line
ARRIVING_FRAC: Final = 0.75  # assumed: less tracer than this is seen as less
NO_WAY_IN: Final = "no needle finds the way into the pump"


def radiograph(result: Result, time_h: float, seed: int | None = None) -> Finding:
    """Gap, bend, place of the tip, side of the septum; no error rate is published, so it errs in none.

    A film does not tell the spaces apart: a tip beside the CSF at its planned level looks well.
    """
    truth = result.truth(time_h)
    seen = []
    if any(opening.lost_frac == 1.0 for opening in truth.openings):
        seen.append("a gap in the catheter")
    if truth.is_bent:
        seen.append("a sharp bend of the catheter")
    if truth.tip_space == "tissue":
        seen.append("the tip outside the canal")
    elif truth.tip_level != truth.planned_level:
        seen.append(f"the tip at {truth.tip_level} where {truth.planned_level} was planned")
    if truth.is_shut:
        seen.append("the pump with its septum away from the skin")
    if seen:
        return Finding("radiograph", "shows", f"The radiograph shows {', and '.join(seen)}.")
    return Finding("radiograph", "nothing", "The radiograph shows pump and catheter where they were planned.")


def rotor_study(result: Result, time_h: float, seed: int | None = None) -> Finding:
    """Whether the rotor turns while a small bolus is programmed; it does so dry, slipping or too fast as well."""
    truth = result.truth(time_h)
    if not truth.has_rotor:
        return Finding("rotor_study", "cannot", "The pump has no rotor to be seen.")
    if truth.can_turn:
        return Finding("rotor_study", "nothing", "The rotor turns.")
    return Finding("rotor_study", "shows", "The rotor stands still.")


def dye_ct(result: Result, time_h: float, seed: int | None = None) -> Finding:
    """Where dye goes that is pushed in at the access port, and the tip on CT.

    Dye follows a draw: where nothing can be drawn it is not given. With a seed it errs as published.
    """
    truth = result.truth(time_h)
    drawn = drawn_at_port(truth, time_h, seed)
    if drawn == "out of reach":
        return Finding("dye_ct", "cannot", f"No dye is given: {NO_WAY_IN}.")
    if drawn == "dry":
        return Finding("dye_ct", "cannot", "No dye is given: nothing could be drawn before.")
    astray = _dye_astray(truth)
    rng = None if seed is None else chance(seed, "dye_ct", time_h)
    if is_read_as_seen(astray != "", DYE_SENSITIVITY, DYE_SPECIFICITY, rng):
        return Finding("dye_ct", "shows", astray or _leaves_early("Dye"))
    return Finding("dye_ct", "nothing", "Dye leaves at the tip and spreads in the CSF.")


def _dye_astray(truth: GroundTruth) -> str:
    if truth.hand_leak_frac >= DYE_SEEN_FRAC:
        return _leaves_early("Dye")
    if truth.tip_space != "intrathecal":
        return f"Dye spreads in the wrong space: {truth.tip_space}."
    if truth.mass_frac >= DYE_SEEN_FRAC:
        return "Dye pools around the tip, where a mass lies."
    if truth.csf_frac <= 1.0 - DYE_SEEN_FRAC:
        return "Dye spreads beside the CSF at the tip."
    if truth.csf_lost_frac >= DYE_SEEN_FRAC:
        return "Dye tracks back along the catheter at its entry."
    if truth.tip_level != truth.planned_level:
        return f"Dye enters the CSF at {truth.tip_level} where {truth.planned_level} was planned."
    return ""


def _leaves_early(what: str) -> str:
    return f"{what} leaves the catheter before its tip."


def radionuclide(result: Result, time_h: float, seed: int | None = None) -> Finding:
    """Where tracer (In-111) goes that the pump carries at its own flow, as things are at that hour.

    It shows a leak of 5 % of the tracer, a wrong space, or less than 75 % of it in the CSF; with a seed it
    errs as published. It cannot be given to a pump that is empty, stopped or out of reach.
    """
    truth, test = result.truth(time_h), "radionuclide"
    command_ml_h = float(result.signals["command_ml_h"].at(time_h))
    if truth.is_shut:
        return Finding(test, "cannot", f"No tracer is given: {NO_WAY_IN}.")
    if command_ml_h == 0.0:
        return Finding(test, "cannot", "No tracer is given: the pump is not programmed to run.")
    if truth.is_empty:
        return Finding(test, "cannot", "No tracer is given: the reservoir is found empty.")
    astray = _tracer_astray(truth, command_ml_h)
    rng = None if seed is None else chance(seed, test, time_h)
    if is_read_as_seen(astray != "", TRACER_SENSITIVITY, TRACER_SPECIFICITY, rng):
        return Finding(test, "shows", astray or _leaves_early("Tracer"))
    return Finding(test, "nothing", "Tracer passes the pump and the catheter and spreads in the CSF.")


def _tracer_astray(truth: GroundTruth, command_ml_h: float) -> str:
    pushed_frac = truth.pushed_frac(command_ml_h)
    if pushed_frac == 0.0:
        return "Tracer stays in the pump."
    goes = truth.split(pushed_frac * command_ml_h)
    if goes.leaked_frac >= TRACER_SEEN_FRAC:
        return _leaves_early("Tracer")
    if goes.held_frac >= 1.0 - ARRIVING_FRAC:
        return "Tracer stops short of the tip."
    if truth.tip_space != "intrathecal":
        return f"Tracer spreads in the wrong space: {truth.tip_space}."
    arriving_frac = pushed_frac * goes.tip_frac * truth.csf_frac * (1.0 - truth.csf_lost_frac)
    return "Less tracer reaches the CSF than the pump should carry." if arriving_frac < ARRIVING_FRAC else ""
