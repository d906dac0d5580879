"""Rules that a browser keeps about everything it gets from here, whoever wrote it."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.file_util import get_static_dir

INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def _inline_scripts() -> str:
    """The scripts written into the framework's page, by their sums: no other one runs."""
    page = (Path(get_static_dir()) / "index.html").read_bytes().decode()
    sums = (hashlib.sha256(code.encode()).digest() for code in INLINE.findall(page))
    return " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in sums)


# The framework starts components from blobs and writes styles into the page. No word on who may show the page in a
# frame: course systems do, and there is nothing here that a foreign frame could steal or make somebody do.
CONTENT: Final = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' blob: {_inline_scripts()}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss: data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
RULES: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": CONTENT,
    "Referrer-Policy": "same-origin",  # a link holds the whole state
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Ruled:
    """An application all of whose answers carry the rules."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, each answer with the rules in its head."""

        async def ruled(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, rule in RULES.items():
                    headers[name] = rule
            await send(message)

        await self.app(scope, receive, ruled if scope["type"] == "http" else send)
