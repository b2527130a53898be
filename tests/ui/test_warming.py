"""What is loaded, and indexed, when the server starts."""

from __future__ import annotations

from pathlib import Path

from rag import Rag, Settings
from rag.models.embedders import HashEmbedder
from ui.library import Library
from ui.warming import Warming


def started(index: Path) -> tuple[Library, Warming]:
    rag = Rag(Settings(index=index), embedder=HashEmbedder())
    library = Library(rag, index / "received")
    warming = Warming(rag, library)
    warming.start()
    warming.wait()
    return library, warming


def test_samples_are_indexed_at_the_first_start_and_stay_away_once_all_documents_are_deleted(tmp_path: Path) -> None:
    library, _ = started(tmp_path / "index")
    assert len(library.documents()) >= 3
    for info in library.documents():
        library.delete(info.path)
    library, warming = started(tmp_path / "index")
    assert library.documents() == []
    assert warming.state() == {"ready": True, "problem": None}
