"""Processes that ask while another re-indexes: each answer checked to come from one state of the index."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.durability import workers
from tests.durability.killing import PROCESSES

PLACES = ("harbour", "tunnel", "library", "museum", "station", "garden", "theatre", "market")


def write(folder: Path, version: int) -> None:
    """A document a place, in which every line says the version."""
    folder.mkdir(exist_ok=True)
    for place in PLACES:
        lines = [f"The {place} of version {version} has {version}{part} rooms in part {part}." for part in range(6)]
        (folder / f"{place}.txt").write_text("\n".join(lines), "utf-8")


def reading(folder: Path, readers: int, reindexes: int, answers: int = 1) -> int:
    """Let processes ask until they have seen the last of several re-indexes; returns how many answers were checked.

    Before each re-index, every process has given so many ``answers`` more.
    """
    index, documents, stop = folder / "index", folder / "documents", folder / "stop"
    write(documents, 0)
    with closing(workers.opened(index)) as rag:
        rag.index([documents])
        questions = [f"How many rooms has the {place} in part 3?" for place in PLACES]
        said = [folder / f"said{number}" for number in range(readers)]
        processes = [PROCESSES.Process(target=workers.ask, args=(index, questions, stop, one)) for one in said]
        for process in processes:
            process.start()
        for version in range(1, reindexes + 1):
            least = version * answers
            _until(lambda: all(one.exists() and one.read_text("utf-8").count("\n") >= least for one in said))  # noqa: B023
            write(documents, version)
            assert len(rag.index([documents]).updated) == len(PLACES)
        last = int(rag.status().meta["generation"])
    _until(lambda: all(_last_line(one).startswith(f"{last}\t") for one in said))
    stop.touch()
    for process in processes:
        process.join()
    return sum(_checked(one, last) for one in said)


def _last_line(file: Path) -> str:
    return file.read_text("utf-8").rpartition("\n")[0].rpartition("\n")[2]


def _checked(said: Path, last: int) -> int:
    seen = [line.split("\t") for line in said.read_text("utf-8").splitlines()]
    assert [line for line in seen if line[0] == "error"] == []
    generations = [int(line[0]) for line in seen]
    assert generations == sorted(generations)
    assert generations[-1] == last
    for _, text, quotes, passages in seen:
        assert "[1]" in text
        assert ast.literal_eval(quotes)
        versions: dict[str, set[str]] = {}
        for chunk in ast.literal_eval(passages):
            for line in chunk.splitlines():
                versions.setdefault(line.split()[1], set()).add(line.split()[4])
        assert all(len(found) == 1 for found in versions.values()), "two versions of one document at once"
    return len(seen)


def _until(condition: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
