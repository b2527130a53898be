"""What Prometheus is told."""

from __future__ import annotations

from starlette.testclient import TestClient

from tests.serve.test_rest import QUESTION


def said(client: TestClient) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_questions_refusals_seconds_and_the_index_are_counted(client: TestClient) -> None:
    before = said(client)
    assert (before["yinju_questions_total"], before["yinju_documents"]) == (0, 2), "loading the models is no question"
    client.post("/v1/ask", json={"question": QUESTION})
    client.post("/v1/ask", json={"question": "hello"})
    client.delete("/v1/documents/staff/lifts.md")
    after = said(client)
    assert (after["yinju_questions_total"], after["yinju_refusals_total"]) == (2, 1)
    assert after["yinju_answer_seconds_count"] == 2
    assert after["yinju_documents"] == 1
    assert 0 < after["yinju_chunks"] < before["yinju_chunks"]
