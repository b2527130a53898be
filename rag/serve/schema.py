"""The JSON objects of the REST API as models, from which its OpenAPI schema is made: ``python -m rag.serve.schema``."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from rag.scope import Scope
from rag.types import Citation, Coverage, Language, Part, Searched


class Strict(BaseModel):
    """A body that may have no other fields than its own."""

    model_config = ConfigDict(extra="forbid")


class ScopeBody(Strict):
    """Which documents to search. The values of one field are alternatives; all fields that are given must hold."""

    within: list[str] = Field(default=[], alias="in", description="Files and folders by path or name, and tags.")
    since: str | None = Field(default=None, examples=["2024", "2024-03", "2024-03-05"])
    until: str | None = None
    language: list[Language] = []
    author: list[str] = []
    type: list[str] = Field(default=[], description="Endings of file names: `pdf`.")
    everywhere: bool = Field(default=False, description="Search other documents too where the question names one.")

    def scope(self) -> Scope:
        """What is asked for. Raises ScopeError."""
        return Scope.of(self.model_dump(by_alias=True))


class AskBody(Strict):
    """A question."""

    question: str = Field(examples=["When did HKAI LAB begin operating?"])
    dialogue: list[str] = Field([], description="The questions before it, oldest first; each is asked in turn.")
    scope: ScopeBody = ScopeBody()
    stream: bool = Field(False, description="Send server-sent events: `passages`, then `answer` or `error`.")


class SearchBody(Strict):
    """A question whose passages are wanted."""

    question: str
    scope: ScopeBody = ScopeBody()
    passages: int | None = Field(None, ge=1, le=50, description="How many; the setting of the server by default.")


class PassageObject(Strict):
    """A passage: `document.text[start:end] == text`."""

    document: str
    start: int
    end: int
    text: str
    score: float


class FoundObject(PassageObject):
    """A passage with what each search gave it."""

    dense: float
    coverage: float
    lexical: float


class AnswerObject(Strict):
    """An answer, or a refusal with the nearest passages: what `ask --json` prints."""

    question: str = Field(description="As it was understood: a follow-up stands alone.")
    language: Language
    answer: str
    refused: bool
    reason: str | None
    confidence: float
    citations: list[Citation]
    passages: list[PassageObject]
    written: str = Field(description="The same in a writer's words, each sentence checked; empty without a writer.")
    dropped: list[str] = Field(description="Statements that no span supports; no part of the answer.")
    timings_ms: dict[str, float]
    receipt: dict[str, Any]
    kind: str
    parts: list[Part]
    coverage: Coverage | None
    searched: Searched | None = Field(description="How many documents were searched, where not all were.")


class DocumentRow(Strict):
    """A row of the document list."""

    path: str
    title: str
    date: str | None
    author: str | None
    source: str | None
    language: Language
    chunks: int
    indexed_at: str
    tags: list[str]
    evidence: str


class DocumentList(Strict):
    """Every document, by path."""

    documents: list[DocumentRow]


class DocumentObject(Strict):
    """A document, or a part of it, with its structure; every offset is into the whole text."""

    path: str
    title: str
    date: str | None
    author: str | None
    source: str | None
    language: Language
    characters: int
    start: int
    end: int
    text: str
    outline: dict[str, list[dict[str, Any]]]


class AddedObject(Strict):
    """An upload that was indexed."""

    path: str
    name: str
    renamed: bool = Field(description="Whether a different file has the name that was given.")
    other: str | None = Field(description="The document of that different file.")


class StatusObject(Strict):
    """What the index holds."""

    version: str
    documents: int
    chunks: int
    generation: int
    embedder: str
    bytes: int
    writing: bool = Field(description="Whether a process is changing it.")
    ready: bool = Field(description="Whether the models are loaded.")


if __name__ == "__main__":
    from rag.pipeline import Rag
    from rag.serve.app import build
    from rag.serve.service import Service

    print(json.dumps(build(Service(Rag())).openapi(), ensure_ascii=False, indent=2))
