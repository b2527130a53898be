"""Web addresses become files: from a real server, never from inside one's own network, within bounds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest

from rag import Rag, Settings, Uploads
from rag.errors import DocumentError, Forbidden
from rag.fetching import Fetcher, is_public
from rag.loaders import SourceFile, load
from rag.models.embedders import HashEmbedder
from tests.commands import run

PAGE = "<html><head><title>Tarn ferry</title></head><body><p>The last ferry leaves at 19:40.</p></body></html>"
ANSWERS: dict[str, tuple[int, str, bytes]] = {
    "/robots.txt": (200, "text/plain", b"User-agent: *\nDisallow: /staff/\n"),
    "/ferry/times?line=2": (200, "text/html; charset=utf-8", PAGE.encode()),
    "/notes.md": (200, "text/plain", b"# Notes\n\nThe jetty is closed in winter."),
    "/staff/list.html": (200, "text/html", PAGE.encode()),
    "/song": (200, "audio/mpeg", b"la"),
    "/moved": (302, "/ferry/times?line=2", b""),
    "/inside": (302, "http://10.0.0.8/secret", b""),
    "/file": (302, "file:///etc/passwd", b""),
    "/round": (302, "/round", b""),
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(1)
        if self.path == "/drop-by-drop":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"<p>drop</p>")
                time.sleep(0.05)
        status, kind, body = ANSWERS.get(self.path, (404, "text/html", b"nothing here"))
        self.send_response(status)
        self.send_header("Location" if status == 302 else "Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def here(folder: Path, seconds: float = 20) -> Fetcher:
    """A fetcher that may reach this machine, where the site of the tests is, and nothing else."""
    return Fetcher(folder, lambda address: address.is_loopback, seconds)


@pytest.mark.parametrize("path", ["/ferry/times?line=2", "/moved"])
def test_a_page_becomes_a_file_that_says_where_it_is_from(tmp_path: Path, site: str, path: str) -> None:
    file = here(tmp_path).fetch(site + path)
    assert file.relative_to(tmp_path).as_posix() == "web/127.0.0.1/ferry-times-line-2.html"
    document = load(SourceFile(file, "ferry.html"))
    assert document.text == "The last ferry leaves at 19:40."
    assert (document.title, document.source) == ("Tarn ferry", f"{site}/ferry/times?line=2")


def test_the_ending_of_an_address_is_kept_where_the_type_says_less(tmp_path: Path, site: str) -> None:
    assert here(tmp_path).fetch(f"{site}/notes.md").name == "notes.md"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        *(("/none", "web_status"), ("/staff/list.html", "web_robots"), ("/song", "unsupported_type")),
        *(("/inside", "web_private"), ("/file", "web_unreachable"), ("/round", "web_unreachable")),
    ],
)
def test_what_may_not_or_cannot_be_fetched_is_named(tmp_path: Path, site: str, path: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        here(tmp_path).fetch(site + path)
    assert caught.value.code == code
    assert not list(tmp_path.rglob("*.html"))


@pytest.mark.parametrize("path", ["/slow", "/drop-by-drop"])
def test_a_server_that_takes_too_long_is_left(tmp_path: Path, site: str, path: str) -> None:
    began = time.monotonic()
    with pytest.raises(DocumentError, match="cannot be reached"):
        here(tmp_path, 0.3).fetch(f"{site}{path}")
    assert time.monotonic() - began < 4  # it would send for five seconds


def test_a_fetched_page_is_indexed_replaced_by_its_next_version_and_deleted_with_its_file(
    tmp_path: Path, site: str
) -> None:
    settings = Settings(index=tmp_path / "index", allow_network=True)
    uploads = Uploads(Rag(settings, embedder=HashEmbedder()), fetcher=here)
    added = uploads.fetch(f"{site}/ferry/times?line=2")
    assert uploads.fetch(f"{site}/moved") == added
    (info,) = uploads.documents()
    assert (info.path, info.source) == (added.path, f"{site}/ferry/times?line=2")
    uploads.delete(added.path)
    assert not list((tmp_path / "index").rglob("*.html"))


def test_without_leave_nothing_is_fetched(tmp_path: Path, site: str) -> None:
    with pytest.raises(Forbidden, match="Nothing is fetched"):
        Uploads(Rag(Settings(index=tmp_path), embedder=HashEmbedder()), fetcher=here).fetch(f"{site}/moved")


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://localhost:9/a", "http://[::1]/", "http://0.0.0.0/"])
def test_nothing_of_this_machine_is_fetched(tmp_path: Path, url: str) -> None:
    with pytest.raises(DocumentError) as caught:
        Fetcher(tmp_path).fetch(url)
    assert caught.value.code == "web_private"


@pytest.mark.parametrize("url", ["ftp://a.example/x", "https://", "https://user:word@a.example/", "http://a:99999/"])
def test_what_is_no_web_address_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(DocumentError, match="no web address"):
        Fetcher(tmp_path).fetch(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *(("93.184.215.14", True), ("2606:2800:21f:cb07::1", True), ("10.1.2.3", False), ("192.168.0.1", False)),
        *(("172.20.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False)),
        *(("::ffff:127.0.0.1", False), ("fe80::1", False), ("fd00::1", False), ("64:ff9b::7f00:1", False)),
        *(("2002:7f00:1::", False), ("0.0.0.0", False), ("::", False)),
    ],
)
def test_only_addresses_of_the_internet_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def test_an_address_is_fetched_only_when_the_network_is_allowed(tmp_path: Path) -> None:
    refused = run("index", "https://a.example/page", index=tmp_path / "index")
    assert refused.returncode == 2
    assert "--allow-network" in refused.stderr
    file = tmp_path / "a.txt"
    file.write_text("The jetty is closed in winter.\n")
    done = run("index", file, "http://127.0.0.1:9/x", "--allow-network", index=tmp_path / "index")
    assert done.returncode == 0
    assert "own network" in done.stderr + done.stdout
