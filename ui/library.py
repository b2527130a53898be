"""The documents of an index for the page: what it lists, adds, replaces and deletes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from rag import (
    Added,
    DocumentError,
    DocumentInfo,
    DocumentMissing,
    Forbidden,
    Reach,
    Uploads,
    default_documents,
    supported_suffixes,
)

SIZE_LIMIT = Uploads.size_limit


class Library:
    """What is indexed, in reach of a visitor. ``received`` is the only folder that uploads are taken from.

    Where ``fixed``, nothing is added or deleted through it.
    """

    def __init__(self, reach: Reach, received: Path, fixed: bool = False) -> None:
        self.fixed = fixed
        self._received = received.resolve()
        self._reach = reach

    @property
    def role(self) -> str:
        """What who asks may do: a ``reader`` asks, an ``editor`` or ``admin`` also adds and deletes documents."""
        return "reader" if self.fixed else self._reach.role

    def documents(self) -> list[DocumentInfo]:
        """Every indexed document; none where there is no index yet."""
        return self._reach.documents()

    def add(self, path: str, name: str) -> Added:
        """Index an uploaded file under its own name, or under a free one like it where a different file has that.

        Raises:
            DocumentError: it is no upload of ours, too large, of another type, or cannot be read.
            Forbidden: nothing may be added.
        """
        self._check_open()
        received = self._upload(path)
        try:
            return self._reach.add(received, name)
        finally:
            received.unlink(missing_ok=True)

    def fetch(self, address: str) -> Added:
        """Index what is at a web address.

        Raises:
            DocumentError: nothing that is read can be had from there.
            Forbidden: nothing may be added, or nothing is fetched.
        """
        self._check_open()
        return self._reach.fetch(address)

    def replace(self, path: str, other: str) -> str:
        """Put the upload that is indexed as ``path`` in the place of the upload ``other``; returns its new path.

        Raises:
            DocumentError: one of them is no upload.
            Forbidden: nothing may be replaced.
        """
        self._check_open()
        return self._reach.replace(path, other)

    def delete(self, paths: Sequence[str]) -> None:
        """Forget documents, and their files where they were uploaded; one that is gone already is no error.

        Raises:
            Forbidden: nothing may be deleted.
        """
        self._check_open()
        with suppress(DocumentMissing):
            self._reach.delete(*paths)

    def add_samples(self) -> None:
        """Index the sample documents, as if they had been uploaded.

        Raises:
            Forbidden: nothing may be added.
        """
        self._check_open()
        for file in default_documents():
            self._reach.add(file, file.name)

    def _check_open(self) -> None:
        if self.fixed:
            raise Forbidden("Documents are read-only here.", "Ask whoever runs this server.", code="read_only")

    def _upload(self, path: str) -> Path:
        """A browser may send any path: only files it has just uploaded are read."""
        received = Path(path).resolve()
        if not received.is_relative_to(self._received) or not received.is_file():
            raise DocumentError(
                received.name, "there is no such upload", "Choose the file again.", code="upload_missing"
            )
        return received


def ordered(documents: Sequence[DocumentInfo], sort: str) -> list[DocumentInfo]:
    """Documents by ``title``, the last ``indexed`` first, or else the newest first."""
    if sort == "title":
        return sorted(documents, key=lambda info: info.title.casefold())
    if sort == "indexed":
        return sorted(documents, key=lambda info: info.indexed_at, reverse=True)
    by_title = sorted(documents, key=lambda info: info.title)
    return sorted(by_title, key=lambda info: info.date or "", reverse=True)


def rows(documents: Sequence[DocumentInfo]) -> list[tuple[str, str, str | None, str, str, list[str]]]:
    """Path, title, date, language, time of indexing and collections of documents, for the page's list."""
    return [
        (info.path, info.title, info.date, info.language, info.indexed_at, _collections_of(info)) for info in documents
    ]


def collections(documents: Sequence[DocumentInfo]) -> list[str]:
    """The folders and the tags of documents, by name."""
    return sorted({name for info in documents for name in _collections_of(info)})


def _collections_of(info: DocumentInfo) -> list[str]:
    folders = [str(folder) for folder in PurePosixPath(info.path).parents if folder.name]
    return sorted({*folders, *info.tags})


def accepted() -> dict[str, Any]:
    """What an upload may be."""
    return {"suffixes": list(supported_suffixes()), "size": SIZE_LIMIT}
