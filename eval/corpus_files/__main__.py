"""``python -m eval.corpus_files``: writes the files of ``eval/corpus/c`` anew from their sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from eval.corpus_files.book import epub
from eval.corpus_files.mail import eml
from eval.corpus_files.opendocument import odt
from eval.corpus_files.paper import pdf
from eval.corpus_files.sheets import ods, xlsx
from eval.corpus_files.slides import pptx
from eval.corpus_files.source import SOURCES, Source, read
from eval.corpus_files.word import docx
from eval.shelves import CORPUS

SHELF = CORPUS / "c"

MAKERS: dict[str, Callable[[Source], bytes]] = {
    "docx": docx, "epub": epub, "odt": odt, "ods": ods, "pdf": pdf, "pptx": pptx, "xlsx": xlsx,
}  # fmt: skip


def rendered(source: Source) -> bytes:
    """The bytes of the file that a source describes."""
    ending = Path(source.name).suffix.removeprefix(".")
    return eml(source, MAKERS) if ending == "eml" else MAKERS[ending](source)


def main() -> None:
    """Write every file; those without a source are deleted."""
    sources = [read(path) for path in sorted(SOURCES.glob("*.txt"))]
    SHELF.mkdir(exist_ok=True)
    for path in SHELF.iterdir():
        if path.name not in {source.name for source in sources}:
            path.unlink()
    for source in sources:
        (SHELF / source.name).write_bytes(rendered(source))
    print(f"{len(sources)} files written to {SHELF}")


if __name__ == "__main__":
    main()
