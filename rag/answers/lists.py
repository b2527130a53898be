"""Plans for "which", "all" and "how": the items of a list or the steps of a section, whole, as they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answers.claims import claim, mentions
from rag.answers.headed import Headed, headed, rows_named, titled
from rag.answers.lines import Lines, cells_of, columns
from rag.answers.names import names
from rag.answers.plan import SURE, Inquiry
from rag.text import HAN, fold, sentence_around, sentences
from rag.types import Claim, Coverage, Draft, Form, Span

MOST = 15
"""Items that are shown of one list."""
LONGEST = 700
"""Columns up to which a paragraph is quoted whole."""

_GOES_ON = re.compile(
    r"\s*(?:此外|另外|另|同时|还|也|再|然后|其余|其中|其次|第[二三四]|最后|之后|随后|如|若|不过|但"
    r"|(?i:also|then|next|after|second|third|finally|in addition|besides|moreover|but|if|otherwise"
    r"|the (?:other|rest|remaining|second|third))\b)"
)


def several(inquiry: Inquiry) -> Draft | None:
    """The items of the list that the answer is in or that its sentence leads in; else that sentence, whole.

    Of names of a class across all documents, those.
    """
    told = names(inquiry) or _structured(inquiry, "list", steps=False)
    if told and not _is_a_row(inquiry, told):
        return told
    found = headed(inquiry) or (None if inquiry.anchor("list") else titled(inquiry) or rows_named(inquiry))
    return _whole(found, "list") or told


def steps(inquiry: Inquiry) -> Draft | None:
    """The steps below a heading that the question has; else those around the answer, or the paragraph that tells it."""
    told, sure = _structured(inquiry, "howto", steps=True), titled(inquiry)
    found = sure or (titled(inquiry, sure=False) if told else None)
    beside = told and found and found.lines.document.path == told.claims[0].evidence[0].document
    if told and (not (beside or sure) or _gives(told, found)):
        return told
    whole = _whole(found or headed(inquiry), "howto")
    return replace(whole, confidence=told.confidence) if whole and told and beside else whole


def _gives(draft: Draft, found: Headed | None) -> bool:
    """Whether a draft has the first line of a list."""
    if not found:
        return False
    first = found.lines.lines[found.rows[0]]
    cited = [evidence for one in draft.claims for evidence in one.evidence]
    return any(one.document == found.lines.document.path and one.start <= first.start < one.end for one in cited)


def listed(inquiry: Inquiry) -> Draft | None:
    """The list below a heading that the question has, where it asks for no value or place and nothing else answers."""
    asked = inquiry.question
    return None if asked.answer_types or asked.where else _whole(titled(inquiry), "list")


def _whole(found: Headed | None, kind: str) -> Draft | None:
    """The list or table whose heading or lead-in has the words of the question, without the generator."""
    if not found:
        return None
    document = found.lines.document
    claims = tuple(claim(document, found.lines.lines[row].span) for row in found.rows[:MOST])
    return Draft(claims, SURE, form="bullets", coverage=Coverage(len(claims), len(found.rows)), kind=kind)


def _is_a_row(inquiry: Inquiry, draft: Draft) -> bool:
    """Whether a draft gives one row of a table."""
    evidence = draft.claims[0].evidence[0]
    lines = inquiry.lines(evidence.document) if len(draft.claims) == 1 else None
    return bool(lines and lines.lines[lines.at(evidence.start)].kind == "row")


def _structured(inquiry: Inquiry, kind: str, steps: bool) -> Draft | None:
    anchor = inquiry.anchor(kind)
    lines = inquiry.lines(anchor.document) if anchor else None
    if not anchor or not lines:
        return None
    draft, index = inquiry.whole(kind), lines.at(anchor.start)
    items = lines.list_at(index, outer=steps)
    spans = _pieces(inquiry, lines, index, steps)
    if not spans and lines.lines[index].kind in ("text", "lead"):
        spans = told_around(lines, index, Span(anchor.start, anchor.end))
        spans += [_span(one) for one in draft.claims[1:] if not steps and elsewhere(one, lines.document.path, spans)]
    claims = tuple(claim(lines.document, span) for span in spans)
    if not claims:
        return None
    coverage = Coverage(min(len(items), MOST), len(items)) if items else None
    form: Form = "bullets" if len(claims) > 1 else "sentences"
    return replace(draft, claims=claims, form=form, differing=False, coverage=coverage, kind=kind)


def _pieces(inquiry: Inquiry, lines: Lines, index: int, steps: bool) -> list[Span]:
    """The lines that belong to a line: the items of its list, the rows like it, its section."""
    items = lines.list_at(index, outer=steps)
    chosen: list[int] = (
        list(items[:MOST]) or _matching_rows(inquiry, lines, index) or _rows_alike(inquiry, lines, index)
    )
    lead = lines.lead_of(items) if items else None
    if lead is not None:
        return [_last_sentence(lines, lead), *(lines.lines[row].span for row in chosen)]
    if not chosen and lines.lines[index].kind == "heading":
        chosen = list(lines.section_at(index)[:MOST])
    if not chosen and steps and lines.lines[index].kind == "text":
        chosen = _short_section(lines, index)
    return [lines.lines[row].span for row in chosen]


def _last_sentence(lines: Lines, lead: int) -> Span:
    """What of a lead-in announces its list."""
    own = lines.lines[lead].span
    return Span(own.start + sentences(lines.text(lead))[-1].start, own.end)


def _matching_rows(inquiry: Inquiry, lines: Lines, index: int) -> list[int]:
    """The rows of the table at a line that have a cell the question names, where there are several.

    None that has fewer words of the question than the row of the answer.
    """
    table = lines.table_at(index)
    asked = fold(inquiry.question.text)
    found: dict[str, list[int]] = {}
    for row in table:
        if lines.lines[row].kind == "row":
            for cell in {fold(part).strip() for part in lines.text(row).split(" | ")}:
                if len(cell) > 1 and cell in asked:
                    found.setdefault(cell, []).append(row)
    longest = max(found, key=len, default="")
    rows = found.get(longest, [])
    least = mentions(inquiry.question, lines.text(index)) if index in rows else 0
    rows = [row for row in rows if mentions(inquiry.question, lines.text(row)) >= least]
    return rows[:MOST] if len(rows) > 1 else []


def _rows_alike(inquiry: Inquiry, lines: Lines, index: int) -> list[int]:
    """The rows of the table at a line that have the answer's own cell in its column, where there are several."""
    anchor = inquiry.fact().claims[0].evidence[0]
    text = lines.document.text
    columns = [
        column
        for column, cell in enumerate(cells_of(lines, index))
        if cell.start <= anchor.start and anchor.end <= cell.end
    ]
    if lines.lines[index].kind != "row" or not columns:
        return []
    cells = {row: [fold(cell.of(text)).strip() for cell in cells_of(lines, row)] for row in lines.table_at(index)}
    own = cells[index][columns[0]]
    rows = [row for row, said in cells.items() if said[columns[0] : columns[0] + 1] == [own]]
    return rows if 1 < len(rows) <= MOST and re.search(f"[{HAN}a-z]", own) else []


