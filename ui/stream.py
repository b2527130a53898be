"""Streams the answer to a question in stages: place in the queue, passages, answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from anyio import to_thread

from rag import Rag, Warming
from ui.messages import problem
from ui.queue import Queue
from ui.render import answer_html, reading_html, waiting_html
from ui.state import Exchange, exchanges_of, to_json, turns

Stage = dict[str, Any]
"""``id`` of the question, ``stage``, ``html``; at the end ``exchange`` to keep, or ``problem`` to tell."""


async def stages(rag: Rag, queue: Queue, warming: Warming, asked: Mapping[str, Any]) -> AsyncIterator[Stage]:
    """The stages of one question. ``asked`` is the browser's request; the server keeps nothing of it."""
    own = {"id": str(asked.get("id", ""))}
    try:
        question, history = str(asked["question"]), turns(exchanges_of(asked["exchanges"]))
        with queue.joined() as ticket:
            async for place in queue.places(ticket):
                yield own | {"stage": "waiting", "html": waiting_html(place)}
            await to_thread.run_sync(warming.wait)
            found = await to_thread.run_sync(rag.retrieve, question, history)
            yield own | {"stage": "reading", "html": reading_html(question, found)}
            answer = await to_thread.run_sync(rag.answer, found)
        exchange = Exchange(question, answer)
        yield own | {"stage": "done", "html": answer_html(exchange), "exchange": to_json(exchange)}
    except Exception as error:
        yield own | {"stage": "failed", "html": "", "problem": problem(error)}
