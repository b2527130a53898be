"""The calls of the page other than questions, by name. The server keeps nothing of a visitor between calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from secrets import token_hex
from typing import Any

from rag import Rag, Warming
from ui.export import markdown
from ui.feedback import record
from ui.library import Library, rows_html
from ui.messages import problem
from ui.render import answer_html
from ui.source import source_html
from ui.state import exchanges_of

EXAMPLES = {
    "hong-kong-data-hub.txt": ("香港数据中心总存量是多少平方呎？", "When did HKAI LAB start operating?"),
    "smart-city-race.txt": ("阿里巴巴是哪一年开始在澳门布局智慧城市的？",),
    "cross-border-data-forum.txt": ("How many people attended the forum in Shenzhen?",),
}
"""Example questions for the default documents."""

Sent = Mapping[str, Any]


class Api:
    """The calls of one page over one index."""

    def __init__(self, rag: Rag, library: Library, warming: Warming) -> None:
        self._rag = rag
        self._library = library
        self._warming = warming
        self._run = token_hex(8)  # a page that waited for another run of the server waits in vain
        self._calls: dict[str, Callable[[Sent], Any]] = {
            "state": self._state,
            "alive": lambda _: self._run,
            "render": lambda sent: [answer_html(exchange) for exchange in exchanges_of(sent["exchanges"])],
            "source": self._source,
            "export": lambda sent: markdown(str(sent["title"]), exchanges_of(sent["exchanges"])),
            "judge": lambda sent: record(rag.settings.index, sent),
            "documents": lambda sent: rows_html(library.documents(), library.fixed),
            "add": lambda sent: asdict(library.add(str(sent["path"]), str(sent["name"]))),
            "replace": lambda sent: library.replace(str(sent["path"]), str(sent["other"])),
            "delete": lambda sent: library.delete(str(sent["path"])),
        }

    def serve(self, sent: Sent) -> dict[str, Any]:
        """``value`` of the call named by ``sent["call"]``, or the ``problem`` that kept it from one."""
        try:
            return {"value": self._calls[sent["call"]](sent)}
        except Exception as error:
            return {"problem": problem(error)}

    def _state(self, _: Sent) -> dict[str, Any]:
        ready, error = self._warming.ready, self._warming.error
        paths = {info.path for info in self._library.documents()} if ready else set()
        examples = [question for path, questions in EXAMPLES.items() if path in paths for question in questions]
        told = problem(error) if error else None
        return {"ready": ready, "problem": told, "documents": len(paths), "examples": examples}

    def _source(self, sent: Sent) -> str:
        document = self._rag.document(str(sent["document"]))
        return source_html(document, int(sent["start"]), int(sent["end"]), str(sent["quote"]))
