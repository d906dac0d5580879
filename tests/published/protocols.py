"""The published protocols, run on the model: one figure per row of the table.

LPB is a hand bolus by lumbar puncture, spread at once over 5 cm to either side; PI is an infusion by pump into
the two cell centres nearest to the tip. A concentration at a level is read between the two nearest cell centres.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim import catalogue
from sim.body.canal import CELLS, Canal, Routes, network
from sim.body.drug import Drug, EffectSite
from sim.body.effect import follow_effect, hill, steady_opening
from sim.body.entry import TipPlace, enter, hand_bolus
from sim.body.level import N_CELL, level_cm, point_weights
from sim.body.person import steady_amounts
from sim.exact import Response, Steps, respond
from sim.exact.network import follow
from sim.exact.steps import TICK_PER_H, to_tick

CANAL = Canal()
CELL_ML = CANAL.spinal_ml / N_CELL
MINUTE_H = 1.0 / 60.0
FIGURES: dict[str, Callable[[], float]] = {}


def figure(row: str) -> Callable[[Callable[[], float]], Callable[[], float]]:
    """Enter a protocol under the row it answers."""

    def entered(run: Callable[[], float]) -> Callable[[], float]:
        FIGURES[row] = run
        return run

    return entered


def drug(name: str) -> Drug:
    return catalogue().drugs[name]


def at(held: Response, place_cm: float) -> np.ndarray:
    """Concentration (m,), mcg/mL, at a place in the canal."""
    return held.amount[:, :N_CELL] @ point_weights(place_cm) / CELL_ML


def bolus(name: str, level: str, mcg: float, time_h: np.ndarray) -> Response:
    """LPB."""
    return respond(network(drug(name), CANAL), jumps=hand_bolus(0.0, mcg, level), time_h=time_h)


def infusion(name: str, level: str, mcg_h: float, until_h: float, time_h: np.ndarray) -> Response:
    """PI from hour 0 on."""
    inputs, _, _ = enter(Steps.from_hours([0.0, until_h], [mcg_h]), [(0, TipPlace(level))])
    return respond(network(drug(name), CANAL), inputs, time_h=time_h)


def held(name: str, level: str, mcg_day: float = 24.0) -> dict[str, float]:
    """PI for ever: mcg/mL at the levels, in the cistern, and in plasma."""
    amount = steady_amounts(drug(name), CANAL, level, mcg_day / 24.0)
    cells = np.array([amount[cell] for cell in CELLS]) / CELL_ML
    found = {where: float(point_weights(level_cm(where)) @ cells) for where in ("T2", "T12", "L3", "L4")}
    found["5 cm up"] = float(point_weights(level_cm(level) - 5.0) @ cells)
    return found | {"cistern": amount["cistern"] / CANAL.cistern_ml, "plasma": amount["plasma"] / drug(name).plasma_ml}


def half_life_h(time_h: np.ndarray, mcg_ml: np.ndarray, start_h: float, end_h: float) -> float:
    """Half-life of the straight line through the logarithms in a window."""
    window = (time_h >= start_h) & (time_h <= end_h)
    return float(-np.log(2.0) / np.polyfit(time_h[window], np.log(mcg_ml[window]), 1)[0])


def bolus_half_life_h(name: str, level: str, mcg: float, start_h: float, end_h: float) -> float:
    time_h = np.arange(0.0, end_h + MINUTE_H, MINUTE_H)
    return half_life_h(time_h, at(bolus(name, level, mcg, time_h), level_cm(level)), start_h, end_h)


def first(time_h: np.ndarray, is_so: np.ndarray) -> float:
    return float(time_h[np.argmax(is_so)])


def last(time_h: np.ndarray, is_so: np.ndarray) -> float:
    return float(time_h[len(is_so) - 1 - np.argmax(is_so[::-1])])


# ------------------------------------------------------------------ tracer


@figure("D1")
def tracer_gradient() -> float:
    seen = infusion("tracer", "L2", 1.0, 100.0, np.array([72.0]))
    return float(at(seen, level_cm("T2"))[0] / at(seen, level_cm("T12"))[0])


@figure("D2")
def tracer_reaches_the_head_h() -> float:
    time_h = np.arange(0.0, 12.0, MINUTE_H)
    seen = bolus("tracer", "L4", 1.0, time_h)
    return first(time_h, seen.of("cistern") + seen.of("cranial") >= 0.01)


# ------------------------------------------------------------------ baclofen


@figure("D3")
def baclofen_lumbar_to_cistern() -> float:
    level = held("baclofen-like", "L2")
    return level["L4"] / level["cistern"]


@figure("D4")
def baclofen_clearance_ml_h() -> float:
    return 1.0 / held("baclofen-like", "L2", 24.0)["L4"]


@figure("D5")
def baclofen_half_life_h() -> float:
    return bolus_half_life_h("baclofen-like", "L3", 50.0, 0.5, 4.0)


@figure("D6")
def baclofen_plasma_ng_ml() -> float:
    return 1000.0 * held("baclofen-like", "L2", 600.0)["plasma"]


@figure("D7")
def oral_over_intrathecal() -> float:
    swallowed = {"gut": Steps.from_hours([0.0, 500.0], [60_000.0 / 24.0])}
    seen = respond(network(drug("baclofen-like"), CANAL, Routes(is_oral=True)), swallowed, time_h=[500.0])
    return float(seen.of("plasma")[0]) / drug("baclofen-like").plasma_ml / held("baclofen-like", "L2", 600.0)["plasma"]


# ------------------------------------------------------------------ morphine


def _morphine_ng_ml(mcg: float, time_h: np.ndarray) -> np.ndarray:
    return 1000.0 * at(bolus("morphine-like", "L3", mcg, time_h), level_cm("L3"))


@figure("D8")
def morphine_at_1_h_ng_ml() -> float:
    return float(_morphine_ng_ml(250.0, np.array([1.0]))[0])


@figure("D9")
def morphine_linearity() -> float:
    return float(_morphine_ng_ml(500.0, np.array([1.0]))[0]) / morphine_at_1_h_ng_ml()


@figure("D10")
def morphine_late_half_life_h() -> float:
    return bolus_half_life_h("morphine-like", "L3", 250.0, 4.0, 12.0)


@figure("D11")
def morphine_half_life_from_half_an_hour_h() -> float:
    return bolus_half_life_h("morphine-like", "L3", 250.0, 0.5, 6.0)


@figure("D12")
def morphine_half_life_from_a_quarter_hour_h() -> float:
    return bolus_half_life_h("morphine-like", "L3", 300.0, 0.25, 6.0)


@figure("D13")
def morphine_early_ng_ml() -> float:
    return float(_morphine_ng_ml(300.0, np.arange(5.0, 10.5, 0.5) * MINUTE_H).mean())


@figure("D14")
def morphine_clearance_ml_h() -> float:
    return 1.0 / held("morphine-like", "L3", 24.0)["L3"]


def _morphine_to_cistern(tip: str) -> float:
    level = held("morphine-like", tip)
    return level["L3"] / level["cistern"]


@figure("D15")
def morphine_to_cistern_from_l2() -> float:
    return _morphine_to_cistern("L2")


@figure("D16")
def morphine_to_cistern_from_t10() -> float:
    return _morphine_to_cistern("T10")


@figure("D17")
def morphine_to_plasma() -> float:
    level = held("morphine-like", "L2")
    return level["L3"] / level["plasma"]


@figure("D18")
def morphine_peak_above_min() -> float:
    time_h = np.arange(0.0, 4.0, MINUTE_H)
    return 60.0 * float(time_h[np.argmax(at(bolus("morphine-like", "L4", 50.0, time_h), level_cm("L4") - 7.5))])


def _morphine_to_fentanyl(minutes: float) -> float:
    time_h, place_cm = np.array([minutes / 60.0]), level_cm("L4") - 7.5
    one, other = (at(bolus(name, "L4", 50.0, time_h), place_cm) for name in ("morphine-like", "fentanyl-like"))
    return float(one[0] / other[0])


@figure("D19a")
def morphine_to_fentanyl_early() -> float:
    return _morphine_to_fentanyl(36.0)


@figure("D19b")
def morphine_to_fentanyl_late() -> float:
    return _morphine_to_fentanyl(103.0)


# ------------------------------------------------------------------ ziconotide


def _ziconotide(time_h: np.ndarray) -> np.ndarray:
    return 1000.0 * at(infusion("ziconotide-like", "L3", 10.0, 1.0, time_h), level_cm("L3") - 5.0)


@figure("D20")
def ziconotide_area_ng_h_ml() -> float:
    # the whole area under a linear response to 10 mcg is the level that 10 mcg/h hold
    return 1000.0 * held("ziconotide-like", "L3", 240.0)["5 cm up"]


@figure("D21")
def ziconotide_peak_ng_ml() -> float:
    return float(_ziconotide(np.arange(0.0, 6.0, MINUTE_H)).max())


@figure("D22")
def ziconotide_half_life_h() -> float:
    time_h = np.arange(0.0, 24.5, MINUTE_H)
    return half_life_h(time_h, _ziconotide(time_h), 6.0, 24.0)


# ------------------------------------------------------------------ effects


def _after_bolus(name: str, level: str, mcg: float, site: EffectSite, hours: float) -> tuple[np.ndarray, np.ndarray]:
    """Hours and concentration at one of the drug's sites after LPB."""
    time_h = np.arange(0.0, hours, MINUTE_H)
    seen = respond(network(drug(name), CANAL), jumps=hand_bolus(0.0, mcg, level), time_h=time_h)
    return time_h, seen.followed[:, drug(name).sites().index(site)]