def _short_section(lines: Lines, index: int) -> list[int]:
    """The line with those around it that tell the same: its section's, where that is short, else itself."""
    section = [row for row in lines.section_at(index) if lines.lines[row].kind in ("text", "item", "lead")]
    short = sum(columns(lines.text(row)) for row in section) <= LONGEST and len(section) <= MOST
    return section if short else [index]


def told_around(lines: Lines, index: int, span: Span) -> list[Span]:
    """The sentence that a span is in, with those after it in its paragraph that go on with it."""
    line = lines.lines[index].span
    text = lines.document.text
    own = sentence_around(text, span)
    found = [Span(max(own.start, line.start), min(own.end, line.end))]
    for one in sentences(line.of(text)):
        after = Span(one.start + line.start, one.end + line.start)
        if after.start >= found[-1].end and len(found) < 3:
            if not _GOES_ON.match(after.of(text)):
                break
            found.append(after)
    return [Span(found[0].start, found[-1].end)]


def elsewhere(one: Claim, path: str, spans: Sequence[Span]) -> bool:
    """Whether a claim is of the same document and stands outside of some spans."""
    mine = one.evidence[0]
    return mine.document == path and all(mine.end <= span.start or span.end <= mine.start for span in spans)


def _span(one: Claim) -> Span:
    return Span(one.evidence[0].start, one.evidence[0].end)
