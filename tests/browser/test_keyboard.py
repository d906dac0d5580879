"""Explore by keyboard alone: everything is reached in the order of the screen, seen in focus, and moved by keys."""

from __future__ import annotations

from typing import Any, Final

import pytest

from sim import catalogue
from tests.browser.visit import DESK, PHONE, TEAR, TIME, Visit

MOST_STOPS: Final = 80
STANDS_AT: Final = """
([label, value]) => Math.abs(document.querySelector(`input[type=range][aria-label="${label}"]`).value - value) < 1e-6
"""
READY: Final = """
() => window.__seen.answered
  && document.querySelector('[data-testid="stApp"]').dataset.testScriptState === "notRunning"
"""
# name of what is in focus, its place, and whether it looks otherwise than the same thing without focus
FOCUS: Final = """
() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const looks = (of) => { const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor }
    = getComputedStyle(of); return JSON.stringify([outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor,
    backgroundColor]); };
  // the ring may be drawn around the thumb of a slider, or around the frame of a field
  const around = [one, one.parentElement, one.parentElement?.parentElement, ...one.children];
  const circle = one.closest(".stSlider");
  if (circle) around.push(...circle.querySelectorAll("div"));
  const before = around.map((of) => of && looks(of));
  const { left, top, width, height } = (one.matches(".stSlider input") ? one.closest(".stSlider") : one)
    .getBoundingClientRect();
  one.blur();
  const after = around.map((of) => of && looks(of));
  one.focus({ focusVisible: true, preventScroll: true });
  return {
    name: one.ariaLabel || one.innerText || one.value || one.className, left, top: top + scrollY, width, height,
    place: ["top", "head", "controls", "aim", "stage", "charts"]
      .find((key) => one.closest(`.st-key-${key}`)) ?? "below",
    isFrame: one.matches("[data-testid=stMain], a[href='#main-content'], [class*=skip i], [data-testid*=Skip]")
      || !one.closest(".stMainBlockContainer"),
    isSeen: before.some((look, k) => look !== after[k]),
  };
}
"""


def stops(visit: Visit) -> list[dict[str, Any]]:
    """What is in focus after each press of Tab, from the top of the page to its end."""
    found = []
    for _ in range(MOST_STOPS):
        visit.page.keyboard.press("Tab")
        stop = visit.page.evaluate(FOCUS)
        if found and (stop is None or stop["name"] == found[0]["name"]):
            break
        # the link that skips to the page, and the page itself, which scrolls
        if stop is not None and not stop["isFrame"]:
            found.append(stop)
    return found


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_tab_reaches_everything_in_the_order_of_the_screen_and_shows_where_it_is(
    tab: Visit, size: tuple[int, int]
) -> None:
    tab.page.set_viewport_size({"width": size[0], "height": size[1]})
    tab.go()
    tab.wait_until_still(500)
    found = stops(tab)
    names = [one["name"].split("\n")[0] for one in found]
    places = list(dict.fromkeys(one["place"] for one in found))
    # on a phone the charts stand above the drawing, and the browser may reach either of them first
    picture = [place for place in places if place in ("stage", "charts")]
    assert picture == ["stage", "charts"] or (size == PHONE and picture == ["charts", "stage"])
    assert [place for place in places if place != "aim"] == ["top", "head", "controls", *picture, "below"]
    assert ("aim" in places) == tab.page.locator(".st-key-aim").is_visible()  # it holds words to tap
    for label in tab.sliders():
        assert label in names
        assert any(name.startswith(f"{label} (") for name in names)
    for name in ("Explore", "Files", "Pin", "Copy link", "Play", "Next happening", TIME, "What happened"):
        assert name in names
    assert [one["name"] for one in found if not one["isSeen"]] == []
    # within the controls and within the head: downwards, and from left to right
    for place in ("top", "head", "controls"):
        spots = [(round(one["top"] / 30), one["left"]) for one in found if one["place"] == place]
        assert len(spots) >= 5
        if size == DESK:
            assert spots == sorted(spots), place


def test_arrows_move_a_slider_by_its_step_and_the_ends_by_home_and_end(visit: Visit) -> None:
    visit.slider(TEAR).focus()
    for key, value in (("ArrowRight", 0.55), ("ArrowLeft", 0.5), ("End", 1.0), ("Home", 0.0)):
        visit.rerun(lambda key=key: visit.page.keyboard.press(key))
        assert visit.sliders()[TEAR] == pytest.approx(value)


def test_changes_are_undone_and_done_again_and_reset_by_keys_alone(visit: Visit) -> None:
    first, keys = visit.sliders(), visit.page.keyboard
    visit.press(TEAR, "Home")
    visit.slider(TEAR).focus()
    way = [0.5, *(0.05 * k for k in range(6))]
    for _ in way[2:]:
        visit.rerun(lambda: keys.press("ArrowRight"))  # a slider waits a moment before it tells the server
    assert visit.sliders()[TEAR] == pytest.approx(way[-1])
    for key, values in (("Control+z", way[-2::-1]), ("Control+y", way[1:])):
        for value in values:
            visit.page.wait_for_function(READY)
            keys.press(key)
            visit.page.wait_for_function(STANDS_AT, arg=[TEAR, value])
        visit.wait_until_still()
        assert (visit.sliders() == first) == (key == "Control+z")
        assert visit.page.get_by_role("button", name="Undo").is_disabled() == (key == "Control+z")
    visit.rerun(lambda: keys.press("Alt+z"))
    assert visit.sliders() == first
    assert visit.scenario() == catalogue().scenarios["half-a-leak"].title


def test_what_was_changed_from_the_preset_is_marked_beside_the_control_and_the_preset_is_named(visit: Visit) -> None:
    said = visit.page.locator(".st-key-controls [data-testid=stCaptionContainer]")
    before = said.all_text_contents()  # it makes way for the number at the thumb while the slider is in focus
    assert all("preset" in one and " to " in one and "\u25cf" not in one for one in before)
    visit.press(TEAR, "ArrowRight")
    after = said.all_text_contents()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert "\u25cf" in changed[0][1]
    visit.rerun(lambda: visit.page.keyboard.press("Alt+z"))
    assert said.all_text_contents() == before
