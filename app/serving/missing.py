"""A file that is not there is a 404, and what fails is a sentence: neither the page instead, nor a trace."""

from __future__ import annotations

import logging
import secrets
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from app.components.assets import SCRIPT_PATH
from app.words.text import TEXT

LOG: Final = logging.getLogger("pumplab")
LONGEST_NAME: Final = 255  # bytes, as file systems have it
# below these lie files, none of them a page; the framework sends the page for every address that it does not know
FILES: Final = ("static", "app", "_stcore", SCRIPT_PATH)


class Found:
    """An application that says so where there is nothing, and in one sentence where it fails."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may be there, and hold back the page where a file was asked for."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nothing = PlainTextResponse(TEXT["server_missing"], status_code=404)
        if any(len(name.encode(errors="replace")) > LONGEST_NAME for name in scope["path"].split("/")):
            await nothing(scope, receive, send)
            return
        is_begun = is_held_back = False

        async def found(message: Message) -> None:
            nonlocal is_begun, is_held_back
            if message["type"] == "http.response.start":
                is_held_back = _asks_for_file(scope["path"]) and _is_page(message)
                is_begun = True
            if not is_held_back:
                await send(message)

        try:
            await self.app(scope, receive, found)
        except Exception as error:
            number = secrets.token_hex(4)
            LOG.error("incident %s", number, exc_info=error)
            if is_begun:
                raise
            failure = PlainTextResponse(TEXT["server_failed"].format(number=number), status_code=500)
            await failure(scope, receive, send)
            return
        if is_held_back:
            await nothing(scope, receive, send)


def _asks_for_file(path: str) -> bool:
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    inner = path.removeprefix(f"/{base}").lstrip("/")
    return inner.partition("/")[0] in FILES and "/" in inner


def _is_page(start: Message) -> bool:
    return bool(
        start["status"] == 200 and Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")
    )
