"""The refill visit of this session: how far it is, what the educator set, and the checklist in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from app.files.page_work import DAY
from app.teaching import refill_visit
from app.teaching.refill_visit import Checklist, Visit
from sim import Scenario

VISIT: Final = "visit"
PROBLEMS: Final = "visit problems"
PREFIX: Final = "visit ask "  # of the keys of what a learner chooses or types during a visit
CHECKLIST, TURN, FILE_ID = "visit checklist", "visit checklist turn", "visit checklist taken"
POCKET_FILL, MIX_UP, SEED, DEPTH = "visit beside", "visit mixed", "visit seed", "visit depth"
START: Final[dict[str, Any]] = {POCKET_FILL: "never", MIX_UP: "never", SEED: 1, DEPTH: "core"}


def visit() -> Visit | None:
    """How far the visit is; None where none is under way."""
    return st.session_state.get(VISIT)


def do(act: Callable[[], Visit]) -> None:
    """Carry out an act; raises ScenarioError and keeps all where it cannot be carried out."""
    st.session_state[VISIT] = act()


def forget() -> None:
    """End the visit, with all that was chosen or typed in it."""
    for name in [name for name in st.session_state if str(name).startswith(PREFIX)]:
        del st.session_state[name]
    st.session_state[VISIT] = None
    note_problems(())


def problems() -> tuple[str, ...]:
    """Why the last act could not be carried out; empty if it was."""
    return tuple(st.session_state.get(PROBLEMS, ()))


def note_problems(problems: tuple[str, ...]) -> None:
    """Keep why an act could not be carried out, until one is."""
    st.session_state[PROBLEMS] = problems


def reprogram() -> None:
    """Back to the programmer; what was typed to confirm belonged to what was programmed then."""
    st.session_state[VISIT] = refill_visit.reprogram(st.session_state[VISIT])
    st.session_state.pop(key("type_fold"), None)
    note_problems(())


def key(name: str) -> str:
    """Key of something that the learner chooses or types during a visit."""
    return PREFIX + name


# ---------------------------------------------------------------- what an educator set


def start(name: str) -> None:
    """Give the widget of a chance, of the depth or of the seed its first value before it is built."""
    st.session_state.setdefault(name, START[name])


def day_key(scenario: Scenario) -> str:
    """Key of the day of a new visit to a scenario."""
    return f"visit day {scenario.title}"


def start_day(scenario: Scenario) -> float:
    """Give the day its first value, and return it, before its box is built; ScenarioError where there is none."""
    first = refill_visit.default_day(scenario)
    st.session_state.setdefault(day_key(scenario), first)
    return first


def day(scenario: Scenario) -> float | None:
    """Day of the visit that is under way, or the one that was chosen for a new one; None where no visit could be."""
    here = visit()
    at = st.session_state.get(day_key(scenario)) if here is None else here.day
    return at if at is not None and DAY[0] <= at <= DAY[1] else None


def chances() -> dict[str, Any]:
    """What can go wrong, the seed, and how much is asked for."""
    here = st.session_state
    return {
        "pocket_fill": here[POCKET_FILL],
        "mix_up": here[MIX_UP],
        "seed": int(here[SEED]),
        "depth": here[DEPTH],
    }


def checklist() -> Checklist:
    """The one in use: edited in this session, or the packaged one."""
    return st.session_state.get(CHECKLIST) or refill_visit.packaged_checklist()


def has_own_checklist() -> bool:
    """Whether another checklist than the packaged one is in use."""
    return checklist() != refill_visit.packaged_checklist()


def take_checklist(data: bytes | str) -> bool:
    """A checklist from text, and True; raises ScenarioError and keeps the old one if the text is no checklist."""
    st.session_state[CHECKLIST] = refill_visit.read_checklist(data)
    return True


def take_checklist_file(file_id: str, data: bytes) -> bool:
    """A checklist from a file, once a file; whether it was taken now. Raises ScenarioError as `take_checklist`."""
    if st.session_state.get(FILE_ID) == file_id:
        return False
    take_checklist(data)
    st.session_state[FILE_ID] = file_id
    _turn()
    return True


def take_packaged_checklist() -> None:
    """Use the packaged checklist again."""
    st.session_state[CHECKLIST] = None
    _turn()


def turn() -> int:
    """Counts checklists, so that widgets start anew from the one in use."""
    return int(st.session_state.get(TURN, 0))


def _turn() -> None:
    st.session_state[TURN] = turn() + 1
