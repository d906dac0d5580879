"""The command says what came out, in text, JSON or CSV, and refuses in one line per problem."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import main
from sim import TEACHING_ONLY, catalogue, read_scenario, simulate, write_scenario
from tests.building import flow, rate, refill, scenario

NAMES = sorted(catalogue().scenarios)
KEYS = [
    "title",
    "duration_day",
    "alarm_day",
    "empty_day",
    "first_drug_at_tip_day",
    "programmed_mcg",
    "pumped_mcg",
    "delivered_mcg",
    "leaked_mcg",
    "delivered_ratio",
    "csf_lost_ml",
    "hygroma_mcg",
    "headache_day",
    "residual_expected_ml",
    "residual_actual_ml",
    "ledger_mcg",
    "ledger_error_frac",
    "effect_end",
    "excess_peak",
    "withdrawal_peak",
    "emergency_day",
    "happenings",
    "intended_delivered_mcg",
]
BAD = """
version = 1
title = "Bad"
pump = "roller-20ml"
catheter = "one-piece-80cm"
drug = "baclofen-like"
duration_day = "long"
duraton_day = 3
[[faults]]
kind = "tear"
lost_frac = 50
"""


@pytest.fixture
def command(capsys):
    """Run the command in this process: exit code, what it printed, what it complained."""

    def run(*words: object) -> tuple[int, str, str]:
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def refused(answer: tuple[int, str, str]) -> list[str]:
    """The problems of a refusal: exit code 2, nothing on standard output, a line each."""
    code, out, err = answer
    assert code == 2
    assert out == ""
    lines = err.splitlines()
    assert lines
    for line in lines:
        assert line.startswith("pumplab: ")
        assert len(line) <= 300 + len("pumplab: ")
    assert "Traceback" not in err
    return [line.removeprefix("pumplab: ") for line in lines]


@pytest.fixture
def file(tmp_path) -> Path:
    """A scenario file."""
    path = tmp_path / "mine.toml"
    example = scenario(30, refill(2000), rate(200), title="Mine")
    path.write_text(write_scenario(example), encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path) -> Path:
    """A file with three problems."""
    path = tmp_path / "bad.toml"
    path.write_text(BAD, encoding="utf-8")
    return path


# ------------------------------------------------------------------ run


def test_a_packaged_scenario_is_told_in_text_with_the_teaching_sentence_first(command):
    code, out, err = command("run", "quiet-pump")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == TEACHING_ONLY
    assert lines[1] == "The quiet pump (200 days)"
    numbers = dict(line.split(maxsplit=1) for line in lines[2:11])
    assert numbers == {
        "alarm_day": "180.0000",
        "empty_day": "186.0000",
        "first_drug_at_tip_day": "0.0000",
        "programmed_mcg": "40000.00",
        "pumped_mcg": "37200.00",
        "delivered_mcg": "37200.00",
        "leaked_mcg": "0.00",
        "delivered_ratio": "0.9300",
        "residual_expected_ml": "0.000",
    }
    assert "Low-reservoir alarm" in out


def test_a_file_is_run_like_a_packaged_scenario(command, file):
    code, out, err = command("run", file)
    assert (code, err) == (0, "")
    assert "Mine (30 days)" in out
    # nothing ran low or dry in 30 days
    numbers = dict(line.split(maxsplit=1) for line in out.splitlines()[2:5])
    assert numbers == {"alarm_day": "-", "empty_day": "-", "first_drug_at_tip_day": "0.0000"}


@pytest.mark.parametrize("name", NAMES)
def test_every_packaged_scenario_gives_one_json_object_of_the_agreed_keys(command, name):
    code, out, err = command("run", name, "--json")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == 1
    record = json.loads(out, parse_constant=pytest.fail)
    assert list(record) == KEYS
    example = catalogue().scenarios[name]
    assert (record["title"], record["duration_day"]) == (example.title, example.duration_day)
    assert record["ledger_error_frac"] <= 1e-9
    days = [one["day"] for one in record["happenings"]]
    assert days == sorted(days)
    for one in record["happenings"]:
        assert list(one) == ["day", "kind", "text"]


def test_what_did_not_occur_is_null_in_json_and_a_dash_in_text(command, tmp_path):
    path = tmp_path / "idle.json"
    example = scenario(5, refill(0), flow(0.1), title="Saline")
    path.write_text(json.dumps(example.model_dump(exclude_none=True)), encoding="utf-8")
    record = json.loads(command("run", path, "--json")[1])
    for name in ("alarm_day", "empty_day", "first_drug_at_tip_day", "delivered_ratio"):
        assert record[name] is None
    text = command("run", path)[1]
    assert text.count(" -\n") == 4
    assert "None" not in text


def test_json_carries_the_numbers_of_the_model_exactly(command):
    record = json.loads(command("run", "half-a-leak", "--json")[1])
    result = simulate(read_scenario("half-a-leak"))
    assert record["delivered_mcg"] == result.delivered_mcg[-1]
    assert record["ledger_mcg"] == result.ledger.at_end()


# ------------------------------------------------------------------ CSV


def read_back(text: str) -> tuple[list[str], dict[str, list[float]]]:
    lines = text.splitlines()
    notes = [line for line in lines if line.startswith("# ")]
    names, *rows = csv.reader(io.StringIO("\n".join(lines[len(notes) :])))
    return notes, {name: [float(row[i]) for row in rows] for i, name in enumerate(names)}


def test_a_table_says_teaching_only_and_is_read_back_exactly(command, tmp_path):
    out_file = tmp_path / "out.csv"
    code, out, err = command("run", "half-a-leak", "--csv", out_file)
    assert (code, err) == (0, "")
    assert TEACHING_ONLY in out
    notes, columns = read_back(out_file.read_text(encoding="utf-8"))
    assert notes[0] == f"# {TEACHING_ONLY}"
    assert any("Half a leak" in note for note in notes)
    table = simulate(read_scenario("half-a-leak")).to_table()
    assert columns == {name: column.tolist() for name, column in table.items()}


def test_a_table_on_standard_output_stands_alone(command, tmp_path):
    code, out, err = command("run", "first-drop", "--csv", "-")
    assert (code, err) == (0, "")
    command("run", "first-drop", "--csv", tmp_path / "same.csv")
    assert out == (tmp_path / "same.csv").read_text(encoding="utf-8")


def test_a_table_and_a_json_object_go_side_by_side(command, tmp_path):
    _, out, _ = command("run", "first-drop", "--csv", tmp_path / "x.csv", "--json")
    assert list(json.loads(out)) == KEYS
    assert (tmp_path / "x.csv").exists()


def test_standard_output_is_not_asked_to_hold_a_table_and_a_json_object_at_once(command):
    assert command("run", "first-drop", "--csv", "-", "--json")[0] == 2


def test_a_table_replaces_an_older_one_whole(command, tmp_path):
    out_file = tmp_path / "out.csv"
    out_file.write_text("old\n" * 100_000, encoding="utf-8")
    assert command("run", "first-drop", "--csv", out_file)[0] == 0
    assert "old" not in out_file.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_a_path_that_cannot_be_written_is_refused_and_leaves_nothing_behind(command, tmp_path):
    (problem,) = refused(command("run", "first-drop", "--csv", tmp_path / "no" / "such" / "out.csv"))
    assert "cannot be written" in problem
    (tmp_path / "folder.csv").mkdir()
    (problem,) = refused(command("run", "first-drop", "--csv", tmp_path / "folder.csv"))
    assert "cannot be written" in problem
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


@pytest.mark.parametrize("path", ["/", "."])
def test_a_folder_without_a_name_is_no_place_for_a_table(command, path):
    assert "cannot be written" in refused(command("run", "first-drop", "--csv", path))[0]


def test_an_empty_path_is_no_place_for_a_table(command):
    assert command("run", "first-drop", "--csv", "")[0] == 2


# ------------------------------------------------------------------ list and check


def test_the_list_names_every_packaged_scenario_with_its_title(command):
    code, out, err = command("list")
    assert (code, err) == (0, "")
    assert out.startswith(TEACHING_ONLY)
    for name, example in catalogue().scenarios.items():
        assert any(line.startswith(f"{name} ") and example.title in line for line in out.splitlines())


@pytest.mark.parametrize("name", NAMES)
def test_every_packaged_scenario_passes_the_check(command, name):
    code, out, err = command("check", name)
    assert (code, err) == (0, "")
    assert f"'{catalogue().scenarios[name].title}': no problem found. {TEACHING_ONLY}\n" == out


def test_a_good_file_passes_the_check(command, file):
    assert command("check", file) == (0, f"'Mine': no problem found. {TEACHING_ONLY}\n", "")


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize("words", [("run",), ("check",), ("run", "--json")])
def test_a_bad_file_is_refused_in_one_line_per_problem(command, bad, words):
    assert refused(command(*words, bad)) == [
        "duration_day = 'long' is text; a number from 0.01 to 3650.0 days is needed",
        "faults[0].lost_frac = 50 is outside 0.0 to 1.0; a share runs from 0 to 1, not to 100",
        "unknown key 'duraton_day'; did you mean 'duration_day'?",
    ]


def test_a_bad_file_leaves_no_table_behind(command, bad, tmp_path):
    refused(command("run", bad, "--csv", tmp_path / "out.csv"))
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("word", ["run", "check"])
def test_what_only_the_devices_know_is_refused_by_run_and_check_alike(command, tmp_path, word):
    path = tmp_path / "fast.toml"
    path.write_text(write_scenario(scenario(5, refill(2000), flow(50.0))), encoding="utf-8")
    (problem,) = refused(command(word, path))
    assert problem == "orders[1].flow_ml_day = 50.0 is out of reach; the pump's range is 0.048 to 24.0 mL/day"


@pytest.mark.parametrize("word", ["run", "check"])
def test_a_file_that_is_not_there_a_folder_and_a_picture_are_refused(command, tmp_path, word):
    assert "did you mean 'quiet-pump'?" in refused(command(word, "quiet-pmp"))[0]
    assert "is a folder" in refused(command(word, tmp_path))[0]
    (tmp_path / "x.toml").write_bytes(b"\x89PNG\r\n")
    assert "binary file" in refused(command(word, tmp_path / "x.toml"))[0]
    (tmp_path / "x.toml").write_text("", encoding="utf-8")
    assert "empty" in refused(command(word, tmp_path / "x.toml"))[0]


def test_very_many_problems_are_counted_after_the_twentieth(command, tmp_path):
    path = tmp_path / "many.toml"
    path.write_text(BAD + "\n".join(f"x{i} = {i}" for i in range(50)), encoding="utf-8")
    lines = refused(command("check", path))
    assert len(lines) == 21
    assert lines[-1] == "and 33 more problems"


# ------------------------------------------------------------------ help


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    "asked",
    [["--help"], ["-h"], ["--version"], *([name, "-h"] for name in ("run", "list", "check", "schema"))],
    ids=" ".join,
)
def test_every_help_says_teaching_only(command, asked):
    code, out, err = command(*asked)
    assert (code, err) == (0, "")
    assert TEACHING_ONLY in words(out)


def test_help_names_every_command(command):
    out = command("--help")[1]
    for name in ("run", "list", "check", "schema", "--port", "--no-browser", "--version"):
        assert name in out


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80.5", "", "9" * 5000, "\u00b2"])
def test_a_port_that_is_none_is_refused(command, port):
    code, out, err = command(f"--port={port}")
    assert (code, out) == (2, "")
    assert "port" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("asked", [["run"], ["check"], ["walk"], ["run", "quiet-pump", "--xml"], ["list", "extra"]])
def test_a_command_that_is_none_is_refused_with_its_usage(command, asked):
    code, out, err = command(*asked)
    assert (code, out) == (2, "")
    assert err.startswith("usage: pumplab")


# ------------------------------------------------------------------ as installed

PROGRAM = Path(sys.executable).with_name("pumplab")


def installed(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROGRAM), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, **settings},
        check=False,
    )


def test_the_installed_command_runs_and_refuses_and_never_starts_the_page_for_it(tmp_path):
    good = installed("run", "missed-visit", "--json")
    assert (good.returncode, good.stderr) == (0, "")
    assert list(json.loads(good.stdout)) == KEYS
    bad = installed("check", str(tmp_path / "none.toml"))
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr.startswith("pumplab: ")
    assert bad.stderr.count("\n") == 1
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from app.cli import main; main(['list']);"
            "sys.exit(any(name in sys.modules for name in ('streamlit', 'plotly', 'pandas')))",
        ],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert loaded.returncode == 0


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_help_and_version_need_no_library(option):
    asked = f"""
