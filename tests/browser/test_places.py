"""The page in other places: below a path, behind a proxy, in another site's frame, and where a file did not come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from app.components.assets import static_version
from app.words.text import TEXT
from tests.browser.serving import OWN_COMMAND, Server, behind_prefix, serving
from tests.browser.visit import CHART, STAGE


@contextmanager
def other_site(frame: str) -> Iterator[str]:
    """The address of a course: another site than the page's, whose only content is the page in a frame."""

    class Course(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<iframe src="{frame}" width="1280" height="720"></iframe>'.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Course) as course:
        threading.Thread(target=course.serve_forever, daemon=True).start()
        yield f"http://localhost:{course.server_port}/"
        course.shutdown()


def works_at(context: BrowserContext, address: str) -> None:
    """The page is drawn there, and its own files are asked for there and nowhere else."""
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.wait_for_selector(f"{STAGE}[data-summary]")
    page.wait_for_selector(f"{CHART} .xtitle")
    files = [url for url in asked if static_version() in url]
    assert len(files) > 10
    assert [url for url in files if not url.startswith(address)] == []
    assert errors == []
    page.close()


def test_below_a_base_path_the_page_is_whole(browser_window: BrowserContext, tmp_path: Path) -> None:
    with serving(OWN_COMMAND, tmp_path, "teaching/pumps/") as server:
        assert server.log.read_text().startswith(f"PumpLab at {server.address.rstrip('/')} ")
        works_at(browser_window, server.address)


def test_behind_a_proxy_that_strips_a_prefix_the_page_is_whole(browser_window: BrowserContext, server: Server) -> None:
    with behind_prefix(server, "tools/pumps/") as address:
        works_at(browser_window, address)


@pytest.fixture
def browser_window(windows: Callable[..., BrowserContext]) -> BrowserContext:
    """A window of its own setting, so that blocked files trouble nobody else."""
    return windows(service_workers="block")


def test_in_another_sites_frame_the_page_works_and_says_where_files_are_taken(
    browser_window: BrowserContext, server: Server
) -> None:
    page = browser_window.new_page()
    with other_site(server.address) as address:
        page.goto(address)
        inside = page.frame_locator("iframe")
        inside.locator(f"{STAGE}[data-summary]").wait_for()
        inside.get_by_role("button", name=TEXT["files_title"], exact=True).click()
        note = inside.locator(".pumplab-framed").first
        note.wait_for()
        assert TEXT["files_framed"] in note.inner_text()
        way_out = note.locator("a")
        assert way_out.get_attribute("target") == "_blank"
        assert (way_out.get_attribute("href") or "").startswith(server.address)
        expect(inside.get_by_test_id("stFileUploaderDropzone").first).to_be_hidden()
    page.close()


def test_what_did_not_come_twice_is_asked_for_again(browser_window: BrowserContext, server: Server) -> None:
    page = browser_window.new_page()
    n_asked = dict.fromkeys(["chart.js", "stage_line.js", "plotly.js"], 0)  # itself, what it needs, a library

    def fail_twice(route: Route) -> None:
        name = route.request.url.rpartition("/")[2].partition("?")[0]
        n_asked[name] += 1
        if n_asked[name] <= 2:
            route.abort()
        else:
            route.continue_()

    for name in n_asked:
        page.route(f"**/{name}*", fail_twice)
    page.goto(server.address)
    page.wait_for_selector(f"{STAGE}[data-summary]")
    page.wait_for_selector(f"{CHART} .xtitle")
    assert page.locator(".pumplab-missing").count() == 0
    assert min(n_asked.values()) == 3
    page.close()


def test_what_never_comes_is_one_sentence_and_no_trace(browser_window: BrowserContext, server: Server) -> None:
    page = browser_window.new_page()
    page.route(f"**/js/{static_version()}/stage.js", lambda route: route.abort())
    page.route("**/plotly.js*", lambda route: route.abort())
    page.goto(server.address)
    page.wait_for_selector(".pumplab-missing >> nth=1")
    assert set(page.locator(".pumplab-missing").all_inner_texts()) == {TEXT["server_no_part"]}
    text = page.locator("body").inner_text()
    for word in ("Error", "Traceback", ".js", "at mount"):
        assert word not in text
    page.close()
