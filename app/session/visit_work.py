"""A refill visit that is under way, for the address: its acts, carried out anew, and entries that wait."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from app.files.page_work import ANY, ProgrammeWork, VisitEntries, VisitWork
from app.session import scenario, visit
from app.teaching import refill_visit
from app.teaching.refill_visit import Programme, Visit
from sim import Scenario, ScenarioError
from sim.scenario import check

SAME = ("day", "seed", "pocket_fill", "mix_up", "depth", "agrees", "guess_ml", "decision", "vial", "in_ml")
LATE = ("is_confirmed", "next_day")


def now() -> VisitWork | None:
    """The visit that is under way; None where none is."""
    here = visit.visit()
    if here is None:
        return None
    step = refill_visit.step_of(here)
    items = refill_visit.prompted(visit.checklist(), here, step)
    names = {item.id for item in items if st.session_state.get(visit.key(f"tick {item.id}"), False)}
    ticked = refill_visit.tick(here, items, step, names) if names else here
    data: dict[str, Any] = {name: getattr(here, name) for name in (*SAME, *LATE)}
    if here.programme is not None:
        data["programme"] = {name: getattr(here.programme, name) for name in ProgrammeWork.model_fields}
    is_elsewhere = here.scenario != scenario.now()
    data |= {"deeds": ticked.deeds, "entries": _entries(), "scenario": here.scenario if is_elsewhere else None}
    return check(VisitWork, data)


def _entries() -> dict[str, Any]:
    """What is chosen or typed; a number that no field of a visit could take is left out."""
    values = {name: st.session_state.get(visit.key(name)) for name in VisitEntries.model_fields}
    return {
        name: value
        for name, value in values.items()
        if isinstance(value, bool | str) or (isinstance(value, int | float) and ANY[0] <= value <= ANY[1])
    }


def take_up(work: VisitWork, shown: Scenario) -> None:
    """The visit, act by act; ScenarioError where an act cannot be carried out."""
    here = _replay(work, work.scenario or shown)
    st.session_state[visit.VISIT] = here
    for name, value in work.entries.model_dump(exclude_none=True).items():
        st.session_state[visit.key(name)] = value


def _replay(work: VisitWork, case: Scenario) -> Visit:
    here = refill_visit.begin(case, work.day, work.seed, work.pocket_fill, work.mix_up, work.depth)
    for deed in work.deeds:
        if deed == "asked":
            here = refill_visit.ask(here, work.agrees)
        elif deed == "drawn":
            here = refill_visit.draw(here, work.guess_ml)
        elif deed != "portions":  # it comes with the fill
            here = refill_visit.do(here, deed)
    n_vials = len(refill_visit.tray(here))
    if any(place is not None and place >= n_vials for place in (work.vial, work.entries.vial)):
        raise ScenarioError([f"work.visit.vial: the tray holds {n_vials} vials"])
    if work.decision is not None:
        here = refill_visit.decide(here, work.decision)
    if work.vial is not None and work.in_ml is not None:
        in_portions = "portions" in work.deeds
        here = refill_visit.fill(refill_visit.choose_vial(here, work.vial), work.in_ml, in_portions)
    here = replace(here, deeds=work.deeds)  # in the order in which they were done
    if work.programme is not None:
        here = refill_visit.program(here, Programme(**work.programme.model_dump()))
        here = replace(here, is_confirmed=work.is_confirmed)
    if work.next_day is not None:
        here = refill_visit.leave(here, work.next_day)
    return here
