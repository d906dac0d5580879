"""Lines for which the learner's word has to do: ticked where they are asked for, or found in a list without prompts."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import terms
from app.pages.visit.acting import do
from app.teaching import refill_visit
from app.teaching.refill_visit import Step, Visit
from app.words.term_links import each_with_terms
from app.words.text import TEXT, label, plain


def show(visit: Visit, step: Step) -> Visit:
    """The lines of a step; the visit as it is with what was ticked, which the next act keeps."""
    if visit.depth == "expert":
        _without_prompts(visit, step)
        return visit
    items = refill_visit.prompted(session.visit.checklist(), visit, step)
    if not items:
        return visit
    st.markdown(f"**{plain(TEXT['visit_your_word'])}**")
    names = [
        item.id
        for item in items
        if st.checkbox(
            label(item.words),
            visit.has(refill_visit.mark(item, step)),
            key=session.visit.key(f"tick {item.id}"),
            persist_state="session",
        )
    ]
    terms.row([item.words for item in items], "ticks")
    return refill_visit.tick(visit, items, step, names)


def act(visit: Visit, name: str, key: str) -> bool:
    """Button of an act, pressed or not; in a visit without prompts the act is found in the list."""
    return visit.depth != "expert" and st.button(TEXT[f"visit_{name}"], key=f"visit {key}")


def _without_prompts(visit: Visit, step: Step) -> None:
    items = {item.id: item for item in refill_visit.listed(session.visit.checklist(), visit)}
    names = st.multiselect(
        TEXT["visit_list"],
        list(items),
        format_func=lambda name: items[name].words,
        key=session.visit.key(f"list {step} {len(visit.deeds)}"),
        placeholder=TEXT["visit_list_hint"],
    )
    terms.row([item.words for item in items.values()], "list")
    if st.button(TEXT["visit_list_do"], key="visit list"):
        do(lambda: refill_visit.choose(visit, [items[name] for name in names], step))
    noted = [item.words for item in items.values() if visit.has(refill_visit.mark(item, step))]
    if noted:
        st.markdown("\n".join(f"- {text}" for text in each_with_terms(noted)))
