"""Too much and too little of a drug by a step-by-step integrator: sites, folds that fade, adaptation, spells.

The body is that of `body_oracle`; a state is added for each site, one for what is left of the folds, one for
adaptation. Nothing is followed on panels, and no signal is a cubic. Levels in mcg/mL, times in h.
"""

from itertools import pairwise

import numpy as np
from scipy.integrate import solve_ivp

from tests.oracles import body_oracle as body

FADING_PER_H = np.log(2.0) / (14.0 * 24.0)
ADAPTING_PER_H = np.log(2.0) / 72.0

# place, half-life (h), level of half harm (mcg/mL) or times the accustomed level, folds of tablets and pump
SITES = {
    "baclofen": [("band", 3.0, None, 3.0, 1.0, 1.0)],
    "morphine": [("cistern", 3.0, 0.23, None, 4.3, 50.0), ("plasma", 4.4, 0.0091, None, 4.3, 4.3)],
}
POWER = {"baclofen": 2.0, "morphine": 1.0}
# benefit: band, half-life (h), level of half effect (mcg/mL; never treated), reference dose (mcg/h)
BENEFIT = {
    "baclofen": (("L1", "S2"), 3.0, 0.15, 300.0 / 24.0),
    "morphine": (("T6", "T12"), 1.0, 0.12, 5000.0 / 24.0),
}


def run(drug, tip_level, dose, boluses, times_h, history, accustomed_mcg_h, start="empty"):
    """Harm at the times asked: dict of excess, ratio (drive over the accustomed one), left, withdrawal (m,).

    dose: [(start_h, mcg_h)] at the tip; boluses: [(hour, mcg)] at the tip at once, seen from their hour on.
    history: naive, tablets or pump; start: empty, or steady at the accustomed dose.
    """
    _, relief_half_life_h, half, reference_mcg_h = BENEFIT[drug]
    usual = {name: accustomed_mcg_h * level for name, level in _levels(drug, tip_level).items()}
    sites = SITES[drug]
    places = [place for place, *_ in sites]
    halves = np.array([ratio * usual[place] if level is None else level for place, _, level, ratio, *_ in sites])
    folds = np.array([{"naive": 1.0, "tablets": site[4], "pump": site[5]}[history] for site in sites])
    if drug != "baclofen":
        # by pump, the fold makes the reference dose at T12 half of the effect
        reference = reference_mcg_h * _levels(drug, "T12")["band"]
        half = {"naive": half, "tablets": 4.3 * half, "pump": reference}[history]
    has_folds = drug != "baclofen" and history != "naive"
    rows = np.array([_row(drug, place) for place in ["band", *places]])
    rates = np.log(2.0) / np.array([relief_half_life_h, *(site[1] for site in sites)])
    network, tip = body.rates_per_h(drug), body.level_weights(tip_level)
    n, k = body.BODY_STATES, len(rows)
    left, adapted = n + k, n + k + 1

    def slope(_, state, mcg_h):
        change = np.zeros(n + k + 2)
        change[:n] = network @ state[:n]
        change[: body.CELLS] += tip * mcg_h
        change[n : n + k] = rates * (rows @ state[:n] - state[n : n + k])
        change[left] = FADING_PER_H * (min(1.0, state[n + 1] / usual[places[0]]) - state[left]) if has_folds else 0.0
        change[adapted] = ADAPTING_PER_H * (state[n] / (state[n] + half) - state[adapted])
        return change

    first = np.zeros(n + k + 2)
    first[left] = 1.0
    if start == "steady":
        first[:n] = body._packed(body.steady(drug, tip_level, accustomed_mcg_h))
        first[n : n + k] = rows @ first[:n]
        first[adapted] = first[n] / (first[n] + half)

    asked = np.asarray(times_h, dtype=float)
    edges = sorted({0.0, asked.max(), *(hour for hour, _ in [*dose, *boluses] if hour < asked.max())})
    rows_of_states, state = {}, first
    for begin, end in pairwise(edges):
        for hour, mcg in boluses:
            if hour == begin:
                state = state.copy()
                state[: body.CELLS] += tip * mcg
        mcg_h = [0.0, *(value for hour, value in sorted(dose) if hour <= begin)][-1]
        inside = asked[(asked >= begin) & (asked < end)]
        solved = solve_ivp(
            slope, (begin, end), state, method="LSODA", t_eval=np.unique(np.append(inside, end)), args=(mcg_h,),
            rtol=1e-10, atol=1e-14 * max(1.0, float(np.abs(first).max()), mcg_h, *(mcg for _, mcg in boluses)),
        )  # fmt: skip
        assert solved.success
        rows_of_states.update(zip(solved.t.tolist(), solved.y.T, strict=True))
        state = solved.y[:, -1]
    states = np.array([rows_of_states[hour] for hour in asked.tolist()])

    def drive(levels, remaining):
        return (levels / (halves * (1.0 + (folds - 1.0) * remaining))).sum(axis=-1)

    level = states[:, n + 1 : n + k]
    now = drive(level, states[:, [left]])
    accustomed = drive(np.array([usual[place] for place in places]), 1.0)
    held = states[:, n] / (states[:, n] + half)
    return {
        "excess": now ** POWER[drug] / (1.0 + now ** POWER[drug]),
        "ratio": now / accustomed,
        "left": states[:, left],
        "withdrawal": np.maximum(states[:, adapted] - held, 0.0),
    }


def spells(times_h, index, ratio, begins, ends):
    """[(from, to or None)]: one look at a time, from the first on; begins and ends take index and ratio."""
    found, since = [], None
    for hour, one, other in zip(times_h, index, ratio, strict=True):
        if since is None and begins(one, other):
            since = hour
        elif since is not None and ends(one, other):
            found.append((since, hour))
            since = None
    return found if since is None else [*found, (since, None)]


def _row(drug, place):
    """Weights (30,) that turn amounts into the level at a place."""
    row = np.zeros(body.BODY_STATES)
    if place == "band":
        row[: body.CELLS] = body.band_weights(*BENEFIT[drug][0]) / body.CELL_ML
    elif place == "cistern":
        row[body.CISTERN] = 1.0 / body.CISTERN_ML
    else:
        row[body.PLASMA] = 1.0 / body.DRUGS[drug][2]
    return row


def _levels(drug, tip_level):
    """Steady level at each place for 1 mcg/h."""
    state = body._packed(body.steady(drug, tip_level, 1.0))
    return {place: float(_row(drug, place) @ state) for place in ("band", "cistern", "plasma")}
