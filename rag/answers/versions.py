"""Plans for facts and for what holds now: of two versions of one document the newest first, the older beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from rag.answers.claims import claim
from rag.answers.lines import Lines, cells_of
from rag.answers.lists import elsewhere, listed, told_around
from rag.answers.plan import Inquiry, together
from rag.answers.sidewise import weighed
from rag.question.analysis import Question
from rag.question.versions import asked_of_each, sets_side_by_side
from rag.text import fold, sentence_around, sentences, terms
from rag.types import Claim, Draft, Evidence, Form, Passage, Span

MOST = 3
"""Versions that are shown beside each other."""
HEAD = 12
"""Lines at the beginning of a document that may say what it replaces."""
ITEM = 120
"""Characters up to which an item of a list is shown whole."""
ALIKE = 0.9
SECTION = 400
"""Characters under a heading that are quoted for it."""

_VERSION = re.compile(
    r"\d+(?:[./-]\d+)*|[（(【\[].*?[）)】\]]|年版?|月版?|修订版?|版本?|第[一二三四五六七八九十]+|\b(?:version"
    r"|edition|revised|rev|release|v)\b|[\s_.,–—-]+"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_REPLACES = re.compile(
    r"(?:取代|替代|代替|废止).*(?:版|规定|办法|守则|手册|\d{4})|(?:版|规定|办法|守则|手册).*(?:废止|作废)"
    r"|\b(?:replace|supersede|repeal)s?\b.*\b(?:rules?|version|edition|policy|handbook|terms|those|(?:19|20)\d\d)\b"
)
_MINUTES = re.compile(r"\bminutes\b|会议?(?:纪要|纪录|记录)")
"""Each meeting has its own, and none takes the place of another."""
_LABEL = re.compile(r"^\s*[(（]?\d{1,2}(?:\.\d{1,3}){0,4}(?:[.)）、:：]\s*|\s+)")
"""The number of a heading in its document."""


def fact(inquiry: Inquiry) -> Draft | None:
    """What the generator answers; where an older version of a document says it, what the newest says first."""
    anchor = inquiry.anchor()
    if anchor:
        family = family_of(anchor.document, inquiry.passages)
        if len(family) > 1 and family[0] != anchor.document and not named_in(inquiry.question.text, family):
            return _side_by_side(inquiry, family) or inquiry.fact()
        if below := _below_heading(inquiry, anchor):
            return below
        return inquiry.fact()
    return listed(inquiry) or inquiry.fact()


def _below_heading(inquiry: Inquiry, anchor: Evidence) -> Draft | None:
    """What stands under a heading that was pointed at: a heading alone answers nothing."""
    lines = inquiry.lines(anchor.document)
    index = lines.at(anchor.start) if lines else 0
    if not lines or lines.lines[index].kind != "heading" or _answers(inquiry, lines.text(index)):
        return None
    below = [lines.lines[row].span for row in lines.section_at(index) if lines.lines[row].kind != "header"]
    shown = [span for span in below if span.end - anchor.end <= SECTION]
    claims = tuple(claim(lines.document, span) for span in shown)
    form: Form = "bullets" if len(claims) > 1 else "sentences"
    return replace(inquiry.fact(), claims=claims, form=form, differing=False) if claims else None


def _answers(inquiry: Inquiry, heading: str) -> bool:
    """Whether a heading tells a figure that the question lacks: the year of a chronicle, a revision, a total."""
    known = set(_NUMBER.findall(fold(inquiry.question.text)))
    return bool(set(_NUMBER.findall(fold(_LABEL.sub("", heading)))) - known)


def version(inquiry: Inquiry) -> Draft | None:
    """What each version of the document says, the newest first; else what one document tells of now and of before."""
    question = inquiry.question.text
    asked = inquiry.about(asked_of_each(question))
    wide = inquiry.shelf.search(asked.question, 100)
    readings = sorted((asked, inquiry), key=lambda one: one.fact().confidence, reverse=True)
    anchors = [anchor.document for one in readings if (anchor := one.anchor())]
    family = _meant(inquiry.question, anchors, wide)
    named = named_in(question, family) if family else []
    if len(named) == 1 and not sets_side_by_side(question):
        own = [one for one in wide if one.chunk.document == named[0]]
        return replace(replace(asked, passages=own, cache={}).fact(), kind="version")
    if len(family) > 1:
        told = (_side_by_side(replace(one, passages=wide), family) for one in readings)
        return next((one for one in told if one and one.confidence >= inquiry.threshold), None)
    return next((_of_one(one) for one in readings if one.anchor()), None)


def _meant(question: Question, anchors: Sequence[str], wide: Sequence[Passage]) -> list[str]:
    """The versions of the document that is meant: where an answer stands, else the best that the question names.

    A document of which there are several versions comes before one of which there are not.
    """
    found = list(dict.fromkeys([*anchors, *(one.chunk.document for one in wide)]))
    named = {path: len(frozenset(question.terms) & frozenset(terms(PurePosixPath(path).stem))) for path in found}
    least = max((named[path] for path in anchors), default=0)
    versions = [family_of(path, wide) for path in found if path in anchors or named[path] > max(least, 1)]
    several = next((one for one in versions if len(one) > 1), None)
    return several or family_of(found[0], wide) if found else []


def _of_one(inquiry: Inquiry) -> Draft | None:
    """What one document says of now and of before: in the columns of a row, or in sentences."""
    anchor = inquiry.anchor()
    lines = inquiry.lines(anchor.document) if anchor else None
    if not anchor or not lines:
        return None
    draft, index = inquiry.fact(), lines.at(anchor.start)
    if lines.lines[index].kind in ("row", "header"):
        return _by_year(lines, index, draft)
    spans = told_around(lines, index, Span(anchor.start, anchor.end))
    also = [one for one in draft.claims[1:] if elsewhere(one, lines.document.path, spans)]
    claims = (*(claim(lines.document, span) for span in spans), *also)
    return replace(draft, claims=claims, differing=False, kind="version")


def _by_year(lines: Lines, row: int, draft: Draft) -> Draft | None:
    """The cells of a row whose columns are headed by years, the newest first; None where fewer than two are."""
    heads = [cell.of(lines.document.text) for cell in cells_of(lines, lines.table_at(row).start)]
    years = {column: max(found) for column, head in enumerate(heads) if (found := _YEAR.findall(head))}
    cells = cells_of(lines, row)
    order = sorted((one for one in years if one < len(cells)), key=lambda one: years[one], reverse=True)
    if len(set(years.values())) < 2 or len(order) != len(set(years.values())):
        return None
    claims = tuple(replace(claim(lines.document, cells[one]), label=heads[one]) for one in order)
    return replace(draft, claims=claims, form="bullets", differing=False, kind="version")


def _side_by_side(inquiry: Inquiry, family: Sequence[str]) -> Draft | None:
    """What each version says, in its sentence; of the newest also that it replaces another."""
    parts = []
    for path in family[:MOST]:
        own = [one for one in inquiry.passages if one.chunk.document == path]
        read = replace(inquiry, passages=own, cache={})
        parts.append(_whole(read, PurePosixPath(path).stem))
    if parts[0].claims and (said := _replaces(inquiry.lines(family[0]))):
        parts[0] = replace(parts[0], claims=(*parts[0].claims, said))
    return together(weighed(inquiry, parts), "version")


def _replaces(lines: Lines | None) -> Claim | None:
    """The sentence at the head of a document that says what it takes the place of; None where none does."""
    if not lines:
        return None
    text = lines.document.text
    head = [(line.start, one) for line in lines.lines[:HEAD] for one in sentences(line.span.of(text))]
    found = (Span(start + one.start, start + one.end) for start, one in head)
    said = next((one for one in found if _REPLACES.search(fold(one.of(text)))), None)
    return claim(lines.document, said) if said else None


def _whole(inquiry: Inquiry, label: str) -> Draft:
    """The sentence of the answer: beside another version it shows what changed; of a table the cell alone."""
    draft = inquiry.fact()
    evidence = draft.claims[0].evidence[0] if draft.claims else None
    lines = inquiry.lines(evidence.document) if evidence else None
    claims = draft.claims[:1]
    if evidence and lines:
        line = lines.lines[lines.at(evidence.start)]
        if line.kind == "item" and line.end - line.start <= ITEM:
            claims = (claim(lines.document, line.span),)
        elif line.kind in ("text", "lead", "item"):
            own = sentence_around(lines.document.text, Span(evidence.start, evidence.end))
            claims = (claim(lines.document, own),)
    return replace(draft, label=label, claims=claims, differing=False)


def family_of(path: str, passages: Sequence[Passage]) -> list[str]:
    """The versions of a document among those of some passages, the newest first."""
    dates = {one.chunk.document: one.chunk.date for one in passages}
    found = [other for other in dates if other == path or (alike(other, path) and not _MINUTES.search(fold(path)))]
    return sorted(found, key=lambda one: _age(one, dates.get(one)), reverse=True)


def alike(one: str, other: str, least: float = ALIKE) -> bool:
    """Whether two file names, or titles, differ only in what tells a version: a year, a number, "revised"."""
    first, second = (fold(PurePosixPath(name).stem) for name in (one, other))
    if first == second or _NUMBER.findall(first) == _NUMBER.findall(second):
        return False
    kept = [_VERSION.sub("", name) for name in (first, second)]
    return len(kept[0]) > 2 and SequenceMatcher(None, kept[0], kept[1], autojunk=False).ratio() >= least


def _age(path: str, date: str | None) -> tuple[list[int], list[int], str]:
    stem = PurePosixPath(path).stem
    years = sorted((int(year) for year in _YEAR.findall(stem)), reverse=True)
    numbers = [int(part) for number in _NUMBER.findall(stem) for part in number.split(".")]
    return years[:1] or [int(date[:4]) if date else 0], numbers, date or ""


def named_in(question: str, family: Sequence[str]) -> list[str]:
    """The versions that a question names by a number that not all of them have: a year, "5.2"."""
    asked = set(_NUMBER.findall(fold(question)))
    told = {path: set(_NUMBER.findall(fold(PurePosixPath(path).stem))) for path in family}
    common = set.intersection(*told.values())
    return [path for path, own in told.items() if asked & (own - common)]
