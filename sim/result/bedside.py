"""What the pump tells, what a syringe finds, what the person notes: tests at the bedside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.exact.steps import TICK_PER_DAY, Array, to_tick
from sim.happening import Happening, trimmed
from sim.result.finding import Finding, Outcome, chance
from sim.result.result import Result

ALARMS: Final = (
    "low_alarm", "empty_alarm", "stopped_alarm", "motor_stall", "eri", "reset_alarm", "eos",
)  # fmt: skip
SHORT_NAME: Final = {"eri": "ERI", "eos": "EOS"}  # as clinicians write them
# all that a pump itself can write down: its orders and what it senses of its own mechanism
LOGGED: Final = (
    *ALARMS, "restart", "programmed", "reprogrammed", "alarm_level", "priming_bolus", "bridge_bolus",
    "bridge_bolus_done", "bolus", "refused_bolus", "capped_bolus",
)  # fmt: skip
BAND_FRAC: Final = 0.15  # accuracy of the pump; ECRI hrcalerts032614: 14.5 %, doi 10.1016/j.neurom.2022.10.052: 0.15
SMALL_ML: Final = 20.0  # pocket-fill letter, FDA 2011: more than 1 mL of 20 mL, or 2 mL of 40 mL, is to be explained
SYRINGE_SIGMA_ML: Final = 0.2  # assumed: one standard deviation
EMPTY_SLACK_ML: Final = 0.05  # assumed: what a syringe cannot tell from the volume that cannot be pumped
SCORE_SIGMA: Final = 1.0  # assumed: points of 10, from day to day
N_LATE, N_WEEK = 3, 7  # assumed: the last days are compared with the best earlier week
CLEAR_DROP, SLIGHT_DROP = 3.0, 1.5  # assumed: points of 10


@dataclass(frozen=True, slots=True)
class Readout:
    """What the pump shows: its own orders and counts, nothing of what became of them."""

    dose_mcg_day: float  # programmed at this hour, as the pump believes it
    programmed_mcg_ml: float
    believed_ml: float
    log: tuple[Happening, ...]  # so far, by time


def readout(result: Result, time_h: float) -> Readout | None:
    """What an interrogation reads at a time; None where the pump has no electronics.

    Raises ValueError at times outside the run, as every test does.
    """
    truth = result.truth(time_h)
    if not truth.has_log:
        return None
    now, tick = result.at(time_h), int(to_tick(time_h))
    log = tuple(
        happening for happening in result.happenings if happening.kind in LOGGED and to_tick(happening.time_h) <= tick
    )
    return Readout(
        24.0 * float(now.believed_mcg_h[0]), truth.programmed_mcg_ml, float(now.reservoir_believed_ml[0]), log
    )


def interrogation(result: Result, time_h: float, seed: int | None = None) -> Finding:
    """Programmed dose, programmed concentration, counted volume and alarms; value: the programmed dose.

    An alarm since the last refill shows; older ones do in part. It reads without error.
    """
    read = readout(result, time_h)
    if read is None:
        return Finding("interrogation", "cannot", "The pump has no electronics: there is nothing to ask and no log.")
    since = _last_fill_tick(result, int(to_tick(time_h)))
    alarms = [happening for happening in read.log if happening.kind in ALARMS]
    is_new = any(to_tick(happening.time_h) >= since for happening in alarms)
    outcome: Outcome = "shows" if is_new else "partly" if alarms else "nothing"
    text = (
        f"The pump counts {trimmed(read.believed_ml)} mL and is programmed to {trimmed(read.dose_mcg_day)} mcg/day"
        f" at {trimmed(read.programmed_mcg_ml)} mcg/mL; {_alarm_words(alarms)}."
    )
    return Finding("interrogation", outcome, text, read.dose_mcg_day, "mcg/day")


def _alarm_words(alarms: list[Happening]) -> str:
    if not alarms:
        return "no alarm stands in its log"
    entries = (f"{alarm.kind.replace('_', ' ')} on day {trimmed(alarm.time_h / 24.0)}" for alarm in alarms)
    return f"its log holds {', '.join(entries)}"


def residual(result: Result, time_h: float, seed: int | None = None) -> Finding:
    """Volume found in the reservoir less the volume expected; value: the difference in mL.

    It shows beyond both 1 mL (reservoirs up to 20 mL) or 2 mL and 15 % of the volume programmed since the
    last refill, in part beyond the first alone; or where no more is found than what cannot be pumped.
    Taken just before anything is done at that time; a seed adds the noise of a syringe.
    """
    truth, before = result.truth(time_h), result.before(time_h)
    if truth.is_shut:
        return Finding("residual", "cannot", "No needle finds the septum, so nothing can be measured.")
    found_ml = float(before.reservoir_true_ml[0])
    if seed is not None:
        found_ml = max(found_ml + SYRINGE_SIGMA_ML * float(chance(seed, "residual", time_h).standard_normal()), 0.0)
    expected = float(before.reservoir_believed_ml[0])
    more = found_ml - expected
    least, band = residual_limits_ml(result, time_h)
    text = f"The syringe finds {trimmed(found_ml)} mL where {trimmed(expected)} mL are expected"
    if found_ml <= truth.unpumpable_ml + EMPTY_SLACK_ML:
        return Finding("residual", "shows", f"{text}, no more than what cannot be pumped.", more, "mL")
    if abs(more) <= least:
        return Finding("residual", "nothing", f"{text}, within {trimmed(least)} mL.", more, "mL")
    if abs(more) <= band:
        text = f"{text}, but 15 % of what was programmed would be {trimmed(band)} mL."
        return Finding("residual", "partly", text, more, "mL")
    return Finding("residual", "shows", f"{text}, beyond what the pump's accuracy explains.", more, "mL")


def residual_limits_ml(result: Result, time_h: float) -> tuple[float, float]:
    """Difference to be explained, and 15 % of the volume programmed since the last refill before a time; mL."""
    truth, tick = result.truth(time_h), int(to_tick(time_h))
    command = result.signals["command_ml_h"]
    programmed = float(command.area_to(tick) - command.area_to(_last_fill_tick(result, tick - 1)))
    return 1.0 if truth.capacity_ml <= SMALL_ML else 2.0, BAND_FRAC * programmed


def _last_fill_tick(result: Result, tick: int) -> int:
    fills = [int(to_tick(happening.time_h)) for happening in result.happenings if happening.kind == "refill"]
    return max((fill for fill in fills if fill <= tick), default=0)


def daily_scores(result: Result, time_h: float, seed: int | None = None) -> Array | None:
    """Relief from 0 to 10 on each whole day so far (n,): 10 x the day's mean effect; None for a tracer.

    With a seed each score is noted in whole points, with noise that belongs to its day. Illustrative.
    """
    result.truth(time_h)
    if result.effect_course is None:
        return None
    hour, index = result.effect_course
    n_day = int(to_tick(time_h)) // TICK_PER_DAY
    edge = 24.0 * np.arange(n_day + 1)
    # the area under the index, whose points are joined by lines, up to the end of each day
    at = np.union1d(hour, edge)
    level = np.interp(at, hour, index)
    area = np.concatenate([[0.0], np.cumsum(np.diff(at) * (level[1:] + level[:-1]) / 2.0)])
    scores = 10.0 * np.diff(area[np.searchsorted(at, edge)]) / 24.0
    if seed is None:
        return scores
    noise = [SCORE_SIGMA * float(chance(seed, "diary", 24.0 * day).standard_normal()) for day in range(n_day)]
    return np.clip(np.rint(scores + noise), 0.0, 10.0)


def late_and_best(scores: Array) -> tuple[float, float] | None:
    """Mean relief of the last three days, and of the best week before them; None if there are fewer than ten days.

    >>> late_and_best(np.array([2.0] * 5 + [9.0] * 7 + [4.0, 4.0, 1.0]))
    (3.0, 9.0)
    """
    if len(scores) < N_LATE + N_WEEK:
        return None
    weeks = np.convolve(scores[:-N_LATE], np.full(N_WEEK, 1.0 / N_WEEK), "valid")
    return float(scores[-N_LATE:].mean()), float(weeks.max())


def diary(result: Result, time_h: float, seed: int | None = None) -> Finding:
    """Mean relief of the last three days beside the best week before them; value: that mean, 0 to 10.

    It shows from 3 points less on, in part from 1.5 on; the best week of a noisy diary flatters it.
    """
    scores = daily_scores(result, time_h, seed)
    if scores is None:
        return Finding("diary", "cannot", "The drug has no modelled effect to note.")
    relief = late_and_best(scores)
    if relief is None:
        return Finding("diary", "cannot", f"The diary holds {len(scores)} days, too few to compare.")
    late, best = relief
    outcome: Outcome = "shows" if best - late >= CLEAR_DROP else "partly" if best - late >= SLIGHT_DROP else "nothing"
    text = f"Relief was {trimmed(late)} of 10 on the last {N_LATE} days and {trimmed(best)} in the best week before."
    return Finding("diary", outcome, text, late, "of 10")
