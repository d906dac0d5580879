"""Around the pump: what patient leaflets name, item by item, and where each is to be found."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, get_args

import streamlit as st

from app import session
from app.teaching import leaflet
from app.teaching.leaflet import Group, LeafletRow
from app.words.term_links import with_terms
from app.words.text import TEXT, plain

FROM = "leaflet_from"  # where a scenario comes from that this page has made
GROUPS = get_args(Group)
ALL = "all"


def show(pages: Mapping[str, Any]) -> None:
    """A searchable list of cards in two columns; pages: those that exist, by name, to be linked to."""
    with st.container(key="leaflet"):
        st.markdown(with_terms(TEXT["leaflet_said"]))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            words = st.text_input(TEXT["leaflet_search"], key="leaflet words", width=300)
            group = st.segmented_control(
                TEXT["leaflet_group"],
                (ALL, *GROUPS),
                format_func=lambda name: TEXT[f"leaflet_group_{name}"],
                default=ALL,
                key="leaflet group",
                required=True,
            )
        every = leaflet.rows()
        rows = leaflet.search(every, words, None if group == ALL else group)
        st.caption(TEXT["leaflet_counted"].format(n=len(rows), all=len(every)) if rows else TEXT["leaflet_none_found"])
        for name in GROUPS:
            cards = [row for row in rows if row.group == name]
            if cards:
                st.header(TEXT[f"leaflet_group_{name}"])
                columns = st.columns(2, gap="medium")
                for place, row in enumerate(cards):
                    with columns[place % 2], st.container(border=True, gap="small", key=f"leaflet-{row.number}"):
                        _card(row, pages)


def _card(row: LeafletRow, pages: Mapping[str, Any]) -> None:
    st.markdown(f"**{plain(row.item)}** ({plain(TEXT[f'leaflet_judge_{row.judge}'])})\n\n{plain(row.text)}")
    if row.source:
        st.caption(plain(TEXT["leaflet_source"].format(source=row.source)))
    if places := [leaflet.place_in_words(place, row) for place in row.where]:
        st.caption(plain(TEXT["leaflet_where"].format(places="; ".join(places))))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        scenario = leaflet.scenario_of(row)
        if scenario is not None and row.open is not None:
            origin = row.open.scenario if row.open.is_packaged else FROM
            title = plain(TEXT["leaflet_open"].format(title=scenario.title))
            take_up = partial(session.picker.open_scenario, scenario, origin)
            st.button(title, key=f"leaflet open {row.number}", on_click=take_up)
        for place in row.where:
            if place.page is not None and place.page in pages:
                st.page_link(pages[place.page], label=TEXT[f"page_{place.page}"])
            if place.lesson is not None:
                name = TEXT["leaflet_place_lesson"].format(name=place.lesson)
                st.button(
                    f"{name[0].upper()}{name[1:]}",
                    key=f"leaflet lesson {row.number} {place.lesson}",
                    on_click=partial(session.picker.open_lesson, place.lesson),
                )
