"""A fair queue of questions: read in the order they came, a few at a time, each told how many are before it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

LOOK = 0.2
"""Seconds between two looks at the queue."""


class Queue:
    """A fair queue before ``workers`` workers; it lives in one event loop."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._waiting: list[object] = []

    @contextmanager
    def joined(self) -> Iterator[object]:
        """A ticket at the end of the queue; it is taken out when the block ends."""
        ticket = object()
        self._waiting.append(ticket)
        try:
            yield ticket
        finally:
            self._waiting.remove(ticket)

    @property
    def empty(self) -> bool:
        """Whether no question waits or is being answered."""
        return not self._waiting

    def place(self, ticket: object) -> int:
        """1 for the next to be answered, 2 for the one after; 0 for those being answered."""
        return max(0, self._waiting.index(ticket) + 1 - self._workers)

    async def places(self, ticket: object) -> AsyncIterator[int]:
        """Each place a ticket moves up to, ending when its turn has come."""
        last = 0
        while place := self.place(ticket):
            if place != last:
                yield place
            last = place
            await asyncio.sleep(LOOK)
