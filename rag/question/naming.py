"""Finds the document that a question names ("in receipt_2026-03.txt", 《集市管理办法》), and the rest of the question.

Readers answer "What is the total?" from a receipt, which does not say its own file name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.text import HAN, has_words, question_terms, terms

_SHORTEST = 4
"""Characters of a file's name without its ending, or of a title, that is taken for one."""
_MADE_NAME = re.compile(r"[_\d]")
"""What tells a file's name from words."""
_BEFORE_ZH = "(?:请?(?:根据|依据|依照|按照|按)|请?在|从)?"
_AFTER_ZH = (
    "(?:这[个份篇]?(?:文件|文档|资料)|(?:这[个份篇])?文件|文档)?"
    "(?:(?:里面?|中|内)(?:[,，]|(?:说|写|提到|记载|写明|规定)(?:的|(?=[^了的着]))|的)?|的|[,，])?"
)
_BEFORE_EN = r"(?:\b(?:according to|as per|based on|in|within|from|of|inside)\s+(?:the\s+)?(?:(?:file|document)\s+)?)?"
_IT = "the document"
_NOTHING = frozenset(terms(f"{_IT} what is in it?"))
_EMPTY = re.compile("请|有|是|什么|哪些|[说讲写]|里|中|了|的|吗|呢|内容|总结")
_TIES_BEFORE = ("据", "按照", "按", "照", "在", "从", "to ", "in ", "per ", "from ")
_TIES_AFTER = r"\s*(?:第|里|中|内|这|规定|要求|说|写|提到|讲|says?\b|states?\b|about\b)"
"""What shows that a title in quotation marks is where the answer is to be found, rather than what is asked about."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The documents that a question names, and the question without their name where it says enough without."""

    documents: frozenset[str]
    rest: str


def named_in(question: str, titles: Mapping[str, str]) -> Naming | None:
    """What a question names among documents, given their titles by path; None where it names none.

    A file's name counts where it looks like one; a title after "according to", or quoted beside a word such as "in".
    """
    found: dict[str, set[str]] = {}
    for path, title in titles.items():
        for name in _said(question, path, title):
            found.setdefault(name, set()).add(path)
    if not found:
        return None
    name = max(found, key=len)
    return Naming(frozenset(found[name]), without(question, name))


def _said(question: str, path: str, title: str) -> Iterator[str]:
    """Each way of naming a document that the question has, as it stands there."""
    file, lowered = PurePosixPath(path), question.lower()
    if not any(one and one.lower() in lowered for one in (file.stem, title)):
        return  # before any pattern is compiled: most documents are not named
    names = [file.name] if file.suffix else []
    if len(file.stem) >= _SHORTEST and _MADE_NAME.search(file.stem) and re.search(r"[^\W\d_]", file.stem):
        names.append(file.stem)
    marks = "|".join(re.escape(one) for one in dict.fromkeys((title, file.stem)) if len(one) >= 2)
    patterns = [rf"(?<![A-Za-z0-9_./-]){re.escape(one)}(?![a-zA-Z0-9_-])" for one in names]
    if marks:
        quoted = f'(?:《(?:{marks})》|[“"「](?:{marks})[”"」])'
        patterns += [f"(?<={before}){quoted}" for before in _TIES_BEFORE] + [f"{quoted}(?={_TIES_AFTER})"]
    if len(title) >= _SHORTEST:
        patterns.append(rf"(?<=according to ){re.escape(title)}\b|(?<=according to the ){re.escape(title)}\b")
    for pattern in patterns:
        if match := re.search(pattern, question, re.IGNORECASE):
            yield match.group()


def without(question: str, name: str) -> str:
    """The question without the name and what ties it in; as it stands where hardly anything would be left."""
    own = re.escape(name)
    if re.search(f"[{HAN}]", question.replace(name, "")):
        rest = re.sub(rf"{_BEFORE_ZH}\s*{own}\s*{_AFTER_ZH}\s*", "", question, count=1)
    else:
        tied = re.search(rf"(?P<tie>{_BEFORE_EN}){own}(?P<owner>'s)?,?", question, re.IGNORECASE)
        assert tied
        stands = f"{tied['tie']}{_IT}'s" if tied["owner"] else "" if tied["tie"] else _IT
        rest = question[: tied.start()] + stands + question[tied.end() :]
    rest = re.sub(r"[\s,，]+(?=[?？!.。]|$)|\s+(?=[,，])", "", re.sub(r"\s{2,}", " ", rest)).strip(" ,，")
    left = set(question_terms(_EMPTY.sub(" ", rest))) - _NOTHING if has_words(_EMPTY.sub("", rest)) else ()
    return rest[:1].upper() + rest[1:] if left else question
