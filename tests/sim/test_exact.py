"""The exact engine as a tool of its own: answers known on paper, an independent oracle, and refusals."""

from __future__ import annotations

import itertools
import math
import random
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from sim.exact import LinearSystem, Steps, align, combine, respond, steady_state
from sim.exact.steps import MOST_H, TICK_PER_H, join, to_tick
from tests.oracles import network_oracle

ONE = LinearSystem(["blood"], losses=[("blood", 0.5)])
TICK_H = 1.0 / TICK_PER_H


# ------------------------------------------------------------------ answers on paper


def test_one_compartment_fades_by_its_exponential():
    time_h = np.array([0.0, 0.1, 1.0, 10.0, 100.0])
    held = respond(ONE, start={"blood": 8.0}, time_h=time_h)
    assert np.allclose(held.of("blood"), 8.0 * np.exp(-0.5 * time_h), rtol=1e-12, atol=0)
    assert np.allclose(held.cleared, -8.0 * np.expm1(-0.5 * time_h), rtol=1e-12, atol=0)


def test_an_infusion_rises_to_rate_over_loss_and_fades_after_its_end():
    time_h = np.array([0.0, 1.0, 3.0, 5.0, 9.0])
    held = respond(ONE, {"blood": Steps.from_hours([1.0, 5.0], [3.0])}, time_h=time_h).of("blood")
    top = -6.0 * math.expm1(-2.0)
    assert np.allclose(held, [0.0, 0.0, -6.0 * math.expm1(-1.0), top, top * math.exp(-2.0)], rtol=1e-12, atol=0)


def test_a_jump_is_felt_at_its_instant_and_not_before():
    ask = {"jumps": [(2.0, "blood", 4.0)], "time_h": [2.0 - TICK_H, 2.0, 2.0 + TICK_H]}
    now, before = respond(ONE, **ask), respond(ONE, **ask, before=True)
    assert now.of("blood").tolist()[:2] == [0.0, 4.0]
    assert before.of("blood").tolist()[:2] == [0.0, 0.0]
    assert now.of("blood")[2] == before.of("blood")[2] == pytest.approx(4.0, rel=1e-9)


def test_a_jump_at_hour_0_comes_on_top_of_the_start_and_not_before_it():
    ask = {"jumps": [(0.0, "blood", 4.0)], "start": {"blood": 1.0}, "time_h": [0.0]}
    assert respond(ONE, **ask).of("blood").tolist() == [5.0]
    assert respond(ONE, **ask, before=True).of("blood").tolist() == [1.0]


def test_two_jumps_at_one_instant_are_both_felt():
    held = respond(ONE, jumps=[(1.0, "blood", 4.0), (1.0, "blood", 0.5)], time_h=[1.0])
    assert held.of("blood").tolist() == [4.5]


@pytest.mark.parametrize("count", [2, 5, 20])
def test_a_chain_of_equal_compartments_gives_the_gamma_curve(count):
    # every eigenvalue is the same one: a method by eigenvectors fails here
    names = [f"c{i}" for i in range(count)]
    chain = LinearSystem(
        names,
        transfers=[(a, b, 0.7) for a, b in itertools.pairwise(names)],
        losses=[(names[-1], 0.7)],
    )
    time_h = np.array([0.5, 3.0, 20.0, 80.0])
    held = respond(chain, start={"c0": 5.0}, time_h=time_h)
    for i, name in enumerate(names):
        gamma = 5.0 * (0.7 * time_h) ** i * np.exp(-0.7 * time_h) / math.factorial(i)
        assert np.allclose(held.of(name), gamma, rtol=1e-11, atol=1e-300)


def test_two_compartments_that_only_exchange_meet_in_the_middle():
    pair = LinearSystem("ab", transfers=[("a", "b", 2.0), ("b", "a", 1.0)])
    time_h = np.array([0.0, 0.2, 1.0, 50.0])
    held = respond(pair, start={"a": 3.0}, time_h=time_h)
    assert np.allclose(held.of("a"), 1.0 + 2.0 * np.exp(-3.0 * time_h), rtol=1e-12, atol=0)
    assert np.allclose(held.amount.sum(axis=1), 3.0, rtol=1e-14, atol=0)


