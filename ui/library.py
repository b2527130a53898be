"""Lists, adds, replaces and deletes the documents of an index for the page, one change at a time."""

from __future__ import annotations

import itertools
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import DocumentInfo, IndexMissing, Rag, RagError, supported_suffixes
from ui import icons
from ui.markup import button, escaped, worded

UPLOADS = "uploads"
"""Where uploaded files are kept, in the index folder."""

SIZE_LIMIT = 20 * 1024 * 1024
"""Bytes an uploaded file may have."""

LONGEST_NAME = 200
"""Bytes of a file's name."""


class Refused(RagError):
    """A file that is not taken, and why."""


class ReadOnly(RagError):
    """Visitors may ask, but neither add nor delete."""


@dataclass(frozen=True, slots=True)
class Added:
    """An upload that was indexed."""

    path: str
    """The document's."""
    name: str
    """The file's."""
    renamed: bool = False
    """Whether a different file had the name that the visitor's file has."""
    other: str | None = None
    """The document of that different file; None where it is not indexed."""


class Library:
    """What is indexed. ``received`` is the only folder that uploads are taken from.

    Where ``fixed``, nothing is added or deleted through it.
    """

    def __init__(self, rag: Rag, received: Path, fixed: bool = False) -> None:
        self._rag = rag
        self.fixed = fixed
        self._received = received.resolve()
        self._uploads = rag.settings.index / UPLOADS
        self._writing = threading.Lock()

    def exists(self) -> bool:
        """Whether there is an index, even one without documents."""
        try:
            self._rag.documents()
        except IndexMissing:
            return False
        return True

    def documents(self) -> list[DocumentInfo]:
        """Every indexed document, once for each of its files; none where there is no index yet."""
        try:
            found = [place for info in self._rag.documents() for place in info.everywhere()]
        except IndexMissing:
            return []
        return sorted(found, key=lambda info: info.path)

    def add(self, path: str, name: str) -> Added:
        """Index an uploaded file under its own name, or under a free one like it where a different file has that.

        Raises:
            Refused: it is no upload of ours, too large, of another type, or cannot be read.
            ReadOnly: nothing may be added.
        """
        self._check_open()
        received = self._upload(path)
        try:
            wanted = self._uploads / _checked(name, received)
            with self._writing:
                target = _free(wanted, received)
                path = self._put(received, target)
                renamed = target != wanted
                return Added(path, target.name, renamed, self._path_of(wanted) if renamed else None)
        finally:
            received.unlink(missing_ok=True)

    def replace(self, path: str, other: str) -> str:
        """Put the upload that is indexed as ``path`` in the place of the upload ``other``; returns its new path.

        Raises:
            Refused: one of them is no upload.
            ReadOnly: nothing may be replaced.
        """
        self._check_open()
        with self._writing:
            files = {info.path: Path(info.file) for info in self.documents()}
            uploads = [files[one] for one in (path, other) if one in files and self._is_upload(files[one])]
            if len(uploads) < 2 or path == other:
                raise Refused("there is no such upload", "Choose the file again.", code="upload_missing")
            newer, older = uploads
            self._rag.delete([path])
            placed = self._put(newer, older)
            newer.unlink(missing_ok=True)
            return placed

    def _put(self, received: Path, target: Path) -> str:
        try:
            with _in_place(received, target):
                summary = self._rag.index([target])
                if summary.failed:
                    failure = summary.failed[0]
                    raise Refused(failure.reason, failure.hint, code=failure.code, **failure.parameters)
        except Refused:
            if target.exists():  # the version before, which the index may have forgotten
                self._rag.index([target])
            raise
        return next(iter((*summary.added, *summary.updated, *summary.unchanged)))

    def delete(self, path: str) -> None:
        """Forget a document, and its file where it was uploaded.

        Raises:
            ReadOnly: nothing may be deleted.
        """
        self._check_open()
        with self._writing:
            file = next((Path(info.file) for info in self.documents() if info.path == path), None)
            if file is None:
                return
            self._rag.delete([path])
            if self._is_upload(file):
                file.unlink(missing_ok=True)

    def _is_upload(self, file: Path) -> bool:
        return file.parent.resolve() == self._uploads.resolve()

    def _path_of(self, file: Path) -> str | None:
        """The path under which a file is indexed."""
        real = file.resolve()
        return next((info.path for info in self.documents() if Path(info.file).resolve() == real), None)

    def _check_open(self) -> None:
        if self.fixed:
            raise ReadOnly("Documents are read-only here.", "Ask whoever runs this server.")

    def _upload(self, path: str) -> Path:
        """A browser may send any path: only files it has just uploaded are read."""
        received = Path(path).resolve()
        if not received.is_relative_to(self._received) or not received.is_file():
            raise Refused("there is no such upload", "Choose the file again.", code="upload_missing")
        return received


