"""Times the steps of an answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Times named steps: ``with clock("read"): …``."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        """Time what is done within, as a step."""
        began = time.perf_counter()
        yield
        self.milliseconds[step] = round((time.perf_counter() - began) * 1000, 1)
