"""The page of a real server for a key that is limited to a collection: nothing else is seen, told or changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

pytest.importorskip("gradio", reason="the web chat needs pip install 'yinju[ui]'")
pytest.importorskip("mcp", reason="the server needs pip install 'yinju[serve]'")

import httpx

from rag import Rag, Settings
from rag.models.embedders import HashEmbedder
from rag.serve.keys import Keys
from tests.serve.running import served

STAFF = "The staff lift was built in 1988. The staff lift carries 9 people.\n"
BOARD = "The board room was painted in 2019. The board room seats 14 people.\n"


class Page:
    """A browser that has signed in."""

    def __init__(self, client: httpx.Client, name: str, key: str) -> None:
        self._client = client
        assert client.post("/login", data={"username": name, "password": key}).status_code == 200
        session = client.get("/yinju/session").json()
        client.headers[session["header"]] = session["token"]
        config = client.get("/config").json()
        self._component = config["components"][0]["id"]
        self._asking = next(one["id"] for one in config["dependencies"] if one["targets"][0][1] == "ask")

    def call(self, name: str, /, **sent: Any) -> dict[str, Any]:
        """A call of the page."""
        body = {"data": {"call": name, **sent}, "fn_name": "serve", "component_id": self._component}
        answered = self._client.post("/gradio_api/component_server", json=body | {"session_hash": "one"})
        found: dict[str, Any] = answered.json()
        return found

    def listed(self) -> list[str]:
        """The paths of its list of documents."""
        found = self.call("documents", sort="title", **{"from": 0, "count": 9})["value"]
        assert found["total"] == len(found["rows"])
        return sorted(row[0] for row in found["rows"])

    def ask(self, question: str, **sent: Any) -> str:
        """All that the server streams for a question."""
        asked = {"id": "1", "question": question, "exchanges": [], **sent}
        body = {"data": [], "event_data": asked, "fn_index": self._asking, "session_hash": "one"}
        assert self._client.post("/gradio_api/queue/join", json=body).status_code == 200
        told = ""
        with self._client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "one"}) as events:
            for line in events.iter_lines():
                told += json.dumps(json.loads(line[5:]), ensure_ascii=False) if line.startswith("data:") else ""
                if "process_completed" in line:
                    return told
        raise AssertionError(told)

    def upload(self, name: str, text: str) -> dict[str, Any]:
        """A file, sent and indexed."""
        (path,) = self._client.post("/gradio_api/upload", files={"files": (name, text.encode())}).json()
        return self.call("add", path=path, name=name)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Keys]]:
    """The address of a server over two collections, and its keys."""
    folder = tmp_path_factory.mktemp("reach")
    for name, text in (("staff/lift.txt", STAFF), ("board/room.txt", BOARD)):
        (folder / "shelf" / name).parent.mkdir(parents=True)
        (folder / "shelf" / name).write_text(text, "utf-8")
    Rag(Settings(index=folder / "index"), embedder=HashEmbedder()).index([folder / "shelf"])
    keys = Keys(folder / "index")
    keys.add("admin", "admin")
    with served(folder / "index") as (url, _):
        yield url, keys


@contextmanager
def signed_in(server: tuple[str, Keys], name: str, role: str, *within: str) -> Iterator[Page]:
    """A visitor with a key of this role, limited to collections."""
    url, keys = server
    key = keys.add(name, role, within)
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        yield Page(client, name, key)


def test_a_limited_reader_sees_and_is_answered_from_its_collection_only(server: tuple[str, Keys]) -> None:
    with signed_in(server, "ada", "reader", "staff") as page:
        assert page.listed() == ["staff/lift.txt"]
        assert "1988" in page.ask("When was the staff lift built?")
        assert page.call("state")["value"]["documents"] == 1
        told = page.ask("When was the board room painted?")
        told += json.dumps(page.call("search", question="When was the board room painted?"))
        told += page.ask("How many people?", scope=["board/room.txt"])
        for document in ("board/room.txt", "room.txt"):
            span = {"document": document, "start": 0, "end": 9, "words": "board", "at": 0, "back": False, "page": 1}
            span["asked"] = "How many seats?"
            told += json.dumps([page.call(name, **span) for name in ("source", "find", "more", "sheet", "following")])
            assert "problem" in page.call("original", **span)
        assert "lift" in told
        assert not [secret for secret in ("painted in", "seats") if secret in told]
        assert page.call("delete", paths=["staff/lift.txt"])["problem"]["key"] == "error.forbidden"


def test_a_limited_editor_adds_to_and_deletes_from_its_collection_only(server: tuple[str, Keys]) -> None:
    with signed_in(server, "eve", "editor", "garden") as page:
        assert page.listed() == []
        assert page.call("search", question="the staff lift")["problem"]["key"] == "error.index_missing"
        added = page.upload("roses.txt", "The roses bloom in June.")["value"]["path"]
        assert page.listed() == [added]
        assert "June" in page.ask("When do the roses bloom?")
        assert "problem" in page.call("fetch", address="https://example.org/")
        page.call("delete", paths=["board/room.txt"])
        page.call("replace", path=added, other="board/room.txt")
        page.call("delete", paths=[added])
        assert page.listed() == []
    with signed_in(server, "bob", "admin") as page:
        assert page.listed() == ["board/room.txt", "staff/lift.txt"]


def test_a_key_that_is_removed_sees_nothing_more(server: tuple[str, Keys]) -> None:
    with signed_in(server, "kim", "reader", "staff") as page:
        server[1].remove("kim")
        assert page.call("documents")["code"] == "unauthenticated"
