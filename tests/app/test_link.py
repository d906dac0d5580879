"""What a link brings reaches the page, and what it cannot bring leaves the page as it was."""

from __future__ import annotations

import re

import pytest

from app import session
from app.files.link_state import LinkState, ViewState
from app.runs import with_handles
from app.runs.pins import Pin
from app.words.text import TEXT
from sim.refusal import MOST_PROBLEMS
from sim.scenario import with_values
from tests.opening import SCENARIOS, complaints, linked, now

FIRST = SCENARIOS["half-a-leak"]


def test_pinned_runs_come_back_under_their_letters():
    moved = with_values(FIRST, {"faults.1.lost_frac": 0.2})
    pins = (Pin(letter="A", title="<b>one</b>", scenario=moved), Pin(letter="C", title="two", scenario=FIRST))
    page = linked(LinkState(scenario=SCENARIOS["clean-break"], pins=pins))
    kept = page.session_state[session.pins.PINS]
    assert [(one.letter, one.title, one.scenario) for one in kept] == [(o.letter, o.title, o.scenario) for o in pins]
    assert complaints(page) == []


def test_units_and_hidden_answers_come_back():
    page = linked(
        LinkState(scenario=FIRST, show=ViewState(amount="mg", flow="mcl_h", time="h", is_hidden=True, view="ledger"))
    )
    state = page.session_state
    assert [state["unit_amount"], state["unit_flow"], state["unit_time"]] == ["mg", "mcl_h", "h"]
    assert TEXT["hidden"] in [one.value for one in page.markdown]
    assert page.metric.values == []


IMPOSSIBLE = {
    "a pump that no shelf holds": LinkState(scenario=FIRST.model_copy(update={"pump": "no-such-pump"})),
    "a pinned pump that no shelf holds": LinkState(
        scenario=SCENARIOS["clean-break"],
        pins=(Pin(letter="A", title="x", scenario=FIRST.model_copy(update={"drug": "no-such-drug"})),),
    ),
    "a lesson that there is not": LinkState(scenario=FIRST, show=ViewState(lesson=99)),
    "a drug that there is not": LinkState(scenario=FIRST, show=ViewState(trial_drug="no-such-drug")),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_a_link_to_what_cannot_be_carried_out_is_told_and_shows_the_first_scenario(case):
    page = linked(IMPOSSIBLE[case])
    (said,) = complaints(page)
    assert said.startswith(TEXT["link_refused"])
    assert now(page) == with_handles(FIRST)


def test_of_a_flood_of_problems_in_a_link_the_page_tells_twenty_and_how_many_more_there_are():
    said = complaints(linked({"orders": [{}] * 10_000}))
    assert len(said) == MOST_PROBLEMS + 1
    assert re.search(r"and 9\d{3} more problems", said[-1])


@pytest.mark.parametrize("axis", ["excess", "cistern", "plasma"])
@pytest.mark.parametrize("drug", ["baclofen-like", "morphine-like", "tracer"])
def test_any_trial_of_a_link_opens_or_is_told(drug, axis):
    page = linked(LinkState(scenario=FIRST, show=ViewState(trial_drug=drug, trial_axis=axis, trial_level="C1")))
    assert len(page.error) <= 1
