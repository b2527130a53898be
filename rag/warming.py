"""Loads the models in the background."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress

from rag.errors import IndexMissing, RagError
from rag.pipeline import Rag

AGAIN = 10.0
"""Seconds between two tries."""

log = logging.getLogger(__name__)


class Warming:
    """Loads what answering needs, once, in a thread of its own."""

    def __init__(self, rag: Rag) -> None:
        self._rag = rag
        self._done = threading.Event()
        self.error: Exception | None = None
        """What went wrong at the last try."""

    @property
    def ready(self) -> bool:
        """Whether answers come at once."""
        return self._done.is_set() and self.error is None

    def start(self) -> None:
        """Begin; returns at once."""
        threading.Thread(target=self._run, name="warming", daemon=True).start()

    def wait(self) -> None:
        """Return when what could be loaded is."""
        self._done.wait()

    def _run(self) -> None:
        while self._fails():
            time.sleep(AGAIN)

    def _fails(self) -> bool:
        """Try once; returns whether it failed in a way that a user may repair, so that trying again makes sense."""
        try:
            self._rag.warm_up()
            with suppress(IndexMissing):  # there may be none yet, or an empty one
                self._rag.answer(self._rag.retrieve("warm 热身"))
            self.error = None
        except Exception as error:
            self.error = error
            if not isinstance(error, RagError):
                log.exception("the models cannot be loaded")
        finally:
            self._done.set()
        return isinstance(self.error, RagError)
