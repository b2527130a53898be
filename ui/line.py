"""Those who ask, served in the order they came, a few at a time, each told how many are before them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

LOOK = 0.2
"""Seconds between two looks at the line."""


class Line:
    """A fair line before ``counters`` counters; it lives in one event loop."""

    def __init__(self, counters: int) -> None:
        self._counters = counters
        self._standing: list[object] = []

    @contextmanager
    def joined(self) -> Iterator[object]:
        """A ticket at the end of the line; whoever leaves, served or not, makes room."""
        ticket = object()
        self._standing.append(ticket)
        try:
            yield ticket
        finally:
            self._standing.remove(ticket)

    def place(self, ticket: object) -> int:
        """1 for the next to be served, 2 for the one after; 0 for those at a counter."""
        return max(0, self._standing.index(ticket) + 1 - self._counters)

    async def places(self, ticket: object) -> AsyncIterator[int]:
        """Each place a ticket moves up to, ending when it is served."""
        last = 0
        while place := self.place(ticket):
            if place != last:
                yield place
            last = place
            await asyncio.sleep(LOOK)
