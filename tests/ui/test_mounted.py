"""The page on the app of ``python -m rag serve``: one server, the same keys and roles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("gradio", reason="the web chat needs pip install 'yinju[ui]'")
pytest.importorskip("mcp", reason="the server needs pip install 'yinju[serve]'")

import anyio
from starlette.testclient import TestClient

from rag import Answer, Rag, Reach, Settings, Uploads, Warming
from rag.models.embedders import HashEmbedder
from rag.serve.keys import Keys
from rag.serve.running import Address, app_over
from ui.queue import Queue
from ui.serving import mount
from ui.stream import Desk, stages

HERE = "http://127.0.0.1:8000"
TEXT = "The harbour tunnel opened in 1972. It is 1.8 kilometres long.\n"


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Rag:
    """An index of one document."""
    folder = tmp_path_factory.mktemp("mounted")
    (folder / "harbour.txt").write_text(TEXT, "utf-8")
    made = Rag(Settings(index=folder / "index", generator="extractive", risk=1.0), embedder=HashEmbedder())
    made.index([folder / "harbour.txt"])
    return made


@pytest.fixture(scope="module")
def keys(rag: Rag) -> dict[str, str]:
    """A key for each role."""
    kept = Keys(rag.settings.index)
    return {role: kept.add(role, role) for role in ("reader", "editor", "admin")}


@contextmanager
def browser(app: Any) -> Iterator[TestClient]:
    """A browser of its own, at the app of the server."""
    made = TestClient(app, base_url=HERE)
    yield made


@pytest.fixture(scope="module")
def guarded(rag: Rag, keys: dict[str, str]) -> Iterator[Any]:
    """The app with keys, running."""
    assert keys
    app = app_over(rag, Address(), mount)
    with TestClient(app, base_url=HERE):
        yield app


def call(visitor: TestClient, name: str, **sent: Any) -> Any:
    """A call of the page, with the token of its session."""
    session = visitor.get("/yinju/session").json()
    config = visitor.get("/config").json()
    component = config["components"][0]["id"] if "components" in config else 1
    body = {"data": {"call": name, **sent}, "fn_name": "serve", "component_id": component, "session_hash": "x"}
    return visitor.post("/gradio_api/component_server", json=body, headers={session["header"]: session["token"]})


def sign_in(visitor: TestClient, name: str, key: str) -> int:
    return int(visitor.post("/login", data={"username": name, "password": key}).status_code)


def test_a_visitor_signs_in_with_a_key_and_its_name(guarded: Any, keys: dict[str, str]) -> None:
    with browser(guarded) as visitor:
        assert visitor.get("/config").status_code == 401
        assert call(visitor, "documents").status_code == 401
        for name, key in (("reader", "wrong"), ("editor", keys["reader"])):
            assert sign_in(visitor, name, key) == 400
        assert sign_in(visitor, "reader", keys["reader"]) == 200
        assert "harbour" in call(visitor, "documents", sort="date", **{"from": 0, "count": 9}).text


def test_a_reader_writes_nothing_through_the_page_and_an_editor_is_written_down(
    guarded: Any, keys: dict[str, str], rag: Rag
) -> None:
    path = "harbour.txt"
    with browser(guarded) as visitor:
        sign_in(visitor, "reader", keys["reader"])
        refused = call(visitor, "delete", path=path, paths=[path]).json()
        assert refused["problem"]["key"] == "error.forbidden"
        assert call(visitor, "state").json()["value"]["role"] == "reader"
        assert [info.path for info in rag.documents()] == [path]
    with browser(guarded) as visitor:
        sign_in(visitor, "editor", keys["editor"])
        assert call(visitor, "state").json()["value"]["role"] == "editor"
        assert "problem" not in call(visitor, "delete", path=path, paths=[path]).json()
        assert rag.documents() == []
    lines = (rag.settings.index / "audit.jsonl").read_text("utf-8").splitlines()
    assert [(line["key"], line["action"]) for line in map(json.loads, lines)] == [("editor", "delete")]


def test_programs_ask_the_same_server_and_a_session_of_the_page_is_no_key(guarded: Any, keys: dict[str, str]) -> None:
    with browser(guarded) as visitor:
        sign_in(visitor, "admin", keys["admin"])
        assert visitor.get("/v1/status").status_code == 401
        assert visitor.get("/v1/status", headers={"authorization": f"Bearer {keys['reader']}"}).status_code == 200
        assert visitor.get("/readyz").json()["ready"] in (True, False)


def test_questions_of_the_page_are_counted(tmp_path: Path) -> None:
    (tmp_path / "harbour.txt").write_text(TEXT, "utf-8")
    rag = Rag(Settings(index=tmp_path / "index", generator="extractive"), embedder=HashEmbedder())
    rag.index([tmp_path / "harbour.txt"])
    counted: list[Answer] = []
    reach = Reach(rag, Uploads(rag))
    desk = Desk(Queue(1), Warming(rag), counted.append)
    desk.warming.start()

    async def asked() -> list[str]:
        return [stage["stage"] async for stage in stages(desk, lambda: reach, {"question": "hello", "exchanges": []})]

    with ThreadPoolExecutor(1) as aside:  # a browser of other tests may have a loop in this thread
        assert aside.submit(anyio.run, asked).result()[-1] == "done"
    assert [answer.refused for answer in counted] == [True]


def test_who_waits_in_line_reads_the_passages_meanwhile(tmp_path: Path) -> None:
    (tmp_path / "harbour.txt").write_text(TEXT, "utf-8")
    rag = Rag(Settings(index=tmp_path / "index", generator="extractive"), embedder=HashEmbedder())
    rag.index([tmp_path / "harbour.txt"])
    reach = Reach(rag, Uploads(rag))
    desk = Desk(Queue(1), Warming(rag))
    desk.warming.start()

    async def asked() -> list[tuple[str, bool]]:
        seen = []
        with ExitStack() as served:
            served.enter_context(desk.queue.joined())
            async for stage in stages(desk, lambda: reach, {"question": "Who keeps the harbour?", "exchanges": []}):
                seen.append((stage["stage"], "yj-passages" in stage["html"]))
                served.close()
        return seen

    with ThreadPoolExecutor(1) as aside:  # a browser of other tests may have a loop in this thread
        assert aside.submit(anyio.run, asked).result()[:2] == [("waiting", True), ("reading", True)]


def test_a_key_that_is_removed_ends_the_visit(guarded: Any, keys: dict[str, str], rag: Rag) -> None:
    with browser(guarded) as visitor:
        sign_in(visitor, "admin", keys["admin"])
        assert visitor.get("/config").status_code == 200
        Keys(rag.settings.index).remove("admin")
        assert visitor.get("/config").status_code == 401


def test_without_keys_the_page_and_its_writes_are_open_on_this_machine_only(tmp_path: Path) -> None:
    (tmp_path / "harbour.txt").write_text(TEXT, "utf-8")
    rag = Rag(Settings(index=tmp_path / "index"), embedder=HashEmbedder())
    rag.index([tmp_path / "harbour.txt"])
    with TestClient(app_over(rag, Address(), mount), base_url=HERE) as visitor:
        assert visitor.get("/").status_code == 200
        assert visitor.get("/", headers={"host": "evil.example"}).status_code == 400
        foreign = {"origin": "http://evil.example"}
        assert visitor.post("/gradio_api/component_server", json={}, headers=foreign).status_code == 403
        assert "problem" not in call(visitor, "delete", path="harbour.txt", paths=["harbour.txt"]).json()
        Keys(rag.settings.index).add("ada", "reader")
        assert visitor.get("/config").status_code == 401, "the page asks for keys after a restart"
