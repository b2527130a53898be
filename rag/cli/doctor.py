"""``doctor``: whether all is there that asking and indexing need, and the command for what is not."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from rag.cli.admin import ANSWERED, FAILED, Add, print_json, settings_of
from rag.config import Settings, cores
from rag.errors import IndexMissing, RagError

State = Literal["ok", "missing", "optional"]

EXTRAS = {
    "ui": ("the web chat", ("gradio",)),
    "serve": ("REST, OpenAI's interface and MCP", ("fastapi", "uvicorn", "mcp")),
    "watch": ("following folders", ("watchfiles",)),
    "ocr": ("text in pictures and scans", ("rapidocr", "PIL")),
    "postgres": ("an index on PostgreSQL", ("psycopg", "pgvector")),
    "hub": ("other models of a hub", ("sentence_transformers", "transformers", "torch")),
    "ray": ("indexing on many machines", ("ray",)),
}
"""What each extra is for, and what it brings."""

ROOM = 200_000_000
"""Bytes that should be free for an index."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to type where that is not well."""

    what: str
    state: State
    told: str
    command: str = ""


def add_doctor(add: Add) -> None:
    """Add the command."""
    doctor = add("doctor", _doctor, "say what is missing, and the command for it")
    doctor.add_argument("--json", action="store_true", help="print JSON")


def _doctor(given: argparse.Namespace) -> int:
    found = list(findings(settings_of(given)))
    if given.json:
        print_json([asdict(one) for one in found])
    else:
        for one in found:
            print(f"{one.state:8}  {one.what}: {one.told}")
            if one.command:
                print(f"{'':10}try: {one.command}")
    return FAILED if any(one.state == "missing" for one in found) else ANSWERED


def findings(settings: Settings) -> Iterator[Finding]:
    """What these settings need, one by one."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", "ok", f"{version} on {sys.platform}, {cores()} threads")
    yield from _weights(settings)
    yield _folder(settings.index)
    yield _index(settings)
    for extra in EXTRAS:
        yield _extra(extra, settings)


def _weights(settings: Settings) -> Iterator[Finding]:
    """The files of the models that the settings name, by their sizes; ``models verify`` reads every byte."""
    from rag.models.registry import SHIPPED, WEIGHTS, models_folder

    if settings.embedder == "default":
        for weights in (one for one in WEIGHTS.values() if one.default):
            file = models_folder() / weights.file_name
            if file.is_file() and file.stat().st_size == weights.size:
                yield Finding(weights.name, "ok", str(file))
            else:
                yield Finding(weights.name, "missing", f"not whole at {file}", "python -m rag models pull")
    if settings.generator == "reader":
        lost = [name for name, one in SHIPPED.items() if not one.path.is_file()]
        if lost:
            yield Finding("the reader", "missing", f"{lost[0]} is not there", "pip install --force-reinstall yinju")
        else:
            yield Finding("the reader", "ok", f"{len(SHIPPED)} files, shipped")


def _folder(folder: Path) -> Finding:
    """Whether the index folder, or the first folder above it that is there, can be written."""
    there = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    what = "the index folder"
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Finding(what, "missing", f"{there} cannot be written", "name another folder with --index")
    if (free := shutil.disk_usage(there).free) < ROOM:
        return Finding(
            what, "missing", f"{free / 1e6:.0f} MB free on its disk", "free some space, or name another with --index"
        )
    return Finding(what, "ok", f"{folder}, {free / 1e9:.0f} GB free")


def _index(settings: Settings) -> Finding:
    """Whether there is an index that these settings can ask; on a server, whether that is there."""
    from rag.pipeline import Rag

    rag = Rag(settings)
    try:
        documents, unfinished = len(rag.documents()), rag.unfinished()
        rag.close()
    except IndexMissing as error:
        return Finding("the index", "optional", str(error).rstrip("."), error.hint)
    except RagError as error:
        return Finding("the index", "missing", str(error).rstrip("."), error.hint)
    if unfinished:
        told = f"'{unfinished.command}' was cut short; {unfinished.done} documents of it are kept"
        return Finding("the index", "optional", told, f"python -m rag {unfinished.command}")
    return Finding("the index", "ok", f"{documents} documents in {rag.place}")


def _extra(extra: str, settings: Settings) -> Finding:
    """Whether the packages of an extra are installed; needed where a setting says so."""
    purpose, packages = EXTRAS[extra]
    lost = [name for name in packages if find_spec(name) is None]
    if not lost:
        return Finding(f"[{extra}]", "ok", purpose)
    state: State = "missing" if extra == "postgres" and settings.store else "optional"
    return Finding(f"[{extra}]", state, f"{purpose}: not installed", f"pip install 'yinju[{extra}]'")
