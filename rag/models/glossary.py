"""A dictionary of Chinese and English: words to their translations, characters to their sounds, and back."""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import lru_cache

from rag.models.registry import read_weights

GLOSSARY = "glossary.tsv.gz"

FORMS = 8
"""Translations of a word that are kept, the likeliest first."""
LONGEST_WORD = 8
"""Characters of a Chinese word."""
LONGEST_PHRASE = 4
"""Words of an English one that carry content."""


class Glossary:
    """Looks words up. Keys are Simplified Chinese words, or English stems with spaces between.

    Lines of ``key TAB form;form;…`` in the order of their bytes are searched by halves: dicts of them would take ten
    times the memory, and longer to make than most questions take.
    """

    def __init__(self, lines: bytes) -> None:
        self._lines = lines.split(b"\n")

    def forms(self, key: str) -> tuple[str, ...]:
        """The translations of a word, the likeliest first; none where it is not known."""
        found = self._found(key)
        return tuple(found.split(";")) if found else ()

    def knows(self, key: str) -> bool:
        """Whether a word has a translation."""
        return bool(self._found(key))

    def readings(self, character: str) -> tuple[str, ...]:
        """The syllables that a Chinese character is read as: pinyin without tones."""
        return self.forms(f":{character}")

    def read_as(self, syllable: str) -> str:
        """The characters that are read so."""
        return self._found(f":{syllable}")

    def _found(self, key: str) -> str:
        start = f"{key}\t".encode()
        at = bisect_left(self._lines, start)
        line = self._lines[at] if at < len(self._lines) else b""
        return line[len(start) :].decode() if line.startswith(start) else ""


@lru_cache(maxsize=1)
def glossary() -> Glossary:
    """The one that ships.

    Raises:
        WeightsCorrupt, ModelError: its file is not the pinned one, or cannot be read.
    """
    return Glossary(gzip.decompress(read_weights(GLOSSARY)))


def longest_words(run: str, known: Callable[[str], bool]) -> Iterator[str]:
    """A run of Chinese characters cut into the longest known words, from the left; others stand alone."""
    at = 0
    while at < len(run):
        sizes = range(min(LONGEST_WORD, len(run) - at), 0, -1)
        size = next((size for size in sizes if known(run[at : at + size])), 1)
        yield run[at : at + size]
        at += size
