"""``python -m eval.corpus_files``: writes the office files of ``eval/corpus`` anew from their sources."""

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

MAKERS: dict[str, Callable[[Source], bytes]] = {
    "docx": docx, "epub": epub, "odt": odt, "ods": ods, "pdf": pdf, "pptx": pptx, "xlsx": xlsx,
}  # fmt: skip


def rendered(source: Source) -> bytes:
    """The bytes of the file that a source describes."""
    ending = Path(source.name).suffix.removeprefix(".")
    return eml(source, MAKERS) if ending == "eml" else MAKERS[ending](source)


def main() -> None:
    """Write every file of the shelves that have sources; those without a source are deleted."""
    for folder in sorted(path for path in SOURCES.iterdir() if path.is_dir()):
        sources = [read(path) for path in sorted(folder.glob("*.txt"))]
        shelf = CORPUS / folder.name
        shelf.mkdir(exist_ok=True)
        for path in shelf.iterdir():
            if path.name not in {source.name for source in sources}:
                path.unlink()
        for source in sources:
            (shelf / source.name).write_bytes(rendered(source))
        print(f"{len(sources)} files written to {shelf}")


if __name__ == "__main__":
    main()
