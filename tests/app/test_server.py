"""The server: what a visitor reads where a page fails, and the style in the page that is sent."""

from __future__ import annotations

import asyncio
import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit.testing.v1 import AppTest

from app.components.assets import STATIC, STYLE, static_version
from app.components.page_style import Dressed
from sim import TEACHING_ONLY

PAGE = "<!DOCTYPE html><html><head></head><body><div></div></body></html>"


def fail() -> None:
    """A page that fails, and what the server makes of it."""
    from app import server

    try:
        raise KeyError("a secret of the code")
    except KeyError as error:
        server._incident(error)


def test_a_failing_page_gives_the_visitor_a_sentence_a_number_and_the_warning_and_no_trace(caplog) -> None:
    at = AppTest.from_function(fail).run()
    (said,) = [one.value for one in at.error]
    assert TEACHING_ONLY in said
    assert not at.exception
    for word in ("Traceback", "KeyError", "secret", ".py"):
        assert word not in said
    # the trace stands in the log, under the number that the visitor can name
    (record,) = [one for one in caplog.records if one.name == "pumplab"]
    assert record.args[0] in said
    assert "a secret of the code" in str(record.exc_info[1])


async def _page(_: Request) -> Response:
    return HTMLResponse(PAGE, headers={"etag": "old"})


async def _text(_: Request) -> Response:
    return PlainTextResponse("</body>")


async def _missing(_: Request) -> Response:
    return HTMLResponse(PAGE, status_code=404)


PAGES = Dressed(Starlette(routes=[Route("/", _page), Route("/text", _text), Route("/missing", _missing)]))


def answer(path: str, app: Any = PAGES, query: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an application's answer, by default of one that is dressed."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": path, "root_path": "", "query_string": query, "scheme": "http",
        "headers": [(b"accept-encoding", b"gzip")], "server": ("127.0.0.1", 80), "http_version": "1.1",
    }  # fmt: skip
    # in a thread of its own: a browser that is being driven keeps this one's loop
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(app(scope, receive, send))).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(one.get("body", b"") for one in sent[1:])


def test_a_page_is_sent_with_its_style_and_with_its_true_length() -> None:
    status, headers, body = answer("/")
    assert status == 200
    assert body.decode() == PAGE.replace("</body>", STYLE + "</body>")
    assert int(headers["content-length"]) == len(body)
    assert "etag" not in headers


@pytest.mark.parametrize("path", ["/text", "/missing"])
def test_what_is_no_page_is_passed_on_as_it_is(path: str) -> None:
    _, headers, body = answer(path)
    assert STYLE.encode() not in body
    assert int(headers["content-length"]) == len(body)


# ------------------------------------------------------------------ scripts

FILES = f"/js/{static_version()}"


def served(path: str, query: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """What the server's own routes answer."""
    from app.server import ROUTES

    return answer(path, Starlette(routes=ROUTES), query)


@pytest.mark.parametrize("base", ["", "/teaching", "/clinic/pumps"])
@pytest.mark.parametrize(("query", "kept"), [(b"", ""), (b"s=2.abc", "&s=2.abc")])
def test_the_former_address_of_around_the_pump_leads_to_its_part_under_any_base_path(
    base: str, query: bytes, kept: str
) -> None:
    status, headers, _ = served(f"{base}/around-the-pump", query)
    assert status == 307
    # beside the former address, below whatever base path
    assert headers["location"] == f"model?part=around{kept}"


@pytest.mark.parametrize("base", ["", "/teaching", "/clinic/pumps"])
@pytest.mark.parametrize("name", sorted(path.name for path in (STATIC / "js").glob("*.js")))
def test_every_script_is_served_for_good_under_any_base_path(base: str, name: str) -> None:
    status, headers, body = served(f"{base}{FILES}/{name}")
    assert status == 200
    assert body == (STATIC / "js" / name).read_bytes()
    assert headers["content-type"].startswith("text/javascript")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path",
    [
        f"{FILES}/nothing.js", f"{FILES}/", f"{FILES}/page.css", f"{FILES}/types.d.ts", "/js/0.0/stage.js",
        f"{FILES}/../js/stage.js", f"{FILES}/..%2fserver.py", f"{FILES}/../../server.py", f"{FILES}//etc/passwd",
    ],
)  # fmt: skip
def test_nothing_but_a_script_of_this_version_is_served(path: str) -> None:
    assert served(path)[0] == 404


def test_whatever_a_script_imports_is_a_script_beside_it() -> None:
    for path in (STATIC / "js").glob("*.js"):
        for name in re.findall(r'^(?:import|export) .*? from "(.*?)";', path.read_text(), re.MULTILINE | re.DOTALL):
            assert served(f"{FILES}/{name.removeprefix('./')}")[0] == 200, (path.name, name)


@pytest.mark.parametrize("base", ["", "/teaching"])
def test_the_chart_library_is_served_packed(base: str) -> None:
    status, headers, body = served(f"{base}/plotly.js")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert b"plotly.js v" in gzip.decompress(body)[:500]


def test_what_the_browser_runs_lies_in_files_that_are_checked() -> None:
    for path in (STATIC.parent / "components").glob("*.py"):
        text = path.read_text()
        assert not re.search(r"export default|querySelector|=> \{|font-size", text), path
