"""Renders an answer: paragraphs, lists, steps, a table or columns; each quote with its chip, the key words bold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from rag import Answer, Citation, language_of
from ui.markup import data, escaped, said, worded
from ui.place import Place

LONGEST_SENTENCE = 240
"""Characters of a sentence that is shown around the words that answer; of a longer one only these words."""

JOINED = "&NoBreak;"
"""Before a chip, so that it never begins a line."""

_MARKER = re.compile(r"\[(\d+)\]")
_BULLET = re.compile(r"^- ", re.MULTILINE)
_NUMBERED = re.compile(r"[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-z])[.)）、．]\s?")
_CHIPS = re.compile(r"(?:\[\d+\])*")


def answered_html(answer: Answer, places: Mapping[int, Place]) -> str:
    """What an answer says."""
    said = _Said(answer, places)
    return f'<div class="yj-answer yj-{answer.kind}" lang="{answer.language}">{said.html()}</div>'


def place_of_chip(citation: Citation) -> str:
    """The attributes of a button that opens a citation."""
    return data(act="source", document=citation.document, start=citation.start, end=citation.end, quote=citation.quote)


@dataclass
class _Said:
    """One answer on its way to HTML."""

    answer: Answer
    places: Mapping[int, Place]
    shown: set[tuple[str, int]] = field(default_factory=set)
    """The sentences that were shown whole: none is shown twice."""

    def html(self) -> str:
        if not self.answer.parts:
            return self._said(self.answer.text, self.answer.citations)
        kind = "yj-beside" if self.answer.kind == "compare" and len(self.answer.parts) == 2 else "yj-parts"
        return f'<div class="{kind}">{"".join(self._parts())}</div>'

    def _parts(self) -> Iterator[str]:
        cited = {citation.marker: citation for citation in self.answer.citations}
        for part in self.answer.parts:
            own = [cited[marker] for marker in part.citations if marker in cited]
            said = self._said(part.text, own)
            refused = "yj-refused" * part.refused
            yield f'<section class="yj-part {refused}"><h3>{escaped(part.label)}</h3>{said}</section>'

    def _said(self, text: str, citations: Sequence[Citation]) -> str:
        table = self._table(text, citations)
        if table:
            return table
        frame, *items = _BULLET.split(text)
        shown = self._section(citations)
        if frame.strip():
            shown += f"<p>{self._inline(frame.strip())}</p>"
        if items:
            rows = "".join(_item(item, self._inline(item.strip())) for item in items)
            shown += f"<ul>{rows}</ul>"
        return shown

    def _section(self, citations: Sequence[Citation]) -> str:
        """The headings above what is said, where all of it stands below the same ones."""
        above = {self.places[one.marker].section for one in citations if one.marker in self.places}
        path = above.pop() if len(above) == 1 else ()
        return f'<p class="yj-section">{escaped(" › ".join(path))}</p>' if path else ""

    def _table(self, text: str, citations: Sequence[Citation]) -> str:
        """Rows of one table as a table; "" where something else is cited too."""
        places = [self.places.get(one.marker) for one in citations]
        first = places[0] if places else None
        if first is None or not first.cells or any(p is None or p.columns != first.columns for p in places):
            return ""
        if any(map(self._is_foreign, citations)) or len({one.document for one in citations}) > 1:
            return ""
        frame, *items = _BULLET.split(text)
        said = frame if items else frame.partition(citations[0].quote)[0]  # such as "yes."
        lead = f"<p>{self._inline(said.strip(), widened=False)}</p>" if said.strip() else ""
        if not items and len(first.columns) == 2 and first.cited == 1:
            said = f"{escaped(first.cells[0])} {_bold(first.cells[1])}{chip(citations[0])}"
            return f"{self._section(citations)}{lead}<p>{said}</p>"
        used = [at for at in range(len(first.columns)) if any(place and place.cells[at] for place in places)]
        heads = "".join(f'<th scope="col">{escaped(first.columns[at])}</th>' for at in used) + "<td></td>"
        rows = "".join(
            f"<tr>{''.join(_cell(place, at) for at in used)}<td>{chip(citation)}</td></tr>"
            for place, citation in zip(places, citations, strict=True)
            if place
        )
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        return f'{self._section(citations)}{lead}<div class="yj-mini" tabindex="0">{table}</div>'

    def _inline(self, text: str, widened: bool = True) -> str:
        """Text whose quotes are marked as such; a ``[1]`` inside a quote is the document's and stays text."""
        cited = {citation.marker: citation for citation in self.answer.citations}
        quotes = sorted({one.quote for one in cited.values() if one.quote}, key=len, reverse=True)
        pieces: list[str] = []
        last = 0
        for found in re.finditer("|".join([*map(re.escape, quotes), _MARKER.pattern]), text):
            pieces.append(_lines(text[last : found.start()]))
            last = found.end()
            if found[1]:
                pieces.append(chip(cited[int(found[1])]) if int(found[1]) in cited else escaped(found[0]))
                continue
            alone = _MARKER.match(text, found.end())
            same = [one for one in cited.values() if one.quote == found[0]]
            citation = next((one for one in same if alone and one.marker == int(alone[1])), same[0])
            pieces.append(self._quote(citation, bool(alone) and widened))
        return "".join([*pieces, _lines(text[last:])])

    def _quote(self, citation: Citation, alone: bool) -> str:
        """The words that answer, bold; where they stand alone, in their sentence if that is short and not yet shown."""
        quote, whole = _lines(citation.quote), citation.quote.strip() == citation.sentence.strip()
        key = (citation.document, citation.start - citation.lead)
        if whole:
            return f"<q>{quote}</q>"
        if not alone or self._is_foreign(citation) or key in self.shown or len(citation.sentence) > LONGEST_SENTENCE:
            return f"<q><strong>{quote}</strong></q>"
        self.shown.add(key)
        before, own, after = citation.parted
        return f"<q>{_lines(before)}<strong>{_lines(own)}</strong>{_lines(after.rstrip('；;，,'))}</q>"

    def _is_foreign(self, citation: Citation) -> bool:
        return language_of(citation.sentence) != self.answer.language


