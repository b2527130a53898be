"""A FAISS index over chunk vectors: a file derived from the database, rebuilt whenever the two disagree."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.stores.sqlite.atomic_write import aside
from rag.types import Vectors

if TYPE_CHECKING:
    import faiss

EXACT_LIMIT = 100_000
"""Up to this many chunks search is exact; above it, inverted lists (Jégou et al., TPAMI 2011)."""

TRAIN_PER_LIST = 64
PROBES = 96
"""Lists that are searched at least, and one in PROBED where that is more."""
PROBED = 25

Ids = NDArray[np.int64]


class Version(NamedTuple):
    """Which state of the database an index was made from."""

    epoch: str
    generation: str

    def is_after(self, other: Version) -> bool:
        """Whether it is a later state of the same epoch."""
        both = self.generation, other.generation
        return self.epoch == other.epoch and all(map(str.isdecimal, both)) and int(both[0]) > int(both[1])


class DerivedIndex:
    """The FAISS index of a database's chunks and its file. Where they disagree, the database is right.

    ``chunks`` gives the ids in the database now, ``load`` the vectors of some of them, ``version`` its
    state.
    """

    def __init__(
        self,
        path: Path,
        exact_limit: int,
        *,
        chunks: Callable[[], set[int]],
        load: Callable[[set[int]], tuple[Vectors, Ids]],
        version: Callable[[], Version],
    ) -> None:
        self.path = path
        self._exact_limit = exact_limit
        self._chunks, self._load, self._now = chunks, load, version
        self._index: faiss.Index | None = None
        self._ids: set[int] = set()
        self._version = Version("", "")

    def current(self) -> faiss.Index:
        """The index of exactly the chunks in the database now; a damaged file is written again."""
        now = self._now()
        broken = False
        if self._index is None or self._version.epoch != now.epoch:
            broken = not self._read(now) and self.path.is_file()
        if self._index is None or now != self._version:
            stored = self._chunks()
            if not self._updated(stored):
                self._index = build(*self._load(stored), self._exact_limit)
            self._ids, self._version = stored, now
        if broken:
            warnings.warn(f"{self.path} was damaged; it has been made again.", stacklevel=2)
            with suppress(OSError):  # who may only read goes on with what is in memory
                write(self._index, self.path, now)
        return self._index

    def save(self) -> None:
        """Bring the file up to date.

        Raises:
            OSError: the file cannot be written.
        """
        index = self.current()
        if self.path.is_dir():
            warnings.warn(f"{self.path} is a folder, so every start is slower. Remove it.", stacklevel=2)
        elif written_as(self.path) != self._version:
            write(index, self.path, self._version)

    def forget_later(self) -> None:
        """Drop an index that is newer than the database: an older database was restored and will reuse its ids.

        Raises:
            OSError: the file cannot be removed.
        """
        now = self._now()
        if any(known and known.is_after(now) for known in (written_as(self.path), self._version)):
            self._index = None
            self.path.unlink(missing_ok=True)

    def problem(self) -> str:
        """What is damaged in the file; empty if nothing. An old or missing file is not damage."""
        if not self.path.is_file():
            return ""
        return "" if read(self.path) else f"{self.path.name} is damaged; it is made again when it is used next"

    def _updated(self, stored: set[int]) -> bool:
        """Bring what is in memory up to date, chunk by chunk; false where it has to be built anew."""
        if self._index is None or not self._ids or outgrown(self._index, len(stored), self._exact_limit):
            return False
        vectors, ids = self._load(stored - self._ids)
        if len(ids) and vectors.shape[1] != self._index.d:  # every chunk was deleted, then another embedder came
            warnings.warn(f"{self.path} was made for another embedder; it has been made again.", stacklevel=3)
            return False
        update(self._index, sorted(self._ids - stored), vectors, ids)
        return True

    def _read(self, now: Version) -> bool:
        """Take over what the file holds, if it is of this epoch; returns whether it is whole."""
        self._index, self._ids = None, set()
        found = read(self.path)
        if found and found[0].epoch == now.epoch:
            self._version, self._index = found
            self._ids = ids_of(self._index)
        return found is not None


def build(vectors: Vectors, ids: Ids, exact_limit: int = EXACT_LIMIT) -> faiss.Index:
    """An index of ``vectors`` (shape ``(n, dim)``, unit length) that answers with the matching ``ids``."""
    import faiss

    count, dim = vectors.shape
    if count <= exact_limit:
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(dim))
    else:
        index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, lists_for(count), faiss.METRIC_INNER_PRODUCT)
        rng = np.random.default_rng(0)
        sample = rng.choice(count, min(count, index.nlist * TRAIN_PER_LIST), replace=False)
        index.train(np.ascontiguousarray(vectors[sample]))
    index.add_with_ids(vectors, ids)
    return probing(index)


def probing(index: faiss.Index) -> faiss.Index:
    """The same index, searching as many of its lists as it should; a file keeps the number it was written with."""
    if lists := getattr(index, "nlist", 0):
        index.nprobe = probes_for(lists)
    return index


def lists_for(count: int) -> int:
    """How many inverted lists ``count`` vectors get: four times the square root, as FAISS advises."""
    return int(4 * count**0.5)


def probes_for(lists: int) -> int:
    """How many of the inverted lists a search looks at."""
    return max(PROBES, lists // PROBED)


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


def search(index: faiss.Index, vector: Vectors, k: int, within: Ids | None = None) -> list[tuple[int, float]]:
    """The ids and cosines of the k nearest vectors, best first; only those of the ids ``within``, if they are given."""
    most = min(k, index.ntotal if within is None else len(within))
    if not most:
        return []
    chosen = None if within is None else only(index, within)
    scores, ids = index.search(vector.reshape(1, -1), most, params=chosen)
    return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]


def only(index: faiss.Index, within: Ids) -> faiss.SearchParameters:
    """What makes a search look at some ids only.

    Of inverted lists it takes as many as hold as many of these vectors as a search of all of them looks at: the cost
    stays, and few vectors are searched exactly.
    """
    import faiss

    bits = np.zeros(int(within.max()) // 8 + 1, np.uint8)
    np.bitwise_or.at(bits, within // 8, (1 << within % 8).astype(np.uint8))
    chosen = faiss.IDSelectorBitmap(bits)
    if not (lists := getattr(index, "nlist", 0)):
        return faiss.SearchParameters(sel=chosen)
    probes = min(lists, -(-probes_for(lists) * index.ntotal // len(within)))
    return faiss.SearchParametersIVF(sel=chosen, nprobe=probes)


def update(index: faiss.Index, removed: Sequence[int], vectors: Vectors, ids: Ids) -> None:
    """Take chunks out of an index and put others in."""
    if removed:
        index.remove_ids(np.array(removed, np.int64))
    if len(ids):
        index.add_with_ids(vectors, ids)


def write(index: faiss.Index, path: Path, version: Version) -> None:
    """Write an index: a line that says which version it is and what it hashes to, then FAISS's own bytes.

    Raises:
        OSError: the file cannot be written.
    """
    import faiss

    payload = faiss.serialize_index(index).tobytes()
    with aside(path) as made:
        made.write_bytes(json.dumps([*version, _hash(version, payload)]).encode() + b"\n" + payload)


def read(path: Path) -> tuple[Version, faiss.Index] | None:
    """An index file; None where there is none, or it is broken, or of a FAISS that this one cannot read."""
    import faiss

    try:
        head, _, payload = path.read_bytes().partition(b"\n")
        epoch, generation, expected = json.loads(head)
        version = Version(str(epoch), str(generation))
        if _hash(version, payload) != expected:
            return None
        return version, probing(faiss.deserialize_index(np.frombuffer(payload, np.uint8)))
    except (OSError, ValueError, TypeError, RuntimeError):  # RuntimeError: FAISS's own
        return None


def written_as(path: Path) -> Version | None:
    """The version that an index file says it is, without reading all of it."""
    try:
        with path.open("rb") as file:
            epoch, generation, _ = json.loads(file.readline(1000))
    except (OSError, ValueError, TypeError):
        return None
    return Version(str(epoch), str(generation))


def _hash(version: Version, payload: bytes) -> str:
    return hashlib.sha256("\n".join(version).encode() + b"\n" + payload).hexdigest()