def test_a_compartment_without_exit_keeps_the_area_of_its_input():
    kept = LinearSystem(["a"])
    pulse = Steps.from_hours([300.0, 300.0 + 1.0 / 12.0], [1.0])
    assert respond(kept, {"a": pulse}, time_h=[0.0, 300.0, 720.0]).of("a") == pytest.approx(
        [0.0, 0.0, float(pulse.area()[-1])], rel=1e-13
    )


def test_a_follower_lags_behind_a_fading_amount_and_takes_nothing_from_it():
    # Bateman: d f/dt = k (w a - f), a = A exp(-l t)
    tracked = LinearSystem(["a"], losses=[("a", 0.5)], followers=[("site", {"a": 0.25}, 2.0)])
    time_h = np.array([0.0, 0.3, 2.0, 9.0])
    held = respond(tracked, start={"a": 8.0}, time_h=time_h)
    site = 2.0 * 0.25 * 8.0 / (2.0 - 0.5) * (np.exp(-0.5 * time_h) - np.exp(-2.0 * time_h))
    assert np.allclose(held.followed[:, 0], site, rtol=1e-11, atol=0)
    assert np.allclose(held.amount[:, 0] + held.cleared, 8.0, rtol=1e-14, atol=0)


def test_a_follower_as_fast_as_the_loss_it_follows_is_no_special_case():
    same = LinearSystem(["a"], losses=[("a", 0.5)], followers=[("site", {"a": 1.0}, 0.5)])
    held = respond(same, start={"a": 1.0}, time_h=[0.0, 1.0, 4.0])
    assert held.followed[:, 0] == pytest.approx([0.0, 0.5 * math.exp(-0.5), 2.0 * math.exp(-2.0)], rel=1e-12)


def test_a_follower_starts_where_it_is_told_and_settles_on_what_it_follows():
    tracked = LinearSystem(["a"], followers=[("site", {"a": 0.25}, 2.0), ("still", {"a": 1.0}, 0.0)])
    held = respond(tracked, start={"a": 8.0, "site": 5.0, "still": 7.0}, time_h=[0.0, 1.0, 100.0])
    assert held.followed[:, 0] == pytest.approx([5.0, 2.0 + 3.0 * math.exp(-2.0), 2.0], rel=1e-12)
    assert held.followed[:, 1].tolist() == [7.0, 7.0, 7.0]


def test_several_inputs_each_enter_their_own_state():
    pair = LinearSystem("ab", losses=[("a", 1.0), ("b", 2.0)])
    flows = {"b": Steps.from_hours([0.0, 50.0], [4.0]), "a": Steps.from_hours([0.0, 20.0, 50.0], [1.0, 3.0])}
    held = respond(pair, flows, time_h=[20.0, 50.0])
    assert held.amount == pytest.approx(np.array([[1.0, 2.0], [3.0, 2.0]]), rel=1e-8)


def test_doses_given_again_and_again_add_up_like_a_geometric_row():
    jumps = [(8.0 * i, "blood", 1.0) for i in range(200)]
    held = respond(ONE, jumps=jumps, time_h=[8.0 * 199])
    assert held.of("blood")[0] == pytest.approx(1.0 / -math.expm1(-4.0), rel=1e-12)


def test_no_time_is_too_long_or_too_short():
    held = respond(ONE, start={"blood": 1.0}, time_h=[TICK_H, MOST_H / 2, MOST_H])
    assert held.of("blood")[0] == pytest.approx(math.exp(-0.5 * TICK_H), rel=1e-15)
    assert np.allclose(held.cleared[1:], 1.0, rtol=1e-14, atol=0)


def test_an_input_edge_within_a_tick_of_a_sample_counts_to_the_tick():
    pulse = Steps.from_hours([1.0, 2.0], [3600.0])
    kept = LinearSystem(["a"])
    held = respond(kept, {"a": pulse}, time_h=[1.0 - TICK_H, 1.0, 1.0 + TICK_H, 2.0 - TICK_H, 2.0, 2.0 + TICK_H])
    one_tick = 1e-6  # 3600 per hour over a microsecond
    assert held.of("a") == pytest.approx([0.0, 0.0, one_tick, 3600.0 - one_tick, 3600.0, 3600.0], rel=1e-12)


