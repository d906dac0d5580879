"""Text out of the command: a file, whole or not at all, or standard output; one sentence where it cannot be written."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import sys
from pathlib import Path
from typing import Final

from sim import ScenarioError

LONGEST_NAME: Final = 120  # of a path in a sentence
MOST_LINKS: Final = 40  # as many as the system follows
STANDARD_OUTPUT: Final = "-"
ITS_NAMES: Final = (STANDARD_OUTPUT, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


def write(where: str | Path, text: str) -> None:
    """Replace a file by this text, in UTF-8 with plain line ends; ScenarioError says why it cannot be done.

    A link is followed, and what is no regular file (a terminal, a pipe, a device) is written through, never replaced.
    """
    if place(where) == place(STANDARD_OUTPUT):
        say(text)
        return
    content = text.encode()
    try:
        there = _status(where)
        path = _where_it_leads(Path(where))
        if path is None or not (there is None or stat.S_ISREG(there.st_mode)):
            _write_through(where, content)
        else:
            _replace(path, there, content)
    except (OSError, ValueError) as error:  # ValueError: a name that holds NUL
        raise ScenarioError([f"{path_text(where)} cannot be written: {reason(error)}"]) from None


def say(text: str) -> None:
    """Write on standard output at once; ScenarioError where it is closed or full."""
    if sys.stdout is None:
        raise ScenarioError(["standard output cannot be written: it is closed"])
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # what is left in its buffer would fail once more when the program ends
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise ScenarioError([f"standard output cannot be written: {reason(error)}"]) from None


def place(where: str | Path) -> object:
    """What two outputs may not share: equal where both names lead to the same file or pipe.

    >>> place("-") == place("table.csv"), place("table.csv") == place("./table.csv")
    (False, True)
    """
    is_output = str(where) in ITS_NAMES
    try:
        there = os.fstat(sys.stdout.fileno()) if is_output else os.stat(where)
    except (OSError, ValueError, AttributeError):  # not there yet; closed; a name that holds NUL
        return STANDARD_OUTPUT if is_output else os.path.realpath(str(where).replace("\0", "?"))
    if stat.S_ISCHR(there.st_mode):  # a terminal takes what both write
        return STANDARD_OUTPUT if is_output else object()
    return there.st_dev, there.st_ino


def path_text(where: str | Path) -> str:
    """A path as it may appear in a sentence: on one line, and its middle left out where it is very long.

    >>> path_text("a\\nb"), len(path_text("x" * 5000))
    ("'a\\\\nb'", 120)
    """
    text = repr(str(where))
    half = (LONGEST_NAME - 3) // 2
    return text if len(text) <= LONGEST_NAME else f"{text[:half]}...{text[-half - 1 :]}"


def reason(error: Exception) -> str:
    """Why the system refused, in its own words."""
    words = error.strerror if isinstance(error, OSError) else None
    return (words or "not a name that a file can have").lower()


def _status(where: str | Path) -> os.stat_result | None:
    """What the name leads to, None where a file could be made."""
    try:
        return os.stat(where)
    except FileNotFoundError:
        if not Path(where).name or str(where).endswith(os.sep):
            raise
        return None


def _where_it_leads(path: Path) -> Path | None:
    """The file behind a row of links; None where they end in a file that some program holds open."""
    for _ in range(MOST_LINKS):
        path = Path(os.path.realpath(path.parent)) / path.name
        if not path.is_symlink():
            return path
        if path.is_relative_to("/proc"):
            return None
        path = path.parent / path.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _replace(path: Path, there: os.stat_result | None, content: bytes) -> None:
    """Write a new file in the same folder, of a fresh and short name, and let it take the place of the old one."""
    if there is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    part = path.parent / f".pumplab-{secrets.token_hex(8)}.part"
    number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(number, "wb") as file:
            if there is not None:
                shutil.copymode(path, part)
                if hasattr(os, "chown"):
                    with contextlib.suppress(PermissionError):  # only the superuser gives a file to its owner
                        os.chown(part, there.st_uid, there.st_gid)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _write_through(where: str | Path, content: bytes) -> None:
    # never made anew: it may have gone since it was looked at
    with os.fdopen(os.open(where, os.O_WRONLY | os.O_TRUNC), "wb") as file:
        file.write(content)
