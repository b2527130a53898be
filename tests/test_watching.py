"""Folders that are followed: in a process of its own, and which changes count."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from rag import Rag, RagError, Settings
from rag.errors import ConfigError, IndexLocked
from rag.indexing.watching import counts, follow
from tests.commands import ROOT, SETTINGS

WAIT = 60.0
"""Seconds within which what changed must be found."""


@pytest.mark.parametrize(
    ("path", "does"),
    [
        ("notes/a.txt", True),
        ("notes/deep/er/b.pdf", True),
        ("notes/gone", True),
        ("notes/.hidden/a.txt", False),
        ("notes/.a.txt.swp", False),
        ("notes/~$a.docx", False),
        ("notes/index/index.sqlite-wal", False),
    ],
)
def test_changes_count_where_a_file_may_be_indexed(tmp_path: Path, path: str, does: bool) -> None:
    assert counts(str(tmp_path / path), [tmp_path / "notes"], tmp_path / "notes" / "index") is does


def test_a_folder_that_is_not_there_cannot_be_followed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        follow([tmp_path / "nowhere"], tmp_path / "index", lambda: None, Event())


@pytest.mark.long
def test_a_round_that_meets_another_writer_comes_again(tmp_path: Path) -> None:
    stop = Event()
    calls: list[int] = []

    def index() -> None:
        calls.append(len(calls))
        if len(calls) < 4:
            raise IndexLocked("another process is writing.")
        stop.set()

    follow([tmp_path], tmp_path / ".yinju", index, stop)
    assert len(calls) == 4


@contextmanager
def watching(folder: Path, index: Path) -> Iterator[subprocess.Popen[str]]:
    """``python -m rag watch``, which Ctrl-C must end."""
    command = [sys.executable, "-m", "rag", "watch", str(folder), "--index", str(index)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **SETTINGS}, stdout=subprocess.PIPE, text=True)
    try:
        yield process
        process.send_signal(signal.SIGINT)
        assert process.wait(WAIT) == 130
    finally:
        process.kill()
        process.communicate()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.long
def test_what_is_new_changed_or_gone_is_followed_until_ctrl_c_and_caught_up_with_afterwards(tmp_path: Path) -> None:
    folder, index = tmp_path / "notes", tmp_path / "notes" / "index"
    folder.mkdir()
    (folder / "a.txt").write_text("The mill has three wheels.\n")
    rag = Rag(Settings(index, embedder="hash", generator="extractive"))

    def texts() -> set[str]:
        try:
            return {one.chunk.text for one in rag.search("mill wheels", 50)}
        except RagError:  # there is none yet
            return set()

    with watching(folder, index):
        until(lambda: texts() == {"The mill has three wheels."})
        (folder / "deep").mkdir()
        (folder / "deep" / "b.md").write_text("The other mill has one.\n")
        until(lambda: texts() == {"The mill has three wheels.", "The other mill has one."})
        (folder / "a.txt").write_text("The mill has four wheels.\n")
        until(lambda: texts() == {"The mill has four wheels.", "The other mill has one."})
        (folder / "deep" / "b.md").unlink()
        until(lambda: texts() == {"The mill has four wheels."})
    (folder / "c.txt").write_text("A third mill has none.\n")
    with watching(folder, index):
        until(lambda: texts() == {"The mill has four wheels.", "A third mill has none."})
    rag.close()
