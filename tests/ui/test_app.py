"""The web chat as its own client sees it: a real server, real requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Rag, Settings
from rag.embedding import HashEmbedder

gradio = pytest.importorskip("gradio", reason="the web chat needs pip install 'yinju[ui]'")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from gradio_client import Client

    from ui.app import build

    folder = tmp_path_factory.mktemp("documents")
    (folder / "tunnel.txt").write_text("The Harbour Tunnel opened in 1972. It is 1.8 kilometres long.\n", "utf-8")
    index: Path = tmp_path_factory.mktemp("index")
    rag = Rag(Settings(index=index, threshold=0.0), embedder=HashEmbedder())
    rag.index([folder])
    app = build(rag)
    _, url, _ = app.launch(server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, share=False)
    yield Client(url, verbose=False)
    app.close()


def test_a_question_gets_its_quote_and_its_source(client: Any) -> None:
    said = client.predict("When did the Harbour Tunnel open?", api_name="/chat")
    assert "<mark>" in said
    assert "tunnel.txt" in said


def test_a_question_without_words_is_an_error_with_the_next_step(client: Any) -> None:
    with pytest.raises(Exception, match="has no words"):
        client.predict("？！", api_name="/chat")
