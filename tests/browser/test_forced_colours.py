"""Colours that the system forces (high contrast) or turns, light and dark: what says something stays to be seen."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from PIL import Image

from tests.browser.visit import CHART, STAGE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

LEAST: Final = 3.0  # contrast of what is no text
# what must be seen by itself: the place, and the part of it where nothing else lies
TRACK: Final = ".st-key-controls .stSlider [role=group] > div"
SIGNS: Final = {
    "track of a slider": (f"{TRACK} > div:first-child", (0.9, 0.0, 1.0, 1.0)),
    "thumb of a slider": (f"{TRACK} > div:has(> div > input)", (0.0, 0.0, 1.0, 1.0)),
    "mark on the strip": (f"{STAGE} .lane-visits .stage-mark", (0.0, 0.0, 1.0, 1.0)),
    "key of the strip": (f"{STAGE} .lane-faults .stage-lane-name", (0.0, 0.0, 0.09, 1.0)),
    "bar of an index": (f"{STAGE} .stage-index-bar", (0.0, 0.0, 0.5, 0.5)),
    "what the pump believes": (f"{STAGE} .believed .stage-bar", (0.0, 0.0, 1.0, 1.0)),
    "key of a chart": (f"{CHART} .legendlines", (0.0, 0.0, 1.0, 1.0)),
    "words of a chart": (f"{CHART} .legendtext", (0.0, 0.0, 1.0, 1.0)),
    "chosen tab": ("[role=tab][aria-selected=true]", (0.0, 0.92, 1.0, 1.0)),
}
INKS: Final = {"dark": "rgb(238, 242, 246)", "light": "rgb(27, 36, 48)"}
INK: Final = (
    f"(() => {{ const it = document.querySelector('{CHART} .legendtext'); return it && getComputedStyle(it).fill; }})()"
)

# words of the controls that can be seen and lie under the number at the first thumb
UNDER: Final = """
() => {
  const number = document.querySelector("[data-testid=stSliderThumbValue]"), box = number.getBoundingClientRect();
  return [...document.querySelectorAll(".st-key-controls p")].filter((one) => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    const isThere = one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    return isThere && !number.contains(one) && Math.min(right, box.right) > Math.max(left, box.left)
      && Math.min(bottom, box.bottom) > Math.max(top, box.top) + 3;
  }).map((one) => one.innerText);
}
"""


def lightness(colours: np.ndarray) -> np.ndarray:
    """Relative luminance of colours (..., 3), 0 to 255, from 0 to 1."""
    share = colours / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(page: Page, picture: np.ndarray, selector: str, part: tuple[float, float, float, float]) -> float:
    """Highest contrast of anything in a part of an element to the ground of the page."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None, selector
    left, top, right, bottom = part
    rows = slice(int(box["y"] + top * box["height"]), int(np.ceil(box["y"] + bottom * box["height"])) + 1)
    columns = slice(int(box["x"] + left * box["width"]), int(np.ceil(box["x"] + right * box["width"])) + 1)
    ground, seen = lightness(picture[-1, 0]), lightness(picture[rows, columns])
    high, low = np.maximum(seen, ground), np.minimum(seen, ground)
    return float(((high + 0.05) / (low + 0.05)).max())


@pytest.fixture(scope="module")
def forced(one_tab: Visit) -> Visit:
    one_tab.forget()
    one_tab.go()
    return one_tab


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_forced_colours_leave_every_sign_to_be_seen(forced: Visit, scheme: str) -> None:
    page = forced.page
    page.set_viewport_size({"width": 1280, "height": 1000})
    try:
        page.emulate_media(color_scheme=scheme, forced_colors="active")
        page.wait_for_function(f"ink => {INK} === ink", arg=INKS[scheme])
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        picture = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(float)
        seen = {name: contrast(page, picture, *place) for name, place in SIGNS.items()}
    finally:
        page.emulate_media(color_scheme="light", forced_colors="none")
        page.set_viewport_size({"width": 1280, "height": 720})
    assert {name: round(found, 1) for name, found in seen.items() if found < LEAST} == {}


def test_a_page_that_turns_dark_draws_its_charts_anew_and_back_again(forced: Visit) -> None:
    page = forced.page
    try:
        for scheme, ink in INKS.items():
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(f"ink => {INK} === ink", arg=ink)
    finally:
        page.emulate_media(color_scheme="light")


def test_the_number_at_the_thumb_of_a_slider_lies_over_no_other_words(forced: Visit) -> None:
    page = forced.page
    page.locator(".st-key-controls .stSlider input").first.focus()
    page.wait_for_function(
        "getComputedStyle(document.querySelector('[data-testid=stSliderThumbValue]')).opacity === '1'"
    )
    assert page.evaluate(UNDER) == []
