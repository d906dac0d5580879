"""Messages of one visitor in turn with everybody else's.

The framework reads whatever waits on a connection without a pause, and for each change of a control starts a thread and
afterwards a full garbage collection: a few hundred changes at once leave nobody else an answer for minutes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

AT_ONCE: Final = 10  # messages handed on as they come; a hand does not send more
GAP_S: Final = 0.125  # between those that come in a stream
BUSY_S: Final = 0.5  # so long the run of the last one may take before the next one ends it
TICK_S: Final = 0.001  # no clock is finer than that
MOST_READ: Final = 100  # ahead, and between two that are handed on; more stay in the network
LONGEST: Final = 1_000_000  # bytes; what is longer is not looked into
SHORT: Final = 2_000  # bytes; the end of a run is never longer
# about the machine, or about everybody's page; no page of ours sends them
UNWANTED: Final = ("load_git_info", "clear_cache", "set_run_on_save")
TRIGGERS: Final = ("trigger_value", "string_trigger_value", "json_trigger_value", "chat_input_value")
SAME: Final = ("fragment_id", "page_script_hash", "page_name", "is_auto_rerun", "is_history_navigation")


class Paced:
    """An application whose websockets each get their turn."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, messages of a websocket one by one."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        turnstile = Turnstile(receive, asyncio.get_running_loop().time)
        try:
            await self.app(scope, turnstile.receive, turnstile.watch(send))
        finally:
            turnstile.close()


class Turnstile:
    """The messages of one connection: a handful at once, a stream of them slowly, each when the last one's run is over.

    Nothing is lost: of changes that wait, the newest carries all earlier ones, and a press of a button never gives way.
    """

    def __init__(self, receive: Receive, clock_s: Callable[[], float]) -> None:
        self._receive, self._clock_s = receive, clock_s
        self._coming: asyncio.Future[Message] | None = None
        self._line: deque[tuple[Message, BackMsg | None]] = deque()
        self._n_read = 0  # since one was handed on
        self._n_free = float(AT_ONCE)
        self._empty_s = self._last_s = clock_s()
        self._is_running = False
        self._run_over = asyncio.Event()

    async def receive(self) -> Message:
        """The next message, when its turn has come."""
        await asyncio.sleep(0)  # the framework never waits while messages are there: others go first
        while True:
            delay_s = self._delay_s() if self._line else None
            if delay_s is not None and delay_s <= TICK_S:
                return self._hand_on()
            await self._listen(delay_s)

    def watch(self, send: Send) -> Send:
        """What sends to the visitor, and notes when a run is over."""

        async def watching(message: Message) -> None:
            if _ends_run(message):
                self._is_running = False
                self._run_over.set()
            await send(message)

        return watching

    def close(self) -> None:
        """Stop listening."""
        if self._coming is not None:
            self._coming.cancel()

    def _delay_s(self) -> float:
        """How long the first in line has to wait yet."""
        if self._n_free >= 1.0:
            return 0.0
        return self._last_s + (BUSY_S if self._is_running else GAP_S) - self._clock_s()

    def _hand_on(self) -> Message:
        message, act = self._line.popleft()
        self._last_s = self._empty_s = self._clock_s()
        self._n_free = max(0.0, self._n_free - 1.0)
        self._n_read = 0
        self._is_running |= act is not None and act.HasField("rerun_script")
        return message

    async def _listen(self, longest_s: float | None) -> None:
        """Until a message comes, a run is over, or the time is up."""
        self._run_over.clear()
        if self._coming is None and max(self._n_read, len(self._line)) < MOST_READ:
            self._coming = asyncio.ensure_future(self._receive())
        over = asyncio.ensure_future(self._run_over.wait())
        awaited: list[asyncio.Future[Any]] = [over] if self._coming is None else [over, self._coming]
        await asyncio.wait(awaited, timeout=longest_s, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        if self._coming is not None and self._coming.done():
            coming, self._coming = self._coming, None
            self._take(coming.result())

    def _take(self, message: Message) -> None:
        """Put a message in line, in place of one that it carries."""
        act = _act(message)
        self._n_read += 1
        if act is not None and act.WhichOneof("type") in UNWANTED:
            return
        if not self._line:  # only whoever pauses may hurry again
            self._n_free = min(float(AT_ONCE), self._n_free + (self._clock_s() - self._empty_s) / GAP_S)
        elif _carries(act, self._line[-1][1]):
            self._line.pop()
        self._line.append((message, act))


def _ends_run(message: Message) -> bool:
    """Whether a visitor is told that the run is over, and not only that it begins anew."""
    content = message.get("bytes")
    if not content or len(content) > SHORT:
        return False
    answer = ForwardMsg.FromString(content)
    is_end = answer.HasField("script_finished") and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
    return bool(is_end)


def _act(message: Message) -> BackMsg | None:
    """What the visitor did; None for what only the framework understands, or nobody."""
    content = message.get("bytes")
    if not content or len(content) > LONGEST:
        return None
    act = BackMsg()
    try:
        act.ParseFromString(content)
    except DecodeError:
        return None
    return act


def _carries(new: BackMsg | None, old: BackMsg | None) -> bool:
    """Whether a change holds all that an earlier one held: values travel with every change, a press only once."""
    if new is None or old is None or not (new.HasField("rerun_script") and old.HasField("rerun_script")):
        return False
    before, after = old.rerun_script, new.rerun_script
    return all(getattr(before, name) == getattr(after, name) for name in SAME) and not any(
        widget.WhichOneof("value") in TRIGGERS for widget in before.widget_states.widgets
    )
