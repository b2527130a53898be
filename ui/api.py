"""The calls of the page other than questions, by name. The server keeps nothing of a visitor between calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from secrets import token_hex
from typing import Any

from rag import DocumentMissing, Rag, Warming
from ui.document import Reading
from ui.examples import Examples
from ui.export import markdown
from ui.feedback import record
from ui.library import Library, rows
from ui.messages import problem
from ui.render import answer_html, found_html
from ui.sheet import layout, picture
from ui.source import found, source
from ui.state import exchanges_of
from ui.stream import scope_of

MOST_FOUND = 30
"""Passages that a search shows."""

Sent = Mapping[str, Any]


class Api:
    """The calls of one page over one index."""

    def __init__(self, rag: Rag, library: Library, warming: Warming) -> None:
        self._rag = rag
        self._library = library
        self._warming = warming
        self._examples = Examples(rag)
        self._run = token_hex(8)  # a page that waited for another run of the server waits in vain
        self._calls: dict[str, Callable[[Sent], Any]] = {
            "state": self._state,
            "alive": lambda _: self._run,
            "render": lambda sent: [answer_html(exchange) for exchange in exchanges_of(sent["exchanges"])],
            "source": self._source,
            "more": self._more,
            "sheet": self._sheet,
            "find": lambda sent: found(rag.document(str(sent["document"])), str(sent["words"])),
            "export": lambda sent: markdown(str(sent["title"]), exchanges_of(sent["exchanges"])),
            "judge": lambda sent: record(rag.settings.index, sent),
            "search": self._search,
            "documents": lambda sent: rows(library.documents()),
            "add": lambda sent: asdict(library.add(str(sent["path"]), str(sent["name"]))),
            "fetch": lambda sent: asdict(library.fetch(str(sent["address"]))),
            "replace": lambda sent: library.replace(str(sent["path"]), str(sent["other"])),
            "delete": lambda sent: library.delete([str(path) for path in sent["paths"]]),
            "samples": lambda sent: library.add_samples(),
        }

    def serve(self, sent: Sent) -> dict[str, Any]:
        """``value`` of the call named by ``sent["call"]``, or the ``problem`` that kept it from one."""
        try:
            return {"value": self._calls[sent["call"]](sent)}
        except Exception as error:
            return {"problem": problem(error)}

    def _state(self, _: Sent) -> dict[str, Any]:
        ready, error = self._warming.ready, self._warming.error
        documents = self._library.documents() if ready else []
        shelf = f"{len(documents)} {max((info.indexed_at for info in documents), default='')}"
        return {
            "ready": ready,
            "problem": problem(error) if error else None,
            "documents": len(documents),
            "role": self._library.role,
            "examples": self._examples.of(documents, shelf),
            "shelf": shelf,
        }

    def _search(self, sent: Sent) -> str:
        question = str(sent["question"])
        return found_html(self._rag.search(question, MOST_FOUND, scope_of(sent)), question)

    def _source(self, sent: Sent) -> dict[str, Any]:
        document = self._rag.document(str(sent["document"]))
        return source(document, int(sent["start"]), int(sent["end"]), str(sent.get("quote", "")))

    def _sheet(self, sent: Sent) -> dict[str, Any]:
        """A page as a picture, and where on it the words stand that the pane is open at."""
        document, number = self._rag.document(str(sent["document"])), int(sent["page"])
        if document is None:
            raise DocumentMissing(str(sent["document"]))
        laid = layout(document, int(sent["start"]), int(sent["end"]), number)
        return {**(laid or {}), "picture": picture(document, number)}

    def _more(self, sent: Sent) -> dict[str, Any] | None:
        """What comes before or after a stretch of a document; None where that was deleted."""
        document = self._rag.document(str(sent["document"]))
        if document is None:
            return None
        reading, at = Reading(document), int(sent["at"])
        return asdict(reading.before(at) if sent["back"] else reading.after(at))
