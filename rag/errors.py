"""Everything that can go wrong, as one tree; each message says what, why, and what to type next.

RagError
├── ConfigError            a setting has a value that is not allowed
├── AccessError            who asks a server may not have this
│   ├── Unauthenticated    the key is missing or unknown
│   ├── Forbidden          the key's role does not allow it
│   └── RateLimited        the key asks too often
├── QuestionError          the question is empty, too long, or has no words
├── ScopeError             no document is in what is to be searched
├── DocumentError          one file could not become a Document (never stops the others)
│   ├── NothingToRead      it was read and says nothing
│   └── DocumentMissing    no document of the index has that path
├── ModelError
│   ├── WeightsMissing     weights are not on this machine
│   ├── WeightsCorrupt     a file's sha256 is not the pinned one
│   ├── ExtraMissing       an optional dependency is not installed
│   ├── WriterFailed       the writer is not there, too slow, or says nothing
│   └── TrainingError      what a model is to be trained on, or with, cannot be used
└── StoreError
    ├── IndexMissing       there is no index in that folder
    ├── IndexMismatch      the index was built with another model or schema
    ├── IndexLocked        another process is writing
    └── IndexDamaged       the database file is broken
"""

from __future__ import annotations

import re


class RagError(Exception):
    """Base of every error a user can meet: ``str(error)`` is the message, ``error.hint`` the next step.

    ``code`` names the error for programs, and ``parameters`` are the values in its message, so that a front end can say
    it in another language. Without a code of its own an error has its class's: ``IndexMissing`` is ``index_missing``.
    """

    def __init__(self, message: str, hint: str = "", *, code: str = "", **parameters: str | float) -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(self).__name__).lower()
        self.parameters = parameters


class ConfigError(RagError):
    """A setting has a value that is not allowed."""


class AccessError(RagError):
    """A server does not give this to who asks."""


class Unauthenticated(AccessError):
    """A request carries no key, or one that is not known."""


class Forbidden(AccessError):
    """A request carries a key whose role does not allow it, or comes from another web page."""


class RateLimited(AccessError):
    """A key asks too often; ``seconds`` says when it may ask again."""

    def __init__(self, seconds: float) -> None:
        super().__init__("This key asks too often.", f"ask again in {seconds:.0f} seconds", seconds=seconds)
        self.seconds = seconds


class QuestionError(RagError):
    """The question cannot be asked: empty, too long, or without a single word."""


class ScopeError(RagError):
    """What is to be searched is not there, or is described by what is no date or no text."""


class DocumentError(RagError):
    """One file could not become a Document; ``path`` names it and ``reason`` says why."""

    def __init__(self, path: str, reason: str, hint: str = "", *, code: str = "", **parameters: str | float) -> None:
        super().__init__(f"{path}: {reason}", hint, code=code, **parameters)
        self.path = path
        self.reason = reason


class NothingToRead(DocumentError):
    """A file was read, and there is not a word in it."""


class DocumentMissing(DocumentError):
    """No document of the index has that path."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "no such document is indexed", "list what is: python -m rag status")


class ModelError(RagError):
    """A model cannot be loaded or used."""


class WeightsMissing(ModelError):
    """Weights are not on this machine and could not be fetched."""


class WeightsCorrupt(ModelError):
    """A weight file's sha256 is not the pinned one; it is refused."""


class ExtraMissing(ModelError):
    """An optional dependency is not installed; the hint is the exact pip command."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs the optional '{extra}' packages.", f"pip install 'yinju[{extra}]'", what=what, extra=extra
        )


class WriterFailed(ModelError):
    """The model that writes prose is not there, takes too long, or says nothing; the answer does without."""


class TrainingError(ModelError):
    """What a model is to be trained on, or with, is not there or cannot be used."""


class StoreError(RagError):
    """The index cannot do what was asked."""


class IndexMissing(StoreError):
    """There is no index in that folder."""


class IndexMismatch(StoreError):
    """The index was built with another embedding model or another schema."""


class IndexLocked(StoreError):
    """Another process is writing to the index."""


class IndexDamaged(StoreError):
    """The index database is broken and must not be answered from."""
