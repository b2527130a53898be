"""``python -m eval.blind FOLDER``: documents and questions that are not the project's, measured as its own are."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eval import comparing, screen
from eval.__main__ import PASSED, add_options, failed, settings_of, write
from eval.questions import QuestionsError
from eval.report import build
from eval.running import ask_shelves
from eval.shelves import QUESTIONS_FILE, check, shelf_of
from rag import RagError


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure a folder; returns the exit code, 0 done and 2 error."""
    parser = argparse.ArgumentParser(
        "eval.blind",
        description=f"Ask the questions of FOLDER/{QUESTIONS_FILE} of the documents in FOLDER.",
        epilog="eval/questions/README.md tells the fields of a question. Nothing is written into the folder.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    add_options(parser)
    given = parser.parse_args(arguments)
    try:
        old = comparing.read(given.compare) if given.compare else None
        shelf = shelf_of(given.folder).only(given.only)
        check([shelf])
        report = build(shelf.name, ask_shelves([shelf], settings_of(given), screen.progress))
        comparison = comparing.compare(old, report) if old else None
    except (RagError, QuestionsError, comparing.CompareError) as error:
        return failed(error)
    screen.show(report)
    if comparison:
        screen.show_comparison(comparison)
    write(report, comparison, given.out)
    return PASSED


if __name__ == "__main__":
    sys.exit(main())
