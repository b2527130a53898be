"""A coordinator and two shards, each a primary with a synchronous standby: real servers, one of them killed."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from rag.errors import IndexMismatch, StoreError
from rag.models.embedders import single_part
from rag.stores import name_of
from rag.types import Document, Vectors
from tests.builders import DIM, document, lines, unit, words
from tests.postgres import QUICK, NoServer, Programs, Server, programs

psycopg = pytest.importorskip("psycopg")
pytest.importorskip("psycopg_pool")
pytest.importorskip("pgvector")

from rag.stores.postgres import cluster  # noqa: E402
from rag.stores.postgres.store import PostgresStore  # noqa: E402

SCRIPTS = Path(__file__).parents[2] / "deploy" / "postgres"

DOCUMENTS, EACH = 100, 40
"""4,000 chunks."""

SYNCED = {name: value for name, value in QUICK.items() if name != "fsync"} | {"shared_buffers": "32MB"}


class Shard:
    """A primary with its synchronous standby, made by the scripts that users run."""

    def __init__(self, programs: Programs, folder: Path, scripts: Path) -> None:
        self.primary = Server(programs, programs.own(folder) / "primary", SYNCED)
        self.standby = Server(programs, folder / "standby", SYNCED)
        self._promote = scripts / "promote.sh"
        programs.script(scripts / "primary.sh", str(self.primary.folder), "--auth=trust", "--no-sync")
        self.primary.start()
        programs.script(scripts / "standby.sh", str(self.standby.folder), self.primary.url())
        self.standby.start()

    def url(self) -> str:
        return f"postgresql://yinju@127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}/postgres"

    def promote(self) -> None:
        self.standby.programs.script(self._promote, str(self.standby.folder))


@dataclass(frozen=True)
class Cluster:
    """Where a laid-out cluster is."""

    url: str
    shards: tuple[Shard, ...]

    def opened(self, patience: float = 10.0) -> PostgresStore:
        return PostgresStore(self.url, name_of(self.url), patience=patience)


@pytest.fixture
def laid_out() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="yinju-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            found = programs(folder)
        except NoServer as error:
            pytest.skip(str(error))
        scripts = Path(shutil.copytree(SCRIPTS, folder / "scripts"))
        shards = []
        for number in range(2):
            shards.append(Shard(found, folder / f"shard{number}", scripts))
            stack.callback(shards[-1].primary.stop)
            stack.callback(shards[-1].standby.stop)
        coordinator = Server(found, folder / "coordinator")
        coordinator.create()
        coordinator.start()
        stack.callback(coordinator.stop)
        cluster.lay_out(coordinator.url(), [shard.url() for shard in shards])
        yield Cluster(coordinator.url(), tuple(shards))


def clustered(count: int) -> Vectors:
    rng = np.random.default_rng(11)
    centres = rng.standard_normal((50, DIM))
    rows = centres[rng.integers(0, 50, count)] + 0.5 * rng.standard_normal((count, DIM))
    return np.stack([unit(*row) for row in rows])


def of(number: int) -> Document:
    first = number * EACH
    return document(f"{number:04}.txt", "\n".join(f"line {i}" for i in range(first, first + EACH)))


def load(store: PostgresStore, number: int, matrix: Vectors) -> None:
    given = of(number)
    rows = matrix[number * EACH : (number + 1) * EACH]
    store.replace(given, lines(given), [single_part(row) for row in rows], words(lines(given)))


def recall(store: PostgresStore, matrix: Vectors) -> float:
    found = 0
    questions = matrix[::97]
    for question in questions:
        best = {f"line {i}" for i in np.argsort(-(matrix @ question))[:10]}
        found += len(best & {hit.chunk.text for hit in store.search_vectors(question, 10)})
    return found / (10 * len(questions))


class Writer(threading.Thread):
    """Stores documents, one after the other, and notes which the store said it has."""

    def __init__(self, store: PostgresStore, matrix: Vectors) -> None:
        super().__init__()
        self._store, self._matrix = store, matrix
        self.acknowledged: list[str] = []
        self.done = threading.Event()

    def run(self) -> None:
        number = DOCUMENTS
        while not self.done.is_set() and number < 2 * DOCUMENTS:
            try:
                load(self._store, number, self._matrix)
            except StoreError:
                continue  # again, with the same document, as an indexing run would
            self.acknowledged.append(of(number).path)
            number += 1


@pytest.fixture
def small() -> Iterator[list[str]]:
    """The URLs of three databases of one server: a coordinator and two shards."""
    with tempfile.TemporaryDirectory(prefix="yinju-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            server = Server(programs(folder), folder / "server")
        except NoServer as error:
            pytest.skip(str(error))
        server.create()
        server.start()
        try:
            with psycopg.connect(server.url(), autocommit=True) as db:
                for shard in ("one", "two"):
                    db.execute(f"CREATE DATABASE {shard}")
            yield [server.url(), server.url("one"), server.url("two")]
        finally:
            server.stop()


@pytest.mark.parametrize("noticed", [True, False])
def test_a_cluster_of_an_earlier_version_names_the_command_that_brings_it_up_to_date(
    small: list[str], noticed: bool
) -> None:
    coordinator, *shards = small
    cluster.lay_out(coordinator, shards)
    for number, shard in enumerate(shards):
        with psycopg.connect(shard) as db:
            db.execute(f"ALTER TABLE yinju.chunks_{number} DROP COLUMN layout")
    if noticed:  # else the coordinator alone was brought up to date
        with psycopg.connect(coordinator) as db:
            db.execute("DELETE FROM yinju.migrations WHERE version > 2")
            db.execute("ALTER TABLE yinju.chunks DROP COLUMN layout")
        with pytest.raises(IndexMismatch, match="schema 2 on several servers") as caught:
            PostgresStore(coordinator, name_of(coordinator))
        assert "cluster upgrade" in caught.value.hint
    assert cluster.main(["upgrade", coordinator, *shards]) == 0
    with closing(PostgresStore(coordinator, name_of(coordinator))) as store, store.writing("index"):
        store.set_meta({"embedder": "none"})
        load(store, 0, clustered(EACH))
        store.finish()
        assert store.count() == EACH
        assert store.verify() == []


@pytest.mark.long
def test_nothing_acknowledged_is_lost_with_a_primary_and_no_answer_is_short(laid_out: Cluster) -> None:
    matrix = clustered(2 * DOCUMENTS * EACH)
    with closing(laid_out.opened()) as store:
        store.set_meta({"embedder": "none"})
        with store.writing("index"):
            for number in range(DOCUMENTS):
                load(store, number, matrix)
            store.finish()
        cluster.index(laid_out.url, [shard.url() for shard in laid_out.shards])
        assert store.count() == DOCUMENTS * EACH
        assert store.verify() == []
        assert recall(store, matrix[: DOCUMENTS * EACH]) >= 0.95
        assert questions_are_sorted_on_the_shards(laid_out.url)

        with closing(laid_out.opened(patience=60.0)) as writing:
            writer = Writer(writing, matrix)
            writer.start()
            wait_for(lambda: len(writer.acknowledged) >= 3)
            laid_out.shards[0].primary.kill()
            for _ in range(5):
                with pytest.raises(StoreError):
                    store.search_vectors(matrix[0], 10)
                with pytest.raises(StoreError):
                    store.search_words(["line"], 10)
            laid_out.shards[0].promote()
            wait_for(lambda: answers(store, matrix[0]), seconds=15)
            before = len(writer.acknowledged)
            wait_for(lambda: len(writer.acknowledged) >= before + 3)
            writer.done.set()
            writer.join()

        with store.writing("index again"):  # whatever the kill left between the servers is put right
            store.finish()
        stored = {info.path for info in store.documents()}
        assert stored >= {*writer.acknowledged, *(of(number).path for number in range(DOCUMENTS))}
        assert store.verify() == []
        for path in (writer.acknowledged[0], writer.acknowledged[-1]):
            hits = store.search_vectors(matrix[int(path[:4]) * EACH], 1)
            assert hits[0].chunk.document == path


def questions_are_sorted_on_the_shards(url: str) -> bool:
    """Whether the coordinator leaves the sorting by distance to the shards."""
    question = "[" + ",".join(["0.1"] * DIM) + "]"
    near = f"c.vector::vector({DIM}) <=> '{question}'"
    with psycopg.connect(url) as db:
        db.execute("SET search_path = yinju, public")
        plan = db.execute(f"EXPLAIN VERBOSE SELECT c.id, {near} FROM chunks c ORDER BY {near} LIMIT 10").fetchall()
    sent = [line for (line,) in plan if "Remote SQL" in line]
    return len(sent) == 2 and all("ORDER BY" in line and "<=>" in line for line in sent)


def answers(store: PostgresStore, question: Vectors) -> bool:
    try:
        return len(store.search_vectors(question, 10)) == 10
    except StoreError:
        return False


def wait_for(what: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "this takes too long"
        time.sleep(0.05)
