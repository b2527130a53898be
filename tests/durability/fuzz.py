"""A coverage-guided run over the loaders and the normaliser: ``python -m tests.durability.fuzz -max_total_time=1200``.

Needs ``pip install atheris`` (not among our dependencies); takes libFuzzer's options. It starts from the files of
``tests/durability/found/``, and goes on after a finding, which becomes one more file there.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import traceback
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["rag", "markdown_it", "frontmatter", "yaml"]):
    from tests.durability.foreseen import FOUND, SUFFIXES, check, found

CORPUS = Path(tempfile.gettempdir()) / "yinju-fuzz"
"""Where inputs that reach something new are kept for the next run."""

OPTIONS = (f"-artifact_prefix={FOUND}/", "-timeout=120", "-rss_limit_mb=4096", "-max_len=2048")

_known: set[tuple[str, str]] = set()


def one_input(data: bytes) -> None:
    """The first byte chooses the format."""
    suffix = SUFFIXES[data[0] % len(SUFFIXES)] if data else ".txt"
    try:
        check(suffix, data[1:])
    except Exception as error:
        keep(suffix, data[1:], error)


def keep(suffix: str, data: bytes, error: Exception) -> None:
    """A finding becomes a file, once for each line that raises it."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    if (name := (type(error).__name__, f"{where.filename}:{where.lineno}")) not in _known:
        _known.add(name)
        (FOUND / f"{name[0]}-{hashlib.sha256(data).hexdigest()[:8]}{suffix}").write_bytes(data)
        print("FOUND", *name, error, file=sys.stderr, flush=True)


def start() -> None:
    """Write the inputs to start from into the corpus."""
    CORPUS.mkdir(exist_ok=True)
    for suffix, data in found():
        seed = bytes([SUFFIXES.index(suffix)]) + data
        (CORPUS / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


if __name__ == "__main__":
    start()
    atheris.Setup([sys.argv[0], *OPTIONS, *sys.argv[1:], str(CORPUS)], one_input)
    atheris.Fuzz()
