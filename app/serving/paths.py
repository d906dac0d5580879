"""No message says where on its machine the server is installed; the framework tells every visitor."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

HOME: Final = str(Path(__file__).parents[2]).encode()


class Homeless:
    """An application whose websockets name the script that runs, and not its folder."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, paths of this installation shortened to a name."""

        async def homeless(message: Message) -> None:
            content = message.get("bytes")
            if content and HOME in content:
                message = {**message, "bytes": _shortened(content)}
            await send(message)

        await self.app(scope, receive, homeless if scope["type"] == "websocket" else send)


def _shortened(content: bytes) -> bytes:
    answer = ForwardMsg.FromString(content)
    if not answer.HasField("new_session"):
        return content
    answer.new_session.main_script_path = Path(answer.new_session.main_script_path).name
    return bytes(answer.SerializeToString())
