"""The drawer "Why this curve?": what explains a curve, and what if one of its numbers is wrong."""

from __future__ import annotations

import streamlit as st

from app import runs, session
from app.components import table
from app.runs import Knob, WhatIf
from app.words.text import TEXT, Words, plain
from sim import Result, Scenario, ScenarioError


def tried(view: str, scenario: Scenario, drug: str | None = None) -> WhatIf | None:
    """The run that was asked for of one of `why.VIEWS`; None if none was, or if it cannot be carried out."""
    choice = session.view.what_if(view)
    if not choice:
        return None
    try:
        return runs.what_if(scenario, *_split(choice), drug)
    except (ScenarioError, ValueError):  # refused, or another scenario does not have the number
        return None


def show(view: str, scenario: Scenario, result: Result, drug: str | None = None) -> None:
    """What explains one of `why.VIEWS`, of one drug of a mixture, and what if one of its numbers is wrong."""
    found = runs.why(view, scenario, drug)
    st.markdown(plain(found.said))
    _what_if(result, found)
    with st.container(key=f"equations-why-{view}"):
        for one in found.equations:
            with st.container(border=True, gap="small"):
                st.markdown(f"**{plain(one.name)}.** {plain(one.words)}")
                st.code(one.formula, language=None, wrap_lines=True)
                st.caption(f"{TEXT['source']}: {plain(one.source)}")
    st.markdown(f"**{TEXT['why_parameters']}**")
    table.show(f"{TEXT['why_parameters']}: {view}", Words("why")["columns"], [_row(one) for one in found.knobs])
    st.caption(TEXT["why_no_number"])


def _row(knob: Knob) -> tuple[str, ...]:
    shown = knob.shown
    value, legal = (f"{text} {shown.unit}".rstrip() for text in (shown.value, shown.legal))
    if knob.is_own:
        return shown.label, value, TEXT["choice"], legal, TEXT["why_of_scenario"]
    return shown.label, value, shown.grade, legal, shown.source


def _split(choice: str) -> tuple[str, float]:
    path, _, factor = choice.rpartition(" ")
    return path, float(factor)


def _what_if(result: Result, found: runs.Why) -> None:
    """The choice, and what became of the run that it asks for."""
    choices = found.choices()
    names = {"": TEXT["why_as_it_is"]} | {f"{path} {factor:g}": text for (path, factor), text in choices.items()}
    session.view.what_if(found.view, list(names))  # another scenario may not have the number
    chosen = st.selectbox(
        f"{TEXT['why_what_if']} ({TEXT[f'tab_{found.view}']})",
        list(names),
        format_func=names.__getitem__,
        key=session.view.what_if_key(found.view),
        persist_state="session",
    )
    if not chosen:
        return
    try:
        run = runs.what_if(found.scenario, *_split(chosen), found.drug)
    except ScenarioError as error:
        st.error(f"{TEXT['why_refused']} {plain(str(error))}", icon=":material/block:")
        return
    if runs.is_moved(found.view, found.scenario, result, run, found.drug):
        st.markdown(plain(TEXT["why_drawn"].format(words=run.words)))
    else:
        st.markdown(plain(TEXT["why_same"]))
