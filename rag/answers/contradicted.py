"""Doubts a draft whose sentence tells of another measure, deed, office, year or end than is asked about."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from rag.answers.claims import likelier
from rag.answers.lines import Lines
from rag.identifiers import asked as identified
from rag.question.analysis import Question
from rag.text import fold, language_of, question_terms
from rag.types import Document, Draft, Span
from rag.values import Value, values_in

DOUBT = 0.03
"""What the odds of such a draft are multiplied by."""

_UNIT_OF_WEIGHT = r"\d ?(?:k?g|kilo(?:gram)?s?|grams?|t|tonnes?|tons?|lbs?|pounds?)\b|公斤|千克|\d ?克|吨"
_MEASURES = (
    (r"\bhow wide\b|\bwidth\b|多宽|宽度", r"\bwid(?:e|th)\b|宽"),
    (r"\bhow (?:high|tall)\b|\bheight\b|多高|高度|身高", r"\b(?:high|tall|height|above|elevation)\b|高"),
    (r"\blength of\b|多长(?!时)|长度", r"\b(?:long|length)\b|长"),
    (r"\bhow deep\b|\bdepth\b|多深|深度", r"\b(?:deep|depth|below)\b|深"),
    (r"\bhow heavy\b|\bweighs?\b|\bweight\b|多重|重量", rf"\b(?:heavy|weighs?|weight|weighing)\b|重|{_UNIT_OF_WEIGHT}"),
    (r"\bhow thick\b|\bthickness\b|多厚|厚度", r"\bthick(?:ness)?\b|厚"),
    (r"\barea of\b|面积", r"\barea\b|面积|\b(?:square (?:\w+)?met\w+|sq\.? ?\w+|hectares?|acres?)\b|平方|公顷|[²㎡亩]"),
)
"""What asks for a measure, and what says it."""

_DEEDS = tuple(
    re.compile(words)
    for words in (
        r"\bdesign|\barchitect|\bdr[ae]w (?:up|by)|设计",
        r"\bbuil[dt]|\bconstruct|\berect|[建造修筑盖](?!议|成员)|落成|竣工",
        r"\bopen(?:ed|s|ing)?\b|\bfound(?:ed|er|ing)\b|\bestablish|\bstarted\b|\bbegan\b|\blaunch|成立|创[办立建]|开业|开张|开幕|启用|投产|揭幕",
        r"\bdemolish|\btorn down|\bdestroy|\b(?:shut|closed) down\b|拆除|拆|关闭|停业|倒闭|闭幕",
        r"\bpaint(?:ed|er|s)?\b|[画绘](?!面)",
        r"\bwr(?:ote|it(?:e|es|er|ten|ing))\b|\bauthor|[写著撰](?!字楼|名)|作者",
        r"\bown(?:s|ed|er)?\b|\bbelong|拥有|所有者|归.{1,8}所有|业主|老板",
        r"\brepair|\brestor|\brenovat|修复|修缮|翻新|维修",
        r"\bfund|\bfinanc|\bsponsor|\bpaid\b|\bpays?\b|出资|资助|赞助|付",
        r"\binvent|\bdiscover|发明|发现",
    )
)
"""Deeds that are told of one thing, each by another person and at another time."""

_ENDS = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        (r"\bopening ceremony\b|开幕", r"\bclosing ceremony\b|闭幕"),
        (r"\bdoctora\w*\b|\bph\.?d\b|博士", r"\bmaster'?s?\b|硕士"),
        (r"\bimport\w*\b|进口", r"\bexport\w*\b|出口"),
        (r"\bmaximum\b|\bat most\b|上限|最高|最多", r"\bminimum\b|\bat least\b|下限|最低|最少"),
        (r"\binbound\b|入境", r"\boutbound\b|出境"),
        (r"\bwinter\b|冬", r"\bsummer\b|夏"),
        (r"\bspring\b|春", r"\bautumn\b|\bfall\b|秋"),
    )
)
"""Words for the two ends of one thing."""

_OFFICES = re.compile(
    r"老板|东家|店主|董事长|主席|总经理|总裁|主任|厂长|校长|院长|经理|队长|司机|会计|秘书|记者|编辑|教练|馆长|站长|船长|店长|局长"
    r"|\b(?:owner|boss|chair(?:man|woman)?|president|director|manager|captain|secretary|treasurer|editor|reporter|coach"
    r"|mayor|warden|principal|foreman|clerk|accountant)\b"
)
_AROUND, _NAMED, _WORDS = 4000, 60, 4
"""Characters around a span in which ordinals are looked for; characters, and words of them, behind one that name it."""
_NEAR = 8
"""Characters between an office and who holds it."""
_OF_DEEDS = re.compile(
    r"\b(?:who|whom|when|where|which year|what year)\b|谁|何[时人地]|什么时候|哪[一年天里儿位]|几[时年月号]"
)


def contradicted(question: Question, draft: Draft, lines: Lines, span: Span) -> Draft:
    """The draft, doubted where its only claim tells of something else."""
    index = lines.at(span.start)
    heading = lines.section_at(index).start - 1
    above = lines.text(heading) if heading >= 0 else ""
    named = f"{lines.document.title} {PurePosixPath(lines.document.path).stem} {above}"
    line = lines.text(index)
    asked, around = fold(question.text), fold(f"{named}\n{line}")
    said = Span(span.start - lines.lines[index].start, span.end - lines.lines[index].start)
    if not (
        other_measure(asked, around, fold(line))
        or other_deed(asked, around)
        or other_end(asked, around)
        or other_office(question.text, line, said)
        or other_year(question, lines, index, named)
        or other_ordinal(question, lines.document, span)
        or other_model(question, lines)
    ):
        return draft
    return likelier(draft, DOUBT)


def other_measure(asked: str, around: str, line: str) -> bool:
    """Whether a line tells of a length where the width is asked for, and nowhere of a width."""
    wanted = [told for asks, told in _MEASURES if re.search(asks, asked)]
    if len(wanted) != 1 or re.search(wanted[0], around):
        return False
    return any(re.search(told, line) for _, told in _MEASURES if told != wanted[0])


def other_deed(asked: str, around: str) -> bool:
    """Whether a text tells who built or opened a thing where it is asked who designed it, and not that."""
    wanted = [deed for deed in _DEEDS if deed.search(asked)] if _OF_DEEDS.search(asked) else []
    if len(wanted) != 1 or wanted[0].search(around) or language_of(asked) != language_of(around):
        return False
    return any(deed.search(around) for deed in _DEEDS)


def other_end(asked: str, around: str) -> bool:
    """Whether a text tells of the opening where the closing is asked about, and not of that."""
    pairs = [(one, other) for each in _ENDS for one, other in (each, each[::-1]) if one.search(asked)]
    return any(not other.search(asked) and other.search(around) and not one.search(around) for one, other in pairs)


def other_office(question: str, line: str, said: Span) -> bool:
    """Whether a line says beside the one it names that they hold another office than the one asked for."""
    wanted = _OFFICES.findall(fold(question))
    if len(wanted) != 1 or wanted[0] in fold(line) or language_of(question) != language_of(line):
        return False
    near = line[max(said.start - _NEAR, 0) : said.start] + line[said.end : said.end + _NEAR]
    return bool(_OFFICES.search(fold(near)))


def other_year(question: Question, lines: Lines, index: int, named: str) -> bool:
    """Whether a question gives a year that the document never says, and the line or its heading gives another."""
    wanted = _years(question.values)
    document = lines.document
    if not wanted or wanted & _years(values_in(f"{named} {document.date or ''}")):
        return False
    near = _years(values_in(f"{named}\n{lines.text(index)}"))
    return bool(near) and not wanted & near and not any(str(year) in document.text for year in wanted)


def other_ordinal(question: Question, document: Document, span: Span) -> bool:
    """Whether a question asks of the third of something, of which a text around a span tells only the second."""
    text = document.text[max(span.start - _AROUND, 0) : span.end + _AROUND]
    for wanted in (value for value in question.values if value.kind == "ordinal"):
        of = _named_behind(question.text, wanted)
        told = [one for one in values_in(text) if one.kind == "ordinal"]
        told = [one for one in told if 2 * len(of & _named_behind(text, one)) > max(len(of), 2)]
        if told and all(one.low != wanted.low for one in told):
            return True
    return False


def _named_behind(text: str, ordinal: Value) -> frozenset[str]:
    """The words behind an ordinal, which say of what it is one."""
    return frozenset(question_terms(text[ordinal.end : ordinal.end + _NAMED])[:_WORDS])


def other_model(question: Question, lines: Lines) -> bool:
    """Whether a question names a model (CQ-10) that a document never says, whose own name has another (CQ-20)."""
    document = lines.document
    named = identified(fold(f"{document.title} {PurePosixPath(document.path).stem} {lines.text(0)[:_NAMED]}"))
    wanted = [one for one in identified(fold(question.text)) if _like(one) in map(_like, named)]
    return bool(wanted) and not set(wanted) & {*named, *identified(fold(document.text))}


def _like(identifier: str) -> str:
    return re.sub(r"\d", "0", identifier)


def _years(values: tuple[Value, ...] | list[Value]) -> frozenset[int]:
    """The years of dates that give one."""
    dates = [one for one in values if one.kind == "date" and one.low >= 10_000]
    return frozenset(y for one in dates for y in range(int(one.low) // 10_000, int(one.high) // 10_000 + 1))
