"""What is loaded, and indexed, when a server starts."""

from __future__ import annotations

from pathlib import Path

from rag import Rag, Settings, Uploads, Warming
from rag.models.embedders import HashEmbedder


def started(index: Path) -> tuple[Uploads, Warming]:
    rag = Rag(Settings(index=index), embedder=HashEmbedder())
    warming = Warming(rag)
    warming.start()
    warming.wait()
    return Uploads(rag), warming


def test_samples_are_indexed_at_the_first_start_and_stay_away_once_all_documents_are_deleted(tmp_path: Path) -> None:
    uploads, _ = started(tmp_path / "index")
    assert len(uploads.documents()) >= 3
    for info in uploads.documents():
        uploads.delete(info.path)
    uploads, warming = started(tmp_path / "index")
    assert uploads.documents() == []
    assert warming.ready
    assert warming.error is None


def test_what_cannot_be_loaded_is_told_and_the_server_is_not_ready(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file in the place of the folder", "utf-8")
    _, warming = started(tmp_path / "index")
    assert not warming.ready
    assert warming.error is not None
