"""The flags that choose which documents to search."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.scope import Scope


def add_scope(command: argparse.ArgumentParser) -> None:
    """Give a command the flags of a scope."""
    flags = command.add_argument_group(
        "where to look", "Values of one flag are alternatives; different flags all hold."
    )
    flags.add_argument(
        "--in", dest="within", action="append", metavar="NAME", help="a file or folder by path or name, or a tag"
    )
    flags.add_argument("--since", metavar="DATE", help="dated then or later: 2024, 2024-03 or 2024-03-05")
    flags.add_argument("--until", metavar="DATE", help="dated then or earlier")
    flags.add_argument("--language", dest="languages", action="append", choices=("zh", "en"))
    flags.add_argument("--author", dest="authors", action="append", metavar="NAME")
    flags.add_argument("--type", dest="types", action="append", metavar="ENDING", help="of the file: pdf, docx, …")
    flags.add_argument(
        "--everywhere", action="store_true", help="not only in the document that the question names, if it does"
    )


def scope_of(given: argparse.Namespace) -> Scope:
    """The scope that was asked for.

    Raises:
        ScopeError: a date is none.
    """
    from rag.scope import Scope

    return Scope(
        tuple(given.within or ()),
        given.since,
        given.until,
        tuple(given.languages or ()),
        tuple(given.authors or ()),
        tuple(given.types or ()),
        given.everywhere,
    )
