"""A plan for questions about the documents themselves: which there are, which mention something, the newest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from rag.answers.claims import claim
from rag.answers.plan import SURE, Inquiry
from rag.question.mentions import names_in, simplified
from rag.text import HAN, fold, language_of, sentence_around
from rag.types import Claim, Coverage, Document, DocumentInfo, Draft, Span
from rag.values.places import names_of

SHOWN = 20
"""Documents that are named."""
BEFORE = 30
"""Characters before brackets in which the name is looked for that they tell in the other language."""
SOUGHT = 100
"""Passages among which documents are looked for that mention something."""

CALLED = 400
"""Names in the other language that one is compared with."""
LIKE, CLEARER = 0.47, 0.05
"""The least cosine of two names of one thing, and how far it is above the next: set by eye on a dozen names, of which
about half reach it with their own counterpart and none with another's."""

_PIECE = re.compile(rf"(?<=[、，,。])[{HAN}]{{2,6}}(?=[、，,。等])")
"""What stands alone in a row of things."""
_ABOUT = re.compile(
    r"(?:提到|提及|谈到|说到|讲到|涉及|讨论|关于|有关|介绍|写到|包含)(?:了|过)?(?P<zh>[^?？。，,的呢]{1,40})"
    r"|\b(?:mention(?:s|ing)?|talks? about|discuss(?:es)?|covers?|refers? to|speaks? (?:of|about)|deals? with"
    r"|contains?|(?:is |are )?about|on)\s+(?P<en>[^?.!]{2,60})",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"(?:^|[^{HAN}])([{HAN}]{{2,8}})$")
"""A short run of Chinese before brackets is a name as a whole."""
_NEWEST = re.compile(r"最新|最近|\b(?:newest|latest|most recent)\b")
_OLDEST = re.compile(r"最早|最旧|\b(?:oldest|earliest)\b")


def shelf(inquiry: Inquiry) -> Draft | None:
    """The documents that are meant, each by its title, with the sentence that mentions what was asked about."""
    known = inquiry.shelf.documents()
    asked = inquiry.question.text
    folded = fold(asked)
    about = _ABOUT.search(asked)
    if about:
        return _mentioning(inquiry, (about["zh"] or about["en"]).strip(" “”\"'「」《》"), known)
    if _NEWEST.search(folded) or _OLDEST.search(folded):
        dated = sorted((one for one in known if one.date), key=lambda one: one.date or "")
        if not dated:
            return None
        known = [dated[-1] if _NEWEST.search(folded) else dated[0]]
        return _titles(inquiry, known, "")
    return _titles(inquiry, known, inquiry.said(f"共有 {len(known)} 份文档：", f"{len(known)} documents:"))


def _titles(inquiry: Inquiry, known: Sequence[DocumentInfo], frame: str) -> Draft | None:
    claims = []
    for one in known[:SHOWN]:
        document = inquiry.shelf.document(one.path)
        if document and document.text.strip():
            claims.append(_title(inquiry, document))
    if not claims:
        return None
    coverage = Coverage(len(claims), len(known))
    return Draft(tuple(claims), SURE, form="bullets", frame=frame, differing=True, coverage=coverage, kind="shelf")


def _title(inquiry: Inquiry, document: Document) -> Claim:
    """A document by its title, quoted where the text says it; else told by us, before the first line of the text."""
    at = document.text.find(document.title) if document.title else -1
    if at >= 0:
        return claim(document, Span(at, at + len(document.title)))
    first = re.search(r"\S(?:[^\r\n]{0,119}[^\r\n\s])?", document.text)
    file = PurePosixPath(document.path).name
    told = document.title and document.title not in (file, PurePosixPath(file).stem)
    label = inquiry.said(f"{document.title}（{file}）", f"{document.title} ({file})") if told else file
    return replace(claim(document, Span(*first.span()) if first else Span(0, 0)), label=label)


def _mentioning(inquiry: Inquiry, name: str, known: Sequence[DocumentInfo]) -> Draft | None:
    """The documents that have a name in their text, in either language, counted and listed."""
    documents = _sought(inquiry, [name], known)
    others = sorted({*names_of(name), *(other for one in documents for other in other_names(one.text, name))})
    if others and len(known) > SOUGHT:
        documents = _sought(inquiry, [name, *others], known)
    other = None
    if not others and (other := like_name(inquiry, name, documents)):
        others = [other]
    claims = [found for one in documents if (found := _first(one, (name, *others)))]
    if not claims:
        return None
    name = f"{name} ({other})" if other else name
    mention = "document mentions" if len(claims) == 1 else "documents mention"
    frame = inquiry.said(f"共有 {len(claims)} 份文档提到“{name}”：", f"{len(claims)} {mention} “{name}”:")
    coverage = Coverage(len(claims[:SHOWN]), len(claims))
    return Draft(tuple(claims[:SHOWN]), SURE, form="bullets", frame=frame, coverage=coverage, kind="shelf")


def _sought(inquiry: Inquiry, names: Sequence[str], known: Sequence[DocumentInfo]) -> list[Document]:
    """The documents that may have a name: all of a small shelf, of a larger one those that are found by it."""
    paths = [one.path for one in known]
    if len(known) > SOUGHT:
        asked = [inquiry.about(name, ()).question for name in names]
        paths = sorted({one.chunk.document for each in asked for one in inquiry.shelf.search(each, SOUGHT)})
    return [document for path in paths if (document := inquiry.shelf.document(path))]


def other_names(text: str, name: str) -> set[str]:
    """What a text calls a name in the other language: in brackets behind it, or before the brackets it stands in."""
    plain, own = simplified(text), _pattern(name)
    behind = re.finditer(rf"{own}\s?[（(](?P<other>[^()（）,，;；]{{2,40}})", plain, re.IGNORECASE)
    found = {text[slice(*match.span("other"))].strip() for match in behind}
    for match in re.finditer(rf"\s?[（(]\s?{own}\s?[）),，]", plain, re.IGNORECASE):
        before = text[max(match.start() - BEFORE, 0) : match.start()]
        found |= {one.text for one in names_in(before) if one.end == len(before)} | set(_ALONE.findall(before))
    return {one for one in found if language_of(one) != language_of(name) and not re.search(r"\d", one)}


def like_name(inquiry: Inquiry, name: str, documents: Sequence[Document]) -> str | None:
    """What documents in the other language call a name, as far as its embedding tells: Alibaba and 阿里巴巴."""
    said: dict[str, None] = {}
    for one in documents:
        if one.language != language_of(name):
            said |= dict.fromkeys(found.text for found in names_in(one.text))
            said |= dict.fromkeys(_PIECE.findall(one.text))
    texts = [text for text in said if language_of(text) != language_of(name)][:CALLED]
    asked, *found = inquiry.embedder.embed_passages([name, *texts])
    scores = sorted(((asked.cosine(one), text) for one, text in zip(found, texts, strict=True)), reverse=True)
    likely = [text for score, text in scores if score >= LIKE and score > scores[0][0] - CLEARER]
    shortest = min(likely, key=len, default="")
    return shortest if shortest and all(shortest in text for text in likely) else None


def _pattern(name: str) -> str:
    """A name in either Chinese script; in Latin letters as whole words."""
    border = r"(?<![A-Za-z0-9])" if name[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if name[-1].isascii() else ""
    return border + re.escape(simplified(name)) + after


def _first(document: Document, names: Sequence[str]) -> Claim | None:
    """The sentence that first says one of some names."""
    match = re.search("|".join(_pattern(name) for name in names), simplified(document.text), re.IGNORECASE)
    return claim(document, sentence_around(document.text, Span(*match.span()))) if match else None
