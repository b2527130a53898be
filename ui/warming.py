"""Loads the models, and indexes the sample documents at the first start, in the background."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any

from rag import IndexMissing, Rag, RagError, default_documents
from ui.library import Library
from ui.messages import problem

AGAIN = 10.0
"""Seconds between two tries."""


class Warming:
    """Loads what answering needs, once, in a thread of its own.

    Where there is no index yet, one is made of the sample documents. An index whose documents were all deleted stays
    empty.
    """

    def __init__(self, rag: Rag, library: Library) -> None:
        self._rag = rag
        self._library = library
        self._problem: dict[str, str | float] | None = None
        self._done = threading.Event()

    def start(self) -> None:
        """Begin; returns at once."""
        threading.Thread(target=self._run, name="warming", daemon=True).start()

    def wait(self) -> None:
        """Return when what could be loaded is."""
        self._done.wait()

    def state(self) -> dict[str, Any]:
        """Whether answers come at once, and what went wrong otherwise."""
        return {"ready": self._done.is_set() and self._problem is None, "problem": self._problem}

    def _run(self) -> None:
        while self._fails():
            time.sleep(AGAIN)

    def _fails(self) -> bool:
        """Try once; returns whether it failed in a way that a user may repair, so that trying again makes sense."""
        try:
            if not self._library.exists():
                self._rag.index(default_documents())
            with suppress(IndexMissing):  # it may be empty
                self._rag.answer(self._rag.retrieve("warm 热身"))
            self._problem = None
            return False
        except Exception as error:
            self._problem = problem(error)
            return isinstance(error, RagError)
        finally:
            self._done.set()
