"""The debrief of a refill visit: what the learner's own programming did, and the person's course after it."""

from __future__ import annotations

import streamlit as st

from app.pages.emergency_card import show_card
from app.teaching import refill_visit
from app.teaching.refill_visit import Course, DoseReview, Episode, Visit
from app.words.model_names import in_words
from app.words.numbers import digits
from app.words.patient import patient_word
from app.words.text import TEXT, day, dose, plain


def show(visit: Visit) -> None:
    """Dose found, dose left and dose intended; then the person until the next visit."""
    st.subheader(TEXT["visit_own_title"])
    st.markdown(plain(own_programming(refill_visit.doses(visit))))
    st.subheader(TEXT["visit_course_title"])
    course = refill_visit.course(visit)
    st.markdown("\n".join(f"- {plain(line)}" for line in _lines(course)))
    for family, side in dict.fromkeys((spell.sign.drug.family, spell.sign.side) for spell in course.spells):
        with st.expander(TEXT["visit_course_card"].format(side=TEXT[f"visit_course_side_{side}"])):
            show_card(family, side)


def own_programming(doses: DoseReview) -> str:
    """One or two sentences; each gives the doses that it compares."""
    intended, found, left = (dose(value) for value in (doses.intended_mcg_day, doses.found_mcg_day, doses.left_mcg_day))
    first = TEXT["visit_own_found_same"].format(found=found)
    if not refill_visit.is_near(doses.found_mcg_day, doses.intended_mcg_day):
        times = _times(doses.found_mcg_day, doses.intended_mcg_day)
        first = TEXT["visit_own_found_other"].format(found=found, times=times, intended=intended)
    if not doses.is_programmed:
        second = TEXT["visit_own_untouched"]
    elif doses.is_kept:
        second = TEXT["visit_own_left"]
    elif refill_visit.is_near(doses.left_mcg_day, doses.intended_mcg_day):
        second = TEXT["visit_own_restored"].format(left=left)
    else:
        second = TEXT["visit_own_changed"].format(left=left, times=_times(doses.left_mcg_day, doses.intended_mcg_day))
    return f"{first} {second}"


def _times(value: float, intended: float) -> str:
    """So many times the intended dose; a dash where none was intended.

    >>> _times(400.0, 200.0), _times(50.0, 200.0)
    ('2', '0.25')
    """
    return digits(value / intended, 2) if intended > 0.0 else TEXT["none"]


def _lines(course: Course) -> list[str]:
    lines = [_episode(episode) for episode in course.spells]
    for worst in course.worst:
        sign = worst.sign
        words = {"words": patient_word(sign.drug, sign.side, sign.grade), "day": day(worst.day)}
        lines.append(TEXT[f"visit_course_{sign.side}"].format(**words))
    if not lines:
        lines.append(TEXT["visit_course_calm"].format(day=day(course.until_day)))
    return lines


def _episode(episode: Episode) -> str:
    sign, spell = episode.sign, episode.emergency
    side = TEXT[f"visit_course_side_{sign.side}"]
    facts = {"side": side, "drug": in_words(sign.drug.title), "day": day(spell.start_h / 24.0)}
    if spell.end_h is None:
        return TEXT[f"visit_course_{spell.kind}_lasts"].format(**facts)
    return TEXT[f"visit_course_{spell.kind}"].format(**facts, end=day(spell.end_h / 24.0))
