"""Reads the files in a zip archive, each as a part."""

from __future__ import annotations

from pathlib import PurePosixPath

from rag.errors import DocumentError
from rag.loaders.archive import Archive
from rag.loaders.builder import Builder, Extract
from rag.loaders.metadata import Metadata
from rag.loaders.parts import append_part

KIND = "zip archive"
_MOST_FILES = 2000
_LARGEST = 64 << 20


def parse(data: bytes, name: str) -> Extract:
    """What the files of an archive say, by name; of those that cannot be read, why.

    Raises:
        DocumentError: the archive is damaged or locked, holds too much, or nothing that can be read.
    """
    archive = Archive(data, name, KIND)
    members = sorted(member for member in archive.names if _is_meant(member))
    if len(members) > _MOST_FILES:
        hint = "Unpack it and index the folder."
        raise DocumentError(
            name, f"holds {len(members)} files, more than {_MOST_FILES}", hint, code="too_many_files", limit=_MOST_FILES
        )
    doc = Builder()
    read = 0
    for number, member in enumerate(members, 1):
        if archive.size(member) > _LARGEST:
            doc.note(f"{archive.shown(member)}: is too large")
        else:
            read += append_part(doc, archive.shown(member), archive.read(member), number, name)
    if not read:
        raise DocumentError(
            name, "holds no file that can be read", "Unpack it to see what is in it.", code="nothing_inside"
        )
    return doc.extract(Metadata(title=PurePosixPath(name).stem))


def _is_meant(member: str) -> bool:
    """Whether a member is a document, not what an operating system has put beside."""
    parts = PurePosixPath(member).parts
    return not any(part.startswith(".") or part == "__MACOSX" for part in parts)
