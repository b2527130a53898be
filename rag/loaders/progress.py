"""A parser to whoever waits for it: a sign of life after each page, and after each picture that takes long to read."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[bool], None]] = []


def page_read() -> None:
    """Tell that a picture was read by OCR: the next may take as long again."""
    for listener in _listeners:
        listener(True)


def page_seen() -> None:
    """Tell that a page with a text layer was looked at: a file of many pages may take longer than one of few."""
    for listener in _listeners:
        listener(False)


def listen(listener: Callable[[bool], None]) -> None:
    """Be told of each page from now on, and whether it was read by OCR."""
    _listeners.append(listener)
