"""Counts, sizes and depths are checked before anything is built: a refusal needs little room whatever was sent."""

from __future__ import annotations

import os
import sys
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim import ScenarioError, catalogue, parse_scenario, read_scenario, simulate
from sim.quantity import check
from sim.refusal import MOST_SENTENCES, literal
from sim.run.saved_state import SavedState
from sim.scenario import LARGEST_BYTES
from sim.scenario.library import scenario_from
from sim.scenario.reading import plain
from sim.scenario.rules import require

catalogue()  # what is read once is no part of a refusal's cost
MOST_ROOM = 20e6
HEAD = (
    'version = 1\ntitle = "x"\npump = "roller-20ml"\ncatheter = "one-piece-80cm"\ndrug = "tracer"\nduration_day = 1\n'
)


def refused(act: Callable[[], Any]) -> ScenarioError:
    """The refusal of an act that needed little room."""
    tracemalloc.start()
    try:
        with pytest.raises(ScenarioError) as caught:
            act()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_ROOM
    assert all(0 < len(problem) <= 300 for problem in caught.value.problems)
    return caught.value


# ------------------------------------------------------------------ files


def test_a_sparse_file_of_three_gigabytes_is_read_to_its_cap_only(tmp_path):
    large = tmp_path / "large.toml"
    with large.open("wb") as file:
        file.truncate(3_000_000_000)
    (problem,) = refused(lambda: read_scenario(large)).problems
    assert problem.endswith(" is over 65536 bytes long, the most that is read")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no such device")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
def test_a_device_without_an_end_is_read_to_the_cap_only(device):
    assert "the most that is read" in str(refused(lambda: read_scenario(device)))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_without_an_end_is_read_to_the_cap_only(tmp_path):
    pipe, sent = tmp_path / "pipe", []
    os.mkfifo(pipe)

    def pour() -> None:
        try:
            with pipe.open("wb", buffering=0) as file:
                while len(sent) < 10_000:
                    sent.append(file.write(b"# more\n" * 1000))
        except BrokenPipeError:
            pass  # the reader has left

    writer = threading.Thread(target=pour)
    writer.start()
    assert "the most that is read" in str(refused(lambda: read_scenario(pipe)))
    writer.join()
    assert sum(sent) < 1_000_000  # what was read, and what the pipe held


