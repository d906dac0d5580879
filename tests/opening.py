"""The page opened without a browser: at an address, at a link, or one room of it alone; and what it then shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from streamlit.testing.v1 import AppTest

from app import session
from app.files.exchange import to_link
from app.files.link_state import LinkState, state_link
from app.files.work_state import TABS
from app.runs import with_handles
from app.session import number_box
from app.session.view import VIEWS
from app.words import glossary
from app.words.numbers import number_text
from app.words.text import BANNER, TEXT
from sim import Scenario, catalogue
from sim.scenario import field_at

MAIN: Final = Path(__file__).parents[1] / "app" / "main.py"
FIRST: Final = "half-a-leak"
SCENARIOS: Final = catalogue().scenarios
PATIENCE_S: Final = 60
TERM: Final = re.compile(r'\[((?:\\.|[^\\\]])*)\]\(#term-(\w+) "((?:\\.|[^\\"])*)"\)')


def unopened() -> AppTest:
    """The whole page, before its first run."""
    return AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)


def opened(**query: str | list[str]) -> AppTest:
    """The whole page, opened at an address."""
    page = unopened()
    for name, value in query.items():
        page.query_params[name] = value
    return shown(page.run())


def linked(scenario: Scenario | LinkState | dict[str, Any]) -> AppTest:
    """The whole page, opened at a link to a scenario, to a whole state, or to data that may be wrong."""
    if isinstance(scenario, dict):
        return opened(s=to_link({"scenario": scenario}))
    return opened(s=state_link(scenario if isinstance(scenario, LinkState) else LinkState(scenario=scenario)))


def room(script: Callable[..., None], **words: Any) -> AppTest:
    """One room by itself, shown by a script, before its first run."""
    return AppTest.from_function(script, kwargs=words, default_timeout=PATIENCE_S)


def sound(page: AppTest) -> AppTest:
    """The page, without any trace on it."""
    assert not page.exception, page.exception[0].message
    return page


def shown(page: AppTest) -> AppTest:
    """The whole page, without any trace on it, below its banner."""
    assert any(text.value == BANNER for text in sound(page).markdown)
    return page


def as_read(markdown: str) -> str:
    """What is read of a text in Markdown: without escapes, and a word to tap is a word."""
    return re.sub(r"\\(.)", r"\1", TERM.sub(r"\1", markdown))


def terms_to_tap(markdown: str) -> list[tuple[str, str]]:
    """Key and note of each word to tap in a text in Markdown."""
    return [(key, as_read(note)) for _, key, note in TERM.findall(markdown)]


def words_to_tap(page: AppTest) -> set[str]:
    """Keys of all words that can be tapped in texts of the page."""
    texts = (*page.markdown, *page.caption, *page.warning, *page.error, *page.info, *page.success)
    return {key for text in texts for key, _ in terms_to_tap(text.value)}


def words_in_labels(page: AppTest) -> set[str]:
    """Keys of the technical words in the labels of what can be ticked."""
    marked = glossary.mark([as_read(box.label) for box in page.checkbox])
    return {key for parts in marked for _, key in parts if key}


def more(page: AppTest) -> AppTest:
    """The page with its last tab open."""
    page.session_state["tabs"] = TEXT["tab_more"]
    return shown(page.run())


def seen_through(page: AppTest) -> None:
    """Open every view and every tab, one of each at a time; none of them complains."""
    for view, tab in zip_longest(VIEWS, TABS, fillvalue=""):
        if view:
            page.selectbox(key="view").set_value(view)
        if tab:
            page.session_state["tabs"] = TEXT[f"tab_{tab}"]
        assert complaints(shown(page.run())) == [], (view, tab)
        assert not view or page.session_state["view"] == view
        assert not tab or page.session_state["tabs"] == TEXT[f"tab_{tab}"]


def press(page: AppTest, key: str) -> AppTest:
    """The page after a button of it was pressed."""
    return sound(page.button(key=key).click().run())


def type_in(page: AppTest, path: str, entry: float | str | None) -> AppTest:
    """The page with something typed into the box of a field or a number, not yet run."""
    text = "" if entry is None else entry if isinstance(entry, str) else number_text(entry)
    turn = box(page, path)["heard"] + 1
    page.session_state[number_box.key(path)] = {"entry": {"text": text, "number": None, "turn": turn}}
    return page


# ------------------------------------------------------------------ what it shows


def boxes(page: AppTest) -> dict[str, dict[str, Any]]:
    """What every number box of the page was handed, by the path of its field or the key of its number."""
    protos = [one.proto for one in page.get("bidi_component") if one.proto.component_name == "pumplab_number_box"]
    return {proto.id.partition(f"-{number_box.PREFIX}")[2]: json.loads(proto.json) for proto in protos}


def box(page: AppTest, path: str) -> dict[str, Any]:
    """What one number box was handed: its number and text, and what is wrong with the text."""
    return boxes(page)[path]


def now(page: AppTest) -> Scenario:
    """The scenario of the session."""
    return page.session_state[session.scenario.HISTORY].now.now


def tiles(page: AppTest) -> list[tuple[str, str, str]]:
    """Label, value and comparison of every tile."""
    return [(tile.label, tile.value, tile.delta) for tile in page.metric]


def address_of(page: AppTest) -> str:
    """The link that the page keeps in its address."""
    (place,) = [one.proto for one in page.get("bidi_component") if one.proto.component_name == "pumplab_address"]
    return str(json.loads(place.json)["link"])


def values(page: AppTest) -> dict[str, float]:
    """What the sliders show, by the path of the field."""
    return {slider.key: slider.value for slider in page.slider}


def complaints(page: AppTest) -> list[str]:
    """The sentences that say what is wrong."""
    return [error.value for error in page.error]


def wanted(scenario: Scenario) -> dict[str, float]:
    """What the sliders of a scenario are to show."""
    ready = with_handles(scenario)
    return {control.paths[0]: field_at(ready, control.paths[0])[3] for control in ready.controls}
