"""A plan for "what is it about?": the key sentences of a document, or one sentence for each document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np

from rag.answers.claims import claim
from rag.answers.lines import Lines
from rag.answers.plan import SUMMARISED, Inquiry
from rag.question.sought import covers
from rag.text import HAN, fold, question_terms, sentences, terms
from rag.types import Claim, Coverage, Document, Draft, Span, Vectors

SENTENCES = 5
"""Of one document."""
DOCUMENTS = 12
"""Lines of a shelf."""
READ = 90
"""Sentences that are weighed: the first two of each paragraph come before the others."""
SHORTEST, WIDEST = 24, 420
"""Columns of a sentence that can stand for a document."""
NEARNESS = 0.15
"""The least cosine of question and passage from which a document is meant."""
SOUGHT = 40
"""Passages among which the document is looked for."""
TITLED, NUMBERED = 2.0, 0.5
"""What a name like the question weighs, and a number in both, where the best passage weighs a half."""
UNNAMED = -9.0
"""What a document weighs that has none of the names in the question, though it is in the question's language."""
DIVERSITY, OPENING, ASKED, REFERS = 0.6, 0.08, 0.3, 0.15
"""What likeness to a chosen sentence costs, what standing first in a section earns, what likeness to the question, and
what it costs to lean on the sentence before."""

_SHELF = re.compile(
    r"(?:这些|所有|全部|各个?|几[份篇个]|每[份篇个])(?:的)?(?:文件|文档|资料|文章|报告|材料)|(?:文件|文档"
    r"|资料)们|书架|资料库"
    r"|\b(?:these|all (?:the |of the )?|my|your|the) (?:documents|files|articles|papers|texts)\b"
    r"|\bthe (?:whole )?(?:shelf|collection|library|corpus)\b"
)
SHORT = 500
"""Characters of a document that is quoted whole where its contents are asked for."""
_IN = re.compile(
    r"^what(?:'s| is) in (?:the|this|that|my) (?P<en>[^?]{2,40}?)\W*$"
    r"|^(?P<zh>.{1,20}?)[里中]面?(?:都)?(?:有|写了?)些?(?:什么|啥)(?:内容)?[?。]*$"
)
_THING = re.compile(
    r"\bwhat (?:is|are|was|were|did|does|do) (?P<en>.+?) (?:all )?about\b|^(?P<zh>.{2,40}?)[讲说谈]的是什么"
)
_TEXT = re.compile(
    r"文件|文档|资料|文章|报告|材料|访谈|采访|纪[要录]|邮件|来信|信件|公告|通告|通知|新闻|论文|研究|调查|手册|说明书|指南|合同"
    r"|协议书|条款|规定|办法|章程|故事|小说|书|[本全]文|[份篇本封]"
    r"|\b(?:documents?|files?|articles?|papers?|texts?|reports?|interviews?|minutes|e-?mails?|threads?|letters?|notices?"
    r"|news|releases?|press|stud(?:y|ies)|surveys?|summar(?:y|ies)|handbooks?|manuals?|guides?|contracts?|agreements?|rules"
    r"|stor(?:y|ies)|books?|pages?|posts?|notes?|memos?|speech|talk|it|this|that|everything)\b"
)
"""What a whole document is called."""
_ASKS_OR_POINTS = re.compile(r"[?？]|[:：]\s*$")
_REFERS_BACK = re.compile(
    r"\s*(?:因此|所以|于是|为此|但|不过|然而|而且|此外|另外|同时|那么|其中|[他她它这该其此][^人外]"
    r"|(?:so|but|however|therefore|thus|hence|also|moreover|besides|then|he|she|it|they|this|that|these|those|his|her"
    r"|its|their|such)\b)",
    re.IGNORECASE,
)
_MASTHEAD = re.compile(r"^[^。.!?！？]{0,40}[:：][^。!?！？]{0,60}$")


def summary(inquiry: Inquiry) -> Draft | None:
    """Three to six sentences of the document that is meant; a line for each document where all are."""
    if _SHELF.search(fold(inquiry.question.text)):
        return shelf_summary(inquiry)
    if asked := _IN.search(fold(inquiry.question.text)):
        return _contents(inquiry, asked["en"] or asked["zh"])
    best, anchor = best_document(inquiry), inquiry.anchor()
    told = inquiry.fact().claims if anchor else ()
    if anchor and _of_a_thing(inquiry, inquiry.shelf.document(anchor.document)):
        return None
    lines = inquiry.lines(best) if best else None
    sure = [Span(one.start, one.end) for each in told for one in each.evidence if one.document == best]
    claims = tuple(carrying(lines, inquiry, SENTENCES, sure=sure)) if lines else ()
    return Draft(claims, SUMMARISED, form="bullets", kind="summary") if claims else None


def _contents(inquiry: Inquiry, name: str) -> Draft | None:
    """What stands in the one document whose name has these words: all of it where it is short, else what carries it."""
    wanted = frozenset(question_terms(name))
    named = [
        one.path
        for one in inquiry.shelf.documents()
        if wanted and wanted <= frozenset(terms(f"{one.title} {PurePosixPath(one.path).stem.replace('_', ' ')}"))
    ]
    lines = inquiry.lines(named[0]) if len(named) == 1 else None
    if not lines:
        return None
    short = len(lines.document.text) <= SHORT
    whole = [claim(lines.document, line.span) for line in lines.lines] if short else []
    claims = tuple(whole or carrying(lines, inquiry, SENTENCES))
    return Draft(claims, SUMMARISED, form="bullets", kind="summary") if claims else None


