"""Reads the members of a zip archive, such as an office file, within limits of size."""

from __future__ import annotations

import io
import posixpath
import zipfile
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from rag.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

UNPACKED_LIMIT = 512 << 20
"""Bytes that all members may have together."""
XML_LIMIT = 64 << 20
"""Bytes of XML, whose tree takes several times as much memory."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How old office files begin, and new ones that are locked by a password."""
_BROKEN = (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, OSError, EOFError, SyntaxError)


class Archive:
    """The members of an archive by their names.

    Raises:
        DocumentError: it is no archive, is damaged or locked, or unpacks to too much; so does reading a member.
    """

    def __init__(self, data: bytes, name: str, kind: str, *, xml_limit: int = XML_LIMIT) -> None:
        """``kind`` is what the file should be, for messages: "Word document"."""
        self._name = name
        self._kind = kind
        refuse_locked(data, name, kind)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise self.damaged() from error
        entries = self._zip.infolist()
        refuse_bomb(name, "", sum(entry.file_size for entry in entries), UNPACKED_LIMIT)
        xml = sum(entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels")))
        refuse_bomb(name, " of XML", xml, xml_limit)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all members, folders left out."""
        return tuple(entry.filename for entry in self._zip.infolist() if not entry.is_dir())

    def size(self, member: str) -> int:
        """The bytes of a member, unpacked."""
        return self._zip.getinfo(member).file_size

    def shown(self, member: str) -> str:
        """The name of a member as it was given; old programs write it in the encoding of their country."""
        if self._zip.getinfo(member).flag_bits & 0x800:
            return member
        try:
            raw = member.encode("cp437")
        except UnicodeEncodeError:
            return member
        for encoding in ("utf-8", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        return member

    def read(self, member: str) -> bytes:
        """The bytes of a member."""
        try:
            return self._zip.read(member)
        except RuntimeError as error:  # that is what zipfile raises where a password is needed
            raise locked(self._name) from error
        except _BROKEN as error:
            raise self.damaged() from error

    def xml(self, member: str) -> Element:
        """The root of a member that is XML; entities are not expanded, nothing is fetched."""
        try:
            return parse_xml(self.read(member))
        except SyntaxError as error:
            raise self.damaged() from error

    def optional_xml(self, member: str) -> Element | None:
        """The root of a member, None where there is no such member."""
        return self.xml(member) if member in self.names else None

    def damaged(self) -> DocumentError:
        """The error to raise where something is not as it should be."""
        return damaged(self._name, self._kind)


def parse_xml(data: bytes) -> Element:
    """The root of XML; entities are not expanded, nothing is fetched.

    Raises:
        SyntaxError: it is no XML.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root: Any = etree.fromstring(data, parser)
    if root is None:
        raise SyntaxError("no element")
    return root


def resolve(base: str, target: str) -> str:
    """The name of the member that a link in member ``base`` leads to, its fragment dropped."""
    path = unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)).lstrip("/")


def refuse_bomb(name: str, what: str, size: int, limit: int) -> None:
    """Refuse what unpacks to more than a limit.

    Raises:
        DocumentError: it does.
    """
    if size > limit:
        raise DocumentError(
            name,
            f"unpacks to {size >> 20} MB{what}, more than {limit >> 20} MB",
            "Split it, or save its text as .txt and index that.",
            code="unpacks_too_large",
            size=size >> 20,
            limit=limit >> 20,
        )


def refuse_locked(data: bytes, name: str, kind: str) -> None:
    """Refuse an office file that is in the binary format of before 2007, or locked by a password.

    Raises:
        DocumentError: it is one of them.
    """
    if not data.startswith(_OLE):
        return
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise locked(name)
    hint = "Save it in the present format, without a password, and index that."
    raise DocumentError(
        name, f"is no {kind} but an old Office file, or locked by a password", hint, code="old_office", kind=kind
    )


def locked(name: str) -> DocumentError:
    """The error of a file that needs a password."""
    hint = "Save a copy without the password and index that."
    return DocumentError(name, "is locked by a password", hint, code="locked_office")


def damaged(name: str, kind: str) -> DocumentError:
    """The error of a file that is not what its ending says, or only half of it."""
    hint = "Open it in the program that made it, save it again and index that."
    return DocumentError(name, f"is not a complete {kind}", hint, code="damaged_office", kind=kind)
