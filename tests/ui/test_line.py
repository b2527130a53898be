"""The line of those who ask."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from ui.line import Line


def test_everyone_knows_their_place_and_who_leaves_makes_room() -> None:
    line = Line(counters=1)
    with line.joined() as first:
        with line.joined() as second, line.joined() as third:
            assert [line.place(ticket) for ticket in (first, second, third)] == [0, 1, 2]
        with line.joined() as fourth:
            assert line.place(fourth) == 1
    with line.joined() as fifth:
        assert line.place(fifth) == 0


def test_places_end_when_served() -> None:
    line = Line(counters=1)

    async def stand() -> list[int]:
        seen = []
        with line.joined() as ticket:
            async for place in line.places(ticket):
                seen.append(place)
                before.__exit__(None, None, None)
        return seen

    before = line.joined()
    before.__enter__()
    with ThreadPoolExecutor() as another:  # in this thread the browser tests' event loop may be running
        assert another.submit(asyncio.run, stand()).result() == [1]