def test_an_answer_does_not_depend_on_the_company_it_is_asked_in():
    flows = {"blood": Steps.from_hours([0.0, 1.5, 7.25], [3.0, 1.0])}
    many = np.sort(np.concatenate([np.linspace(0.0, 10.0, 1000), [1.5, 7.25, math.pi]]))
    whole = respond(ONE, flows, time_h=many).of("blood")
    alone = [respond(ONE, flows, time_h=[hour]).of("blood")[0] for hour in many[::37]]
    assert np.allclose(whole[::37], alone, rtol=1e-13, atol=0)


def test_a_response_cannot_be_written_to():
    held = respond(ONE, start={"blood": 1.0}, time_h=[0.0, 1.0])
    for array in (held.time_h, held.amount, held.cleared, held.followed):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


# ------------------------------------------------------------------ steady state


def test_a_steady_state_balances_input_and_loss_in_a_branching_network():
    # a passes 3 of 4 parts to b; b loses all
    system = LinearSystem("abc", transfers=[("a", "b", 0.3)], losses=[("a", 0.1), ("b", 0.5)])
    assert steady_state(system, {"a": 2.0}) == pytest.approx([5.0, 3.0, 0.0], rel=1e-14)
    assert steady_state(system, {}).tolist() == [0.0, 0.0, 0.0]


def test_a_steady_state_that_cannot_exist_names_the_states_where_mass_piles_up():
    system = LinearSystem("abcd", transfers=[("a", "b", 1.0), ("b", "c", 1.0), ("c", "b", 2.0)], losses=[("a", 1.0)])
    with pytest.raises(ValueError, match="no exit from 'b', 'c'"):
        steady_state(system, {"a": 1.0})
    assert steady_state(LinearSystem("ab", losses=[("a", 1.0)]), {"a": 1.0}).tolist() == [1.0, 0.0]


def test_a_trap_that_nothing_reaches_does_no_harm():
    system = LinearSystem("ab", transfers=[("b", "a", 1.0), ("a", "b", 0.0)], losses=[("a", 0.5)])
    assert steady_state(system, {"a": 1.0, "b": 0.0}).tolist() == [2.0, 0.0]


def error_frac(found: np.ndarray, exact: list[Fraction]) -> float:
    """Largest relative error of any state; what is nothing must be found as nothing."""
    assert [there == 0 for there in exact] == (found == 0.0).tolist()
    return max((abs(float(Fraction(float(here)) / there - 1)) for here, there in zip(found, exact) if there), default=0)


@pytest.mark.parametrize("loss_per_h", [1e-3, 1e-6, 1e-12])
def test_a_steady_state_keeps_its_digits_beside_a_fast_exchange(loss_per_h):
    case = ("ab", [("a", "b", 1e4), ("b", "a", 1e4)], [("b", loss_per_h)])
    exact = network_oracle.steady(*case, {"a": 1.0})
    assert error_frac(steady_state(LinearSystem(*case), {"a": 1.0}), exact) <= 1e-15


def test_a_steady_state_of_one_part_in_a_million_is_known_on_paper():
    # all that comes in leaves from b; what a holds passes the inflow and what b sends back on to b
    pair = LinearSystem("ab", [("a", "b", 1e4), ("b", "a", 1e4)], [("b", 1e-6)])
    assert steady_state(pair, {"a": 1.0}) == pytest.approx([1_000_000.0001, 1_000_000.0], rel=1e-15)


def leaking_network(seed: int) -> tuple[list[str], list, list, dict[str, float]]:
    """Names, transfers, losses and inflow: rates from 1e-12 to 1e4 per h, an exit from everywhere."""
    chance = random.Random(seed)

    def rate() -> float:
        return 10.0 ** chance.uniform(-12.0, 4.0)

    names = [f"s{i}" for i in range(chance.randint(1, 9))]
    order = chance.sample(names, len(names))
    # the first state loses; from each other one there is a way to an earlier one
    transfers = [(name, chance.choice(order[: i + 1]), rate()) for i, name in enumerate(order[1:])]
    losses = [(order[0], rate()), *((name, rate()) for name in names if chance.random() < 0.1)]
    pairs = list(itertools.permutations(names, 2))
    transfers += [(a, b, rate()) for a, b in chance.choices(pairs, k=2 * len(names))] if pairs else []
    return names, transfers, losses, {name: rate() for name in names if chance.random() < 0.5}


