"""Reads YAML front matter, and the text below it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import NamedTuple

from rag.loaders.metadata import Metadata, credited, iso_date

_BLOCK = re.compile(r"\s*---[ \t]*\r?\n(?P<yaml>.{0,65536}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_ENTRY = re.compile(r"^(\w+)[ \t]*:[ \t]+(.+)$", re.MULTILINE)
_DATE_KEYS = ("date", "published", "pubdate", "publish_date", "datepublished", "created", "updated")
_SOURCE_KEYS = ("source", "site", "sitename", "publisher", "publication", "url", "link", "canonical", "original")


class FrontMatter(NamedTuple):
    """What the front matter says, and the text below it."""

    metadata: Metadata
    body: str


def split_front_matter(text: str) -> FrontMatter:
    """A text's front matter and the rest; a text that merely opens with a rule (``---``) has none."""
    block = _BLOCK.match(text)
    values = _load(block["yaml"]) if block else {}
    if not block or not values:
        return FrontMatter(Metadata(), text)
    author = credited(_scalar(values.get("author") or values.get("authors") or values.get("by")))
    stated = next((source for key in _SOURCE_KEYS if (source := _scalar(values.get(key)))), None)
    metadata = Metadata(
        title=_scalar(values.get("title")),
        date=next((date for key in _DATE_KEYS if (date := iso_date(values.get(key)))), None),
        author=author.author,
        source=stated or author.source,
    )
    return FrontMatter(metadata.taken_from("front matter"), text[block.end() :])


def _load(block: str) -> Mapping[str, object]:
    """The keys of a YAML block in lower case; of one that is not YAML, such as ``title: a: b``, its plain lines."""
    from frontmatter.default_handlers import YAMLHandler, yaml

    try:
        loaded = YAMLHandler().load(block)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        loaded = {key: value.strip("\"' ") for key, value in _ENTRY.findall(block)}
    if not isinstance(loaded, dict):
        return {}
    return {str(key).lower(): value for key, value in loaded.items()}


def _scalar(value: object) -> str | None:
    """A scalar as text; of a list its scalars, of a mapping its name."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        return ", ".join(text for item in value[:10] if not isinstance(item, list) and (text := _scalar(item))) or None
    if isinstance(value, str | int | float | datetime.date):
        return " ".join(str(value).split()) or None
    return None
