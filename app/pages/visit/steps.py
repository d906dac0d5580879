"""The steps of a refill visit on the page: what is shown at each, and what the learner can do."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from app.components import table
from app.runs import memo
from app.teaching import refill_visit
from app.teaching.refill_visit import Change, Programme, Visit
from app.words.model_names import happened
from app.words.text import TEXT, day, digits, dose, flow, language, plain, speak, strength, units
from sim import ScenarioError, catalogue

VISIT = "visit"
ASKED = "visit ask "  # keys of what a learner chooses or types during a visit
MOST_LOGGED = 40
NUMBER_PX = 320
OTHER_AMOUNT = {"auto": "mg", "mcg": "mg", "mg": "mcg"}
OTHER_FLOW = {"ml_day": "mcl_h", "mcl_h": "ml_day"}
CENT_ML = 0.01  # what a syringe is read to


def do(act: Callable[[], Visit]) -> None:
    """Carry out an act and show what comes next; where it cannot be carried out, say why and keep all."""

    def keep() -> None:
        st.session_state[VISIT] = act()

    hand_over(keep)


def hand_over(act: Callable[[], None]) -> None:
    """Do something and draw the page anew; where it cannot be done, say why."""
    try:
        act()
    except ScenarioError as error:
        for problem in error.problems:
            st.error(f"{TEXT['visit_refused']} {plain(problem)}", icon=":material/block:")
        return
    st.rerun()


def forget() -> None:
    """End the visit, with all that was chosen or typed in it."""
    for key in [key for key in st.session_state if str(key).startswith(ASKED)]:
        del st.session_state[key]
    st.session_state[VISIT] = None


def _number(name: str, value: float | None, step: float) -> float | None:
    """A number that the learner types; what was typed stays until the visit ends."""
    return st.number_input(
        TEXT[f"visit_{name}"],
        value=value,
        step=step,
        format="%g",
        key=f"{ASKED}{name}",
        persist_state="session",
        width=320,
    )


def _amount(name: str, value: float, step: float) -> float:
    """A number that has a value to start from; an emptied box counts as 0, which the model then judges."""
    return _number(name, value, step) or 0.0


def ml(value: float) -> str:
    """A volume as a syringe is read: to a hundredth of a millilitre.

    >>> ml(2.004), ml(0.2), ml(20.0)
    ('2', '0.2', '20')
    """
    return digits(round(value, 2), 6)


def signed(value: float) -> str:
    """A difference with its sign.

    >>> signed(0.5), signed(-1.25), signed(0.001)
    ('+0.5', '-1.25', '0')
    """
    text = ml(abs(value))
    return text if text == "0" else f"{'+' if value > 0.0 else '-'}{text}"


def _ask(visit: Visit) -> None:
    was = refill_visit.before(visit)
    if st.button(TEXT["visit_person"], key="visit person"):
        do(lambda: refill_visit.do(visit, "person_asked"))
    if visit.has("person_asked"):
        st.markdown(plain(_person(visit)))
    if not was.pump.is_programmable:
        st.markdown(plain(TEXT["visit_pump_none"].format(flow=flow(was.flow_ml_day))))
        if st.button(TEXT["visit_ask_done"], icon=":material/arrow_forward:", type="primary", key="visit asked"):
            do(lambda: refill_visit.ask(visit, True))
        return
    with st.container(border=True):
        st.markdown(f"**{TEXT['visit_pump_screen']}**")
        st.markdown(plain(TEXT["visit_pump_dose"].format(dose=dose(was.dose_mcg_day), flow=flow(was.flow_ml_day))))
        st.markdown(plain(TEXT["visit_pump_told"].format(strength=strength(was.told_mcg_ml))))
        if st.button(TEXT["visit_log"], key="visit log"):
            do(lambda: refill_visit.do(visit, "log_read"))
        if visit.has("log_read"):
            _log(visit)
    options = ("yes", "no")
    agrees = st.radio(
        TEXT["visit_agree"], options, None, format_func=lambda one: TEXT[f"visit_agree_{one}"], key="visit ask agree"
    )
    if st.button(TEXT["visit_ask_done"], icon=":material/arrow_forward:", type="primary", key="visit asked"):
        if agrees is None:
            st.warning(TEXT["visit_ask_needed"], icon=":material/info:")
        else:
            do(lambda: refill_visit.ask(visit, agrees == "yes"))


def _person(visit: Visit) -> str:
    """What the person noted lately, beside the best week before."""
    found = refill_visit.late_and_best(visit)
    if found is None:
        has_effect = catalogue().drugs[visit.scenario.drug].effect is not None
        return TEXT["visit_person_short" if has_effect else "visit_person_none"]
    return TEXT["visit_person_said"].format(late=digits(found[0], 2), best=digits(found[1], 2))


def _log(visit: Visit) -> None:
    was = refill_visit.before(visit)
    st.markdown(plain(TEXT["visit_log_some" if was.alarms else "visit_log_none"]))
    lines = [f"- **{day(one.time_h / 24.0)}**: {plain(happened(one))}" for one in (*was.alarms, *was.programmed)]
    st.markdown("\n".join(lines[:MOST_LOGGED]))


def _draw(visit: Visit) -> None:
    st.markdown(plain(TEXT["visit_draw_said"]))
    guess = _number("guess", None, 0.1)
    if st.button(TEXT["visit_draw"], icon=":material/arrow_forward:", type="primary", key="visit draw"):
        do(lambda: refill_visit.draw(visit, guess))


def _decide(visit: Visit) -> None:
    was = refill_visit.before(visit)
    found = was.found_ml
    if found is None:
        st.warning(plain(TEXT["visit_compare_shut"]), icon=":material/warning:")
    else:
        _compared(visit, found)
    decision = st.radio(
        TEXT["visit_decision"],
        refill_visit.DECISIONS,
        None,
        format_func=lambda one: TEXT[f"visit_decision_{one}"],
        key="visit ask decision",
    )
    if st.button(TEXT["visit_decide"], icon=":material/arrow_forward:", type="primary", key="visit decide"):
        if decision is None:
            st.warning(TEXT["visit_decide_needed"], icon=":material/info:")
        else:
            do(lambda: refill_visit.decide(visit, decision))


def _compared(visit: Visit, found: float) -> None:
    was = refill_visit.before(visit)
    more = found - was.believed_ml
    way = "none" if abs(more) < CENT_ML else "more" if more > 0.0 else "less"
    said = TEXT["visit_compare"].format(found=ml(found), counted=ml(was.believed_ml))
    st.markdown(f"{plain(said)} **{plain(TEXT[f'visit_compare_{way}'].format(ml=ml(abs(more))))}**")
    rows = [
        (TEXT["visit_row_found"], ml(found)),
        (TEXT["visit_row_counted"], ml(was.believed_ml)),
        (TEXT["visit_row_more"], signed(more)),
        (TEXT["visit_row_noise"], f"± {ml(refill_visit.SYRINGE_SIGMA_ML)}"),
        (TEXT["visit_row_limit"], f"± {ml(was.least_ml)}"),
        (TEXT["visit_row_band"], f"± {ml(was.band_ml)}"),
    ]
    table.show(TEXT["visit_compare_title"], [TEXT["visit_col_what"], TEXT["visit_col_value"]], rows)
    draws, mean = refill_visit.history(visit), refill_visit.trend(visit)
    if len(draws) > 1:
        st.markdown(f"**{TEXT['visit_trend_title']}**")
        lines = [(day(at), signed(one)) for at, one, _ in draws]
        table.show(TEXT["visit_trend_title"], [TEXT["visit_trend_day"], TEXT["visit_trend_more"]], lines)
        if mean is None:
            st.markdown(plain(TEXT["visit_trend_few"]))
        else:
            said = TEXT["visit_trend_said"].format(n=len(draws), mean=signed(mean[0]), noise=ml(mean[1]))
            st.markdown(plain(said))
    st.markdown(plain(TEXT["visit_decision_said"]))


def _fill(visit: Visit) -> None:
    was = refill_visit.before(visit)
    st.markdown(plain(TEXT["visit_tray_said"]))
    if st.button(TEXT["visit_labels"], key="visit labels"):
        do(lambda: refill_visit.do(visit, "labels_read"))
    vials = refill_visit.tray(visit)
    names = [TEXT["visit_vial_first"], *(TEXT["visit_vial"].format(n=i + 1) for i in range(1, len(vials)))]
    if visit.has("labels_read"):
        shown = zip(names, vials, strict=True)
        names = [TEXT["visit_label"].format(name=name, strength=strength(one.mcg_ml)) for name, one in shown]
    place = st.radio(TEXT["visit_tray"], range(len(vials)), None, format_func=names.__getitem__, key="visit ask vial")
    volume = _amount("volume", was.last.in_ml, 1.0)
    is_anew = visit.has("placed_anew")
    hub = "visit_hub_anew" if is_anew else "visit_hub_high" if refill_visit.is_beside(visit) else "visit_hub_same"
    st.markdown(plain(TEXT[hub]))
    with st.container(horizontal=True, gap="small"):
        if st.button(TEXT["visit_needle_test"], key="visit test"):
            do(lambda: refill_visit.try_needle(visit))
        if st.button(TEXT["visit_needle_anew"], key="visit anew"):
            do(lambda: refill_visit.do(visit, "placed_anew"))
    if visit.has("tested_again") or (visit.has("tested") and not is_anew):
        st.markdown(plain(TEXT["visit_needle_bad" if refill_visit.is_beside(visit) else "visit_needle_good"]))
    in_portions = st.checkbox(TEXT["visit_portions"].format(ml=ml(refill_visit.PORTION_ML)), key="visit ask portions")
    if st.button(TEXT["visit_fill"], icon=":material/arrow_forward:", type="primary", key="visit fill"):
        if place is None:
            st.warning(TEXT["visit_fill_needed"], icon=":material/info:")
        else:
            do(lambda: refill_visit.fill(refill_visit.choose_vial(visit, place), volume, in_portions))


def _program(visit: Visit) -> None:
    was = refill_visit.before(visit)
    if visit.has("portions") and visit.pocket_ml > 0.0:
        st.warning(plain(TEXT["visit_fill_noticed"].format(ml=ml(visit.pocket_ml))), icon=":material/warning:")
    told: float = was.told_mcg_ml
    told_ml: float | None = None
    if visit.in_ml is None:
        st.markdown(plain(TEXT["visit_no_refill_said"]))
    else:
        told = _amount("told", told, 50.0)
        told_ml = _amount("told_ml", visit.in_ml, 0.5)
    plan = Programme(told, told_ml)
    if was.pump.is_programmable:
        plan = _way(visit, plan)
    else:
        st.markdown(plain(TEXT["visit_gas_said"]))
    if st.button(TEXT["visit_program"], icon=":material/arrow_forward:", type="primary", key="visit program"):
        do(lambda: refill_visit.program(visit, plan))


def _way(visit: Visit, plan: Programme) -> Programme:
    """Dose or flow from now on, and a bridge."""
    was = refill_visit.before(visit)
    way = st.segmented_control(
        TEXT["visit_way"],
        refill_visit.WAYS,
        default="keep",
        format_func=lambda one: TEXT[f"visit_way_{one}"],
        key="visit ask way",
        persist_state="session",
        required=True,
    )
    plan = replace(plan, way=way)
    if way == "rate":
        plan = replace(plan, value=_amount("dose_label", float(f"{was.dose_mcg_day:.6g}"), 10.0))
    elif way == "flow":
        plan = replace(plan, value=_amount("flow_label", float(f"{was.flow_ml_day:.6g}"), 0.01))
    if visit.in_ml is not None and st.checkbox(TEXT["visit_bridge"], key="visit ask bridge", persist_state="session"):
        old = _number("bridge_from", None, 50.0)
        plan = replace(plan, bridge_from_mcg_ml=0.0 if old is None else old)
    return plan


def _confirm(visit: Visit) -> None:
    changes = refill_visit.changes(visit)
    columns = [TEXT["visit_col_what"], TEXT["visit_col_before"], TEXT["visit_col_after"], TEXT["visit_col_ratio"]]
    rows = [
        (TEXT[f"visit_row_{one.name}"], _value(one, one.before), _value(one, one.after), _ratio(one)) for one in changes
    ]
    loud = {i for i, one in enumerate(changes) if one.grade != "calm"}
    table.show(TEXT["visit_change_title"], columns, rows, loud)
    for one in changes:
        if one.grade != "calm":
            _warn(one)
    typed = None
    worst = refill_visit.worst(changes)
    if worst is not None and worst.grade == "tenfold":
        typed = _number("type_fold", None, 1.0)
    with st.container(horizontal=True, gap="small"):
        is_sent = st.button(TEXT["visit_send"], icon=":material/arrow_forward:", type="primary", key="visit send")
        st.button(TEXT["visit_back"], on_click=_back, key="visit back")
    if is_sent:
        do(lambda: refill_visit.confirm(visit, typed))


def _back() -> None:
    """Back to the programmer; what was typed to confirm belonged to what was programmed then."""
    st.session_state[VISIT] = refill_visit.reprogram(st.session_state[VISIT])
    st.session_state.pop(f"{ASKED}type_fold", None)


def _warn(change: Change) -> None:
    """A warning with both readings."""
    name, fold = TEXT[f"visit_row_{change.name}"], digits(change.fold, 2) if math.isfinite(change.fold) else ""
    key = "visit_warn_ends" if math.isinf(change.fold) else f"visit_warn_{change.grade}"
    was, will_be = _both(change, change.before), _both(change, change.after)
    said = TEXT[key].format(name=name, fold=fold, before=was, after=will_be)
    if change.grade == "tenfold":
        st.error(plain(said), icon=":material/warning:")
    else:
        st.warning(plain(said), icon=":material/warning:")


def _value(change: Change, value: float | None) -> str:
    if value is None:
        return TEXT["none"]
    return {"strength": strength, "dose": dose, "flow": flow, "due": day}[change.name](value)


def _both(change: Change, value: float | None) -> str:
    """A value in the reader's unit and in the other one: a slip of a thousand shows in one of them."""
    own, other = units(), replace(units(), amount=OTHER_AMOUNT[units().amount], flow=OTHER_FLOW[units().flow])
    said = _value(change, value)
    try:
        speak(language(), other)
        return f"{said} ({_value(change, value)})"
    finally:
        speak(language(), own)


