"""A parser to whoever waits for it: a sign of life after each picture that takes long to read."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def page_read() -> None:
    """Tell that a picture was read by OCR: the next may take as long again."""
    for listener in _listeners:
        listener()


def listen(listener: Callable[[], None]) -> None:
    """Be told of each page from now on."""
    _listeners.append(listener)
