"""Renders what stands below an answer: its sources in one strip, or the nearest passages as cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rag import Answer, Chunk, Citation, Passage, language_of, sentences, shared_words
from ui.answer import place_of_chip
from ui.markup import button, data, escaped, worded
from ui.place import Place

SHOWN = 3
"""Cards that are shown before "show all"."""

LONGEST_QUOTE = 60
"""Characters of a quote that the card over its chip shows: the answer has it already."""


def strip_html(answer: Answer, places: Mapping[int, Place]) -> str:
    """The sources of an answer, a document each, with what stands around each quote for the card over its chip."""
    by_document: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_document.setdefault(citation.document, []).append(citation)
    sources = "".join(_source(cited) for cited in by_document.values())
    around = "".join(_around(citation, places.get(citation.marker)) for citation in answer.citations)
    return f'<h3 class="yj-unseen">{worded("sources")}</h3><ul class="yj-sources">{sources}</ul>{around}'


def cards_html(passages: Sequence[Passage], question: str, below: Callable[[Chunk], str], shown: int = SHOWN) -> str:
    """Passages as cards, each from its best sentence on, with the words it shares with the question marked.

    What ``below`` gives for a passage stands below it.
    """
    cards = "".join(
        f"<li {'hidden' * (at >= shown)}>{_card(one.chunk, question)}{below(one.chunk)}</li>"
        for at, one in enumerate(passages)
    )
    more = button("show-all", "show_all", classes="yj-link", n=len(passages)) if len(passages) > shown else ""
    return f'<ol class="yj-passages">{cards}</ol>{more}' if cards else ""


def _source(cited: Sequence[Citation]) -> str:
    first = cited[0]
    pages = dict.fromkeys(_on_page(one) for one in cited)
    where = next(iter(pages)) if len(pages) == 1 else ""
    where += f"<time>{escaped(first.date)}</time>" if first.date else ""
    return (
        f'<li><button type="button" class="yj-source" {place_of_chip(first)}>'
        f'<b class="yj-number">{_numbers([one.marker for one in cited])}</b>'
        f'<span class="yj-name" lang="{language_of(first.title)}">{escaped(first.title)}</span>{where}</button></li>'
    )


def _numbers(markers: Sequence[int]) -> str:
    """``1–4`` where they follow each other, else ``1, 3``."""
    ends = markers[0], markers[-1]
    together = len(markers) > 2 and list(markers) == list(range(ends[0], ends[1] + 1))
    return f"{ends[0]}–{ends[1]}" if together else ", ".join(map(str, markers))


def _around(citation: Citation, place: Place | None) -> str:
    if place and place.cells:
        pairs = zip(place.columns, place.cells, strict=True)
        said = "".join(f"<i>{escaped(name)}</i> {escaped(cell)}<br>" for name, cell in pairs if cell)
        return _glimpse(citation, place, said)
    before, quote, after = citation.parted
    if len(quote) > LONGEST_QUOTE:
        quote = f"{quote[: LONGEST_QUOTE // 2]} … {quote[-LONGEST_QUOTE // 2 :]}"
    if place:
        before, after = f"{place.before} {before}".lstrip(), f"{after} {place.after}".rstrip()
    return _glimpse(citation, place, f"{escaped(before)}<mark>{escaped(quote)}</mark>{escaped(after)}")


def _glimpse(citation: Citation, place: Place | None, said: str) -> str:
    named = escaped(" › ".join((citation.title, *(place.section if place else ()))))
    return (
        f'<template class="yj-around" data-n="{citation.marker}"><b lang="{language_of(named)}">{named}</b>'
        f'<p lang="{language_of(citation.sentence)}">{said}</p></template>'
    )


def _card(chunk: Chunk, question: str) -> str:
    own = sentences(chunk.text)
    shared = shared_words(chunk.text, question)
    counts = [sum(len(word) for word in shared if one.covers(word)) for one in own]
    most = max(counts, default=0)
    best = own[counts.index(most)].start if most else 0
    where = data(act="source", passage="", document=chunk.document, start=chunk.start + best, end=chunk.end)
    quote = data(quote=chunk.text[best:])
    shown, last = "", best
    for word in shared:
        if word.start >= last:
            shown += f"{escaped(chunk.text[last : word.start])}<b>{escaped(chunk.text[word.start : word.end])}</b>"
            last = word.end
    shown += escaped(chunk.text[last:])
    date = f"<time>{escaped(chunk.date)}</time>" if chunk.date else ""
    above = chunk.context.removeprefix(chunk.title).lstrip(" ›-–·/|")
    path = f'<span class="yj-section">{escaped(above)}</span>' if above else ""
    return (
        f'<button type="button" class="yj-place" {where} {quote}>'
        f'<span class="yj-named"><b lang="{language_of(chunk.title)}">{escaped(chunk.title)}</b>{date}</span>{path}'
        f'<span class="yj-sentence" lang="{chunk.language}">{"…" * bool(best)}{shown}</span></button>'
    )


def _on_page(citation: Citation) -> str:
    """Which page the quote is on, and whether its text was read off a picture."""
    where = worded(f"on_{citation.unit}", n=citation.page) if citation.page else ""
    where += f" {worded('on_row', n=citation.row)}" if citation.row else ""
    return where + (f" {worded('by_machine')}" if citation.by_machine else "")
