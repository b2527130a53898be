"""The server as an operator meets it, and the page's words."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Rag, RagError, Settings
from rag.models.embedders import HashEmbedder
from ui import passwords
from ui.texts import TEXTS

pytest.importorskip("gradio", reason="the web chat needs pip install 'yinju[ui]'")

ASSETS = Path(__file__).parents[2] / "ui" / "assets"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server with a user file."""
    from ui.serving import Address, launch

    folder = tmp_path_factory.mktemp("served")
    (folder / "users").write_text(f"ada:{passwords.hashed('correct horse')}\n", "utf-8")
    rag = Rag(Settings(index=folder / "index"), embedder=HashEmbedder())
    served = launch(rag, Address(port=0, auth=folder / "users"), block=False)
    yield served
    served.close(verbose=False)


def get(url: str, data: bytes | None = None, headers: dict[str, str] = {}) -> tuple[int, dict[str, str], bytes]:  # noqa: B006
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=20) as response:
            return response.status, {k.lower(): v for k, v in response.headers.items()}, response.read()
    except urllib.error.HTTPError as error:
        return error.code, {}, error.read()


def test_health_answers_without_signing_in(guarded: Any) -> None:
    guarded.warming.wait()
    status, headers, body = get(f"{guarded.local_url}healthz")
    assert (status, json.loads(body)) == (200, {"status": "ok", "ready": True})
    assert "default-src 'self'" in headers["content-security-policy"]


def test_without_signing_in_there_are_no_documents_and_no_calls(guarded: Any) -> None:
    assert "hong-kong-data-hub" not in get(guarded.local_url)[2].decode()
    assert get(f"{guarded.local_url}config")[0] == 401
    call = json.dumps({"data": {"call": "documents"}, "fn_name": "serve", "component_id": 1, "session_hash": "x"})
    url = f"{guarded.local_url}gradio_api/component_server"
    assert get(url, call.encode())[0] == 403
    with urllib.request.urlopen(f"{guarded.local_url}yinju/session", timeout=20) as response:
        session, cookie = json.loads(response.read()), response.headers["set-cookie"].partition(";")[0]
    signed = {session["header"]: session["token"], "cookie": cookie, "content-type": "application/json"}
    assert get(url, call.encode(), signed)[0] == 401
    for password, status in (("wrong horse", 400), ("correct horse", 200)):
        form = f"username=ada&password={password.replace(' ', '+')}".encode()
        assert get(f"{guarded.local_url}login", form)[0] == status


def test_a_taken_port_is_an_error_with_the_next_step(guarded: Any) -> None:
    from ui.serving import Address, launch

    with pytest.raises(RagError) as caught:
        launch(Rag(Settings(), embedder=HashEmbedder()), Address(port=guarded.server_port), block=False)
    assert "--port" in caught.value.hint


def test_every_word_the_page_uses_is_there_in_both_languages() -> None:
    sources = "\n".join(file.read_text("utf-8") for file in ASSETS.glob("*.*"))
    used = set(re.findall(r'data-(?:t|label|hold)="(\w+)"', sources))
    used |= set(re.findall(r'(?:worded|say|toast|tool)\(\s*"(\w+)"', sources))
    assert len(used) > 40
    assert used - set(TEXTS) == set()
    for key, (chinese, english) in TEXTS.items():
        assert chinese, key
        assert english, key


def test_what_is_indexed_is_a_document_and_what_is_uploaded_a_file() -> None:
    about_files = {"file", "drop", "kept_beside", "not_conversations", "on_file"}
    assert {key for key, (chinese, _) in TEXTS.items() if "文件" in chinese} == about_files


def test_nothing_in_the_page_comes_from_another_machine() -> None:
    for file in ASSETS.glob("*.*"):
        assert not re.search(r"https?://", file.read_text("utf-8")), file.name


def test_share_without_users_is_refused() -> None:
    from ui.serving import Address, launch

    with pytest.raises(RagError, match="--share"):
        launch(Rag(Settings(), embedder=HashEmbedder()), Address(share=True), block=False)


def test_a_read_only_server_takes_no_upload_and_only_answers_to_its_own_name(tmp_path: Path) -> None:
    from ui.serving import Address, launch

    rag = Rag(Settings(index=tmp_path / "index"), embedder=HashEmbedder())
    served = launch(rag, Address(port=0, read_only=True), block=False)
    try:
        assert get(f"{served.local_url}gradio_api/upload", b"x")[0] == 403
        assert get(f"{served.local_url}healthz")[0] == 200
        rebound = urllib.request.Request(f"{served.local_url}config", headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(rebound, timeout=20)
    finally:
        served.close(verbose=False)
