"""The card that says what too much or too little of a drug means for a patient; teaching only."""

from __future__ import annotations

import streamlit as st

from app.teaching.emergencies import PARTS, cards
from app.words.text import TEXT, plain
from sim import Result, Scenario, catalogue


def show_button(scenario: Scenario, result: Result) -> None:
    """A button that opens the cards of all emergencies of a run, by their start; nothing where there is none."""
    of_drugs = {scenario.drug: result, **result.others}
    spells = [
        (spell.start_h, catalogue().drugs[name].family, spell.side)
        for name, run in of_drugs.items()
        for spell in run.emergencies
    ]
    keys = list(dict.fromkeys((family, side) for _, family, side in sorted(spells)))
    if keys:
        with st.popover(TEXT["emergency_button"], icon=":material/emergency:"):
            for family, side in keys:
                show_card(family, side)


def show_card(family: str, side: str) -> None:
    """The card of a family of drugs and a side, too_much or too_little, where the page stands; nothing if none."""
    card = cards().get((family, side))
    if card is None:
        return
    name = TEXT[f"emergency_{family.replace('-', '_')}"]
    st.markdown(f"#### {TEXT['emergency_heading']}")
    kind = "distress" if (family, side) == ("opioid", "too_little") else side
    st.markdown(f"**{plain(TEXT[f'emergency_{kind}'].format(drug=name))}**")
    for part in PARTS:
        sentences = card.sentences(part)
        title = TEXT["emergency_remove" if part == "restore" and side == "too_much" else f"emergency_{part}"]
        lines = "\n".join(f"- {plain(sentence.text)}" for sentence in sentences)
        st.markdown(f"**{title}**\n\n{lines}")
    with st.expander(TEXT["emergency_sources"]):
        rows = [sentence for part in PARTS for sentence in card.sentences(part)]
        st.markdown("\n".join(f"- {plain(row.text)} *{row.grade}: {plain(row.source)}*" for row in rows))
