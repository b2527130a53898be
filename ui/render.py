"""Renders one exchange as HTML, at each of its stages; all text of documents and people is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag import Answer, Citation, Passage, RetrievalResult, gloss, language_of
from ui import icons
from ui.markup import button, data, escaped, worded
from ui.state import NEAREST, Exchange

HIGH, FAIR = 0.75, 0.5
"""The calibrated probabilities from which the confidence is called high, and fair."""

_MARKER = re.compile(r"\[(\d+)\]")


def waiting_html(place: int) -> str:
    """Waiting in the queue; at ``place`` 0 the question is being answered."""
    text = worded("waiting", n=place) if place else worded("searching")
    return f'<div class="yj-stage" role="status"><i class="yj-pulse"></i>{text}</div>'


def reading_html(asked: str, found: RetrievalResult) -> str:
    """The passages that are being read."""
    passages = "".join(_passage(passage) for passage in found.passages[:NEAREST])
    return (
        _understood(asked, found.question)
        + f'<div class="yj-stage" role="status"><i class="yj-pulse"></i>{worded("reading")}</div>'
        + f'<ol class="yj-passages">{passages}</ol>'
    )


def answer_html(exchange: Exchange) -> str:
    """The answer with its sources, or the refusal with the nearest passages, and the buttons below it."""
    answer = exchange.answer
    body = _refused(answer) if answer.refused else _answered(answer)
    return _understood(exchange.asked, answer.question) + body + _tools(answer)


def _answered(answer: Answer) -> str:
    return (
        f'<div class="yj-answer" lang="{answer.language}"><p>{_cited(answer)}</p></div>'
        + "".join(_dropped(answer))
        + f'<div class="yj-grounds"><h3>{worded("sources")}</h3>{_confidence(answer.confidence)}</div>'
        + f'<ol class="yj-sources">{"".join(_source(citation) for citation in answer.citations)}</ol>'
        + "".join(_comparison(answer, citation) for citation in answer.citations)
    )


def _refused(answer: Answer) -> str:
    reason = ""
    if answer.reason and answer.reason != answer.text:
        reason = f'<p class="yj-reason" lang="{answer.language}">{escaped(answer.reason)}</p>'
    nearest = "".join(_passage(passage) for passage in answer.passages[:NEAREST])
    return (
        f'<div class="yj-refusal"><h3>{worded("refusal")}</h3>'
        f'<p lang="{answer.language}">{escaped(answer.text)}</p>{reason}</div>'
        + "".join(_dropped(answer))
        + (
            f'<div class="yj-grounds"><h3>{worded("nearest")}</h3></div><ol class="yj-passages">{nearest}</ol>'
            * bool(nearest)
        )
    )


def _cited(answer: Answer) -> str:
    """The answer's text with its markers as chips; a ``[1]`` inside a quote is the document's and stays text."""
    citations = {citation.marker: citation for citation in answer.citations}
    quotes = sorted({citation.quote for citation in answer.citations if citation.quote}, key=len, reverse=True)
    shown, last = "", 0
    for found in re.finditer("|".join([*map(re.escape, quotes), _MARKER.pattern]), answer.text):
        shown += _lines(answer.text[last : found.start()])
        shown += _chip(found, citations) if found[1] else f"<q>{_lines(found[0])}</q>"
        last = found.end()
    return shown + _lines(answer.text[last:])


def _chip(found: re.Match[str], citations: dict[int, Citation]) -> str:
    citation = citations.get(int(found[1]))
    if citation is None:
        return found[0]
    label = f'{data(label="cite", n=citation.marker)} aria-haspopup="dialog"'
    return f'<button type="button" class="yj-chip" {_place(citation)} {label}>{citation.marker}</button>'


def _source(citation: Citation) -> str:
    quoted = _marked(citation)
    return (
        f'<li><button type="button" class="yj-place" {_place(citation)}><b class="yj-number">{citation.marker}</b>'
        f"<span>{_named(citation.title, citation.date, _on_page(citation))}"
        f'<span class="yj-sentence" lang="{language_of(citation.sentence)}">{quoted}</span></span></button></li>'
    )


def _passage(passage: Passage) -> str:
    chunk = passage.chunk
    where = data(act="source", document=chunk.document, start=chunk.start, end=chunk.end, quote=chunk.text)
    return (
        f'<li><button type="button" class="yj-place" {where}><span>{_named(chunk.title, chunk.date)}'
        f'<span class="yj-sentence" lang="{chunk.language}">{_lines(chunk.text)}</span></span></button></li>'
    )


def _place(citation: Citation) -> str:
    return data(act="source", document=citation.document, start=citation.start, end=citation.end, quote=citation.quote)


def _comparison(answer: Answer, citation: Citation) -> str:
    """Framed answer and source sentence side by side, where they are in two languages."""
    if language_of(citation.sentence) == answer.language:
        return ""
    values = gloss(citation.quote, answer.language)
    shown = f'<dt>{worded("gloss")}</dt><dd class="yj-gloss" lang="{answer.language}">{escaped(values)}</dd>' * bool(
        values
    )
    return (
        f'<details class="yj-compare"><summary>{worded("compare")} <b class="yj-number">{citation.marker}</b></summary>'
        "<dl>"
        f'<div><dt>{worded("framed")}</dt><dd lang="{answer.language}">{_lines(_MARKER.sub("", answer.text))}</dd>'
        f"{shown}</div>"
        f'<div><dt>{worded("original")}</dt><dd lang="{language_of(citation.sentence)}">'
        f"{_marked(citation)}</dd></div></dl></details>"
    )


def _marked(citation: Citation) -> str:
    before, quote, after = map(_lines, citation.parted)
    return f"{before}<mark>{quote}</mark>{after}"


def _confidence(probability: float) -> str:
    word = "high" if probability >= HIGH else "fair" if probability >= FAIR else "low"
    number = f'<span class="yj-tip" role="tooltip">{worded("calibrated", n=round(probability * 100))}</span>'
    return f'<span class="yj-confidence yj-{word}" tabindex="0"><i></i>{worded(f"confidence_{word}")}{number}</span>'


def _dropped(answer: Answer) -> Iterator[str]:
    for claim in answer.dropped:
        yield f'<p class="yj-dropped">{worded("dropped")} <s>{escaped(claim)}</s></p>'


def _understood(asked: str, question: str) -> str:
    if question == asked.strip():
        return ""
    return f'<p class="yj-understood">{worded("understood")} <b>{escaped(question)}</b></p>'


def _tools(answer: Answer) -> str:
    plain = f"{_MARKER.sub('', answer.text)}\n" + "\n".join(
        f"[{citation.marker}] {citation.title} · {citation.document}" for citation in answer.citations
    )
    return (
        '<div class="yj-tools">'
        + button("copy", "copy", icon=icons.COPY, text=plain.strip())
        + button("regenerate", "regenerate", icon=icons.AGAIN)
        + button("verdict", "up", icon=icons.UP, verdict="up")
        + button("verdict", "down", icon=icons.DOWN, verdict="down")
        + "</div>"
    )


def _named(title: str, date: str | None, place: str = "") -> str:
    when = f"<time>{escaped(date)}</time>" if date else ""
    return f'<span class="yj-named"><b>{escaped(title)}</b>{when}{place}</span>'


def _on_page(citation: Citation) -> str:
    """Which page the quote is on, and whether its text was read off a picture."""
    where = worded(f"on_{citation.unit}", n=citation.page) if citation.page else ""
    where += f" {worded('on_row', n=citation.row)}" if citation.row else ""
    return where + (f" {worded('by_machine')}" if citation.by_machine else "")


def _lines(text: str) -> str:
    return "<br>".join(escaped(line) for line in text.splitlines())
