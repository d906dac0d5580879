"""What goes over the wire, seen without a browser: who is answered, under which rules, and what is never said."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from app.components.assets import static_version
from app.serving.paths import HOME
from app.serving.rules import RULES
from tests.browser.serving import Server

LONG = "n" * 5000


def asked(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=30)
    connection.request(method, f"/{path}", headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


ADDRESSES = [
    "", "lessons", "lessons/", f"js/{static_version()}/stage.js", "js/x/y.js", "plotly.js", "around-the-pump",
    "_stcore/health", "_stcore/host-config", f"app/static/{LONG}", "static/js/gone.js", "media/x", "component/x/y",
    "%00", "..%2f..%2fetc",
]  # fmt: skip


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_answer_carries_the_rules_and_no_path_of_the_installation(server: Server, path: str) -> None:
    _, headers, body = asked(server, path)
    for name, rule in RULES.items():
        assert headers[name.lower()] == rule
    assert HOME not in body
    assert b"Traceback" not in body


@pytest.mark.parametrize(
    "path", ["", "lessons", "plotly.js", f"js/{static_version()}/stage.js", "_stcore/health", "static/js/x"]
)
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8501", "[::1]", "", "a@localhost"]
)
def test_a_foreign_name_is_answered_by_one_sentence(server: Server, path: str, host: str) -> None:
    status, headers, body = asked(server, path, Host=host)
    assert (status, headers["content-type"]) == (403, "text/plain; charset=utf-8")
    assert b"server.allowedHosts" in body


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1", "localhost."])
def test_an_allowed_name_is_answered(server: Server, host: str) -> None:
    assert asked(server, "_stcore/health", Host=host)[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        f"app/static/{LONG}", f"static/{LONG}", LONG, f"js/{LONG}", "app/static/" + "a/" * 2000 + "b",
        f"lessons/{LONG}", "app/static/gone.png", "static/js/gone.js", "js/gone", "component/x/y", "media/gone",
        "_stcore/gone",
    ],
)  # fmt: skip
def test_a_file_that_is_not_there_is_a_404_and_never_the_page(server: Server, path: str) -> None:
    status, headers, _ = asked(server, path)
    assert (status, headers["content-type"].partition(";")[0]) == (404, "text/plain")


@pytest.mark.parametrize("path", ["", "lessons", "no-such-page", "static", "model?part=around"])
def test_an_address_of_a_page_is_answered_by_the_page(server: Server, path: str) -> None:
    status, headers, _ = asked(server, path)
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/html")


def test_a_redirect_stays_below_whatever_prefix_a_proxy_strips(server: Server) -> None:
    assert asked(server, "lessons/?s=2.a")[1]["location"] == "../lessons?s=2.a"


# ------------------------------------------------------------------ websockets


@pytest.fixture
def socket(server: Server) -> Iterator[ClientConnection]:
    address = server.address.replace("http", "ws") + "_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as connection:  # type: ignore[list-item]
        yield connection


def act(**fields: Any) -> bytes:
    return BackMsg(**fields).SerializeToString()


def until_finished(socket: ClientConnection) -> list[bytes]:
    """All that comes until a run is over."""
    messages = []
    while True:
        message = socket.recv(timeout=60)
        assert isinstance(message, bytes)
        messages.append(message)
        if ForwardMsg.FromString(message).HasField("script_finished"):
            return messages


def test_a_visitor_is_never_told_where_the_server_is_installed_or_kept(socket: ClientConnection) -> None:
    socket.send(act(load_git_info=True))
    socket.send(act(rerun_script={"query_string": "s=nonsense"}))
    messages = until_finished(socket)
    assert len(messages) > 20
    assert not [message for message in messages if HOME in message or b"git_info" in message]
    assert not [message for message in messages if ForwardMsg.FromString(message).HasField("git_info_changed")]


def test_after_a_flood_of_one_visitor_another_is_answered(server: Server, socket: ClientConnection) -> None:
    address = server.address.replace("http", "ws") + "_stcore/stream"
    change = act(rerun_script={})
    with connect(address, subprotocols=["streamlit"], max_size=None) as flood:  # type: ignore[list-item]
        for _ in range(400):
            flood.send(change)
        for _ in range(3):
            socket.send(change)
            until_finished(socket)
            assert asked(server, "_stcore/health")[0] == 200
