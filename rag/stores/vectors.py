"""A FAISS index over chunk vectors: a file derived from the database, rebuilt whenever the two disagree."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.models import sha256_of
from rag.types import Vectors

if TYPE_CHECKING:
    import faiss

EXACT_LIMIT = 100_000
"""Up to this many chunks search is exact; above it, inverted lists (Jégou et al., TPAMI 2011)."""

TRAIN_PER_LIST = 64
PROBES = 96

Ids = NDArray[np.int64]


class DerivedIndex:
    """The FAISS index of a database's chunks and the file that saves building it anew; the database is always right.

    ``chunks`` gives the ids in the database now, ``load`` the vectors of some of them, ``recorded`` what the database
    knows of itself and of the file: ``generation``, and what ``save`` returned last.
    """

    def __init__(
        self,
        path: Path,
        exact_limit: int,
        *,
        chunks: Callable[[], set[int]],
        load: Callable[[set[int]], tuple[Vectors, Ids]],
        recorded: Callable[[], Mapping[str, str]],
    ) -> None:
        self.path = path
        self._exact_limit = exact_limit
        self._chunks, self._load, self._recorded = chunks, load, recorded
        self._index: faiss.Index | None = None
        self._ids: set[int] = set()
        self._generation = ""
        self._unusable = False

    def current(self) -> faiss.Index:
        """The index with exactly the chunks the database has now."""
        recorded = self._recorded()
        if self._index is None:
            self._index = self._read(recorded)
            self._unusable = self._index is None
        if self._index is None or recorded["generation"] != self._generation:
            stored = self._chunks()
            removed, added = self._ids - stored, stored - self._ids
            if self._index is None or not self._ids or outgrown(self._index, len(stored), self._exact_limit):
                self._index = build(*self._load(stored), self._exact_limit)
            else:
                update(self._index, sorted(removed), *self._load(added))
            self._ids, self._generation = stored, recorded["generation"]
        return self._index

    def save(self) -> dict[str, str]:
        """Bring the file up to date; returns what the database is to record of it, nothing where it was.

        Raises:
            OSError: the file cannot be written.
        """
        index = self.current()
        if self.path.is_dir():
            warnings.warn(f"{self.path} is a folder, so every start is slower. Remove it.", stacklevel=2)
            return {}
        recorded = self._recorded().get("faiss_generation")
        if recorded == self._generation and self.path.exists() and not self._unusable:
            return {}
        write(index, self.path)
        self._unusable = False
        return {"faiss_generation": self._generation, "faiss_sha256": sha256_of(self.path)}

    def _read(self, recorded: Mapping[str, str]) -> faiss.Index | None:
        if "faiss_generation" not in recorded or not self.path.is_file():
            return None
        try:
            if sha256_of(self.path) != recorded.get("faiss_sha256"):
                return None
            index = read(self.path)
        except (OSError, RuntimeError):  # not there, not to be read, or written by a FAISS that this one cannot read
            return None
        self._generation = recorded["faiss_generation"]
        self._ids = ids_of(index)
        return index


def build(vectors: Vectors, ids: Ids, exact_limit: int = EXACT_LIMIT) -> faiss.Index:
    """An index of ``vectors`` (shape ``(n, dim)``, unit length) that answers with the matching ``ids``."""
    import faiss

    count, dim = vectors.shape
    if count <= exact_limit:
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(dim))
    else:
        index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, lists_for(count), faiss.METRIC_INNER_PRODUCT)
        index.nprobe = PROBES
        rng = np.random.default_rng(0)
        sample = rng.choice(count, min(count, index.nlist * TRAIN_PER_LIST), replace=False)
        index.train(np.ascontiguousarray(vectors[sample]))
    index.add_with_ids(vectors, ids)
    return index


def lists_for(count: int) -> int:
    """How many inverted lists ``count`` vectors get: four times the square root, as FAISS advises."""
    return int(4 * count**0.5)


def outgrown(index: faiss.Index, count: int, exact_limit: int = EXACT_LIMIT) -> bool:
    """Whether an index of ``count`` chunks should be built anew: another kind, or lists four times too few."""
    lists = getattr(index, "nlist", 0)
    return bool(lists) != (count > exact_limit) or (lists > 0 and lists_for(count) > 2 * lists)


def ids_of(index: faiss.Index) -> set[int]:
    """The chunk ids an index holds."""
    import faiss

    if hasattr(index, "id_map"):
        return set(faiss.vector_to_array(index.id_map).tolist())
    lists = faiss.extract_index_ivf(index).invlists
    ids: set[int] = set()
    for number in range(lists.nlist):
        size = lists.list_size(number)
        if size:
            ids.update(faiss.rev_swig_ptr(lists.get_ids(number), size).tolist())
    return ids


def search(index: faiss.Index, vector: Vectors, k: int) -> list[tuple[int, float]]:
    """The ids and cosines of the k nearest vectors, best first."""
    if not index.ntotal:
        return []
    scores, ids = index.search(vector.reshape(1, -1), min(k, index.ntotal))
    return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]


def update(index: faiss.Index, removed: Sequence[int], vectors: Vectors, ids: Ids) -> None:
    """Take chunks out of an index and put others in."""
    if removed:
        index.remove_ids(np.array(removed, np.int64))
    if len(ids):
        index.add_with_ids(vectors, ids)


def write(index: faiss.Index, path: Path) -> None:
    """Write the index aside and rename it into place, so that a reader sees the old file or the new one."""
    import faiss

    aside = path.with_suffix(f".{os.getpid()}.part")
    try:
        aside.write_bytes(faiss.serialize_index(index))  # unlike FAISS's own writing, it tells why it failed
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def read(path: Path) -> faiss.Index:
    """Read an index file.

    Raises:
        OSError: the file cannot be read.
        RuntimeError: it is broken (FAISS's own exception).
    """
    import faiss

    return faiss.deserialize_index(np.fromfile(path, np.uint8))
