"""The drawer "Why this curve?": what explains a curve, and what if one of its numbers is wrong."""

from __future__ import annotations

import streamlit as st

from app import runs, session
from app.components import table
from app.runs import Knob, WhatIf
from app.words.refusals import refusal_in_words
from app.words.text import TEXT, Words, plain
from sim import Result, Scenario, ScenarioError


def what_if_run(view: str, scenario: Scenario, drug: str | None = None) -> WhatIf | None:
    """The run with another number that the reader asked for in a view; None without one, or if it cannot be run."""
    choice = session.view.what_if(view)
    if not choice:
        return None
    try:
        return runs.what_if(scenario, *_split(choice), drug)
    except (ScenarioError, ValueError):  # refused, or another scenario does not have the number
        return None


def show(view: str, scenario: Scenario, result: Result, drug: str | None = None) -> None:
    """What explains a view, for one drug of a mixture, and what if one of its numbers is wrong."""
    reasons = runs.why(view, scenario, drug)
    st.markdown(plain(reasons.sentence))
    _what_if(result, reasons)
    with st.container(key=f"equations-why-{view}"):
        for equation in reasons.equations:
            with st.container(border=True, gap="small"):
                st.markdown(f"**{plain(equation.name)}.** {plain(equation.words)}")
                st.code(equation.formula, language=None, wrap_lines=True)
                st.caption(f"{TEXT['source']}: {plain(equation.source)}")
    st.markdown(f"**{TEXT['why_parameters']}**")
    table.show(f"{TEXT['why_parameters']}: {view}", Words("why")["columns"], [_row(knob) for knob in reasons.knobs])
    st.caption(TEXT["why_no_number"])


def _row(knob: Knob) -> tuple[str, ...]:
    line = knob.parameter
    value, legal = (f"{text} {line.unit}".rstrip() for text in (line.value, line.legal))
    if knob.is_own:
        return line.label, value, TEXT["choice"], legal, TEXT["why_of_scenario"]
    return line.label, value, line.grade, legal, line.source


def _split(choice: str) -> tuple[str, float]:
    path, _, factor = choice.rpartition(" ")
    return path, float(factor)


def _what_if(result: Result, reasons: runs.Why) -> None:
    """The choice, and what became of the run that it asks for."""
    choices = reasons.choices()
    names = {"": TEXT["why_as_it_is"]} | {f"{path} {factor:g}": text for (path, factor), text in choices.items()}
    session.view.what_if(reasons.view, list(names))  # another scenario may not have the number
    choice = st.selectbox(
        f"{TEXT['why_what_if']} ({TEXT[f'tab_{reasons.view}']})",
        list(names),
        format_func=names.__getitem__,
        key=session.view.what_if_key(reasons.view),
        persist_state="session",
    )
    if not choice:
        return
    try:
        run = runs.what_if(reasons.scenario, *_split(choice), reasons.drug)
    except ScenarioError as error:
        words = " ".join(refusal_in_words(problem, reasons.scenario) for problem in error.problems)
        st.error(f"{TEXT['why_refused']} {plain(words)}", icon=":material/block:")
        return
    if runs.is_moved(reasons.view, reasons.scenario, result, run, reasons.drug):
        st.markdown(plain(TEXT["why_drawn"].format(words=run.words)))
    else:
        st.markdown(plain(TEXT["why_same"]))
