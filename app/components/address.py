"""Keeps the address of the page up to date, so that a reload, a lost line or a new server lose nothing."""

from __future__ import annotations

from collections.abc import Callable

from app.components.component import component


def show(query: str, link: str, token: str, page: str, on_missed: Callable[[], None]) -> None:
    """Nothing to be seen: writes `link` under the name `query` into the address of `page`.

    token: a word of this session; where another comes, the session that drew the page is lost, and the browser opens
    its address again.
    on_missed: called where what was done last could not be done once more after that.
    """
    data = {"query": query, "link": link, "token": token, "page": page}
    calls = {"on_back_change": lambda: None, "on_missed_change": on_missed}
    component("address")(data=data, key="address", height=1, width=1, **calls)
