"""What long work has got to, told to whoever shows it: the pages of a file that is read, the chunks embedded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Step:
    """So many of a file's pages are read, or so many of some files' chunks embedded."""

    done: int
    of: int
    """0 where it is not known: only that the work goes on."""
    unit: Literal["pages", "pictures", "chunks"]
    """Pages with a text layer, pictures that OCR reads, or chunks."""
    file: str = ""
    """Its name; empty for those of several files."""


Listener = Callable[[Step], None]

_listeners: list[Listener] = []


def tell(step: Step) -> None:
    """Tell all who listen."""
    for listener in tuple(_listeners):
        listener(step)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Be told of each step within, in this process and in those that read for it."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
