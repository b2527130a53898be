"""Streams the answer to a question in stages: its passages, their place in the queue of what is read, the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from anyio import to_thread

from rag import Answer, Reach, Scope, Warming
from ui.messages import problem
from ui.place import places_of
from ui.queue import Queue
from ui.render import answer_html, reading_html
from ui.state import Exchange, exchanges_of, to_json, turns

RISKS = {"careful": 0.1, "bold": 0.5}
"""The risk that a visitor accepts, by the page's word for it; by any other word, that of the settings."""

Stage = dict[str, Any]
"""``id`` of the question, ``stage``, ``html``; at the end ``exchange`` to keep, or ``problem`` to tell."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What answers the questions of a page."""

    queue: Queue
    warming: Warming
    answered: Callable[[Answer], None] = lambda _answer: None
    """Called with each answer."""


async def stages(desk: Desk, reach_of: Callable[[], Reach], asked: Mapping[str, Any]) -> AsyncIterator[Stage]:
    """The stages of one question, asked of what ``reach_of`` finds to be in reach of the visitor.

    ``asked`` is the browser's request; the server keeps nothing of it.
    """
    queue = desk.queue
    own = {"id": str(asked.get("id", ""))}
    try:
        reach = reach_of()
        question, history = str(asked["question"]), turns(exchanges_of(asked["exchanges"]))
        scope, risk = scope_of(asked), RISKS.get(str(asked.get("risk")))
        await to_thread.run_sync(desk.warming.wait)
        found = await to_thread.run_sync(reach.retrieve, question, history, scope)
        with queue.joined() as ticket:
            async for place in queue.places(ticket):
                yield own | {"stage": "waiting", "html": reading_html(question, found, place)}
            yield own | {"stage": "reading", "html": reading_html(question, found)}
            answer = await to_thread.run_sync(reach.answer, found, risk)
            desk.answered(answer)
            places = await to_thread.run_sync(places_of, answer, reach.document)
        exchange = Exchange(question, answer, places=places)
        yield own | {"stage": "done", "html": answer_html(exchange), "exchange": to_json(exchange)}
    except Exception as error:
        yield own | {"stage": "failed", "html": "", "problem": problem(error)}


def scope_of(sent: Mapping[str, Any]) -> Scope:
    """The documents that a visitor chose; all of them where none is chosen."""
    return Scope(within=tuple(str(path) for path in sent.get("scope") or ()))
