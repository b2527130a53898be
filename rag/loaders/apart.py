"""A file that may be a bomb to what it says, read by a process of its own that is stopped when it takes too much."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from rag.errors import DocumentError
from rag.loaders.lines import Extract
from rag.loaders.metadata import Metadata

SECONDS = 120
MEMORY = 4 << 30
"""Bytes a reading process may ask for."""
ANSWER = 1 << 28
"""Bytes a reading process may say: twice the longest text that is indexed, with every character escaped."""

HINT = "Split it, or save its text as .txt and index that."

_CHILD = f"""
import importlib, json, sys, typing
sys.path[:] = json.loads(sys.argv.pop(1))
import {__package__.partition(".")[0]}  # this very package; all else is sought elsewhere first
sys.path.append(sys.path.pop(0))
import {__name__} as m
m.main()
"""


def parse_apart(module: str, data: bytes, name: str, seconds: float = SECONDS, memory: int = MEMORY) -> Extract:
    """What ``module.parse(data, name)`` gives, within bounds of time and memory.

    Raises:
        DocumentError: the parser's own, or the file takes more than the bounds.
    """
    bounds = [str(memory), str(math.ceil(seconds))]
    # isolated: the folder one stands in, which may hold a docx.py among the documents, is no place to import from
    command = [sys.executable, "-I", "-c", _CHILD, json.dumps(_import_path()), module, name, *bounds]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(name, f"takes longer than {seconds:.0f} s to read", HINT) from error
    if done.returncode or not done.stdout:
        raise DocumentError(name, "crashes its reader", HINT)
    said = json.loads(done.stdout)
    if "reason" in said:
        raise DocumentError(name, said["reason"], said["hint"])
    return Extract(tuple(said["lines"]), Metadata(**said["metadata"]))


def _import_path() -> list[str]:
    """The folder of this package, then where this process imports from, without the current folder."""
    here = os.path.realpath(".")
    own = str(Path(__file__).parents[2])
    return [own] + [path for path in sys.path if path and os.path.realpath(path) != here and path != own]


def main() -> None:
    """Read standard input with the parser that the arguments name; write what it says, or why not, as JSON."""
    module, name, memory, seconds = sys.argv[1:]
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints does not spoil the answer
    try:
        _bound(int(memory), int(seconds))
        said = _said(module, sys.stdin.buffer.read(), name)
    except MemoryError:
        said = _refused("takes too much memory to read")
    out.write(said)
    out.flush()


def _said(module: str, data: bytes, name: str) -> bytes:
    try:
        extract: Extract = import_module(module).parse(data, name)
    except DocumentError as error:
        return _refused(error.reason, error.hint)
    except MemoryError:
        raise
    except Exception as error:  # a parser met bytes its authors did not foresee: this file fails, not the run
        return _refused(f"could not be read ({type(error).__name__}: {str(error)[:1000]})")
    said = json.dumps(asdict(extract)).encode()
    return said if len(said) <= ANSWER else _refused(f"says more than {ANSWER / 1e6:.0f} MB")


def _refused(reason: str, hint: str = HINT) -> bytes:
    said: dict[str, Any] = {"reason": reason, "hint": hint}
    return json.dumps(said).encode()


def _bound(memory: int, seconds: int) -> None:
    """Let this process have no more memory and time than it may, where the system can; a lower bound it has stays."""
    with suppress(ImportError):  # Windows has no such limits
        import resource

        for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds + 1)):
            with suppress(ValueError, OSError):
                hard = resource.getrlimit(limit)[1]
                lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.setrlimit(limit, (lower, lower))
    if sys.platform == "linux":
        with suppress(ImportError, AttributeError, OSError):
            import ctypes
            import signal

            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: nobody reads on for a parent that is gone
