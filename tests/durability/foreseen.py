"""A file's bytes to what must hold of the text read from them; whatever a parser did not foresee is a finding."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rag.errors import DocumentError
from rag.loaders import FORMATS, PACKED
from rag.text import normalise, sentences, terms

FOUND = Path(__file__).with_name("found")
"""Small files of every format, and what fuzzing found: the inputs it starts from, and that are read by a test."""

SUFFIXES = sorted(FORMATS)


def check(suffix: str, data: bytes) -> None:
    """Read a file of one format, and what its text is made into.

    Raises:
        Exception: the parser's, or AssertionError, where something was not foreseen.
    """
    try:
        lines = FORMATS[suffix](data, f"a{suffix}").lines
    except DocumentError:
        return
    except Exception:
        if suffix not in PACKED:
            raise
        return
    assert all(line == line.strip() and "\n" not in line for line in lines)
    text = "\n".join(lines)
    found = normalise(text)
    assert len(found.offsets) == len(found.text) + 1
    assert all(text[span.start : span.end] for span in sentences(text))
    terms(text)


def found() -> Iterator[tuple[str, bytes]]:
    """The endings and bytes of the files of ``FOUND``."""
    for file in sorted(FOUND.iterdir()):
        yield file.suffix, file.read_bytes()
