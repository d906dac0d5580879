"""A server on a free port of this machine, from its start to its end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
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
def serving(command: Sequence[str], folder: Path, base: str = "", port: int = 0) -> Iterator[Server]:
    """A server started in `folder` by `command`, to which its port is added (a free one if none is given).

    base: the path that it is served below, such as `pumps/`.
    """
    if port == 0:
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            port = door.getsockname()[1]
    log = folder / f"server-{port}.log"
    address = f"http://127.0.0.1:{port}/{base}"
    settings = {**os.environ, "STREAMLIT_SERVER_BASE_URL_PATH": base.strip("/")}
    with log.open("wb") as out:
        start = time.monotonic()
        process = subprocess.Popen(
            [*command, str(port)], cwd=folder, env=settings, stdout=out, stderr=subprocess.STDOUT
        )
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


@contextmanager
def behind_prefix(server: Server, prefix: str) -> Iterator[str]:
    """The address of a proxy that strips a prefix such as `tools/pumps/` and hands on everything else as it came."""
    door = socket.create_server(("127.0.0.1", 0))
    port = int(server.address.split(":")[2].split("/")[0])

    def serve() -> None:
        while True:
            try:
                near, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=_pass_on, args=(near, port, f" /{prefix}".encode()), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}/{prefix}"
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()


def _pass_on(near: socket.socket, port: int, prefix: bytes) -> None:
    """One request, or one websocket, of a browser."""
    with near, socket.create_connection(("127.0.0.1", port)) as far:
        head = b""
        while b"\r\n\r\n" not in head:
            part = near.recv(65536)
            if not part:
                return
            head += part
        first, _, rest = head.partition(b"\r\n")
        if prefix not in first:  # outside the prefix another application answers
            near.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        if b"upgrade: websocket" not in rest.lower():
            rest = b"Connection: close\r\n" + rest.replace(b"Connection: keep-alive\r\n", b"")
        far.sendall(first.replace(prefix, b" /", 1) + b"\r\n" + rest)
        back = threading.Thread(target=_copy, args=(far, near), daemon=True)
        back.start()
        _copy(near, far)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