def _relief_after_bolus() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    curve = drug("baclofen-like").effect
    time_h, site = _after_bolus("baclofen-like", "L3", 50.0, drug("baclofen-like").effect_site, 24.0)
    return time_h, site, hill(site, curve.ec50_mcg_ml, curve.hill_gamma)


@figure("D23a")
def relief_from_h() -> float:
    time_h, _, effect = _relief_after_bolus()
    return first(time_h, effect > 0.2)


@figure("D23b")
def relief_peak_h() -> float:
    time_h, site, _ = _relief_after_bolus()
    return float(time_h[np.argmax(site)])


@figure("D23c")
def relief_until_h() -> float:
    time_h, _, effect = _relief_after_bolus()
    return last(time_h, effect > 0.5)


def _relief_by_pump(mcg_day: float, time_h: np.ndarray) -> np.ndarray:
    curve = drug("baclofen-like").effect
    seen = infusion("baclofen-like", "T12", mcg_day / 24.0, 1000.0, time_h)
    return hill(seen.followed[:, 0], curve.ec50_mcg_ml, curve.hill_gamma)


@figure("D24a")
def relief_by_pump_starts_h() -> float:
    time_h = np.arange(0.0, 400.0, 0.05)
    effect = _relief_by_pump(100.0, time_h)
    return first(time_h, effect >= 0.2 * effect[-1])


