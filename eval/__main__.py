"""``python -m eval``: the fact questions through the public API, to a table, JSON, a page, and the gate."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from eval import asking, comparing, feedback, gate, page, screen
from eval.questions import HOSTILE, KINDS, SEEDS, SETS, Question, QuestionsError, load, problems
from eval.report import Report, build, markdown
from eval.results import write_section
from rag import Rag, RagError, Settings, load_settings

PASSED, FELL, FAILED = 0, 1, 2

SECTIONS = {"seeds": "facts", "real": "real-pages"}
"""Question set to its section of RESULTS.md."""

EPILOG = (
    "A run of a whole set with its own documents, the default models and no --gate also rewrites its section of "
    "eval/RESULTS.md. 'import-feedback' makes the set 'feedback' of what readers judged in the web chat. "
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
        print(f"error: {error}", file=sys.stderr)
        if isinstance(error, RagError) and error.hint:
            print(f"  try: {error.hint}", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("eval", description="Measure answers against gold facts.", epilog=EPILOG)
    parser.add_argument("--generator", metavar="NAME", help="as python -m rag takes it")
    parser.add_argument("--embedder", metavar="NAME", help="as python -m rag takes it")
    parser.add_argument(
        "--store", metavar="URL", help="as python -m rag takes it; its index must be empty, and is again"
    )
    parser.add_argument("--only", choices=KINDS, metavar="KIND", help=f"one kind of question: {', '.join(KINDS)}")
    parser.add_argument("--set", choices=SETS, default="seeds", help="which questions (default seeds)")
    parser.add_argument("--data", type=Path, default=SEEDS, metavar="DIR", help="the documents (default seeds/)")
    parser.add_argument("--compare", type=Path, metavar="OLD.json", help="say what got better or worse since")
    parser.add_argument("--out", type=Path, default=Path("eval/report"), metavar="DIR", help="default eval/report")
    parser.add_argument("--gate", action="store_true", help="fail below eval/thresholds.toml")
    return parser


def _evaluate(given: argparse.Namespace) -> int:
    if given.gate and (given.only or given.set != "seeds"):
        raise gate.GateError("--gate judges the whole set of seed questions: leave out --only and --set")
    if given.set == "real" and given.data == SEEDS:
        raise QuestionsError("--set real needs the folder of the published pages: --data DIR")
    thresholds = gate.read() if given.gate else {}
    old = comparing.read(given.compare) if given.compare else None
    questions = [q for q in load(given.set) if given.only in {None, q.kind}]
    report = _measure(given, questions)
    comparison = comparing.compare(old, report) if old else None
    screen.show(report)
    if comparison:
        screen.show_comparison(comparison)
    _write(given, report, page.page(report, comparison))
    if not given.gate:
        return PASSED
    fallen = gate.falls(report, thresholds)
    screen.show_gate(fallen, gate.room(report, thresholds))
    return FELL if fallen else PASSED


def _measure(given: argparse.Namespace, questions: Sequence[Question]) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        rag = Rag(_settings(given, Path(folder)))
        asking.need_empty(rag)
        try:
            asking.index(rag, given.data, *([HOSTILE] if given.set == "seeds" else []))
            wrong = problems(questions, lambda path: document.text if (document := rag.document(path)) else None)
            if wrong:
                raise QuestionsError("\n  ".join(("the questions do not fit the documents:", *wrong)))
            with screen.progress() as progress:
                run = asking.ask_all(rag, questions, progress)
        finally:
            asking.empty(rag)
            rag.close()
    return build(given.set, run)


def _settings(given: argparse.Namespace, folder: Path) -> Settings:
    flags = {name: getattr(given, name) for name in ("store", "embedder", "generator")}
    return load_settings({**flags, "index": folder})


def _write(given: argparse.Namespace, report: Report, html: str) -> None:
    given.out.mkdir(parents=True, exist_ok=True)
    data, shown = given.out / f"{given.set}.json", given.out / f"{given.set}.html"
    data.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    shown.write_text(html, "utf-8")
    screen.say(f"written: {data}, {shown}")
    others = given.set == "seeds" and given.data != SEEDS
    chosen = (
        given.gate or given.only or given.generator or given.embedder or others or _settings(given, given.out).store
    )
    if given.set in SECTIONS and not chosen:
        write_section(SECTIONS[given.set], markdown(report))


if __name__ == "__main__":
    sys.exit(main())
