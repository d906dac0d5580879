"""What is under way travels in the address: a session that begins with it goes on where the other one was."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import session
from app.files.exchange import LONGEST_LINK, to_link
from app.teaching import refill_visit
from tests import opening
from tests.opening import room, sound


def page(name: str) -> None:
    """One room with the session around it; the address it would have is kept."""
    import streamlit as st

    from app import session
    from app.figures.theme import DARK_INK
    from app.pages import lesson, trial, visit

    session.settings.take_up()
    session.address.arrive()
    if name == "lesson":
        lesson.show(lambda one: None, DARK_INK)
    elif name == "visit":
        visit.show(session.scenario.now(), lambda one: None, DARK_INK)
    else:
        trial.show(lambda one: None, DARK_INK)
    st.session_state["address"] = session.address.text()


def opened(name: str, link: str = "") -> AppTest:
    at = room(page, name=name)
    if link:
        at.query_params["s"] = link
    return sound(at.run())


def press(at: AppTest, key: str) -> AppTest:
    return opening.press(at, key)


def words(at: AppTest) -> list[str]:
    """All that the page says, and what its widgets show."""
    parts = [one.value for one in (*at.markdown, *at.caption, *at.subheader, *at.warning, *at.success, *at.error)]
    shown = [(one.label, one.value) for one in (*at.radio, *at.checkbox, *at.text_area, *at.slider)]
    numbers = [(path, box["number"], box["text"]) for path, box in opening.boxes(at).items()]
    buttons = [one.label for one in at.button]
    return [*parts, *map(str, shown), *map(str, numbers), *buttons]


def goes_on(name: str, at: AppTest) -> AppTest:
    """The page of a new session at the address of this one, which is to be the same."""
    link = at.session_state["address"]
    assert len(link) <= LONGEST_LINK
    again = opened(name, link)
    assert not again.error
    assert words(again) == words(at)
    assert again.session_state["address"] == link
    return again


# ---------------------------------------------------------------- lessons


def begin(level: int = 2) -> AppTest:
    at = opened("lesson")
    at.segmented_control(key="study level").set_value(level)
    at.run()
    return press(at, "study begin")


def key(at: AppTest, name: str) -> str:
    return f"study {at.session_state[session.lesson.ROUND]} {name}"


def predicted(at: AppTest) -> AppTest:
    from app.teaching import lessons

    case = lessons.make_case(lessons.lessons()[1], 2)
    at.segmented_control(key=key(at, "direction")).set_value(0)
    opening.type_in(at, key(at, "number"), case.predict.low)
    at.segmented_control(key=key(at, "sure prediction")).set_value(3)
    at.session_state[key(at, "drawn")] = [0.5 * case.predict.sketch.high for _ in case.predict.sketch.days]
    return sound(at.run())


def test_a_lesson_goes_on_at_every_step_with_entries_that_wait_for_their_button() -> None:
    at = predicted(begin())
    at = predicted_again = goes_on("lesson", at)
    assert predicted_again.session_state[key(at, "drawn")]
    at = goes_on("lesson", press(at, "study lock"))
    at = goes_on("lesson", press(at, "study run"))
    at.radio(key=key(at, "seen")).set_value(-1).run()
    at.text_area(key=key(at, "seen words")).set_value("<b>mine</b>").run()
    at = goes_on("lesson", at)
    assert at.text_area(key=key(at, "seen words")).value == "<b>mine</b>"
    at = press(at, "study seen")
    at = goes_on("lesson", press(at, "study next"))
    assert at.session_state[session.lesson.COMPARISON] is not None
    at = press(at, "study questions")
    at.radio(key=key(at, "answer 0")).set_value(1).run()
    at = goes_on("lesson", at)
    at.segmented_control(key=key(at, "sure answer 0")).set_value(2).run()
    at = goes_on("lesson", press(at, "study answer"))
    while any(one.key == "study on" for one in at.button):
        at = press(at, "study on")
        if any(one.key == "study answer" for one in at.button):
            n = at.session_state[session.lesson.STUDY].place
            at.radio(key=key(at, f"answer {n}")).set_value(0)
            at.segmented_control(key=key(at, f"sure answer {n}")).set_value(1).run()
            at = press(at, "study answer")
    at = goes_on("lesson", at)
    assert at.session_state[session.lesson.STUDY].stage == "done"
    assert session.lesson.DONE in at.session_state


# ---------------------------------------------------------------- refill visit


@pytest.mark.parametrize("depth", ["full", "expert"])
def test_a_refill_visit_goes_on_at_every_step_with_its_day_and_chances(depth: str) -> None:
    at = opened("visit")
    opening.type_in(at, "visit day Half a leak, and the repair that overdoses", 12.5)
    at.session_state["visit beside"], at.session_state["visit seed"] = "always", 7
    at.segmented_control(key="visit depth").set_value(depth).run()
    at = press(goes_on("visit", at), "visit start")
    assert at.session_state["visit"].day == 12.5
    for act in _acts(at, depth):
        act(at)
        before = at.session_state["visit"]
        at = goes_on("visit", at)
        after = at.session_state["visit"]
        assert replace(after, deeds=before.deeds) == before
        assert set(before.deeds) <= set(after.deeds)  # what is ticked counts as done
    assert refill_visit.step_of(at.session_state["visit"]) == "done"


def _acts(at: AppTest, depth: str) -> list[Any]:
    def enter(name: str, value: object) -> Any:
        def act(at: AppTest) -> None:
            key = f"visit ask {name}"
            if key in opening.boxes(at):
                opening.type_in(at, key, value)
            else:
                next(one for kind in (at.radio, at.checkbox) for one in kind if one.key == key).set_value(value)
            sound(at.run())

        return act

    def button(name: str) -> Any:
        return lambda at: press(at, f"visit {name}")

    first = (
        [button("interrogate"), button("log"), enter("tick identity", True), enter("agree", "yes")]
        if depth == "full"
        else []
    )
    return [
        *first,
        button("asked"),
        enter("guess", 3.25),
        button("draw"),
        enter("decision", "look"),
        button("decide"),
        enter("vial", 0),
        enter("volume", 18.0),
        button("anew"),
        button("fill"),
        enter("programmed_ml", 17.5),
        button("program"),
        button("send"),
        button("watch over"),
        enter("next_day", 40.0),
        button("leave"),
    ]


# ---------------------------------------------------------------- trial


def test_a_trial_goes_on_with_its_judgements_and_its_truth() -> None:
    at = opened("trial")
    at.slider(key="trial bolus_mcg").set_value(at.slider(key="trial bolus_mcg").max / 2).run()
    next(one for one in at.radio if one.key.startswith("trial judged bolus")).set_value("both").run()
    at = goes_on("trial", at)
    at = goes_on("trial", press(at, "trial reveal"))
    assert at.session_state[session.trial.IS_REVEALED]


# ---------------------------------------------------------------- what has no room


def crowded(n_order: int, n_pin: int) -> None:
    """Thirty changes of a scenario with so many orders, some of them pinned; and the address of that."""
    import random

    import streamlit as st

    from app import session
    from app.runs import Pin
    from app.session.history import History, Moment
    from app.teaching import refill_visit
    from sim import Scenario, catalogue
    from sim.scenario import with_values

    def busy(seed: int) -> Scenario:
        chance = random.Random(seed)
        quiet = catalogue().scenarios["quiet-pump"]
        days = [chance.uniform(0.1, 190.0) for _ in range(n_order)]
        orders = [{"kind": "rate", "at_day": day, "dose_mcg_day": chance.uniform(100, 500)} for day in days]
        fills = [order.model_dump() for order in quiet.orders]
        return with_values(quiet, {"orders": [*fills, *orders], "controls": (), "title": "Busy"})

    session.settings.take_up()
    session.address.arrive()
    if not st.query_params:
        row = [busy(seed) for seed in range(31)]
        moments = [Moment(row[0], scenario, "from_file") for scenario in row]
        session.scenario.resume(History(moments[-1], tuple(moments[:-1])))
        if n_order == 500:
            st.session_state[session.visit.VISIT] = refill_visit.begin(row[0], 50.0, 1)
        session.pins.keep(tuple(Pin(letter=a, title=a, scenario=b) for a, b in zip("ABC"[:n_pin], row, strict=False)))
    st.session_state["address"] = session.address.text()
    st.session_state["n past"] = len(session.scenario.history().past)


@pytest.mark.parametrize(
    ("n_order", "n_pin", "left_out", "most_past"),
    [
        (4, 0, (), 30),
        (25, 0, ("undo",), 15),
        (100, 3, ("undo", "pins"), 0),
        (300, 0, ("undo", "pins", "scenario"), 0),
        (500, 0, ("undo", "pins", "scenario", "pages"), 0),
    ],
)
def test_what_has_no_room_in_the_address_is_left_out_and_named(n_order, n_pin, left_out, most_past) -> None:
    at = sound(room(crowded, n_order=n_order, n_pin=n_pin).run())
    again = room(crowded, n_order=n_order, n_pin=n_pin)
    again.query_params["s"] = at.session_state["address"]
    assert len(at.session_state["address"]) <= LONGEST_LINK
    sound(again.run())
    assert again.session_state[session.address.NOTES] == left_out
    assert set(left_out) <= {name.removeprefix("left_out_") for name in en() if name.startswith("left_out_")}
    is_here = "scenario" not in left_out
    assert (opening.now(again) == opening.now(at)) is is_here
    assert len(again.session_state[session.pins.PINS]) == (n_pin if "pins" not in left_out else 0)
    assert 0 < again.session_state["n past"] <= most_past or most_past == 0


def en() -> dict[str, Any]:
    """Every text of the page."""
    from app.words.text import read_words

    return read_words("en")["text"]


# ---------------------------------------------------------------- what cannot be brought back


FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "a lesson nobody began": ({"lesson": {"stage": "locked"}}, "no lesson is named"),
    "a visit on no day": ({"visit": {"day": 0.5, "seed": 1, "vial": 9}}, "vial"),
    "a name nobody has": ({"name": "no-such"}, "no-such"),
    "too much of it": ({"past": [{"scenario": {"of": ""}}] * 61}, "at most 60"),
}


@pytest.mark.parametrize("case", FORGED)
def test_what_cannot_be_carried_out_is_refused_with_a_sentence_and_leaves_nothing_behind(case: str) -> None:
    part, sentence = FORGED[case]
    work = {"name": "half-a-leak", **part}
    at = opened("visit", to_link({"scenario": {"of": "half-a-leak", "digest": _digest()}, "work": work}))
    assert re.search(re.escape(sentence), " ".join(at.session_state[session.link.PROBLEMS]))
    assert at.session_state["visit"] is None


def _digest() -> str:
    from app.files.packaged import compact
    from app.runs import with_handles
    from sim import catalogue

    return str(compact(with_handles(catalogue().scenarios["half-a-leak"]))["digest"])
