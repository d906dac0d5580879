"""One visitor never takes everybody's time, and nothing that a visitor did is lost on the way."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from app.serving import pace
from app.serving.pace import AT_ONCE, BUSY_S, GAP_S, MOST_READ, Paced


def change(value: float, *, press: str = "", fragment: str = "", page: str = "") -> dict[str, Any]:
    """A rerun as the page sends it: the values of all controls, and a press where there was one."""
    message = BackMsg()
    message.rerun_script.fragment_id = fragment
    message.rerun_script.page_script_hash = page
    message.rerun_script.widget_states.widgets.add(id="slider", double_value=value)
    if press:
        message.rerun_script.widget_states.widgets.add(id=press, trigger_value=True)
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def other(kind: str) -> dict[str, Any]:
    message = BackMsg()
    if kind in ("app_heartbeat", "stop_script", "load_git_info", "clear_cache", "set_run_on_save"):
        setattr(message, kind, True)
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def value_of(message: dict[str, Any]) -> float:
    (widget, *_) = BackMsg.FromString(message["bytes"]).rerun_script.widget_states.widgets
    return float(widget.double_value)


FINISHED = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY).SerializeToString()
GONE = {"type": "websocket.disconnect", "code": 1000}


class Visit:
    """A connection: what is sent when, what the application gets when, and how long a run takes."""

    def __init__(self, messages: Iterable[tuple[float, dict[str, Any]]], run_s: float = 0.0) -> None:
        self.messages, self.run_s = list(messages), run_s
        self.got: list[tuple[float, dict[str, Any]]] = []
        self.n_read = 0
        self.tasks: list[asyncio.Task[None]] = []

    async def receive(self) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        if self.n_read == len(self.messages):
            await asyncio.Event().wait()
        due_s, message = self.messages[self.n_read]
        await asyncio.sleep(max(0.0, due_s - (loop.time() - self.start_s)))
        self.n_read += 1
        return message

    async def send(self, message: dict[str, Any]) -> None:
        pass

    async def app(self, _: Any, receive: Any, send: Any) -> None:
        loop = asyncio.get_running_loop()
        ends: list[asyncio.TimerHandle] = []

        def finish() -> None:
            self.tasks.append(loop.create_task(send({"type": "websocket.send", "bytes": FINISHED})))

        while True:
            message = await receive()
            self.got.append((loop.time() - self.start_s, message))
            if message is GONE:
                return
            for end in ends:  # a run that was ended by the next says nothing
                end.cancel()
            ends = [loop.call_later(self.run_s, finish)]

    async def run(self) -> None:
        self.start_s = asyncio.get_running_loop().time()
        self.messages.append((max((due_s for due_s, _ in self.messages), default=0.0), GONE))
        await Paced(self.app)({"type": "websocket"}, self.receive, self.send)


class Clock(asyncio.SelectorEventLoop):
    """A loop whose time passes in no time: it jumps to whatever is due next."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def time(self) -> float:
        return self.now_s

    def _run_once(self) -> None:
        due_s = [timer.when() for timer in self._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
        if due_s and not self._ready:  # type: ignore[attr-defined]
            self.now_s = max(self.now_s, min(due_s))
        super()._run_once()  # type: ignore[misc]


def passed(messages: Iterable[tuple[float, dict[str, Any]]], run_s: float = 0.0) -> Visit:
    visit = Visit(messages, run_s)
    loop = Clock()
    try:
        loop.run_until_complete(visit.run())
    finally:
        loop.close()
    return visit


def test_a_handful_of_changes_goes_through_as_it_comes() -> None:
    sent = [(0.01 * i, change(i)) for i in range(AT_ONCE)]
    assert [message for _, message in passed(sent, run_s=1.0).got] == [*(message for _, message in sent), GONE]


@pytest.mark.parametrize("rate_per_s", [30, 200, 1000])
@pytest.mark.parametrize("run_s", [0.01, 0.2, 5.0])
def test_a_flood_of_changes_is_a_few_runs_a_second_and_ends_with_the_last_value(rate_per_s: int, run_s: float) -> None:
    n = rate_per_s * 5
    visit = passed([(i / rate_per_s, change(i)) for i in range(n)], run_s)
    times = [time_s for time_s, message in visit.got if message is not GONE]
    assert value_of(visit.got[-2][1]) == n - 1
    gap_s = max(GAP_S, min(run_s, BUSY_S))
    assert len(times) <= AT_ONCE + 1.3 * times[-1] / gap_s + 2  # a third more, as a hand that repeats pauses in between
    assert times[-1] <= 5.0 + n / MOST_READ * gap_s


def test_whoever_sends_slowly_is_never_held_back() -> None:
    sent = [(0.2 * i, change(i)) for i in range(100)]
    for (due_s, _), (time_s, _) in zip(sent, passed(sent, run_s=0.05).got, strict=False):
        assert time_s == pytest.approx(due_s, abs=1e-6)


def test_a_press_is_never_lost_in_a_flood() -> None:
    sent = [(0.001 * i, change(i, press="undo" if i % 7 == 0 else "")) for i in range(700)]
    got = [message for _, message in passed(sent, run_s=0.05).got]
    presses = [
        message
        for _, message in sent
        if len(BackMsg.FromString(message["bytes"]).rerun_script.widget_states.widgets) > 1
    ]
    assert [message for message in got if message in presses] == presses


@pytest.mark.parametrize("field", ["fragment", "page"])
def test_a_change_elsewhere_never_takes_the_place_of_another(field: str) -> None:
    places = ["a", "b"]
    sent = [(0.0, change(i, **{field: places[i % 2]})) for i in range(40)]
    assert [message for _, message in passed(sent).got][:-1] == [message for _, message in sent]


def test_what_is_no_change_keeps_its_place_in_line() -> None:
    sent = [(0.0, change(i)) for i in range(20)] + [(0.0, other("stop_script"))] + [(0.0, change(99))]
    got = [message for _, message in passed(sent, run_s=0.3).got]
    assert [value_of(got[-4]), got[-3], value_of(got[-2])] == [19, other("stop_script"), 99]


@pytest.mark.parametrize("kind", pace.UNWANTED)
def test_what_is_about_the_machine_or_everybody_is_not_handed_on(kind: str) -> None:
    got = [message for _, message in passed([(0.0, other(kind)), (0.0, other("app_heartbeat"))]).got]
    assert got == [other("app_heartbeat"), GONE]


@pytest.mark.parametrize("content", [b"\xff\xff", b"x" * (pace.LONGEST + 1)])
def test_what_cannot_be_read_is_left_to_the_framework(content: bytes) -> None:
    message = {"type": "websocket.receive", "bytes": content}
    assert [each for _, each in passed([(0.0, message)]).got] == [message, GONE]


def test_text_and_the_opening_of_a_connection_are_passed_on() -> None:
    messages = [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "x"}]
    assert [each for _, each in passed([(0.0, each) for each in messages]).got] == [*messages, GONE]


