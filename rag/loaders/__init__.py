"""Files to documents: ``discover`` finds files, ``load`` reads one. A format is a module and a row in ``FORMATS``."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from rag.errors import DocumentError, NothingToRead
from rag.loaders import (
    docx,
    epub,
    html,
    image,
    mail,
    markdown,
    odf,
    pdf,
    plain,
    records,
    rtf,
    separated,
    slides,
    subtitles,
    workbook,
    zipped,
)
from rag.loaders.apart import parse_apart
from rag.loaders.builder import Extract
from rag.loaders.files import (
    SIZE_LIMIT,
    Discovery,
    Skipped,
    SourceFile,
    absolute_name,
    find_files,
    readable,
    too_large,
)
from rag.loaders.lines import clean_line, width
from rag.loaders.metadata import Metadata, date_in_name
from rag.loaders.missing import Gone, gone, lies_in
from rag.loaders.ocr import installed as reads_pictures
from rag.loaders.properties import PROPERTIES
from rag.text import has_words, language_of
from rag.types import Document

__all__ = [
    "SIZE_LIMIT",
    "Discovery",
    "Gone",
    "Skipped",
    "SourceFile",
    "absolute_name",
    "content_hash",
    "discover",
    "gone",
    "lies_in",
    "load",
    "readable",
    "reads_pictures",
    "supported_suffixes",
]

Parser = Callable[[bytes, str], Extract]
"""Parses a file's bytes; the name is for messages. Raises DocumentError."""

FORMATS: dict[str, Parser] = {
    ".csv": separated.parse,
    ".docx": docx.parse,
    ".eml": mail.parse,
    ".epub": epub.parse,
    ".htm": html.parse,
    ".html": html.parse,
    ".jpeg": image.parse,
    ".jpg": image.parse,
    ".json": records.parse,
    ".jsonl": records.parse,
    ".markdown": markdown.parse,
    ".md": markdown.parse,
    ".msg": mail.parse,
    ".ods": workbook.parse,
    ".odt": odf.parse,
    ".pdf": pdf.parse,
    ".png": image.parse,
    ".pptx": slides.parse,
    ".rtf": rtf.parse,
    ".srt": subtitles.parse,
    ".text": plain.parse,
    ".tif": image.parse,
    ".tiff": image.parse,
    ".tsv": separated.parse,
    ".txt": plain.parse,
    ".vtt": subtitles.parse,
    ".webp": image.parse,
    ".xhtml": html.parse,
    ".xls": workbook.parse,
    ".xlsb": workbook.parse,
    ".xlsm": workbook.parse,
    ".xlsx": workbook.parse,
    ".zip": zipped.parse,
}
PACKED = frozenset(".docx .eml .epub .jpeg .jpg .msg .ods .odt .pdf .pptx .rtf .xls .xlsb .xlsm .xlsx .zip".split())
"""Formats whose files may hold far more than their size shows, and whose libraries may raise anything."""
TEXT_LIMIT = 10_000_000
"""The longest text that is indexed, in characters."""

_SMALL = 1 << 18
"""Bytes that take no parser long, unless they are packed."""
_LONGEST_TITLE = 160
_NOTHING = ("no readable text", "Check that the file is not empty or made of images only.")


def supported_suffixes() -> tuple[str, ...]:
    """The file endings that can be loaded, sorted, lower case, each with its dot."""
    return tuple(sorted(FORMATS))


def discover(patterns: Sequence[str | Path], size_limit: int = SIZE_LIMIT) -> Discovery:
    """The files that paths, folders and globs stand for, and what was left out and why."""
    return find_files(patterns, FORMATS, size_limit)


def content_hash(file: SourceFile, size_limit: int = SIZE_LIMIT) -> str:
    """What ``Document.content_hash`` would be, without reading the text: sha256 of the file's bytes, hex.

    Raises:
        DocumentError: the file cannot be opened or is too large.
    """
    return hashlib.sha256(_read(file, size_limit)).hexdigest()


