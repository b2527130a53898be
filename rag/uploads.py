"""Takes uploaded files into the index folder and the index, and deletes documents, one change at a time."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.errors import DocumentError, DocumentMissing, Forbidden, IndexMissing
from rag.fetching import WEB, Fetcher
from rag.loaders import supported_suffixes
from rag.pipeline import Rag
from rag.types import DocumentInfo

UPLOADS = "uploads"
"""Where uploaded files are kept, in the index folder."""

LONGEST_NAME = 200
"""Bytes of a file's name."""

Permit = Callable[[str], None]
"""Called with the path of a document before it changes; raises Forbidden where who asks may not change it."""

Audit = Callable[[str, str], None]
"""Called with what was done (``add``, ``replace``, ``delete``) and the path of the document."""


@dataclass(frozen=True, slots=True)
class Added:
    """An upload that was indexed."""

    path: str
    """The document's."""
    name: str
    """The file's."""
    renamed: bool = False
    """Whether a different file had the name that was given."""
    other: str | None = None
    """The document of that different file; None where it is not indexed."""


class Uploads:
    """The documents of an index as a server changes them."""

    size_limit = 20 * 1024 * 1024
    """Bytes an uploaded file may have."""

    def __init__(
        self,
        rag: Rag,
        permit: Permit = lambda _path: None,
        audit: Audit = lambda _action, _path: None,
        fetcher: Callable[[Path], Fetcher] = Fetcher,
    ) -> None:
        self._rag = rag
        self._fetcher = fetcher
        self._permit = permit
        self._audit = audit
        self._folder = rag.settings.index / UPLOADS
        self._writing = threading.Lock()

    def documents(self) -> list[DocumentInfo]:
        """Every indexed document, once for each of its files, by path; none where there is no index yet."""
        try:
            found = [place for info in self._rag.documents() for place in info.everywhere()]
        except IndexMissing:
            return []
        return sorted(found, key=lambda info: info.path)

    def add(self, received: Path, name: str, collection: str = "") -> Added:
        """Index a file under its own name, or under a free one like it where a different file has that.

        ``collection`` names the folder it is put in, by which a scope finds it.

        Raises:
            DocumentError: it is too large, of another type, or cannot be read.
            Forbidden: who asks may not add it.
            StoreError: the index cannot be written.
        """
        self._permit(name)
        wanted = self._folder / _folder(collection) / _checked(name, received)
        with self._writing:
            target = _free(wanted, received)
            path = self._put(received, target)
            self._audit("add", path)
            renamed = target != wanted
            return Added(path, target.name, renamed, self._path_of(wanted) if renamed else None)

    def fetch(self, address: str) -> Added:
        """Index what is at a web address; what was fetched from there before is replaced.

        Raises:
            DocumentError: the address is no public one, cannot be reached, forbids it, or gives nothing that is read.
            Forbidden: nothing is fetched here, or who asks may not add it.
            StoreError: the index cannot be written.
        """
        if not self._rag.settings.allow_network:
            hint = "Start the server with --allow-network."
            raise Forbidden("Nothing is fetched from the web here.", hint, code="network_off")
        self._permit(address)
        with tempfile.TemporaryDirectory() as folder:
            received = self._fetcher(Path(folder)).fetch(address)
            target = self._rag.settings.index / received.relative_to(folder)
            with self._writing:
                path = self._put(received, target)
                self._audit("add", path)
        return Added(path, target.name)

    def replace(self, path: str, other: str) -> str:
        """Put the upload that is indexed as ``path`` in the place of the upload ``other``; returns its new path.

        Raises:
            DocumentError: one of them is no upload.
            Forbidden: who asks may not replace it.
        """
        self._permit(other)
        with self._writing:
            files = {info.path: Path(info.file) for info in self.documents()}
            uploads = [files[one] for one in (path, other) if one in files and self._is_upload(files[one])]
            if len(uploads) < 2 or path == other:
                raise DocumentError(path, "there is no such upload", "Choose the file again.", code="upload_missing")
            newer, older = uploads
            self._rag.delete([path])
            placed = self._put(newer, older)
            newer.unlink(missing_ok=True)
            self._audit("replace", placed)
            return placed

    def delete(self, *paths: str) -> None:
        """Forget documents, and their files where they were uploaded or fetched.

        Raises:
            DocumentMissing: no document has one of these paths.
            Forbidden: who asks may not delete one of them; none is deleted.
        """
        for path in paths:
            self._permit(path)
        with self._writing:
            files = {info.path: Path(info.file) for info in self.documents()}
            there = [path for path in paths if path in files]
            self._rag.delete(there)
            for path in there:
                if self._is_upload(files[path]) or self._is_fetched(files[path]):
                    files[path].unlink(missing_ok=True)
                self._audit("delete", path)
        if len(there) < len(paths):
            raise DocumentMissing(next(path for path in paths if path not in files))

    def _put(self, received: Path, target: Path) -> str:
        try:
            with _in_place(received, target):
                summary = self._rag.index([target])
                if summary.failed:
                    failure = summary.failed[0]
                    raise DocumentError(
                        target.name, failure.reason, failure.hint, code=failure.code, **failure.parameters
                    )
        except DocumentError:
            if target.exists():  # the version before, which the index may have forgotten
                self._rag.index([target])
            raise
        return next(iter((*summary.added, *summary.updated, *summary.unchanged)))

    def _is_upload(self, file: Path) -> bool:
        return file.resolve().is_relative_to(self._folder.resolve())

    def _is_fetched(self, file: Path) -> bool:
        return file.resolve().is_relative_to((self._rag.settings.index / WEB).resolve())

    def _path_of(self, file: Path) -> str | None:
        """The path under which a file is indexed."""
        real = file.resolve()
        return next((info.path for info in self.documents() if Path(info.file).resolve() == real), None)


def _checked(name: str, received: Path) -> str:
    """The file name without folders, if it may be kept in the uploads folder."""
    plain = "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    suffix = Path(plain).suffix.lower()
    if suffix not in supported_suffixes():
        raise DocumentError(
            plain,
            f"has a type that cannot be indexed ({suffix or 'no ending'})",
            f"Use {', '.join(supported_suffixes())}.",
            code="unsupported_type",
            suffix=suffix or "–",
        )
    if (size := received.stat().st_size) > Uploads.size_limit:
        limit = Uploads.size_limit >> 20
        reason = f"is larger than {limit} MB"
        raise DocumentError(plain, reason, "Split it.", code="too_large", size=size >> 20, limit=limit)
    if plain.startswith(".") or len(plain.encode("utf-8", "replace")) > LONGEST_NAME:
        raise DocumentError(plain, "has a name that cannot be kept", "Rename it.", code="name_not_kept")
    return plain


def _folder(collection: str) -> str:
    """The folder of a collection, if it may have one in the uploads folder."""
    if not collection or re.fullmatch(r"\w[\w .-]{0,63}", collection):
        return collection
    hint = "Use letters, digits, spaces, '.', '-' and '_'."
    raise DocumentError(collection, "cannot be the name of a collection", hint, code="name_not_kept")


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
