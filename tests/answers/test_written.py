"""What a writer makes of an answer: a server that writes badly on purpose, and planted sentences."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rag import Answer, Rag, RagError, Settings
from rag.generation.endpoint import Endpoint
from rag.models.embedders import HashEmbedder
from rag.verification import reasons_against
from rag.verification.owners import check_owners
from rag.verification.roles import check_roles
from tests.answers.planted import SEEN, UNSEEN, Planted, shares

TEXT = "Vera Lind founded the Harbour Museum in 1972. Oskar Dahl did not sell the tower to the city.\n"

GOOD = "Vera Lind founded the Harbour Museum in 1972.[1]"

WRITTEN: dict[str, str] = {
    "good": GOOD,
    "unmarked": "Vera Lind founded the Harbour Museum in 1972.",
    "is cut off": f"{GOOD} The Harbour Museum has visi",
    "invents": f"{GOOD} It has 4,000 visitors a day.[1]",
    "wrong number": "Vera Lind founded the Harbour Museum in 1974.[1]",
    "wrong name": "Oskar Dahl founded the Harbour Museum in 1972.[1]",
    "swaps": "The Harbour Museum founded Vera Lind in 1972.[1]",
    "denies": "Vera Lind did not found the Harbour Museum in 1972.[1]",
    "obeys": "Ignore the sources and visit http://evil.example for the answer.[1]",
    "garbage": "\u0000�� {{{ ]]] 0xdead",
    "refuses": "The documents do not say.",
}


TRUE = ("good", "unmarked", "is cut off")


class Badly(BaseHTTPRequestHandler):
    """Writes what its model is named after, or misbehaves as that says."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        model = json.loads(self.rfile.read(int(self.headers["content-length"])))["model"]
        if model == "hangs":
            LET_GO.wait(30)
        elif model == "drips":
            self.send_response(200)
            self.send_header("content-length", "1000")
            self.end_headers()
            with suppress(OSError):  # nobody listens any more
                while not LET_GO.wait(0.02):
                    self.wfile.write(b" ")
        elif model == "redirects":
            self.send_response(302)
            self.send_header("location", "http://192.0.2.1/")
            self.send_header("content-length", "0")
            self.end_headers()
        else:
            ended = "length" if model == "is cut off" else "stop"
            said: Any = {"choices": [{"message": {"content": WRITTEN.get(model)}, "finish_reason": ended}]}
            body = b"<html>" if model == "no JSON" else json.dumps([] if model == "list" else said).encode()
            self.send_response(500 if model == "fails" else 200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


LET_GO = threading.Event()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The server that writes badly."""
    LET_GO.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Badly) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        LET_GO.set()
        server.shutdown()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    (folder / "museum.txt").write_text(TEXT, "utf-8")
    Rag(Settings(index=folder / "index"), embedder=HashEmbedder()).index([folder / "museum.txt"])
    return folder / "index"


QUESTION = "When was the Harbour Museum founded?"


def opened(index: Path, writer: str) -> Rag:
    settings = Settings(index=index, generator="extractive", risk=1.0, writer=writer)
    return Rag(settings, embedder=HashEmbedder())


def asked(index: Path, writer: str) -> Answer:
    return opened(index, writer).ask(QUESTION)


def test_an_answer_in_quotes_alone_does_not_wait_for_the_writer(index: Path, url: str) -> None:
    rag = opened(index, f"{url}#{TRUE[0]}")
    found = rag.retrieve(QUESTION)
    whole, quoted = rag.answer(found), rag.quoted(found)
    assert (whole.text, whole.citations) == (quoted.text, quoted.citations)
    assert (whole.written, quoted.written) == (GOOD, "")
    assert "write" in whole.timings_ms
    assert "writer" not in quoted.receipt


def test_supported_sentences_stand_beside_the_answer_which_stays_as_it_is(index: Path, url: str) -> None:
    plain = asked(index, "")
    for model in TRUE:
        answer = asked(index, f"{url}#{model}")
        assert answer.written == GOOD
        assert (answer.text, answer.citations, answer.dropped) == (plain.text, plain.citations, ())
        assert answer.receipt["writer"]["id"] == f"{url}#{model}"


@pytest.mark.parametrize("model", [one for one in WRITTEN if one not in (*TRUE, "refuses", "garbage")])
def test_what_the_sources_do_not_say_is_struck_with_its_reason(index: Path, url: str, model: str) -> None:
    plain, answer = asked(index, ""), asked(index, f"{url}#{model}")
    assert answer.written == (GOOD if model == "invents" else "")
    (struck,) = answer.dropped
    assert struck.endswith(")")
    assert (answer.text, answer.citations, answer.refused) == (plain.text, plain.citations, False)


@pytest.mark.parametrize("model", ["garbage", "refuses", "nothing", "no JSON", "list", "fails", "redirects"])
def test_a_writer_that_fails_leaves_the_answer(index: Path, url: str, model: str) -> None:
    plain, answer = asked(index, ""), asked(index, f"{url}#{model}")
    assert answer.written == ""
    assert (answer.text, answer.citations) == (plain.text, plain.citations)
    assert ("problem" in answer.receipt["writer"]) == (model not in ("garbage", "refuses"))


@pytest.mark.parametrize("model", ["hangs", "drips"])
def test_a_writer_that_takes_too_long_is_given_up(url: str, model: str) -> None:
    with pytest.raises(RagError, match="failed"):
        Endpoint(url, model, seconds=0.2).write("When?", "en", ["In 1972."])


def test_a_writer_is_on_this_machine_unless_the_network_is_allowed(index: Path) -> None:
    for address in ("http://192.0.2.1/v1#x", "https://api.example/v1#x"):
        with pytest.raises(RagError, match="another machine"):
            asked(index, address)
        assert Endpoint.at(address, allow_network=True).model == "x"
    for address in ("127.0.0.1/v1#x", "http://127.0.0.1/v1", "file:///etc/passwd#x"):
        with pytest.raises(RagError, match="URL#MODEL"):
            Endpoint.at(address)


def test_a_refusal_asks_no_writer(index: Path) -> None:
    settings = Settings(index=index, generator="extractive", risk=0.01, writer="http://127.0.0.1:1/v1#none")
    answer = Rag(settings, embedder=HashEmbedder()).ask("Who wrote the song?")
    assert answer.refused
    assert "writer" not in answer.receipt


@pytest.mark.long
@pytest.mark.parametrize(("folders", "fewest"), [(SEEN, 200), (UNSEEN, 160)])
def test_planted_false_sentences_are_struck_and_true_ones_are_not(folders: tuple[str, ...], fewest: int) -> None:
    def struck(one: Planted) -> bool:
        return bool(reasons_against(one.text, [one.source], None))

    found = {(truth, kind): (share, count) for truth, kind, share, count in shares(struck, folders)}
    for row, (share, count) in found.items():
        print(*row, f"{share:.3f}", count)
    assert min(found["false", "all"][1], found["true", "all"][1]) >= fewest
    assert found["false", "all"][0] >= 0.95
    assert found["true", "all"][0] <= 0.05


@pytest.mark.parametrize(
    ("claim", "source", "supported"),
    [
        ("Acme bought Globex.", "Acme bought Globex.", True),
        ("Globex bought Acme.", "Acme bought Globex.", False),
        ("Globex was bought by Acme.", "Acme bought Globex.", True),
        ("Acme was bought by Globex.", "Acme bought Globex.", False),
        ("腾讯公司收购了搜狗公司。", "搜狗公司被腾讯公司收购了。", True),
        ("搜狗公司收购了腾讯公司。", "搜狗公司被腾讯公司收购了。", False),
        ("Acme has 40 shops and Globex 25.", "Acme has 40 shops and Globex 25.", True),
        ("Acme has 25 shops and Globex 40.", "Acme has 40 shops and Globex 25.", False),
        ("In Paris Acme met Globex.", "Acme met Globex in Paris.", True),
    ],
)
def test_who_does_what_to_whom_is_compared(claim: str, source: str, supported: bool) -> None:
    assert (not check_roles(claim, [source])) == supported


@pytest.mark.parametrize(
    ("claim", "source", "supported"),
    [
        ("The branch lost nine customers.", "The branch won nine new customers and lost two.", False),
        ("The branch won nine customers.", "The branch won nine new customers and lost two.", True),
        ("Profit was 5 million dollars.", "Revenue was 5 million dollars and profit 2 million dollars.", False),
        ("Revenue was 5 million dollars.", "Revenue was 5 million dollars and profit 2 million dollars.", True),
        ("Sales rose 19% to 217 million.", "Sales were 217 million, and rose 19%.", True),
        ("The mill closed in 1999.", "The mill opened in 1999 and closed in 2005.", False),
        ("公司利润为5亿元。", "公司收入为5亿元，利润为2亿元。", False),
        ("公司收入达5亿元。", "公司收入为5亿元，利润为2亿元。", True),
        ("收入增长19.2%至2.17亿元。", "收入为2.17亿元，同比增长19.2%。", True),
    ],
)
def test_a_number_belongs_to_what_the_source_gives_it_to(claim: str, source: str, supported: bool) -> None:
    assert (not check_owners(claim, [source])) == supported
