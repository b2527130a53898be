"""Parts that know the right answer, the same parts broken, and short ways to make what is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from eval.asking import Cited, Result, RetrievedPassage
from eval.matching import DocumentSpan, locate
from eval.questions import GoldQuestion
from rag.models.embedders import HashEmbedder
from rag.question.analysis import Question
from rag.text import sentence_around
from rag.types import Claim, Draft, Embedding, Evidence, Passage, Span

PAGE = "数据中心总存量为838万平方呎。平台在2020年9月推出。\nIt drew over 400 people."


class Oracle:
    """Embeds a question as its gold quotes and answers with the passages that hold them; told whose turn it is."""

    id = "oracle"
    dim = 1024

    def __init__(self, questions: Sequence[GoldQuestion]) -> None:
        self._questions = questions
        self._done = 0
        self._vector = lru_cache(maxsize=None)(HashEmbedder(self.dim).embed_question)

    def next(self, done: int, _total: int) -> None:
        """As a progress callback: the next question is asked."""
        self._done = done

    @property
    def current(self) -> GoldQuestion:
        return self._questions[min(self._done, len(self._questions) - 1)]

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        return [self._vector(text) for text in texts]

    def embed_question(self, text: str) -> Embedding:
        return self._vector(" ".join(self.current.quotes) or text)

    def threshold(self, risk: float) -> float:
        return 0.3 if risk < 1 else 0.0

    def warm_up(self) -> None:
        pass

    def generate(self, _question: Question, passages: Sequence[Passage]) -> Draft:
        held = [
            (one.chunk, Span(*span))
            for one in passages
            for quote in self.current.quotes
            for span in locate(quote, one.chunk.text)
        ]
        lines = [(chunk, sentence_around(chunk.text, span)) for chunk, span in held]
        claims = tuple(
            Claim(line.of(chunk.text), (Evidence(chunk.document, chunk.start + line.start, chunk.start + line.end),))
            for chunk, line in lines
        )
        return Draft(claims, 0.99 if claims else 0.01)


class Confused(Oracle):
    """A broken generator: the least fitting passage, with great confidence."""

    def generate(self, _question: Question, passages: Sequence[Passage]) -> Draft:
        chunk = passages[-1].chunk
        return Draft((Claim(chunk.text, (Evidence(chunk.document, chunk.start, chunk.end),)),), 0.99)


class Blind(Oracle):
    """A broken retriever: every question looks the same."""

    def embed_question(self, text: str) -> Embedding:
        return self._vector("same")


class Silent(Oracle):
    """Always refuses."""

    def generate(self, _question: Question, passages: Sequence[Passage]) -> Draft:
        return Draft((), 0.0)


def question(**fields: Any) -> GoldQuestion:
    """An answerable question about PAGE."""
    given = GoldQuestion(
        id="one",
        question="数据中心有多大？",
        language="zh",
        kind="fact",
        document="page.txt",
        quotes=("838万平方呎",),
        facts=(("838万平方呎", "8.38 million square feet"),),
    )
    return replace(given, **fields)


def unanswerable(**fields: Any) -> GoldQuestion:
    """A question that PAGE does not answer."""
    nothing: dict[str, Any] = {"kind": "unanswerable", "document": None, "quotes": (), "facts": ()}
    return question(**nothing, **{"why": "the year is not told", **fields})


def answered(of: GoldQuestion, quote: str, confidence: float = 0.9, **fields: Any) -> Result:
    """The product quoted ``quote``, a piece of PAGE."""
    start = PAGE.index(quote)
    cited = Cited(DocumentSpan("page.txt", start, start + len(quote)), quote, quote)
    text = f"{quote}[1]"
    given = Result(
        question=of,
        asked=of.question,
        text=text,
        language=of.language,
        refused=False,
        confidence=confidence,
        reason="",
        draft=text,
        citations=(cited,),
        passages=(RetrievedPassage(DocumentSpan("page.txt", 0, len(PAGE)), PAGE, 1.0),),
        gold=tuple(tuple(DocumentSpan("page.txt", *span) for span in locate(one, PAGE)) for one in of.quotes),
        ranks=(1,) * len(of.quotes),
        document_language="zh" if of.answerable else "",
        milliseconds=10.0,
        shelf="pages",
    )
    return replace(given, **fields)


def refused(of: GoldQuestion, draft: str = "", confidence: float = 0.2, **fields: Any) -> Result:
    """The product said nothing."""
    silence: dict[str, Any] = {"text": "文档中没有说明。", "refused": True, "citations": (), "draft": draft}
    return replace(answered(of, "838万平方呎", confidence), **silence, **fields)
