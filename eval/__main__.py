"""``python -m eval``: the project's questions through the public API, to a table, JSON, a page, and the gate."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from eval import comparing, feedback, gate, page, screen
from eval.questions import KINDS, QuestionsError
from eval.report import Report, build, markdown
from eval.results import write_section
from eval.running import ask_shelves
from eval.shelves import ALL, CHOICES, SEEDS, check, shelves
from rag import RagError, Settings, load_settings

PASSED, FELL, FAILED = 0, 1, 2

SECTIONS = {ALL: "facts", "real": "real-pages"}
"""Question set to its section of RESULTS.md."""

EPILOG = (
    "A run of a whole set with its own documents, the default models and no --gate also rewrites its section of "
    "eval/RESULTS.md. 'import-feedback' makes the set 'feedback' of what readers judged in the web chat; "
    "'python -m eval.blind FOLDER' asks the questions of a folder of your own. "
    "Exit codes: 0 done, 1 the gate fell, 2 error."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words[:1] == ["import-feedback"]:
            return feedback.main(words[1:])
        return _evaluate(_parser().parse_args(words))
    except (RagError, QuestionsError, comparing.CompareError, gate.GateError) as error:
        return failed(error)


def failed(error: Exception) -> int:
    """Say what went wrong and what to try; returns the exit code."""
    print(f"error: {error}", file=sys.stderr)
    if isinstance(error, RagError) and error.hint:
        print(f"  try: {error.hint}", file=sys.stderr)
    return FAILED


def add_options(parser: argparse.ArgumentParser) -> None:
    """What every evaluation lets one choose."""
    parser.add_argument("--generator", metavar="NAME", help="as python -m rag takes it")
    parser.add_argument("--embedder", metavar="NAME", help="as python -m rag takes it")
    parser.add_argument(
        "--store", metavar="URL", help="as python -m rag takes it; its index must be empty, and is again"
    )
    parser.add_argument("--only", choices=KINDS, metavar="KIND", help=f"one kind of question: {', '.join(KINDS)}")
    parser.add_argument("--out", type=Path, default=Path("eval/report"), metavar="DIR", help="default eval/report")
    parser.add_argument("--compare", type=Path, metavar="OLD.json", help="say what got better or worse since")


def settings_of(given: argparse.Namespace) -> Settings:
    """The settings that the options choose, for any index folder."""
    return load_settings({name: getattr(given, name) for name in ("store", "embedder", "generator")})


def write(report: Report, comparison: comparing.Comparison | None, folder: Path) -> None:
    """The report as JSON and as a page."""
    folder.mkdir(parents=True, exist_ok=True)
    data, shown = folder / f"{report['set']}.json", folder / f"{report['set']}.html"
    data.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    shown.write_text(page.page(report, comparison), "utf-8")
    screen.say(f"written: {data}, {shown}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("eval", description="Measure answers against gold facts.", epilog=EPILOG)
    add_options(parser)
    parser.add_argument("--set", choices=CHOICES, default=ALL, help="which questions (default all: seeds and corpus)")
    parser.add_argument("--data", type=Path, default=SEEDS, metavar="DIR", help="the documents (default seeds/)")
    parser.add_argument("--keep", action="store_true", help="let later runs be compared with this one")
    parser.add_argument("--gate", action="store_true", help="fail below eval/thresholds.toml")
    return parser


def _evaluate(given: argparse.Namespace) -> int:
    for wish in ("gate", "keep"):
        if getattr(given, wish) and (given.only or given.set != ALL):
            raise gate.GateError(f"--{wish} needs all questions of seeds and corpus: leave out --only and --set")
    if given.set in {"real", "feedback"} and given.data == SEEDS:
        raise QuestionsError(f"--set {given.set} needs the folder of the documents: --data DIR")
    thresholds = gate.read() if given.gate else {}
    old = _older(given)
    chosen = [shelf.only(given.only) for shelf in shelves(given.set, given.data)]
    check(chosen)
    report = build(given.set, ask_shelves(chosen, settings_of(given), screen.progress))
    comparison = comparing.compare(old, report) if old else None
    screen.show(report)
    if comparison:
        screen.show_comparison(comparison)
    write(report, comparison, given.out)
    if given.keep:
        comparing.keep(report)
    if given.set in SECTIONS and not _chosen(given):
        write_section(SECTIONS[given.set], markdown(report))
    if not given.gate:
        return PASSED
    fallen = gate.falls(report, thresholds)
    screen.show_gate(fallen, gate.room(report, thresholds))
    return FELL if fallen else PASSED


def _older(given: argparse.Namespace) -> Report | None:
    """The report to compare with: the one that is named, or the kept one where its questions are asked."""
    if given.compare:
        return comparing.read(given.compare)
    return comparing.read(comparing.KEPT) if given.set in {ALL, "seeds", "corpus"} and comparing.KEPT.exists() else None


def _chosen(given: argparse.Namespace) -> bool:
    """Whether anything but the set is not as by default."""
    others = given.set == ALL and given.data != SEEDS
    return bool(given.gate or given.only or given.generator or given.embedder or others or settings_of(given).store)


if __name__ == "__main__":
    sys.exit(main())
