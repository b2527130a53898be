"""What was measured before to the same figures, so that a long run goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from eval.bench.progress import say

Figures = list[float | None]


@dataclass(frozen=True, slots=True)
class Memory:
    """A folder of figures, each named by what they depend on; no folder remembers nothing."""

    folder: Path | None = None

    def recall(self, depends_on: Iterable[str], measure: Callable[[], Figures]) -> Figures:
        """The figures for exactly these texts, measured now unless they were before."""
        if self.folder is None:
            return measure()
        key = hashlib.sha256(json.dumps(list(depends_on)).encode()).hexdigest()[:32]
        file = self.folder / f"{key}.json"
        if file.is_file():
            say("  known from before")
            known: Figures = json.loads(file.read_text("utf-8"))
            return known
        figures = measure()
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(f".{os.getpid()}.part")
        aside.write_text(json.dumps(figures), "utf-8")
        aside.replace(file)
        return figures
