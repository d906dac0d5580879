"""The first tour: five short stops, at most a minute, that can be left at any time."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from app import session
from app.words.text import TEXT

STOPS: Final = ("welcome", "controls", "stage", "truths", "beside")


def show() -> None:
    """The stop of the tour that the newcomer has reached; nothing once it is over."""
    place = session.view.tour_stop()
    if place is None:
        return
    with st.container(key="tour", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{place + 1}/{len(STOPS)}** {TEXT[f'tour_{STOPS[place]}']}")
        is_last = place + 1 == len(STOPS)
        words = TEXT["tour_last" if is_last else "tour_next"]
        st.button(words, key="tour-next", on_click=partial(session.view.next_stop, len(STOPS)), type="primary")
        if not is_last:
            st.button(TEXT["tour_leave"], key="tour-leave", on_click=session.view.leave_tour)
