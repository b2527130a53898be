"""The web chat under load: many visitors ask at once, each checks that what comes back is theirs."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from eval.bench.data import read_lines
from eval.bench.options import Options
from eval.bench.progress import say
from eval.bench.report import Report
from eval.metrics import percentile
from eval.tables import Cell, Column, Table, count
from rag import Rag

if TYPE_CHECKING:
    import httpx

VISITORS = 20
SECONDS = 60
CHUNKS = 10_000
STEP = 250
"""Articles added at a time until there are ``CHUNKS``."""

QUESTIONS = ("香港数据中心总存量是多少平方呎？", "When did HKAI LAB start operating?", "谁是深圳医疗信息中心的主任？")

COLUMNS = (
    count("visitors"),
    count("answers"),
    count("errors and crossed answers"),
    *(Column(f"{of} p{p}, ms", ",.0f") for of in ("first passage", "complete answer") for p in (50, 95)),
    Column("memory grew, MB", ".0f"),
)


@dataclass
class VisitorTimings:
    """What the visitors met."""

    passages: list[float] = field(default_factory=list)
    """Milliseconds to the first passage."""
    answers: list[float] = field(default_factory=list)
    """Milliseconds to the complete answer."""
    wrong: list[str] = field(default_factory=list)
    """Errors, and answers to somebody else's question."""


def run(options: Options) -> Report:
    """Ask for a minute alone, then as a crowd; ``limit`` makes it so many seconds, over the default documents."""
    from rag import default_documents
    from ui.serving import Address, launch

    with tempfile.TemporaryDirectory() as folder:
        rag = Rag(replace(options.settings, index=Path(folder) / "index"))
        rag.index(default_documents())
        if options.limit is None:
            _fill(rag, options, Path(folder) / "news")
        chunks = rag.status().chunks
        page = launch(rag, Address(port=0), block=False)
        page.warming.wait()
        say(f"{VISITORS} visitors over {chunks:,} chunks")
        seconds = options.limit or SECONDS
        rows = [_crowded(page, visitors, seconds) for visitors in (1, VISITORS)]
        page.close(verbose=False)
    wrong = sorted({error for _, seen in rows for error in seen.wrong})
    note = f"Each asks again as soon as it is answered, for {seconds:g} s; {chunks:,} chunks. {'; '.join(wrong[:3])}"
    table = Table("the web chat under load", COLUMNS, tuple(row for row, _ in rows), note.strip())
    return Report("web", (table,), options.conditions(), ())


def _crowded(page: Any, visitors: int, seconds: float) -> tuple[tuple[Cell, ...], VisitorTimings]:
    """The row of a crowd, and what all of it met."""
    before = _memory()
    met = _crowd(page.local_url, _dependency(page), visitors, seconds)
    times = (percentile(of, p) for of in (met.passages, met.answers) for p in (0.5, 0.95))
    return (visitors, len(met.answers), len(met.wrong), *times, _memory() - before), met


def _fill(rag: Rag, options: Options, folder: Path) -> None:
    articles = [row["text"] for row in read_lines(options.data, "zh_news_10k")]
    folder.mkdir()
    for start in range(0, len(articles), STEP):
        if rag.status().chunks >= CHUNKS:
            return
        for number, text in enumerate(articles[start : start + STEP], start):
            (folder / f"news-{number:05d}.txt").write_text(text, "utf-8")
        rag.index([folder])


def _crowd(url: str, dependency: int, visitors: int, seconds: float) -> VisitorTimings:
    met, until = VisitorTimings(), time.monotonic() + seconds
    threads = [threading.Thread(target=_visit, args=(url, dependency, until, met)) for _ in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return met


def _visit(url: str, dependency: int, until: float, seen: VisitorTimings) -> None:
    import httpx

    session = uuid4().hex
    number = 0
    with httpx.Client(base_url=url, timeout=60) as client:
        token = client.get("yinju/session").json()
        client.headers[token["header"]] = token["token"]
        while time.monotonic() < until:
            number += 1
            own = {
                "id": uuid4().hex,
                "question": f"{QUESTIONS[number % len(QUESTIONS)]} {session[:6]}",
                "exchanges": [],
            }
            try:
                _ask(client, dependency, session, own, seen)
            except Exception as error:  # whatever goes wrong is what this benchmark counts
                seen.wrong.append(repr(error))


def _ask(client: httpx.Client, dependency: int, session: str, own: Mapping[str, Any], seen: VisitorTimings) -> None:
    began = time.perf_counter()
    asked = {"data": [], "fn_index": dependency, "session_hash": session, "event_data": own}
    client.post("gradio_api/queue/join", json=asked).raise_for_status()
    stages: list[str] = []
    for text in _events(client, f"gradio_api/queue/data?session_hash={session}"):
        if "passages" in text and not stages:
            stages.append("passages")
            seen.passages.append((time.perf_counter() - began) * 1000)
        if '"msg":"process_completed"' in text.replace(" ", ""):
            seen.answers.append((time.perf_counter() - began) * 1000)
            message = json.loads(text)
            if own["id"] not in text or '"failed"' in text or not message["success"]:
                seen.wrong.append(f"not the answer asked for: {text[:200]}")
            return
    seen.wrong.append("no answer came")


def _events(client: httpx.Client, path: str) -> Iterator[str]:
    with client.stream("GET", path) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                yield line[6:]


def _dependency(page: Any) -> int:
    """The number under which Gradio knows the event that asks."""
    return int(next(number for number, one in page.fns.items() if one.concurrency_limit is None and one.fn))


def _memory() -> float:
    """Megabytes of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6
