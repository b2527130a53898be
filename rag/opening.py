"""Opens the store that the settings name, for the embedder that may use it, and finds a scope's documents there."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.config import Settings
from rag.errors import IndexMismatch, IndexMissing
from rag.scope import Scope, Selection
from rag.stores import name_of, open_store
from rag.stores.errors import damaged
from rag.stores.protocol import Store
from rag.stores.tags import KEY
from rag.types import DocumentInfo, Embedder

REMEMBERED = 32
"""Scopes whose documents are kept in mind."""


class OpenIndex:
    """The store of an index, opened when first used, and again where another has taken its place."""

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self._settings = settings
        self._embedder = embedder
        self._store: Store | None = None
        self._known = _Known((), (), {})

    @property
    def name(self) -> str:
        """Where the index is, as messages name it."""
        return name_of(self._settings.place)

    def there(self, create: bool = False) -> Store:
        """The store that is there now: a server may outlive the file it opened."""
        if self._store is None or not self._store.is_current():
            self._store = open_store(self._settings.place, create)
        return self._store

    def checked(self, create: bool = False) -> Store:
        """The store, if the embedder may use it. Raises what ``check`` does."""
        store = self.there(create)
        self.check(store)
        return store

    def searchable(self) -> Store:
        """The store, if there is something in it.

        Raises:
            IndexMissing: it is empty.
        """
        store = self.checked()
        if not store.count():
            raise IndexMissing(f"The index in {self.name} is empty.", "python -m rag index PATH")
        return store

    def check(self, store: Store) -> None:
        """Make sure that a store was built with the embedder; one without chunks belongs to none yet.

        Raises:
            IndexMismatch: it was built with another one.
            IndexDamaged: it does not say.
        """
        built_with = store.meta().get("embedder")
        if built_with != self._embedder.id and store.count():
            if built_with is None:
                raise damaged(self._settings.place, "it does not say which embedder it was built with")
            place = ["--store" if self._settings.store else "--index", self.name]
            given = [*place, "--embedder", self._settings.embedder]
            raise IndexMismatch(
                f"{self.name} was built with the embedder {built_with}, not {self._embedder.id}.",
                f"{shlex.join(['python', '-m', 'rag', 'index', '--reembed', *given])}"
                " embeds its chunks anew; or choose the embedder it was built with",
            )

    def selected(self, store: Store, scope: Scope) -> Selection | None:
        """The documents of a scope in a store as it is now, found once for each state of it; None for all documents.

        Raises:
            ScopeError: see ``Scope.select``.
        """
        if scope.is_everything:
            return None
        known = self._up_to_date(store)
        if scope not in known.selections:
            known.selections[scope] = scope.select(known.documents)
        return known.selections[scope]

    def documents(self, store: Store) -> Sequence[DocumentInfo]:
        """Every document of a store as it is now, ordered by path; read once for each state of it."""
        return self._up_to_date(store).documents

    def _up_to_date(self, store: Store) -> _Known:
        meta, known = store.meta(), self._known
        version = (meta.get("epoch"), meta.get("generation"), meta.get(KEY))
        if version != known.version:
            self._known = known = _Known(version, store.documents(), {})
        elif len(known.selections) >= REMEMBERED:
            self._known = known = replace(known, selections={})
        return known

    def close(self) -> None:
        """Close the store."""
        if self._store:
            self._store.close()
            self._store = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of one state of the store."""

    version: tuple[str | None, ...]
    documents: Sequence[DocumentInfo]
    selections: dict[Scope, Selection]
