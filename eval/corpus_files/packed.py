"""Members to a ZIP archive whose bytes are the same on every run."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

_BEGIN = (1980, 1, 1, 0, 0, 0)
_WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def packed(members: Sequence[tuple[str, str | bytes]]) -> bytes:
    """An archive of members; the one called ``mimetype`` is stored as it is, as e-books and OpenDocument want it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, _BEGIN)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def repacked(data: bytes, stamp: str) -> bytes:
    """An archive that a library wrote, without the time of writing: ``stamp`` is the date it says instead."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(name, archive.read(name)) for name in sorted(archive.namelist(), key=_order)]
    return packed([(name, _timeless(name, content, stamp)) for name, content in members])


def _timeless(name: str, content: bytes, stamp: str) -> bytes:
    if name.endswith(".xlsx"):  # the figures behind a chart
        return repacked(content, stamp)
    if name == "docProps/core.xml":
        return _WRITTEN.sub(rf"\g<1>{stamp}T00:00:00Z\g<2>".encode(), content)
    return content


def _order(name: str) -> tuple[bool, str]:
    return (name != "[Content_Types].xml", name)
