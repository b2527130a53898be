"""A FAISS index over chunk vectors: a file derived from the database, rebuilt whenever the two disagree."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.types import Vectors

if TYPE_CHECKING:
    import faiss

EXACT_LIMIT = 100_000
"""Up to this many chunks search is exact; above it, inverted lists (Jégou et al., TPAMI 2011)."""

TRAIN_PER_LIST = 64
PROBES = 48

Ids = NDArray[np.int64]


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
        faiss.write_index(index, str(aside))
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def read(path: Path) -> faiss.Index:
    """Read an index file.

    Raises:
        RuntimeError: the file is missing or broken (FAISS's own exception).
    """
    import faiss

    return faiss.read_index(str(path))
