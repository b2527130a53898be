"""Reads JSON and JSON Lines: lists of flat records as tables, all else as headings and "key: value" lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from rag.errors import DocumentError
from rag.loaders.builder import Builder, Extract
from rag.loaders.decoding import decode
from rag.loaders.metadata import Metadata, credited, iso_date

_LONG = 200
"""Characters of a value that reads as a text rather than as a cell."""
_DEEPEST = 100
_NAMES = ("title", "name", "question", "heading", "subject", "标题", "名称", "姓名", "问题", "id")
_WIDEST = 60


def parse(data: bytes, name: str) -> Extract:
    """What a JSON file says, its keys and values in their order.

    Raises:
        DocumentError: the bytes are not text or not JSON.
    """
    text = decode(data, name)
    try:
        if PurePosixPath(name).suffix.lower() in {".jsonl", ".ndjson"}:
            loaded = [json.loads(line, parse_float=str, parse_int=str) for line in text.splitlines() if line.strip()]
        else:
            loaded = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise DocumentError(
            name, f"is not valid JSON{line}", "Check it, or rename it to end in .txt.", code="not_json"
        ) from error
    doc = Builder()
    _append(doc, loaded, "", 1)
    metadata = _metadata(loaded) if isinstance(loaded, dict) else Metadata()
    return doc.extract(metadata.or_else(Metadata(title=PurePosixPath(name).stem)))


def _append(doc: Builder, value: Any, key: str, level: int) -> None:
    if level > _DEEPEST:
        doc.paragraph(json.dumps(value, ensure_ascii=False))
    elif isinstance(value, dict):
        if key:
            doc.heading(key, level)
        for one, inner in value.items():
            _append(doc, inner, str(one), level + bool(key))
    elif isinstance(value, list):
        _append_list(doc, value, key, level)
    else:
        for place, line in enumerate(_shown(value).split("\n")):
            doc.paragraph(f"{key}: {line}" if key and not place else line)


def _append_list(doc: Builder, values: Sequence[Any], key: str, level: int) -> None:
    if not values:
        return
    if columns := _columns(values):
        if key:
            doc.heading(key, level)
        rows = [columns, *([_cell(one.get(column)) for column in columns] for one in values)]
        doc.table(rows, header_rows=1, labels=["", *(str(number) for number in range(1, len(values) + 1))])
    elif all(_is_flat(one) for one in values) and sum(len(_shown(one)) for one in values) <= _LONG:
        doc.paragraph(f"{key}: {_cell(list(values))}" if key else _cell(list(values)))
    else:
        if key:
            doc.heading(key, level)
        for one in values:
            _append_item(doc, one, level + bool(key))


def _append_item(doc: Builder, value: Any, level: int) -> None:
    if isinstance(value, dict):
        title = next((one for one in _NAMES if isinstance(value.get(one), str) and value[one].strip()), None)
        rest = {one: inner for one, inner in value.items() if one != title}
        if title:
            doc.heading(value[title], level)
        for one, inner in rest.items():
            _append(doc, inner, str(one), level + bool(title))
    elif _is_flat(value):
        for line in _shown(value).split("\n"):
            doc.item(line)
    else:
        _append(doc, value, "", level)


def _columns(values: Sequence[Any]) -> list[str]:
    """The keys of records that make a table: the same ones as a rule, with short values."""
    if len(values) < 2 or not all(isinstance(one, dict) and one for one in values):
        return []
    keys = list(dict.fromkeys(str(key) for one in values for key in one))
    cells = [inner for one in values for inner in one.values()]
    flat = all(_is_flat(one) or (isinstance(one, list) and all(map(_is_flat, one))) for one in cells)
    short = all(len(_cell(one)) <= _LONG for one in cells) if flat else False
    return keys if short and 1 < len(keys) <= _WIDEST and len(cells) >= 0.5 * len(keys) * len(values) else []


def _is_flat(value: Any) -> bool:
    return value is None or isinstance(value, (str, bool, int, float))


def _cell(value: Any) -> str:
    return ", ".join(_shown(one) for one in value) if isinstance(value, list) else _shown(value)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _metadata(loaded: dict[str, Any]) -> Metadata:
    def said(*keys: str) -> Iterator[str]:
        yield from (loaded[key] for key in keys if isinstance(loaded.get(key), str) and loaded[key].strip())

    author = credited(next(said("author", "作者"), None))
    title = next(said("title", "标题", "headline"), None)
    date = next((iso for one in said("date", "published", "datePublished", "日期") if (iso := iso_date(one))), None)
    return Metadata(title, date, author.author, next(said("source", "来源"), None) or author.source)
