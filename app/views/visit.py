"""The page Refill visit: one step at a time beside the chart, then what really happened."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from app import chart, memo, refill_visit, table
from app.figures import visit as figures
from app.figures.parts import Look, Part
from app.refill_visit import Change, Programme, Visit
from app.views import visit_educator
from app.wording import TEXT, amount, day, digits, dose, flow, percent, plain, strength
from sim import Scenario, ScenarioError, catalogue

VISIT, SEEN = "visit", "visit seen"
CHART_PX = 300
CENT = 0.01  # what a number in a table is read to
MOST_LOGGED = 40


def show(scenario: Scenario, open_scenario: Callable[[Scenario], None], ink: str) -> None:
    """The visit that is under way, or its beginning."""
    with st.container(key="visit"):
        st.markdown(plain(TEXT["visit_said"]))
        visit: Visit | None = st.session_state.get(VISIT)
        if visit is None:
            _begin(scenario)
            return
        step = refill_visit.step_of(visit)
        left, right = st.columns([64, 36], gap="medium")
        with left:
            name = TEXT[f"visit_step_{step}"]
            n = refill_visit.STEPS.index(step) + 1
            st.subheader(name if step == "done" else TEXT["visit_steps"].format(n=n, name=name))
            SCREENS[step](visit)
            if step == "done":
                _revealed(visit, open_scenario, ink)
        with right:
            _chart(visit)
            st.button(TEXT["visit_again"], on_click=_forget, key="visit again")


# ---------------------------------------------------------------- acts, and what they leave


def _do(act: Callable[[], Visit]) -> None:
    """Carry out an act and show what comes next; where it cannot be carried out, say why and keep all."""
    try:
        st.session_state[VISIT] = act()
    except ScenarioError as error:
        for problem in error.problems:
            st.error(f"{TEXT['visit_refused']} {plain(problem)}", icon=":material/block:")
        return
    st.rerun()


def _forget() -> None:
    for key in [key for key in st.session_state if str(key).startswith("visit ask ")]:
        del st.session_state[key]
    st.session_state[VISIT] = None


def _number(name: str, value: float | None, step: float) -> float | None:
    """A number that the learner types; what was typed stays until the visit ends."""
    return st.number_input(
        TEXT[f"visit_{name}"], value=value, step=step, format="%g", key=f"visit ask {name}", persist_state="session"
    )


def _begin(scenario: Scenario) -> None:
    """Day and chance of a new visit."""
    st.markdown(f"**{plain(TEXT['visit_start_of'].format(title=scenario.title))}**")
    try:
        first = refill_visit.default_day(scenario)
    except ScenarioError as error:
        st.error(plain(str(error)), icon=":material/block:")
        return
    at = st.number_input(TEXT["visit_day_label"], value=first, step=1.0, format="%g", key=f"visit day {scenario.title}")
    with st.expander(TEXT["visit_educator"]):
        chances = visit_educator.chances()
        visit_educator.checklist_editor()
    if st.button(TEXT["visit_start"], type="primary", key="visit start"):
        _do(lambda: refill_visit.begin(scenario, at, **chances))


# ---------------------------------------------------------------- the steps


def _ask(visit: Visit) -> None:
    was = refill_visit.before(visit)
    if st.button(TEXT["visit_person"], key="visit person"):
        _do(lambda: refill_visit.do(visit, "person_asked"))
    if visit.has("person_asked"):
        st.markdown(plain(_person(visit)))
    if not was.pump.is_programmable:
        st.markdown(plain(TEXT["visit_pump_none"].format(flow=flow(was.flow_ml_day))))
        if st.button(TEXT["visit_ask_done"], type="primary", key="visit asked"):
            _do(lambda: refill_visit.ask(visit, True))
        return
    with st.container(border=True):
        st.markdown(f"**{TEXT['visit_pump_screen']}**")
        st.markdown(plain(TEXT["visit_pump_dose"].format(dose=dose(was.dose_mcg_day), flow=flow(was.flow_ml_day))))
        st.markdown(plain(TEXT["visit_pump_told"].format(strength=strength(was.told_mcg_ml))))
        if st.button(TEXT["visit_log"], key="visit log"):
            _do(lambda: refill_visit.do(visit, "log_read"))
        if visit.has("log_read"):
            _log(visit)
    options = ("yes", "no")
    agrees = st.radio(
        TEXT["visit_agree"], options, None, format_func=lambda one: TEXT[f"visit_agree_{one}"], key="visit ask agree"
    )
    if st.button(TEXT["visit_ask_done"], type="primary", key="visit asked"):
        if agrees is None:
            st.warning(TEXT["visit_ask_needed"], icon=":material/info:")
        else:
            _do(lambda: refill_visit.ask(visit, agrees == "yes"))


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
    lines = [f"- **{day(one.time_h / 24.0)}**: {plain(one.text)}" for one in (*was.alarms, *was.programmed)]
    st.markdown("\n".join(lines[:MOST_LOGGED]))


def _draw(visit: Visit) -> None:
    st.markdown(plain(TEXT["visit_draw_said"]))
    guess = _number("guess", None, 0.1)
    if st.button(TEXT["visit_draw"], type="primary", key="visit draw"):
        _do(lambda: refill_visit.draw(visit, guess))


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
    if st.button(TEXT["visit_decide"], type="primary", key="visit decide"):
        if decision is None:
            st.warning(TEXT["visit_decide_needed"], icon=":material/info:")
        else:
            _do(lambda: refill_visit.decide(visit, decision))


def _compared(visit: Visit, found: float) -> None:
    was = refill_visit.before(visit)
    more = found - was.believed_ml
    words = "visit_compare_none" if abs(more) < CENT else "visit_compare_more" if more > 0.0 else "visit_compare_less"
    said = TEXT["visit_compare"].format(found=_ml(found), counted=_ml(was.believed_ml))
    st.markdown(f"{plain(said)} **{plain(TEXT[words].format(ml=_ml(abs(more))))}**")
    rows = [
        (TEXT["visit_row_found"], _ml(found)),
        (TEXT["visit_row_counted"], _ml(was.believed_ml)),
        (TEXT["visit_row_more"], _signed(more)),
        (TEXT["visit_row_noise"], f"± {_ml(refill_visit.SYRINGE_SIGMA_ML)}"),
        (TEXT["visit_row_limit"], f"± {_ml(was.least_ml)}"),
        (TEXT["visit_row_band"], f"± {_ml(was.band_ml)}"),
    ]
    table.show(TEXT["visit_compare_title"], [TEXT["visit_col_what"], TEXT["visit_col_value"]], rows, {2})
    draws, mean = refill_visit.history(visit), refill_visit.trend(visit)
    if len(draws) > 1:
        st.markdown(f"**{TEXT['visit_trend_title']}**")
        lines = [(day(at), _signed(one)) for at, one, _ in draws]
        table.show(TEXT["visit_trend_title"], [TEXT["visit_trend_day"], TEXT["visit_trend_more"]], lines)
        if mean is None:
            st.markdown(plain(TEXT["visit_trend_few"]))
        else:
            said = TEXT["visit_trend_said"].format(n=len(draws), mean=_signed(mean[0]), noise=_ml(mean[1]))
            st.markdown(plain(said))
    st.markdown(plain(TEXT["visit_decision_said"]))


def _fill(visit: Visit) -> None:
    was = refill_visit.before(visit)
    st.markdown(plain(TEXT["visit_tray_said"]))
    if st.button(TEXT["visit_labels"], key="visit labels"):
        _do(lambda: refill_visit.do(visit, "labels_read"))
    vials = refill_visit.tray(visit)
    names = [TEXT["visit_vial_first"], *(TEXT["visit_vial"].format(n=i + 1) for i in range(1, len(vials)))]
    if visit.has("labels_read"):
        shown = zip(names, vials, strict=True)
        names = [TEXT["visit_label"].format(name=name, strength=strength(one.mcg_ml)) for name, one in shown]
    place = st.radio(TEXT["visit_tray"], range(len(vials)), None, format_func=names.__getitem__, key="visit ask vial")
    volume = _number("volume", was.last.in_ml, 1.0)
    is_anew = visit.has("placed_anew")
    hub = "visit_hub_anew" if is_anew else "visit_hub_high" if refill_visit.is_beside(visit) else "visit_hub_same"
    st.markdown(plain(TEXT[hub]))
    with st.container(horizontal=True, gap="small"):
        if st.button(TEXT["visit_needle_test"], key="visit test"):
            _do(lambda: refill_visit.try_needle(visit))
        if st.button(TEXT["visit_needle_anew"], key="visit anew"):
            _do(lambda: refill_visit.do(visit, "placed_anew"))
    if visit.has("tested_again") or (visit.has("tested") and not is_anew):
        st.markdown(plain(TEXT["visit_needle_bad" if refill_visit.is_beside(visit) else "visit_needle_good"]))
    in_portions = st.checkbox(TEXT["visit_portions"].format(ml=_ml(refill_visit.PORTION_ML)), key="visit ask portions")
    if st.button(TEXT["visit_fill"], type="primary", key="visit fill"):
        if place is None:
            st.warning(TEXT["visit_fill_needed"], icon=":material/info:")
        else:
            _do(lambda: refill_visit.fill(refill_visit.choose_vial(visit, place), volume, in_portions))


def _program(visit: Visit) -> None:
    was = refill_visit.before(visit)
    if visit.has("portions") and visit.pocket_ml > 0.0:
        st.warning(plain(TEXT["visit_fill_noticed"].format(ml=_ml(visit.pocket_ml))), icon=":material/warning:")
    told, told_ml = was.told_mcg_ml, None
    if visit.in_ml is None:
        st.markdown(plain(TEXT["visit_no_refill_said"]))
    else:
        told = st.number_input(
            TEXT["visit_told"], value=told, step=50.0, format="%g", key="visit ask told", persist_state="session"
        )
        told_ml = st.number_input(
            TEXT["visit_told_ml"], value=visit.in_ml, step=0.5, format="%g", key="visit ask ml", persist_state="session"
        )
    plan = Programme(told, told_ml)
    if was.pump.is_programmable:
        plan = _way(visit, plan)
    else:
        st.markdown(plain(TEXT["visit_gas_said"]))
    if st.button(TEXT["visit_program"], type="primary", key="visit program"):
        _do(lambda: refill_visit.program(visit, plan))


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
        value = float(digits(was.dose_mcg_day, 6).replace(",", ""))
        asked = st.number_input(
            TEXT["visit_dose_label"], value=value, step=10.0, format="%g", key="visit ask dose", persist_state="session"
        )
        plan = replace(plan, value=asked)
    elif way == "flow":
        value = float(digits(was.flow_ml_day, 6).replace(",", ""))
        asked = st.number_input(
            TEXT["visit_flow_label"], value=value, step=0.01, format="%g", key="visit ask flow", persist_state="session"
        )
        plan = replace(plan, value=asked)
    if visit.in_ml is not None and st.checkbox(TEXT["visit_bridge"], key="visit ask bridge", persist_state="session"):
        old = st.number_input(
            TEXT["visit_bridge_from"], value=None, step=50.0, format="%g", key="visit ask old", persist_state="session"
        )
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
        is_sent = st.button(TEXT["visit_send"], type="primary", key="visit send")
        if st.button(TEXT["visit_back"], key="visit back"):
            _do(lambda: refill_visit.reprogram(visit))
    if is_sent:
        _do(lambda: refill_visit.confirm(visit, typed))


def _warn(change: Change) -> None:
    """A warning with both readings."""
    name, fold = TEXT[f"visit_row_{change.name}"], digits(change.fold, 2) if math.isfinite(change.fold) else ""
    key = "visit_warn_ends" if math.isinf(change.fold) else f"visit_warn_{change.grade}"
    said = TEXT[key].format(
        name=name, fold=fold, before=_value(change, change.before), after=_value(change, change.after)
    )
    if change.grade == "tenfold":
        st.error(plain(said), icon=":material/warning:")
    else:
        st.warning(plain(said), icon=":material/warning:")


def _value(change: Change, value: float | None) -> str:
    if value is None:
        return TEXT["none"]
    return {"strength": strength, "dose": dose, "flow": flow, "due": day}[change.name](value)


def _ratio(change: Change) -> str:
    if change.ratio is None or math.isinf(change.ratio):
        return ""
    return TEXT["visit_times"].format(ratio=digits(change.ratio, 3))


def _leave(visit: Visit) -> None:
    if visit.decision == "stop":
        st.markdown(plain(TEXT["visit_stopped_said"]))
    elif refill_visit.before(visit).pump.is_programmable:
        if st.button(TEXT["visit_ask_again"], key="visit pump again"):
            _do(lambda: refill_visit.do(visit, "checked_again"))
        if visit.has("checked_again"):
            st.markdown(plain(_asked_again(visit)))
    booked = _number("next_day", None, 1.0)
    if st.button(TEXT["visit_leave"], type="primary", key="visit leave"):
        if booked is None:
            st.warning(TEXT["visit_next_needed"], icon=":material/info:")
        else:
            _do(lambda: refill_visit.leave(visit, booked))


def _asked_again(visit: Visit) -> str:
    run = memo.run(refill_visit.carried_out(visit))
    by_name = {one.name: one.after for one in refill_visit.changes(visit)}
    counted = float(run.at(visit.hour).reservoir_believed_ml[0])
    return TEXT["visit_asked_again"].format(
        dose=dose(by_name["dose"] or 0.0),
        strength=strength(by_name["strength"] or 0.0),
        ml=_ml(counted),
        due=day(by_name["due"]),
    )


def _done(visit: Visit) -> None:
    found = refill_visit.truth(visit)
    lines = [] if found.verdict is None else [f"**{plain(TEXT[f'visit_verdict_{found.verdict}'])}**"]
    said = TEXT["visit_truth_more"].format(ml=_signed(found.more_ml), n=digits(100.0 * found.beyond_frac, 2))
    lines.append(plain(said))
    if found.last_pocket_ml > 0.0:
        pocket = {"ml": _ml(found.last_pocket_ml), "amount": amount(found.last_pocket_mcg)}
        lines.append(plain(TEXT["visit_truth_last_pocket"].format(**pocket)))
    lines += [plain(TEXT["visit_truth_cause"].format(text=text)) for text in found.causes]
    lines += [plain(text) for text in _filled(found)]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _filled(found: refill_visit.Truth) -> list[str]:
    """What went in, and what came of it."""
    lines = []
    if found.true_mcg_ml is None:
        lines.append(TEXT["visit_truth_no_fill"])
    else:
        true, told = strength(found.true_mcg_ml), strength(found.told_mcg_ml)
        key = "visit_truth_vial_same" if true == told else "visit_truth_vial"
        lines.append(TEXT[key].format(true=true, told=told))
        pocket = {"ml": _ml(found.pocket_ml), "amount": amount(found.pocket_mcg)}
        key = "visit_truth_pocket" if found.pocket_ml > 0.0 else "visit_truth_no_pocket"
        lines.append(TEXT[key].format(**pocket))
    lines.append(TEXT["visit_truth_ratio"].format(share=percent(found.dose_ratio)))
    alarm = TEXT["visit_truth_alarm_none"]
    if found.counted_day is not None:
        alarm = TEXT["visit_truth_alarm_on"].format(day=day(found.counted_day))
    dry = "visit_truth_no_dry" if found.dry_day is None else "visit_truth_dry"
    lines.append(TEXT[dry].format(alarm=alarm, dry=day(found.dry_day)))
    return lines


SCREENS: dict[str, Callable[[Visit], None]] = {
    "ask": _ask,
    "draw": _draw,
    "decide": _decide,
    "fill": _fill,
    "program": _program,
    "confirm": _confirm,
    "leave": _leave,
    "done": _done,
}


# ---------------------------------------------------------------- what really happened


def _revealed(visit: Visit, open_scenario: Callable[[Scenario], None], ink: str) -> None:
    """Charts, checklist, and the ways on."""
    made = refill_visit.carried_out(visit)
    run, pump = memo.run(made), catalogue().pumps[made.pump]
    look = Look(f"{made.title} {visit.day:g}", CHART_PX, ink)
    volume, received = figures.volume(run, visit.day, pump, look), figures.dose(run, visit.day, look)
    _place(volume, "visit volume", figures.describe_volume(run, visit.day), TEXT["visit_volume_title"])
    share = percent(refill_visit.truth(visit).dose_ratio)
    _place(received, "visit dose", TEXT["visit_say_dose"].format(share=share), TEXT["visit_dose_title"])
    with st.container(horizontal=True, gap="small"):
        if st.button(TEXT["visit_open"], type="primary", key="visit open"):
            open_scenario(made)
        if st.button(TEXT["visit_next"].format(day=f"{visit.next_day:g}"), key="visit next"):
            at = visit.next_day or made.duration_day
            _do(lambda: _next(made, at, visit))
    st.caption(plain(TEXT["visit_done_said"].format(day=f"{visit.day:g}")))
    visit_educator.scored(visit)


def _next(made: Scenario, at: float, visit: Visit) -> Visit:
    """The next visit of the same person, with the same chance."""
    fresh = refill_visit.begin(made, at, visit.seed, visit.beside, visit.mixed)
    _forget()
    return fresh


def _place(figure: Part, key: str, words: str, title: str) -> None:
    st.markdown(f"**{plain(title)}**")
    chart.show(figure, key, int(figure["layout"]["height"]), words, title=title)  # type: ignore[index,call-overload]
    st.caption(plain(words))


# ---------------------------------------------------------------- the chart beside


def _chart(visit: Visit) -> None:
    """What is known of the person's pump, and what was noted today."""
    was, scenario = refill_visit.before(visit), visit.scenario
    drug = catalogue().drugs[scenario.drug].title
    device = TEXT["visit_chart_device"].format(drug=drug, pump=was.pump.title)
    last = {"day": f"{was.last.at_day:g}", "volume": _ml(was.last.in_ml), "strength": strength(was.last.true_mcg_ml)}
    with st.container(border=True):
        st.markdown(f"**{TEXT['visit_chart']}: {plain(scenario.title)}, {day(visit.day)}**")
        lines = [device, TEXT["visit_chart_last"].format(**last)]
        if was.pump.is_programmable:
            levels = {"alarm": _ml(was.pump.alarm_ml), "unpumpable": _ml(was.pump.unpumpable_ml)}
            lines.append(TEXT["visit_chart_alarm"].format(**levels))
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))
        notes = _notes(visit)
        if notes:
            st.markdown(f"**{TEXT['visit_noted']}**")
            st.markdown("\n".join(f"- {plain(note)}" for note in notes))


