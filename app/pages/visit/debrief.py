"""What really happened at a refill visit: in words, in charts, and on the checklist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from app import runs, session
from app.components import chart
from app.figures import visit as figures
from app.figures.parts import Look, Part
from app.pages.visit import aftermath, educator
from app.pages.visit.acting import do, hand_over
from app.teaching import refill_visit
from app.teaching.refill_visit import Truth, Visit
from app.words.model_names import kind_in_words, sentence_of
from app.words.numbers import digits, number_text
from app.words.term_links import each_with_terms, with_terms
from app.words.text import TEXT, amount, day, percent, plain, strength
from app.words.volume import ml, with_sign
from sim import Scenario, catalogue

CHART_PX = 300


@dataclass(frozen=True)
class Fact:
    """A sentence of what really happened; what went wrong today is loud."""

    text: str
    is_loud: bool = False


def show(visit: Visit, open_scenario: Callable[[Scenario], None], ink: str) -> None:
    """The truth in words and charts, the ways on, and the checklist."""
    st.markdown(plain(TEXT["visit_case"].format(title=visit.scenario.title)))
    st.subheader(TEXT["visit_device_title"])
    _facts(visit)
    aftermath.show(visit)
    scenario = refill_visit.scenario_after(visit)
    run, pump = runs.run(scenario), catalogue().pumps[scenario.pump]
    look = Look(f"{scenario.title} {visit.day:g}", CHART_PX, ink)
    volume, dose = figures.volume(run, visit.day, pump, look), figures.dose(run, visit.day, look)
    _place(volume, "visit volume", figures.describe_volume(run, visit.day), TEXT["visit_volume_title"])
    truth = refill_visit.truth(visit)
    words = TEXT["visit_truth_ratio"].format(day=day(truth.later_day), share=percent(truth.dose_ratio))
    _place(dose, "visit dose", words, TEXT["visit_dose_title"])
    with st.container(horizontal=True, gap="small"):
        if st.button(TEXT["visit_open"], icon=":material/arrow_forward:", key="visit open"):
            hand_over(lambda: open_scenario(scenario))
        if st.button(TEXT["visit_next"].format(day=number_text(visit.next_day)), key="visit next"):
            at = visit.next_day or scenario.duration_day
            do(lambda: _next(scenario, at, visit))
    st.caption(with_terms(TEXT["visit_done_said"].format(day=number_text(visit.day))))
    educator.show_score(visit)


def _facts(visit: Visit) -> None:
    truth = refill_visit.truth(visit)
    lines = [] if truth.verdict is None else [Fact(TEXT[f"visit_verdict_{truth.verdict}"], is_loud=True)]
    difference = TEXT["visit_truth_more"].format(ml=with_sign(truth.more_ml), n=_of_hundred(truth.beyond_frac))
    lines.append(Fact(difference))
    if truth.last_pocket_ml > 0.0:
        pocket = {"ml": ml(truth.last_pocket_ml), "amount": amount(truth.last_pocket_mcg)}
        lines.append(Fact(TEXT["visit_truth_last_pocket"].format(**pocket)))
    lines += [Fact(TEXT["visit_truth_cause"].format(text=sentence_of(cause))) for cause in truth.causes]
    if truth.acting:
        kinds = ", ".join(map(kind_in_words, truth.acting))
        lines.append(Fact(TEXT["visit_truth_acting"].format(kinds=kinds)))
    lines += _fill_facts(truth)
    texts = zip(lines, each_with_terms([line.text for line in lines]), strict=True)
    st.markdown("\n".join(f"- **{text}**" if line.is_loud else f"- {text}" for line, text in texts))


def _of_hundred(frac: float) -> str:
    """A share as so many of a hundred, in whole syringes.

    >>> _of_hundred(0.0), _of_hundred(5.7e-7), _of_hundred(0.306)
    ('0', '< 1', '31')
    """
    return "< 1" if 0.0 < frac < 0.01 else digits(round(100.0 * frac), 3)


def _fill_facts(truth: Truth) -> list[Fact]:
    """What went in, and what came of it; what went wrong today is in bold."""
    lines = []
    if truth.actual_mcg_ml is None:
        lines.append(Fact(TEXT["visit_truth_no_fill"]))
    else:
        vial, pump = strength(truth.actual_mcg_ml), strength(truth.programmed_mcg_ml)
        key = "visit_truth_vial_same" if vial == pump else "visit_truth_vial"
        lines.append(Fact(TEXT[key].format(true=vial, programmed=pump), is_loud=vial != pump))
        pocket = {"ml": ml(truth.pocket_ml), "amount": amount(truth.pocket_mcg)}
        key = "visit_truth_pocket" if truth.pocket_ml > 0.0 else "visit_truth_no_pocket"
        lines.append(Fact(TEXT[key].format(**pocket), is_loud=truth.pocket_ml > 0.0))
    ratio = TEXT["visit_truth_ratio"].format(day=day(truth.later_day), share=percent(truth.dose_ratio))
    lines.append(Fact(ratio, is_loud=percent(truth.dose_ratio) != percent(1.0)))
    alarm = TEXT["visit_truth_alarm_none"]
    if truth.low_alarm_day is not None:
        alarm = TEXT["visit_truth_alarm_on"].format(day=day(truth.low_alarm_day))
    dry = "visit_truth_no_dry" if truth.dry_day is None else "visit_truth_dry"
    lines.append(Fact(TEXT[dry].format(alarm=alarm, dry=day(truth.dry_day))))
    return lines


def _next(scenario: Scenario, at: float, visit: Visit) -> Visit:
    """The next visit of the same person, with the same chance."""
    fresh = refill_visit.begin(scenario, at, visit.seed, visit.pocket_fill, visit.mix_up, visit.depth)
    session.visit.forget()
    return fresh


def _place(figure: Part, key: str, words: str, title: str) -> None:
    st.markdown(f"**{plain(title)}**")
    chart.show(figure, key, int(figure["layout"]["height"]), words, title=title, has_cursor=False)
    st.caption(with_terms(words))
