"""What a refill visit could not see: what was truly left and why, what truly went in, and what came of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from app import runs
from app.teaching.refill_visit.before import before, past
from app.teaching.refill_visit.hazards import tray
from app.teaching.refill_visit.outcome import scenario_after
from app.teaching.refill_visit.record import Visit
from sim import Happening, Result, findings
from sim.exact import TICK_PER_DAY

Verdict = Literal[
    "right", "lucky", "blind", "missed", "passed_over", "found", "false_alarm", "needless", "shut_passed", "shut_found"
]
# what tells of a cause, in the story of a run
CAUSES: Final = (
    "fault_start", "mri", "valve_shut", "valves_open", "diversion", "slip", "burst", "run_dry", "motor_stall",
    "reset_alarm", "eos", "no_access", "fault_end",
)  # fmt: skip
LATER_DAY: Final = 10.0  # by then the line holds what was filled, at all but the slowest flows


@dataclass(frozen=True, slots=True)
class Truth:
    """What the model knows of a visit."""

    verdict: Verdict | None  # on the decision
    more_ml: float  # truly left, less what the pump counted
    beyond_frac: float  # of all syringes, those that would find more than the limit
    causes: tuple[Happening, ...]  # of the run since the last refill
    acting: tuple[str, ...]  # kinds of the faults that act at the visit
    last_pocket_ml: float  # into the pocket at the last refill
    last_pocket_mcg: float
    actual_mcg_ml: float | None  # of the vial; None where nothing was filled
    programmed_mcg_ml: float
    pocket_ml: float
    pocket_mcg: float
    later_day: float  # when the line holds what was filled, and flow has not ended yet
    dose_ratio: float | None  # received at the tip over believed, over that day
    low_alarm_day: float | None
    dry_day: float | None  # of the end of flow


def truth(visit: Visit) -> Truth:
    """What really happened, before and after."""
    was, run = before(visit), runs.run(past(visit.scenario, visit.day))
    after = runs.run(scenario_after(visit))
    since = 24.0 * was.last.at_day
    causes = [
        happening for happening in run.happenings if since <= happening.time_h < visit.hour and happening.kind in CAUSES
    ]
    acting = run.truth(visit.hour).faults
    has_cause = bool(causes or acting or was.last.pocket_ml > 0.0)
    dry_day = _first_after(after, "run_dry", visit.day)
    later_day = visit.day + (LATER_DAY if dry_day is None else min(LATER_DAY, 0.5 * (dry_day - visit.day)))
    actual_mcg_ml = None if visit.vial is None or visit.in_ml is None else tray(visit)[visit.vial].mcg_ml
    return Truth(
        verdict=_verdict(visit, has_cause),
        more_ml=was.true_ml - was.believed_ml,
        beyond_frac=beyond_frac(was.true_ml - was.believed_ml, was.least_ml),
        causes=tuple(causes),
        acting=tuple(sorted(acting)),
        last_pocket_ml=was.last.pocket_ml,
        last_pocket_mcg=was.last.pocket_ml * was.last.actual_mcg_ml,
        actual_mcg_ml=actual_mcg_ml,
        programmed_mcg_ml=after.truth(visit.hour).programmed_mcg_ml,
        pocket_ml=visit.pocket_ml,
        pocket_mcg=visit.pocket_ml * (actual_mcg_ml or 0.0),
        later_day=later_day,
        dose_ratio=_dose_ratio(after, later_day),
        low_alarm_day=_first_after(after, "low_alarm", visit.day),
        dry_day=dry_day,
    )


def beyond_frac(more_ml: float, limit_ml: float) -> float:
    """Share of syringes that find a difference beyond a limit, for a true difference.

    >>> round(beyond_frac(0.0, 1.0), 6), beyond_frac(1.0, 1.0) > 0.49, round(beyond_frac(-1.4, 1.0), 3)
    (1e-06, True, 0.977)
    """
    width = findings.SYRINGE_SIGMA_ML * math.sqrt(2.0)
    return 0.5 * math.erfc((limit_ml - more_ml) / width) + 0.5 * math.erfc((limit_ml + more_ml) / width)


def _verdict(visit: Visit, has_cause: bool) -> Verdict | None:
    """The decision beside what the model knows: whether anything was wrong, whatever the syringe found."""
    if visit.decision is None:
        return None
    was = before(visit)
    if was.is_shut:
        return "shut_passed" if visit.decision == "as_expected" else "shut_found"
    looked_sound = was.residual.outcome == "nothing"
    if visit.decision != "as_expected":
        return "found" if has_cause else "needless" if looked_sound else "false_alarm"
    if not has_cause:
        return "right" if looked_sound else "lucky"
    if not looked_sound:
        return "passed_over"
    return "blind" if abs(was.true_ml - was.believed_ml) <= was.least_ml else "missed"


def _dose_ratio(run: Result, day: float) -> float | None:
    """Received over believed, over one day."""
    start = round(min(day, run.duration_h / 24.0 - 1.0) * TICK_PER_DAY)
    tip_mcg, pump_mcg = (
        float(run.signals[name].area_to(start + TICK_PER_DAY) - run.signals[name].area_to(start))
        for name in ("tip_mcg_h", "believed_mcg_h")
    )
    return tip_mcg / pump_mcg if pump_mcg > 0.0 else None


def _first_after(run: Result, kind: str, day: float) -> float | None:
    return min(
        (
            happening.time_h / 24.0
            for happening in run.happenings
            if happening.kind == kind and happening.time_h > 24.0 * day
        ),
        default=None,
    )
