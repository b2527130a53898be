"""REST: the same JSON as on the command line, streams, documents, and errors as problems."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from rag import Rag
from rag.as_json import answer_json, found_json
from rag.serve import schema

QUESTION = "How long is the harbour tunnel?"

OPENAPI = Path(__file__).parents[2] / "docs" / "openapi.json"


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "timings_ms"}


def events(body: str) -> list[tuple[str, Any]]:
    """The names and data of server-sent events."""
    found = [dict(line.split(": ", 1) for line in one.splitlines()) for one in body.strip().split("\n\n")]
    return [(one["event"], json.loads(one["data"])) for one in found]


def test_an_answer_is_the_object_that_the_command_line_prints(client: TestClient, rag: Rag) -> None:
    answered = client.post("/v1/ask", json={"question": QUESTION})
    assert answered.status_code == 200
    said = answered.json()
    assert timeless(said) == timeless(json.loads(json.dumps(answer_json(rag.ask(QUESTION)))))
    (citation,) = said["citations"]
    text = client.get(f"/v1/documents/{citation['document']}").json()["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_answers_passages_and_documents_are_as_the_schema_says(client: TestClient) -> None:
    schema.AnswerObject.model_validate(client.post("/v1/ask", json={"question": QUESTION}).json())
    schema.FoundObject.model_validate(client.post("/v1/search", json={"question": QUESTION}).json()[0])
    schema.DocumentList.model_validate(client.get("/v1/documents").json())
    schema.DocumentObject.model_validate(client.get("/v1/documents/harbour.txt").json())
    schema.StatusObject.model_validate(client.get("/v1/status").json())


@pytest.mark.parametrize(("body", "headers"), [({"stream": True}, {}), ({}, {"accept": "text/event-stream"})])
def test_a_stream_brings_the_passages_and_then_the_answer(
    client: TestClient, body: dict[str, Any], headers: dict[str, str]
) -> None:
    streamed = client.post("/v1/ask", json={"question": QUESTION, **body}, headers=headers)
    assert streamed.headers["content-type"].startswith("text/event-stream")
    (first, passages), (second, answer) = events(streamed.text)
    assert (first, second) == ("passages", "answer")
    assert passages["passages"] == answer["passages"]
    assert timeless(answer) == timeless(client.post("/v1/ask", json={"question": QUESTION}).json())


def test_earlier_questions_explain_a_follow_up(client: TestClient) -> None:
    asked = {"question": "When did it open?", "dialogue": ["How long is the Harbour Tunnel?"]}
    assert "Harbour Tunnel" in client.post("/v1/ask", json=asked).json()["question"]


def test_search_gives_as_many_passages_as_are_asked_for(client: TestClient, rag: Rag) -> None:
    found = client.post("/v1/search", json={"question": QUESTION, "passages": 1}).json()
    assert found == [found_json(passage) for passage in rag.search(QUESTION, 1)]


def test_a_scope_narrows_questions_passages_and_documents(client: TestClient) -> None:
    staff = {"in": ["staff"]}
    answer = client.post("/v1/ask", json={"question": QUESTION, "scope": staff}).json()
    assert answer["searched"]["documents"] == 1
    found = client.post("/v1/search", json={"question": QUESTION, "scope": staff}).json()
    assert {one["document"] for one in found} == {"staff/lifts.md"}
    rows = client.get("/v1/documents", params={"in": "staff", "type": "md"}).json()["documents"]
    assert [row["path"] for row in rows] == ["staff/lifts.md"]


def test_a_document_is_read_in_part_with_offsets_into_the_whole(client: TestClient) -> None:
    whole = client.get("/v1/documents/staff/lifts.md").json()
    assert whole["characters"] == len(whole["text"])
    (table,) = (block for block in whole["outline"]["blocks"] if block["kind"] == "table")
    part = client.get("/v1/documents/staff/lifts.md", params={"start": table["start"], "end": table["end"]}).json()
    assert part["text"] == whole["text"][table["start"] : table["end"]]
    assert [block["kind"] for block in part["outline"]["blocks"]] == ["table", "header", "row", "row"]


def test_an_upload_is_listed_answered_from_and_deleted(client: TestClient) -> None:
    sent = {"file": ("bridge.txt", b"The bridge opened in 1931. It is painted green.")}
    added = client.post("/v1/documents", files=sent)
    assert (added.status_code, added.json()["path"]) == (201, "bridge.txt")
    rows = client.get("/v1/documents").json()["documents"]
    assert [row["path"] for row in rows] == ["bridge.txt", "harbour.txt", "staff/lifts.md"]
    assert all("file" not in row for row in rows), "where files are on the server is nobody's business"
    assert "1931" in client.post("/v1/ask", json={"question": "When did the bridge open?"}).json()["answer"]
    assert client.delete("/v1/documents/bridge.txt").status_code == 204
    assert client.get("/v1/documents/bridge.txt").status_code == 404


def test_the_status_counts_what_is_indexed(client: TestClient) -> None:
    said = client.get("/v1/status").json()
    assert (said["documents"], said["writing"]) == (2, False)


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (("POST", "/v1/ask", {"json": {"question": " "}}), 422, "question_empty"),
        (("POST", "/v1/ask", {"json": {"question": "？！"}}), 422, "question_without_words"),
        (("POST", "/v1/ask", {"json": {"question": " ", "stream": True}}), 422, "question_empty"),
        (("POST", "/v1/ask", {"json": {"question": "x", "scope": {"in": ["none"]}}}), 422, "scope_unknown"),
        (("POST", "/v1/ask", {"json": {"question": "x", "scope": {"since": "May"}}}), 422, "scope_date"),
        (("POST", "/v1/ask", {"json": {"question": "x", "scope": {"colour": "red"}}}), 422, "request_invalid"),
        (("POST", "/v1/ask", {"json": {"text": "x"}}), 422, "request_invalid"),
        (("POST", "/v1/ask", {"content": b"{"}), 422, "request_invalid"),
        (("POST", "/v1/search", {"json": {"question": "x", "passages": 0}}), 422, "request_invalid"),
        (("GET", "/v1/documents/none.txt", {}), 404, "document_missing"),
        (("DELETE", "/v1/documents/none.txt", {}), 404, "document_missing"),
        (("POST", "/v1/documents", {"files": {"file": ("a.exe", b"MZ")}}), 415, "unsupported_type"),
        (("POST", "/v1/documents", {"files": {"file": ("a.txt", b" \n")}}), 422, "nothing_to_read"),
        (("POST", "/v1/documents", {"files": {"file": ("a.txt", b"a " * (11 << 20))}}), 413, "too_large"),
        (("GET", "/v1/nothing", {}), 404, "not_found"),
        (("GET", "/v1/ask", {}), 405, "method_not_allowed"),
    ],
)
def test_an_error_is_a_problem_with_the_code_of_the_house(
    client: TestClient, request_: tuple[str, str, dict[str, Any]], status: int, code: str
) -> None:
    method, path, sent = request_
    refused = client.request(method, path, **sent)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"urn:yinju:error:{code}")
    assert problem["title"]
    assert problem["detail"]


def test_what_nobody_foresaw_tells_nothing(client: TestClient, rag: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(rag, "document", broken)
    failed = client.get("/v1/documents/harbour.txt")
    assert (failed.status_code, failed.json()["code"]) == (500, "unexpected")
    assert "secret" not in failed.text


def test_the_server_is_alive_at_once_and_ready_when_the_models_are_loaded(client: TestClient, rag: Rag) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    client.post("/v1/ask", json={"question": QUESTION})  # waits for them
    assert client.get("/readyz").json() == {"ready": True, "detail": ""}
    rag.close()
    shutil.rmtree(rag.settings.index)
    gone = client.get("/readyz")
    assert (gone.status_code, gone.json()["ready"]) == (503, False)
    assert "index" in gone.json()["detail"]


def test_the_schema_is_the_frozen_one(client: TestClient) -> None:
    """After a change that is meant: ``python -m rag.serve.schema > docs/openapi.json``."""
    assert client.get("/v1/openapi.json").json() == json.loads(OPENAPI.read_text("utf-8"))
