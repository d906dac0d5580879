"""The first tour: five short stops, at most a minute, that can be left at any time."""

from __future__ import annotations

from typing import Final

import streamlit as st

from app.words.text import TEXT

STOPS: Final = ("welcome", "controls", "stage", "truths", "beside")
STOP, SEEN = "tour stop", "tour seen"


def show() -> None:
    """The stop of the tour where the newcomer stands; nothing once it is over."""
    state = st.session_state
    if state.get(SEEN):
        return
    place = state.setdefault(STOP, 0)
    with st.container(key="tour", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{place + 1}/{len(STOPS)}** {TEXT[f'tour_{STOPS[place]}']}")
        is_last = place + 1 == len(STOPS)
        st.button(TEXT["tour_last" if is_last else "tour_next"], key="tour-next", on_click=_next, type="primary")
        if not is_last:
            st.button(TEXT["tour_leave"], key="tour-leave", on_click=_leave)


def _next() -> None:
    if st.session_state[STOP] + 1 < len(STOPS):
        st.session_state[STOP] += 1
    else:
        _leave()


def _leave() -> None:
    st.session_state[SEEN] = True


def again() -> None:
    """From the first stop on."""
    st.session_state[SEEN], st.session_state[STOP] = False, 0
