"""Nothing is lost: a reload, a lost line and a new server bring back what was under way, on every page."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from app.files.link_state import LinkState, state_in
from tests.browser.visit import OCCLUSION, Visit


def kept(visit: Visit) -> LinkState:
    """What the address of the page holds."""
    state = state_in(parse_qs(urlsplit(visit.page.url).query))
    assert state is not None
    return state


def test_explore_comes_back_after_a_reload(visit: Visit) -> None:
    n_entries = visit.page.evaluate("history.length")
    visit.pick("Clean break")
    visit.nudge(OCCLUSION, "Dose from day 10 on") if "Dose from day 10 on" in str(visit.sliders()) else visit.nudge(
        OCCLUSION
    )
    visit.rerun(visit.page.get_by_role("button", name="Pin").first.click)
    visit.nudge(OCCLUSION)
    print(visit.page.url, len(visit.page.url))
    print(visit.sliders())
    before = (visit.tiles(), visit.sliders(), visit.scenario())
    state = kept(visit)
    assert visit.page.evaluate("history.length") == n_entries
    visit.page.reload()
    visit.wait_until_still()
    assert (visit.tiles(), visit.sliders(), visit.scenario()) == before
    assert kept(visit) == state
    visit.rerun(visit.page.get_by_role("button", name="Undo").click)
    assert visit.sliders() != before[1]
    assert visit.errors == []
