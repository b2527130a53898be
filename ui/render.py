"""An Answer to the HTML that shows it; every character of a document or a question is escaped.

The chat reads it as Markdown, where a block of HTML ends at an empty line; so it is one line.
"""

from __future__ import annotations

import html

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


def escape(text: str) -> str:
    """Text as HTML on one line."""
    return "<br>".join(html.escape(line) for line in text.splitlines())


def answer_html(answer: Answer, asked: str) -> str:
    """The answer with its sources, or the refusal with the nearest passages; ``asked`` is what the user typed."""
    labels = LABELS[answer.language]
    parts = [f"<p>{escape(answer.text)}</p>"]
    if answer.question != asked.strip():
        parts.insert(0, f"<p><em>{labels['asked']}: {escape(answer.question)}</em></p>")
    parts += [f"<p>{labels['dropped']}: <s>{escape(claim)}</s></p>" for claim in answer.dropped]
    if answer.refused:
        if answer.reason and answer.reason != answer.text:
            parts.append(f"<p><small>{escape(answer.reason)}</small></p>")
        parts.append(f"<p><small>{labels['nearest']}</small></p>")
        parts += [_passage_html(passage) for passage in answer.passages[:NEAREST]]
    else:
        parts.append(f"<p><small>{labels['sources']} · {labels['confidence']} {answer.confidence:.0%}</small></p>")
        parts += [_citation_html(citation) for citation in answer.citations]
    return "".join(parts)


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
