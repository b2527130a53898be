"""A plan for "article 13", "第三条", "page 2", "row 4": that one, not its neighbour."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answers.claims import claim
from rag.answers.lines import Lines
from rag.answers.plan import SURE, Inquiry
from rag.text import fold
from rag.types import Claim, Draft, Span

LONGEST = 1200
"""Characters of a section that are quoted."""

_HAN_NUMBER = "[零〇一二三四五六七八九十百千两0-9]+"
_ASKED = re.compile(
    f"第(?P<zh>{_HAN_NUMBER})(?P<unit>条|款|章|节|页|张幻灯片|行|项|步|号)"
    r"|\b(?P<name>article|clause|section|chapter|page|slide|row|rule|step|paragraph|item|appendix"
    r"|annex) (?:no\.? ?)?(?P<en>\d[\d.]*)"
)
_UNITS = {
    "条": ("条", "article|clause|rule|section|§"),
    "款": ("款|条", "clause|paragraph"),
    "章": ("章", "chapter|part"),
    "节": ("节|章", "section"),
    "项": ("项|条", "item"),
    "步": ("步", "step"),
    "号": ("号|条", "rule|item|no"),
}
_ENGLISH = {
    "article": "条",
    "clause": "条",
    "rule": "条",
    "chapter": "章",
    "section": "节",
    "step": "步",
    "item": "项",
    "paragraph": "款",
}
_PAGES = {"页": "page", "page": "page", "张幻灯片": "slide", "slide": "slide"}
_ROWS = ("行", "row")
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def locator(inquiry: Inquiry) -> Draft | None:
    """The numbered piece that a question names, of the best document that has it; a refusal where none has."""
    asked = _ASKED.search(fold(inquiry.question.text))
    if not asked:
        return None
    unit, number = asked["unit"] or asked["name"], number_of(asked["zh"] or asked["en"])
    if number is None:
        return None
    paths = dict.fromkeys(one.chunk.document for one in inquiry.passages)
    for path in paths:
        lines = inquiry.lines(path)
        claims = tuple(_found(lines, unit, number)) if lines else ()
        if claims:
            return Draft(claims, SURE, form="bullets" if len(claims) > 1 else "sentences", kind="locator")
    draft = inquiry.fact()
    quoted = " ".join(one.text for one in draft.claims)
    return draft if asked.group() in fold(quoted) else Draft((), 0.0, draft.reason, kind="locator")


def _found(lines: Lines, unit: str, number: int) -> Iterator[Claim]:
    document = lines.document
    if unit in _PAGES:
        for page in document.outline.pages:
            if page.number == number and page.unit == _PAGES[unit]:
                end = min(page.end, page.start + LONGEST)
                yield claim(document, _trimmed(document.text, Span(page.start, end)))
        return
    if unit in _ROWS:
        rows = [line for line in lines.lines if line.kind == "row"]
        labelled = [line for line in rows if line.label == str(number)]
        if labelled or 0 < number <= len(rows):
            yield claim(document, (labelled or [rows[number - 1]])[0].span)
        return
    for index, line in enumerate(lines.lines):
        if starts_with(lines.text(index), line.label, unit, number):
            if line.kind != "heading":
                yield claim(document, line.span)
                return
            below = [lines.lines[row] for row in lines.section_at(index)]
            for one in [line, *below]:
                if one.end - line.start <= LONGEST:
                    yield claim(document, one.span)
            return


def starts_with(text: str, label: str, unit: str, number: int) -> bool:
    """Whether a line is the numbered piece: it begins 第三条, "Article 3", or "3." where it is asked for by item."""
    chinese, english = _UNITS.get(_ENGLISH.get(unit, unit), ("条", unit))
    plain = fold(text).lstrip()
    if match := re.match(rf"第({_HAN_NUMBER})(?:{chinese})", plain):
        return number_of(match[1]) == number
    if match := re.match(rf"(?:{english})\s*(\d[\d.]*)", plain):
        return number_of(match[1].rstrip(".")) == number
    marked = re.match(r"(?:[(（]?(\d{1,3})(?:[.)）、]|\s)|([一二三四五六七八九十]{1,3})、)", plain) or re.match(
        r"\(?(\d{1,3})()[.)]?$", label
    )
    return marked is not None and number_of(next(one for one in marked.groups() if one)) == number


def number_of(text: str) -> int | None:
    """The number that digits or Chinese numerals write: 第二十三条 is 23."""
    if re.fullmatch(r"\d+", text):
        return int(text)
    total, digit = 0, 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        else:
            return None
    return total + digit


def _trimmed(text: str, span: Span) -> Span:
    piece = span.of(text)
    return Span(span.start + len(piece) - len(piece.lstrip()), span.start + len(piece.rstrip()))
