"""Writes down who changed which document, a JSON line each, in the index folder."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

from rag.serve.access import CALLER
from rag.uploads import Audit

FILE = "audit.jsonl"

_writing = threading.Lock()


def audit_in(folder: Path) -> Audit:
    """What appends to the audit log of an index folder: when, who, and what became of which document."""

    def audit(action: str, document: str) -> None:
        caller = CALLER.get()
        at = datetime.now(UTC).isoformat(timespec="seconds")
        line = {"at": at, "key": caller.name if caller else "", "action": action, "document": document}
        with _writing, (folder / FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    return audit
