"""A plan for "which companies are mentioned?": the names of people, places or organisations in all documents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rag.answers.claims import claim
from rag.answers.plan import SURE, Inquiry
from rag.question.mentions import PLACE_NAME, Name, names_in
from rag.text import HAN, fold
from rag.types import Claim, Coverage, Document, Draft, Span

READ = 60
"""Documents that are looked through, the newest first."""
SHOWN = 30
"""Names that are listed, those said most often first."""

_CLASSES = {
    "org": r"公司|企业|机构|集团|\b(?:compan(?:y|ies)|firms?|organi[sz]ations?|institutions?|businesses)\b",
    "person": r"人物|人名|人(?!工|民|口)|\b(?:people|persons?)\b",
    "place": r"地名|地方|城市|国家|\b(?:places?|cities|countries)\b",
}
_IN = r"(?: in (?:the|these|my|all)(?: \w+)? ?(?:documents?|files|articles?|texts)?)?"
_ASKED = re.compile(
    r"^(?:请|帮我)*(?:列出|列举|找出)?(?:这些|全部|所有|各个?)*(?:文档|文件|文章|资料|报告|材料)?[里中]?(?:都|一共)?"
    r"(?:提到|提及|出现|涉及)?(?:了|过|的)*(?:哪些|什么|所有|全部)?的?"
    r"(?P<zh>公司|企业|机构|集团|人物|人名|人|地名|地方|城市|国家)"
    r"(?:的?名[称字])?(?:被)?(?:提到|提及|出现|涉及)?(?:了|过)?[?？。]*$"
    r"|^(?:please )?(?:list|name|show|give)(?: me)?(?: all)?(?: of)?(?: the)?(?: names? of)?(?: all)?(?: the)? ?"
    rf"(?P<en>[a-z]+)(?: names?)?(?: that| which)?(?: are| is)?(?: mentioned| named)?{_IN}\W*$"
    rf"|^(?:which|what) (?P<which>[a-z]+) (?:are|is) (?:mentioned|named){_IN}\W*$"
)
_GENERAL = re.compile(
    "^(?:让|时|给|即|如果|公司|企业|政府|进一步|旗下|非|整个|本地|内地|初创|全球|广告|保险|技术|跨|港资|智慧)"
    "|通过|已经|越来越|协助|推行|借助|区公司$|(?:企业|团队|中心|机构|各局|政府)$|^[a-z]+$"
    "|^(?:Government|Company|Bank|University|Group)$"
)
"""What tells a phrase that ends in 公司 or 企业 from a name."""
_COMPANY = re.compile(
    r"公司|企业|集团|创始人|创办|客户|\b(?:compan(?:y|ies)|firms?|start-?ups?|founder|executive)\b", re.I
)
_NEAR = 14
"""Characters around a name in Latin letters in which such a word says that it is a company's."""


def names(inquiry: Inquiry) -> Draft | None:
    """The names of the class that is asked for in all documents; None where a question asks for anything else."""
    match = _ASKED.match(fold(inquiry.question.text).strip())
    asked = next((one for one in match.groups() if one), "") if match else ""
    kind = next((kind for kind, words in _CLASSES.items() if asked and re.fullmatch(words, asked)), "")
    if not kind:
        return None
    counts: Counter[str] = Counter()
    first: dict[str, Claim] = {}
    known = sorted(inquiry.shelf.documents(), key=lambda one: one.date or "", reverse=True)[:READ]
    for document in (found for one in known if (found := inquiry.shelf.document(one.path))):
        for name in _of(document, kind):
            text = re.sub("公司$", "", fold(name.text)).strip() or fold(name.text)
            counts[text] += 1
            first.setdefault(text, claim(document, Span(name.start, name.end)))
    listed = [text for text, count in counts.most_common() if count > 1 or kind != "org" or _is_sure(text)]
    listed = [one for one in listed if not any(one != other and one in other.split() for other in listed)]
    claims = tuple(first[text] for text in listed[:SHOWN])
    if not claims:
        return None
    frame = inquiry.said(
        f"从 {len(known)} 份文档中认出 {len(listed)} 个名称，可能不全：",
        f"{len(listed)} names are recognised in {len(known)} documents; there may be more:",
    )
    return Draft(claims, SURE, form="bullets", frame=frame, coverage=Coverage(len(claims), len(listed)), kind="list")


def _of(document: Document, kind: str) -> Iterator[Name]:
    """The names of a class in a document, in order."""
    for name in names_in(document.text):
        said = name.kind == kind and not (kind == "org" and _GENERAL.search(name.text))
        if said or (kind == "org" and name.kind == "name" and _is_company(document.text, name)):
            yield name


def _is_company(text: str, name: Name) -> bool:
    """Whether a name in Latin letters stands near a word that says it is a company's."""
    near = text[max(name.start - _NEAR, 0) : name.end + _NEAR]
    return bool(re.fullmatch(r"[A-Z][\w&.' -]{2,}", name.text) and _COMPANY.search(near))


def _is_sure(name: str) -> bool:
    """Whether a name of an organisation, folded, that is said once is one: in Latin letters, or begun with a place."""
    return not re.search(f"[{HAN}]", name) or bool(re.match(rf"[a-z]|(?:{PLACE_NAME})", name, re.I))