def _cell(place: Place, at: int) -> str:
    text = place.cells[at]
    return f"<td>{_bold(text) if at == place.cited else escaped(text)}</td>"


def _bold(text: str) -> str:
    return f"<strong>{escaped(text)}</strong>"


def chip(citation: Citation) -> str:
    """The number of a citation, which opens it."""
    where = urlencode({"doc": citation.document, "at": f"{citation.start}-{citation.end}"})
    label = f'aria-label="{escaped(said("cite", n=citation.marker))}" {data(label="cite", n=citation.marker)}'
    link = f'class="yj-chip" href="#{escaped(where)}" {place_of_chip(citation)} {label}'
    return f"{JOINED}<a {link}>{citation.marker}</a>"


def originals_html(answer: Answer) -> str:
    """The sentences of the other language that an answer quotes only words of, with these words marked."""
    shown = "".join(
        f'<blockquote class="yj-original" lang="{language_of(one.sentence)}"><b class="yj-number">{one.marker}</b>'
        f"<span>{_marked(one)}</span></blockquote>"
        for one in answer.citations
        if language_of(one.sentence) != answer.language and one.quote.strip() != one.sentence.strip()
    )
    return f'<section class="yj-originals"><h3>{worded("original")}</h3>{shown}</section>' if shown else ""


def _marked(citation: Citation) -> str:
    before, quote, after = map(_lines, citation.parted)
    return f"{before}<mark>{quote}</mark>{after}"


def _item(text: str, said: str) -> str:
    numbered = 'class="yj-labelled"' * bool(_NUMBERED.match(text))
    return f"<li {numbered}>{said}</li>"


def _lines(text: str) -> str:
    return "<br>".join(escaped(line) for line in text.split("\n"))
