"""An index that is written by processes which are killed at random moments, checked after each."""

from __future__ import annotations

import ast
import multiprocessing
import random
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from rag.models.embedders import open_embedder
from rag.stores.errors import DATABASE
from rag.stores.sqlite import backup, integrity
from rag.stores.sqlite.store import LOCK_FILE, SqliteStore
from tests.durability import workers

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.durability.workers"])

THINGS = ("灯塔", "bridge", "水库", "library", "车站", "museum")


@dataclass
class Tally:
    """What a loop of kills came to."""

    kills: int = 0
    completed: int = 0
    by_work: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    questions: int = 0
    embedded: int = 0
    told: int = 0
    """How often the next command said that a round had been cut short."""


class Loop:
    """A folder of documents that change, and an index that is brought up to date by processes that are killed."""

    def __init__(self, folder: Path, documents: int, seed: int, embedder: str = "hash") -> None:
        self._folder = folder
        self._random = random.Random(seed)
        self._documents = folder / "documents"
        self._index = folder / "index"
        self._backup = folder / "copy.yinju"
        self._documents.mkdir()
        self._versions: dict[str, int] = {}
        """What each file on disk says."""
        self._stored: dict[str, int] = {}
        """What was surely in the index when last looked."""
        self.tally = Tally()
        self._embedder_name, self._embedder = embedder, open_embedder(embedder)
        for number in range(documents):
            self._edit(f"{number:04}.txt")
        first = self._whole_round()
        self._seconds: defaultdict[str, float] = defaultdict(lambda: first)
        """What each work has been seen to take; before that, what indexing everything takes here."""

    def run(self, kills: int) -> Tally:
        """Kill that many processes, checking after each; one that was faster than its kill does not count."""
        works = (self._index_documents, self._delete, self._rebuild, self._back_up)
        while self.tally.kills < kills:
            first = not self._stored
            work = works[0] if first else self._random.choices(works, (6, 2, 1, 1))[0]
            work()
            self._ask()
        self._complete()
        return self.tally

    # The works

    def _index_documents(self) -> None:
        before = self._stored_texts()
        if len(self._stored) == len(self._versions):
            for name in self._random.sample(sorted(self._versions), max(1, len(self._versions) // 4)):
                self._edit(name)
        old = dict(self._stored)
        said, names, log = self._fresh("said"), self._fresh("names"), self._fresh("log")
        self._killed("index", workers.index, self._index, self._documents, said, names, log, self._embedder_name)
        done = max(self._said(said), default=0)
        embedded = [ast.literal_eval(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []
        assert not set(embedded) & before, "a stored text was embedded again"
        self.tally.embedded += len(embedded)
        present = self._look()
        acknowledged = names.read_text().split() if names.exists() else []
        self.tally.acknowledged += len(acknowledged)
        for name in acknowledged:
            assert present.get(name) == self._versions[name], f"{name} was acknowledged and is not there"
        assert sum(present.get(name) == version for name, version in self._versions.items()) >= done, "fewer than said"
        for name, version in old.items():
            assert present.get(name) in {version, self._versions[name]}, f"{name} was there and is not"

    def _delete(self) -> None:
        doomed = self._random.sample(sorted(self._stored), min(len(self._stored), 20))
        said, before = self._fresh("said"), dict(self._stored)
        self._killed("delete", workers.delete, self._index, doomed, said)
        present = self._look()
        gone = before.keys() - present.keys()
        assert gone in (set(), set(doomed)), "a deletion was done in part"
        assert not self._said(said) or gone == set(doomed), "a deletion was acknowledged and not done"
        self.tally.acknowledged += len(gone) if self._said(said) else 0

    def _rebuild(self) -> None:
        before = dict(self._stored)
        self._killed("rebuild", workers.rebuild, self._index, self._fresh("said"))
        assert self._look() == before

    def _back_up(self) -> None:
        existed = self._backup.exists()
        said, before = self._fresh("said"), dict(self._stored)
        self._killed("backup", workers.backup, self._index, self._backup, said)
        assert self._look() == before
        assert self._backup.exists() or not (existed or self._said(said))
        if self._backup.exists():
            backup.check(self._backup)

    # Around them

    def _whole_round(self) -> float:
        """Seconds a process takes to index everything, in a folder of its own."""
        files = [self._fresh(name) for name in ("said", "names", "log")]
        process = PROCESSES.Process(
            target=workers.index, args=(self._folder / "beside", self._documents, *files, self._embedder_name)
        )
        began = time.monotonic()
        process.start()
        process.join()
        assert process.exitcode == 0
        return time.monotonic() - began

    def _killed(self, work: str, target: Callable[..., None], *arguments: object) -> None:
        """Run a process and kill it at some moment of what it has been seen to take."""
        seconds = self._random.uniform(0, self._seconds[work])
        process = PROCESSES.Process(target=target, args=arguments)
        began = time.monotonic()
        process.start()
        process.join(seconds)
        if process.is_alive():
            process.kill()
            process.join()
            self.tally.kills += 1
            self.tally.by_work[work] = self.tally.by_work.get(work, 0) + 1
        else:
            assert process.exitcode == 0, f"{work} failed"
            self.tally.completed += 1
            self._seconds[work] = time.monotonic() - began
            return
        # A process that keeps being killed early gets a little longer each time.
        self._seconds[work] = min(self._seconds[work] * 1.1, 60)

    def _look(self) -> dict[str, int]:
        """Check all that must always hold; returns the version of every document that is there."""
        if not (self._index / DATABASE).exists():
            return {}
        with closing(SqliteStore(self._index)) as store:
            self.tally.told += store.unfinished() is not None
            documents = {info.path: store.document(info.path) for info in store.documents()}
        with closing(sqlite3.connect(self._index / DATABASE)) as db:
            assert integrity.problems(db) == []
            twice = "SELECT document_id, start FROM chunks GROUP BY 1, 2 HAVING count(*) > 1"
            assert db.execute(twice).fetchall() == [], "a chunk is there twice"
        self._stored = {}
        for path, document in documents.items():
            assert document
            version = int(document.text.splitlines()[0].rpartition(" ")[2])
            assert document.text == self._text(path, version).strip(), f"{path} is not whole"
            self._stored[path] = version
        return self._stored

    def _ask(self) -> None:
        """The next question is answered from what is there."""
        if not self._stored:
            return
        path = self._random.choice(sorted(self._stored))
        rag = workers.opened(self._index, self._embedder)
        found = rag.search(self._line(path, self._stored[path], 2), 50)
        assert path in {passage.chunk.document for passage in found}
        assert {passage.chunk.document for passage in found} <= self._stored.keys()
        answer = rag.ask(f"How many steps has {path}?")
        for citation in answer.citations:
            document = rag.document(citation.document)
            assert document
            assert document.text[citation.start : citation.end] == citation.quote
        rag.close()
        self.tally.questions += 1

    def _complete(self) -> None:
        """A last run, which nobody kills, leaves all there and nothing else."""
        said, names, log = self._fresh("said"), self._fresh("names"), self._fresh("log")
        workers.index(self._index, self._documents, said, names, log, self._embedder_name)
        assert self._look() == self._versions
        with closing(SqliteStore(self._index)) as store:
            assert store.unfinished() is None
            assert store.verify() == []
        left = {file.name for file in self._index.iterdir()} - {DATABASE, "vectors.faiss", LOCK_FILE}
        assert {name for name in left if not name.endswith(("-wal", "-shm"))} == set(), "a killed process left files"

    def _stored_texts(self) -> set[str]:
        if not (self._index / DATABASE).exists():
            return set()
        with closing(sqlite3.connect(self._index / DATABASE)) as db:
            return {row[0] for row in db.execute("SELECT text FROM chunks")}

    def _edit(self, name: str) -> None:
        self._versions[name] = self._versions.get(name, 0) + 1
        (self._documents / name).write_text(self._text(name, self._versions[name]), "utf-8")

    def _text(self, name: str, version: int) -> str:
        head = f"Record of {name} in version {version}"
        return "\n".join([head, *(self._line(name, version, line) for line in range(1, 5))]) + "\n"

    def _line(self, name: str, version: int, line: int) -> str:
        thing = THINGS[(int(name[:4]) + line) % len(THINGS)]
        of = version if line == 2 else 0
        return f"Line {line} of {name}: the {thing} has {int(name[:4]) * 7 + line} steps, 修订{of}次。"

    def _fresh(self, name: str) -> Path:
        path = self._folder / name
        path.unlink(missing_ok=True)
        return path

    @staticmethod
    def _said(path: Path) -> list[int]:
        return [int(line) for line in path.read_text().split()] if path.exists() else []