def _of_a_thing(inquiry: Inquiry, document: Document | None) -> bool:
    """Whether a question is about something that a document tells of, a project or a bill, and not about a document."""
    asked = _THING.search(fold(inquiry.question.text))
    thing = (asked["en"] or asked["zh"]) if asked else ""
    if not thing or _TEXT.search(thing) or not document:
        return False
    title = f"{document.title} {PurePosixPath(document.path).stem}"
    return not covers(frozenset(terms(title)), frozenset(question_terms(thing)))


def shelf_summary(inquiry: Inquiry) -> Draft | None:
    """The sentence that carries each document, the newest first."""
    known = sorted(inquiry.shelf.documents(), key=lambda one: one.date or "", reverse=True)
    claims: list[Claim] = []
    for one in known[:DOCUMENTS]:
        lines = inquiry.lines(one.path)
        claims += carrying(lines, inquiry, 1, weighed=12) if lines else []
    if not claims:
        return None
    coverage = Coverage(len(claims), len(known))
    frame = inquiry.said(f"共有 {len(known)} 份文档：", f"{len(known)} documents:")
    return Draft(tuple(claims), SUMMARISED, form="bullets", frame=frame, coverage=coverage, kind="summary")


def best_document(inquiry: Inquiry) -> str | None:
    """The document that most of the best passages are of, each by its rank among all and among those of its language,
    and whose name is like the question.

    A number in both, a year or a version, counts for a document.
    """
    weights: dict[str, float] = {}
    titles: dict[str, str] = {}
    found = inquiry.shelf.search(inquiry.question, SOUGHT)
    before: Counter[str] = Counter()
    for rank, one in enumerate(found):
        worth = (1 / (rank + 2) + 1 / (before[one.chunk.language] + 2)) / 2
        before[one.chunk.language] += 1
        if one.dense >= NEARNESS or one.lexical > 0:
            weights[one.chunk.document] = weights.get(one.chunk.document, 0.0) + worth
            titles[one.chunk.document] = f"{PurePosixPath(one.chunk.document).stem} {one.chunk.title}"
    asked, numbers = inquiry.question.embedding, set(re.findall(r"\d+", inquiry.question.text))
    if asked is not None and titles:
        for path, known in zip(titles, inquiry.embedder.embed_passages(list(titles.values())), strict=True):
            weights[path] += TITLED * asked.cosine(known) + NUMBERED * bool(numbers & set(re.findall(r"\d+", path)))
    for path in {one.chunk.document for one in found if one.chunk.language == inquiry.question.language} & set(titles):
        weights[path] += 0.0 if _has_a_name(inquiry, path) else UNNAMED
    best = max(weights, key=lambda path: weights[path], default=None)
    return best if best and weights[best] > 0 else None


def _has_a_name(inquiry: Inquiry, path: str) -> bool:
    """Whether a document has the words of a name in the question; also where that has no names."""
    names = [mention.split() for mention in inquiry.question.mentions]
    document = inquiry.shelf.document(path) if names else None
    text = fold(f"{path} {document.title} {document.text}") if document else ""
    return not names or any(all(word in text for word in name) for name in names)


def carrying(lines: Lines, inquiry: Inquiry, count: int, weighed: int = READ, sure: Sequence[Span] = ()) -> list[Claim]:
    """The sentences nearest to what all of a document's sentences say together, unlike each other, in its order.

    Those that have a ``sure`` span come before all others.
    """
    spans, opening = _candidates(lines, weighed)
    if not spans:
        return []
    text = lines.document.text
    held = [i for i, one in enumerate(spans) if any(one.start < each.end and each.start < one.end for each in sure)]
    found = inquiry.embedder.embed_passages([span.of(text) for span in spans])
    vectors = np.stack([one.vector for one in found])
    centre = vectors.mean(axis=0)
    worth = vectors @ (centre / max(float(np.linalg.norm(centre)), 1e-9)) + OPENING * opening
    worth -= REFERS * np.array([bool(_REFERS_BACK.match(fold(span.of(text)))) for span in spans], np.float32)
    asked = inquiry.question.embedding
    if asked is not None and count > 1:
        worth = worth + ASKED * (vectors @ asked.vector)
    return [claim(lines.document, spans[index]) for index in sorted(unlike(vectors, worth, count, held[:count]))]


def unlike(vectors: Vectors, worth: Vectors, count: int, held: Sequence[int] = ()) -> list[int]:
    """Those held, and the worthiest, each less what it is like one already chosen.

    Maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998).
    """
    chosen: list[int] = list(held)
    while len(chosen) < min(count, len(worth)):
        like = (vectors @ vectors[chosen].T).max(axis=1) if chosen else np.zeros(len(worth), np.float32)
        value = worth - DIVERSITY * like
        value[chosen] = -np.inf
        chosen.append(int(value.argmax()))
    return chosen


def _candidates(lines: Lines, most: int) -> tuple[list[Span], Vectors]:
    """Sentences that can stand for a document, in its order, and 1 for each that opens a section."""
    ranked: list[tuple[int, Span, float]] = []
    text, opens = lines.document.text, True
    for line in lines.lines:
        if line.kind == "heading":
            opens = True
        if line.kind not in ("text", "item", "lead"):
            continue
        for place, one in enumerate(sentences(line.span.of(text))):
            span = Span(one.start + line.start, one.end + line.start)
            said = span.of(text)
            width = len(said) + len(re.findall(f"[{HAN}]", said))
            if SHORTEST <= width <= WIDEST and not _ASKS_OR_POINTS.search(said) and not _MASTHEAD.match(said):
                ranked.append((place + (line.kind != "text"), span, float(opens and place == 0)))
                opens = False
    kept = sorted(sorted(ranked, key=lambda one: one[0])[:most], key=lambda one: one[1].start)
    return [span for _, span, _ in kept], np.array([opening for _, _, opening in kept], np.float32)
