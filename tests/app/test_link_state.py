"""A link brings a state back to the last digit, old links too; and nothing but a state gets in with it."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import tracemalloc
import zlib
from contextlib import suppress
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.files import difference
from app.files.exchange import LONGEST_LINK, to_link
from app.files.link_state import LinkState, ViewState, state_from, state_in, state_link
from app.runs import Pin, with_handles
from app.session import view
from app.teaching import trial
from app.words.reader import LANGUAGES
from app.words.units import AMOUNT, FLOW, TIME
from sim import Scenario, ScenarioError, catalogue, scenario_from, simulate
from sim.refusal import MOST_SENTENCES
from sim.scenario import range_of, with_values
from tests.strategies import scenarios

SCENARIOS = catalogue().scenarios
FIRST = "half-a-leak"


def opened(link: str) -> LinkState:
    state = state_in({"s": [link]})
    assert state is not None
    return state


def tables(name: str = FIRST) -> dict[str, Any]:
    return SCENARIOS[name].model_dump(mode="json", exclude_none=True)


PIN = {"letter": "A", "title": "x"}


def problems(data: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(ScenarioError) as refusal:
        opened(to_link(data))
    assert all(0 < len(problem) <= 300 and problem.isprintable() for problem in refusal.value.problems)
    return refusal.value.problems


def pinned(scenario: Scenario, *others: Scenario) -> LinkState:
    return LinkState(
        scenario=scenario,
        pins=tuple(Pin(letter=letter, title=f"Run {letter}", scenario=one) for letter, one in zip("ABC", others)),
    )


# Earlier forms


def test_a_link_of_version_1_is_refused_with_a_sentence():
    with pytest.raises(ScenarioError, match="made by an earlier version"):
        opened(to_link({"scenario": tables()}).replace("3.", "1.", 1))


def test_a_link_of_version_2_opens_as_it_was_made():
    """It gave the scenario in full, and of a pin what makes it out of that."""
    pins = [PIN, PIN | {"letter": "B", "set": {"orders.1.dose_mcg_day": 300.0}, "drop": ["misconception"]}]
    state = opened(to_link({"scenario": tables(), "pins": pins}).replace("3.", "2.", 1))
    assert (state.scenario, state.pins[0].scenario) == (SCENARIOS[FIRST], SCENARIOS[FIRST])
    assert state.pins[1].scenario.orders[1].dose_mcg_day == 300.0


def test_a_link_with_names_of_an_earlier_form_says_what_each_is_now():
    scenario = tables()
    scenario["orders"][0]["told_mcg_ml"] = scenario["orders"][0].pop("programmed_mcg_ml")
    scenario["orders"][1]["kind"] = "day_schedule"
    found = problems({"scenario": scenario, "show": {"trial_shot_mcg": 50.0}})
    assert "show.trial_shot_mcg: is now 'trial_bolus_mcg'" in found
    assert "scenario.orders[0].told_mcg_ml: is now 'programmed_mcg_ml'" in found
    assert "scenario.orders[1].kind = 'day_schedule': is now 'rate_schedule'" in found


# Round trips


@settings(max_examples=60, derandomize=True, deadline=None)
@given(scenarios())
def test_every_scenario_survives_a_link_exactly(scenario):
    assert opened(state_link(LinkState(scenario=scenario))).scenario == scenario


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.lists(scenarios(), min_size=2, max_size=4))
def test_any_runs_pinned_beside_any_other_survive_a_link_exactly(drawn):
    state = pinned(*drawn)
    assert opened(state_link(state)) == state


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_link_reproduces_the_arrays_to_the_last_bit(name):
    example = with_handles(SCENARIOS[name])
    moved = with_values(example, dict.fromkeys(example.controls[0].paths, 0.37))
    state = opened(state_link(pinned(moved, example)))
    for here, there in ((moved, state.scenario), (example, state.pins[0].scenario)):
        one, other = simulate(here).to_table(), simulate(there).to_table()
        assert one.keys() == other.keys()
        assert all(np.array_equal(one[column], other[column], equal_nan=True) for column in one)


def test_a_link_that_was_opened_is_copied_as_the_same_link():
    link = state_link(pinned(SCENARIOS[FIRST], *list(SCENARIOS.values())[:3]))
    assert state_link(opened(link)) == link


VIEWS = {
    "view": "ledger",
    "language": "de",
    "amount": "mg",
    "flow": "mcl_h",
    "time": "h",
    "is_hidden": True,
    "lesson": 7,
    "lesson_level": 3,
    "lesson_seed": 9999,
    "visit_day": 28.5,
    "visit_pocket_fill": "always",
    "visit_mix_up": "by_chance",
    "visit_seed": 2**31 - 1,
    "visit_depth": "full",
    "trial_seed": 1,
    "trial_drug": "baclofen-like",
    "trial_level": "L3",
    "trial_bolus_mcg": 50.0,
    "trial_epidural_mcg": 500.0,
    "trial_infusion_mcg_day": 0.1 + 0.2,
    "trial_axis": "plasma",
    "trial_limit_ratio": 1.5,
    "trial_held_h": 4.0,
    "trial_observe_h": 6.0,
    "trial_history": "tablets",
    "trial_placebo_index": 0.1,
}


def test_every_view_word_survives_a_link():
    assert list(VIEWS) == list(ViewState.model_fields)
    state = LinkState(scenario=SCENARIOS[FIRST], show=ViewState(**VIEWS))
    assert opened(state_link(state)) == state


def words_of(name: str) -> tuple[str, ...]:
    """The words that a field of a link may hold."""
    annotation = ViewState.model_fields[name].annotation
    return tuple(
        word for part in (annotation, *get_args(annotation)) for word in get_args(part) if isinstance(word, str)
    )


def test_the_words_of_a_link_are_those_of_the_page():
    shelves = {"amount": AMOUNT, "flow": FLOW, "time": TIME, "language": LANGUAGES}
    shelves |= {"view": view.VIEWS, "trial_axis": get_args(trial.Axis)}
    for name, shelf in shelves.items():
        assert words_of(name) == tuple(shelf)


def test_every_number_of_a_trial_has_its_field_in_a_link():
    assert {name for name in ViewState.model_fields if name.startswith("trial_")} == {
        f"trial_{name}" for name in trial.Setting.model_fields
    }


@pytest.mark.parametrize("name", [name for name, field in trial.Setting.model_fields.items() if range_of(field)])
def test_a_number_of_a_trial_has_the_same_range_in_a_link_as_on_its_page(name: str):
    assert range_of(ViewState.model_fields[f"trial_{name}"]) == range_of(trial.Setting.model_fields[name])


# Room


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_link_to_a_packaged_scenario_with_two_pins_has_less_than_a_thousand_characters(name):
    example = with_handles(SCENARIOS[name])
    moved = [
        with_values(example, dict.fromkeys(control.paths, round(control.low + 0.37 * (control.high - control.low), 4)))
        for control in example.controls[:3]
    ]
    other = with_handles(SCENARIOS["zero-too-many" if name == FIRST else FIRST])
    show = ViewState(visit_day=28.5, visit_pocket_fill="always", visit_mix_up="by_chance", visit_seed=12345)
    for state in (pinned(*moved), pinned(moved[0], example, other)):
        link = state_link(state.model_copy(update={"show": show}))
        assert len(link) < 1_000
        assert opened(link).show.visit_day == 28.5


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_three_moved_pins_beside_any_packaged_scenario_need_a_quarter_of_the_room(name):
    example = with_handles(SCENARIOS[name])
    moved = [with_values(example, dict.fromkeys(control.paths, 0.31)) for control in example.controls[:2]]
    state = LinkState(scenario=example, pins=pinned(example, *moved, SCENARIOS[FIRST]).pins, show=ViewState(**VIEWS))
    link = state_link(state)
    assert len(link) < LONGEST_LINK / 3
    assert opened(link) == state


def busy(n_order: int) -> Scenario:
    chance = random.Random(5)
    changes = [
        {"kind": "rate", "at_day": round(chance.uniform(0.1, 190.0), 1), "dose_mcg_day": chance.randint(100, 500)}
        for _ in range(n_order)
    ]
    quiet = SCENARIOS["quiet-pump"]
    return with_values(quiet, {"orders": [*(one.model_dump() for one in quiet.orders), *changes], "controls": ()})


def test_a_scenario_of_400_changes_fits_with_three_pins_of_it():
    example = busy(400)
    state = pinned(example, *(with_values(example, {f"orders.{i}.dose_mcg_day": 123.4}) for i in (1, 200, 400)))
    assert opened(state_link(state)) == state


def test_what_does_not_fit_into_a_link_is_told_and_belongs_into_a_file():
    chance = random.Random(5)
    example = with_values(
        busy(0),
        {
            "orders": [
                *(one.model_dump() for one in SCENARIOS["quiet-pump"].orders),
                *(
                    {"kind": "rate", "at_day": chance.uniform(0.1, 190.0), "dose_mcg_day": chance.uniform(100, 500)}
                    for _ in range(400)
                ),
            ]
        },
    )
    with pytest.raises(ScenarioError, match="the most is 8000; use a file"):
        state_link(LinkState(scenario=example))


# What a link may not hold


def test_no_field_of_a_link_could_carry_an_answer_a_score_or_a_right():
    words = {name for record in (ViewState, Pin, LinkState) for name in record.model_fields}
    forbidden = ("answer", "score", "mark", "grade", "predict", "key", "role", "right", "user", "teacher", "reveal")
    assert [name for name in words for word in forbidden if word in name] == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"show": {}}, "scenario is missing"),
        ({"scenario": {}}, "title is missing"),
        ({"scenario": 5}, "scenario = 5 is a number; a table is needed"),
        ({"scenario": tables() | {"tilte": "x"}}, "scenario: unknown key 'tilte'; did you mean 'title'?"),
        ({"scenario": tables() | {"version": 2}}, "scenario.version = 2"),
        ({"scenario": tables() | {"duration_day": 1e6}}, "scenario.duration_day = 1000000.0 is outside 0.01 to 3650.0"),
        ({"scenario": tables(), "answers": [1]}, "unknown key 'answers'"),
        ({"scenario": tables(), "shows": {}}, "unknown key 'shows'; did you mean 'show'?"),
        ({"scenario": tables(), "show": {"score": 100}}, "show: unknown key 'score'"),
        ({"scenario": tables(), "show": {"is_revealed": True}}, "show: unknown key 'is_revealed'"),
        (
            {"scenario": tables(), "show": {"view": "resevoir"}},
            "show.view = 'resevoir' is unknown; did you mean 'reservoir'?",
        ),
        ({"scenario": tables(), "show": {"amount": "kg"}}, "show.amount = 'kg' is unknown"),
        ({"scenario": tables(), "show": {"is_hidden": 1}}, "show.is_hidden = 1 is a number; true or false is needed"),
        ({"scenario": tables(), "show": {"lesson": 0}}, "show.lesson = 0 is outside 1 to 99"),
        ({"scenario": tables(), "show": {"lesson_seed": 1.5}}, "show.lesson_seed = 1.5 is not whole"),
        ({"scenario": tables(), "show": {"trial_drug": "<b>"}}, "show.trial_drug = '<b>' may hold only small"),
        (
            {"scenario": tables(), "pins": [PIN] * 4},
            "pins: 4 entries, where at most 3 are needed",
        ),
        ({"scenario": tables(), "pins": PIN}, "is a table; a list is needed"),
        (
            {"scenario": tables(), "pins": [PIN, {"letter": "A", "title": "y"}]},
            "pins[1].letter = 'A' is given twice",
        ),
        ({"scenario": tables(), "pins": ["A"]}, "pins[0] = 'A' is text; a table is needed"),
        ({"scenario": tables(), "pins": [{}]}, "pins[0].title is missing"),
        ({"scenario": tables(), "pins": [{"letter": "D"}]}, "pins[0].letter = 'D' is unknown"),
        ({"scenario": tables(), "pins": [PIN | {"grade": 1}]}, "pins[0]: unknown key 'grade'"),
        ({"scenario": tables(), "pins": [PIN | {"set": [1]}]}, "pins[0]: set must be a table"),
        ({"scenario": tables(), "pins": [PIN | {"drop": [1]}]}, "drop a list of names"),
        (
            {"scenario": tables(), "pins": [PIN | {"set": {"orders.9.in_ml": 1.0}}]},
            "'orders.9.in_ml' leads nowhere",
        ),
        (
            {"scenario": tables(), "pins": [PIN | {"set": {"orders.x": 1.0}}]},
            "'orders.x' leads nowhere",
        ),
        ({"scenario": tables(), "pins": [PIN | {"drop": ["tilte"]}]}, "'tilte' leads nowhere"),
        (
            {"scenario": tables(), "pins": [PIN | {"set": {"title.x": "y"}}]},
            "'title.x' leads nowhere",
        ),
        (
            {"scenario": tables(), "pins": [PIN | {"set": {"orders.1.dose_mcg_day": -5.0}}]},
            "pins[0].scenario.orders[1].dose_mcg_day = -5.0 is outside",
        ),
        (
            {
                "scenario": tables(),
                "pins": [PIN | {"set": {"controls.0.paths": ["orders.1.dose"]}}],
            },
            "pins[0].scenario.controls[0].paths: 'orders.1.dose' names no field",
        ),
    ],
)
def test_what_a_state_may_not_hold_is_told_by_its_name(data, words):
    assert any(words in problem for problem in problems(data)), problems(data)


def test_all_problems_of_a_state_are_told_at_once():
    data = {
        "scenario": tables() | {"duration_day": -1.0, "drug": "<b>"},
        "pins": [PIN | {"set": {"tip_level": "Z1"}}],
        "show": {"view": "root", "lesson": 100},
    }
    messages = problems(data)
    paths = ("scenario.duration_day", "scenario.drug", "pins[0].scenario.tip_level", "show.view", "show.lesson")
    assert [path for path in paths if not any(problem.startswith(path) for problem in messages)] == []


ANYTHING = st.recursive(
    st.integers(-5, 5) | st.floats(-1e3, 1e3) | st.booleans() | st.text("ab.01<", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["letter", "title", "set", "drop", "a"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    pins=ANYTHING,
    show=ANYTHING,
    value=ANYTHING,
    path=st.sampled_from(["orders", "orders.0", "orders.1.kind", "a.b", ""]),
)
def test_any_other_content_is_read_or_refused(pins, show, value, path):
    for data in (
        {"pins": pins},
        {"show": show},
        {"pins": [PIN | {"set": {path: value}, "drop": [path]}]},
    ):
        with suppress(ScenarioError):  # any other error fails
            state = state_from({"scenario": tables(), **data})
            assert opened(state_link(state)) == state


# What a link may cost


def link_of(data: dict[str, Any]) -> str:
    """Link text that was never opened, as a stranger would make it."""
    archive = zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 9)
    payload = base64.urlsafe_b64encode(archive).decode().rstrip("=")
    return f"2.{hashlib.sha256(archive).hexdigest()[:8]}.{payload}"


NOTHING = {"orders": [{}] * 10_000}
COSTLY = {
    "40 pins": ({"scenario": NOTHING, "pins": [{}] * 40}, "pins: 40 entries, where at most 3 are needed"),
    "10,000 pins": ({"scenario": NOTHING, "pins": [{}] * 10_000}, "pins: 10000 entries, where at most 3 are needed"),
    "4 pins of a good scenario": ({"scenario": tables(), "pins": [PIN] * 4}, "pins: 4 entries"),
    "3 pins": ({"scenario": NOTHING, "pins": [{}] * 3}, "scenario.version is missing"),
    "too many orders": ({"scenario": {"orders": [{}] * 20_000}}, "scenario.orders: 20000 entries"),
    "pins that set floods": (
        {"scenario": tables(), "pins": [PIN | {"set": {"orders": [{}] * 6_000}}] * 3},
        "pins[0].scenario.orders[0].kind is missing",
    ),
    "many names to drop": ({"scenario": tables(), "pins": [PIN | {"drop": ["x"] * 14_000}]}, "leads nowhere"),
    "numbers for orders": ({"scenario": {"orders": [1] * 30_000}, "pins": [PIN] * 3}, "orders: 30000 entries"),
}


@pytest.mark.parametrize(("data", "words"), COSTLY.values(), ids=COSTLY)
def test_a_link_that_is_refused_needs_little_room_whatever_it_holds(data, words):
    link = link_of(data)
    assert len(link) < LONGEST_LINK
    tracemalloc.start()
    with pytest.raises(ScenarioError, match=re.escape(words)) as refusal:
        opened(link)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6
    assert len(refusal.value.problems) <= MOST_SENTENCES


@pytest.mark.parametrize("data", [COSTLY["40 pins"][0], COSTLY["3 pins"][0]], ids=["40 pins", "3 pins"])
def test_no_pin_is_copied_before_its_number_and_its_scenario_are_known_to_be_good(data, monkeypatch):
    copies = []
    monkeypatch.setattr(difference, "deepcopy", lambda tables: copies.append(tables) or tables)
    with pytest.raises(ScenarioError):
        opened(link_of(data))
    assert copies == []


def test_a_link_over_the_cap_is_refused_before_it_is_copied():
    text = "2." + "a" * 20_000_000
    tracemalloc.start()
    with pytest.raises(ScenarioError, match="the most is 8000"):
        opened(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1e6


def test_no_pinned_run_changes_the_tables_that_it_was_told_with():
    whole = {"scenario": tables(), "pins": [PIN | {"set": {"orders.1.dose_mcg_day": 300.0}}]}
    before = json.dumps(whole)
    state = state_from(whole)
    assert state.pins[0].scenario.orders[1].dose_mcg_day == 300.0
    assert state.scenario == scenario_from(tables())
    assert json.dumps(whole) == before