def test_a_file_of_exactly_the_cap_is_read(tmp_path):
    file = tmp_path / "full.toml"
    line = "# " + "x" * 97 + "\n"
    text = HEAD + line * ((LARGEST_BYTES - len(HEAD)) // len(line))
    file.write_text(text + "#" * (LARGEST_BYTES - len(text)), encoding="utf-8")
    assert file.stat().st_size == LARGEST_BYTES
    assert read_scenario(file).title == "x"
    with file.open("a", encoding="utf-8") as more:
        more.write("#")
    assert refused(lambda: read_scenario(file))


@pytest.mark.parametrize("text", ["x" * 50_000_000, "\u00e9" * 40_000, b"#" * 65_537], ids=["long", "wide", "bytes"])
def test_a_text_over_the_cap_is_refused_before_it_is_copied(text):
    assert "long; the most is 65536 bytes" in str(refused(lambda: plain(text)))


# ------------------------------------------------------------------ what a text within the cap may hold

FLOODS = {
    "orders of nothing": '{"orders": [' + ",".join(["{}"] * 10_000) + "]}",
    "too many orders": '{"orders": [' + ",".join(["{}"] * 20_000) + "]}",
    "orders that are numbers": '{"orders": [' + ",".join("1" * 30_000) + "]}",
    "controls of nothing": '{"controls": [' + ",".join(["{}"] * 20_000) + "]}",
    "drugs that are numbers": '{"with_drugs": [' + ",".join("1" * 30_000) + "]}",
    "requests that are texts": '{"orders": [{"kind": "patient_bolus", "request_day": ['
    + ",".join(['""'] * 15_000)
    + "]}]}",
    "paths that are numbers": '{"controls": [{"paths": [' + ",".join("1" * 30_000) + "]}]}",
    "refills of nothing": '{"orders": [' + ",".join(['{"kind":"refill"}'] * 3_600) + "]}",
    "unknown kinds": '{"orders": [' + ",".join(['{"kind":"x"}'] * 4_600) + "]}",
    "unknown keys": "{" + ",".join(f'"k{i}":1' for i in range(6_000)) + "}",
    "no numbers": '{"a": [' + "NaN," * 15_000 + "1]}",
    "deep headings": "".join(f"[a{i}.b.c.d.e.f.g]\n" for i in range(3_200)),
    "deep headings of digits": "".join(f"[{i}.1.2.3.4.5.6]\n" for i in range(3_000)),
    "deep names": "".join(f"a.b.c.d.e.f.g.h{i}=1\n" for i in range(2_700)),
    "headings": "[[orders]]\n" * 5_900,
}


@pytest.mark.parametrize("text", FLOODS.values(), ids=FLOODS)
def test_a_flood_of_problems_needs_little_room_and_tells_a_hundred_at_most(text):
    assert len(text) <= LARGEST_BYTES
    assert 0 < len(refused(lambda: parse_scenario(HEAD * text.startswith("[") + text)).problems) <= MOST_SENTENCES


def test_a_list_that_is_too_long_is_refused_by_its_count_and_no_entry_of_it_is_judged():
    error = refused(lambda: scenario_from({"version": 1, "orders": [{}] * 10_001}))
    assert error.problems == ("orders: 10001 entries, where at most 10000 are needed",)
    assert error.n_more == 0


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"with_drugs": ["tracer"] * 3}, "with_drugs: 3 entries, where at most 2 are needed"),
        ({"controls": [{}] * 7}, "controls: 7 entries, where at most 6 are needed"),
        ({"controls": [{"paths": ["title"] * 9}]}, "controls[0].paths: 9 entries, where at most 8 are needed"),
        ({"faults": [{}] * 10_001}, "faults: 10001 entries, where at most 10000 are needed"),
        ({"intended": [{}] * 101}, "intended: 101 entries, where at most 100 are needed"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_every_declared_count_comes_first(data, sentence):
    assert sentence in refused(lambda: scenario_from({"version": 1, **data})).problems


@pytest.mark.parametrize(
    ("name", "n", "sentence"),
    [
        ("drugs", 4, "drugs: 4 entries, where at most 3 are needed"),
        ("mcg_ml", 10**6, "mcg_ml: 1000000 entries, where at most 3 are needed"),
        ("refused", 10**6, "refused: 1000000 entries, where at most 10000 are needed"),
        ("burst_ticks", 10_001, "burst_ticks: 10001 entries, where at most 10000 are needed"),
    ],
)
def test_every_count_of_a_saved_run_comes_first(name, n, sentence):
    saved = simulate(read_scenario("half-a-leak"), time_h=[0.0]).save(24.0).model_dump()
    assert check(SavedState, saved)
    assert sentence in refused(lambda: check(SavedState, {**saved, name: [None] * n})).problems


@pytest.mark.parametrize("name", ["path", "catheter", "second"])
def test_a_line_of_very_many_plugs_is_refused_by_its_count(name):
    saved = simulate(read_scenario("half-a-leak"), time_h=[0.0]).save(24.0).model_dump()
    saved["drugs"] = [{**saved["drugs"][0], name: [(0.1, 1.0)] * 100_001}]
    sentence = f"drugs[0].{name}: 100001 entries, where at most 100000 are needed"
    assert sentence in refused(lambda: check(SavedState, saved)).problems


def test_what_is_not_told_is_counted():
    error = refused(lambda: scenario_from({"version": 1, "orders": [{}] * 10_000}))
    assert len(error.problems) == MOST_SENTENCES
    assert str(error).splitlines()[-1] == f"and {10_000 + 5 - 20} more problems"


def test_points_in_numbers_and_empty_lines_are_no_names():
    assert plain(HEAD + "a = [" + "0.5, " * 300 + "]\n" + "b = [\n" + "1.5,\n" * 6_000 + "]\n")
    assert plain(HEAD + "\n" * 60_000)


# ------------------------------------------------------------------ what a sentence shows of a value


def nest(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    "value",
    ["x" * 50_000_000, b"x" * 50_000_000, list(range(1_000_000)), {i: i for i in range(100_000)}, nest(100_000),
     10**100_000, (["x" * 1000] * 1000,) * 1000, "\U0001f600" * 1_000_000],
    ids=["text", "bytes", "list", "table", "deep", "digits", "wide", "escaped"],
)  # fmt: skip
def test_a_value_of_any_size_or_depth_is_cut_before_it_is_written_out(value):
    tracemalloc.start()
    text = literal(value)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(text) <= 40
    assert text.isascii()
    assert peak < 1e6


@pytest.mark.parametrize("path", ["orders", "title", "duration_day", "pump", "with_drugs", "canal"])
@pytest.mark.parametrize("value", [nest(5_000), 10**5_000, "x" * 1_000_000], ids=["deep", "digits", "long"])
def test_a_huge_value_anywhere_is_a_sentence(path, value):
    assert any(path in problem for problem in refused(lambda: scenario_from({"version": 1, path: value})).problems)


# ------------------------------------------------------------------ twice as much costs twice, not four times


def n_step(act: Callable[[], Any]) -> int:
    """How many calls a refusal makes, those into the library with them."""
    count = 0

    def seen(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        with pytest.raises(ScenarioError):
            act()
    finally:
        sys.setprofile(before)
    return count


def spread_out(entry: dict[str, Any], n: int) -> list[dict[str, Any]]:
    return [{**entry, "at_day": 3000.0 * (i + 1) / (n + 1)} for i in range(n)]


REFILL = {"kind": "refill", "in_ml": 20.0, "actual_mcg_ml": 2000.0, "programmed_mcg_ml": 2000.0}
LAST = {**REFILL, "at_day": 3500.0, "programmed_mcg_ml": 0.0}
RATE = {"kind": "rate", "dose_mcg_day": 100.0}


@pytest.mark.parametrize(
    "entries",
    [
        [{"kind": "bridge_bolus", "old_mcg_ml": 500.0}],
        [REFILL, {**RATE, "dose_mcg_day": 1.0}],
        [REFILL, RATE],
        [{"kind": "flow", "flow_ml_day": 99.0}],
        [{"kind": "repair", "fault": 3}],
    ],
    ids=lambda entries: "+".join(entry["kind"] for entry in entries),
)
def test_twice_the_orders_take_about_twice_the_steps_until_they_are_refused(entries):
    def steps(n: int) -> int:
        orders = [{**REFILL, "at_day": 0.0}, *(order for entry in entries for order in spread_out(entry, n)), LAST]
        texts = {
            "version": 1,
            "title": "x",
            "pump": "roller-20ml",
            "catheter": "one-piece-80cm",
            "drug": "baclofen-like",
        }
        scenario = scenario_from({**texts, "duration_day": 3650.0, "orders": orders})
        return n_step(lambda: require(scenario, catalogue()))

    assert steps(400) < 2.5 * steps(200)
