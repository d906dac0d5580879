"""The drawer and the switch on a page: nothing is computed before it is asked for."""

from __future__ import annotations

import pytest

from app import runs
from app.runs import bands, reasons
from app.words.text import TEXT
from sim import catalogue
from tests.opening import room


def drawer(view, name):
    """A page with what explains one view; what was asked for is written below."""
    from unittest.mock import patch

    import streamlit as st

    from app import runs
    from app.components import table
    from app.pages.explore import why as page
    from sim import catalogue

    rows = []
    example = catalogue().scenarios[name]
    tried = page.what_if_run(view, example)
    with patch.object(table, "show", lambda caption, columns, cells, marked=(): rows.append((len(columns), cells))):
        page.show(view, example, runs.run(example))
    assert all(len(row) == n and all(row) for n, cells in rows for row in cells)
    st.text("none" if tried is None else tried.words)


def opened(view, name="hidden-kink"):
    return room(drawer, view=view, name=name).run()


@pytest.mark.parametrize("view", reasons.VIEWS)
def test_an_open_drawer_shows_sentence_equations_and_numbers_and_asks_nothing_yet(view):
    reasons._run_with.cache_clear()
    test = opened(view)
    assert not test.exception, test.exception
    said = [one.value for one in test.markdown]
    found = runs.why(view, catalogue().scenarios["hidden-kink"])
    assert len(test.code) == len(found.equations)
    assert any(TEXT["why_parameters"] in one for one in said)
    assert test.text[-1].value == "none"
    assert reasons._run_with.cache_info().misses == 0


def test_what_is_chosen_is_run_once_and_said():
    reasons._run_with.cache_clear()
    test = opened("effect")
    (choice,) = test.selectbox
    words = next(one for one in choice.options if "Steepness: 2.4 \u2192 4.8" in one)
    test = choice.select(words).run()
    assert not test.exception, test.exception
    assert test.text[-1].value == words
    assert reasons._run_with.cache_info().misses == 1
    # and back again
    test = test.selectbox[0].select(TEXT["why_as_it_is"]).run()
    assert test.text[-1].value == "none"


def test_a_number_that_does_not_act_here_is_said_not_to():
    test = opened("truths", "quiet-pump")
    words = next(one for one in test.selectbox[0].options if one.startswith("Stretch per pressure"))
    test = test.selectbox[0].select(words).run()
    assert TEXT["why_same"].replace(".", "\\.") in [one.value for one in test.markdown]


def test_a_number_that_another_scenario_does_not_have_leaves_no_trace():
    def page():
        import streamlit as st

        from app.pages.explore import why as page
        from sim import catalogue

        st.session_state["what if effect"] = "pump.gas.gauge_kpa 2"
        st.text(str(page.what_if_run("effect", catalogue().scenarios["hidden-kink"])))

    test = room(page).run()
    assert not test.exception, test.exception
    assert test.text[-1].value == "None"


def switch(curve):
    """A page with one switch."""
    from unittest.mock import patch

    import streamlit as st

    from app.components import table
    from app.pages.explore import people as page
    from sim import catalogue

    example = catalogue().scenarios["half-a-leak"]
    with patch.object(table, "show", lambda *_, **__: None):
        page.show(example, curve)
    found = page.band_to_show(example, curve)
    st.text("none" if found is None else str(found.band.shape))


def test_a_switch_that_is_off_runs_nobody_and_one_that_is_on_says_how_many():
    bands.people.cache_clear()
    test = room(switch, curve="lumbar").run()
    assert not test.exception, test.exception
    assert (test.text[-1].value, bands.people.cache_info().misses) == ("none", 0)
    test = test.toggle[0].set_value(True).run()
    assert not test.exception, test.exception
    assert test.text[-1].value.startswith("(3, ")
    assert f"{bands.N_PEOPLE} people drawn with seed {bands.SEED}" in test.caption[0].value


def test_a_device_curve_has_no_people_and_says_why():
    test = room(switch, curve="dose").run()
    test = test.toggle[0].set_value(True).run()
    assert test.text[-1].value == "none"
    assert "People do not differ here" in test.caption[0].value
