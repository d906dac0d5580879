"""A whole walk: every scenario, and of some every view, tab and control to both ends; then what must hold all the way.

That every control of every other scenario goes to both ends, and that no fault moves the run as intended, is asked
without a browser in `tests/app`: what a browser adds to a slider does not hang on the scenario.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from app.session.view import VIEWS
from app.words.text import TEXT
from sim import catalogue, simulate
from tests.browser.serving import Server
from tests.browser.visit import DESK, FIRST_SCREEN, GHOST, OCCLUSION, TEAR, Visit, is_inside, shown_controls, visiting

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

Line = tuple[list[float], list[float]]
# where every control is moved and every view and tab opened: two pumps, two drugs, a run without a pump
LOOKED_INTO = ("half-a-leak", "hidden-kink", "losing-effect", "mri-valve", "bolus-or-infusion")


@dataclass
class Stop:
    """What one state of the page showed."""

    scenario: str
    what: str
    axis: list[float]
    ghost: Line
    tiles: dict[str, str]
    controls: dict[str, float]
    alerts: list[str]

    moved: tuple[str, ...] = ()
    ends: dict[str, tuple[float, float]] = field(default_factory=dict)


@dataclass
class Walk:
    """All that was met on the way."""

    visit: Visit
    server_log: str = ""
    stops: list[Stop] = field(default_factory=list)
    tabs: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    views: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    places: dict[str, dict[str, list[dict[str, float]]]] = field(default_factory=dict)
    exceptions: list[str] = field(default_factory=list)

    def stop(self, scenario: str, what: str, *moved: str) -> None:
        """Look at the page in passing; `moved` are the controls that were moved to get here."""
        visit = self.visit
        if visit.page.locator('[data-testid="stException"]').count():
            self.exceptions.append(f"{scenario}: {what}")
        seen = (visit.dose_axis(), visit.trace(GHOST), visit.tiles(), visit.sliders(), visit.alerts())
        self.stops.append(Stop(scenario, what, *seen, moved, visit.slider_ends()))

    def move(self, scenario: str, key: str, *labels: str) -> None:
        """Move controls to one end together; what did not get there is moved once more by itself."""
        if not labels:
            return
        self.visit.press_all(key, *labels)
        self.stop(scenario, key, *labels)
        for label in labels:
            if len(labels) > 1 and not self.visit.is_at_end(label, key):
                self.visit.press(label, key)
                self.stop(scenario, key, label)

    def of(self, scenario: str) -> list[Stop]:
        """The states seen of one scenario."""
        return [stop for stop in self.stops if stop.scenario == scenario]


@pytest.fixture(scope="module")
def walk(desk: BrowserContext, server: Server) -> Iterator[Walk]:
    """The walk, once for all tests."""
    with visiting(desk, server.address) as visit:
        visit.go()
        walk = Walk(visit)
        for name, scenario in catalogue().scenarios.items():
            if visit.scenario() != scenario.title:
                visit.pick(scenario.title)
            walk.stop(name, "as loaded")
            walk.places[name] = {part: visit.boxes(css) for part, css in FIRST_SCREEN.items()}
            if name not in LOOKED_INTO:
                continue
            visit.open_tab("What happened")
            faults = [label for label in visit.sliders() if label in (OCCLUSION, TEAR)]
            others = [label for label in visit.sliders() if label not in faults]
            for labels in (faults, others):
                for key in ("Home", "End"):
                    walk.move(name, key, *labels)
            for view in VIEWS:
                walk.views[name, view] = _seen(visit, view)
                walk.stop(name, f"view {view}")
            for tab in visit.tab_names():
                walk.tabs[name, tab] = _contents(visit, tab)
                walk.stop(name, f"tab {tab}")
        first = next(iter(catalogue().scenarios))
        visit.pick(catalogue().scenarios[first].title)
        walk.stop(first, "as loaded, for the second time")
        walk.server_log = server.log.read_text()
        yield walk


def _seen(visit: Visit, view: str) -> tuple[int, str]:
    """How many curves the chart beside shows, and what it is in words."""
    visit.choose(TEXT["beside"], TEXT[f"tab_{view}"])
    chart = visit.page.locator(".st-key-beside-chart")
    said = chart.locator(".chart-host")
    words = said.get_attribute("aria-label") if said.count() else chart.inner_text()
    return chart.locator(".js-plotly-plot .trace").count(), str(words)


def _contents(visit: Visit, tab: str) -> dict[str, int]:
    panel = visit.open_tab(tab)
    return {
        "happenings": panel.locator("li").count(),
        "boxes": panel.get_by_role("spinbutton").count(),
        "words": len(panel.inner_text().split()),
    }


def test_no_error_is_met_on_the_way(walk: Walk) -> None:
    assert walk.visit.errors == []
    assert walk.exceptions == []
    assert "Traceback" not in walk.server_log
    assert {stop.scenario for stop in walk.stops} == set(catalogue().scenarios)


def test_no_request_leaves_the_house(walk: Walk) -> None:
    assert len(walk.visit.asked) > 20
    assert walk.visit.outside() == []


def test_what_is_refused_changes_nothing_and_is_rare(walk: Walk) -> None:
    refused = [(before, after) for before, after in pairwise(walk.stops) if after.alerts and len(after.moved) == 1]
    for before, after in refused:
        assert (after.controls, after.tiles) == (before.controls, before.tiles), (after.scenario, after.moved)
    assert len(refused) <= 0.02 * sum(2 * len(walk.of(name)[0].controls) for name in LOOKED_INTO)


def test_four_tiles_are_filled_all_the_way(walk: Walk) -> None:
    for stop in walk.stops:
        assert len(stop.tiles) == 4, (stop.scenario, stop.what)
        assert all("nan" not in said.lower() and said.strip(" /") for said in stop.tiles.values()), stop


@pytest.mark.parametrize("name", catalogue().scenarios)
def test_every_control_shows_the_new_scenario_whatever_was_moved_before(walk: Walk, name: str) -> None:
    loaded = [stop for stop in walk.of(name) if stop.what.startswith("as loaded")]
    assert loaded
    for stop in loaded:
        assert stop.controls == shown_controls(catalogue().scenarios[name]), stop.what


@pytest.mark.parametrize("name", LOOKED_INTO)
def test_every_control_goes_to_both_of_its_ends_or_says_why_not(walk: Walk, name: str) -> None:
    reached, refused = set(), set()
    for stop in walk.of(name):
        place = {"Home": 0, "End": 1}.get(stop.what)
        for label in stop.moved:
            is_there = stop.controls[label] == pytest.approx(stop.ends[label][place])
            (reached if is_there else refused).add((label, stop.what))
            assert is_there or stop.alerts or len(stop.moved) > 1, (label, stop.what)
    assert reached | refused == {(label, key) for label in walk.of(name)[0].controls for key in ("Home", "End")}


@pytest.mark.parametrize("name", catalogue().scenarios)
def test_the_first_screen_of_a_desk_holds_everything(walk: Walk, name: str) -> None:
    places = walk.places[name]
    assert len(places["tile"]) == 4
    assert len(places["control"]) == len(shown_controls(catalogue().scenarios[name]))
    for part, boxes in places.items():
        assert boxes, part
        assert all(is_inside(box, *DESK) for box in boxes), f"{part} lies at {boxes}"


@pytest.mark.parametrize("name", LOOKED_INTO)
def test_every_tab_shows_what_it_promises(walk: Walk, name: str) -> None:
    example = catalogue().scenarios[name]
    is_modelled = simulate(example, time_h=[0.0]).effect_index is not None
    for view in VIEWS:
        lines, words = walk.views[name, view]
        fewest = {"difference": 1, "effect": 2 if is_modelled else 0}.get(view, 2)
        assert lines >= fewest, view
        assert len(words.split()) > 5, view
    assert walk.tabs[name, "What happened"]["happenings"] >= min(2, len(simulate(example, time_h=[0.0]).happenings))
    assert walk.tabs[name, "More fields"]["boxes"] > 10


@pytest.mark.parametrize("name", LOOKED_INTO)
def test_the_axis_stays_while_a_control_moves(walk: Walk, name: str) -> None:
    assert len({tuple(stop.axis) for stop in walk.of(name)}) == 1


@pytest.mark.parametrize("name", LOOKED_INTO)
def test_the_ghost_is_always_there_and_no_fault_moves_it(walk: Walk, name: str) -> None:
    stops = walk.of(name)
    assert all(len(stop.ghost[0]) >= 2 for stop in stops)
    faulty = [stop for stop in stops if stop.what.startswith("as loaded") or {OCCLUSION, TEAR} & set(stop.moved)]
    assert len(faulty) >= (3 if OCCLUSION in shown_controls(catalogue().scenarios[name]) else 1)
    assert all(stop.ghost == faulty[0].ghost for stop in faulty)
