"""Single strokes: the mean is kept, the quantum is seen, and nothing leaves while nothing gathers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.device.strokes import SECOND_TICK, strokes
from sim.exact.steps import TICK_PER_H, Steps


def flows() -> st.SearchStrategy[Steps]:
    """Flows with pauses of any length, down to a tick."""
    span = st.one_of(st.integers(1, 10), st.integers(1, 3 * SECOND_TICK), st.integers(1, 5 * TICK_PER_H))
    value = st.one_of(st.just(0.0), st.floats(1e-4, 2.0))
    pieces = st.lists(st.tuples(span, value), min_size=1, max_size=8)
    return pieces.map(lambda found: Steps(np.cumsum([0, *(a for a, _ in found)]), np.array([b for _, b in found])))


@given(flow=flows(), stroke_ml=st.sampled_from([1e-6, 0.002, 0.05]))
def test_strokes_keep_the_mean_to_one_stroke_and_never_run_ahead(flow, stroke_ml):
    if flow.area()[-1] / stroke_ml > 20_000:
        return
    pulses = strokes(flow, stroke_ml)
    assert pulses.edge_tick[0] == flow.edge_tick[0]
    assert pulses.edge_tick[-1] == flow.edge_tick[-1]
    gathered, left, area = flow.area_to(pulses.edge_tick), pulses.area(), pulses.value * np.diff(pulses.edge_tick)
    whole = (area / TICK_PER_H / stroke_ml).round()
    assert area / TICK_PER_H == pytest.approx(whole * stroke_ml, rel=1e-9, abs=1e-15)
    # at the end of a stroke all that has gathered in whole strokes has left
    slack = 1e-9 * max(gathered[-1], stroke_ml) + 2.0 * flow.value.max() / TICK_PER_H
    ends = np.flatnonzero(pulses.value > 0.0) + 1
    assert (left[ends] <= gathered[ends] + slack).all()
    assert (gathered - left <= stroke_ml + slack).all()


@given(flow=flows())
def test_no_stroke_leaves_while_the_flow_stands_still(flow):
    pulses = strokes(flow, 0.002)
    edge = np.union1d(pulses.edge_tick, flow.edge_tick)[:-1]
    assert not pulses.at_tick(edge)[flow.at_tick(edge) == 0.0].any()


def test_a_stroke_takes_a_second_where_there_is_time():
    pulses = strokes(Steps.from_hours([0.0, 24.0], [0.5 / 24]), 0.002)
    lasts = np.diff(pulses.edge_tick)[pulses.value > 0.0]
    assert len(lasts) == 250
    assert set(lasts.tolist()) == {SECOND_TICK}


def test_strokes_faster_than_one_a_second_join_to_a_steady_flow():
    # 0.002 mL in half a second
    mean = Steps.from_hours([0.0, 1.0], [14.4])
    pulses = strokes(mean, 0.002)
    assert pulses.value == pytest.approx(14.4, rel=1e-5)
    assert pulses.area()[-1] == pytest.approx(14.4, rel=1e-12)


def test_strokes_faster_than_a_tick_leave_together():
    pulses = strokes(Steps(np.array([0, 10]), np.array([TICK_PER_H * 1.0])), 0.25)
    assert pulses.area()[-1] == pytest.approx(10.0, rel=1e-12)


def test_a_stroke_complete_as_the_flow_ends_is_given_before_the_pause():
    # twenty times 0.1 h at 1 mL/h is 2 mL but for rounding, and then nothing flows
    flow = Steps.from_hours([*(0.1 * np.arange(21)), 12.0], [1.0] * 20 + [0.0])
    pulses = strokes(flow, 0.5)
    assert pulses.area_to(flow.edge_tick[20]) == pytest.approx(2.0, rel=1e-12)
    assert pulses.area()[-1] == pytest.approx(2.0, rel=1e-12)


def test_no_flow_gives_no_stroke():
    assert strokes(Steps.from_hours([0.0, 5.0], [0.0]), 0.002).area()[-1] == 0.0
