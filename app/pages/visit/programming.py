"""Two steps of a refill visit: program the pump, and confirm what is about to change."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from app import session
from app.components import table, terms
from app.pages.visit.acting import amount_box, do, number_box
from app.teaching import refill_visit
from app.teaching.refill_visit import Change, Programme, Visit
from app.words.numbers import digits
from app.words.reader import language, speak, units
from app.words.term_links import with_terms
from app.words.text import TEXT, day, dose, flow, plain, strength
from app.words.volume import ml

LABELS = ("programmed_strength", "programmed_ml", "bridge", "bridge_from")  # the last two where a bolus can be given
OTHER_AMOUNT = {"auto": "mg", "mcg": "mg", "mg": "mcg"}
OTHER_FLOW = {"ml_day": "mcl_h", "mcl_h": "ml_day"}


def program(visit: Visit) -> None:
    """Strength and volume that the pump is to work with, and the dose or flow from now on."""
    was = refill_visit.before(visit)
    if visit.has("portions") and visit.pocket_ml > 0.0:
        st.warning(with_terms(TEXT["visit_fill_noticed"].format(ml=ml(visit.pocket_ml))), icon=":material/warning:")
    programmed_mcg_ml: float = was.programmed_mcg_ml
    programmed_ml: float | None = None
    if visit.in_ml is None:
        st.markdown(with_terms(TEXT["visit_no_refill_said"]))
    else:
        programmed_mcg_ml = amount_box("programmed_strength", programmed_mcg_ml, 50.0)
        programmed_ml = amount_box("programmed_ml", visit.in_ml, 0.5)
    plan = Programme(programmed_mcg_ml, programmed_ml)
    if was.pump.is_programmable:
        plan = _way(visit, plan)
    else:
        st.markdown(with_terms(TEXT["visit_gas_said"]))
    if visit.in_ml is not None:
        names = LABELS if was.pump.is_programmable else LABELS[:2]
        terms.row([TEXT[f"visit_{name}"] for name in names], "program")
    if st.button(TEXT["visit_program"], icon=":material/arrow_forward:", type="primary", key="visit program"):
        do(lambda: refill_visit.program(visit, plan))


def _way(visit: Visit, plan: Programme) -> Programme:
    """Dose or flow from now on, and a bridge."""
    was = refill_visit.before(visit)
    way = st.segmented_control(
        TEXT["visit_way"],
        refill_visit.WAYS,
        default="keep",
        format_func=lambda name: TEXT[f"visit_way_{name}"],
        key=session.visit.key("way"),
        persist_state="session",
        required=True,
    )
    plan = replace(plan, way=way)
    if way == "rate":
        plan = replace(plan, value=amount_box("dose_label", float(f"{was.dose_mcg_day:.6g}"), 10.0))
    elif way == "flow":
        plan = replace(plan, value=amount_box("flow_label", float(f"{was.flow_ml_day:.6g}"), 0.01))
    if visit.in_ml is not None and st.checkbox(
        TEXT["visit_bridge"], key=session.visit.key("bridge"), persist_state="session"
    ):
        old = number_box("bridge_from", None, 50.0)
        plan = replace(plan, bridge_from_mcg_ml=0.0 if old is None else old)
    return plan


def confirm(visit: Visit) -> None:
    """The table before and after, a warning for each large change, and the button that sends it."""
    changes = refill_visit.changes(visit)
    columns = [TEXT["visit_col_what"], TEXT["visit_col_before"], TEXT["visit_col_after"], TEXT["visit_col_ratio"]]
    rows = [
        (TEXT[f"visit_row_{change.name}"], _value(change, change.before), _value(change, change.after), _ratio(change))
        for change in changes
    ]
    loud = {i for i, change in enumerate(changes) if change.grade != "calm"}
    table.show(TEXT["visit_change_title"], columns, rows, loud)
    terms.row([name for name, *_ in rows], "confirm")
    for change in changes:
        if change.grade != "calm":
            _warn(change)
    fold = None
    worst = refill_visit.worst(changes)
    if worst is not None and worst.grade == "tenfold":
        fold = number_box("type_fold", None, 1.0)
    with st.container(horizontal=True, gap="small"):
        is_sent = st.button(TEXT["visit_send"], icon=":material/arrow_forward:", type="primary", key="visit send")
        st.button(TEXT["visit_back"], on_click=session.visit.reprogram, key="visit back")
    if is_sent:
        do(lambda: refill_visit.confirm(visit, fold))


def _warn(change: Change) -> None:
    """A warning that gives both values in two units, so that a slip of a thousand shows."""
    name, fold = TEXT[f"visit_row_{change.name}"], digits(change.fold, 2) if math.isfinite(change.fold) else ""
    key = "visit_warn_ends" if math.isinf(change.fold) else f"visit_warn_{change.grade}"
    was, will_be = _both(change, change.before), _both(change, change.after)
    sentence = TEXT[key].format(name=name, fold=fold, before=was, after=will_be)
    if change.grade == "tenfold":
        st.error(plain(sentence), icon=":material/warning:")
    else:
        st.warning(plain(sentence), icon=":material/warning:")


def _value(change: Change, value: float | None) -> str:
    if value is None:
        return TEXT["none"]
    writers: dict[str, Callable[[float], str]] = {"strength": strength, "dose": dose, "flow": flow, "due": day}
    return writers[change.name](value)


def _both(change: Change, value: float | None) -> str:
    """A value in the reader's unit and in the other one: a slip of a thousand shows in one of them."""
    units_now, other = units(), replace(units(), amount=OTHER_AMOUNT[units().amount], flow=OTHER_FLOW[units().flow])
    text = _value(change, value)
    try:
        speak(language(), other)
        return f"{text} ({_value(change, value)})"
    finally:
        speak(language(), units_now)


def _ratio(change: Change) -> str:
    if change.ratio is None or math.isinf(change.ratio):
        return ""
    if change.ratio == 1.0:
        return TEXT["visit_same"]
    return TEXT["visit_times"].format(ratio=digits(change.ratio, 3))
