"""A server over a small index, without sockets, and its keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("mcp", reason="the server needs pip install 'yinju[serve]'")

from rag import Rag, Settings
from rag.models.embedders import HashEmbedder

if TYPE_CHECKING:
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8000"

TEXT = "The harbour tunnel opened in 1972. It is 1.8 kilometres long. About 100,000 cars use it every day.\n"
TABLE = "# Lifts\n\n| lift | built |\n|---|---|\n| north | 1988 |\n| south | 1991 |\n"


@pytest.fixture
def rag(tmp_path: Path) -> Rag:
    """An index of two documents, answered without weights."""
    folder = tmp_path / "documents"
    (folder / "staff").mkdir(parents=True)
    (folder / "harbour.txt").write_text(TEXT, "utf-8")
    (folder / "staff" / "lifts.md").write_text(TABLE, "utf-8")
    settings = Settings(index=tmp_path / "index", generator="extractive", risk=1.0)
    made = Rag(settings, embedder=HashEmbedder())
    made.index([folder])
    return made


@pytest.fixture
def client(rag: Rag) -> Iterator[TestClient]:
    """What a program on this machine sees."""
    from starlette.testclient import TestClient

    from rag.serve.running import Address, app_over

    with TestClient(app_over(rag, Address()), base_url=HERE, raise_server_exceptions=False) as made:
        yield made
