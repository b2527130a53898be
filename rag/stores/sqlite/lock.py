"""The lock of the one writer. The system releases it when its process dies; its file says who holds it."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rag.errors import IndexLocked
from rag.status import WriteRun
from rag.stores.runs import SOMEONE, told

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # far beyond what the file says, which others may read
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    _look = _lock
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _look(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # two who look do not take each other for a writer


PAUSE = 0.05
"""Seconds between two tries."""


@contextmanager
def only_writer(path: Path, command: str, patience: float) -> Iterator[WriteRun]:
    """Hold the lock file at ``path``; yields the record written to it.

    Raises:
        IndexLocked: another process, or another thread, holds it for longer than ``patience`` seconds.
        OSError: the file cannot be written.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, path, patience)
        run = WriteRun(command, os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(run)).encode(), 0)
        try:
            yield run
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder(path: Path) -> WriteRun | None:
    """Who holds the lock now; None where nobody does."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        _look(descriptor)
    except OSError:
        return _said(descriptor) or SOMEONE
    finally:
        os.close(descriptor)
    return None


def _acquire(descriptor: int, path: Path, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            _lock(descriptor)
            return
        except OSError as error:
            if time.monotonic() > end:
                other = _said(descriptor)
                who = f"{other.command!r}, pid {other.pid}, since {other.since}" if other else "another process"
                raise IndexLocked(
                    f"{path.parent} is being written by {who}.", "wait for it, then try again; asking works meanwhile"
                ) from error
        time.sleep(PAUSE)


def _said(descriptor: int) -> WriteRun | None:
    """The record of the holder; None while it is being written."""
    return told(os.pread(descriptor, 1 << 16, 0))