def load(file: SourceFile, size_limit: int = SIZE_LIMIT) -> Document:
    """One file as a Document: its paragraphs as lines, apart by a single newline.

    Raises:
        NothingToRead: the file is empty, or says nothing.
        DocumentError: the file cannot be opened, is of no supported type, or is broken.
    """
    suffix = file.path.suffix.lower()
    parser = FORMATS.get(suffix)
    if parser is None:
        raise DocumentError(
            file.name,
            f"has a type that cannot be indexed ({suffix or 'no ending'})",
            f"Use {', '.join(FORMATS)}.",
            code="unsupported_type",
            suffix=suffix,
        )
    data = _read(file, size_limit)
    if not data:
        raise NothingToRead(file.name, *_NOTHING)
    try:
        bomb = len(data) > _SMALL or suffix in PACKED
        extract = parse_apart(parser.__module__, data, file.name) if bomb else parser(data, file.name)
    except DocumentError:
        raise
    except Exception as error:  # a parser met bytes its authors did not foresee: this file fails, not the run
        problem = f"{type(error).__name__}: {error}"
        hint = "Save it in another format and index that."
        raise DocumentError(
            file.name, f"could not be read ({problem})", hint, code="not_readable", problem=problem
        ) from error
    text = extract.text
    if not has_words(text):
        raise NothingToRead(file.name, *_NOTHING)
    if len(text) > TEXT_LIMIT:
        millions, limit = round(len(text) / 1e6), round(TEXT_LIMIT / 1e6)
        raise DocumentError(
            file.name,
            f"holds {millions} million characters, more than the {limit} million that are indexed",
            "Split it into smaller files.",
            code="too_long",
            millions=millions,
            limit=limit,
        )
    metadata = _completed(extract.metadata, extract.lines, file.name)
    return Document(
        path=file.name,
        text=text,
        title=metadata.title or "",
        language=language_of(text),
        content_hash=hashlib.sha256(data).hexdigest(),
        date=metadata.date,
        author=metadata.author,
        source=clean_line(metadata.source) if metadata.source else None,
        file=file.absolute,
        outline=extract.outline,
        evidence=metadata.evidence,
        unread=extract.unread,
    )


def _read(file: SourceFile, size_limit: int) -> bytes:
    try:
        descriptor = os.open(file.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise DocumentError(file.name, "is not a regular file", code="not_a_regular_file")
            if objection := too_large(status.st_size, size_limit):
                raise DocumentError(
                    file.name, *objection, code="too_large", size=status.st_size >> 20, limit=size_limit >> 20
                )
            return stream.read()
    except OSError as error:
        problem = str(error.strerror or error)
        hint = "Check that it exists and that you may read it."
        raise DocumentError(
            file.name, f"cannot be read ({problem})", hint, code="cannot_be_opened", problem=problem
        ) from error


def _completed(metadata: Metadata, lines: Sequence[str], name: str) -> Metadata:
    """With the title that there is, and the date in the file's name where the file's program alone gives another."""
    metadata = replace(metadata, title=_clean_title(metadata.title)).taken_from("text")
    if not metadata.date or metadata.date_from == PROPERTIES:
        metadata = Metadata(date=date_in_name(PurePosixPath(name).stem), date_from="file name").or_else(metadata)
        metadata = metadata if metadata.date else replace(metadata, date_from="")
    first = next((line for line in lines if has_words(line)), "")
    titled = 0 < width(first) <= 80 and not first.endswith(("。", ".", "，", ",", "；", "：", ":"))
    own = Metadata(title=first, title_from="first line") if titled else Metadata()
    return metadata.or_else(own).or_else(Metadata(title=PurePosixPath(name).stem, title_from="file name"))


def _clean_title(stated: str | None) -> str | None:
    """A stated title that is not too long; None where there is none."""
    title = clean_line(stated) if stated else ""
    return (title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…") or None
