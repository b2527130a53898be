"""A question that asks for now and for before ("What is the limit now, and what was it?") to what it asks of each."""

from __future__ import annotations

import re

from rag.question.mentions import simplified
from rag.text import asked_in

_BEFORE = (
    "(?:(?:改|修订|修改|调整|变)?(?:之前|以前|前|原来|原先|从前|旧版|老版|旧规定)"
    "|(?:上[一个]?|前一?)(?:个)?(?:学年|学期|年度|版|届|季度?)|去年)"
)
_ZH_TAIL = re.compile(
    rf"[,，?？;；。]\s*(?:那|而)?(?:{_BEFORE}[^?？]*|[和跟与]{_BEFORE}[^?？]*|新旧[^?？]*"
    r"|(?:在)?[\d.]+版[^,，?？]*|(?:有|做了)(?:什么|哪些)(?:变化|改动|调整)[^?？]*)[?？。]*$"
)
_ZH_NOW = re.compile(
    "现在|如今|目前|现行的?|最新的?(?!版)|(?:新|旧)(?:规定|版)(?:[和与跟、]旧(?:规定|版))?(?:里|中)?(?:各|分别)?"
)
_EN_TAIL = re.compile(
    r"(?i)[,;]?\s*(?:and |or |but )?"
    r"(?:(?:what|how (?:much|many|long)) (?:was|were) (?:it|they|that)"
    r"(?: (?:before|earlier|previously|then|in (?:the )?(?:old|previous|last|version)\b[^?]*))?"
    r"|(?:before|previously|formerly|earlier)(?: that| then| the change)?"
    r"|(?:as )?compared (?:with|to) (?:the )?(?:version|old|previous|former|last|before|\d)[^?]*"
    r"|(?:and )?in the (?:new|old|newest|latest|current) (?:version|edition|rules?) and [^?]+"
    r"|than (?:before|in (?:the )?(?:old|previous|version)[^?]*))\?*$"
)
_EN_NOW = re.compile(r"(?i)\b(?:now|currently|current|nowadays|at present|these days|any ?more)\b ?")


def asked_of_each(question: str) -> str:
    """The question without what sets versions side by side; as it is where nothing would be left."""
    if asked_in(question) == "zh":
        plain = simplified(question)
        tail = _ZH_TAIL.search(plain)
        kept = question[: tail.start()] if tail else question
        spans = [match.span() for match in _ZH_NOW.finditer(simplified(kept))]
        end = "？"
    else:
        kept = _EN_TAIL.sub("", question.strip())
        spans = [match.span() for match in _EN_NOW.finditer(kept)]
        end = "?"
    for start, stop in reversed(spans):
        kept = kept[:start] + kept[stop:]
    kept = re.sub(r" (?=[,?])|(?<=[,，])的", "", kept).strip(" ,，?？")
    return f"{kept}{end}" if len(kept) > 3 else question


def sets_side_by_side(question: str) -> bool:
    """Whether a question asks for what held before, or for both versions, behind what it asks."""
    return bool(_ZH_TAIL.search(simplified(question)) or _EN_TAIL.search(question.strip()))


def is_of_now(question: str) -> bool:
    """Whether a question asks what holds now."""
    return bool(_ZH_NOW.search(simplified(question)) or _EN_NOW.search(question))