def _notes(visit: Visit) -> list[str]:
    was = refill_visit.before(visit)
    notes = []
    if visit.guess_ml is not None:
        notes.append(TEXT["visit_note_guess"].format(ml=_ml(visit.guess_ml)))
    if visit.has("drawn"):
        if was.found_ml is None:
            notes.append(TEXT["visit_note_shut"])
        else:
            notes.append(TEXT["visit_note_found"].format(ml=_ml(was.found_ml), counted=_ml(was.believed_ml)))
    if visit.decision is not None:
        notes.append(TEXT["visit_note_decision"].format(decision=TEXT[f"visit_decision_{visit.decision}"]))
    if visit.in_ml is not None:
        notes.append(TEXT["visit_note_filled"].format(ml=_ml(visit.in_ml)))
    if visit.programme is not None:
        notes.append(TEXT["visit_note_program"].format(strength=strength(visit.programme.told_mcg_ml)))
    return notes


def _ml(value: float) -> str:
    """A volume as a syringe is read: to a hundredth of a millilitre.

    >>> _ml(2.004), _ml(0.2), _ml(20.0)
    ('2', '0.2', '20')
    """
    return digits(round(value, 2), 6)


def _signed(value: float) -> str:
    """A difference with its sign.

    >>> _signed(0.5), _signed(-1.25), _signed(0.001)
    ('+0.5', '-1.25', '0')
    """
    text = _ml(abs(value))
    return text if text == "0" else f"{'+' if value > 0.0 else '-'}{text}"