@figure("D24b")
def relief_by_pump_is_full_h() -> float:
    time_h = np.arange(0.0, 400.0, 0.05)
    effect = _relief_by_pump(100.0, time_h)
    return first(time_h, effect >= 0.95 * effect[-1])


@figure("D25a")
def ashworth_at_150() -> float:
    return 4.0 - 3.0 * float(_relief_by_pump(150.0, np.array([72.0]))[0])


@figure("D25b")
def ashworth_at_300() -> float:
    return 4.0 - 3.0 * float(_relief_by_pump(300.0, np.array([72.0]))[0])


@figure("D26")
def breathing_peak_h() -> float:
    time_h, site = _after_bolus("morphine-like", "L3", 300.0, drug("morphine-like").excess_sites[0], 48.0)
    return float(time_h[np.argmax(site)])


def _analgesia_until_h(mcg: float) -> float:
    # of a person who was never treated
    curve = drug("morphine-like").effect
    time_h, site = _after_bolus("morphine-like", "L3", mcg, drug("morphine-like").effect_site, 48.0)
    return last(time_h, hill(site, curve.ec50_mcg_ml, curve.hill_gamma) > 0.5)


@figure("D27a")
def analgesia_of_a_quarter_mg_until_h() -> float:
    return _analgesia_until_h(250.0)


@figure("D27b")
def analgesia_of_half_a_mg_until_h() -> float:
    return _analgesia_until_h(500.0)


@figure("D28")
def withdrawal_peak_h() -> float:
    one, end = drug("baclofen-like"), 300 * TICK_PER_H
    amounts = steady_amounts(one, CANAL, "T12", 300.0 / 24.0)
    sites, opening = steady_opening(one, CANAL, amounts)
    course = follow(network(one, CANAL), {}, (), amounts | sites, end)
    tick = to_tick(np.arange(0.0, 300.0, 0.05))
    seen = follow_effect(course, one, CANAL, opening, end).at(tick, course.at_tick(tick).followed)
    return 0.05 * float(np.argmax(seen.withdrawal))


def _tolerance(name: str, month: list[float]) -> np.ndarray:
    """EC50 over its own, with the site held far above it: then the dose for a fixed effect rises as much."""
    one = drug(name)
    day = 30.4375 * np.array(month)
    end = to_tick(24.0 * day.max() + 1.0)
    # a site that stays saturated from the start, 1e9 times above half effect
    amounts = steady_amounts(one, CANAL, "T12", 1e12)
    sites, opening = steady_opening(one, CANAL, amounts)
    inputs, _, _ = enter(Steps(np.array([0, end + 1]), np.array([1e12])), [(0, TipPlace("T12"))])
    course = follow(network(one, CANAL), inputs, (), amounts | sites, int(end))
    seen = follow_effect(course, one, CANAL, opening, int(end), tolerance="moderate")
    tick = to_tick(24.0 * day)
    return 1.0 + seen.rise_factor * seen.at(tick, course.at_tick(tick).followed).tolerance


@figure("D29")
def opioid_dose_creep() -> float:
    early, late = _tolerance("morphine-like", [3.0, 24.0])
    return float(late / early)


@figure("D30")
def baclofen_dose_creep() -> float:
    year_and_a_half, plateau = _tolerance("baclofen-like", [18.0, 600.0])
    return float((year_and_a_half - 1.0) / (plateau - 1.0))


@figure("D31")
def clonidine_half_life_h() -> float:
    return bolus_half_life_h("clonidine-like", "L3", 100.0, 0.5, 6.0)
