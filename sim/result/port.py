"""What a draw at the access port brings: it reads the way from the port to the CSF, not the pump."""

from __future__ import annotations

from typing import Final, Literal

from sim.result.finding import Finding, chance
from sim.result.ground_truth import GroundTruth
from sim.result.result import Result

Drawn = Literal["free", "slow", "other fluid", "dry", "out of reach"]
DRY_FRAC: Final = 17 / 70  # draws that were impossible, repub.eur.nl/pub/126152; assumed to hold for working catheters
SUCTION_KPA: Final = 50.0  # assumed: what a syringe draws with
SLOW_ML_H, DRY_ML_H = 60.0, 1.0  # assumed: slower than 1 mL a minute is slow; 1 mL an hour is nothing
OWN_FRAC: Final = 0.5  # assumed: with less CSF than this in it, a draw is slow and cloudy


def drawn_at_port(truth: GroundTruth, time_h: float, seed: int | None) -> Drawn:
    """What comes when one draws: a free draw turns out dry in 24 % where a seed is given."""
    if truth.is_shut:
        return "out of reach"
    draw_ml_h = SUCTION_KPA / truth.narrow_kpa_h_ml if truth.narrow_kpa_h_ml > 0.0 else SLOW_ML_H
    if truth.blocked_frac == 1.0 or draw_ml_h < DRY_ML_H:
        return "dry"
    csf_frac = truth.drawn_csf_frac * truth.csf_frac
    if csf_frac == 0.0:
        return "other fluid"
    if truth.blocked_frac > 0.0 or draw_ml_h < SLOW_ML_H or csf_frac < OWN_FRAC:
        return "slow"
    is_dry = seed is not None and chance(seed, "cap_aspiration", time_h).random() < DRY_FRAC
    return "dry" if is_dry else "free"


def cap_aspiration(result: Result, time_h: float, seed: int | None = None) -> Finding:
    """CSF free, slow, other fluid, or dry; in 24 % of working catheters a draw is dry all the same."""
    drawn = drawn_at_port(result.truth(time_h), time_h, seed)
    if drawn == "out of reach":
        return Finding("cap_aspiration", "cannot", "No needle finds the catheter access port.")
    if drawn == "dry":
        return Finding("cap_aspiration", "shows", "CAP aspiration brings nothing.")
    if drawn == "other fluid":
        return Finding("cap_aspiration", "shows", "CAP aspiration brings a little fluid, and it is not CSF.")
    if drawn == "slow":
        return Finding("cap_aspiration", "partly", "CAP aspiration brings CSF slowly.")
    return Finding("cap_aspiration", "nothing", "CAP aspiration brings CSF freely.")
