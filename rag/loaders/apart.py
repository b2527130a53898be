"""Parses or paints a file in a process of its own, which is stopped if it takes too much time or memory."""

from __future__ import annotations

import atexit
import json
import math
import os
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rag.errors import DocumentError
from rag.loaders.builder import Extract
from rag.loaders.metadata import Metadata
from rag.loaders.worker import HINT, OUT_OF_MEMORY, PAGE_SECONDS, SEEN_SECONDS, STEP
from rag.outline import from_json
from rag.progress import Step, tell

SECONDS = 120
MEMORY = 4 << 30
"""Bytes a reading process may ask for."""
_CHILD = f"""
import importlib, json, sys, typing
sys.path[:] = json.loads(sys.argv.pop(1))
import {__package__.partition(".")[0]}  # this very package; all else is sought elsewhere first
sys.path.append(sys.path.pop(0))
import {__package__}.worker as m
m.main()
"""


def parse_apart(module: str, data: bytes, name: str, seconds: float = SECONDS, memory: int = MEMORY) -> Extract:
    """What ``module.parse(data, name)`` gives, within bounds of time and memory.

    Raises:
        DocumentError: the parser's own, or the file takes more than the bounds.
    """
    text, outline, metadata, unread = _apart([module, "parse", name], data, seconds, memory)
    return Extract(text, Metadata(**metadata), from_json(outline), tuple(unread))


def paint_apart(data: bytes, name: str, number: int, seconds: float = SECONDS, memory: int = MEMORY) -> bytes:
    """A page of a file as ``painting.paint`` gives it, within bounds of time and memory.

    Raises:
        DocumentError: its own, or the file takes more than the bounds.
    """
    return b64decode(_apart([f"{__package__}.painting", "paint", name, number], data, seconds, memory))


def _apart(call: Sequence[str | int], data: bytes, seconds: float, memory: int) -> Any:
    """What a function of a module says of a file: ``call`` is module, function, the file's name and what else it takes.

    A process reads one file after another. Where it ends while it reads, its earlier files may be to blame: a new one
    tries again, in what is left of the time.
    """
    name = str(call[2])
    # isolated: the folder one stands in, which may hold a docx.py among the documents, is no place to import from
    command = (sys.executable, "-I", "-c", _CHILD, json.dumps(_import_path()), str(memory))
    end = time.monotonic() + seconds
    said = None
    while said is None:
        reader = _taken(command)
        with reader.stopped_at(end):
            said = reader.read(call, data, end)
        if said is None and time.monotonic() >= reader.end:
            raise DocumentError(
                name, f"takes longer than {seconds:.0f} s to read", HINT, code="too_slow", seconds=round(seconds)
            )
        if said is None and not reader.files:
            if reader.returncode == OUT_OF_MEMORY:
                raise DocumentError(name, "takes too much memory to read", HINT, code="too_much_memory")
            raise DocumentError(name, "crashes its reader", HINT, code="crashes_reader")
    reader.files += 1
    _idle.append(reader)
    found = json.loads(said)
    if isinstance(found, dict):
        raise DocumentError(name, found["reason"], found["hint"], code=found["code"], **found["parameters"])
    return found


class _Reader:
    """A process that reads files; only one thread at a time may use it."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = command
        self.files = 0
        """How many it has read."""
        self.end = 0.0
        """When it is stopped, by the clock of ``time.monotonic``; each page it reads by OCR puts that off."""
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    def read(self, call: Sequence[str | int], data: bytes, end: float) -> bytes | None:
        """What it says of a file, as JSON; None where it has ended instead."""
        assert self._process.stdin
        assert self._process.stdout
        request = json.dumps([call, math.ceil(end - time.monotonic()), len(data)])
        with suppress(OSError):
            self._process.stdin.write(request.encode() + b"\n" + data)
            self._process.stdin.flush()
            while (size := self._process.stdout.readline()).startswith(STEP):
                done, of, unit = json.loads(size[len(STEP) :])
                self._goes_on(Step(done, of, unit, str(call[2])))
            if size.endswith(b"\n"):
                said = self._process.stdout.read(int(size))
                if len(said) == int(size):
                    return said
        self._process.wait()
        self.stop()
        return None

    def _goes_on(self, step: Step) -> None:
        """It got further: it may go on for longer, and who listens is told."""
        by_machine = step.unit == "pictures"
        self.end = max(self.end + SEEN_SECONDS, time.monotonic() + PAGE_SECONDS * by_machine)
        if step.of:
            tell(step)

    @contextmanager
    def stopped_at(self, end: float) -> Iterator[None]:
        """Let it run until a time and no longer; whatever is raised within stops it at once."""
        self.end = end
        done = threading.Event()

        def watch() -> None:
            while not done.wait(max(self.end - time.monotonic(), 0)):
                if time.monotonic() >= self.end:
                    self._process.kill()
                    return

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        except BaseException:
            self.stop()
            raise
        finally:
            done.set()

    def stop(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        with suppress(OSError), self._process:  # which closes its pipes and waits for it
            pass


_idle: list[_Reader] = []
"""Processes that wait for the next file."""


def _taken(command: Sequence[str]) -> _Reader:
    """A process that nobody else uses."""
    while True:
        try:
            reader = _idle.pop()
        except IndexError:
            return _Reader(command)
        if reader.command == command and reader.returncode is None:
            return reader
        reader.stop()


@atexit.register
def _stop_idle() -> None:
    while _idle:
        _idle.pop().stop()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_idle.clear)  # they belong to the parent


def _import_path() -> list[str]:
    """The folder of this package, then where this process imports from, without the current folder."""
    here = os.path.realpath(".")
    own = str(Path(__file__).parents[2])
    return [own] + [path for path in sys.path if path and os.path.realpath(path) != here and path != own]
