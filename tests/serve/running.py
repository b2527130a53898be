"""A real server in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.commands import ROOT, SETTINGS


def environment(index: Path) -> dict[str, str]:
    """The variables that ``python -m rag`` runs under, without weights."""
    return {**os.environ, **SETTINGS, "RAG_INDEX": str(index), "RAG_RISK": "1"}


@contextmanager
def served(index: Path, *flags: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a server over an index, and its process, which is ended at the end."""
    command = [sys.executable, "-m", "rag", "serve", "--port", "0", *flags]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(index), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Yinju is at "), line + (process.stderr.read() if process.stderr else "")
        yield line.split()[3], process
    finally:
        process.kill()
        process.communicate()
