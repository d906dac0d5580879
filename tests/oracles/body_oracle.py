"""Canal, body and baclofen effect by a step-by-step integrator, never by an exponential.

The equations are written once as plain flows between neighbours; the integrator is restarted at every change
of the input. Amounts in mcg, volumes in mL, concentrations in mcg/mL, rates in mcg/h or per h.
"""

from itertools import pairwise

import numpy as np
from scipy.integrate import solve_ivp

CELLS = 25
SPINAL_ML = 97.0
SPINAL_CM = 62.5
CISTERN_ML = 30.0
CRANIAL_ML = 120.0
PRODUCTION_ML_H = 21.0
SPINAL_SHARE = 0.25
HEAD_MIXING_ML_H = 60.0
TISSUE_PER_H = 0.7

CELL_CM = SPINAL_CM / CELLS
CELL_ML = SPINAL_ML / CELLS
AREA_CM2 = SPINAL_ML / SPINAL_CM

PROFILE_CM = (6.0, 25.75, 46.0)
MIXING_CM2_H = {
    "low": (10.0, 10.0, 5.0),
    "default": (500.0, 250.0, 50.0),
    "high": (1200.0, 600.0, 150.0),
}

# drug: (loss from spinal CSF per h, plasma clearance mL/h, plasma volume mL)
DRUGS = {
    "baclofen": (0.24, 14000.0, 60000.0),
    "morphine": (0.20, 100000.0, 240000.0),
    "hydromorphone": (0.25, 100000.0, 240000.0),
    "fentanyl": (1.0, 50000.0, 300000.0),
    "bupivacaine": (1.0, 35000.0, 73000.0),
    "clonidine": (0.35, 13000.0, 170000.0),
    "ziconotide": (0.11, 16200.0, 30500.0),
    "tracer": (0.0, 7200.0, 15600.0),
}

# region: (levels, top cm, bottom cm), each level an equal share
REGIONS = {"C": (7, 0.0, 12.0), "T": (12, 12.0, 39.5), "L": (5, 39.5, 57.0), "S": (2, 57.0, 62.5)}

EFFECT_PER_H = np.log(2.0) / 3.0
EFFECT_POWER = 3.0
EFFECT_EC50_MCG_ML = 0.15
ADAPTATION_PER_H = np.log(2.0) / 72.0

CISTERN, CRANIAL, TISSUE, PLASMA, CLEARED = range(CELLS, CELLS + 5)
BODY_STATES = CELLS + 5
SITE, ADAPTED, TOLERANCE = range(BODY_STATES, BODY_STATES + 3)


def run(drug, tip_level, dose, leak, times_h, mixing="default", start=None):
    """Amounts (mcg) in canal and body at the times asked.

    dose: [(start_h, mcg_h)] at the tip, holds until the next start, 0 before the first; leak: the same, into
    the tissue depot. start: None for an empty body, or a dict as `steady` returns it.
    Returns a dict: cells (m, 25) rostral first, cistern, cranial, tissue, plasma, cleared (m,).
    """
    network = rates_per_h(drug, mixing)
    tip = level_weights(tip_level)

    def slope(state, dose_mcg_h, leak_mcg_h):
        change = network @ state
        change[:CELLS] += tip * dose_mcg_h
        change[TISSUE] += leak_mcg_h
        return change

    first = np.zeros(BODY_STATES) if start is None else _packed(start)
    scale = np.full(BODY_STATES, _amount_scale(dose, leak, first))
    states = _integrated(slope, lambda state: network, first, dose, leak, times_h, scale)
    return _unpacked(states)


def steady(drug, tip_level, dose_mcg_h, mixing="default"):
    """Amounts (mcg) at steady state of a constant dose at the tip, nothing leaking; cleared counts from 0.

    >>> state = steady("baclofen", "L2", 12.5)
    >>> round(1e6 * float(state["plasma"]) / 60000.0)  # pg/mL = dose / clearance
    893
    """
    filled = [index for index in range(BODY_STATES) if index != CLEARED]
    entering = np.zeros(BODY_STATES)
    entering[:CELLS] = level_weights(tip_level) * dose_mcg_h
    amounts = np.zeros(BODY_STATES)
    amounts[filled] = np.linalg.solve(rates_per_h(drug, mixing)[np.ix_(filled, filled)], -entering[filled])
    return _unpacked(amounts)


