"""An Answer to the HTML that shows it; every character of a document or a question is escaped."""

from __future__ import annotations

from html import escape

from rag import Answer, Citation, Passage

LABELS = {
    "zh": {
        "asked": "理解为",
        "sources": "来源",
        "nearest": "最接近的段落",
        "confidence": "把握",
        "dropped": "无依据，已删去",
    },
    "en": {
        "asked": "Understood as",
        "sources": "Sources",
        "nearest": "Nearest passages",
        "confidence": "Confidence",
        "dropped": "Dropped, unsupported",
    },
}

NEAREST = 3


def answer_html(answer: Answer, asked: str) -> str:
    """The answer with its sources, or the refusal with the nearest passages; ``asked`` is what the user typed."""
    labels = LABELS[answer.language]
    parts = [f"<p>{escape(answer.text)}</p>"]
    if answer.question != asked.strip():
        parts.insert(0, f"<p><em>{labels['asked']}: {escape(answer.question)}</em></p>")
    parts += [f"<p>{labels['dropped']}: <s>{escape(claim)}</s></p>" for claim in answer.dropped]
    if answer.refused:
        parts.append(f"<p><small>{labels['nearest']}</small></p>")
        parts += [_passage_html(passage) for passage in answer.passages[:NEAREST]]
    else:
        parts.append(f"<p><small>{labels['sources']} · {labels['confidence']} {answer.confidence:.0%}</small></p>")
        parts += [_citation_html(citation) for citation in answer.citations]
    return "\n".join(parts)


def _citation_html(citation: Citation) -> str:
    before, _, after = citation.sentence.partition(citation.quote)
    where = _described(citation.title, citation.date, citation.document)
    marked = f"{escape(before)}<mark>{escape(citation.quote)}</mark>{escape(after)}"
    return f"<blockquote>[{citation.marker}] {where}<br>{marked}</blockquote>"


def _passage_html(passage: Passage) -> str:
    chunk = passage.chunk
    return f"<blockquote>{_described(chunk.title, chunk.date, chunk.document)}<br>{escape(chunk.text)}</blockquote>"


def _described(title: str, date: str | None, document: str) -> str:
    return f"<strong>{escape(title)}</strong> · " + " · ".join(escape(part) for part in (date, document) if part)
