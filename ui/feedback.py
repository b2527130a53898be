"""Thumbs and notes to lines of a file in the index folder, which ``python -m eval import-feedback`` reads."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag import language_of
from ui.state import Malformed, exchanges_of

FILE = "feedback.jsonl"

LONGEST_NOTE = 2000
"""Characters."""

_writing = threading.Lock()


def record(folder: Path, sent: Mapping[str, Any]) -> None:
    """Append one verdict: of ``exchanges``, the last is judged and those before are its dialogue.

    A later line with the same ``id`` replaces an earlier one.

    Raises:
        Malformed: what the browser sent is no verdict on an exchange.
    """
    exchanges = exchanges_of(sent.get("exchanges"))
    if not exchanges or sent.get("verdict") not in ("up", "down"):
        raise Malformed("a verdict is up or down, on an exchange")
    *before, judged = exchanges
    answer = judged.answer
    line = {
        "id": str(sent.get("id", ""))[:64],
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "verdict": sent["verdict"],
        "note": str(sent.get("note") or "")[:LONGEST_NOTE],
        "dialogue": [exchange.asked for exchange in before],
        "question": judged.asked,
        "understood": answer.question,
        "language": answer.language,
        "answer": answer.text,
        "refused": answer.refused,
        "citations": [asdict(citation) | {"language": language_of(citation.quote)} for citation in answer.citations],
        "receipt": dict(answer.receipt),
    }
    with _writing, (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
