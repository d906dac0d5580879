"""The checklist of a refill visit: its file, and what of it a learner's acts have fulfilled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

import tomli_w
from pydantic import Field

from app.teaching.refill_visit.before import before
from app.teaching.refill_visit.record import DEPTHS, STEPS, Depth, Step, Visit
from app.teaching.refill_visit.rules import RULES, Deed, is_filled
from app.words.reader import language
from sim import TEACHING_ONLY, ScenarioError
from sim.scenario import REQUIRED, Record, check, literal, plain, quantity

FILE: Final = Path(__file__).parents[2] / "data" / "checklist.toml"
SAME_FRAC: Final = 1e-9


class Item(Record):
    """One line: what to do, why it matters, and which act in the visit fulfils it."""

    id: str = Field(title="Name", max_length=40, pattern=r"^[a-z0-9][a-z0-9-]*$")
    number: int | None = quantity(None, 1, 99, "Place in the order of a refill (none if empty)")
    stage: Step = Field(default="ask", title="Screen on which it is done")
    depth: Depth = Field(default="core", title="Shortest visit that asks for it")
    text: str = Field(title="What to do", min_length=1, max_length=200)
    text_de: str = Field(default="", title="What to do, in German (as in English if empty)", max_length=200)
    why: str = Field(title="Why it matters", max_length=300)
    why_de: str = Field(default="", title="Why it matters, in German (as in English if empty)", max_length=300)
    deed: Deed = Field(title="Act in the visit that fulfils it")
    counts: bool = Field(default=True, title="Counts for the score")
    source: str = Field(title="Source", max_length=200)

    @property
    def words(self) -> str:
        """What to do, in the language of the page."""
        return (self.text_de if language() == "de" else "") or self.text

    @property
    def reason(self) -> str:
        """Why it matters, in the language of the page."""
        return (self.why_de if language() == "de" else "") or self.why

    def is_asked_at(self, depth: Depth) -> bool:
        """Whether a visit of this depth asks for the line."""
        return DEPTHS.index(self.depth) <= DEPTHS.index(depth)


class Checklist(Record):
    """All lines, and the share of them that passes."""

    version: Literal[1] = Field(title="Version of the format")
    pass_frac: float = quantity(REQUIRED, 0.05, 1.0, "Share of the lines that passes")
    items: Annotated[tuple[Item, ...], Field(strict=False, min_length=1, max_length=80, title="Lines")]
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
    return f"# {TEACHING_ONLY}\n" + tomli_w.dumps(checklist.model_dump(exclude_none=True))


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
    """What the learner did, of the lines that this depth asks for; a line without an occasion counts neither way."""
    rows = tuple((item, is_met(item, visit)) for item in checklist.items if item.is_asked_at(visit.depth))
    due = [is_met for item, is_met in rows if item.counts and is_met is not None]
    n_met = sum(due)
    return Score(rows, n_met, len(due), bool(due) and n_met >= checklist.pass_frac * len(due) - SAME_FRAC)


def is_met(item: Item, visit: Visit) -> bool | None:
    """Whether a line is fulfilled; None where the visit gave no occasion for it."""
    if item.deed == "left_out":
        return not any(visit.has(mark(item, step)) for step in STEPS)
    if item.deed == "ticked":
        return visit.has(mark(item, item.stage)) if _has_occasion(item, visit) else None
    return RULES[item.deed](visit)


def mark(item: Item, step: Step) -> str:
    """The deed that stands for: this line was said to be done, at this step."""
    return f"{step}: {item.id}"


def tick(visit: Visit, items: Sequence[Item], step: Step, names: Collection[str]) -> Visit:
    """Of these lines, those with such names are said to be done at this step, and the others are not."""
    marks = {mark(item, step): item.id in names for item in items}
    left = [deed for deed in visit.deeds if marks.get(deed, True)]
    new = [deed for deed, is_done in marks.items() if is_done and deed not in left]
    return replace(visit, deeds=(*left, *new))


def _has_occasion(item: Item, visit: Visit) -> bool:
    """No needle, no draw; no filling, nothing of it."""
    if item.stage == "fill":
        return is_filled(visit)
    is_after_palpation = item.stage in ("draw", "decide")
    return not (is_after_palpation and before(visit).is_shut)
