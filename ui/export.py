"""Exports a conversation as Markdown with its sources; quoted text is escaped, so it is never markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import Answer
from ui.cards import SHOWN
from ui.state import Exchange
from ui.texts import TEXTS

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")


def markdown(title: str, exchanges: Sequence[Exchange]) -> str:
    """A heading a question, the answer, and each source with its place and its sentence."""
    blocks = [f"# {_plain(title)}"]
    for exchange in exchanges:
        answer = exchange.answer
        version = f"‹ {_plain(exchange.version)} › " * bool(exchange.version)
        blocks.append(f"## {version}{_plain(exchange.asked)}")
        if answer.question != exchange.asked.strip():
            blocks.append(f"{_label('understood', answer)}: {_plain(answer.question)}")
        blocks.append(_plain(answer.text))
        if answer.citations:
            blocks.append(f"**{_label('sources', answer)}**")
        for one in answer.citations:
            where = _where(one.title, one.date, one.source, f"{one.document} [{one.start}:{one.end}]")
            blocks.append(f"{one.marker}. {where}\n   > {_plain(one.sentence)}")
        if answer.refused and answer.passages:
            blocks.append(f"**{_label('nearest', answer)}**")
        for passage in answer.passages[:SHOWN] if answer.refused else ():
            chunk = passage.chunk
            where = _where(chunk.title, chunk.date, None, f"{chunk.document} [{chunk.start}:{chunk.end}]")
            blocks.append(f"- {where}\n  > {_plain(chunk.text)}")
    return "\n\n".join(blocks) + "\n"


def _label(key: str, answer: Answer) -> str:
    """A word of the page in the answer's language."""
    chinese, english = TEXTS[key]
    return chinese if answer.language == "zh" else english


def _where(*parts: str | None) -> str:
    return " · ".join(_plain(part) for part in parts if part)


def _plain(text: str) -> str:
    """One line of text in which Markdown finds nothing to do."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
