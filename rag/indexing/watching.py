"""Follows folders: what is new, changed or gone in them is indexed while it happens."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from rag.errors import ConfigError, ExtraMissing, IndexLocked

QUIET, LOOK = 1000, 1000
"""Milliseconds: how long changes are collected that come close together, and how often it is looked up whether to stop
or to try again."""


def follow(paths: Sequence[Path], leave: Path, index: Callable[[], None], stop: Event) -> None:
    """Call ``index`` now, and whenever something changes at ``paths``, until ``stop`` is set.

    ``leave`` is the index folder, which may be in one of them. Where another process is writing, ``index`` is called
    again until it may write.

    Raises:
        ConfigError: there is nothing at one of the paths.
        ExtraMissing: the package that watches is not installed.
    """
    try:
        from watchfiles import watch
    except ImportError as error:
        raise ExtraMissing("Following a folder", "watch") from error
    if missing := [path for path in paths if not path.exists()]:
        raise ConfigError(f"There is nothing at {missing[0]}.", "name a folder that is there")
    _indexed(index)
    due = True  # for what changes until it is watched
    changes = watch(
        *map(os.path.abspath, paths),
        watch_filter=lambda _, path: counts(path, paths, leave),
        debounce=QUIET,
        rust_timeout=LOOK,
        yield_on_timeout=True,
        stop_event=stop,
    )
    for changed in changes:
        if changed or due:
            due = not _indexed(index)


def _indexed(index: Callable[[], None]) -> bool:
    """Whether nobody else was writing."""
    try:
        index()
    except IndexLocked:
        return False
    return True


def counts(path: str, roots: Sequence[Path], leave: Path) -> bool:
    """Whether a change there is of a file that may be indexed: not hidden, no office program's lock, not the index."""
    if Path(path).is_relative_to(os.path.abspath(leave)):
        return False
    root = next(root for root in map(os.path.abspath, roots) if Path(path).is_relative_to(root))
    return not any(part.startswith((".", "~$")) for part in Path(path).relative_to(root).parts)
