"""An answer and the ways to state a fact to whether it states it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text import fold, has_words
from rag.values import Value, covers, same, values_in, without

_COMPARATOR_WORDS = re.compile(
    r"\b(?:about|around|approximately|roughly|some|nearly|almost|more than|over|at least|up to|less than|under|in|on"
    r"|the|of|or)\b"
    "|大约|约|近|将近|接近|超过|逾|至少|最多|不到|左右|以上|以下|多|于|在|的",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?<=\d)\s*(?:至|到|to|until|–|—|~|～)\s*(?=\d)")
"""What stands between the ends of a range: 15:00至23:30 is 15:00-23:30."""
_BORDER = "(?:(?<![a-z0-9])|(?<![a-z])(?=[a-z])|(?<![0-9.])(?=[0-9])|(?![a-z0-9]))"
_END = "(?:(?![a-z0-9])|(?<![a-z0-9])|(?<=[a-z])(?:'?s|es)(?![a-z])|(?<=[0-9])(?![0-9]|[.,][0-9]))"


def matches_fact(answer: str, alternatives: Sequence[str]) -> bool:
    """Whether an answer states a fact in any of the ways given.

    A way that is nothing but a value (8.38 million square feet) is found by value, in either language; any other by
    its folded characters, spaces and punctuation apart, at the borders of Latin words and numbers.
    """
    found = values_in(answer)
    return any(_matches(answer, found, alternative) for alternative in alternatives if has_words(alternative))


def _matches(answer: str, found: Sequence[Value], alternative: str) -> bool:
    values = values_in(alternative)
    if len(values) == 1 and not has_words(_COMPARATOR_WORDS.sub("", without(alternative, values))):
        return any(same(values[0], value) or covers(values[0], value) for value in found)
    return _contains(answer, alternative)


def _contains(text: str, part: str) -> bool:
    """Whether the folded letters, ideographs and digits of ``part`` stand in a row in the text, whole words only."""
    text, part = (_RANGE.sub("-", fold(one)) for one in (text, part))
    pieces = re.findall(r"[a-zà-ɏ]+|[0-9]+(?:[.,][0-9]+)*|[^\W_]", part)
    between = r"(?:(?<![0-9])|(?![0-9]))[\W_]*"
    pattern = between.join(re.escape(piece) for piece in pieces)
    return bool(pieces) and re.search(_BORDER + pattern + _END, text) is not None
