"""The queue of those who ask."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from ui.queue import Queue


def test_everyone_knows_their_place_and_who_leaves_makes_room() -> None:
    queue = Queue(workers=1)
    with queue.joined() as first:
        with queue.joined() as second, queue.joined() as third:
            assert [queue.place(ticket) for ticket in (first, second, third)] == [0, 1, 2]
        with queue.joined() as fourth:
            assert queue.place(fourth) == 1
    with queue.joined() as fifth:
        assert queue.place(fifth) == 0


def test_places_end_when_served() -> None:
    queue = Queue(workers=1)

    async def stand() -> list[int]:
        seen = []
        with queue.joined() as ticket:
            async for place in queue.places(ticket):
                seen.append(place)
                before.__exit__(None, None, None)
        return seen

    before = queue.joined()
    before.__enter__()
    with ThreadPoolExecutor() as another:  # in this thread the browser tests' event loop may be running
        assert another.submit(asyncio.run, stand()).result() == [1]
