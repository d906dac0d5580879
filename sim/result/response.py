"""How the person responds to a single bolus: given by the pump, and given past it by a lumbar needle."""

from __future__ import annotations

import math
from typing import Final

from sim.result.finding import Finding, Outcome, chance
from sim.result.result import Result

BOLUS_ML: Final = 0.05  # assumed: a small single bolus
BOLUS_ML_H: Final = 0.5  # assumed: within the range of every programmable pump
USUAL, FAINT, STRONG = 0.75, 0.1, 2.0  # assumed: share of the usual response
RESPONSE_SIGMA: Final = 0.1  # assumed: how well a response is judged; no error rate is published


def pump_bolus(result: Result, time_h: float, seed: int | None = None) -> Finding:
    """Response to a small programmed bolus; value: share of the usual response.

    The bolus pushes out what stands in the catheter before its tip, at its own flow: a hole loses less of
    it than of the slow basal flow, a tear its share, a block lets nothing pass.
    """
    truth, test = result.truth(time_h), "pump_bolus"
    if not truth.has_log:
        return Finding(test, "cannot", "The pump takes no orders.")
    if truth.programmed_mcg_ml == 0.0 or result.effect_course is None:
        return Finding(test, "cannot", "The drug has no modelled effect to respond to.")
    pushed_frac = truth.pushed_frac(BOLUS_ML_H)
    tip_frac = truth.split(pushed_frac * BOLUS_ML_H).tip_frac if pushed_frac > 0.0 else 0.0
    volume_ml = BOLUS_ML * pushed_frac * tip_frac
    into_csf = truth.csf_frac * (1.0 - truth.csf_lost_frac)
    share = last_mcg(result.plugs_at(time_h)[0], volume_ml) * into_csf / (BOLUS_ML * truth.programmed_mcg_ml)
    response = share / (truth.ec50_factor * truth.habit_factor)
    return _judgement(test, "a bolus given by the pump", response, time_h, seed)


def lumbar_bolus(result: Result, time_h: float, seed: int | None = None) -> Finding:
    """Response to a bolus by a lumbar needle, past all of the device; value: share of the usual response.

    It is reduced where the disease has changed or the body has become tolerant.
    """
    truth = result.truth(time_h)
    if result.effect_course is None:
        return Finding("lumbar_bolus", "cannot", "The drug has no modelled effect to respond to.")
    response = 1.0 / (truth.ec50_factor * truth.habit_factor)
    return _judgement("lumbar_bolus", "a bolus given by lumbar needle", response, time_h, seed)


def last_mcg(plugs: list[tuple[float, float]], volume_ml: float) -> float:
    """Drug in the last part of the line, by plugs (mL, mcg/mL) from the pump to the tip.

    >>> last_mcg([(0.3, 2000.0), (0.02, 0.0), (0.08, 500.0)], 0.2)
    240.0
    """
    left, mcg = volume_ml, 0.0
    for plug_ml, mcg_ml in reversed(plugs):
        part = min(plug_ml, left)
        mcg, left = mcg + part * mcg_ml, left - part
    return mcg


def _judgement(test: str, what: str, response: float, time_h: float, seed: int | None) -> Finding:
    if seed is not None:
        response *= math.exp(RESPONSE_SIGMA * float(chance(seed, test, time_h).standard_normal()))
    outcome: Outcome = "shows" if response < FAINT else "nothing" if USUAL <= response <= STRONG else "partly"
    word = "is absent" if response < FAINT else "is weak" if response < USUAL else "is strong"
    verdict = "is as usual" if outcome == "nothing" else word
    return Finding(test, outcome, f"The response to {what} {verdict}.", response, "")
