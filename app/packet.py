"""A result as the moments that the stage draws: plain numbers, no more than the picture needs."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.memo import AT_ONCE_H
from app.stage import encode
from sim import Result, Scenario, catalogue
from sim.body import CANAL_CM, level_cm
from sim.scenario import Migration

N_FRAME: Final = 251
RULER: Final = ("C1", "T1", "T6", "T12", "L3", "S1")
MOST_HAPPENINGS: Final = 60
# what the picture shows anyway, or what happens at every moment of a schedule
UNTOLD: Final = ("bolus",)


def build(
    scenario: Scenario, result: Result, peak_mcg_ml: float, csf_peak_mcg_ml: float, focus_day: float | None = None
) -> bytes:
    """The packet of a run; the two peaks fix the colour scales, focus_day is the moment worth seeing."""
    shelf = catalogue()
    pump, catheter = shelf.pumps[scenario.pump], shelf.catheters[scenario.catheter]
    frame = frames(result)
    hour = result.time_h[frame]
    plugs = result.plugs_at(hour)
    told = [one for one in result.happenings if one.kind not in UNTOLD][:MOST_HAPPENINGS]
    is_filled = any(order.filled() for order in scenario.orders)
    header = {
        "duration_day": result.duration_h / 24.0,
        "capacity_ml": pump.capacity_ml,
        "alarm_ml": pump.alarm_ml if is_filled else 0.0,
        "unpumpable_ml": pump.unpumpable_ml,
        "path_ml": pump.path_ml,
        "catheter_ml": catheter.length_cm * catheter.volume_ml_cm,
        "peak_mcg_ml": peak_mcg_ml,
        "csf_peak_mcg_ml": csf_peak_mcg_ml,
        "tip_cm": level_cm(scenario.tip_level),
        "canal_cm": CANAL_CM,
        "levels": [[level, level_cm(level)] for level in RULER],
        "drug": shelf.drugs[scenario.drug].title,
        "leak_ml": [position for position, _ in result.leaks],
        "focus_day": focus_day,
        "happenings": [[one.time_h / 24.0, one.text] for one in told],
        "mechanism": pump.mechanism,
        "is_filled": is_filled,
    }
    lost = [24.0 * flow.at(hour) for _, flow in result.leaks]
    arrays = {
        "day": hour / 24.0,
        "believed_ml": result.reservoir_believed_ml[frame],
        "true_ml": result.reservoir_true_ml[frame],
        "believed_mcg_day": 24.0 * result.believed_mcg_h[frame],
        "tip_mcg_day": 24.0 * result.tip_mcg_h[frame],
        "tip_ml_day": 24.0 * result.tip_ml_h[frame],
        "leak_ml_day": np.array(lost).reshape(len(lost), len(frame)),
        "plug_start": np.concatenate([[0], np.cumsum([len(one) for one in plugs])]),
        "plug_ml": np.array([volume for one in plugs for volume, _ in one]),
        "plug_mcg_ml": np.array([mcg_ml for one in plugs for _, mcg_ml in one]),
        "csf_mcg_ml": result.csf_mcg_ml[frame],
        "blocked_frac": result.signals["blocked_frac"].at(hour),
        "rotor_ml_day": 24.0 * result.signals["rotor_ml_h"].at(hour),
        "reservoir_mcg_ml": result.signals["reservoir_mcg_ml"].at(hour),
    }
    if scenario.second_catheter is not None:
        header["second_tip_cm"] = level_cm(scenario.second_tip_level)
        arrays["second_ml_day"] = 24.0 * result.signals["second_ml_h"].at(hour)
    if any(isinstance(fault, Migration) for fault in scenario.faults):
        arrays["tip_cm"] = np.array([_tip_cm(result, one) for one in hour])
    return encode(header, arrays)


def frames(result: Result) -> np.ndarray:
    """Places of the moments in the result's times: even ones, and none inside a push that is over at once.

    The end stays where it is, and in a run too short for its pushes to be brief so does every moment.
    """
    hour = np.linspace(0.0, result.duration_h, N_FRAME)
    edge = result.signals["tip_mcg_h"].edge_tick / 3.6e9
    is_brief = np.diff(edge) <= AT_ONCE_H
    is_brief[-1] = False
    while result.duration_h > N_FRAME * AT_ONCE_H:
        place = np.clip(np.searchsorted(edge, hour + 1e-9, side="right") - 1, 0, len(is_brief) - 1)
        inside = is_brief[place] & (hour < result.duration_h)
        if not inside.any():
            break
        hour = np.where(inside, edge[place + 1], hour)
    return np.clip(np.searchsorted(result.time_h, hour - 1e-9), 0, len(result.time_h) - 1)


def _tip_cm(result: Result, time_h: float) -> float:
    """Where the tip lies; not a number outside the canal."""
    standing = result.standing(time_h)
    return level_cm(standing.tip_level) if standing.tip_space == "intrathecal" else np.nan