def run_effect(tip_level, dose, times_h, start="empty", mixing="default", tolerance=None):
    """Baclofen from tip to spasticity effect, adaptation and withdrawal at the times asked.

    dose: [(start_h, mcg_h)] at the tip. start: 'empty', or 'steady' at the first dose listed (effect site and
    adaptation too, tolerance 0). tolerance: None, or (multiplier, half_life_h) of the EC50 shift.
    Returns a dict of (m,) arrays: effect, site_mcg_ml (L1-S2 mean), effect_site_mcg_ml, adapted, occupancy,
    withdrawal = max(0, adapted - occupancy), tolerance, and the body amounts of `run`.
    """
    network = rates_per_h("baclofen", mixing)
    tip = level_weights(tip_level)
    band = band_weights("L1", "S2") / CELL_ML
    multiplier, tolerance_per_h = (0.0, 0.0) if tolerance is None else (tolerance[0], np.log(2.0) / tolerance[1])

    def slope(state, dose_mcg_h, leak_mcg_h):
        change = np.zeros(BODY_STATES + 3)
        change[:BODY_STATES] = network @ state[:BODY_STATES]
        change[:CELLS] += tip * dose_mcg_h
        occupancy = state[SITE] / (state[SITE] + EFFECT_EC50_MCG_ML)
        change[SITE] = EFFECT_PER_H * (band @ state[:CELLS] - state[SITE])
        change[ADAPTED] = ADAPTATION_PER_H * (occupancy - state[ADAPTED])
        change[TOLERANCE] = tolerance_per_h * (occupancy - state[TOLERANCE])
        return change

    def slopes_of_slope(state):
        table = np.zeros((BODY_STATES + 3, BODY_STATES + 3))
        table[:BODY_STATES, :BODY_STATES] = network
        table[SITE, :CELLS] = EFFECT_PER_H * band
        table[SITE, SITE] = -EFFECT_PER_H
        steepness = EFFECT_EC50_MCG_ML / (state[SITE] + EFFECT_EC50_MCG_ML) ** 2
        table[ADAPTED, SITE] = ADAPTATION_PER_H * steepness
        table[ADAPTED, ADAPTED] = -ADAPTATION_PER_H
        table[TOLERANCE, SITE] = tolerance_per_h * steepness
        table[TOLERANCE, TOLERANCE] = -tolerance_per_h
        return table

    first = np.zeros(BODY_STATES + 3)
    if start == "steady":
        first[:BODY_STATES] = _packed(steady("baclofen", tip_level, dose[0][1], mixing))
        first[SITE] = band @ first[:CELLS]
        first[ADAPTED] = first[SITE] / (first[SITE] + EFFECT_EC50_MCG_ML)
    elif start != "empty":
        raise ValueError("start is 'empty' or 'steady'")

    scale = np.full(BODY_STATES + 3, _amount_scale(dose, [], first[:BODY_STATES]))
    scale[SITE:] = EFFECT_EC50_MCG_ML, 1.0, 1.0
    states = _integrated(slope, slopes_of_slope, first, dose, [], times_h, scale)

    site = states[:, SITE]
    occupancy = site / (site + EFFECT_EC50_MCG_ML)
    half = EFFECT_EC50_MCG_ML * (1.0 + multiplier * states[:, TOLERANCE])
    above = np.maximum(site, 0.0) ** EFFECT_POWER
    answer = _unpacked(states[:, :BODY_STATES])
    answer["site_mcg_ml"] = states[:, :CELLS] @ band
    answer["effect_site_mcg_ml"] = site
    answer["effect"] = above / (half**EFFECT_POWER + above)
    answer["adapted"] = states[:, ADAPTED]
    answer["occupancy"] = occupancy
    answer["withdrawal"] = np.maximum(0.0, states[:, ADAPTED] - occupancy)
    answer["tolerance"] = states[:, TOLERANCE]
    return answer


def level_mcg_ml(cells, level):
    """Concentration (mcg/mL) at the middle of a level, for cells of shape (25,) or (m, 25)."""
    return np.asarray(cells) @ level_weights(level) / CELL_ML


def band_mcg_ml(cells, top_level, bottom_level):
    """Mean concentration (mcg/mL) of the CSF from the top of one level to the bottom of another."""
    return np.asarray(cells) @ band_weights(top_level, bottom_level) / CELL_ML


def level_span_cm(level):
    """Top and bottom (cm below the foramen magnum) of a level.

    >>> level_span_cm("L2")
    (43.0, 46.5)
    """
    levels, top_cm, bottom_cm = REGIONS[level[0]]
    number = int(level[1:])
    if not 1 <= number <= levels:
        raise ValueError(f"no level {level}")
    height_cm = (bottom_cm - top_cm) / levels
    return top_cm + (number - 1) * height_cm, top_cm + number * height_cm


def level_weights(level):
    """Share (25,) of each cell: linear between the two nearest cell centres, all in the end cell beyond them.

    >>> level_weights("L2")[16:20].round(6).tolist()
    [0.0, 0.6, 0.4, 0.0]
    """
    top_cm, bottom_cm = level_span_cm(level)
    middle_cm = (top_cm + bottom_cm) / 2.0
    weights = np.zeros(CELLS)
    for cell in range(CELLS):
        distance_cm = abs((cell + 0.5) * CELL_CM - middle_cm)
        weights[cell] = max(0.0, 1.0 - distance_cm / CELL_CM)
    return weights / weights.sum()


def band_weights(top_level, bottom_level):
    """Share (25,) of a band's CSF volume that lies in each cell."""
    top_cm, bottom_cm = level_span_cm(top_level)[0], level_span_cm(bottom_level)[1]
    weights = np.zeros(CELLS)
    for cell in range(CELLS):
        overlap_cm = min(bottom_cm, (cell + 1) * CELL_CM) - max(top_cm, cell * CELL_CM)
        weights[cell] = max(0.0, overlap_cm)
    return weights / weights.sum()


