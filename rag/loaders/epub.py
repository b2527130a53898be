"""Reads e-books (EPUB): their chapters in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders import html
from rag.loaders.archive import Archive, resolve
from rag.loaders.builder import Builder, Extract
from rag.loaders.decoding import decode
from rag.loaders.lines import clean_line
from rag.loaders.metadata import Metadata, credited, iso_date

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

KIND = "e-book"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_FONTS = ("font", ".otf", ".ttf", ".woff")


def parse(data: bytes, name: str) -> Extract:
    """The chapters of an .epub file, each a page, and what its package says about it.

    Raises:
        DocumentError: the file is no e-book, is damaged or locked, or unpacks to too much.
    """
    archive = Archive(data, name, KIND)
    container = archive.optional_xml("META-INF/container.xml")
    root = next((one for one in _each(container, "rootfile")), None)
    package = str(root.get("full-path", "")) if root is not None else ""
    if package not in archive.names:
        raise archive.damaged()
    opf = archive.xml(package)
    chapters = _chapters(opf, package)
    if locked := _encrypted(archive) & set(chapters):
        hint = "Only the shop that sold it can open it; index a copy without the lock."
        raise DocumentError(name, f"has {len(locked)} locked chapters", hint, code="locked_book")
    titles = _titles(archive, opf, package)
    doc = Builder()
    for number, member in enumerate((one for one in chapters if one in archive.names), 1):
        chapter = html.fragment(decode(archive.read(member), f"{name} › {member}"), name)
        if chapter.text:
            doc.page(number, unit="chapter", name=titles.get(member) or _first_heading(chapter))
            doc.include(chapter)
    return doc.extract(_metadata(opf))


def _chapters(opf: Element, package: str) -> list[str]:
    """The members of the book's pages, in reading order."""
    items = {
        item.get("id"): resolve(package, str(item.get("href", "")))
        for item in _each(opf, "item")
        if item.get("media-type") in _PAGES and "nav" not in str(item.get("properties", "")).split()
    }
    return [items[one.get("idref")] for one in _each(opf, "itemref") if one.get("idref") in items]


def _titles(archive: Archive, opf: Element, package: str) -> dict[str, str]:
    """What the table of contents calls each page."""
    found: dict[str, str] = {}
    for item in _each(opf, "item"):
        member = resolve(package, str(item.get("href", "")))
        if member not in archive.names:
            continue
        if item.get("media-type") == "application/x-dtbncx+xml":
            for point in _each(archive.xml(member), "navPoint"):
                content, label = next(_each(point, "content"), None), next(_each(point, "text"), None)
                if content is not None and label is not None:
                    found.setdefault(resolve(member, str(content.get("src", ""))), clean_line(label.text or ""))
        elif "nav" in str(item.get("properties", "")).split():
            tree = html.parse_tree(decode(archive.read(member), member), member)
            for link in tree.css("nav a[href]"):
                found.setdefault(resolve(member, link.attributes.get("href") or ""), clean_line(link.text()))
    return found


def _encrypted(archive: Archive) -> set[str]:
    """The members that are encrypted, fonts left out, which many books scramble."""
    known = archive.optional_xml("META-INF/encryption.xml")
    members = {str(one.get("URI", "")).lstrip("/") for one in _each(known, "CipherReference")}
    return {member for member in members if not any(sign in member.lower() for sign in _FONTS)}


def _first_heading(chapter: Extract) -> str:
    blocks = chapter.outline.blocks
    return next((chapter.text[one.start : one.end] for one in blocks if one.kind == "heading"), "")


def _metadata(opf: Element) -> Metadata:
    said: dict[str, str] = {}
    for one in opf.iter():
        if isinstance(one.tag, str) and one.tag.startswith(_DC):
            said.setdefault(one.tag.removeprefix(_DC), clean_line(one.text or ""))
    author = credited(said.get("creator"))
    source = said.get("publisher") or author.source
    stated = Metadata(said.get("title") or None, iso_date(said.get("date")), author.author, source or None)
    return stated.taken_from("book properties")


def _each(root: Element | None, name: str) -> Iterator[Element]:
    """The elements of a name in any namespace."""
    return iter(()) if root is None else root.iter(f"{{*}}{name}")
