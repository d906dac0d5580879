"""One server, started as anybody would start it, and one real browser for all tests of the page."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.serving import OWN_COMMAND, Server, serving
from tests.browser.visit import DESK, Visit, visiting, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # the next tab of a window finds the page's own code compiled
    # what asks outside is recorded and gets nothing
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
Windows = Callable[..., "BrowserContext"]
FAILED: pytest.StashKey[bool] = pytest.StashKey()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium; where there is none the tests are skipped, but never on a build server."""
    chromium = shutil.which("chromium")
    if chromium is None or importlib.util.find_spec("playwright") is None:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop("Browser tests need the program 'chromium' and the package 'playwright'.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The product's own server, started from a folder that has nothing to do with it."""
    with serving(OWN_COMMAND, tmp_path_factory.mktemp("elsewhere")) as running:
        yield running


@pytest.fixture(scope="package")
def windows(browser: Browser, server: Server) -> Iterator[Windows]:
    """One window for all who want it set up alike: to load and compile the page's own files takes seconds."""
    with ExitStack() as stack:

        @cache
        def of(**settings: Any) -> BrowserContext:
            context = stack.enter_context(window(browser, **settings))
            context.new_page().goto(f"{server.address}_stcore/health")  # an open tab keeps what was compiled
            return context

        yield of


@pytest.fixture(scope="package")
def desk(windows: Windows) -> BrowserContext:
    """The window of most tests, which no newcomer shares."""
    return windows(permissions=("clipboard-read", "clipboard-write"))


@pytest.fixture(scope="package")
def one_tab(desk: BrowserContext, server: Server) -> Iterator[Visit]:
    """One tab of that window; each test that opens an address in it has a session of its own."""
    with visiting(desk, server.address) as visit:
        yield visit


@pytest.fixture
def tab(one_tab: Visit, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Visit]:
    """A tab of 1280 by 720 in light colours that remembers nothing; its picture is kept where a test fails."""
    one_tab.forget()
    yield one_tab
    if request.node.stash.get(FAILED, False):
        one_tab.keep_picture(tmp_path / "tab.png")


@pytest.fixture
def visit(tab: Visit) -> Visit:
    """Somebody who has just opened the page."""
    tab.go()
    return tab


@pytest.fixture
def visitor(windows: Windows, server: Server) -> Iterator[Callable[..., Visit]]:
    """Newcomers, each in a tab of their own that remembers nothing, who have not opened the page yet."""
    with ExitStack() as stack:

        def come(size: tuple[int, int] = DESK, *, has_tour: bool = False, **settings: Any) -> Visit:
            return stack.enter_context(visiting(windows(**settings), server.address, size, has_tour=has_tour))

        yield come


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Notes on a test that it failed, so that its picture is kept."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
