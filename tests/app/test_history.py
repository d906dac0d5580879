"""Undo and redo: what was done comes back exactly, over many steps and over another scenario."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.history import MOST_STEPS, History, Moment
from sim import catalogue
from sim.scenario import with_values
from tests.opening import FIRST, now, opened, shown, values

EXAMPLE = catalogue().scenarios[FIRST]


def moment(day: float) -> Moment:
    """A moment that can be told apart."""
    return Moment(EXAMPLE, with_values(EXAMPLE, {"faults.1.end_day": day}), FIRST)


@given(st.lists(st.integers(6, 29), min_size=1, max_size=12))
def test_as_many_steps_back_as_were_done_lead_to_the_start_and_forward_again_to_the_end(days):
    start = History(moment(20.5))
    history = start
    for day in days:
        history = history.do(moment(float(day)))
    end = history
    for _ in range(len(end.past)):
        history = history.undo()
    assert history.now == start.now
    assert history.undo() == history
    for _ in range(len(end.past)):
        history = history.redo()
    assert (history.now, history.past) == (end.now, end.past)
    assert history.redo() == history


def test_at_least_twenty_steps_are_kept_and_not_endlessly_many():
    history = History(moment(6.0))
    for step in range(200):
        history = history.do(moment(7.0 + 0.1 * step))
    assert 20 <= len(history.past) == MOST_STEPS


def test_a_change_forgets_what_was_undone_and_no_change_is_no_step():
    history = History(moment(6.0)).do(moment(7.0)).undo().do(moment(8.0))
    assert history.future == ()
    assert history.do(moment(8.0)) is history


def test_twenty_moves_are_undone_and_done_again_on_the_page():
    page = opened()
    seen = [values(page)]
    for step in range(20):
        page.slider(key="faults.1.lost_frac").set_value(0.05 * (step % 9) + 0.55).run()
        seen.append(values(shown(page)))
    for before in reversed(seen[:-1]):
        page.button(key="undo").click().run()
        assert values(shown(page)) == before
    assert page.button(key="undo").disabled
    for after in seen[1:]:
        page.button(key="redo").click().run()
        assert values(shown(page)) == after
    assert page.button(key="redo").disabled


@pytest.mark.parametrize("other", ["quiet-pump", "hidden-kink"])
def test_another_scenario_is_a_step_that_can_be_undone(other):
    page = opened()
    page.slider(key="faults.1.lost_frac").set_value(0.9).run()
    before = now(page)
    page.selectbox(key="picked").set_value(other).run()
    assert now(shown(page)).title == catalogue().scenarios[other].title
    page.button(key="undo").click().run()
    assert now(shown(page)) == before
    assert page.selectbox(key="picked").value == FIRST


def test_reset_is_a_step_that_can_be_undone():
    page = opened()
    page.slider(key="faults.1.lost_frac").set_value(0.9).run()
    page.button(key="reset").click().run()
    assert values(page)["faults.1.lost_frac"] == 0.5
    page.button(key="undo").click().run()
    assert values(shown(page))["faults.1.lost_frac"] == 0.9
