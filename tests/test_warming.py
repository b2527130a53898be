"""What is loaded when a server starts."""

from __future__ import annotations

from pathlib import Path

from rag import Rag, Settings, Uploads, Warming, default_documents
from rag.models.embedders import HashEmbedder


def started(index: Path) -> tuple[Uploads, Warming]:
    rag = Rag(Settings(index=index), embedder=HashEmbedder())
    warming = Warming(rag)
    warming.start()
    warming.wait()
    return Uploads(rag), warming


def test_a_server_starts_without_an_index_and_makes_none(tmp_path: Path) -> None:
    uploads, warming = started(tmp_path / "index")
    assert uploads.documents() == []
    assert warming.ready
    assert warming.error is None
    assert not (tmp_path / "index").exists()


def test_what_cannot_be_loaded_is_told_and_the_server_is_not_ready(tmp_path: Path) -> None:
    Rag(Settings(index=tmp_path / "index"), embedder=HashEmbedder()).index(default_documents())
    for file in (tmp_path / "index").iterdir():
        file.write_bytes(b"damaged")
    _, warming = started(tmp_path / "index")
    assert not warming.ready
    assert warming.error is not None
