"""Reads metadata from a page's head: JSON-LD, Open Graph, ``meta`` names, ``title`` and ``h1``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.loaders.lines import clean_line
from rag.loaders.metadata import Metadata, credited, headline, iso_date, organisation

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_DATES = (
    "article:published_time datepublished pubdate publishdate publish_date publication_date og:pubdate dc.date"
    " dc.date.issued dcterms.date dcterms.created parsely-pub-date sailthru.date date og:release_date"
    " citation_publication_date"
).split()
_AUTHORS = (
    "author article:author og:article:author dc.creator dcterms.creator byl parsely-author citation_author".split()
)
_SOURCES = "contentsource source mediaid og:site_name application-name publisher dc.publisher sitename".split()


def read_head(tree: LexborHTMLParser) -> Metadata:
    """What a page's head says, the most deliberate statements first."""
    metas = _metas(tree)
    linked = _linked_data(tree)
    account = _text(tree, "#js_name")  # the publisher of a WeChat article, whose head names WeChat
    site = account or next((metas[key] for key in _SOURCES if metas.get(key)), None)
    author = next((m for key in _AUTHORS if (m := credited(metas.get(key))).author), credited(metas.get("author")))
    date = next((iso for key in _DATES if (iso := iso_date(metas.get(key)))), None)
    stamp = tree.css_first("article time[datetime], time[pubdate], time[itemprop=datePublished], time[datetime]")
    stated = linked.or_else(Metadata(date=date, author=author.author, source=site or author.source))
    window = _text(tree, "head > title")
    return stated.or_else(
        Metadata(
            title=_title(tree, metas.get("og:title"), window, stated.source),
            date=iso_date(stamp.attributes.get("datetime")) if stamp else None,
            source=_site_of(window) if window else None,
        )
    ).taken_from("page head")


def _metas(tree: LexborHTMLParser) -> dict[str, str]:
    """Every ``meta`` by its name in lower case; of several with one name the first."""
    found: dict[str, str] = {}
    for meta in tree.css("meta[content]"):
        attributes = meta.attributes
        key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        content = clean_line(attributes.get("content") or "")
        if key and content:
            found.setdefault(key.lower(), content)
    return found


def _linked_data(tree: LexborHTMLParser) -> Metadata:
    """Headline, date, author and publisher from the page's JSON-LD (schema.org Article)."""
    metadata = Metadata()
    for script in tree.css("script[type='application/ld+json']"):
        try:
            loaded = json.loads(script.text())
        except (ValueError, RecursionError):
            continue
        for item in _articles(loaded):
            author = credited(_name(item.get("author")))
            metadata = metadata.or_else(
                Metadata(
                    title=_name(item.get("headline")),
                    date=iso_date(item.get("datePublished")),
                    author=author.author,
                    source=_name(item.get("publisher")) or author.source,
                )
            )
    return metadata


def _articles(loaded: object) -> Iterator[dict[str, object]]:
    """The objects at the top of a JSON-LD block, or in its graph, that describe something published."""
    items = loaded if isinstance(loaded, list) else [loaded]
    for item in items:
        if isinstance(item, dict):
            if "headline" in item or "datePublished" in item:
                yield item
            graph = item.get("@graph")
            if isinstance(graph, list):
                yield from (node for node in graph if isinstance(node, dict) and "headline" in node)


def _name(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(name for item in value[:5] if not isinstance(item, list) and (name := _name(item))) or None
    if isinstance(value, dict):
        value = value.get("name")
    return clean_line(value) or None if isinstance(value, str) else None


def _title(tree: LexborHTMLParser, shared: str | None, window: str | None, site: str | None) -> str | None:
    """The headline: an ``h1`` that the window title bears out, else the shared title, else the window title's part."""
    named = f"{shared or ''} {window or ''}"
    headings = [text for h1 in tree.css("h1")[:10] if (text := clean_line(h1.text()))]
    borne_out = [text for text in headings if _letters(text) in _letters(named)]
    if borne_out:
        return max(borne_out, key=len)
    if shared or window:
        return headline(shared or window or "", site)
    return headings[0] if len(headings) == 1 else None


def _site_of(window: str) -> str | None:
    return organisation(re.split(r"[_|｜]|\s[-–—]\s", window)[-1]) if re.search(r"[_|｜]|\s[-–—]\s", window) else None


def _text(tree: LexborHTMLParser, selector: str) -> str | None:
    node = tree.css_first(selector)
    return clean_line(node.text()) or None if node else None


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text).lower()
