"""The calls of the page other than questions, by name. The server keeps nothing of a visitor between calls."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from secrets import token_hex
from typing import Any

from rag import Document, DocumentMissing, Reach, Step, Warming, listening, original
from ui.document import Reading
from ui.examples import Examples, following
from ui.export import markdown
from ui.feedback import record
from ui.library import Library, collections, ordered, rows
from ui.messages import problem
from ui.render import answer_html, found_html
from ui.sheet import layout, picture
from ui.source import found, source
from ui.state import exchanges_of
from ui.stream import scope_of

MOST_FOUND = 30
"""Passages that a search shows."""

MOST_LISTED = 2000
"""Documents that one call lists."""

Sent = Mapping[str, Any]

Call = Callable[[Sent, Reach], Any]


class Api:
    """The calls of one page over one index; each sees what is in reach of the visitor."""

    def __init__(
        self, received: Path, warming: Warming, fixed: bool = False, idle: Callable[[], bool] = lambda: True
    ) -> None:
        """``idle`` says whether no visitor waits for an answer."""
        self._idle = idle
        self._received = received
        self._warming = warming
        self._fixed = fixed
        self._examples: dict[tuple[str, ...], Examples] = {}
        self._steps: dict[str, dict[str, Any]] = {}
        self._run = token_hex(8)  # a page that waited for another run of the server waits in vain
        self._calls: dict[str, Call] = {
            "state": self._state,
            "alive": lambda sent, reach: self._run,
            "render": lambda sent, reach: [answer_html(exchange) for exchange in exchanges_of(sent["exchanges"])],
            "source": _source,
            "more": _more,
            "sheet": _sheet,
            "original": _original,
            "find": lambda sent, reach: found(_document(sent, reach), str(sent["words"])),
            "export": lambda sent, reach: markdown(str(sent["title"]), exchanges_of(sent["exchanges"])),
            "judge": lambda sent, reach: record(reach.rag.settings.index, sent),
            "following": self._following,
            "search": _search,
            "documents": self._documents,
            "add": self._add,
            "step": lambda sent, reach: self._steps.get(str(sent["name"])),
            "fetch": lambda sent, reach: asdict(self._library(reach).fetch(str(sent["address"]))),
            "replace": lambda sent, reach: self._library(reach).replace(str(sent["path"]), str(sent["other"])),
            "delete": lambda sent, reach: self._library(reach).delete([str(path) for path in sent["paths"]]),
            "samples": lambda sent, reach: self._library(reach).add_samples(),
        }

    def serve(self, sent: Sent, reach: Callable[[], Reach]) -> dict[str, Any]:
        """``value`` of the call named by ``sent["call"]``, or the ``problem`` that kept it from one."""
        try:
            return {"value": self._calls[sent["call"]](sent, reach())}
        except Exception as error:
            return {"problem": problem(error)}

    def _library(self, reach: Reach) -> Library:
        return Library(reach, self._received, self._fixed)

    def _add(self, sent: Sent, reach: Reach) -> dict[str, Any]:
        """Index an upload; meanwhile ``step`` tells, by its name, which page is read or passage embedded."""
        name = str(sent["name"])

        def hear(step: Step) -> None:
            if step.file in {"", name}:
                self._steps[name] = asdict(step)

        try:
            with listening(hear):
                return asdict(self._library(reach).add(str(sent["path"]), name))
        finally:
            self._steps.pop(name, None)

    def _following(self, sent: Sent, reach: Reach) -> list[str]:
        document = _document(sent, reach)
        return following(reach, document, int(sent["start"]), str(sent["asked"]), self._idle) if document else []

    def _state(self, _: Sent, reach: Reach) -> dict[str, Any]:
        ready, error = self._warming.ready, self._warming.error
        library = self._library(reach)
        documents = library.documents() if ready else []
        shelf = f"{len(documents)} {max((info.indexed_at for info in documents), default='')}"
        examples = self._examples.setdefault(reach.within, Examples(reach))
        return {
            "ready": ready,
            "problem": problem(error) if error else None,
            "documents": len(documents),
            "role": library.role,
            "examples": examples.of(documents, shelf),
            "shelf": shelf,
        }

    def _documents(self, sent: Sent, reach: Reach) -> dict[str, Any]:
        """So many documents of the list as it is sorted, and how many it has."""
        found = ordered(self._library(reach).documents(), str(sent["sort"]))
        start = max(0, int(sent["from"]))
        part = found[start : start + min(int(sent["count"]), MOST_LISTED)]
        return {"total": len(found), "rows": rows(part), "collections": collections(found)}


def _document(sent: Sent, reach: Reach) -> Document | None:
    return reach.document(str(sent["document"]))


def _search(sent: Sent, reach: Reach) -> str:
    question = str(sent["question"])
    return found_html(reach.search(question, MOST_FOUND, scope_of(sent)), question)


def _source(sent: Sent, reach: Reach) -> dict[str, Any]:
    return source(_document(sent, reach), int(sent["start"]), int(sent["end"]), str(sent.get("quote", "")))


def _sheet(sent: Sent, reach: Reach) -> dict[str, Any]:
    """A page as a picture, and where on it the words stand that the pane is open at."""
    document, number = _document(sent, reach), int(sent["page"])
    if document is None:
        raise DocumentMissing(str(sent["document"]))
    laid = layout(document, int(sent["start"]), int(sent["end"]), number)
    return {**(laid or {}), "picture": picture(document, number)}


def _original(sent: Sent, reach: Reach) -> str:
    """The file that a document was read from, in Base64."""
    document = _document(sent, reach)
    if document is None:
        raise DocumentMissing(str(sent["document"]))
    return b64encode(original(document)).decode()


def _more(sent: Sent, reach: Reach) -> dict[str, Any] | None:
    """What comes before or after a stretch of a document; None where that was deleted."""
    document = _document(sent, reach)
    if document is None:
        return None
    reading, at = Reading(document), int(sent["at"])
    return asdict(reading.before(at) if sent["back"] else reading.after(at))
