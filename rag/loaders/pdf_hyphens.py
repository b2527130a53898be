"""Joins the halves of a line broken at a hyphen: a hyphen that belongs to the word stays."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

_LAST_WORD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_CJK = "[\u2e80-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff“”‘’…—]"
_CJK_END, _CJK_START = re.compile(f"{_CJK}$"), re.compile(_CJK)


def glued(left: str, right: str, written: frozenset[str] = frozenset()) -> tuple[str, str]:
    """What becomes of the end of ``left``, and what stands between it and ``right``.

    ``written`` are the words that the document has elsewhere, lower case, with their hyphens.
    """
    if left.endswith("-") and right[:1].isalnum():
        return (left[:-1], "") if right[0].islower() and _divides(left, right, written) else (left, "")
    if _CJK_END.search(left) and _CJK_START.match(right):
        return left, ""
    return left, " "


def _divides(left: str, right: str, written: frozenset[str]) -> bool:
    last, first = _LAST_WORD.search(left), _FIRST_WORD.match(right)
    if not last or not first:
        return False
    whole = last[1].lower()
    before, after = whole.rpartition("-")[2], first[0].lower()
    if before + after in written or f"{whole}-{after}" in written:
        return f"{whole}-{after}" not in written
    known = _words()
    if before + after in known:
        return True
    return not (before in known and after in known and len(before) > 1) and "-" not in whole


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """The 30,000 most common English words; see the first line of the file."""
    text = files(__package__).joinpath("english_words.txt").read_text(encoding="ascii")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))
