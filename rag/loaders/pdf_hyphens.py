"""Joins lines: a hyphen that belongs to a word stays, and Chinese gets no space that it has not within lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rag.text import HAN

_LAST_WORD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_CJK = "[\u2e80-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff“”‘’…—]"
_CJK_END, _CJK_START = re.compile(f"{_CJK}$"), re.compile(_CJK)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_TIGHT = re.compile(f"[{HAN}][0-9A-Za-z]|[0-9A-Za-z%][{HAN}]")
_FULL_WIDTH = re.compile(r"[\u3001-\u3003\u3008-\u3011\uff01-\uff0f\uff1a-\uff20]")
"""Signs that bring their own space."""
_LOOSE = re.compile(f"[{HAN}] [0-9A-Za-z]|[0-9A-Za-z%] [{HAN}]")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a document spells."""

    words: frozenset[str] = frozenset()
    """Those within its lines, lower case, with their hyphens."""
    tight: bool = False
    """Whether figures and Latin letters stand beside Chinese without a space."""

    @classmethod
    def of(cls, lines: Iterable[str]) -> Spelling:
        """That of a document's lines; what stands at their ends tells nothing."""
        words: set[str] = set()
        tight = loose = 0
        for line in lines:
            if line.isascii() or "-" in line:
                words.update(_WORD.findall(line.lower())[:-1])
            tight += len(_TIGHT.findall(line))
            loose += len(_LOOSE.findall(line))
        return cls(frozenset(words), tight > loose)


def glued(left: str, right: str, spelling: Spelling) -> tuple[str, str]:
    """What becomes of the end of ``left``, and what stands between it and ``right``."""
    if left.endswith("-") and right[:1].isalnum():
        return (left[:-1], "") if right[0].islower() and _divides(left, right, spelling.words) else (left, "")
    ends, starts = bool(_CJK_END.search(left)), bool(_CJK_START.match(right))
    between = left[-1:] + right[:1]
    tight = _FULL_WIDTH.search(between) or (spelling.tight and _TIGHT.fullmatch(between))
    return left, "" if (ends and starts) or tight else " "


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
