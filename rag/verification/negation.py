"""Compares the clauses of a claim and of its evidence: what one denies, the other must deny."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.text import ENGLISH_STOPWORDS, fold, has_words, terms
from rag.values import Value, agrees, values_in

NO_NEGATION = re.compile(
    "不断|不仅|不但|不同|不少|不久|不过|不论|不管|不错|不足|不到|不超过|不低于|不多于|差不多|不得不|不禁|不动产|不锈钢|不乏|不难|不妨|不止|不只|不惜"
    "|无论|无人机|无线|无限|无数|无不|非常|非洲|非凡|除非|无非|未来|未免|是不是|能不能|有没有|会不会"
    r"|\bnot only\b|\bno (?:more|less|fewer|longer) than\b|\bno doubt\b|\bnot (?:more|less) than\b|\bno\. ?[0-9]",
    re.IGNORECASE,
)
"""Expressions that contain a negative word but deny nothing."""

_NEGATION = re.compile(
    "没有|[不没未无]|非(?!牟利|营利|盈利|政府|物质|机动)|否认|拒绝|"
    r"\b(?:not|no|never|without|neither|nor|cannot|none|nobody|nothing|unable)\b|n['’]t\b"
    r"|\b(?:denie[sd]|deny|refuse[sd]?|fail(?:s|ed)? to)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile("[，；。！？：\n]|[,;:!?](?![0-9])|\\.(?=\\s|$)")
STOP_TERMS = frozenset(term for word in ENGLISH_STOPWORDS for term in terms(word))


def check_negation(claim: str, evidence: Sequence[str], reference_year: int | None) -> list[str]:
    """Whether each clause of the claim is negated just as the clauses of the evidence that it stands on are."""
    sources = [_Clause.of(clause, reference_year) for text in evidence for clause in _clauses(text)]
    reasons: list[str] = []
    for clause in (_Clause.of(text, reference_year) for text in _clauses(claim)):
        shared = [clause.shared(source) for source in sources]
        most = max(shared)
        nearest = [source for source, count in zip(sources, shared, strict=True) if count >= 0.8 * most]
        if any(bool(source.negations) == bool(clause.negations) for source in nearest):
            continue
        if clause.negations:
            reasons.append(f"the claim says '{clause.negations[0]}' and the evidence does not")
        else:
            reasons.append(f"the evidence says '{nearest[0].negations[0]}' and the claim does not")
    return reasons


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause's terms and values, by which two clauses are compared."""

    terms: frozenset[str]
    values: tuple[Value, ...]
    negations: tuple[str, ...]

    @classmethod
    def of(cls, text: str, reference_year: int | None) -> _Clause:
        plain = NO_NEGATION.sub(" ", fold(text))
        negations = tuple(match.group() for match in _NEGATION.finditer(plain))
        return cls(frozenset(terms(text)) - STOP_TERMS, tuple(values_in(text, reference_year)), negations)

    def shared(self, source: _Clause) -> int:
        """Terms in common, a value counting as two."""
        values = sum(any(agrees(mine, theirs) for theirs in source.values) for mine in self.values)
        return len(self.terms & source.terms) + 2 * values


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE_END.split(text) if has_words(clause)]
