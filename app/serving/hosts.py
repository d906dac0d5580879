"""Only the names that the configuration allows are answered: a foreign name that leads here is somebody's trick."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from app.words.text import TEXT


class Hosted:
    """An application that answers under allowed names; the framework itself asks for them on websockets alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what was sent to an allowed name; a sentence to everything else."""
        if scope["type"] == "http" and not is_host_allowed(Headers(scope=scope).get("host")):
            refusal = PlainTextResponse(TEXT["server_foreign_host"], status_code=403)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)
