"""Keeps the tags of documents, each by its path, in what an index says of itself."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.errors import ConfigError
from rag.stores.protocol import Write
from rag.types import DocumentInfo

KEY = "tags"
"""The meta key: JSON, the paths of each tag."""


@dataclass(frozen=True, slots=True)
class TagChange:
    """Tags that documents get, and tags that they lose; a tag that a document does not have is lost already.

    Raises:
        ConfigError: a tag is to be both added and removed.
    """

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if both := sorted({*self.add} & {*self.remove}):
            raise ConfigError(f"The tag {both[0]!r} is to be added and removed.", "do one of the two")


NO_CHANGE = TagChange()


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


def tag(store: Write, change: TagChange = NO_CHANGE, paths: Collection[str] = ()) -> None:
    """Change the tags of documents, and forget those of documents that are gone."""
    said = store.meta().get(KEY)
    if not (said or change.add):
        return
    there = {place.path for one in store.documents() for place in one.everywhere()}
    known = {name: set(found) for name, found in _read(said or "{}").items()}
    for name in change.add:
        known.setdefault(name, set()).update(paths)
    for name in known.keys() & {*change.remove}:
        known[name].difference_update(paths)
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
