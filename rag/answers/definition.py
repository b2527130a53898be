"""A plan for "who is X" and "what is X": the sentence that says it of X itself, not of the nearest other name."""

from __future__ import annotations

import re

from rag.answers.claims import claim
from rag.answers.plan import SURE, Inquiry
from rag.text import HAN, fold, sentences
from rag.types import Claim, Document, Draft, Span

_NAMED = re.compile(
    r"^(?:请问|那)?(?:谁是|什么是|何谓|何为|介绍一下)(?P<a>[^?？。,，]{1,30})|^(?:请问"
    r"|那)?(?P<b>[^?？。,，]{1,30}?)(?:(?:是|叫)(?:谁|什么人|什么东西|什么意思|什么|啥)|是?(?:[做干](?:什么|啥)|干嘛)的)"
    r"|^(?:and |so )?(?:who|what)(?:['’]s| is| are| was| were)(?: an?| the)? (?P<c>[^?]{2,60})"
    r"|\bwhat does (?:the |an? )?(?P<d>[^?]{1,40}?) (?:mean|stand for)"
    r"|^tell me about (?:the )?(?P<e>[^?]{2,60})",
    re.IGNORECASE,
)
_ROLE = (
    r"(?:记者|编辑|作者|主任|主席|总监|经理|教授|博士|院长|局长|部长|署长|会长|行长|校长|董事长|总裁"
    r"|首席\S{2,4}官|创始人|创办人|负责人|秘书|委员|书记|老师|师傅|医生|律师|店主|厂长|站长|队长|组长|船长|工程师"
    r"|专员|代表)"
)


def definition(inquiry: Inquiry) -> Draft | None:
    """The first sentence of the passages that says who or what the name is; None if there is none."""
    match = _NAMED.search(inquiry.question.text.strip())
    name = next((part for part in match.groups() if part), "").strip(" “”\"'「」《》?.") if match else ""
    if len(name) < 2 or re.search("谁|什么|哪|多少", name):
        return None
    ranked = sorted(_tellings(inquiry, name), key=lambda one: -one[0])
    if not ranked or ranked[0][0] <= 0:
        return None
    found = ranked[0][1]
    draft = inquiry.fact()
    agreed = any(_within(one, found) for one in draft.claims)
    sure = agreed and draft.confidence >= inquiry.threshold
    return Draft((found,), draft.confidence if sure else SURE, kind="definition")


def _tellings(inquiry: Inquiry, name: str) -> list[tuple[float, Claim]]:
    """Sentences of the passages that have the name, each with how plainly it tells what it is."""
    found = []
    for rank, passage in enumerate(inquiry.passages):
        lines = inquiry.lines(passage.chunk.document)
        if not lines:
            continue
        document: Document = lines.document
        for one in sentences(passage.chunk.text):
            span = Span(one.start + passage.chunk.start, one.end + passage.chunk.start)
            score = tells(fold(span.of(document.text)), fold(name))
            if score:
                found.append((score - 0.05 * rank, claim(document, span)))
    return found


_TELLING = (
    (
        3.0,
        r"(?<!of )(?<!by )(?<!at )(?<!in )(?<!for )(?<!with )(?<!from )NAME(?:[(（][^)）]*[)）])?[\s,，]*"
        r"(?:是(?!否|不是|谁|什么)|指的?是|即|为(?!了|什么)|\b(?:is|are|was|were|means|stands for)\b (?!not\b))",
    ),
    (2.5, f"{_ROLE}[:：\\s]?NAME|NAME(?:{_ROLE})|NAME[,，(（][^,，)）]{{0,12}}{_ROLE}"),
    (
        2.5,
        r"NAME, (?:the|an?|its|our|who|which|one of|chief|head|director|manager|founder)\b|\b(?:director|manager|head"
        r"|chair\w*|president|professor|dr\.?|founder|minister|secretary|captain|mayor|warden|author|reporter) NAME",
    ),
    (2.0, r"作为[^,，。]{3,80}[,，]\s?NAME|\bas (?:an?|the|one of) [^,.]{3,80}, NAME"),
    (1.5, f"NAME[:：—–-]\\s*\\S|NAME[(（][^)）]{{2,}}[)）]|[{HAN}a-z][^,，。]{{1,20}}[——–-]{{1,2}}\\s?NAME"),
)
"""How a sentence says who or what a name is, and how plainly that is."""


def tells(sentence: str, name: str) -> float:
    """How plainly a sentence says who or what a name is; 0 where it only mentions it. Both are folded."""
    if name not in sentence:
        return 0.0
    own = re.escape(name)
    return next((score for score, said in _TELLING if re.search(said.replace("NAME", own), sentence)), 0.0)


def _within(one: Claim, other: Claim) -> bool:
    mine, theirs = one.evidence[0], other.evidence[0]
    return mine.document == theirs.document and theirs.start <= mine.start and mine.end <= theirs.end
