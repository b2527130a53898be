"""Appends thumbs and notes to a file in the index folder, which ``python -m eval import-feedback`` reads."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag import RagError, language_of
from ui.state import Malformed, exchanges_of

FILE = "feedback.jsonl"

LONGEST_NOTE = 2000
"""Characters."""

LONGEST_LINE, LARGEST_FILE = 1 << 16, 64 << 20
"""Bytes; visitors may not fill the disk."""

_writing = threading.Lock()


def record(folder: Path, sent: Mapping[str, Any]) -> None:
    """Append one verdict: of ``exchanges``, the last is judged and those before are its dialogue.

    A later line with the same ``id`` replaces an earlier one.

    Raises:
        Malformed: what the browser sent is no verdict on an exchange.
        RagError: there is no more room.
    """
    exchanges = exchanges_of(sent.get("exchanges"))
    if not exchanges or not sent.get("id") or sent.get("verdict") not in ("up", "down"):
        raise Malformed("a verdict is up or down, on an exchange with an id")
    *before, judged = exchanges
    answer = judged.answer
    if bool(answer.citations) == answer.refused:
        raise Malformed("an answer cites and a refusal does not")
    line = {
        "id": str(sent["id"])[:64],
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "verdict": sent["verdict"],
        "note": str(sent.get("note") or "")[:LONGEST_NOTE],
        "dialogue": [exchange.asked for exchange in before],
        "question": judged.asked,
        "understood": answer.question,
        "language": answer.language,
        "answer": answer.text,
        "refused": answer.refused,
        "citations": [asdict(citation) | {"language": language_of(citation.sentence)} for citation in answer.citations],
        "receipt": dict(answer.receipt),
    }
    written = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    if len(written) > LONGEST_LINE:
        raise Malformed(f"a verdict has at most {LONGEST_LINE} bytes")
    folder.mkdir(parents=True, exist_ok=True)  # with a store on a server it may not be there
    with _writing, (folder / FILE).open("ab") as file:
        if file.tell() + len(written) > LARGEST_FILE:
            hint = f"Ask whoever runs this server to move {FILE} away."
            raise RagError("There is no more room for feedback.", hint, code="feedback_full", file=FILE)
        file.write(written)
