"""Renders one exchange as HTML, at each of its stages; all text of documents and people is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag import Answer, Chunk, Citation, Passage, RetrievalResult
from ui import icons
from ui.answer import answered_html, originals_html
from ui.cards import SHOWN, cards_html, strip_html
from ui.markup import button, escaped, worded
from ui.state import NEAREST, Exchange
from ui.texts import TEXTS

HIGH, FAIR = 0.75, 0.5
"""The calibrated probabilities from which an answer is taken as sure, and as fairly sure."""

NAMED = 3
"""How many of the documents that a question names are said."""


def reading_html(asked: str, found: RetrievalResult, place: int = 0) -> str:
    """The passages that are being read, or will be once ``place`` is 0: how many wait before this question."""
    doing = worded("waiting", n=place) if place else worded("reading")
    return (
        _understood(asked, found.question)
        + f'<div class="yj-stage" role="status"><i class="yj-pulse"></i>{doing}</div>'
        + cards_html(found.passages[:SHOWN], found.question, lambda _: "")
    )


def answer_html(exchange: Exchange) -> str:
    """The answer with its sources, or the refusal with the nearest passages, and the buttons below it."""
    answer = exchange.answer
    body = _refused(answer) if answer.refused else _answered(exchange)
    return _understood(exchange.asked, answer.question) + body + _searched(answer) + _tools(answer)


def found_html(passages: Sequence[Passage], question: str) -> str:
    """The passages that a search found, best first."""
    shown = cards_html(passages, question, _to_quote, shown=len(passages))
    return f"<h2>{escaped(question)}</h2><p>{worded('found', n=len(passages))}</p>{shown}"


def _answered(exchange: Exchange) -> str:
    answer = exchange.answer
    return (
        answered_html(answer, exchange.places)
        + originals_html(answer)
        + _written(answer)
        + _confidence(answer.confidence)
        + "".join(_dropped(answer))
        + strip_html(answer, exchange.places)
    )


def _refused(answer: Answer) -> str:
    if not answer.passages and answer.reason != answer.text:  # small talk: nothing was looked for
        return f'<div class="yj-greeted"><p>{worded("greeted")}</p><ul class="yj-examples"></ul></div>'
    nearest = cards_html(answer.passages[:NEAREST], answer.question, _to_ask)
    key = "refused_nearest" if nearest else "refused"
    reason = ""
    if answer.reason and answer.reason != answer.text:
        reason = f'<p class="yj-reason" lang="{answer.language}">{escaped(answer.reason)}</p>'
    search = button("search-instead", "search_instead", classes="yj-link", question=answer.question)
    return f'<div class="yj-refusal"><p>{worded(key)}</p>{reason}</div>{"".join(_dropped(answer))}{nearest}{search}'


def _to_ask(chunk: Chunk) -> str:
    return button("only", "ask_only", classes="yj-link", document=chunk.document)


def _to_quote(chunk: Chunk) -> str:
    """What a found passage is for: to be quoted elsewhere, or to be asked about."""
    where = " · ".join(filter(None, (chunk.title, chunk.date, chunk.document)))
    quote = button("copy", "copy_passage", classes="yj-link", text=f"{chunk.text}\n    {where}")
    return quote + button("ask-this", "ask_this", classes="yj-link", document=chunk.document)


def _confidence(probability: float) -> str:
    """A sentence where the answer is not sure; sure ones need none."""
    if probability >= HIGH:
        return ""
    word = "fair" if probability >= FAIR else "low"
    return f'<p class="yj-confidence yj-{word}">{worded(f"confidence_{word}", n=round(probability * 100))}</p>'


def _searched(answer: Answer) -> str:
    """Where the answer was looked for, if not in all documents."""
    searched = answer.searched
    if not searched:
        return ""
    if searched.named:
        key = "searched_named" if len(searched.named) <= NAMED else "searched_named_more"
        names = ", ".join(searched.named[:NAMED])
        return f'<p class="yj-searched">{worded(key, names=names, n=len(searched.named))}</p>'
    key = "searched_undated" if searched.undated else "searched"
    return f'<p class="yj-searched">{worded(key, n=searched.documents, of=searched.of, undated=searched.undated)}</p>'


def _written(answer: Answer) -> str:
    """What a writer made of the answer, under a line that says so."""
    if not answer.written:
        return ""
    return f'<p class="yj-written"><small>{worded("written")}</small> {escaped(answer.written)}</p>'


def _dropped(answer: Answer) -> Iterator[str]:
    for claim in answer.dropped:
        yield f'<p class="yj-dropped">{worded("dropped")} <s>{escaped(claim)}</s></p>'


def _understood(asked: str, question: str) -> str:
    if question == asked.strip():
        return ""
    return f'<p class="yj-understood">{worded("understood")} <b>{escaped(question)}</b></p>'


def _as_text(citation: Citation, answer: Answer) -> str:
    """A source as text that is pasted elsewhere: the sentence, the document, the page."""
    page = TEXTS[f"on_{citation.unit}"][answer.language != "zh"].replace("{n}", str(citation.page))
    where = [citation.title, *([page] if citation.page else []), citation.document]
    return f"[{citation.marker}] {' '.join(citation.sentence.split())}\n    {' · '.join(where)}"


def _tools(answer: Answer) -> str:
    plain = f"{answer.text}\n\n" + "\n".join(_as_text(citation, answer) for citation in answer.citations)
    return (
        '<div class="yj-tools">'
        + button("copy", "copy", icon=icons.COPY, text=plain.strip())
        + button("regenerate", "regenerate", icon=icons.AGAIN)
        + button("verdict", "up", icon=icons.UP, verdict="up")
        + button("verdict", "down", icon=icons.DOWN, verdict="down")
        + "</div>"
    )
