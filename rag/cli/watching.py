"""``watch``: folders are followed until Ctrl-C."""

from __future__ import annotations

import argparse
from pathlib import Path
from threading import Event

from rag.cli.admin import ANSWERED, Add, opened


def add_watch(add: Add) -> None:
    """Add the command."""
    watch = add("watch", _watch, "index folders, and whatever changes in them, until Ctrl-C")
    watch.add_argument("paths", nargs="+", type=Path, metavar="FOLDER")
    watch.add_argument("--tag", action="append", default=[], metavar="NAME", help="what --in finds them by, too")


def _watch(given: argparse.Namespace) -> int:
    from rag.cli import console
    from rag.indexing.watching import follow
    from rag.stores.tags import TagChange

    rag, tags = opened(given), TagChange(tuple(given.tag))
    rounds = 0

    def index() -> None:
        nonlocal rounds
        summary = rag.index(given.paths, tags=tags)
        rounds += 1
        if rounds == 1 or summary.added or summary.updated or summary.removed:
            console.show_summary(summary)

    follow(given.paths, rag.settings.index, index, Event())
    return ANSWERED
