"""Plans for several questions in one, and for two sides of a comparison: each is answered or refused by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from rag.answers.claims import claim
from rag.answers.plan import SURE, Inquiry, together
from rag.answers.sidewise import weighed
from rag.answers.table import LIKELY, cell_beside
from rag.answers.versions import alike, version
from rag.question.clauses import clauses_of
from rag.question.sides import Side, sides_of, tells_difference
from rag.question.sought import covers
from rag.question.versions import asked_of_each
from rag.text import language_of, question_terms, terms
from rag.types import Claim, Draft, Passage

SOUGHT = 50
"""Passages among which those of one side are looked for."""
SIBLINGS = 0.7
"""How alike the titles of two documents are that may be compared."""


def compound(inquiry: Inquiry) -> Draft | None:
    """Answers each of several questions, from the passages for all of them or else from its own."""
    clauses = clauses_of(inquiry.question.text)
    if len(clauses) < 2:
        return None
    parts: list[Draft] = []
    for clause in clauses:
        asked = inquiry.about(clause, inquiry.passages)
        part = asked.plan()
        if parts and (part.confidence < inquiry.threshold or part.claims == parts[0].claims):
            part = _beside(asked, parts[0]) or part
        parts.append(replace(part, label=clause.strip(" ?？")))
    return together(parts, "compound")


def _beside(inquiry: Inquiry, first: Draft) -> Draft | None:
    """The cell that a later question asks for in the row that answers the first; None where that is not clear."""
    if len(first.claims) != 1 or first.confidence < inquiry.threshold:
        return None
    evidence = first.claims[0].evidence[0]
    document = inquiry.shelf.document(evidence.document)
    cell = cell_beside(inquiry.question, evidence, document, inquiry.embedder) if document else None
    return Draft((claim(document, cell),), min(first.confidence, LIKELY)) if document and cell else None


def compare(inquiry: Inquiry) -> Draft | None:
    """Both sides of a comparison, each read from the passages for it; two versions of a document as versions."""
    sides = sides_of(inquiry.question.text)
    if len(sides) < 2:
        of_each = asked_of_each(inquiry.question.text)
        return version(inquiry) if of_each != inquiry.question.text else _by_document(inquiry)
    one, other = sides
    first, second = _side(inquiry, one, other), _side(inquiry, other, one)
    if first.claims and first.claims == second.claims:
        first, second = _of_side(inquiry, first, one, other), _of_side(inquiry, second, other, one)
    if tells_difference(inquiry.question.text):
        first, second = _introduced(inquiry, first, one), _introduced(inquiry, second, other)
    return together(weighed(inquiry, [first, second]), "compare")


def _introduced(inquiry: Inquiry, part: Draft, side: Side) -> Draft:
    """A side of which nothing but what it is was asked: a sentence with its name tells that."""
    named = part.claims and all(_names(inquiry, claim, side) for claim in part.claims)
    return replace(part, confidence=max(part.confidence, SURE)) if named else part


def _side(inquiry: Inquiry, side: Side, other: Side) -> Draft:
    """What is said of one side, read from the passages that have most of what tells it from the other.

    Those in the other language too, where a name is written otherwise.
    """
    asked = inquiry.about(side.question, ())
    wanted, rest = own_terms(side, other), own_terms(other, side)
    found = inquiry.shelf.search(asked.question, SOUGHT)
    if own := of_side(found, wanted):
        found = own
    else:
        found = [one for one in found if not _telling(rest & _named_by(one), rest)] or found
        named = [len(wanted & frozenset(terms(_said_with(one)))) for one in found]
        most = max(named, default=0)
        found = [one for one, count in zip(found, named, strict=True) if count == most or _foreign(one, side)]
    return replace(replace(asked, passages=found[: len(inquiry.passages)]).plan(), label=side.label)


def own_terms(side: Side, other: Side) -> frozenset[str]:
    """The words that tell one side from the other."""
    return frozenset(terms(side.label)) - frozenset(terms(other.label))


def of_side(found: Sequence[Passage], wanted: frozenset[str]) -> list[Passage]:
    """The passages of the documents whose names have most of what tells a side from the other; none where none has."""
    said = [len(_telling(wanted & _named_by(one), wanted)) for one in found]
    most = max(said, default=0)
    return [one for one, count in zip(found, said, strict=True) if count == most] if most else []


def _telling(said: frozenset[str], wanted: frozenset[str]) -> frozenset[str]:
    """What a name has of a side; nothing where that is a short number alone, which stands for many things."""
    return said if said == wanted or any(len(one) > 3 or not one.isdigit() for one in said) else frozenset()


def _named_by(passage: Passage) -> frozenset[str]:
    return frozenset(terms(f"{passage.chunk.title}\n{PurePosixPath(passage.chunk.document).stem}"))


def _foreign(passage: Passage, side: Side) -> bool:
    return passage.chunk.language != language_of(side.label)


def _said_with(passage: Passage) -> str:
    """A passage's words, with its headings, and the title and file name of its document."""
    chunk = passage.chunk
    return f"{chunk.context}\n{chunk.text}\n{chunk.title}\n{PurePosixPath(chunk.document).stem}"


def _of_side(inquiry: Inquiry, part: Draft, side: Side, other: Side) -> Draft:
    """What is told of a side, where both have the same answer: the claims that name it, or that name not the other.

    Refused where all or none do: nothing tells then which side they are of.
    """
    own = [one for one in part.claims if _names(inquiry, one, side)]
    rest = [one for one in part.claims if not _names(inquiry, one, other)]
    return replace(part, claims=tuple(own or (rest if len(rest) < len(part.claims) else ())))


def _names(inquiry: Inquiry, one: Claim, side: Side) -> bool:
    """Whether the line of a claim, or its document's name, has the words of a side."""
    evidence = one.evidence[0]
    lines = inquiry.lines(evidence.document)
    line = lines.text(lines.at(evidence.start)) if lines else ""
    title = lines.document.title if lines else ""
    near = frozenset(terms(f"{line}\n{title}\n{PurePosixPath(evidence.document).stem}"))
    return covers(near, frozenset(question_terms(side.label)))


def _by_document(inquiry: Inquiry) -> Draft | None:
    """The sides of a comparison that names none: the two best documents whose titles are much alike."""
    first, second = siblings(inquiry.passages)
    if not (first and second):
        return None
    parts = []
    for own in (first, second):
        read = replace(inquiry, passages=own, cache={})
        parts.append(replace(read.fact(), label=own[0].chunk.title))
    return together(weighed(inquiry, parts), "compare")


def siblings(passages: Sequence[Passage]) -> tuple[list[Passage], list[Passage]]:
    """The passages of the best document, and of the best other one with a title like it."""
    own = [one for one in passages if one.chunk.document == passages[0].chunk.document] if passages else []
    others = (one.chunk for one in passages if own and one.chunk.document != own[0].chunk.document)
    other = next((one for one in others if alike(one.title, own[0].chunk.title, SIBLINGS)), None)
    return own, [one for one in passages if other and one.chunk.document == other.document]
