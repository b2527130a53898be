"""A coverage-guided run over the loaders and the normaliser: ``python -m tests.durability.fuzz -max_total_time=1200``.

Needs ``pip install atheris`` (not among our dependencies). What it finds goes to ``tests/durability/found/``, which
``test_found.py`` reads again and again.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["rag"]):
    from rag.errors import DocumentError
    from rag.loaders import FORMATS
    from rag.text import normalise, sentences, terms

SUFFIXES = sorted(FORMATS)


def one_input(data: bytes) -> None:
    """The first byte chooses the format; what a parser did not foresee is a finding, except of the packed formats,
    whose libraries may raise anything: ``load`` turns that into a reason."""
    suffix = SUFFIXES[data[0] % len(SUFFIXES)] if data else ".txt"
    try:
        lines = FORMATS[suffix](data[1:], f"a{suffix}").lines
    except DocumentError:
        return
    except Exception:
        if suffix not in {".docx", ".pdf"}:
            raise
        return
    text = "\n".join(lines)
    assert all(line == line.strip() for line in lines)
    found = normalise(text)
    assert len(found.offsets) == len(found.text) + 1
    assert all(text[span.start : span.end] for span in sentences(text))
    terms(text)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
