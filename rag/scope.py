"""Chooses which documents a question is asked of: a Scope, and the documents of an index that are in it."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from rag.errors import ScopeError
from rag.types import Chunk, Document, DocumentInfo, Searched

NEAR = 5
"""Names that are listed where one is unknown."""

_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_BETWEEN_AUTHORS = re.compile(r"\s*[,;&/、，；]\s*|\s+and\s+")
_NAMES = {
    "in": "within",
    "since": "since",
    "until": "until",
    "language": "languages",
    "author": "authors",
    "type": "types",
    "everywhere": "everywhere",
}
"""Fields of a Scope by their names in JSON and on the command line."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents to search; by default all.

    The values of one field are alternatives; all fields that are given must hold. A copy of a file counts by its own
    path.

    Raises:
        ScopeError: a date is none.
    """

    within: tuple[str, ...] = ()
    """Files and folders by path or name, and tags; the whole path of a document means that one alone."""
    since: str | None = None
    """The first year, month or day: ``2024``, ``2024-03``, ``2024-03-05``."""
    until: str | None = None
    """The last one."""
    languages: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """Endings of file names: ``pdf``."""
    everywhere: bool = False
    """Whether to search other documents too where the question names one."""
    base: Scope | None = None
    """A wider scope that this one stays in; what is outside it is unknown here."""

    def __post_init__(self) -> None:
        for date in filter(None, (self.since, self.until)):
            if not _DATE.fullmatch(date):
                raise ScopeError(
                    f"{date!r} is no date.", "write 2024, 2024-03 or 2024-03-05", code="scope_date", date=date
                )

    @property
    def is_everything(self) -> bool:
        """Whether every document is in it."""
        own = (self.within, self.since, self.until, self.languages, self.authors, self.types)
        return not any(own) and (self.base is None or self.base.is_everything)

    def inside(self, base: Scope) -> Scope:
        """The same scope, of the documents in ``base`` only."""
        return replace(self, base=self.base.inside(base) if self.base else base)

    def given(self) -> dict[str, Any]:
        """What was given, as ``Scope.of`` takes it; ``base`` is not told."""
        values = {name: getattr(self, field) for name, field in _NAMES.items()}
        return {name: value for name, value in values.items() if value}

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Scope:
        """A scope from JSON: values, or lists of them, by ``in``, ``since``, ``until``, ``language``, ``author`` and
        ``type``.

        Raises:
            ScopeError: a name is unknown, or a value is no text.
        """
        chosen: dict[str, Any] = {}
        for name, value in given.items():
            if name not in _NAMES:
                raise _unknown(name, "field of a scope", _NAMES)
            listed = [value] if isinstance(value, str) else value or []
            if name == "everywhere":
                chosen[name] = value is True
            elif not isinstance(listed, list | tuple) or not all(isinstance(one, str) for one in listed):
                raise ScopeError(
                    f"{name} is {value!r}.", "give a text or a list of texts", code="scope_value", name=name
                )
            else:
                single = name in ("since", "until")
                chosen[_NAMES[name]] = (listed[0] if listed else None) if single else tuple(listed)
        return cls(**chosen)

    def select(self, documents: Sequence[DocumentInfo]) -> Selection:
        """The documents of an index that are in this scope.

        Raises:
            ScopeError: no document has one of the values, or none has all of them.
        """
        if self.base:
            known = self.base.select(documents).places
        else:
            known = tuple(Place(one.path, place) for one in documents for place in one.everywhere())
        paths = {place.info.path for place in known}

        def is_within(info: DocumentInfo, value: str) -> bool:
            return info.path == value if value in paths else _is_within(info, value)

        kept: Iterable[Place] = known
        for values, what, fits, names in (
            (self.within, "document, folder or tag", is_within, _names),
            (self.languages, "language of a document", _has_language, lambda info: (info.language,)),
            (self.authors, "author", _has_author, _authors),
            (self.types, "type of a document", _has_type, lambda info: (_type(info),)),
        ):
            chosen: set[str] = set()
            for value in values:
                found = {place.info.path for place in known if fits(place.info, value)}
                if not found:
                    raise _unknown(value, what, [name for place in known for name in names(place.info)])
                chosen |= found
            if values:
                kept = [place for place in kept if place.info.path in chosen]
        dated = [place for place in kept if self._is_in_time(place.info.date)]
        if known and not dated:
            raise self._empty(kept)
        undated = {place.stored for place in kept if not place.info.date} - {place.stored for place in dated}
        return Selection(tuple(dated), len({place.stored for place in known}), len(undated))

    def _is_in_time(self, date: str | None) -> bool:
        """Whether a date may lie between the two; where only its month is known, any day of that may be meant."""
        since, until = self.since or "", self.until or ""
        if not (since or until):
            return True
        if date is None:
            return False
        return date[: len(since)] >= since[: len(date)] and date[: len(until)] <= until[: len(date)]

    def _empty(self, kept: Iterable[Place]) -> ScopeError:
        """That nothing is in it."""
        if not (kept := list(kept)):
            return ScopeError("No document is in all of this.", "leave one of the conditions out", code="scope_empty")
        dates = sorted(place.info.date for place in kept if place.info.date)
        there = f"they are from {dates[0]} to {dates[-1]}" if dates else "none has a date"
        asked = " ".join(f"{word} {date}" for word, date in (("since", self.since), ("until", self.until)) if date)
        return ScopeError(f"No document is dated {asked}: {there}.", "choose another time", code="scope_empty")


@dataclass(frozen=True, slots=True)
class Place:
    """A document at one of its paths; ``stored`` is the one that the store knows it by."""

    stored: str
    info: DocumentInfo


@dataclass(frozen=True)
class Selection:
    """The documents of a scope, each under its first path in there. Nothing tells of a path outside."""

    places: tuple[Place, ...]
    of: int
    """How many documents there are."""
    undated: int = 0
    """How many have no date, where dates are asked for."""

    @cached_property
    def stored(self) -> frozenset[str]:
        """The paths that the store knows them by."""
        return frozenset(self._shown)

    @property
    def documents(self) -> list[DocumentInfo]:
        """The documents, ordered by path."""
        return sorted(self._shown.values(), key=lambda info: info.path)

    @property
    def searched(self) -> Searched:
        """How many they are."""
        return Searched(len(self._shown), self.of, self.undated)

    def chunk(self, chunk: Chunk) -> Chunk:
        """A chunk of one of them, by the path that is in the scope."""
        shown = self._shown[chunk.document]
        return chunk if shown.path == chunk.document else replace(chunk, document=shown.path, title=shown.title)

    def document(self, path: str, read: Callable[[str], Document | None]) -> Document | None:
        """The document at a path in the scope, as ``read`` finds it; None for any other path."""
        if path not in self._paths or not (found := read(path)):
            return None
        info = self._paths[path]
        return found if found.path == path else replace(found, path=path, file=info.file, title=info.title)

    @cached_property
    def _shown(self) -> dict[str, DocumentInfo]:
        return {place.stored: place.info for place in reversed(self.places)}

    @cached_property
    def _paths(self) -> dict[str, DocumentInfo]:
        return {place.info.path: place.info for place in self.places}


def folders_of(info: DocumentInfo) -> tuple[str, ...]:
    """The folders that a document is in, outermost first: the one that was indexed, then those of its path."""
    below = PurePosixPath(info.path).parts
    root = info.file.replace(os.sep, "/").removesuffix("/".join(("", *below)))
    indexed = (PurePosixPath(root).name,) if root != info.file and PurePosixPath(root).name else ()
    return (*indexed, *below[:-1])


def _is_within(info: DocumentInfo, name: str) -> bool:
    """Whether a document has a path, name or tag, or is in a folder: by its path, a part of that, or its file's."""
    asked = _plain(name).replace(os.sep, "/").strip("/")
    path, file = PurePosixPath(_plain(info.path)), os.path.abspath(os.path.expanduser(name))
    named = asked in (str(path), path.name, path.stem, *map(_plain, info.tags))
    if named or info.file == file or info.file.startswith(os.path.join(file, "")):
        return True
    return f"/{asked}/" in _plain(f"/{'/'.join(folders_of(info))}/")


