"""A name that documents in the other language write otherwise is found by what it means."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answers.plan import Inquiry
from rag.answers.shelf import like_name
from rag.models.embedders import HashEmbedder
from rag.question.analysis import analyse
from rag.types import Embedding
from tests.answers.asking import THRESHOLD, MemoryShelf, Quoting
from tests.builders import DIM, document


class Bilingual(HashEmbedder):
    """Knows what one name is in the other language."""

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        return super().embed_passages([text.replace("芬尼克", "Fennick") for text in texts])


def called(name: str) -> str | None:
    texts = {"a.txt": "参展的有奥斯特、芬尼克、马尔等三家。", "b.txt": "Fennick sells looms."}
    known = {path: document(path, text) for path, text in texts.items()}
    inquiry = Inquiry(analyse("?"), (), Quoting(()), Bilingual(DIM), MemoryShelf(known), THRESHOLD)
    return like_name(inquiry, name, list(known.values()))


def test_a_name_is_found_as_the_other_language_writes_it() -> None:
    assert called("Fennick") == "芬尼克"


def test_a_name_that_no_document_has_is_no_other_name() -> None:
    assert called("Corvel") is None
