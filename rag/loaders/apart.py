"""A file that may be a bomb to what it says, read by a process of its own that is stopped when it takes too much."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module

from rag.errors import DocumentError
from rag.loaders.lines import Extract
from rag.loaders.metadata import Metadata

SECONDS = 120
MEMORY = 4 << 30
"""Bytes a reading process may ask for."""

HINT = "Split it, or save its text as .txt and index that."


def parse_apart(module: str, data: bytes, name: str, seconds: float = SECONDS, memory: int = MEMORY) -> Extract:
    """What ``module.parse(data, name)`` gives, within bounds of time and memory.

    Raises:
        DocumentError: the parser's own, or the file takes more than the bounds.
    """
    command = [sys.executable, "-c", f"import {__name__} as m; m.main()", module, name, str(memory)]
    own = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=seconds, check=False, env={**os.environ, **own}
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(name, f"takes longer than {seconds:.0f} s to read", HINT) from error
    if done.returncode or not done.stdout:
        reason = "takes too much memory to read" if b"MemoryError" in done.stderr else "crashes its reader"
        raise DocumentError(name, reason, HINT)
    said = json.loads(done.stdout)
    if "reason" in said:
        raise DocumentError(name, said["reason"], said["hint"])
    return Extract(tuple(said["lines"]), Metadata(**said["metadata"]))


def main() -> None:
    """Read standard input with the parser that the arguments name; write what it says, or why not, as JSON."""
    module, name, memory = sys.argv[1:]
    with suppress(ImportError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    out = sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints does not spoil the answer
    try:
        said = asdict(import_module(module).parse(sys.stdin.buffer.read(), name))
    except DocumentError as error:
        said = {"reason": error.reason, "hint": error.hint}
    except MemoryError:
        raise
    except Exception as error:  # a parser met bytes its authors did not foresee: this file fails, not the run
        said = {"reason": f"could not be read ({type(error).__name__}: {error})", "hint": HINT}
    out.write(json.dumps(said).encode())
