"""Puts a writer's prose beside an answer: what the answer's citations do not support is struck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.errors import WriterFailed
from rag.generation.attribution import Similarity, Source, Statement, attribute
from rag.generation.writing import Writer
from rag.text import question_terms
from rag.types import Answer, Citation, Evidence
from rag.verification import reasons_against


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
    note = {"id": writer.id}
    try:
        written = writer.write(answer.question, answer.language, [citation.sentence for citation in answer.citations])
    except WriterFailed as error:
        return replace(answer, receipt={**answer.receipt, "writer": note | {"problem": str(error)}})
    prose = checked(written.statements(), answer, similarity)
    dropped, receipt = (*answer.dropped, *prose.struck), {**answer.receipt, "writer": note}
    return replace(answer, written=prose.text, dropped=dropped, receipt=receipt)


def checked(said: Sequence[Statement], answer: Answer, similarity: Similarity | None = None) -> Prose:
    """The statements that the citations of an answer support, and those that they do not."""
    cited = {_place(citation): citation for citation in answer.citations}
    sources = [Source.of(citation.marker, citation.sentence, place) for place, citation in cited.items()]
    kept: list[str] = []
    struck: list[str] = []
    for claim in attribute(said, question_terms(answer.question), sources, similarity):
        found = [cited[place] for place in claim.evidence]
        reasons = reasons_against(claim.text, [citation.sentence for citation in found], similarity)
        if reasons:
            struck.append(f"{claim.text} ({'; '.join(reasons)})")
        else:
            kept.append(claim.text + "".join(f"[{citation.marker}]" for citation in found))
    return Prose(("" if answer.language == "zh" else " ").join(kept), tuple(struck))


def _place(citation: Citation) -> Evidence:
    return Evidence(citation.document, citation.start, citation.end)
