"""The benchmark of writers, with a server that says one cited sentence again and invents another."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from eval.bench.__main__ import main

INVENTED = "There were 987,654 visitors."


class Half(BaseHTTPRequestHandler):
    """Says the first numbered text, and what none says."""

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        first = sent["messages"][-1]["content"].splitlines()[0].removeprefix("[1] ")
        said = {"choices": [{"message": {"content": f"{first}[1]\n{INVENTED}[1]"}}]}
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Half) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1#half"
        server.shutdown()


@pytest.mark.long
def test_what_stands_and_what_is_struck_is_told_sentence_by_sentence(tmp_path: Path, url: str) -> None:
    given = ["--embedder", "hash", "--generator", "extractive", "--questions", "2", "--server", url]
    assert main(["writer", *given, "--json", str(tmp_path / "out.json")]) == 0
    figures, said = (table["rows"] for table in json.loads((tmp_path / "out.json").read_text("utf-8"))["tables"])
    assert (figures[0]["answers"], figures[0]["struck"], figures[0]["failed"]) == (2, 2, 0)
    assert figures[0]["stand"] >= 2
    assert {one["verdict"] for one in said if one["what was written"].startswith(INVENTED)} == {"struck"}


def test_without_a_writer_the_address_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["writer"]) == 2
    assert "#MODEL" in capsys.readouterr().err