def dispersion_cm2_h(depth_cm, mixing="default"):
    """Dispersion at a depth: straight in its logarithm between the three points, constant outside.

    >>> round(float(dispersion_cm2_h(15.875)), 3)  # half way from 500 to 250
    353.553
    """
    return np.exp(np.interp(depth_cm, PROFILE_CM, np.log(MIXING_CM2_H[mixing])))


def rates_per_h(drug, mixing="default"):
    """Rate table (30, 30) in per h, row = to, column = from; every column sums to 0."""
    loss_per_h, clearance_ml_h, plasma_ml = DRUGS[drug]
    volumes_ml = np.array([CELL_ML] * CELLS + [CISTERN_ML, CRANIAL_ML])
    table = np.zeros((BODY_STATES, BODY_STATES))

    def carry(source, target, ml_h):
        table[target, source] += ml_h / volumes_ml[source]
        table[source, source] -= ml_h / volumes_ml[source]

    spinal_ml_h = SPINAL_SHARE * PRODUCTION_ML_H
    cranial_ml_h = PRODUCTION_ML_H - spinal_ml_h
    for cell in range(CELLS):
        above = CISTERN if cell == 0 else cell - 1
        exchange_ml_h = AREA_CM2 * dispersion_cm2_h(cell * CELL_CM, mixing) / CELL_CM
        # to and fro across the upper face, then what flows down through it
        carry(above, cell, exchange_ml_h)
        carry(cell, above, exchange_ml_h)
        carry(above, cell, spinal_ml_h * (1.0 - cell / CELLS))
        # absorbed with CSF, and lost as drug
        carry(cell, PLASMA, spinal_ml_h / CELLS)
        carry(cell, PLASMA, loss_per_h * CELL_ML)
    carry(CISTERN, CRANIAL, HEAD_MIXING_ML_H)
    carry(CRANIAL, CISTERN, HEAD_MIXING_ML_H)
    carry(CISTERN, CRANIAL, cranial_ml_h)
    carry(CRANIAL, PLASMA, cranial_ml_h)

    table[PLASMA, TISSUE] += TISSUE_PER_H
    table[TISSUE, TISSUE] -= TISSUE_PER_H
    table[CLEARED, PLASMA] += clearance_ml_h / plasma_ml
    table[PLASMA, PLASMA] -= clearance_ml_h / plasma_ml
    return table


def _value_at(now_h, steps):
    """Value of a list of (start, value) steps on the interval that starts now; 0 before the first."""
    value = 0.0
    for start_h, step in sorted(steps):
        if start_h <= now_h:
            value = step
    return value


def _amount_scale(dose, leak, first):
    """A typical amount (mcg) to measure errors against."""
    given = max([abs(value) for _, value in [*dose, *leak]], default=0.0)
    return max(given, float(np.abs(first).max()), 1e-6)


def _integrated(slope, jacobian, first, dose, leak, times_h, scale):
    """States (m, n) at times_h, integrated from 0 and restarted at every edge of dose and leak."""
    asked_h = np.asarray(times_h, dtype=float)
    if asked_h.size and asked_h.min() < 0.0:
        raise ValueError("the body starts at time 0")
    end_h = float(asked_h.max(initial=0.0))
    edges_h = sorted({0.0, end_h, *(float(start_h) for start_h, _ in [*dose, *leak] if 0.0 < start_h < end_h)})
    seen = {0.0: first}
    state = first
    for begin_h, until_h in pairwise(edges_h):
        inside_h = np.unique(np.append(asked_h[(asked_h > begin_h) & (asked_h < until_h)], until_h))
        dose_mcg_h, leak_mcg_h = _value_at(begin_h, dose), _value_at(begin_h, leak)
        solution = solve_ivp(
            lambda _, x, dose=dose_mcg_h, leak=leak_mcg_h: slope(x, dose, leak),
            (begin_h, until_h),
            state,
            method="LSODA",
            t_eval=inside_h,
            jac=lambda _, x: jacobian(x),
            rtol=1e-10,
            atol=1e-15 * scale,
        )
        if not solution.success:
            raise ArithmeticError(solution.message)
        seen.update(zip(inside_h.tolist(), solution.y.T, strict=True))
        state = solution.y[:, -1]
    return np.array([seen[time_h] for time_h in asked_h.tolist()]).reshape(len(asked_h), len(first))


def _unpacked(states):
    """Named amounts from states of shape (n,) or (m, n)."""
    return {
        "cells": states[..., :CELLS],
        "cistern": states[..., CISTERN],
        "cranial": states[..., CRANIAL],
        "tissue": states[..., TISSUE],
        "plasma": states[..., PLASMA],
        "cleared": states[..., CLEARED],
    }


def _packed(named):
    """One state vector (n,) from named amounts."""
    rest = [named[name] for name in ("cistern", "cranial", "tissue", "plasma", "cleared")]
    return np.concatenate([named["cells"], rest]).astype(float)
