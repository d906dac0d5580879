"""The session: every key of the framework's session state, and nothing else holds one."""

from app.session import (
    address,
    axes,
    history,
    lesson,
    link,
    number_box,
    picker,
    pins,
    scenario,
    settings,
    trial,
    view,
    visit,
    wish,
)

__all__ = [
    "address",
    "axes",
    "history",
    "lesson",
    "link",
    "number_box",
    "picker",
    "pins",
    "scenario",
    "settings",
    "trial",
    "view",
    "visit",
    "wish",
]
