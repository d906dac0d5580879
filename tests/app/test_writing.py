"""What the command writes: whole or not at all, where the name leads, and one sentence where it cannot be done."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.files.writing import write
from sim import ScenarioError

COMMAND = [sys.executable, "-m", "app.cli"]
OPTIONS = [("run", "first-drop", "--csv"), ("run", "first-drop", "--dosing")]
every_option = pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option[-1])


def problem(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """The one sentence of a refusal."""
    assert main([str(word) for word in words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith("pumplab: ")
    assert len(line) <= 300
    return line


def started(*words: str, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    return subprocess.run([*COMMAND, *words], timeout=60, check=False, stderr=subprocess.PIPE, **settings)


# ------------------------------------------------------------------ where the name leads


@every_option
def test_a_link_stays_a_link_and_what_it_names_is_written(tmp_path: Path, option: tuple[str, ...]) -> None:
    (tmp_path / "data").mkdir()
    file, link, chain = tmp_path / "data" / "out.csv", tmp_path / "link.csv", tmp_path / "chain.csv"
    link.symlink_to("data/out.csv")
    chain.symlink_to(link)
    assert main([*option, str(chain)]) == 0  # the file is not there yet
    first = file.read_bytes()
    file.write_text("old")
    assert main([*option, str(chain)]) == 0
    assert file.read_bytes() == first
    assert link.is_symlink()
    assert chain.is_symlink()


@every_option
def test_a_pipe_is_written_through(tmp_path: Path, option: tuple[str, ...]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    texts: list[bytes] = []
    reader = threading.Thread(target=lambda: texts.append(pipe.read_bytes()))
    reader.start()
    assert main([*option, str(pipe)]) == 0
    reader.join(10)
    assert texts[0].startswith(b"# Teaching only")
    assert pipe.is_fifo()


@every_option
def test_a_device_stays_a_device(option: tuple[str, ...]) -> None:
    assert main([*option, "/dev/null"]) == 0
    assert Path("/dev/null").is_char_device()


def test_a_full_device_is_refused_and_stays_a_device(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no space left" in problem(capsys, *OPTIONS[0], "/dev/full")
    assert Path("/dev/full").is_char_device()


def test_a_file_that_another_program_holds_open_is_written_through(tmp_path: Path) -> None:
    with (tmp_path / "open.csv").open("w+") as file:
        write(f"/dev/fd/{file.fileno()}", "whole\n")
        assert file.read() == "whole\n"  # the file that is open, not another of its name
    assert [path.name for path in tmp_path.iterdir()] == ["open.csv"]


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1"])
def test_standard_output_under_any_name_gets_the_table_alone(tmp_path: Path, name: str) -> None:
    with (tmp_path / "out").open("wb") as out:
        assert started("run", "first-drop", "--csv", name, stdout=out).returncode == 0
    assert main(["run", "first-drop", "--csv", str(tmp_path / "same.csv")]) == 0
    assert (tmp_path / "out").read_bytes() == (tmp_path / "same.csv").read_bytes()


def test_what_is_sent_to_the_very_file_of_standard_output_is_not_lost(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with out.open("wb") as stream:
        assert started("run", "first-drop", "--csv", str(out), stdout=stream).returncode == 0
    assert out.read_text().startswith("# Teaching only")
    assert "what happened" not in out.read_text()


# ------------------------------------------------------------------ nothing of the reader's is lost


@every_option
def test_a_neighbour_called_part_is_left_alone(tmp_path: Path, option: tuple[str, ...]) -> None:
    (tmp_path / "out.csv.part").write_text("mine")
    assert main([*option, str(tmp_path / "out.csv")]) == 0
    assert (tmp_path / "out.csv.part").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.csv.part"]


def test_a_schema_follows_a_link_and_leaves_a_neighbour_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text("old")
    (tmp_path / "drug.schema.json").symlink_to("kept.json")
    assert main(["schema", "--folder", str(tmp_path)]) == 0
    assert (tmp_path / "drug.schema.json").is_symlink()
    assert "Teaching only" in (tmp_path / "kept.json").read_text()


def test_two_tables_never_share_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "same.csv").symlink_to("out.csv")
    words = ["run", "first-drop", "--csv", tmp_path / "out.csv", "--dosing", tmp_path / "same.csv"]
    assert "same file" in problem(capsys, *words)
    assert not (tmp_path / "out.csv").exists()


def test_a_table_never_replaces_the_scenario_that_it_is_made_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from sim import read_scenario, write_scenario

    file = tmp_path / "mine.toml"
    file.write_text(write_scenario(read_scenario("first-drop")))
    assert "name another file" in problem(capsys, "run", file, "--csv", file)
    assert file.read_text() == write_scenario(read_scenario("first-drop"))


def test_rights_of_a_file_outlive_its_content_and_a_new_one_has_the_usual_ones(tmp_path: Path) -> None:
    old, new, usual = tmp_path / "old.csv", tmp_path / "new.csv", tmp_path / "usual"
    old.touch(0o640)
    usual.touch()
    for path in (old, new):
        write(path, "x")
    assert old.stat().st_mode & 0o777 == 0o640
    assert new.stat().st_mode == usual.stat().st_mode


def test_a_disk_that_fills_up_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old")
    full = started(
        *OPTIONS[0], str(out), stdout=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )  # fmt: skip
    assert full.returncode == 2
    assert full.stderr.decode() == f"pumplab: '{out}' cannot be written: file too large\n"
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


# ------------------------------------------------------------------ one sentence


@pytest.mark.parametrize("length", [253, 255])
def test_the_longest_names_of_a_file_are_names(tmp_path: Path, length: int) -> None:
    path = tmp_path / ("n" * length)
    write(path, "x")
    assert path.read_text() == "x"


@pytest.mark.parametrize("name", ["n" * 256, "n" * 5000, "a/" * 3000 + "b", "no/such/folder", "new/", "", "a\0b", "."])
def test_a_name_that_no_file_can_have_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for option in OPTIONS:
        assert "cannot be written" in problem(capsys, *option, name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["/proc/pumplab.csv", "/sys/pumplab.csv", "/dev/null/pumplab.csv"])
def test_where_nothing_can_be_made_one_sentence_says_so(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert "cannot be written" in problem(capsys, *OPTIONS[0], name)


def test_links_in_a_circle_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert "symbolic links" in problem(capsys, *OPTIONS[0], tmp_path / "a")


def test_a_name_with_line_breaks_stays_on_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "\\n" in problem(capsys, *OPTIONS[0], tmp_path / "no" / "a\n\x1b[31mb")


@pytest.mark.parametrize("folder", ["/proc/pumplab", "/dev/null", "x\0y"])
def test_a_folder_of_schemas_that_cannot_be_made_is_refused(capsys: pytest.CaptureFixture[str], folder: str) -> None:
    assert "cannot be" in problem(capsys, "schema", "--folder", folder)


def test_a_write_protected_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kept.csv").write_text("kept")
    if os.geteuid() == 0:  # nothing is protected from the superuser
        monkeypatch.setattr(os, "access", lambda *_: False)
    (tmp_path / "kept.csv").chmod(0o400)
    with pytest.raises(ScenarioError, match="permission denied"):
        write(tmp_path / "kept.csv", "x")
    assert (tmp_path / "kept.csv").read_text() == "kept"


@pytest.mark.parametrize(
    "words", [("--help",), ("run", "first-drop", "--json"), ("schema", "drug"), (*OPTIONS[0], "-")], ids=" ".join
)
def test_a_full_standard_output_is_a_sentence_and_a_failure(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = started(*words, stdout=full)
    assert done.stderr == b"pumplab: standard output cannot be written: no space left on device\n"
    assert done.returncode == 2


def test_a_closed_standard_output_is_a_sentence_and_a_failure() -> None:
    done = started("list", preexec_fn=lambda: os.close(1))
    assert done.stderr == b"pumplab: standard output cannot be written: it is closed\n"
    assert done.returncode == 2


def test_where_neither_output_can_be_written_the_code_still_tells() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, "list"], stdout=full, stderr=full, timeout=60, check=False)
    assert done.returncode == 2


def test_a_reader_who_has_seen_enough_ends_it_in_silence() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = started("list", stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
