"""The server: the page, packed for the way, its scripts, and what a visitor reads where a page fails."""

from __future__ import annotations

import logging
import secrets
import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

ROOT = str(Path(__file__).resolve().parents[1])
if ROOT not in sys.path:  # where the started file's own folder was put instead
    sys.path.append(ROOT)

from app.components.assets import PLOTLY_PATH, SCRIPT_PATH, SCRIPTS, plotly_packed, static_version  # noqa: E402
from app.components.page_style import Dressed  # noqa: E402
from app.serving.hosts import Hosted  # noqa: E402
from app.serving.missing import Found  # noqa: E402
from app.serving.open_files import allow_many  # noqa: E402
from app.serving.pace import Paced  # noqa: E402
from app.serving.paths import Homeless  # noqa: E402
from app.serving.redirects import Relative  # noqa: E402
from app.serving.rules import Ruled  # noqa: E402
from app.words.text import TEXT, banner  # noqa: E402

# The folder `pages` is ours. Until the first visit the framework would take its files for pages, so that whoever
# opens another page than the first one on a fresh server would get an empty one.
PagesManager.uses_pages_directory = False
allow_many()

LOG = logging.getLogger("pumplab")
KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}  # another version has another address


def _plotly(_: Request) -> Response:
    return Response(plotly_packed(), media_type="text/javascript", headers={"Content-Encoding": "gzip", **KEPT})


def _script(request: Request) -> Response:
    code = SCRIPTS.get(request.path_params["name"])
    if code is None or request.path_params["version"] != static_version():
        return Response(status_code=404)
    return Response(code, media_type="text/javascript", headers=KEPT)


def _around(request: Request) -> Response:
    """What had a page of its own once is a part of Model and sources; a link to it keeps what it carries."""
    query = f"&{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"model?part=around{query}")


def _incident(error: Exception) -> bool:
    """A sentence with a number for the visitor; the trace, under the same number, for the log."""
    number = secrets.token_hex(4)
    LOG.error("incident %s", number, exc_info=error)
    st.error(f"{TEXT['incident'].format(number=number)} {banner()}")
    return True


# the page may be served below a base path, and asks for its files there
ROUTES = [
    Route(f"{base}/{path}", answer)
    for base in ("", "/{base:path}")
    for path, answer in (
        (PLOTLY_PATH, _plotly),
        (SCRIPT_PATH + "/{version}/{name}", _script),
        ("around-the-pump", _around),
    )
]

app = st.App(
    Path(__file__).with_name("main.py"),
    routes=ROUTES,
    middleware=[
        Middleware(Ruled),
        Middleware(Hosted),
        Middleware(Homeless),
        Middleware(Paced),
        Middleware(GZipMiddleware, minimum_size=1000),
        Middleware(Found),
        Middleware(Relative),
        Middleware(Dressed),
    ],
    on_script_error=_incident,
)
