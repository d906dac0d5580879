"""A server on a free port of this machine, from its start to its end."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OWN_COMMAND: Final = (sys.executable, "-m", "app.cli", "--no-browser", "--port")  # the port comes last
PATIENCE_S: Final = 60.0


@dataclass(frozen=True)
class Server:
    """A running page: its address, the file of what it says, and how long it took until it answered."""

    address: str
    log: Path
    start_s: float


@contextmanager
def serving(command: Sequence[str], folder: Path, port: int = 0) -> Iterator[Server]:
    """A server started in `folder` by `command`, to which its port is added; a free one, if none is given."""
    if port == 0:
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            port = door.getsockname()[1]
    log = folder / f"server-{port}.log"
    address = f"http://127.0.0.1:{port}/"
    with log.open("wb") as out:
        start = time.monotonic()
        process = subprocess.Popen([*command, str(port)], cwd=folder, stdout=out, stderr=subprocess.STDOUT)
        try:
            while not _is_healthy(address):
                if process.poll() is not None or time.monotonic() - start > PATIENCE_S:
                    raise RuntimeError(f"the server did not start:\n{log.read_text()}")
                time.sleep(0.01)
            yield Server(address, log, time.monotonic() - start)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _is_healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}_stcore/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
