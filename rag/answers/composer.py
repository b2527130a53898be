"""Turns a draft into an Answer: claims are checked, citations numbered, and framed in the question's language."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.question.analysis import Question
from rag.text import fold, in_script, language_of, sentence_around
from rag.types import Answer, Citation, Claim, Document, Draft, Evidence, Language, Part, Passage, Span
from rag.values import gloss
from rag.verification import reasons_against

REFUSAL: dict[Language, str] = {
    "zh": "文档中没有说明。",
    "en": "The documents do not say.",
}

UNSUPPORTED: dict[Language, str] = {
    "zh": "草稿中的说法在文档里都找不到依据。",
    "en": "No statement of the draft stands on the documents.",
}

NOT_ASKED: dict[Language, str] = {
    "zh": "这不是文档能回答的问题。请问文档里写了什么。",
    "en": "This asks nothing that documents could say. Ask what stands in them.",
}

FRAME: dict[Language, str] = {
    "zh": "文档原文（英文）：“{quote}”",
    "en": "The source says, in Chinese: “{quote}”",
}
"""What stands around a quote in the other language."""
AGAIN = "“{quote}”"
"""The same around further items of a list."""

_ENDED = re.compile(r"[.!?。！？…][\"'”’」』）)]*$")
_BETWEEN: dict[Language, tuple[str, str]] = {"zh": ("", "；"), "en": (" ", "; ")}
"""What stands between two statements: after a sentence, and after anything else."""

Similarity = Callable[[str, str], float]
"""Cosine of two texts, for checking claims across languages."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Turns drafts into answers over the documents that ``document`` looks up by path."""

    document: Callable[[str], Document | None]
    similarity: Similarity | None = None

    def compose(self, question: Question, draft: Draft, passages: Sequence[Passage], threshold: float) -> Answer:
        """The answer to show: verified claims with their citations, or a refusal.

        Claims that no cited span supports are moved to ``dropped``, each with the reason. Only frames, markers and
        glosses of values are added to the draft's own words.
        """
        language = question.answer_language
        citations: list[Citation] = []
        dropped: list[str] = []
        parts = tuple(self._part(question, part, threshold, citations, dropped) for part in draft.parts)
        if not parts:
            text, _ = self._said(draft, threshold, language, citations, dropped)
        elif all(part.refused for part in parts):
            text = ""
        else:
            text = "\n".join(f"- {_labelled(part.label, language)}{part.text}" for part in parts)
        if not text:
            confidence, reason = (0.0, UNSUPPORTED[language]) if dropped else (draft.confidence, draft.reason)
            return replace(refusal(question, reason, confidence, passages), dropped=tuple(dropped))
        return Answer(
            question=question.text,
            language=language,
            text=text,
            refused=False,
            confidence=round(draft.confidence, 4),
            citations=tuple(citations),
            passages=tuple(passages),
            dropped=tuple(dropped),
            kind=draft.kind,
            parts=parts,
            coverage=draft.coverage,
        )

    def _part(
        self, question: Question, part: Draft, threshold: float, citations: list[Citation], dropped: list[str]
    ) -> Part:
        """What is said of one part, or that the documents do not say it. Adds to ``citations`` and ``dropped``."""
        text, markers = self._said(part, threshold, question.answer_language, citations, dropped)
        refused = in_script(REFUSAL[question.answer_language], question.script)
        return Part(part.label, text or refused, markers, not text)

    def _said(
        self, draft: Draft, threshold: float, language: Language, citations: list[Citation], dropped: list[str]
    ) -> tuple[str, tuple[int, ...]]:
        """What a draft says, and its markers; "" where it is unsure or no claim stands.

        Adds to ``citations`` and ``dropped``.
        """
        if draft.confidence < threshold:
            return "", ()
        used: dict[int, None] = {}
        statements: list[tuple[str, str]] = []
        frame = FRAME[language]
        for claim in draft.claims:
            cited = [found for evidence in claim.evidence if (found := self._cite(evidence))]
            if reasons := self._against(claim, cited):
                dropped.append(f"{claim.text} ({'; '.join(reasons)})")
                continue
            markers = [_number(citation, citations) for citation in cited]
            used |= dict.fromkeys(markers)
            stated = _stated(claim.text, cited, language, frame)
            if draft.form == "bullets" and stated != claim.text:
                frame = AGAIN
            said = _labelled(claim.label, language) + stated
            said += _dated(cited, language) if draft.differing else ""
            statements.append((said, "".join(f"[{marker}]" for marker in markers)))
        return (_formed(statements, draft, language) if statements else ""), tuple(used)

    def _cite(self, evidence: Evidence) -> Citation | None:
        """A citation whose quote is what stands in the document, or None where the span is not in it."""
        document = self.document(evidence.document)
        if document is None or not 0 <= evidence.start < evidence.end <= len(document.text):
            return None
        span = Span(evidence.start, evidence.end)
        around = sentence_around(document.text, span)
        page = document.outline.page_at(span.start)
        return Citation(
            marker=0,
            document=document.path,
            title=document.title,
            date=document.date,
            source=document.source,
            start=span.start,
            end=span.end,
            quote=span.of(document.text),
            sentence=around.of(document.text),
            lead=span.start - around.start,
            page=page.number if page else None,
            unit=page.unit if page else "page",
            by_machine=bool(page and page.by_machine),
            row=_row(document, span.start),
        )

    def _against(self, claim: Claim, cited: Sequence[Citation]) -> tuple[str, ...]:
        """Why a claim does not stand on what it cites; a quotation does."""
        if cited and fold(claim.text) == fold(" ".join(citation.quote for citation in cited)):
            return ()
        return reasons_against(claim.text, [citation.sentence for citation in cited], self.similarity)


