"""Finds indexed documents whose files are gone, as far as that is certain."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.loaders.files import Discovery, absolute_name, is_gone
from rag.types import DocumentInfo


@dataclass(frozen=True, slots=True)
class Gone:
    """The paths of documents whose files are gone."""

    removed: Sequence[str]
    """To be forgotten, sorted."""
    doubtful: Mapping[str, int]
    """How many are kept by the absolute path of what was named: all of it is gone, as when a drive is not there."""


def gone(before: Iterable[DocumentInfo], discovery: Discovery, prune: bool | None) -> Gone:
    """The documents whose files are gone from where the user told us to look.

    ``prune`` says whether they are to be forgotten; None: unless nothing at all is left of a folder that was named. A
    link to a file that is found itself is forgotten in any case, as the file says what it says.
    """
    missing = [skipped.missing for skipped in discovery.skipped if skipped.missing]
    places = [*map(absolute_name, discovery.folders), *missing]
    removed, doubtful = [], Counter[str]()
    for info in before:
        if info.file in discovery.aliases:
            removed.append(info.path)
        elif prune is not False and any(lies_in(info.file, place) for place in places) and _is_gone(info, discovery):
            doubts = [place for place in missing if _is_doubtful(info.file, place)]
            if prune is None and doubts:
                doubtful[doubts[0]] += 1
            else:
                removed.append(info.path)
    return Gone(sorted(removed), doubtful)


def lies_in(file: str, place: str) -> bool:
    """Whether a file is at an absolute path or in the folder there."""
    return file == place or file.startswith(os.path.join(place, ""))


def _is_gone(info: DocumentInfo, discovery: Discovery) -> bool:
    return info.file not in discovery.present and (_is_unlisted(info.file, discovery.listings) or is_gone(info.file))


def _is_unlisted(file: str, listings: Mapping[str, frozenset[str]]) -> bool:
    """Whether the listing of a folder shows that a file is gone; a disk that takes small letters for capitals would
    still open it under its old name."""
    path = file
    while (folder := os.path.dirname(path)) != path:
        if folder in listings:
            return path not in listings[folder]
        path = folder
    return False


def _is_doubtful(file: str, place: str) -> bool:
    """Whether a file may be gone only for now: it was in a folder of which nothing is left, or its folder is gone."""
    return lies_in(file, place) and (file != place or not os.path.isdir(os.path.dirname(file)))