@pytest.mark.parametrize("seed", range(80))
def test_a_steady_state_of_any_network_with_an_exit_is_that_of_fractions(seed):
    *parts, inflow = leaking_network(seed)
    assert error_frac(steady_state(LinearSystem(*parts), inflow), network_oracle.steady(*parts, inflow)) <= 1e-12


def test_a_long_row_of_fast_exchanges_with_one_slow_exit_rests_where_fractions_say():
    names = [f"s{i:02d}" for i in range(40)]
    pairs = list(itertools.pairwise(names))
    transfers = [(a, b, 1e4 / (i + 1)) for i, (a, b) in enumerate(pairs)] + [(b, a, 3e3) for a, b in pairs]
    parts, inflow = (names, transfers, [(names[20], 1e-9)]), {names[0]: 1.0, names[39]: 0.1}
    assert error_frac(steady_state(LinearSystem(*parts), inflow), network_oracle.steady(*parts, inflow)) <= 1e-12


def test_what_is_taken_out_at_a_constant_rate_counts_as_a_negative_inflow():
    # 3 in and 1 out: the rest of 2 leaves by the loss
    assert steady_state(LinearSystem("ab", [("a", "b", 1.0)], [("b", 0.5)]), {"a": 3.0, "b": -1.0}).tolist() == [3, 4]


@pytest.mark.parametrize("amount", [math.nan, math.inf, -math.inf])
def test_an_inflow_that_is_no_number_is_refused_in_a_sentence(amount):
    with pytest.raises(ValueError, match=r"^inflow of 'blood' = (nan|inf|-inf) must be finite$"):
        steady_state(ONE, {"blood": amount})


def test_a_steady_state_beyond_all_numbers_is_refused_in_a_sentence():
    # each pair holds 1e20 times more than the one after it
    names = [f"s{i}" for i in range(20)]
    ways = [(a, b, per_h) for x, y in itertools.pairwise(names) for a, b, per_h in ((x, y, 1e-12), (y, x, 1e8))]
    with pytest.raises(ValueError, match=r"^no steady state: amounts would grow beyond what a number can hold$"):
        steady_state(LinearSystem(names, ways, [(names[-1], 1e-12)]), {"s0": 1.0})


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"time_h": [2.0, 1.0]}, "time_h must be one row of times that do not fall"),
        ({"time_h": [-1.0]}, "time_h must be one row of times"),
        ({"time_h": [[0.0, 1.0]]}, "time_h must be one row"),
        ({"time_h": [math.nan]}, "time_h must be finite"),
        ({"time_h": [math.inf]}, "time_h must be finite"),
        ({"time_h": [2.0 * MOST_H]}, "within 1e"),
        ({"time_h": [1.0], "start": {"bone": 1.0}}, "no state is named 'bone'"),
        ({"time_h": [1.0], "start": {"blood": math.nan}}, "start must be finite"),
        ({"time_h": [1.0], "jumps": [(0.0, "bone", 1.0)]}, "no state is named 'bone'"),
        ({"time_h": [1.0], "jumps": [(-1.0, "blood", 1.0)]}, "must not start before hour 0"),
        ({"time_h": [1.0], "jumps": [(math.nan, "blood", 1.0)]}, "finite"),
        ({"time_h": [1.0], "jumps": [(0.5, "blood", math.nan)]}, "finite"),
        ({"time_h": [1.0], "inputs": {"bone": Steps.from_hours([0, 1], [1])}}, "no state is named 'bone'"),
        ({"time_h": [1.0], "inputs": {"blood": Steps.from_hours([-1, 1], [1])}}, "must not start before"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_a_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        respond(ONE, **arguments)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"names": "aa"}, "names must be different"),
        ({"names": "a", "followers": [("a", {}, 1.0)]}, "names must be different"),
        ({"names": "a", "transfers": [("a", "b", 1.0)]}, "no state is named 'b'"),
        ({"names": "a", "losses": [("b", 1.0)]}, "no state is named 'b'"),
        ({"names": "a", "followers": [("f", {"b": 1.0}, 1.0)]}, "no state is named 'b'"),
        ({"names": "ab", "transfers": [("a", "b", -1.0)]}, "not below zero"),
        ({"names": "a", "losses": [("a", math.nan)]}, "must be finite"),
        ({"names": "a", "losses": [("a", math.inf)]}, "must be finite"),
        ({"names": "a", "followers": [("f", {"a": -1.0}, 1.0)]}, "not below zero"),
    ],
)
def test_a_network_that_makes_no_sense_is_refused_in_a_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        LinearSystem(**arguments)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"names": "a", "losses": [("a", 4e9)]}, "rates out of 'a' add up to 4e+09 per h; a tick of 1 microsecond "),
        ({"names": "ab", "transfers": [("b", "a", 1e300)]}, "rates out of 'b' add up to 1e+300 per h; "),
        ({"names": "ab", "transfers": [("a", "b", 2e9)], "losses": [("a", 2e9)]}, "'a' add up to 4e+09 per h"),
        ({"names": "a", "followers": [("f", {"a": 1.0}, 5e9)]}, "rates out of 'f' add up to 5e+09 per h"),
        ({"names": "a", "losses": [("a", 4e9)]}, "resolves at most 3.6e+09 per h"),
    ],
)
def test_a_rate_too_fast_for_a_tick_is_refused_with_the_rate_and_the_limit(arguments, sentence):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as refused:
        LinearSystem(**arguments)
    assert sentence in str(refused.value)