def _row(document: Document, position: int) -> str:
    """The number of the sheet's row that a character stands in."""
    blocks = document.outline.blocks
    index = bisect_right(blocks, position, key=lambda block: block.start) - 1
    return blocks[index].label if index >= 0 and blocks[index].kind == "row" else ""


def refusal(question: Question, reason: str | None, confidence: float, passages: Sequence[Passage]) -> Answer:
    """The answer "the documents do not say", in the question's language and script, with the nearest passages."""
    language = question.answer_language
    text = in_script(REFUSAL[language], question.script)
    return Answer(
        question=question.text,
        language=language,
        text=text,
        refused=True,
        confidence=round(confidence, 4),
        reason=in_script(reason, question.script) if reason else text,
        passages=tuple(passages),
        kind=question.kind,
    )


def small_talk(question: Question) -> Answer:
    """The refusal of a greeting, thanks and the like."""
    return refusal(question, NOT_ASKED[question.answer_language], 0.0, ())


def _number(citation: Citation, citations: list[Citation]) -> int:
    """The number of a citation; a span that was cited before keeps its number."""
    for known in citations:
        if (known.document, known.start, known.end) == (citation.document, citation.start, citation.end):
            return known.marker
    citations.append(replace(citation, marker=len(citations) + 1))
    return len(citations)


def _stated(text: str, cited: Sequence[Citation], language: Language, frame: str) -> str:
    """The claim as it is shown; framed and glossed if it is in the other language."""
    quoted = [citation.sentence for citation in cited if citation.quote == text]
    if not quoted or language_of(quoted[0]) == language:  # 13.5% alone is of no language, its sentence is
        return text
    glossed = gloss(text, language)
    note = {"zh": f"（{glossed}）", "en": f" ({glossed})"}[language] if glossed else ""
    return frame.format(quote=text) + note


def _labelled(label: str, language: Language) -> str:
    """A label as it stands before what is said of it; nothing where there is none."""
    return label + {"zh": "：", "en": ": "}[language] if label else ""


def _dated(cited: Sequence[Citation], language: Language) -> str:
    """The dates of the documents, in brackets; nothing where none is known."""
    dates = ", ".join(dict.fromkeys(citation.date for citation in cited if citation.date))
    return {"zh": f"（{dates}）", "en": f" ({dates})"}[language] if dates else ""


def _formed(statements: Sequence[tuple[str, str]], draft: Draft, language: Language) -> str:
    """Statements under the draft's frame: in a row, or each on its own line."""
    if draft.form == "sentences":
        between = "" if language == "zh" or not draft.frame else " "
        return f"{draft.frame}{between}{_joined(statements, language)}"
    lines = [f"- {said}{markers}" for said, markers in statements]
    return "\n".join([draft.frame, *lines] if draft.frame else lines)


def _joined(statements: Sequence[tuple[str, str]], language: Language) -> str:
    """Statements, each followed by its markers, in a row; those that are no sentences with semicolons between."""
    row = "".join(said + markers + _BETWEEN[language][not _ENDED.search(said)] for said, markers in statements[:-1])
    return row + "".join(statements[-1])
