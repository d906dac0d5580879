"""Links: what was copied comes back exactly; what is broken, new or hostile gets a sentence and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from app.files.exchange import QUERY, to_link
from app.files.link_state import LinkState, ViewState, state_link
from app.runs import Pin
from app.words.text import TEXT
from sim import catalogue
from tests.browser.visit import OCCLUSION, TEAR, Visit

FIRST = "half-a-leak"
TRACE_WORDS = ("Traceback", 'File "', ".py", "stackoverflow", "google", "chatgpt")
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "**bold**",
    "$\\href{javascript:alert(1)}{x}$",
    "[a](http://example.org)",
    "![p](http://example.org/p.png)",
    ":red[red]",
    "`code`",
    "http://example.org",
    "www.example.org",
    "a@example.org",
)


def plain_data(name: str = FIRST) -> dict[str, Any]:
    """A packaged scenario as a link carries it."""
    return catalogue().scenarios[name].model_dump(exclude_none=True)


def seen(text: str) -> str:
    """Text without the word joiners that keep an address from becoming a link."""
    return text.replace("\u2060", "")


def cut_short() -> str:
    return f"{QUERY}={to_link({'scenario': plain_data()})[:-20]}"


BAD = {
    "nonsense": (f"{QUERY}=nonsense", "this is no PumpLab link"),
    "cut short": (cut_short(), "incomplete or was changed"),
    "a forged score": (f"{QUERY}={to_link({'scenario': plain_data(), 'show': {'score': 100}})}", "unknown key 'score'"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_link_opens_the_first_scenario_and_says_why(tab: Visit, case: str) -> None:
    query, words = BAD[case]
    tab.open_page(f"?{query}")
    assert tab.scenario() == catalogue().scenarios[FIRST].title
    assert tab.tiles() == {}  # nobody has asked for its answer
    said = [seen(sentence) for sentence in tab.alerts()]
    assert len(said) == 1
    assert "could not be opened" in said[0]
    assert words in said[0]
    everything = tab.text().lower()
    assert [word for word in TRACE_WORDS if word.lower() in everything] == []
    assert tab.page.locator("a[href]:not([href^='#']):not(.st-key-pages a)").count() == 0
    assert (tab.errors, tab.dialogs, tab.outside()) == ([], [], [])


def test_a_bad_link_keeps_what_is_on_screen_and_choosing_a_scenario_clears_the_message(visit: Visit) -> None:
    visit.pick(catalogue().scenarios["clean-break"].title)
    shown = visit.tiles()
    with visit.page.expect_navigation(url=lambda url: "refused=" in url):
        visit.page.goto(f"{visit.address}?{quote('utm_source')}=mail&{cut_short()}")
    visit.wait_until_still()
    assert visit.tiles() == shown
    (said,) = visit.alerts()
    assert TEXT["link_kept"] in said
    assert "refused" not in visit.page.url
    visit.pick(catalogue().scenarios["quiet-pump"].title)
    assert visit.alerts() == []


def test_a_copied_link_brings_everything_back(visit: Visit, visitor: Callable[..., Visit]) -> None:
    before, title = visit.link(), catalogue().scenarios["stronger-drug"].title
    visit.pick(title)
    for label in (TEAR, OCCLUSION, "New concentration"):
        visit.nudge(label)
    assert visit.link() != before
    visit.page.get_by_role("button", name="Copy link").click()
    visit.page.get_by_text("Copied", exact=True).wait_for()
    assert visit.page.evaluate("navigator.clipboard.readText()") == visit.link()

    stranger = visitor()
    stranger.go(visit.link())
    assert stranger.tiles() == visit.tiles()
    assert stranger.sliders() == visit.sliders()
    assert stranger.scenario() == f"From a link: {title}"
    assert stranger.alerts() == []
    # to another scenario and back: what came with the link is still there, and is the same link
    stranger.pick(catalogue().scenarios[FIRST].title)
    assert stranger.tiles() != visit.tiles()
    stranger.pick(f"From a link: {title}")
    assert (stranger.tiles(), stranger.sliders(), stranger.link()) == (visit.tiles(), visit.sliders(), visit.link())


def test_a_link_with_pinned_runs_and_units_opens_as_it_was_made(tab: Visit) -> None:
    first, other = catalogue().scenarios["clean-break"], catalogue().scenarios["hidden-kink"]
    pins = (Pin(letter="B", title="<b>kept</b>", scenario=other),)
    tab.go(f"{QUERY}={state_link(LinkState(scenario=first, pins=pins, show=ViewState(amount='mg', time='h')))}")
    assert tab.alerts() == []
    assert tab.scenario() == "Clean break"
    assert "mg" in tab.tiles()["Lost from the line"]
    assert "<b>kept</b>" in seen(tab.open_tab("Compare").inner_text())
    assert_made_nothing(tab)
    again = tab.link()
    tab.go(again)
    assert tab.link() == again


def test_a_link_that_cannot_be_put_on_the_clipboard_is_shown_to_be_copied_by_hand(visit: Visit) -> None:
    visit.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    visit.page.get_by_role("button", name="Copy link").click()
    field = visit.page.get_by_role("textbox", name="Link to copy")
    field.wait_for()
    assert field.input_value() == visit.link()


def test_words_that_came_with_a_link_are_shown_literally(tab: Visit) -> None:
    words = " ".join(HOSTILE)
    data = plain_data()
    data |= {"title": words[:200], "objective": f"o {words} o", "see": f"s {words} s", "misconception": words[:300]}
    tab.go(f"{QUERY}={to_link({'scenario': data})}")
    assert_made_nothing(tab)
    assert tab.scenario() == f"From a link: {words[:200]}"
    believed, aim, see = f"Often believed. {words[:300]}", f"Aim. o {words} o", f"What to see. s {words} s"
    texts = seen(tab.page.locator(".st-key-aim").inner_text()).split("\n\n")
    assert [one.strip() for one in texts] == [believed.strip(), aim]
    tab.page.get_by_role("button", name="What is this about?").click()
    popover = tab.page.get_by_test_id("stPopoverBody")
    popover.get_by_text("those of its author").wait_for()
    popover.get_by_text("What to see.").wait_for()  # the words to tap come a moment later
    assert_made_nothing(tab)
    assert aim in seen(popover.inner_text())
    assert see in seen(popover.inner_text())


@pytest.mark.parametrize("half", [0, 1])
def test_labels_that_came_with_a_link_are_shown_literally_or_refused(tab: Visit, half: int) -> None:
    words = HOSTILE[half::2]
    paths = ("orders.0.in_ml", "orders.1.dose_mcg_day", "orders.2.dose_mcg_day", "duration_day")
    data = plain_data()
    data["controls"] = [
        {"label": " ".join(words[i : i + 2])[:80], "paths": [path], "low": 15.0, "high": 20.0, "step": 1.0}
        for i, path in enumerate(paths)
    ]
    tab.go(f"{QUERY}={to_link({'scenario': data})}")
    assert_made_nothing(tab)
    labels = tab.page.locator(".st-key-controls [data-testid=stSlider] label").all_inner_texts()
    refused = seen("".join(tab.alerts()))
    for i, control in enumerate(data["controls"]):
        shown = any(seen(label).startswith(control["label"]) for label in labels)
        assert shown or f"controls[{i}].label" in refused, (control["label"], labels)


def test_words_of_a_bad_address_are_shown_literally(tab: Visit) -> None:
    for words in HOSTILE[:2]:
        tab.open_page(f"?{QUERY}={quote(words)}&{quote(words)}=1")
        assert_made_nothing(tab)
        assert "this is no PumpLab link" in seen(" ".join(tab.alerts()))


def assert_made_nothing(visit: Visit) -> None:
    """Nothing but text was made of the words: no picture, link, bold, formula, code, dialog or request."""
    made = visit.page.locator(
        "img, a[href]:not([href^='#']):not(.st-key-pages a), code, .katex, .stMarkdownColoredText"
    )
    assert made.evaluate_all("all => all.map(one => one.outerHTML)") == []
    bold = visit.page.locator("[data-testid=stMarkdownContainer] strong").all_inner_texts()
    assert "bold" not in bold
    assert (visit.errors, visit.dialogs, visit.outside()) == ([], [], [])
