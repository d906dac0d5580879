"""What a refill visit sees of the person: before, half an hour after, and what goes home in writing."""

from __future__ import annotations

import streamlit as st

from app.pages.visit import listing
from app.pages.visit.acting import do
from app.teaching import refill_visit
from app.teaching.refill_visit import Sign, Visit
from app.words.model_names import in_words
from app.words.numbers import digits
from app.words.patient import patient_word, patient_words
from app.words.term_links import each_with_terms, with_terms
from app.words.text import TEXT, day, plain
from sim import catalogue
from sim.body import Drug


def ask(visit: Visit) -> None:
    """The person's own account, and alertness, breathing and gait before anything is done."""
    if listing.act(visit, "person", "person"):
        do(lambda: refill_visit.do(visit, "person_asked"))
    if visit.has("person_asked"):
        st.markdown(plain(_account(visit)))
    if listing.act(visit, "baseline", "baseline"):
        do(lambda: refill_visit.do(visit, "baseline_checked"))
    if visit.has("baseline_checked"):
        st.markdown(plain(TEXT["visit_signs"].format(signs=signs_in_words(refill_visit.signs_before(visit)))))


def observe(visit: Visit) -> None:
    """Half an hour's watch, and what can be seen at its end."""
    visit = listing.show(visit, "observe")
    if listing.act(visit, "watch", "watch"):
        do(lambda: refill_visit.do(visit, "observed"))
    if visit.has("observed"):
        before = TEXT["visit_signs_nobody"]
        if visit.has("baseline_checked"):
            before = signs_in_words(refill_visit.signs_before(visit))
        after = signs_in_words(refill_visit.signs_after(visit))
        st.markdown(plain(TEXT["visit_watched"].format(before=before, after=after)))
        st.caption(with_terms(TEXT["visit_watched_said"]))
    if st.button(TEXT["visit_watch_over"], icon=":material/arrow_forward:", type="primary", key="visit watch over"):
        do(lambda: refill_visit.do(visit, "observation_over"))


def write_plan(visit: Visit) -> None:
    """The plan for the person and a carer: signs of both sides, and the days by which somebody has to act."""
    if listing.act(visit, "plan", "plan"):
        do(lambda: refill_visit.do(visit, "plan_written"))
    if not visit.has("plan_written"):
        return
    plan = refill_visit.plan(visit)
    lines = [line for drug in plan.drugs for line in _signs_to_know(drug)]
    alarm = TEXT["visit_plan_no_alarm"] if plan.alarm_day is None else day(plan.alarm_day)
    keeps = TEXT["visit_plan_keeps_unknown"] if plan.stable_day is None else day(plan.stable_day)
    lines.append(TEXT["visit_plan_days"].format(alarm=alarm, keeps=keeps, due=day(plan.due_day)))
    lines.append(TEXT["visit_plan_number"])
    with st.container(border=True):
        st.markdown(f"**{TEXT['visit_plan_title']}**")
        st.markdown("\n".join(f"- {line}" for line in each_with_terms(lines)))


def signs_in_words(signs: tuple[Sign, ...]) -> str:
    """What can be seen, in a person's words; drugs whose harm is not modelled say so."""
    if not signs:
        return TEXT["visit_signs_unknown"]
    words = [patient_word(sign.drug, sign.side, sign.grade) for sign in signs if sign.grade]
    return "; ".join(words) or TEXT["visit_signs_none"]


def _signs_to_know(drug: Drug) -> list[str]:
    """One line for each side of a drug that is modelled."""
    lines = []
    for side in refill_visit.SIDES:
        key = f"visit_plan_{side}"
        if refill_visit.has_side(drug, side):
            words = "; ".join(word for _, word in patient_words(drug, side))
            lines.append(TEXT[key].format(drug=in_words(drug.title), words=words))
        else:
            lines.append(TEXT[f"{key}_unknown"].format(drug=in_words(drug.title)))
    return lines


def _account(visit: Visit) -> str:
    """What the person noted lately, beside the best week before."""
    relief = refill_visit.late_and_best(visit)
    if relief is None:
        has_effect = catalogue().drugs[visit.scenario.drug].effect is not None
        return TEXT["visit_person_short" if has_effect else "visit_person_none"]
    return TEXT["visit_person_said"].format(late=digits(relief[0], 2), best=digits(relief[1], 2))
