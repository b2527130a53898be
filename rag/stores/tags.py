"""Keeps the tags of documents, each by its path, in what an index says of itself."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from rag.stores.protocol import Write
from rag.types import DocumentInfo

KEY = "tags"
"""The meta key: JSON, the paths of each tag."""


def with_tags(documents: Iterable[DocumentInfo], said: str | None) -> list[DocumentInfo]:
    """Documents with the tags that stand under ``KEY``, and their copies with theirs."""
    if not said:
        return list(documents)
    of: dict[str, list[str]] = {}
    for tag, paths in _read(said).items():
        for path in paths:
            of.setdefault(path, []).append(tag)
    return [
        replace(
            one,
            tags=tuple(of.get(one.path, ())),
            copies=tuple(replace(copy, tags=tuple(of.get(copy.path, ()))) for copy in one.copies),
        )
        for one in documents
    ]


def tag(store: Write, tags: Sequence[str] = (), paths: Collection[str] = ()) -> None:
    """Give documents tags, and forget those of documents that are gone."""
    said = store.meta().get(KEY)
    if not (said or tags):
        return
    there = {place.path for one in store.documents() for place in one.everywhere()}
    known = {name: set(found) for name, found in _read(said or "{}").items()}
    for name in tags:
        known.setdefault(name, set()).update(paths)
    kept = {name: sorted(found & there) for name, found in sorted(known.items()) if found & there}
    if (now := json.dumps(kept, ensure_ascii=False)) != said:
        store.set_meta({KEY: now})


def _read(said: str) -> Mapping[str, Sequence[str]]:
    """The paths of each tag; none where what is said is damaged."""
    try:
        found = json.loads(said)
        return {str(name): [str(path) for path in paths] for name, paths in found.items()}
    except (ValueError, TypeError, AttributeError):
        return {}
