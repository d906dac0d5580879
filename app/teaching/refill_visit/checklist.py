"""The checklist of a refill visit: its file, and what of it a learner's acts have fulfilled."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal

import tomli_w
from pydantic import Field

from app.teaching.refill_visit.before import before, trend
from app.teaching.refill_visit.hazards import tray
from app.teaching.refill_visit.outcome import FIVEFOLD, changes
from app.teaching.refill_visit.record import Visit
from sim import TEACHING_ONLY, ScenarioError
from sim.scenario import REQUIRED, Record, check, literal, plain, quantity

FILE: Final = Path(__file__).parents[2] / "data" / "checklist.toml"
GUESS_ML: Final = 1.0  # assumed: so near an expected volume must be worked out
SAME_FRAC: Final = 1e-9
TREND_SIGMAS: Final = 3.0  # assumed: beyond the noise of the mean of all draws

Deed = Literal[
    "person_asked", "log_read", "programmed_compared", "expected_noted", "difference_judged", "access_respected",
    "labels_read", "vial_programmed", "needle_tested", "portions", "needle_right", "bridge_ordered", "change_small",
    "no_blind_rise", "checked_again", "booked_in_time",
]  # fmt: skip


class Item(Record):
    """One line: what to do, why it matters, and which act in the visit fulfils it."""

    id: str = Field(title="Name", max_length=40, pattern=r"^[a-z0-9][a-z0-9-]*$")
    text: str = Field(title="What to do", min_length=1, max_length=200)
    why: str = Field(title="Why it matters", max_length=300)
    deed: Deed = Field(title="Act in the visit that fulfils it")
    counts: bool = Field(default=True, title="Counts for the score")
    source: str = Field(title="Source", max_length=200)


class Checklist(Record):
    """All lines, and the share of them that passes."""

    version: Literal[1] = Field(title="Version of the format")
    pass_frac: float = quantity(REQUIRED, 0.05, 1.0, "Share of the lines that passes")
    items: Annotated[tuple[Item, ...], Field(strict=False, min_length=1, max_length=40, title="Lines")]
    sources: Annotated[dict[str, Annotated[str, Field(max_length=200)]], Field(title="Sources")] = Field(
        default_factory=dict
    )


def read_checklist(data: bytes | str) -> Checklist:
    """TOML or JSON text as a checklist; raises ScenarioError, one sentence per problem.

    >>> read_checklist("version = 1\\npass_frac = 90\\nitems = []")
    Traceback (most recent call last):
    sim.refusal.ScenarioError: pass_frac = 90 is outside 0.05 to 1.0; a share runs from 0 to 1, not to 100
    items: 0 entries, where at least 1 are needed
    """
    checklist = check(Checklist, plain(data))
    names: set[str] = set()
    problems = []
    for i, item in enumerate(checklist.items):
        if item.id in names:
            problems.append(f"items[{i}].id = {literal(item.id)} is given twice")
        names.add(item.id)
    if not any(item.counts for item in checklist.items):
        problems.append("items: none counts for the score; let at least one have counts = true")
    if problems:
        raise ScenarioError(problems)
    return checklist


def write_checklist(checklist: Checklist) -> str:
    """The checklist as TOML text; reading it gives the same checklist back."""
    return f"# {TEACHING_ONLY}\n" + tomli_w.dumps(checklist.model_dump())


@cache
def packaged_checklist() -> Checklist:
    """The checklist that the page starts with."""
    return read_checklist(FILE.read_bytes())


@dataclass(frozen=True, slots=True)
class Score:
    """How much of a checklist was done."""

    rows: tuple[tuple[Item, bool | None], ...]  # None where the visit gave no occasion
    n_met: int
    n_asked: int
    is_passed: bool

    @property
    def frac(self) -> float:
        """Share of the lines that counted."""
        return self.n_met / self.n_asked if self.n_asked else 0.0

    @property
    def omissions(self) -> tuple[Item, ...]:
        """Lines that count and were not done."""
        return tuple(item for item, is_met in self.rows if item.counts and is_met is False)


def score(checklist: Checklist, visit: Visit) -> Score:
    """What the learner did, line by line; a line without an occasion counts neither way."""
    rows = tuple((item, RULES[item.deed](visit)) for item in checklist.items)
    due = [is_met for item, is_met in rows if item.counts and is_met is not None]
    n_met = sum(due)
    return Score(rows, n_met, len(due), bool(due) and n_met >= checklist.pass_frac * len(due) - SAME_FRAC)


# ---------------------------------------------------------------- what fulfils a line


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
    """By what could be seen; a clear trend is a reason to look although no single draw shows anything."""
    outcome, mean = before(visit).residual.outcome, trend(visit)
    if outcome == "cannot":
        return None
    if outcome == "nothing":
        is_trend = mean is not None and abs(mean[0]) > TREND_SIGMAS * mean[1]
        return visit.decision == "as_expected" or (is_trend and visit.decision == "look")
    return visit.decision == "look" or (outcome == "shows" and visit.decision == "stop")


def _respects_access(visit: Visit) -> bool | None:
    return visit.decision != "as_expected" if before(visit).is_shut else None


def _is_filled(visit: Visit) -> bool:
    return visit.in_ml is not None and visit.vial is not None


def _programs_vial(visit: Visit) -> bool | None:
    if not _is_filled(visit) or visit.programme is None:
        return None
    return _is_same(tray(visit)[visit.vial or 0].mcg_ml, visit.programme.programmed_mcg_ml)


def _orders_bridge(visit: Visit) -> bool | None:
    """A new strength needs a bridge from the old one in the line; the same strength needs no bridge."""
    was, programme = before(visit), visit.programme
    if not _is_filled(visit) or programme is None or not was.pump.is_programmable:
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


def _did(deed: str, needs_fill: bool = False) -> Callable[[Visit], bool | None]:
    return lambda visit: visit.has(deed) if _is_filled(visit) or not needs_fill else None


RULES: Final[Mapping[Deed, Callable[[Visit], bool | None]]] = MappingProxyType(
    {
        "person_asked": _did("person_asked"),
        "log_read": lambda visit: visit.has("log_read") if before(visit).pump.is_programmable else None,
        "programmed_compared": _compares_strength,
        "expected_noted": _notes_expected,
        "difference_judged": _judges_difference,
        "access_respected": _respects_access,
        "labels_read": _did("labels_read", needs_fill=True),
        "vial_programmed": _programs_vial,
        "needle_tested": _did("tested", needs_fill=True),
        "portions": _did("portions", needs_fill=True),
        "needle_right": lambda visit: visit.pocket_ml == 0.0 if _is_filled(visit) else None,
        "bridge_ordered": _orders_bridge,
        "change_small": _change_small,
        "no_blind_rise": _no_blind_rise,
        "checked_again": _checks_again,
        "booked_in_time": _books_in_time,
    }
)
