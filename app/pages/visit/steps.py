"""The steps of a refill visit on the page: what each shows, and what the learner can do."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import runs, session
from app.components import table, terms
from app.pages.visit import filling, listing, person, programming
from app.pages.visit.acting import do, number_box
from app.teaching import refill_visit
from app.teaching.refill_visit import Visit
from app.words.model_names import sentence_of
from app.words.term_links import with_terms
from app.words.text import TEXT, day, dose, flow, plain, strength
from app.words.volume import ml, with_sign
from sim import findings

MOST_LOG_LINES = 40
CENT_ML = 0.01  # what a syringe is read to


def _ask(visit: Visit) -> None:
    was = refill_visit.before(visit)
    visit = listing.show(visit, "ask")
    person.ask(visit)
    if not was.pump.is_programmable:
        st.markdown(plain(TEXT["visit_pump_none"].format(flow=flow(was.flow_ml_day))))
        if st.button(TEXT["visit_ask_done"], icon=":material/arrow_forward:", type="primary", key="visit asked"):
            do(lambda: refill_visit.ask(visit, True))
        return
    if listing.act(visit, "interrogate", "interrogate"):
        do(lambda: refill_visit.do(visit, "interrogated"))
    answer = None
    if visit.has("interrogated"):
        _screen(visit)
        answer = st.radio(
            TEXT["visit_agree"],
            ("yes", "no"),
            None,
            format_func=lambda answer: TEXT[f"visit_agree_{answer}"],
            key=session.visit.key("agree"),
            persist_state="session",
        )
    if st.button(TEXT["visit_ask_done"], icon=":material/arrow_forward:", type="primary", key="visit asked"):
        if visit.has("interrogated") and answer is None:
            st.warning(TEXT["visit_ask_needed"], icon=":material/info:")
        elif not visit.has("interrogated") and visit.depth != "expert":
            st.warning(TEXT["visit_interrogate_needed"], icon=":material/info:")
        else:
            do(lambda: refill_visit.ask(visit, None if answer is None else answer == "yes"))


def _screen(visit: Visit) -> None:
    """What the pump says of itself."""
    was = refill_visit.before(visit)
    with st.container(border=True):
        st.markdown(f"**{TEXT['visit_pump_screen']}**")
        st.markdown(plain(TEXT["visit_pump_dose"].format(dose=dose(was.dose_mcg_day), flow=flow(was.flow_ml_day))))
        st.markdown(with_terms(TEXT["visit_pump_strength"].format(strength=strength(was.programmed_mcg_ml))))
        if listing.act(visit, "log", "log"):
            do(lambda: refill_visit.do(visit, "log_read"))
        if visit.has("log_read"):
            _log(visit)
        if visit.depth == "full" and listing.act(visit, "battery", "battery"):
            do(lambda: refill_visit.do(visit, "battery_read"))
        if visit.has("battery_read"):
            at = refill_visit.replace_by_day(visit)
            words = TEXT["visit_battery_none"] if at is None else TEXT["visit_battery_said"].format(day=day(at))
            st.markdown(with_terms(words))


def _log(visit: Visit) -> None:
    was = refill_visit.before(visit)
    st.markdown(with_terms(TEXT["visit_log_some" if was.alarms else "visit_log_none"]))
    lines = [
        f"- **{day(happening.time_h / 24.0)}**: {plain(sentence_of(happening))}"
        for happening in (*was.alarms, *was.programme_log)
    ]
    st.markdown("\n".join(lines[:MOST_LOG_LINES]))


def _draw(visit: Visit) -> None:
    visit = listing.show(visit, "draw")
    if visit.depth == "full" and listing.act(visit, "palpate", "palpate"):
        do(lambda: refill_visit.do(visit, "palpated"))
    if visit.has("palpated"):
        _palpate(visit)
    st.markdown(with_terms(TEXT["visit_draw_said"]))
    guess = number_box("guess", None, 0.1)
    if st.button(TEXT["visit_draw"], icon=":material/arrow_forward:", type="primary", key="visit draw"):
        do(lambda: refill_visit.draw(visit, guess))


def _palpate(visit: Visit) -> None:
    """What the hand feels, and the image that settles a doubt."""
    is_sure = not refill_visit.before(visit).is_shut
    st.markdown(with_terms(TEXT["visit_palpate_sure" if is_sure else "visit_palpate_unsure"]))
    if is_sure:
        return
    if st.button(TEXT["visit_image"], key="visit image"):
        do(lambda: refill_visit.do(visit, "imaged"))
    if visit.has("imaged"):
        st.markdown(with_terms(TEXT["visit_image_said"]))


def _decide(visit: Visit) -> None:
    was = refill_visit.before(visit)
    visit = listing.show(visit, "decide")
    found_ml = was.found_ml
    if found_ml is None:
        st.warning(with_terms(TEXT["visit_compare_shut"]), icon=":material/warning:")
    else:
        _comparison(visit, found_ml)
    decision = st.radio(
        TEXT["visit_decision"],
        refill_visit.DECISIONS,
        None,
        format_func=lambda name: TEXT[f"visit_decision_{name}"],
        key=session.visit.key("decision"),
        persist_state="session",
    )
    if st.button(TEXT["visit_decide"], icon=":material/arrow_forward:", type="primary", key="visit decide"):
        if decision is None:
            st.warning(TEXT["visit_decide_needed"], icon=":material/info:")
        else:
            do(lambda: refill_visit.decide(visit, decision))


def _comparison(visit: Visit, found_ml: float) -> None:
    was = refill_visit.before(visit)
    more = found_ml - was.believed_ml
    way = "none" if abs(more) < CENT_ML else "more" if more > 0.0 else "less"
    sentence = TEXT["visit_compare"].format(actual=ml(found_ml), expected=ml(was.believed_ml))
    st.markdown(f"{with_terms(sentence)} **{plain(TEXT[f'visit_compare_{way}'].format(ml=ml(abs(more))))}**")
    rows = [
        (TEXT["visit_row_actual"], ml(found_ml)),
        (TEXT["visit_row_expected"], ml(was.believed_ml)),
        (TEXT["visit_row_more"], with_sign(more)),
        (TEXT["visit_row_noise"], f"± {ml(findings.SYRINGE_SIGMA_ML)}"),
        (TEXT["visit_row_limit"], f"± {ml(was.least_ml)}"),
        (TEXT["visit_row_band"], f"± {ml(was.band_ml)}"),
        (TEXT["visit_row_resolve"], f"± {ml(refill_visit.RESOLVE_ML)}"),
    ]
    table.show(TEXT["visit_compare_title"], [TEXT["visit_col_what"], TEXT["visit_col_value"]], rows)
    terms.row([name for name, _ in rows], "compare")
    draws, mean = refill_visit.history(visit), refill_visit.trend(visit)
    if len(draws) > 1:
        st.markdown(f"**{TEXT['visit_trend_title']}**")
        lines = [(day(at), with_sign(more_ml)) for at, more_ml, _ in draws]
        table.show(TEXT["visit_trend_title"], [TEXT["visit_trend_day"], TEXT["visit_trend_more"]], lines)
        if mean is None:
            st.markdown(plain(TEXT["visit_trend_few"]))
        else:
            sentence = TEXT["visit_trend_said"].format(n=len(draws), mean=with_sign(mean[0]), noise=ml(mean[1]))
            st.markdown(plain(sentence))
    st.markdown(with_terms(TEXT["visit_decision_said"]))


def _leave(visit: Visit) -> None:
    visit = listing.show(visit, "leave")
    if visit.decision == "stop":
        st.markdown(plain(TEXT["visit_stopped_said"]))
    elif refill_visit.before(visit).pump.is_programmable:
        if listing.act(visit, "ask_again", "pump again"):
            do(lambda: refill_visit.do(visit, "checked_again"))
        if visit.has("checked_again"):
            st.markdown(with_terms(_programme_again(visit)))
    person.write_plan(visit)
    next_day = number_box("next_day", None, 1.0)
    if st.button(TEXT["visit_leave"], icon=":material/arrow_forward:", type="primary", key="visit leave"):
        if next_day is None:
            st.warning(TEXT["visit_next_needed"], icon=":material/info:")
        else:
            do(lambda: refill_visit.leave(visit, next_day))


def _programme_again(visit: Visit) -> str:
    run = runs.run(refill_visit.scenario_after(visit))
    by_name = {change.name: change.after for change in refill_visit.changes(visit)}
    expected_ml = float(run.at(visit.hour).reservoir_believed_ml[0])
    return TEXT["visit_asked_again"].format(
        dose=dose(by_name["dose"] or 0.0),
        strength=strength(by_name["strength"] or 0.0),
        ml=ml(expected_ml),
        due=day(by_name["due"]),
    )


SCREENS: dict[str, Callable[[Visit], None]] = {
    "ask": _ask,
    "draw": _draw,
    "decide": _decide,
    "fill": filling.show,
    "program": programming.program,
    "confirm": programming.confirm,
    "observe": person.observe,
    "leave": _leave,
}
