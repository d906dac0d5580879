"""Keeps the address of the page up to date, so that a reload, a lost line or a new server lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from app.components.component import component


@dataclass(frozen=True)
class Address:
    """What the browser needs to know of the address, and of the session that answers."""

    query: str  # name under which the link lies in the address
    link: str
    page: str
    token: str  # a word of this session; where another comes, the session that drew the page is lost
    asked: int  # how often the browser asked, after a lost line, which session answers
    refused: str  # name under which it sends along an address that could not be read; empty where it could


def show(address: Address, on_back: Callable[[], None], on_missed: Callable[[], None]) -> None:
    """Nothing to be seen.

    on_back: called where a lost line is there again; on_missed: where what was done last could not be done once more.
    """
    calls = {"on_back_change": on_back, "on_missed_change": on_missed}
    component("address")(data=asdict(address), key="address", height=1, width=1, **calls)
