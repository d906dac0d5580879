"""Changes that were asked for and cannot be carried out: they stay where they were made, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

WISHES: Final = "wishes"  # path -> what was asked for there and cannot be carried out


@dataclass(frozen=True)
class Wish:
    """A change that was asked for at a control or a field."""

    paths: tuple[str, ...]
    value: Any  # of the widget; of a box the number that an arrow key led to, None where it was typed
    text: str | None = None  # what a box shows; None where another widget was moved
    problems: tuple[str, ...] = ()  # why it cannot be carried out


def wishes() -> Mapping[str, Wish]:
    """Path of a control or field -> the change that was asked for there and cannot be carried out."""
    pending: Mapping[str, Wish] = st.session_state.get(WISHES, {})
    return pending


def keep(pending: Mapping[str, Wish]) -> None:
    """These wishes and no others."""
    st.session_state[WISHES] = pending