import sys
from app.cli import main
try:
    main(["{option}"])
except SystemExit as end:
    assert end.code == 0
print(sorted({{name.partition(".")[0] for name in sys.modules}} & {{"numpy", "scipy", "pydantic", "streamlit"}}))
"""
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True)
    assert TEACHING_ONLY in answer.stdout
    assert answer.stdout.splitlines()[-1] == "[]"


def test_a_screen_that_knows_only_ascii_still_gets_its_text(tmp_path):
    path = tmp_path / "title.toml"
    path.write_text(write_scenario(scenario(3, refill(2000), title="用量")), encoding="utf-8")
    done = installed("run", str(path), PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_a_dosing_table_can_be_written_and_carries_the_teaching_only_sentence(tmp_path, capsys):
    out = tmp_path / "dosing.csv"
    assert main(["run", "half-a-leak", "--dosing", str(out), "--json"]) == 0
    lines = out.read_text().splitlines()
    assert TEACHING_ONLY in lines[0]
    header = next(line for line in lines if not line.startswith("#"))
    assert header == "ID,TIME,AMT,RATE,II,ADDL,EVID,CMT,TYPE"
    json.loads(capsys.readouterr().out)


def test_two_tables_cannot_both_go_to_standard_output(capsys):
    assert main(["run", "half-a-leak", "--dosing", "-", "--csv", "-"]) == 2
    assert "standard output" in capsys.readouterr().err