def test_the_fastest_rates_that_a_tick_resolves_are_exact():
    fastest = float(TICK_PER_H)
    held = respond(LinearSystem("a", losses=[("a", fastest)]), start={"a": 1.0}, time_h=TICK_H * np.arange(30))
    assert np.allclose(held.of("a"), np.exp(-np.arange(30.0)), rtol=1e-14, atol=0)
    tracked = LinearSystem("a", losses=[("a", 1e-6)], followers=[("site", {"a": 1.0}, fastest)])
    assert respond(tracked, start={"a": 1.0}, time_h=[1e-3]).followed[0, 0] == pytest.approx(1.0, rel=1e-8)


def test_a_steady_state_refuses_an_unknown_state():
    with pytest.raises(ValueError, match="no state is named 'bone'"):
        steady_state(ONE, {"bone": 1.0})


@pytest.mark.parametrize(
    ("edge_h", "value", "sentence"),
    [
        ([0.0, 1.0], [1.0, 2.0], "one entry more"),
        ([[0.0, 1.0]], [1.0], "one entry more"),
        ([0.0, 2.0, 1.0], [1.0, 2.0], "must not fall"),
        ([0.0, math.nan], [1.0], "finite"),
        ([0.0, 1.0], [math.inf], "value must be finite"),
        ([0.0, 1e9], [1.0], "within"),
    ],
)
def test_a_signal_that_makes_no_sense_is_refused_in_a_sentence(edge_h, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        Steps.from_hours(edge_h, value)


def test_ticks_that_do_not_rise_are_refused():
    for edge in ([0, 0], [1, 0]):
        with pytest.raises(ValueError, match="must rise"):
            Steps(np.array(edge), np.array([1.0]))


# ------------------------------------------------------------------ an independent solver


def random_case(seed: int) -> dict:
    """A network with rates from 1e-6 to 1e4 per h, some equal, some states without exit."""
    chance = random.Random(seed)
    names = [f"s{i}" for i in range(chance.randint(1, 7))]
    style = ("stiff", "repeated", "plain")[seed % 3]

    def rate() -> float:
        if style == "repeated":
            return chance.choice([0.0, 0.5, 0.5, 2.0])
        low, high = (-6.0, 4.0) if style == "stiff" else (-2.0, 1.0)
        return 10.0 ** chance.uniform(low, high)

    pairs = list(itertools.permutations(names, 2))
    chosen = chance.sample(pairs, min(len(pairs), chance.randint(0, 8)))
    edges = sorted(chance.uniform(0.0, 60.0) for _ in range(3))
    # whole ticks, since the oracle takes every float for what it is
    snapped = [round(hour * TICK_PER_H) / TICK_PER_H for hour in edges]
    return {
        "names": names,
        "transfers": [(a, b, rate()) for a, b in chosen],
        "losses": [(name, rate()) for name in names if chance.random() < 0.5],
        "followers": [("site", {names[0]: 0.3, names[-1]: 0.3 + chance.random()}, rate())],
        "inputs": {names[0]: (snapped, [chance.uniform(0.0, 9.0) for _ in range(2)])},
        "jumps": [(round(chance.uniform(0.0, 40.0), 3), chance.choice(names), chance.uniform(0.0, 5.0))],
        "start": {chance.choice(names): chance.uniform(0.0, 10.0), "site": 0.25},
        "times": [0.0, *snapped, snapped[1] + TICK_H, 75.0, 300.0],
    }


@pytest.mark.parametrize("seed", range(60))
def test_inv_23_a_random_network_agrees_with_an_exponential_of_fifty_digits(seed):
    case = random_case(seed)
    times = sorted(round(hour * TICK_PER_H) / TICK_PER_H for hour in case["times"])
    amount, cleared, followed = network_oracle.respond(
        case["names"], case["transfers"], case["losses"], case["followers"], case["inputs"], case["jumps"],
        times, start=case["start"],
    )  # fmt: skip
    system = LinearSystem(case["names"], case["transfers"], case["losses"], case["followers"])
    signals = {name: Steps.from_hours(*signal) for name, signal in case["inputs"].items()}
    held = respond(system, signals, case["jumps"], time_h=times, start=case["start"])
    most = (amount.sum(axis=1) + cleared).max()
    assert np.abs(held.amount - amount).max() <= 1e-9 * most
    assert np.abs(held.cleared - cleared).max() <= 1e-9 * most
    assert np.abs(held.followed - followed).max() <= 1e-9 * np.abs(followed).max()
    # also each state on its own scale, however slow beside its neighbours
    large = amount > 1e-12 * most
    assert np.abs(held.amount / np.where(large, amount, 1.0) - 1.0)[large].max(initial=0.0) <= 1e-9


def test_inv_23_a_loss_of_one_in_a_million_beside_an_exchange_of_ten_thousand_keeps_its_digits():
    transfers = [("a", "b", 1e4), ("b", "a", 1e4)]
    args = (["a", "b"], transfers, [("b", 1e-6)], [], {}, [])
    times = [1e-3, 1.0, 1e3, 1e5]
    amount, cleared, _ = network_oracle.respond(*args, times, start={"a": 1.0})
    held = respond(LinearSystem("ab", transfers, [("b", 1e-6)]), start={"a": 1.0}, time_h=times)
    assert np.allclose(held.amount, amount, rtol=1e-9, atol=0)
    assert np.allclose(held.cleared, cleared, rtol=1e-9, atol=0)


@pytest.mark.parametrize("seed", range(30))
def test_rates_from_almost_never_to_once_a_tick_agree_with_fifty_digits(seed):
    chance = random.Random(seed)
    names = "abcd"
    chosen = chance.sample(list(itertools.permutations(names, 2)), 5)
    transfers = [(a, b, 10.0 ** chance.uniform(-12.0, 8.9)) for a, b in chosen]
    losses = [(chance.choice(names), 10.0 ** chance.uniform(-12.0, 8.9))]
    start, times = {"a": 1.0, "c": 2.0}, [TICK_H, 1e3 * TICK_H, 1.0, 1e3, 87_600.0]
    times = [round(hour * TICK_PER_H) / TICK_PER_H for hour in times]
    amount, cleared, _ = network_oracle.respond(names, transfers, losses, [], {}, [], times, start=start)
    held = respond(LinearSystem(names, transfers, losses), start=start, time_h=times)
    assert (held.amount >= 0.0).all()
    assert np.allclose(held.cleared, cleared, rtol=1e-9, atol=1e-30)
    assert np.allclose(held.amount, amount, rtol=1e-9, atol=1e-30)


# ------------------------------------------------------------------ what the library alone cannot do

TEN_YEARS_H = 87_600.0
SLOW_BESIDE_FAST = LinearSystem("ab", [("a", "b", 1e4), ("b", "a", 1e4)], [("b", 1e-6)])


def exponential(system: LinearSystem, time_h: float) -> np.ndarray:
    """The library's exponential of one whole duration."""
    return np.asarray(expm(system.generator() * time_h))


def doubled_tick(system: LinearSystem, time_h: float) -> np.ndarray:
    """The library's exponential of one tick, multiplied up, columns left as they come."""
    tick = exponential(system, TICK_H)
    return np.linalg.matrix_power(tick, round(time_h * TICK_PER_H))


def brought_back(system: LinearSystem, time_h: float) -> np.ndarray:
    """The library's exponential of one whole duration, each column brought back to the amount that entered it."""
    whole = exponential(system, time_h)
    return whole / whole.sum(axis=0)


def cleared_of(way: str, time_h: float) -> tuple[float, float]:
    """What is cleared of a unit in a, and all that is there, by one way of computing it."""
    if way == "engine":
        held = respond(SLOW_BESIDE_FAST, start={"a": 1.0}, time_h=[time_h])
        return float(held.cleared[0]), float(held.amount.sum() + held.cleared[0])
    column = {"exponential": exponential, "doubled tick": doubled_tick, "brought back": brought_back}[way](
        SLOW_BESIDE_FAST, time_h
    )[:, 0]
    return float(column[2]), float(column.sum())


@pytest.mark.parametrize(
    ("way", "digits", "mass"),
    [
        ("engine", (0.0, 1e-14), (0.0, 1e-15)),
        ("exponential", (1e-9, 1e-6), (1e-9, 1e-6)),
        ("brought back", (1e-9, 1e-6), (0.0, 1e-15)),
        ("doubled tick", (1e-3, 1.0), (1e-3, 1.0)),
    ],
)
def test_only_doubling_with_columns_brought_back_keeps_a_slow_loss_for_ten_years(way, digits, mass):
    # an error in the loss of a step is doubled with the step, up to 2**48 times
    _, cleared, _ = network_oracle.respond(
        "ab", SLOW_BESIDE_FAST.transfers, SLOW_BESIDE_FAST.losses, [], {}, [], [TEN_YEARS_H], start={"a": 1.0}
    )
    found, all_there = cleared_of(way, TEN_YEARS_H)
    assert digits[0] <= abs(found / cleared[0] - 1.0) <= digits[1]
    assert mass[0] <= abs(all_there - 1.0) <= mass[1]


def test_an_exponential_of_a_whole_duration_loses_what_only_trickles_through_a_long_chain():
    # the gamma curve of the last of 20 equal compartments, after half an hour
    names = [f"c{i}" for i in range(20)]
    chain = LinearSystem(names, [(a, b, 0.7) for a, b in itertools.pairwise(names)], [(names[-1], 0.7)])
    gamma = 0.35**19 * math.exp(-0.35) / math.factorial(19)
    assert abs(exponential(chain, 0.5)[19, 0] / gamma - 1.0) > 1e-9
    assert respond(chain, start={"c0": 1.0}, time_h=[0.5]).of("c19")[0] == pytest.approx(gamma, rel=1e-11)


def test_importing_the_engine_does_not_import_the_library():
    loaded = "[name for name in sys.modules if name.partition('.')[0] == 'scipy']"
    asked = f"import sys, sim.exact; from sim import *; print({loaded})"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


# ------------------------------------------------------------------ the algebra of signals


@st.composite
def signals(draw: st.DrawFn) -> Steps:
    """Signals with edges near and far, some values equal."""
    count = draw(st.integers(1, 6))
    edge = draw(st.lists(st.integers(-50, 50), min_size=count + 1, max_size=count + 1, unique=True))
    value = st.sampled_from([0.0, 1.0, 2.5, -3.0]) | st.floats(-1e3, 1e3)
    return Steps(np.sort(edge), np.array([draw(value) for _ in range(count)]))


EVERY_TICK = np.arange(-60, 61)


@given(signals(), signals())
def test_combining_signals_is_combining_their_values_at_every_instant(one, other):
    both = combine(lambda a, b: 2.0 * a - b, one, other)
    by_hand = 2.0 * one.at_tick(EVERY_TICK) - other.at_tick(EVERY_TICK)
    assert both.at_tick(EVERY_TICK).tolist() == by_hand.tolist()
    assert (both.value[1:] != both.value[:-1]).all()


@given(signals(), signals())
def test_aligned_signals_share_their_edges_and_keep_their_values(one, other):
    edge, values = align(one, other)
    assert set(edge.tolist()) == {*one.edge_tick.tolist(), *other.edge_tick.tolist()}
    for signal, value in zip((one, other), values, strict=True):
        assert value.tolist() == signal.at_tick(edge[:-1]).tolist()


@given(signals())
def test_the_area_is_the_sum_over_all_ticks(signal):
    by_hand = np.concatenate([[0.0], np.cumsum(signal.at_tick(EVERY_TICK))]) * TICK_H
    ticks = np.arange(-60, 62)
    assert np.allclose(
        signal.area_to(ticks), by_hand, rtol=0, atol=1e-11 * max(np.abs(signal.value).max(), 1) * TICK_H * 100
    )
    assert signal.area_to(signal.edge_tick).tolist() == signal.area().tolist()
    assert signal.area_to(10**15) == signal.area()[-1]


@given(signals())
def test_merging_and_cutting_change_no_value(signal):
    merged = signal.merged()
    assert merged.at_tick(EVERY_TICK).tolist() == signal.at_tick(EVERY_TICK).tolist()
    assert (merged.value[1:] != merged.value[:-1]).all()
    parts = [signal.cut(-60, -7), signal.cut(-7, 3), signal.cut(3, 61)]
    assert join(parts).at_tick(EVERY_TICK).tolist() == signal.at_tick(EVERY_TICK).tolist()
    assert [part.edge_tick[[0, -1]].tolist() for part in parts] == [[-60, -7], [-7, 3], [3, 61]]


@given(
    st.lists(st.floats(0.0, 40.0), max_size=8).map(lambda inner: [0.0, *sorted(inner), 40.0]),
    st.lists(st.floats(-5.0, 5.0), min_size=9, max_size=9),
)
def test_crossings_between_ticks_keep_area_and_bounds(edge, value):
    value = value[: len(edge) - 1]
    snapped = [round(x) if abs(x - round(x)) <= 1e-3 else x for x in edge]
    signal = Steps.from_crossings(edge, value)
    area = sum(v * (b - a) for v, a, b in zip(value, snapped[:-1], snapped[1:], strict=True))
    assert math.isclose(signal.area()[-1] * TICK_PER_H, area, rel_tol=0, abs_tol=1e-11)
    assert max(value) + 1e-12 >= signal.value.max() >= signal.value.min() >= min(value) - 1e-12
    # a whole tick that no crossing touches keeps its clean value
    for tick in range(math.ceil(snapped[0]), math.floor(snapped[-1])):
        if not any(tick < x < tick + 1 for x in snapped):
            place = np.searchsorted(snapped, tick, side="right") - 1
            assert signal.at_tick(tick) == value[place]


def test_a_signal_owns_its_start_and_not_its_end():
    pulse = Steps.from_hours([1.0, 2.0], [5.0])
    assert pulse.at([1.0 - TICK_H, 1.0, 2.0 - TICK_H, 2.0]).tolist() == [0.0, 5.0, 5.0, 0.0]
    assert pulse.before([1.0, 1.0 + TICK_H, 2.0]).tolist() == [0.0, 5.0, 5.0]


def test_an_interval_shorter_than_a_tick_is_dropped_with_its_value():
    short = Steps.from_hours([0.0, 1.0, 1.0 + TICK_H / 4, 2.0], [1.0, 9.0, 2.0])
    assert short.edge_tick.tolist() == [0, TICK_PER_H, 2 * TICK_PER_H]
    assert short.value.tolist() == [1.0, 2.0]


def test_a_signal_cannot_be_written_to_and_takes_no_notice_of_its_sources():
    edge, value = np.array([0, 5]), np.array([1.0])
    signal = Steps(edge, value)
    edge[1], value[0] = 9, 7.0
    assert signal.edge_tick.tolist() == [0, 5]
    assert signal.value.tolist() == [1.0]
    for array in (signal.edge_tick, signal.value):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_hours_become_whole_microseconds():
    assert to_tick([0.0, 1.0, 87600.0, 0.1]).tolist() == [0, TICK_PER_H, 87600 * TICK_PER_H, 360_000_000]
    assert int(to_tick(math.pi)) == round(math.pi * TICK_PER_H)
