"""An embedder that keeps its latest embeddings: the sentences of a passage are asked about again and again."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from rag.types import Embedder, Embedding

KEPT = 4_000
"""Texts whose embeddings are kept: about 20 MB with the default embedder."""


class RecentEmbeddings:
    """Another embedder's embeddings, each text's only once as long as it is among the last ``most`` that were new."""

    def __init__(self, embedder: Embedder, most: int = KEPT) -> None:
        self._embedder, self._most = embedder, most
        self._known: dict[str, Embedding] = {}
        self._lock = Lock()

    @property
    def id(self) -> str:
        """The embedder's."""
        return self._embedder.id

    @property
    def dim(self) -> int:
        """The embedder's."""
        return self._embedder.dim

    def warm_up(self) -> None:
        """Load the model now."""
        self._embedder.warm_up()

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        """One embedding a text, in order; only texts that are not known are embedded."""
        with self._lock:
            known = {text: self._known[text] for text in texts if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        made = dict(zip(new, self._embedder.embed_passages(new), strict=True)) if new else {}
        with self._lock:
            self._known |= made
            for oldest in list(self._known)[: max(len(self._known) - self._most, 0)]:
                del self._known[oldest]
        known |= made
        return [known[text] for text in texts]

    def embed_question(self, text: str) -> Embedding:
        """The embedding of one question."""
        return self._embedder.embed_question(text)
