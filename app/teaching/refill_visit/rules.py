"""What fulfils a line of the checklist: each rule looks at the acts of a visit, not at what is said of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal

from app.teaching.refill_visit.before import before, trend, weight
from app.teaching.refill_visit.hazards import tray
from app.teaching.refill_visit.outcome import FIVEFOLD, changes
from app.teaching.refill_visit.record import Visit
from app.teaching.refill_visit.signs import signs_before

GUESS_ML: Final = 1.0  # assumed: so near an expected volume must be worked out
SAME_ML: Final = 0.05  # two volumes are the same where a syringe cannot tell them apart
TREND_SIGMAS: Final = 3.0  # assumed: beyond the noise of the mean of all draws

Deed = Literal[
    "person_asked", "baseline_checked", "interrogated", "log_read", "battery_read", "programmed_compared",
    "expected_noted", "palpated", "difference_judged", "access_respected", "labels_read", "vial_programmed",
    "volume_programmed", "needle_tested", "portions", "needle_right", "bridge_ordered", "change_small",
    "no_blind_rise", "checked_again", "booked_in_time", "observed", "plan_written", "ticked", "left_out",
]  # fmt: skip
Rule = Callable[[Visit], bool | None]


def _is_same(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-6)


def _compares_strength(visit: Visit) -> bool | None:
    was = before(visit)
    if not was.pump.is_programmable:
        return None
    return visit.agrees == _is_same(was.programmed_mcg_ml, was.last.actual_mcg_ml)


def _notes_expected(visit: Visit) -> bool:
    return visit.guess_ml is not None and abs(visit.guess_ml - before(visit).believed_ml) <= GUESS_ML


def _judges_difference(visit: Visit) -> bool | None:
    """By volume and by trend; a trend, or signs of the person, are reasons to look although no draw shows anything."""
    how_much = weight(visit)
    if how_much is None:
        return None
    if how_much == "resolve":
        return visit.decision in ("look", "stop")
    if before(visit).residual.outcome != "nothing":
        return visit.decision == "look"
    return visit.decision == "as_expected" or (visit.decision == "look" and _is_odd(visit))


def _is_odd(visit: Visit) -> bool:
    """Whether a look has a reason that the learner could see, beside the limit."""
    mean = trend(visit)
    has_trend = mean is not None and abs(mean[0]) > TREND_SIGMAS * mean[1]
    has_signs = visit.has("baseline_checked") and any(sign.grade for sign in signs_before(visit))
    return weight(visit) == "watch" or has_trend or has_signs


def _respects_access(visit: Visit) -> bool | None:
    return visit.decision != "as_expected" if before(visit).is_shut else None


def is_filled(visit: Visit) -> bool:
    """Whether anything was injected at the visit."""
    return visit.in_ml is not None and visit.vial is not None


def _programs_vial(visit: Visit) -> bool | None:
    if not is_filled(visit) or visit.programme is None:
        return None
    return _is_same(tray(visit)[visit.vial or 0].mcg_ml, visit.programme.programmed_mcg_ml)


def _programs_volume(visit: Visit) -> bool | None:
    """What went in less what was seen to go into the pocket; nobody can know of drug that went there unseen."""
    if not is_filled(visit) or visit.programme is None:
        return None
    in_ml = visit.in_ml or 0.0
    programmed_ml = in_ml if visit.programme.programmed_ml is None else visit.programme.programmed_ml
    noticed_ml = visit.pocket_ml if visit.has("portions") else 0.0
    return abs(programmed_ml - (in_ml - noticed_ml)) <= SAME_ML


def _palpates(visit: Visit) -> bool:
    """Felt before the needle; where that leaves doubt, only with an image."""
    return visit.has("palpated") and (visit.has("imaged") or not before(visit).is_shut)


def _orders_bridge(visit: Visit) -> bool | None:
    """A new strength needs a bridge from the old one in the line; the same strength needs no bridge."""
    was, programme = before(visit), visit.programme
    if not is_filled(visit) or programme is None or not was.pump.is_programmable:
        return None
    bridge = programme.bridge_from_mcg_ml
    if _is_same(tray(visit)[visit.vial or 0].mcg_ml, was.last.actual_mcg_ml):
        return None if bridge is None else False
    return bridge is not None and _is_same(bridge, was.last.actual_mcg_ml)


def _dose_ratio(visit: Visit) -> float | None:
    if visit.programme is None:
        return None
    return next(change.ratio for change in changes(visit) if change.name == "dose")


def _change_small(visit: Visit) -> bool | None:
    ratio = _dose_ratio(visit)
    return None if ratio is None else 1.0 / FIVEFOLD < ratio < FIVEFOLD


def _no_blind_rise(visit: Visit) -> bool | None:
    ratio = _dose_ratio(visit)
    if before(visit).residual.outcome == "nothing" or ratio is None:
        return None
    return ratio <= 1.0 + 1e-6


def _checks_again(visit: Visit) -> bool | None:
    return visit.has("checked_again") if visit.is_confirmed and before(visit).pump.is_programmable else None


def _books_in_time(visit: Visit) -> bool | None:
    if visit.decision == "stop":
        due = before(visit).due_day
    else:
        due = next(change.after for change in changes(visit) if change.name == "due")
    return None if due is None or visit.next_day is None else visit.next_day <= max(due, visit.day)


def _has_electronics(visit: Visit) -> bool:
    return before(visit).pump.is_programmable


def _always(visit: Visit) -> bool:
    return True


def _is_treated(visit: Visit) -> bool:
    return visit.decision != "stop"


def _did(deed: str, has_occasion: Callable[[Visit], bool] = _always) -> Rule:
    return lambda visit: visit.has(deed) if has_occasion(visit) else None


RULES: Final[Mapping[Deed, Rule]] = MappingProxyType(
    {
        "person_asked": _did("person_asked"),
        "baseline_checked": _did("baseline_checked"),
        "interrogated": _did("interrogated", _has_electronics),
        "log_read": _did("log_read", _has_electronics),
        "battery_read": _did("battery_read", _has_electronics),
        "programmed_compared": _compares_strength,
        "expected_noted": _notes_expected,
        "palpated": _palpates,
        "difference_judged": _judges_difference,
        "access_respected": _respects_access,
        "labels_read": _did("labels_read", is_filled),
        "vial_programmed": _programs_vial,
        "volume_programmed": _programs_volume,
        "needle_tested": _did("tested", is_filled),
        "portions": _did("portions", is_filled),
        "needle_right": lambda visit: visit.pocket_ml == 0.0 if is_filled(visit) else None,
        "bridge_ordered": _orders_bridge,
        "change_small": _change_small,
        "no_blind_rise": _no_blind_rise,
        "checked_again": _checks_again,
        "booked_in_time": _books_in_time,
        "observed": _did("observed", _is_treated),
        "plan_written": _did("plan_written"),
    }
)
