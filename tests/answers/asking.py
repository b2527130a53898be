"""A shelf of documents in memory and a generator that quotes what it is told to: what plans are tried with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answers.composer import Composer
from rag.answers.plan import Inquiry
from rag.answers.plans import drafted
from rag.models.embedders import HashEmbedder
from rag.question.analysis import Question, analyse
from rag.types import Answer, Chunk, Claim, Document, DocumentInfo, Draft, Evidence, Passage
from tests.builders import DIM, document, lines

EMBEDDER = HashEmbedder(DIM)
THRESHOLD = 0.3


@dataclass(frozen=True)
class Quoting:
    """Quotes the first of its phrases that stands in a passage; refuses where none does."""

    phrases: Sequence[str]
    id: str = "quoting"

    def threshold(self, risk: float) -> float:
        return 0.3 if risk < 1 else 0.0

    def warm_up(self) -> None:
        """Nothing to load."""

    def generate(self, question: Question, passages: Sequence[Passage]) -> Draft:
        for phrase in self.phrases:
            for one in passages:
                if phrase in one.chunk.text:
                    start = one.chunk.start + one.chunk.text.index(phrase)
                    return Draft((Claim(phrase, (Evidence(one.chunk.document, start, start + len(phrase)),)),), 0.8)
        return Draft((), 0.0)


class Both(Quoting):
    """Quotes all of its phrases that stand in the passages."""

    def generate(self, question: Question, passages: Sequence[Passage]) -> Draft:
        found = [Quoting((phrase,)).generate(question, passages) for phrase in self.phrases]
        claims = tuple(one for draft in found for one in draft.claims)
        return Draft(claims, 0.8 if claims else 0.0)


class Unsure(Quoting):
    """Is sure of what it quotes only where it reads several documents."""

    def generate(self, question: Question, passages: Sequence[Passage]) -> Draft:
        draft = super().generate(question, passages)
        return draft if len({one.chunk.document for one in passages}) > 1 else replace(draft, confidence=0.1)


@dataclass(frozen=True)
class MemoryShelf:
    """Documents by path; a search finds the lines that share most words with the question."""

    known: Mapping[str, Document]

    def documents(self) -> list[DocumentInfo]:
        return [
            DocumentInfo(
                one.path,
                one.title,
                one.date,
                one.author,
                one.source,
                one.language,
                one.content_hash,
                one.file,
                "",
                1,
                "",
            )
            for one in self.known.values()
        ]

    def document(self, path: str) -> Document | None:
        return self.known.get(path)

    def search(self, question: Question, k: int | None = None) -> list[Passage]:
        asked = EMBEDDER.embed_question(question.text)
        found = [_passage(chunk, asked.cosine(EMBEDDER.embed_passages([chunk.text])[0])) for chunk in self._chunks()]
        return sorted(found, key=lambda one: -one.score)[: k or 8]

    def _chunks(self) -> list[Chunk]:
        return [chunk for one in self.known.values() for chunk in lines(one)]


def _passage(chunk: Chunk, score: float) -> Passage:
    return Passage(chunk, score, score, score, score)


def asked(
    question: str,
    texts: Mapping[str, str],
    *phrases: str,
    dates: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
    generator: Quoting | None = None,
) -> Answer:
    """The answer to a question of some documents, by path, where the generator quotes one of the phrases."""
    dates, titles = dates or {}, titles or {}
    shelf = MemoryShelf(
        {path: document(path, text, date=dates.get(path), title=titles.get(path, path)) for path, text in texts.items()}
    )
    return _asked(question, shelf, generator or Quoting(phrases))


def shelved(question: str, *documents: Document) -> Answer:
    """The answer to a question of documents with an outline, where the generator finds nothing."""
    return _asked(question, MemoryShelf({one.path: one for one in documents}), Quoting(()))


def _asked(question: str, shelf: MemoryShelf, generator: Quoting) -> Answer:
    analysed = analyse(question).embedded_by(EMBEDDER)
    passages = shelf.search(analysed)
    inquiry = Inquiry(analysed, passages, generator, EMBEDDER, shelf, THRESHOLD)
    return Composer(shelf.document).compose(analysed, drafted(inquiry), passages, THRESHOLD)