def _names(info: DocumentInfo) -> tuple[str, ...]:
    return (info.path, PurePosixPath(info.path).name, *folders_of(info), *info.tags)


def _has_language(info: DocumentInfo, value: str) -> bool:
    return info.language == _plain(value)


def _has_author(info: DocumentInfo, value: str) -> bool:
    return _plain(value) in map(_plain, _authors(info))


def _authors(info: DocumentInfo) -> tuple[str, ...]:
    """The author as it is given, and each of several."""
    return (info.author, *_BETWEEN_AUTHORS.split(info.author)) if info.author else ()


def _has_type(info: DocumentInfo, value: str) -> bool:
    return _type(info) == _plain(value).removeprefix(".")


def _type(info: DocumentInfo) -> str:
    return _plain(PurePosixPath(info.path).suffix).removeprefix(".")


def _plain(text: str) -> str:
    """A name to compare: without the difference of case, and of how accents are written."""
    return unicodedata.normalize("NFC", text).casefold().strip()


def _unknown(value: str, what: str, names: Iterable[str]) -> ScopeError:
    """That a name is unknown, with those that are like it; where none is, with the first ones."""
    known = {_plain(name): name for name in sorted(set(names), reverse=True)}
    asked = _plain(value)
    near = get_close_matches(asked, known, NEAR, 0.6) + [name for name in known if asked and asked in name]
    told = [known[name] for name in dict.fromkeys(near or sorted(known))][:NEAR]
    which = ("" if len(told) == 1 else "one of ") + ", ".join(told)
    hint = f"{which} (python -m rag status shows all)" if told else "python -m rag status"
    return ScopeError(f"There is no {what} {value!r}.", hint, code="scope_unknown", name=value)
