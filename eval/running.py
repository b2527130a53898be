"""Shelves to one EvalRun: each is indexed by itself and asked, several at once where there are cores."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.asking import EvalRun, Progress, ask_all, index, joined
from eval.shelves import Shelf
from rag import IndexMissing, Rag, RagError, Settings, cores

WORTH_A_PROCESS = 50
"""Questions for which a process that loads the models anew pays."""

Bar = Callable[[str], AbstractContextManager[Progress]]
"""A label to a progress bar."""

_asked: Any = None
"""How many questions all processes have asked, shared between them."""


def ask_shelves(chosen: Sequence[Shelf], settings: Settings, bar: Bar) -> EvalRun:
    """Index each shelf by itself, and ask its questions.

    Shelves are asked at once, each process on its share of the cores, so that a question is timed on that share; one
    after the other where a store is named, which holds one index.

    Raises:
        RagError: a store that was named holds documents, which could answer too.
    """
    chosen = [shelf for shelf in chosen if shelf.questions]
    worth = sum(len(shelf.questions) for shelf in chosen) // WORTH_A_PROCESS
    processes = 1 if settings.store else min(cores(), len(chosen), worth)
    return _at_once(chosen, settings, bar, processes) if processes > 1 else _in_turn(chosen, settings, bar)


def _in_turn(chosen: Sequence[Shelf], settings: Settings, bar: Bar) -> EvalRun:
    runs: list[EvalRun] = []
    embedder = generator = None
    for shelf in chosen:
        with tempfile.TemporaryDirectory() as folder:
            rag = Rag(replace(settings, index=Path(folder)), embedder=embedder, generator=generator)
            embedder, generator = rag.embedder, rag.generator
            need_empty(rag)
            try:
                unread = index(rag, shelf)
                with bar(shelf.name) as progress:
                    runs.append(replace(ask_all(rag, shelf, progress), unread=unread))
            finally:
                empty(rag)
                rag.close()
    return joined(runs)


def _at_once(chosen: Sequence[Shelf], settings: Settings, bar: Bar, processes: int) -> EvalRun:
    began, context = time.perf_counter(), multiprocessing.get_context("spawn")
    asked, shares = context.Value("i", 0), context.SimpleQueue()
    for share in range(processes):
        shares.put(share)
    with (
        ProcessPoolExecutor(processes, context, _begin, (asked, shares, processes)) as pool,
        bar("questions") as progress,
    ):
        runs = [pool.submit(_ask_one, shelf, settings) for shelf in chosen]
        waiting = set(runs)
        while waiting:
            done, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
            for run in done:
                run.result()  # an error ends the rest
            progress(asked.value, sum(len(shelf.questions) for shelf in chosen))
        whole = joined([run.result() for run in runs])
    return replace(whole, seconds=round(time.perf_counter() - began, 1))


def _begin(asked: Any, shares: Any, processes: int) -> None:
    """Keep this process to its share of the cores, where the system knows of such."""
    global _asked  # noqa: PLW0603
    _asked = asked
    share = shares.get()
    if hasattr(os, "sched_setaffinity") and (own := sorted(os.sched_getaffinity(0))[share::processes]):
        os.sched_setaffinity(0, own)


def _ask_one(shelf: Shelf, settings: Settings) -> EvalRun:
    return _in_turn([shelf], settings, _count)


@contextmanager
def _count(_label: str) -> Iterator[Progress]:
    """A bar that only counts, for all processes together."""

    def progress(_done: int, _of: int) -> None:
        with _asked.get_lock():
            _asked.value += 1

    yield progress


def need_empty(rag: Rag) -> None:
    """See that no other documents could answer.

    Raises:
        RagError: the index holds documents.
    """
    with suppress(IndexMissing):
        if documents := len(rag.documents()):
            raise RagError(
                f"{rag.place} holds {documents} documents, which could answer too.",
                "give --store the URL of an empty database, or unset RAG_STORE",
            )


def empty(rag: Rag) -> None:
    """Forget the documents that were asked about."""
    with suppress(RagError):
        rag.delete([info.path for info in rag.documents()])
