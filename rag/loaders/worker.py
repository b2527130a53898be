"""The reading process: parses the files it is sent on standard input, one after another, within its limits."""

from __future__ import annotations

import json
import os
import sys
from base64 import b64encode
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from typing import Any

from rag.errors import DocumentError
from rag.loaders.builder import Extract
from rag.outline import to_json
from rag.progress import Step, listening

ANSWER = 1 << 28
"""Bytes a reading process may say: twice the longest text that is indexed, with every character escaped."""

IDLE = 60
"""Seconds it waits for the next file before it ends."""

KEPT = 1 << 29
"""Bytes it may have after a file more than before the first: the next file could have so much less."""

OUT_OF_MEMORY = 71
"""Its exit code when it may have no more memory."""

PAGE_SECONDS = 120
"""Seconds that one page may take that is read by OCR; each that was read gives so many for the next."""

SEEN_SECONDS = 1
"""Seconds that each page with a text layer adds to a file's time."""

STEP = b"."
"""Begins a line that it writes before its answer: a step of its work, as JSON."""

HINT = "Split it, or save its text as .txt and index that."


def main() -> None:
    """Answer requests until there are none.

    A request is a line of JSON, then the file's bytes. The line says what to call (a module, its function, the file's
    name, and what else it takes), the seconds it may take, and how many bytes follow. An answer is a line with its
    size, then JSON: what the function gives, or why the file cannot be read.
    """
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # a library that prints does not spoil the answer
    _bound_memory(int(sys.argv[1]))
    _end_with_parent()
    before = _size()

    def say(step: Step) -> None:
        _bound_time(2 * PAGE_SECONDS)
        answers.write(STEP + json.dumps([step.done, step.of, step.unit]).encode() + b"\n")
        answers.flush()

    try:
        with listening(say):
            while _size() - before <= KEPT and (request := requests.readline()):
                _end_after(0)
                call, seconds, size = json.loads(request)
                _bound_time(seconds)
                said = _said(requests.read(size), *call)
                answers.write(b"%d\n" % len(said))
                answers.write(said)
                answers.flush()
                _end_after(IDLE)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _said(data: bytes, module: str, function: str, *arguments: str | int) -> bytes:
    try:
        found: Extract | bytes = getattr(import_module(module), function)(data, *arguments)
    except DocumentError as error:
        return _refused(error.reason, error.hint, error.code, **error.parameters)
    except MemoryError:
        raise
    except Exception as error:  # a parser met bytes its authors did not foresee: this file fails, not the run
        problem = f"{type(error).__name__}: {str(error)[:1000]}"
        return _refused(f"could not be read ({problem})", problem=problem)
    if isinstance(found, bytes):
        return json.dumps(b64encode(found).decode()).encode()
    said = json.dumps([found.text, to_json(found.outline), asdict(found.metadata), found.unread]).encode()
    most = round(ANSWER / 1e6)
    return said if len(said) <= ANSWER else _refused(f"says more than {most} MB", code="says_too_much", limit=most)


def _refused(reason: str, hint: str = HINT, code: str = "not_readable", **parameters: str | float) -> bytes:
    said: dict[str, Any] = {"reason": reason, "hint": hint, "code": code, "parameters": parameters}
    return json.dumps(said).encode()


# What the system enforces, where it can: Windows has none of this, there only the parent stops a process


def _bound_memory(most: int) -> None:
    """Have no more memory than this; a lower bound that is there stays."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (lower, lower))


def _size() -> int:
    """Bytes of memory this process has asked for; 0 where the system does not say."""
    with suppress(OSError), open("/proc/self/statm", encoding="ascii") as said:
        return int(said.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _bound_time(seconds: int) -> None:
    """Compute for so long from now on, should the parent not be there to stop it."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + seconds + 1
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _end_after(seconds: int) -> None:
    """End at that time unless told otherwise before; 0 is never."""
    if sys.platform != "win32":
        import signal

        signal.alarm(seconds)


def _end_with_parent() -> None:
    """Read on for no parent that is gone."""
    if sys.platform == "linux":
        with suppress(ImportError, AttributeError, OSError):
            import ctypes
            import signal

            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
