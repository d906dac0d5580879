"""Many networks moved on together, held against each of them moved on alone."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.exact import LinearSystem, Steps, respond
from sim.exact.batch import respond_many
from sim.exact.ladder import N_CHUNK
from sim.exact.steps import TICK_PER_H

TICK_H = 1.0 / TICK_PER_H
RATES = st.one_of(st.just(0.0), st.floats(-6.0, 5.0).map(lambda power: 10.0**power))  # per hour: stiff ones too


@st.composite
def networks(draw: st.DrawFn) -> list[LinearSystem]:
    """Up to three networks of one shape, their rates anything from 1e-6 to 1e5 per hour."""
    names = [f"s{i}" for i in range(draw(st.integers(1, 5)))]
    made = []
    for _ in range(draw(st.integers(1, 3))):
        made.append(
            LinearSystem(
                names,
                transfers=[(a, b, draw(RATES)) for a, b in itertools.permutations(names, 2)],
                losses=[(name, draw(RATES)) for name in names],
                followers=[("site", {names[0]: draw(st.floats(0.0, 3.0))}, draw(st.floats(0.0, 10.0)))],
            )
        )
    return made


def times(most: int) -> st.SearchStrategy[list[float]]:
    return st.lists(st.floats(0.0, 60.0), min_size=1, max_size=most).map(sorted)


def alone(one: LinearSystem, **ask: object) -> np.ndarray:
    held = respond(one, **ask)
    return np.concatenate([held.amount, held.cleared[:, None], held.followed], axis=1)


@given(networks(), times(6), times(5), st.integers(0, 40), st.sampled_from([1.0, 0.1, 7.3]), st.data())
def test_networks_together_are_the_networks_alone(systems, edges, extra, count, gap_h, data):
    size, value = len(systems[0].names), st.floats(0.0, 100.0)
    drips = [
        Steps.from_hours(edges, [data.draw(value) for _ in edges[1:]]),
        Steps.from_hours([0.0, 5.0, 30.0], [1.0, 0.2]),
    ]
    jumps = [(data.draw(st.floats(0.0, 60.0)), data.draw(st.integers(0, size - 1)), data.draw(value))]
    opening = [data.draw(value) for _ in systems[0].names]
    time_h = np.sort(np.concatenate([extra, gap_h * np.arange(count)]))
    generators = np.stack([one.generator() for one in systems])
    n = generators.shape[1]
    enters = np.zeros((n, 2))
    enters[0, 0] = enters[size - 1, 1] = 1.0
    seen = respond_many(
        generators, size + 1, enters, drips, time_h=time_h, jumps=jumps,
        weights=np.broadcast_to(np.eye(n), generators.shape),
        start=np.broadcast_to([*opening, 0.0, 0.0], (len(systems), n)),
    )  # fmt: skip
    assert (seen.observed >= 0.0).all()
    for one, observed, last in zip(systems, seen.observed, seen.last, strict=True):
        # one state may take only one input in the other engine
        names = one.names
        inputs = [{names[0]: drips[0]}, {names[-1]: drips[1]}]
        named = [(at, names[state], amount) for at, state, amount in jumps]
        first = alone(one, inputs=inputs[0], jumps=named, start=dict(zip(names, opening)), time_h=time_h)
        expected = first + alone(one, inputs=inputs[1], time_h=time_h)
        assert np.allclose(observed, expected, rtol=0, atol=1e-9 * max(expected.max(), 1e-9))
        assert np.allclose(last, observed[-1], rtol=1e-9, atol=1e-9 * max(expected.max(), 1e-9))
        came = sum(opening) + sum(drip.area_to(np.rint(time_h * TICK_PER_H)) for drip in drips)
        came = came + np.where(np.rint(time_h * TICK_PER_H) >= np.rint(jumps[0][0] * TICK_PER_H), jumps[0][2], 0.0)
        assert np.allclose(observed[:, : size + 1].sum(axis=1), came, rtol=1e-12, atol=1e-12)


def test_a_slow_loss_beside_fast_exchange_stays_exact():
    # two states that exchange at 1e4 per h and lose 1e-6 per h from one: half of it acts
    pair = LinearSystem("ab", transfers=[("a", "b", 1e4), ("b", "a", 1e4)], losses=[("a", 1e-6)])
    generator = pair.generator()[None]
    start, weights = np.array([[1.0, 1.0, 0.0]]), np.array([[[0.0, 0.0, 1.0]]])
    seen = respond_many(generator, 3, np.zeros((3, 0)), [], time_h=[1000.0], weights=weights, start=start)
    assert seen.observed[0, 0, 0] == pytest.approx(2.0 * -np.expm1(-0.5e-6 * 1000.0), rel=1e-9)


def test_more_networks_than_one_chunk_hold_what_each_of_them_holds():
    fade = np.linspace(0.01, 3.0, 2 * N_CHUNK + 5)
    generator = np.zeros((len(fade), 2, 2))
    generator[:, 0, 0], generator[:, 1, 0] = -fade, fade
    start = np.ones((len(fade), 2)) * [1.0, 0.0]
    time_h = np.array([0.0, TICK_H, 0.3, 1.0, 1.3, 2.3, 3.3, 4.3, 200.0])
    blood = np.ones((len(fade), 1, 2)) * [1.0, 0.0]
    seen = respond_many(generator, 2, np.zeros((2, 0)), [], time_h=time_h, weights=blood, start=start)
    assert np.allclose(seen.observed[:, :, 0], np.exp(-fade[:, None] * time_h), rtol=1e-11, atol=0)


@pytest.mark.parametrize("count", [1, 2, 5, 31, 32, 33, 100, 721])
def test_a_train_of_any_length_is_its_samples_one_by_one(count):
    generator = np.array([[[-0.3, 0.0], [0.3, 0.0]]])
    drip, weights = Steps.from_hours([0.0, 1e4], [2.0]), np.array([[[1.0, 0.0], [0.0, 1.0]]])
    time_h = 0.7 + np.arange(count)
    seen = respond_many(generator, 2, np.array([[1.0], [0.0]]), [drip], time_h=time_h, weights=weights)
    blood = -2.0 / 0.3 * np.expm1(-0.3 * time_h)
    assert np.allclose(seen.observed[0], np.stack([blood, 2.0 * time_h - blood], axis=1), rtol=1e-12, atol=1e-12)


ONE = np.array([[[-0.5, 0.0], [0.5, 0.0]]])
GOOD = {
    "generator": ONE, "n_mass": 2, "enters": np.array([[1.0], [0.0]]), "signals": [Steps.from_hours([0.0, 1.0], [1.0])],
    "time_h": [1.0], "weights": np.ones((1, 1, 2)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"time_h": [2.0, 1.0]}, "fall"),
        ({"time_h": [-1.0]}, "from 0 on"),
        ({"time_h": []}, "one row"),
        ({"enters": np.ones((2, 2))}, "one column"),
        ({"weights": np.ones((1, 1, 3))}, "shape"),
        ({"start": np.ones((2, 2))}, "shape"),
        ({"signals": [Steps.from_hours([-1.0, 1.0], [1.0])]}, "hour 0"),
        ({"jumps": [(-1.0, 0, 1.0)]}, "hour 0"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, word):
    with pytest.raises(ValueError, match=word):
        respond_many(**{**GOOD, **wrong})
