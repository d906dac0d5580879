"""A report says all that a run showed, in the reader's words and units, and holds nothing but text and two scripts."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from app import runs
from app.files.link_state import LinkState, state_link
from app.files.report import report
from app.runs import with_handles
from app.words.reader import language, speak, units
from app.words.units import Units
from sim import TEACHING_ONLY, Scenario, __version__, catalogue
from sim.scenario import as_intended, with_values

SCENARIOS = catalogue().scenarios
FIRST = with_handles(SCENARIOS["half-a-leak"])
MOST_BYTES = 6_000_000
VOID = ("meta", "link", "img", "br", "hr", "input")


class Page(HTMLParser):
    """Tags, texts and scripts of a page, as a browser would take them apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.cells: list[list[str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.cells.append([])
        if tag in ("td", "th"):
            self.cells[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["script"]:
            self.scripts.append((self.tags[-1][1], data))
        elif self.open[-1:] != ["style"]:
            self.texts.append(data)
            if self.open[-1:] in (["td"], ["th"]):
                self.cells[-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def row(self, name: str) -> list[str]:
        return next(row for row in self.cells if row[0] == name)

    def figures(self) -> list[dict[str, Any]]:
        return json.loads(next(text for how, text in self.scripts if how.get("id") == "figures"))


def made(scenario: Scenario, base: Scenario | None = None, link: str | None = "", **reader: Any) -> str:
    result, ghost = runs.run(scenario), runs.run(as_intended(scenario))
    if link == "":
        link = state_link(LinkState(scenario=scenario))
    reader = {"language": "en", "units": Units()} | reader
    return report(scenario, base or scenario, result, ghost, link, **reader)


@pytest.fixture(scope="module")
def text() -> str:
    return made(with_values(FIRST, {"faults.1.lost_frac": 0.3}), FIRST)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_a_report_is_no_larger_than_6_mb(text, capsys):
    size = len(text.encode())
    with capsys.disabled():
        print(f"\nreport: {size / 1e6:.2f} MB")
    assert size <= MOST_BYTES


def test_a_report_begins_with_the_teaching_sentence_and_prints_it_on_every_sheet(text, page):
    title, first, *_ = [one for one in page.texts if one.strip()]
    assert FIRST.title in title
    assert first == TEACHING_ONLY
    assert f'@top-center {{ content: "{TEACHING_ONLY}"' in text
    assert "@media print" in text


def test_a_report_may_run_its_own_scripts_and_load_nothing(text, page):
    policy = next(how["content"] for tag, how in page.tags if how.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    run = [script for how, script in page.scripts if how.get("type") != "application/json"]
    assert len(run) == 2  # the chart library, once, and the few lines that draw
    for script in run:
        assert b64encode(sha256(script.encode()).digest()).decode() in policy
    assert text.count("plotly.js v") == 1
    loads = [how for _, how in page.tags if {"src", "href", "srcset", "action", "data", "style"} & set(how)]
    assert loads == []
    assert [name for _, how in page.tags for name in how if name.startswith("on")] == []


def test_every_chart_of_a_report_has_a_name_a_summary_and_numbers(page):
    drawn = [how for tag, how in page.tags if how.get("role") == "img"]
    figures = page.figures()
    assert [how["id"] for how in drawn] == [one["id"] for one in figures]
    assert len(figures) == 5  # two truths, reservoir, CSF, effect, ledger over time
    for how, one in zip(drawn, figures, strict=True):
        assert len(how["aria-label"]) > 30
        assert how["aria-label"] in page.text
        assert all(len(trace["x"]) == len(trace["y"]) > 1 for trace in one["figure"]["data"])


def test_the_curves_of_a_report_are_those_of_the_run(page):
    truths = page.figures()[0]["figure"]["data"]
    result = runs.run(with_values(FIRST, {"faults.1.lost_frac": 0.3}))
    received = next(trace for trace in truths if trace["name"] == "tip receives")
    # 200 mcg/day, of which 30 % are lost from day 5 on
    assert received["x"][:2] == [0.0, 5.0]
    assert received["y"][1] == pytest.approx(140.0)
    assert received["y"][0] == pytest.approx(24.0 * float(result.tip_mcg_h[0]))


def test_a_report_tells_what_was_changed_and_what_it_was(page):
    assert page.row("Tear: share of flow lost") == ["Tear: share of flow lost", "0.3", "changed: 0.5"]
    marked = [how for tag, how in page.tags if tag == "tr" and how.get("class") == "changed"]
    assert len(marked) == 1
    assert page.row("Pump") == ["Pump", "Roller pump, 20 mL", ""]


def test_a_report_tells_entries_that_were_added_or_taken_away():
    more = with_values(
        FIRST, {"orders": [*(one.model_dump() for one in FIRST.orders), {"kind": "stop", "at_day": 28.0}]}
    )
    added = Page(made(more, FIRST))
    assert added.row("Order 4: stop")
    assert added.row("At")[2] == ""
    assert ["At", "28 days", "changed: was not there"] in added.cells
    taken = Page(made(FIRST, more))
    assert ["At", "is no longer there", "changed: 28 days"] in taken.cells


def test_a_report_tells_the_numbers_of_the_run_with_their_units(page):
    # 200 mcg/day for 10 days, then 400 for 20; 30 % of it lost from day 5 to day 20; 20 mL at 2,000 mcg/mL filled
    # and as intended 200 all along: nobody would have doubled the dose without the leak
    assert page.row("Programmed") == ["Programmed", "10 mg", "6 mg"]
    assert page.row("Highest programmed dose") == [
        "Highest programmed dose",
        "400 mcg/day · 1.3 x the drug's reference dose · 2 x the accustomed dose",
        "200 mcg/day · 0.67 x the drug's reference dose",
    ]
    assert page.row("Lost from the line") == ["Lost from the line", "1.5 mg", "0 mcg"]
    assert page.row("Delivered share") == ["Delivered share", "85 %", "100 %"]
    assert page.row("Volume at the end, as the pump believes")[1] == "15 mL"
    reservoir = next(row for row in page.cells if row[0] == "Reservoir")
    assert reservoir[1] == "30 mg"
    assert any(row[0] == "day 5" and "tear" in row[1] for row in page.cells)


def test_a_report_says_how_the_run_is_seen_again(page):
    link = state_link(LinkState(scenario=with_values(FIRST, {"faults.1.lost_frac": 0.3})))
    assert f"?s={link}" in page.text
    assert f"PumpLab {__version__}" in page.text
    assert "too large for a link" in Page(made(FIRST, link=None)).text


def test_a_report_speaks_the_units_that_it_is_told_whatever_its_caller_speaks():
    speak("en", Units(amount="mcg"))
    try:
        page = Page(made(FIRST, units=Units(amount="mg", flow="mcl_h", time="h")))
        assert (language(), units()) == ("en", Units(amount="mcg"))
    finally:
        speak()
    assert page.row("Lost from the line")[1].endswith(" mg")
    assert page.figures()[0]["figure"]["layout"]["xaxis"]["title"]["text"] == "hours"
    assert any(row[0] == "hour 120" for row in page.cells)


def test_the_same_run_makes_the_same_report():
    assert made(FIRST) == made(FIRST)


HOSTILE = (
    "</script><script>alert(1)</script><!--",
    "<img src=x onerror=alert(1)>",
    "\"' onload=alert(1) x='",
    "{0.__class__} %s $x$",
    "&lt;b&gt; &amp;",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_words_of_an_author_are_text_in_a_report(words):
    example = with_values(FIRST, {"title": words, "objective": words, "see": words, "misconception": words})
    page = Page(made(example))
    assert page.text.count(words) >= 5
    plain = Page(made(with_values(example, {"title": "x", "objective": "x", "see": "x", "misconception": "x"})))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    assert [name for _, how in page.tags for name in how if name.startswith("on")] == []


def test_a_report_of_a_mixture_tells_every_drug():
    quiet = SCENARIOS["quiet-pump"]
    orders = [one.model_dump() for one in quiet.orders]
    orders[0] |= {"with_actual_mcg_ml": [500.0], "with_programmed_mcg_ml": [500.0]}
    page = Page(made(with_values(quiet, {"with_drugs": ["morphine-like"], "orders": orders})))
    titles = [text for text in page.texts if text.startswith("Ledger over time, ")]
    assert titles == ["Ledger over time, Baclofen-like", "Ledger over time, Morphine-like"]


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_packaged_scenario_has_a_report(name):
    page = Page(made(SCENARIOS[name]))
    assert len(page.figures()) >= 4
    assert TEACHING_ONLY in page.texts
    assert not re.search(r"\bnan\b|\binf\b|<class|object at", page.text)
    assert page.open == []