def test_a_flood_stays_in_the_network_and_not_in_memory() -> None:
    visit = Visit([(0.0, change(i, press="b")) for i in range(1000)], run_s=10.0)
    most = 0

    async def watch() -> None:
        nonlocal most
        task = asyncio.ensure_future(visit.run())
        while not task.done():
            most = max(most, visit.n_read - len(visit.got))
            await asyncio.sleep(0.05)

    loop = Clock()
    loop.run_until_complete(asyncio.wait_for(watch(), 100_000))
    loop.close()
    assert most <= MOST_READ
    assert len(visit.got) == 1001


def test_others_are_answered_between_any_two_messages() -> None:
    visit = Visit([(0.0, change(i, press="b")) for i in range(AT_ONCE)])
    order: list[str] = []

    async def neighbour() -> None:
        for _ in range(3 * AT_ONCE):
            order.append("neighbour")
            await asyncio.sleep(0)

    async def both() -> None:
        first = asyncio.ensure_future(visit.run())
        await neighbour()
        await first

    receive = visit.app

    async def noting(scope: Any, take: Any, send: Any) -> None:
        async def taking() -> Any:
            message = await take()
            order.append("visitor")
            return message

        await receive(scope, taking, send)

    visit.app = noting  # type: ignore[method-assign]
    loop = Clock()
    loop.run_until_complete(both())
    loop.close()
    assert "visitor visitor" not in " ".join(order[: order.index("visitor") + AT_ONCE])


def test_a_run_that_begins_anew_is_not_over() -> None:
    anew = ForwardMsg(script_finished=ForwardMsg.FINISHED_EARLY_FOR_RERUN).SerializeToString()
    assert not pace._ends_run({"type": "websocket.send", "bytes": anew})
    assert pace._ends_run({"type": "websocket.send", "bytes": FINISHED})


def test_a_class_that_comes_back_twice_finds_enough_open_files() -> None:
    code = "import resource; from app.serving.open_files import allow_many; allow_many(); print(*resource.getrlimit(7))"
    assert resource.RLIMIT_NOFILE == 7
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, most)),
    )  # fmt: skip
    few, kept = map(int, done.stdout.split())
    assert few >= min(4096, most if most > 0 else 4096)
    assert kept == most
