"""Redirects lead beside the address that was asked for, so that they work behind whatever prefix a proxy strips."""

from __future__ import annotations

import posixpath
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Relative:
    """An application whose redirects name no folder above it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, redirects with a relative address."""

        async def relative(message: Message) -> None:
            if message["type"] == "http.response.start" and 300 <= message["status"] < 400:
                headers = MutableHeaders(scope=message)
                if headers.get("location", "").startswith("/"):
                    headers["location"] = beside(scope["path"], headers["location"])
            await send(message)

        await self.app(scope, receive, relative if scope["type"] == "http" else send)


def beside(here: str, there: str) -> str:
    """The way from one address to another of the same host.

    >>> beside("/lessons/", "/lessons?s=2.a"), beside("/teaching", "/teaching/"), beside("/a/b", "/c")
    ('../lessons?s=2.a', 'teaching/', '../c')
    """
    parts = urlsplit(there)
    folder, name = posixpath.split(parts.path)
    way = posixpath.relpath(folder, posixpath.dirname(here))
    return f"{way}/{name}" + (f"?{parts.query}" if parts.query else "")
