"""The page in other places: below a path, behind a proxy, in another site's frame, and where a file did not come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from app.components.assets import static_version
from app.words.text import TEXT
from tests.browser.serving import OWN_COMMAND, Server, behind_prefix, serving
from tests.browser.visit import CHART, STAGE

OTHER_SITE = "http://course.example/"


def works_at(context: BrowserContext, address: str, path: str) -> None:
    """The page is drawn there, its link leads there, and nothing is asked for elsewhere."""
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address + path)
    page.wait_for_selector(f"{STAGE}[data-summary]")
    page.wait_for_selector(f"{CHART} .xtitle")
    host = "/".join(address.split("/")[:3])
    files = [url for url in asked if "/js/" in url or url.endswith("plotly.js")]
    assert files
    assert all(url.startswith(address) for url in files)
    assert all(url.startswith((host, "blob:", "data:")) for url in asked)
    link = page.locator(".pumplab-link input, input.link, [aria-label*=link i] input").first
    if link.count():
        assert link.input_value().startswith(address)
    assert errors == []
    page.close()


def test_below_a_base_path_the_page_is_whole(browser_window: BrowserContext, tmp_path: Path) -> None:
    with serving(OWN_COMMAND, tmp_path, "teaching/pumps/") as server:
        works_at(browser_window, server.address, "")


def test_behind_a_proxy_that_strips_a_prefix_the_page_is_whole(browser_window: BrowserContext, server: Server) -> None:
    with behind_prefix(server, "tools/pumps/") as address:
        works_at(browser_window, address, "")


@pytest.fixture
def browser_window(windows: Callable[..., BrowserContext]) -> BrowserContext:
    """A window of its own setting, so that blocked files trouble nobody else."""
    return windows(service_workers="block")


def test_in_another_sites_frame_the_page_works_and_says_where_files_are_taken(
    browser_window: BrowserContext, server: Server
) -> None:
    page = browser_window.new_page()
    frame = f'<iframe src="{server.address}" width="1280" height="720"></iframe>'
    page.route(OTHER_SITE, lambda route: route.fulfill(content_type="text/html", body=frame))
    page.goto(OTHER_SITE)
    inside = page.frame_locator("iframe")
    inside.locator(f"{STAGE}[data-summary]").wait_for()
    inside.locator(".pumplab-framed").first.wait_for(state="attached")
    assert TEXT["files_framed"] in inside.locator(".pumplab-framed").first.text_content()  # type: ignore[operator]
    way_out = inside.locator(".pumplab-framed a").first
    assert way_out.get_attribute("target") == "_blank"
    assert (way_out.get_attribute("href") or "").startswith(server.address)
    expect(inside.get_by_test_id("stFileUploaderDropzone").first).to_be_hidden()
    page.close()


@pytest.mark.parametrize("n_failures", [1, 2])
@pytest.mark.parametrize("name", ["stage.js", "stage_line.js", "plotly.js"])
def test_what_did_not_come_once_or_twice_is_asked_for_again(
    browser_window: BrowserContext, server: Server, name: str, n_failures: int
) -> None:
    page = browser_window.new_page()
    n_asked = 0

    def fail(route: Route) -> None:
        nonlocal n_asked
        n_asked += 1
        if n_asked <= n_failures:
            route.abort()
        else:
            route.continue_()

    page.route(f"**/{name}*", fail)
    page.goto(server.address)
    page.wait_for_selector(f"{STAGE}[data-summary]")
    page.wait_for_selector(f"{CHART} .xtitle")
    assert page.locator(".pumplab-missing").count() == 0
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
