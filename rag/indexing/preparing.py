"""Reads one file into a document and its chunks, or says why it cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.errors import DocumentError, NothingToRead
from rag.indexing.chunking import chunk
from rag.loaders import SourceFile, content_hash, load, reads_pictures
from rag.types import Chunk, Document, DocumentInfo, Embedding

STILL = "; what was indexed of it before is still there"

PICTURES = "/pictures"
"""Ends the recipe of a document that has pictures which wait for OCR to be installed."""

LAYOUT = 4
"""Raised whenever documents are cut or read in another way, so that they are read again."""

LISTED = 10
"""Pages that are named where some were not read."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A path that could not be indexed, the reason, and what to do."""

    path: str
    reason: str
    hint: str = ""
    code: str = "skipped"
    """The error's code and its parameters, for a front end that says it in another language."""
    parameters: Mapping[str, str | float] = field(default_factory=dict)

    @classmethod
    def of(cls, error: DocumentError, path: str, more: str = "") -> Failure:
        """The failure for an error; ``more`` is added to the reason."""
        return cls(path, error.reason + more, error.hint, error.code, error.parameters)


@dataclass(frozen=True, slots=True)
class ChunkingConfig:
    """The settings that decide how documents are cut. A change cuts them again, but embeds only new text."""

    version: str
    size: int
    overlap: int

    def __str__(self) -> str:
        return f"{self.version}-{LAYOUT}/{self.size}/{self.overlap}"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The result of reading a file: a document with its chunks, or the failure."""

    name: str
    document: Document | None = None
    chunks: tuple[Chunk, ...] = ()
    failure: Failure | None = None
    empty: bool = False
    """Whether the file has no text any more, so that its document is removed from the index."""
    embeddings: Mapping[str, Embedding] = field(default_factory=dict)
    """Of some of the texts, where they were made on the way."""


Read = Callable[[Sequence[SourceFile], Mapping[str, DocumentInfo], ChunkingConfig], Iterable[Prepared]]
"""Reads files, given what is known of them by name, in order."""


def prepare(file: SourceFile, known: DocumentInfo | None, recipe: ChunkingConfig) -> Prepared:
    """Read one file and cut it into chunks; an empty ``Prepared`` if it has not changed since it was indexed."""
    try:
        waits = {str(recipe)} if reads_pictures() else {str(recipe), f"{recipe}{PICTURES}"}
        if known and known.recipe in waits and known.content_hash == content_hash(file):
            return Prepared(file.name)
        document = load(file)
        document = replace(document, recipe=f"{recipe}{PICTURES}" if _waits(document) else str(recipe))
    except NothingToRead as error:
        return Prepared(file.name, failure=Failure.of(error, file.name), empty=True)
    except DocumentError as error:
        return Prepared(file.name, failure=Failure.of(error, file.name, STILL if known else ""))
    return Prepared(file.name, document, tuple(chunk(document, recipe.size, recipe.overlap)))


def _waits(document: Document) -> bool:
    return bool(document.unread) and not reads_pictures()


def without_pictures(document: Document) -> Failure:
    """What is told of a document some of whose pictures were not read."""
    pages = ", ".join(map(str, document.unread[:LISTED])) + (" …" if len(document.unread) > LISTED else "")
    reason = f"pictures on page {pages} were not read; they may show text"
    hint = "pip install 'yinju[ocr]', then index it again" if _waits(document) else "Split it into smaller files."
    return Failure(document.path, reason, hint, "pictures_unread", {"pages": pages})


def read_here(
    files: Sequence[SourceFile], known: Mapping[str, DocumentInfo], recipe: ChunkingConfig
) -> Iterator[Prepared]:
    """Read files one after the other, in this process."""
    return (prepare(file, known.get(file.name), recipe) for file in files)
