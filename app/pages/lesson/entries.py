"""What several steps of a lesson share: why an entry could not be taken, and how sure the learner is."""

from __future__ import annotations

import streamlit as st

from app import session
from app.teaching.lessons import progress as way
from app.words.text import TEXT, Words, plain

SURE_WORDS = Words("lesson_sure")


def problems() -> None:
    """Why the last entry could not be taken, in one box."""
    if session.lesson.problems():
        lines = "\n".join(f"- {plain(problem)}" for problem in session.lesson.problems())
        st.error(f"{TEXT['lesson_not_taken']}\n{lines}", icon=":material/block:")


def how_sure(name: str) -> None:
    """How sure the learner is of the prediction, or of an answer."""
    st.segmented_control(
        TEXT["lesson_sure"],
        way.CONFIDENCE,
        format_func=lambda confidence: SURE_WORDS[str(confidence)],
        key=session.lesson.key(f"sure {name}"),
        persist_state="session",
    )