def _ratio(change: Change) -> str:
    if change.ratio is None or math.isinf(change.ratio):
        return ""
    if change.ratio == 1.0:
        return TEXT["visit_same"]
    return TEXT["visit_times"].format(ratio=digits(change.ratio, 3))


def _leave(visit: Visit) -> None:
    if visit.decision == "stop":
        st.markdown(plain(TEXT["visit_stopped_said"]))
    elif refill_visit.before(visit).pump.is_programmable:
        if st.button(TEXT["visit_ask_again"], key="visit pump again"):
            do(lambda: refill_visit.do(visit, "checked_again"))
        if visit.has("checked_again"):
            st.markdown(plain(_asked_again(visit)))
    booked = _number("next_day", None, 1.0)
    if st.button(TEXT["visit_leave"], icon=":material/arrow_forward:", type="primary", key="visit leave"):
        if booked is None:
            st.warning(TEXT["visit_next_needed"], icon=":material/info:")
        else:
            do(lambda: refill_visit.leave(visit, booked))


def _asked_again(visit: Visit) -> str:
    run = memo.run(refill_visit.carried_out(visit))
    by_name = {one.name: one.after for one in refill_visit.changes(visit)}
    counted = float(run.at(visit.hour).reservoir_believed_ml[0])
    return TEXT["visit_asked_again"].format(
        dose=dose(by_name["dose"] or 0.0),
        strength=strength(by_name["strength"] or 0.0),
        ml=ml(counted),
        due=day(by_name["due"]),
    )


SCREENS: dict[str, Callable[[Visit], None]] = {
    "ask": _ask,
    "draw": _draw,
    "decide": _decide,
    "fill": _fill,
    "program": _program,
    "confirm": _confirm,
    "leave": _leave,
}
