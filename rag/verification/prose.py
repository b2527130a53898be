"""Checks a sentence that a model wrote: everything that can be compared must agree."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verification.claims import Similarity, verify
from rag.verification.owners import check_owners
from rag.verification.roles import check_roles

COVERAGE = 0.9
"""The share of a sentence's words that its evidence must have; a model has nothing to add."""

_LEAD_IN = re.compile(
    r"(?:according to|as stated in) (?:the|this) (?:document|source|text|passage)s?,? "
    "|(?:根据|据|按照)[该本]?(?:文档|文件|原文|资料)[，,：:]?",
    re.IGNORECASE,
)
"""What a sentence may begin with that no source says."""


def reasons_against(text: str, evidence: Sequence[str], similarity: Similarity | None = None) -> tuple[str, ...]:
    """Why texts do not support a sentence; empty where they do.

    Numbers, dates, names, words and negation are compared, the order of names and numbers, and what a number
    belongs to.
    """
    text = _LEAD_IN.sub("", text, count=1)
    verdict = verify(text, evidence, similarity=similarity, min_coverage=COVERAGE)
    return (*verdict.reasons, *check_roles(text, evidence), *check_owners(text, evidence))
