"""Checks the prose of a writer against the citations of an answer: what they do not support is struck."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.errors import WriterFailed
from rag.generation.attribution import Statement, is_refusal, statements
from rag.generation.writer import Writer
from rag.types import Answer, Citation
from rag.verification import verify
from rag.verification.roles import check_roles

COVERAGE = 0.9
"""The share of a sentence's words that its citations must have; a writer has nothing to add."""

_LEAD_IN = re.compile(
    r"(?:according to|as stated in) (?:the|this) (?:document|source|text|passage)s?,? "
    "|(?:根据|据|按照)[该本]?(?:文档|文件|原文|资料)[，,：:]?",
    re.IGNORECASE,
)
"""What a sentence may begin with that no source says."""

Similarity = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class Prose:
    """What is left of a draft."""

    text: str
    """Its supported sentences, each with its markers; "" where none is."""
    struck: tuple[str, ...]
    """The others, each with the reason."""


def in_prose(answer: Answer, writer: Writer, similarity: Similarity | None = None) -> Answer:
    """An answer with what a writer makes of its citations; as it was where it is a refusal or the writer fails.

    The writer and what went wrong with it stand in the receipt.
    """
    if answer.refused:
        return answer
    note = {"url": writer.url, "model": writer.model}
    try:
        draft = writer.write(answer.question, answer.language, [citation.sentence for citation in answer.citations])
    except WriterFailed as error:
        return replace(answer, receipt={**answer.receipt, "writer": note | {"problem": str(error)}})
    prose = checked(draft, answer, similarity)
    dropped, receipt = (*answer.dropped, *prose.struck), {**answer.receipt, "writer": note}
    return replace(answer, written=prose.text, dropped=dropped, receipt=receipt)


def checked(draft: str, answer: Answer, similarity: Similarity | None = None) -> Prose:
    """The sentences of a draft that the citations of an answer support, and those that they do not."""
    kept: list[str] = []
    struck: list[str] = []
    for statement in statements(draft):
        if is_refusal(statement.text):
            continue
        markers, reasons = _support(statement, answer.citations, similarity)
        if markers:
            kept.append(statement.text + "".join(f"[{marker}]" for marker in markers))
        else:
            struck.append(f"{statement.text} ({'; '.join(reasons)})")
    return Prose(("" if answer.language == "zh" else " ").join(kept), tuple(struck))


def _support(
    statement: Statement, citations: Sequence[Citation], similarity: Similarity | None
) -> tuple[list[int], tuple[str, ...]]:
    """The markers of the citations that support a sentence, tried as it cites them, then one by one; or the reasons."""
    cited = [citation for citation in citations if citation.marker in statement.cited]
    reasons: tuple[str, ...] = ("it cites nothing",)
    for tried in [cited, *([citation] for citation in citations if citation not in cited)]:
        if not tried:
            continue
        found = reasons_against(statement.text, [citation.sentence for citation in tried], similarity)
        if not found:
            return [citation.marker for citation in tried], ()
        reasons = found if tried is cited or not cited else reasons
    return [], reasons


def reasons_against(text: str, evidence: Sequence[str], similarity: Similarity | None) -> tuple[str, ...]:
    """Why texts do not support a sentence; empty where they do."""
    text = _LEAD_IN.sub("", text, count=1)
    verdict = verify(text, evidence, similarity=similarity, min_coverage=COVERAGE)
    return (*verdict.reasons, *check_roles(text, evidence))
