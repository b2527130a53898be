"""Who may do what: keys and roles on every route, this machine only without keys, other web pages never."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from rag import Rag, RagError, Uploads
from rag.errors import Forbidden, RateLimited
from rag.serve.access import Limits, check_address, may_write
from rag.serve.keys import ROLES, Keys
from rag.serve.running import Address, app_over
from tests.serve.conftest import HERE

ASK = {"question": "How long is the harbour tunnel?"}

ROUTES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/ask"): {"json": ASK},
    ("POST", "/v1/search"): {"json": ASK},
    ("GET", "/v1/documents"): {},
    ("GET", "/v1/documents/harbour.txt"): {},
    ("GET", "/v1/status"): {},
    ("GET", "/v1/openapi.json"): {},
    ("POST", "/v1/chat/completions"): {"json": {"messages": [{"role": "user", "content": ASK["question"]}]}},
    ("GET", "/v1/models"): {},
    ("GET", "/metrics"): {},
    ("GET", "/v1/models/yinju"): {},
    ("POST", "/mcp"): {
        "json": {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}},
        "headers": {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"},
    },
    ("POST", "/v1/documents"): {"files": {"file": ("new.txt", b"The bridge opened in 1931.")}},
    ("DELETE", "/v1/documents/harbour.txt"): {},
}
"""Every route that needs a key, with what it is sent."""

ADMINS_ONLY = "/metrics"

WRITES = {("POST", "/v1/documents"), ("DELETE", "/v1/documents/harbour.txt")}


@pytest.fixture
def keys(rag: Rag) -> dict[str, str]:
    """A key for each role."""
    kept = Keys(rag.settings.index)
    return {role: kept.add(role, role) for role in ROLES}


@pytest.fixture
def guarded(rag: Rag, keys: dict[str, str]) -> Iterator[TestClient]:
    """A server with keys."""
    assert keys
    with TestClient(app_over(rag, Address(host="0.0.0.0", per_minute=1000)), base_url="http://desk.example") as made:
        yield made


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def send(client: TestClient, method: str, path: str, headers: dict[str, str]) -> Any:
    """A request of ``ROUTES``, with more headers."""
    sent = ROUTES[method, path]
    return client.request(method, path, **{**sent, "headers": {**sent.get("headers", {}), **headers}})


def test_the_matrix_has_every_route(guarded: TestClient) -> None:
    served = {(method.upper(), path) for path, one in guarded.app.openapi()["paths"].items() for method in one}  # type: ignore[attr-defined]
    tried = {
        (method, path.replace("/harbour.txt", "/{path}").replace("/models/yinju", "/models/{name}"))
        for method, path in ROUTES
    }
    assert served - tried == set()


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("role", [*ROLES, "nobody", "somebody"])
def test_a_role_gets_what_it_may_and_nothing_else(
    guarded: TestClient, keys: dict[str, str], role: str, method: str, path: str
) -> None:
    headers = {"nobody": {}}.get(role, bearer(keys.get(role, "yk_guessed")))
    answered = send(guarded, method, path, headers)
    if role not in ROLES:
        assert (answered.status_code, answered.json()["code"]) == (401, "unauthenticated")
        assert answered.headers["www-authenticate"] == "Bearer"
    elif (path == ADMINS_ONLY and role != "admin") or (role == "reader" and (method, path) in WRITES):
        assert (answered.status_code, answered.json()["code"]) == (403, "forbidden")
    else:
        assert answered.status_code < 300, answered.text


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_another_web_page_changes_and_reads_nothing_without_a_key(client: TestClient, headers: dict[str, str]) -> None:
    for method, path in ROUTES:
        refused = send(client, method, path, headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "origin"), path
    assert len(client.get("/v1/documents").json()["documents"]) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "192.168.1.2:8000"},
        {"x-forwarded-for": "192.168.1.7"},
        {"forwarded": "for=192.168.1.7"},
    ],
)
def test_without_keys_only_this_machine_is_answered(client: TestClient, headers: dict[str, str]) -> None:
    for method, path in ROUTES:
        assert send(client, method, path, headers).status_code == 401, path


def test_without_keys_the_server_is_not_reached_from_elsewhere(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "index")
    for host in ("127.0.0.1", "::1", "localhost"):
        check_address(host, keys)
    for host in ("0.0.0.0", "::", "192.168.1.2", "desk.example"):
        with pytest.raises(RagError, match="only on this machine") as caught:
            check_address(host, keys)
        assert "keys add" in caught.value.hint
    keys.add("ada", "reader")
    check_address("0.0.0.0", keys)


def test_a_key_that_is_removed_is_useless_at_once_and_the_last_one_opens_nothing(
    guarded: TestClient, keys: dict[str, str], rag: Rag
) -> None:
    kept = Keys(rag.settings.index)
    for role in ROLES:
        assert guarded.get("/v1/status", headers=bearer(keys[role])).status_code == 200
        kept.remove(role)
        assert guarded.get("/v1/status", headers=bearer(keys[role])).status_code == 401


def test_keys_are_kept_hashed_and_readable_by_the_owner_only(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    ada, eve = keys.add("ada", "reader"), keys.add("eve", "editor", ["staff"])
    kept = (tmp_path / "keys.json").read_text("utf-8")
    assert ada not in kept
    assert eve not in kept
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
    held = keys.holder(eve)
    assert held is not None
    assert (held.name, held.role, held.within) == ("eve", "editor", ("staff",))
    assert keys.holder(ada + "x") is None
    assert keys.holder("") is None


def test_bad_names_taken_names_and_broken_files_are_errors_with_the_next_step(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.add("ada", "reader")
    for name in ("", "a b", "ada", "x" * 65):
        with pytest.raises(RagError):
            keys.add(name, "reader")
    with pytest.raises(RagError, match="no key"):
        keys.remove("bob")
    for broken in ("{", "[]", '{"a": {"role": "king", "sha256": "", "within": [], "since": ""}}'):
        (tmp_path / "keys.json").write_text(broken, "utf-8")
        with pytest.raises(RagError, match=r"keys\.json"):
            keys.all()


def test_a_bucket_is_emptied_and_refilled_evenly() -> None:
    now = [0.0]
    limits = Limits(60, clock=lambda: now[0])
    for _ in range(60):
        limits.take("ada")
    with pytest.raises(RateLimited) as caught:
        limits.take("ada")
    assert caught.value.seconds == pytest.approx(1.0)
    limits.take("bob")
    now[0] = 1.0
    limits.take("ada")
    with pytest.raises(RateLimited):
        limits.take("ada")


def test_who_asks_too_often_is_told_when_to_ask_again(rag: Rag) -> None:
    ada = bearer(Keys(rag.settings.index).add("ada", "reader"))
    client = TestClient(app_over(rag, Address(per_minute=1)), base_url=HERE)
    assert client.get("/v1/documents", headers=ada).status_code == 200
    refused = client.get("/v1/documents", headers=ada)
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 0 < int(refused.headers["retry-after"]) <= 60


def test_writes_are_written_down_with_who_made_them(guarded: TestClient, keys: dict[str, str], rag: Rag) -> None:
    for method, path in sorted(WRITES):
        for role in ("reader", "editor"):
            send(guarded, method, path, bearer(keys[role]))
    lines = [json.loads(line) for line in (rag.settings.index / "audit.jsonl").read_text("utf-8").splitlines()]
    assert [(line["key"], line["action"], line["document"]) for line in lines] == [
        ("editor", "delete", "harbour.txt"),
        ("editor", "add", "new.txt"),
    ]


@pytest.mark.parametrize("public", ["/desk/yinju", "https://desk.example/desk/yinju"])
@pytest.mark.parametrize("prefix", ["/desk/yinju", ""])
def test_below_a_path_of_a_proxy_the_same_is_protected(rag: Rag, public: str, prefix: str) -> None:
    ada = bearer(Keys(rag.settings.index).add("ada", "reader"))
    with TestClient(app_over(rag, Address(root_path=public)), base_url="https://desk.example") as client:
        for path in ("/v1/status", "/v1/documents/harbour.txt", "/v1/openapi.json"):
            assert client.get(prefix + path).status_code == 401
            assert client.get(prefix + path, headers=ada).status_code == 200
        assert client.get(f"{prefix}/metrics", headers=ada).status_code == 403
        assert client.get(f"{prefix}/healthz").status_code == 200


def test_nobody_writes_outside_of_a_request(rag: Rag) -> None:
    with pytest.raises(Forbidden):
        Uploads(rag, may_write).delete("harbour.txt")


@pytest.fixture
def limited(rag: Rag) -> Iterator[TestClient]:
    """An editor whose key is limited to the folder ``staff``."""
    key = Keys(rag.settings.index).add("eve", "editor", ["staff"])
    with TestClient(app_over(rag, Address()), base_url=HERE, headers=bearer(key)) as made:
        yield made


def test_a_limited_key_sees_its_collection_only(limited: TestClient) -> None:
    def said(method: str, path: str, **sent: Any) -> str:
        return str(limited.request(method, path, **sent).text)

    assert [one["path"] for one in limited.get("/v1/documents").json()["documents"]] == ["staff/lifts.md"]
    assert limited.get("/v1/documents/harbour.txt").status_code == 404
    assert limited.get("/v1/status").json()["documents"] == 1
    answer = limited.post("/v1/ask", json=ASK).json()
    assert answer["receipt"]["index"]["chunks"] == limited.get("/v1/status").json()["chunks"] == 1
    assert {one["document"] for one in [*answer["citations"], *answer["passages"]]} <= {"staff/lifts.md"}
    for body in (ASK, ASK | {"scope": {"in": ["harbour.txt"]}}):
        assert "1972" not in said("POST", "/v1/ask", json=body) + said("POST", "/v1/search", json=body)
    chat = {"messages": [{"role": "user", "content": ASK["question"]}]}
    assert "1972" not in said("POST", "/v1/chat/completions", json=chat)
    for name, arguments in (("search", ASK), ("list_documents", {}), ("read_document", {"path": "harbour.txt"})):
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        told = said("POST", "/mcp", json=call, headers=ROUTES["POST", "/mcp"]["headers"])
        assert "harbour" not in told.replace("harbour.txt: no such document", "")
    call = {"jsonrpc": "2.0", "id": 1, "method": "resources/list", "params": {}}
    listed = said("POST", "/mcp", json=call, headers=ROUTES["POST", "/mcp"]["headers"])
    assert "lifts" in listed
    assert "harbour" not in listed


def test_a_limited_key_adds_to_and_deletes_from_its_collection_only(limited: TestClient) -> None:
    assert limited.delete("/v1/documents/harbour.txt").status_code == 404
    sent = {"file": ("new.txt", b"The bridge opened in 1931.")}
    assert limited.post("/v1/documents", files=sent, data={"collection": "board"}).status_code == 403
    added = limited.post("/v1/documents", files=sent)
    assert added.status_code == 201
    paths = [one["path"] for one in limited.get("/v1/documents").json()["documents"]]
    assert paths == sorted([added.json()["path"], "staff/lifts.md"])
    assert limited.delete(f"/v1/documents/{added.json()['path']}").status_code == 204


def test_a_key_whose_collection_is_empty_is_told_of_no_other(rag: Rag) -> None:
    key = Keys(rag.settings.index).add("eve", "reader", ["board"])
    with TestClient(app_over(rag, Address()), base_url=HERE, headers=bearer(key)) as client:
        assert client.get("/v1/documents").json() == {"documents": []}
        refused = client.post("/v1/ask", json=ASK)
        assert refused.json()["code"] == "index_missing"
        assert "staff" not in refused.text


def test_a_key_of_two_collections_sees_the_one_that_is_there(rag: Rag) -> None:
    key = Keys(rag.settings.index).add("eve", "reader", ["board", "staff"])
    with TestClient(app_over(rag, Address()), base_url=HERE, headers=bearer(key)) as client:
        assert [one["path"] for one in client.get("/v1/documents").json()["documents"]] == ["staff/lifts.md"]


def test_a_collection_s_name_is_a_plain_one(client: TestClient) -> None:
    sent = {"file": ("new.txt", b"The bridge opened in 1931.")}
    for name in ("../up", "a/b", ".hidden", "x" * 65):
        refused = client.post("/v1/documents", files=sent, data={"collection": name})
        assert (refused.status_code, refused.json()["code"]) == (422, "name_not_kept")
    assert client.post("/v1/documents", files=sent, data={"collection": "财务 2024"}).status_code == 201
    found = client.get("/v1/documents", params={"in": "财务 2024"}).json()["documents"]
    assert [one["path"] for one in found] == ["new.txt"]
