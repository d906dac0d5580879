"""Files in and out: a file is read once, opens or says line by line why not, and what was there stays."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app.files.exchange import scenario_text
from app.runs import with_handles
from app.session.scenario import HISTORY
from app.words.text import plain
from sim import Scenario, catalogue
from tests.opening import room, sound

GOOD = scenario_text(catalogue().scenarios["clean-break"])


def page() -> None:
    """A small frame: the session's scenario, and the files."""
    import streamlit as st

    from app import runs, session
    from app.pages.explore import files
    from app.pages.explore.moment import Moment
    from sim import catalogue

    session.settings.take_up()
    if not session.scenario.is_loaded():
        session.scenario.load(catalogue().scenarios["quiet-pump"], "quiet-pump")
    scenario = session.scenario.now()
    run = runs.run(scenario)
    files.show(Moment(scenario, run, run, runs.ranges(scenario), "#1B2430", ()))
    st.text_input("Anything else", key="else")


@pytest.fixture
def visit() -> AppTest:
    return room(page).run()


def upload(visit: AppTest, name: str, content: str | bytes) -> AppTest:
    data = content.encode() if isinstance(content, str) else content
    visit.file_uploader[0].set_value((name, data, "application/octet-stream"))
    return sound(visit.run())


def opened(visit: AppTest) -> list[Scenario]:
    """What was opened after the first scenario, in order."""
    history = visit.session_state[HISTORY]
    moments = [*history.past, history.now][1:]
    assert all(moment.name == "from_file" for moment in moments)
    return [moment.now for moment in moments]


def complaint(visit: AppTest) -> list[str]:
    (said,) = [one.value for one in visit.error]
    return said.splitlines()


def test_three_files_are_offered_and_one_is_asked_for(visit):
    labels = [one.proto.label for one in visit.get("download_button")]
    assert labels == ["Scenario (TOML)", "All series (CSV)", "Report (HTML)"]
    assert [one.label for one in visit.file_uploader] == ["Open a scenario file"]
    assert (visit.error.values, visit.success.values) == ([], [])


@pytest.mark.parametrize("name", ["case.toml", "case.json", "case.exe", "../x.toml"])
def test_a_good_file_opens_whatever_its_name(visit, name):
    upload(visit, name, GOOD)
    assert opened(visit) == [with_handles(catalogue().scenarios["clean-break"])]
    assert [plain(name) in one for one in visit.success.values] == [True]
    assert visit.error.values == []


def test_a_scenario_in_json_opens_too(visit):
    upload(visit, "case.json", catalogue().scenarios["clean-break"].model_dump_json(exclude_none=True))
    assert opened(visit) == [with_handles(catalogue().scenarios["clean-break"])]


def test_the_same_file_is_not_read_again_when_something_else_moves(visit):
    upload(visit, "case.toml", GOOD)
    assert len(opened(visit)) == 1
    visit.session_state[HISTORY] = visit.session_state[HISTORY].undo()
    visit.text_input(key="else").set_value("x").run()
    visit.text_input(key="else").set_value("y").run()
    assert visit.session_state[HISTORY].past == ()
    assert len(visit.success) == 1


BAD = {
    "nothing": (b"", "empty"),
    "only comments": (b"# x\n", "empty"),
    "over 64 KiB": (b"#" * 100_000, "the text is 100000 bytes long; the most is 65536 bytes"),
    "a picture": (b"\x89PNG\r\n", "binary"),
    "UTF-16": ("version = 1".encode("utf-16"), "UTF-16"),
    "a mistake": (b"version = 1\ntitle = x\n", "line 2"),
    "a decimal comma": (b"version = 1\nduration_day = 0,5\n", "use a point"),
    "an unknown key": (GOOD.replace("title =", "tilte =", 1).encode(), "did you mean 'title'"),
    "a newer version": (GOOD.replace("version = 1", "version = 2", 1).encode(), "newer than 1"),
    "an unknown pump": (GOOD.replace('"roller-20ml"', '"roller-2ml"').encode(), "roller-2ml"),
    "a link": (b"2.00000000.AAAA", "line 1"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_gets_its_sentence_and_changes_nothing(visit, case):
    content, words = BAD[case]
    upload(visit, "case.toml", content)
    first, empty, *problems = complaint(visit)
    assert first.startswith(plain("case.toml"))
    assert "still here" in first
    assert empty == ""
    assert any(plain(words) in problem for problem in problems)
    assert all(problem.startswith("- ") for problem in problems)
    assert opened(visit) == []


def test_every_problem_of_a_file_has_a_line_of_its_own(visit):
    many = GOOD.replace("duration_day = ", "duration_day = -", 1).replace("title =", "tilte =", 1)
    upload(visit, "case.toml", many)
    problems = complaint(visit)[2:]
    assert len(problems) == 3  # the title is missing, tilte is unknown, the duration is out of range
    assert all(problem.startswith("- ") for problem in problems)


def test_a_bad_file_after_a_good_one_leaves_the_good_one(visit):
    upload(visit, "case.toml", GOOD)
    upload(visit, "other.toml", "x")
    assert len(opened(visit)) == 1
    assert visit.success.values == []
    upload(visit, "third.toml", GOOD.replace('title = "', 'title = "Another: '))
    assert len(opened(visit)) == 2
    assert visit.error.values == []


def test_names_and_contents_of_files_are_shown_literally(visit):
    upload(visit, "<b>*x*</b>.toml", 'version = 1\n"<img src=x>" = 1\n')
    lines = complaint(visit)
    assert plain("<b>*x*</b>.toml") in lines[0]
    assert not any("<" in line.replace("\\<", "") for line in lines)


def test_when_the_file_is_taken_away_the_message_goes_too(visit):
    upload(visit, "case.toml", "x")
    visit.file_uploader[0].clear()
    visit.run()
    assert (visit.error.values, visit.success.values) == ([], [])
