"""What the guide for contributors names is there, and what it shows is true."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest

from app.teaching.file_kinds import KINDS
from sim import catalogue, parse_scenario, simulate
from sim.device.catheter import healthy_line
from sim.refusal import RENAMED
from sim.scenario.faults import line as faults

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PROSE = re.sub(r"^```.*?^```$", "", GUIDE, flags=re.DOTALL | re.MULTILINE)
QUOTED = sorted(set(re.findall(r"`([^`\n]+)`", PROSE)))
PATHS = [name for name in QUOTED if re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", name) and "/" in name]
NAMES = [name for name in QUOTED if re.fullmatch(r"(sim|app)(\.\w+)+", name)]
CODE = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("path", PATHS)
def test_every_path_that_the_guide_names_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", NAMES)
def test_every_function_that_the_guide_names_exists(name):
    room, _, last = name.rpartition(".")
    assert callable(getattr(importlib.import_module(room), last))


def test_the_guide_names_every_room():
    rooms = {f"{top}/{room.name}/" for top in ("sim", "app") for room in (ROOT / top).iterdir() if room.is_dir()}
    assert {room for room in rooms if "__pycache__" not in room and "/." not in room} <= set(PATHS)


def test_every_way_to_run_tests_names_tests_that_exist():
    named = [word for name in QUOTED if "pytest" in name for word in name.split() if word.startswith("tests")]
    assert named
    assert [word for word in named if not (ROOT / word).exists()] == []


@pytest.mark.parametrize("text", [text for language, text in CODE if language == "toml"])
def test_an_example_file_names_a_schema_and_only_keys_that_it_knows(text):
    kind = re.match(r"#:schema \S*?(\w+)\.schema\.json\n", text)[1]
    assert set(tomllib.loads(text)) <= set(KINDS[kind].shape.model_fields)


def test_the_example_scenario_is_read():
    (text,) = [text for language, text in CODE if language == "toml" and "scenario.schema" in text]
    assert simulate(parse_scenario(text)).delivered_ratio[-1] < 1.0


def test_the_example_fault_takes_its_share():
    (text,) = [text for language, text in CODE if language == "python" and "(Fault)" in text]
    names = {**vars(faults), "__name__": "guide"}
    exec(compile(text, "CONTRIBUTING.md", "exec", dont_inherit=True), names)
    shelf = catalogue()
    line = healthy_line(shelf.pumps["roller-20ml"], shelf.catheters["one-piece-80cm"])
    (leak,) = names["LooseConnector"](lost_frac=0.25).on_line(line).leaks
    assert (leak.position_ml, leak.lost_frac) == (line.path_ml, 0.25)


def test_the_guide_fits_one_sitting():
    assert len(GUIDE.split()) < 2600


def test_the_changelog_lists_every_name_of_a_file_that_has_changed():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    rows = [re.findall(r"`(\w+)`", row) for row in text.splitlines() if row.startswith("| ") and "`" in row]
    halves = [(row[: len(row) // 2], row[len(row) // 2 :]) for row in rows]
    assert {was: now for old, new in halves for was, now in zip(old, new, strict=True)} == RENAMED
