"""Plans for facts and for what holds now: of two versions of one document the newest first, the older beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from rag.answers.claims import claim
from rag.answers.lists import elsewhere, told_around
from rag.answers.plan import Inquiry, together
from rag.answers.sidewise import weighed
from rag.question.versions import asked_of_each, sets_side_by_side
from rag.text import fold
from rag.types import Draft, Evidence, Form, Passage, Span

MOST = 3
"""Versions that are shown beside each other."""
ALIKE = 0.9
SECTION = 400
"""Characters under a heading that are quoted for it."""

_VERSION = re.compile(
    r"\d+(?:[./-]\d+)*|[（(【\[].*?[）)】\]]|年版?|月版?|修订版?|版本?|第[一二三四五六七八九十]+|\b(?:version"
    r"|edition|revised|rev|release|v)\b|[\s_.,–—-]+"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
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
    """What each version of the document says, the newest first; else the sentence that tells of the change."""
    asked = inquiry.about(asked_of_each(inquiry.question.text))
    wide = inquiry.shelf.search(asked.question, 100)
    surer = max(asked, inquiry, key=lambda one: one.fact().confidence)
    anchor = surer.anchor()
    if anchor is None and not wide:
        return None
    family = family_of(anchor.document if anchor else wide[0].chunk.document, wide)
    named = named_in(inquiry.question.text, family)
    if len(named) == 1 and not sets_side_by_side(inquiry.question.text):
        own = [one for one in wide if one.chunk.document == named[0]]
        return replace(replace(asked, passages=own, cache={}).fact(), kind="version")
    if len(family) > 1:
        return _side_by_side(replace(asked, passages=wide), family)
    lines = surer.lines(anchor.document) if anchor else None
    if not anchor or not lines:
        return None
    index = lines.at(anchor.start)
    if lines.lines[index].kind in ("row", "header"):
        return None
    spans = told_around(lines, index, Span(anchor.start, anchor.end))
    also = [one for one in surer.fact().claims[1:] if elsewhere(one, lines.document.path, spans)]
    claims = (*(claim(lines.document, span) for span in spans), *also)
    return replace(surer.fact(), claims=claims, differing=False, kind="version")


def _side_by_side(inquiry: Inquiry, family: Sequence[str]) -> Draft | None:
    parts = []
    for path in family[:MOST]:
        own = [one for one in inquiry.passages if one.chunk.document == path]
        read = replace(inquiry, passages=own, cache={}).fact()
        label = PurePosixPath(path).stem
        parts.append(replace(read, label=label, claims=read.claims[:1], differing=False))
    return together(weighed(inquiry, parts), "version")


def family_of(path: str, passages: Sequence[Passage]) -> list[str]:
    """The versions of a document among those of some passages, the newest first."""
    dates = {one.chunk.document: one.chunk.date for one in passages}
    found = [other for other in dates if other == path or alike(other, path)]
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
