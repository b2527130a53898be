"""Finds the column of a table that a question asks for, by the words of the columns' names or by what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.text import fold, terms
from rag.types import Embedder

_NAMED = 0.5
"""The share of a column's name that a question has at least."""
_CLEARER = 0.15
"""How much more it has of it than of any other column's."""
_MEANT, _MEANT_CLEARER = 0.5, 0.2
"""The same of what the names mean: cosine and coverage by the parts of the question together, in [-1, 2]."""
_BRACKETS = re.compile(r"[（(\[【].*?[)）\]】]")
_KINDS = (
    (r"谁|叫什么|什么名字|\bwho\b|\bwhat is the name\b", r"姓名|名字|人$|员$|\bname\b|person|\bowner\b|in charge"),
    (r"多少钱|什么价|价钱|\bhow much\b|\bprice\b|\bcost\b", r"价|费|金额|\bprice\b|\bfee\b|\bcost\b|\brate\b|amount"),
    (r"几点|什么时候|何时|哪一?[年天日]|哪个?月|\bwhen\b", r"时间|日期|年份|年度|\btime\b|\bdate\b|\byear\b|\bday\b"),
    (
        r"在哪|哪里|哪儿|什么地方|\bwhere\b",
        r"地[点址方]|产地|位置|所在|\bplace\b|location|address|\bcity\b|origin|\broom\b",
    ),
    (r"多重|\bhow heavy\b|\bweighs?\b", r"重量?|weight"),
    (r"多长|\bhow long\b", r"长度?|时长|期限|length|duration"),
    (r"多高|\bhow (?:high|tall)\b", r"高度?|身高|height"),
    (r"电话|怎么联系|\bphone\b|\bcall\b", r"电话|手机|联系方式|phone|telephone|\bext"),
)
"""What asks for a column by its kind, and what such columns are called."""


def asked_for(names: Mapping[int, str], rest: str, embedder: Embedder | None) -> tuple[int | None, bool]:
    """The column that the folded rest of a question asks for, and whether only the meaning of its name tells.

    None where that is not clear.
    """
    shares = {column: _share(name, rest) for column, name in names.items()}
    best = _clearest(shares, _NAMED, _CLEARER)
    if best is not None or not (embedder and names and rest.strip()):
        return best, False
    meanings = _meanings(names, rest, embedder)
    return _clearest({c: shares[c] + meanings[c] for c in names}, _MEANT, _MEANT_CLEARER), True


def _clearest(scores: Mapping[int, float], least: float, clearer: float) -> int | None:
    """The column with the best score, where that is high enough and far enough above the next."""
    best = max(scores, key=lambda column: scores[column], default=None)
    if best is None:
        return None
    second = max((score for column, score in scores.items() if column != best), default=0.0)
    return best if scores[best] >= least and scores[best] - second >= clearer else None


def _meanings(names: Mapping[int, str], rest: str, embedder: Embedder) -> dict[int, float]:
    """How near what each column is called is to what is asked, in either language."""
    asked = embedder.embed_question(rest.strip())
    found = embedder.embed_passages(list(names.values()))
    return {c: asked.cosine(one) + one.coverage(asked) for c, one in zip(names, found, strict=True)}


def _share(name: str, question: str) -> float:
    """How much of a column's name the question has: of the parts of a grouped one, the mean; or 0.6 for its kind."""
    folded = fold(name)
    parts = [part for part in re.split(r"[\s/]+", _BRACKETS.sub(" ", folded)) if part] or [folded]
    share = sum(_part_share(part, question) for part in parts) / len(parts)
    return max(share, 0.6 if is_of_kind(folded, question) else 0.0)


def is_of_kind(name: str, question: str) -> bool:
    """Whether a folded question asks for what columns, or labels, of such a name tell: "how heavy" for the weight."""
    return any(re.search(asks, question) and re.search(called, name) for asks, called in _KINDS)


def _part_share(part: str, question: str) -> float:
    if part.isascii():
        return float(bool(set(terms(part)) & set(terms(question))))
    longest = max(
        (n for n in range(1, len(part) + 1) for i in range(len(part) - n + 1) if part[i : i + n] in question), default=0
    )
    return longest / len(part) if longest > 1 or len(part) == 1 else 0.0