def rows_html(documents: list[DocumentInfo], fixed: bool = False) -> str:
    """The rows of the document table; where ``fixed``, without the button that deletes."""
    return "".join(_row(info, fixed) for info in documents)


def accepted() -> dict[str, Any]:
    """What an upload may be."""
    return {"suffixes": list(supported_suffixes()), "size": SIZE_LIMIT}


def _row(info: DocumentInfo, fixed: bool) -> str:
    delete = button("delete-document", "delete", icon=icons.DELETE, document=info.path, name=info.title)
    return (
        f'<tr><th scope="row"><b lang="{info.language}">{escaped(info.title)}</b>'
        f"<small>{escaped(info.path)}</small></th>"
        f"<td>{escaped(info.date or '–')}</td><td>{worded(info.language)}</td><td>{info.chunks}</td>"
        f'<td><time datetime="{escaped(info.indexed_at)}" data-local>{escaped(info.indexed_at[:16])}</time></td>'
        f'<td><span class="yj-badge">{worded("indexed")}</span></td>'
        f"<td>{button('view', 'view', icon=icons.VIEW, document=info.path)}{delete * (not fixed)}</td></tr>"
    )


def _checked(name: str, received: Path) -> str:
    """The file name without folders, if it may be kept in the uploads folder."""
    plain = "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    suffix = Path(plain).suffix.lower()
    if suffix not in supported_suffixes():
        raise Refused(
            f"has a type that cannot be indexed ({suffix or 'no ending'})",
            f"Use {', '.join(supported_suffixes())}.",
            code="unsupported_type",
            suffix=suffix or "–",
        )
    if (size := received.stat().st_size) > SIZE_LIMIT:
        limit = SIZE_LIMIT >> 20
        raise Refused(f"is larger than {limit} MB", "Split it.", code="too_large", size=size >> 20, limit=limit)
    if plain.startswith(".") or len(plain.encode("utf-8", "replace")) > LONGEST_NAME:
        raise Refused("has a name that cannot be kept", "Rename it.", code="name_not_kept")
    return plain


def _free(wanted: Path, received: Path) -> Path:
    """The path for an upload: ``wanted``, or the first of ``wanted (2)``, ``wanted (3)``, … that is free."""
    content = received.read_bytes()
    others = (wanted.with_stem(f"{wanted.stem} ({number})") for number in itertools.count(2))
    return next(file for file in itertools.chain([wanted], others) if _has(file, content))


def _has(file: Path, content: bytes) -> bool:
    """Whether a path is free, or already has this content."""
    return not file.exists() or file.read_bytes() == content


@contextmanager
def _in_place(received: Path, target: Path) -> Iterator[None]:
    """The upload stands at ``target`` while it is indexed, and stays there unless that fails."""
    target.parent.mkdir(parents=True, exist_ok=True)
    before = target.with_name(f".{target.name}.before")
    if target.exists():
        os.replace(target, before)
    try:
        shutil.copyfile(received, target)
        yield
    except BaseException:
        target.unlink(missing_ok=True)
        if before.exists():
            os.replace(before, target)
        raise
    before.unlink(missing_ok=True)
