"""What holds for every sight of the product, on a desk by day and on a phone at night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest

from sim import TEACHING_ONLY
from tests.browser.looking import Sight, measured, violations
from tests.browser.serving import Server
from tests.browser.sights import PAGES, Walker
from tests.browser.visit import DESK, PHONE, Visit, visiting

if TYPE_CHECKING:
    from tests.browser.conftest import Windows

FINGER: Final = {"has_touch": True, "is_mobile": True}
GROUND: Final = {"light": (255.0, 255.0, 255.0), "dark": (15.0, 20.0, 27.0)}
FINGER_PX, POINTER_PX = 44.0, 0.0
LEAST_PX, LEAST_CONTRAST = 2.5, 3.0
LEAST_SIGHTS: Final = 46


class Walked:
    """All sights of one walk, and the colours it was made in."""

    def __init__(self, scheme: str) -> None:
        self.scheme, self.sights = scheme, list[Sight]()
        self.errors: list[str] = []

    def found(self, read: Callable[[Sight], Any]) -> dict[str, Any]:
        """What is wrong, by the name of the sight."""
        return {one.name: read(one) for one in self.sights if read(one)}

    def charts(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for one in self.sights:
            for chart in one.charts:
                yield one.name, chart

    def lines(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Curves that a learner reads; the edge of a shaded band is none."""
        for name, chart in self.charts():
            for trace in chart["traces"]:
                if "lines" in trace["mode"] and trace["width"] > 1:
                    yield f"{name}: {trace['name']}", trace


@pytest.fixture(
    scope="module",
    params=[(DESK, "light", {}), (PHONE, "dark", FINGER)],
    ids=["desk by day", "phone at night"],
)
def walked(windows: Windows, server: Server, request: pytest.FixtureRequest) -> Walked:
    """Every sight of every page, looked at once."""
    size, scheme, settings = request.param
    seen = Walked(scheme)
    with visiting(windows(**settings), server.address, size) as visit:
        visit.page.emulate_media(color_scheme=scheme)
        target_px = FINGER_PX if settings else POINTER_PX

        def look(name: str, part: str | None = None) -> None:
            seen.sights.append(measured(visit, name, target_px, part=part))

        Walker(visit, look).walk()
        seen.errors += [one for one in visit.errors if "404" not in one] + visit.outside()
    return seen


def test_every_page_and_every_state_of_it_was_seen(walked: Walked) -> None:
    assert len({one.name for one in walked.sights}) == len(walked.sights) >= LEAST_SIGHTS
    assert walked.errors == []


def test_no_sight_violates_a_rule_of_accessibility(walked: Walked) -> None:
    assert walked.found(lambda sight: sight.violations) == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page or "explore")
def test_no_page_violates_a_rule_in_the_other_colours(tab: Visit, page: str) -> None:
    tab.open_page(page)
    for (width, height), scheme in ((DESK, "dark"), (PHONE, "light")):
        tab.page.set_viewport_size({"width": width, "height": height})
        tab.page.emulate_media(color_scheme=scheme)
        tab.rest()
        assert violations(tab.page) == [], scheme


def test_the_tour_violates_no_rule_and_covers_neither_banner_nor_controls(visitor: Callable[..., Visit]) -> None:
    visit = visitor(has_tour=True)
    visit.open_page("")
    for width, height in (DESK, PHONE):
        visit.page.set_viewport_size({"width": width, "height": height})
        visit.rest()
        tour = visit.box(".st-key-tour")
        for css in (".st-key-banner p", ".st-key-controls .stSlider"):
            assert visit.box(css)["bottom"] < tour["top"]
        sight = measured(visit, "tour", POINTER_PX)
        assert sight.violations == sight.small_text == sight.narrow == []


def test_no_text_is_smaller_than_14_px(walked: Walked) -> None:
    assert walked.found(lambda sight: sight.small_text) == {}


def test_no_text_is_cut(walked: Walked) -> None:
    assert walked.found(lambda sight: sight.cut) == {}


def test_no_page_scrolls_sideways(walked: Walked) -> None:
    assert walked.found(lambda sight: max(sight.overflow, 0)) == {}


def test_what_a_finger_is_to_hit_is_44_px_wide_and_high(walked: Walked) -> None:
    assert walked.found(lambda sight: sight.narrow) == {}


def test_the_teaching_sentence_stands_on_every_sight(walked: Walked) -> None:
    assert walked.found(lambda sight: sight.banner != (TEACHING_ONLY, True)) == {}


# ------------------------------------------------------------------ charts, wherever they stand


def test_every_chart_is_told_in_a_sentence_of_its_own(walked: Walked) -> None:
    assert sum(1 for _ in walked.charts()) >= LEAST_SIGHTS
    for name, chart in walked.charts():
        assert chart["role"] == "img", name
        assert len(chart["words"].split()) >= 8, (name, chart["words"])
        assert any(sign.isdigit() for sign in chart["words"]), (name, chart["words"])


def test_every_axis_with_numbers_bears_what_is_counted(walked: Walked) -> None:
    units = ("days", "hours", "mcg", "mg", "mL", "index", "0 to 10", "times")
    for name, chart in walked.charts():
        for axis in chart["axes"]:
            assert axis["isBare"] or any(unit in axis["title"] for unit in units), (name, chart["axes"])


def test_every_curve_is_thick_enough_and_stands_out_from_its_ground(walked: Walked) -> None:
    for name, trace in walked.lines():
        assert trace["width"] >= LEAST_PX, name
        assert contrast(trace["colour"], GROUND[walked.scheme]) >= LEAST_CONTRAST, (name, trace["colour"])
    for name, chart in walked.charts():
        for width, _, colour in chart["levels"]:
            assert width >= 1, name
            assert contrast(colour, GROUND[walked.scheme]) >= LEAST_CONTRAST, (name, colour)


def test_no_two_curves_of_a_chart_differ_by_colour_alone(walked: Walked) -> None:
    for name, chart in walked.charts():
        signs = [
            (one["mode"], one["dash"] if "lines" in one["mode"] else "", one["symbol"])
            for one in chart["traces"]
            if one["isNamed"] and one["type"] == "scatter" and one["width"] != 1
        ]
        assert len(set(signs)) == len(signs), (name, signs)


def test_every_curve_says_its_value_under_the_pointer(walked: Walked) -> None:
    for name, chart in walked.charts():
        spoken = [one for one in chart["traces"] if one["hover"] not in ("", "skip", "none")]
        assert spoken, name
        assert chart["hover"], name


def test_every_chart_keeps_its_zoom_while_numbers_move(walked: Walked) -> None:
    assert [name for name, chart in walked.charts() if not chart["zoom"]] == []


def contrast(colour: str, ground: tuple[float, float, float]) -> float:
    """Contrast of a colour, written #RRGGBB, and its ground, 1 to 21, as WCAG 2.1 defines it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    darker, lighter = sorted((luminance((red, green, blue)), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: tuple[float, float, float]) -> float:
    """Relative luminance of red, green and blue, 0 to 255 each.

    >>> luminance((255.0, 255.0, 255.0))
    1.0
    """
    shares = [part / 255.0 for part in colour]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
