"""One server, started as anybody would start it, and one real browser for all tests of the page."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.visit import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # what asks outside is recorded and gets nothing
]
DESK = (1280, 720)
OUTCOME: pytest.StashKey[bool] = pytest.StashKey()
Arrive = Callable[..., Visit]


@dataclass(frozen=True)
class Server:
    """A running page: its address, where it writes what it says, and how long it took to answer."""

    address: str
    log: Path
    start_s: float


@contextmanager
def serving(command: Sequence[str], folder: Path) -> Iterator[Server]:
    """A server for `command`, to which its port is added, from its start to its end."""
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
                if process.poll() is not None or time.monotonic() - start > 60:
                    pytest.fail(f"the server did not start:\n{log.read_text()}")
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
            return answer.read() == b"ok"
    except OSError:
        return False


def own_command() -> list[str]:
    """The product's own command; the port comes last."""
    return [sys.executable, "-m", "app.cli", "--no-browser", "--port"]


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The product's own server, started from a folder that has nothing to do with it."""
    with serving(own_command(), tmp_path_factory.mktemp("elsewhere")) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium; where there is none the tests are skipped, but never on a build server."""
    chromium = shutil.which("chromium")
    if chromium is None or importlib.util.find_spec("playwright") is None:
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say("Browser tests need the program 'chromium' and the package 'playwright'.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def visiting(browser: Browser, server: Server, size: tuple[int, int] = DESK, **settings: Any) -> Iterator[Visit]:
    """A visit by somebody who was never there before."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **settings)
    context.set_default_timeout(15_000)
    try:
        yield Visit.begin(context, server.address)
    finally:
        context.close()


@pytest.fixture
def visitor(
    browser: Browser, server: Server, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., Visit]]:
    """Visits by newcomers, each with its own window; a picture of each is kept if the test fails."""
    contexts = []

    def come(size: tuple[int, int] = DESK, **settings: Any) -> Visit:
        context = visiting(browser, server, size, **settings)
        visit = context.__enter__()
        contexts.append((context, visit))
        return visit

    yield come
    for place, (context, visit) in enumerate(contexts):
        if request.node.stash.get(OUTCOME, False):
            shot = tmp_path / f"visit-{place}.png"
            visit.picture(str(shot))
            print(f"picture of the page: {shot}")
        context.__exit__(None, None, None)


@pytest.fixture
def visit(visitor: Arrive) -> Visit:
    """A newcomer who has just opened the page at 1280 by 720."""
    visit = visitor()
    visit.go()
    return visit


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Notes on each test whether it failed, so that a picture can be kept."""
    report = yield
    if report.failed:
        item.stash[OUTCOME] = True
    return report
