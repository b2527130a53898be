"""Writes files atomically: aside, forced to disk, then renamed, so that a kill leaves the old file or the new one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ENDING = ".yinju.part"
"""It says whose the file is, so that nobody else's is ever swept."""


@contextmanager
def temporary(path: Path) -> Iterator[Path]:
    """A path to write to beside ``path`` that goes away at the end, with the files SQLite may have put beside it.

    What processes that were killed left beside ``path`` is removed first.
    """
    sweep(path)
    made = path.with_name(f"{path.name}.{os.getpid()}{ENDING}")
    try:
        yield made
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            made.with_name(made.name + ending).unlink(missing_ok=True)


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A path to write to; it becomes ``path`` when the block ends well and goes away when it does not.

    Raises:
        OSError: the file cannot be written or renamed.
    """
    with temporary(path) as made:
        yield made
        put(made, path)


def put(made: Path, path: Path) -> None:
    """Give a finished file its place, for good."""
    _force(made)
    made.replace(path)
    _force(path.parent)


def sweep(path: Path) -> None:
    """Remove what killed processes left of their attempts to write ``path``."""
    pattern = re.compile(rf"{re.escape(path.name)}\.(?:\w+\.)?(\d+){re.escape(ENDING)}(?:-\w+)?")
    for left in path.parent.iterdir():
        made = pattern.fullmatch(left.name)
        if made and not _is_alive(int(made.group(1))):
            left.unlink(missing_ok=True)


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder; without those that go away while they are looked at."""
    size = 0
    for file in folder.iterdir():
        with suppress(FileNotFoundError):
            size += file.stat().st_size if file.is_file() else 0
    return size


def _is_alive(pid: int) -> bool:
    """Whether a process of this machine runs under the number."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    return True


def _force(path: Path) -> None:
    """Make sure that a power cut leaves a file's bytes, or a folder's names."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:  # a folder, on Windows
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
