"""``python -m eval.bench NAME --data DIR``: run one benchmark, show it, and keep it where asked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from eval.bench.options import OptionError, Options
from eval.bench.parts import models_folder
from eval.bench.report import Report, as_json, as_markdown, show
from eval.results import RESULTS, write_section
from rag import RagError, Settings

BENCHES = {
    "retrieval": "hit@k on xquad, cmrc, our corpus, nDCG on scifact, beside BM25 and other tools (--data bench/)",
    "chunking": "chunk sizes and overlaps on training sets (--data train/)",
    "speed": "indexing, asking, starting and memory, beside their targets (--data bench/)",
    "reading": "EM, F1, refusal and calibration on the gold passage alone; latency and load (--data bench/)",
    "answers": "the right sentence cited, the unanswerable refused (--data bench/)",
    "real": "hit@k on the real pages with the project's own questions (--data folder of pages)",
    "install": "time and size of the base install with its weights (no data)",
    "growth": "memory over 1,000 questions, latency at 10,000 and 100,000 chunks (--data bench/)",
    "scale": "10,000 to 1,000,000 vectors on both stores: time, size, latency, recall (--data bench/ --server URL)",
    "scopes": "some of 100,000 chunks searched only: recall and latency, both stores (no data; --server URL)",
    "writer": "what stands and what is struck of what a real model writes (no data; --server URL#MODEL)",
    "web": "the web chat with 20 visitors asking for a minute (--data bench/)",
    "browser": "the web chat in Chromium: first paint, weight, a list of 10,000 scrolled (no data)",
    "tables": "the right cell of tables in ten formats, in both languages and across (no data)",
    "plans": "how sure each plan's drafts are, and how often right, in the last report (--data its folder)",
    "pages": "the right page of a PDF, and a box on the cited words, in a hundred looks (no data)",
    "ocr": "characters wrong and seconds a page on scans at 200 dpi (no data; needs yinju[ocr])",
    "faiss": "recall and latency of the approximate vector index (no data)",
}

SETS = {
    **dict.fromkeys(("xquad", "cmrc", "scifact", "corpus"), "retrieval"),
    **dict.fromkeys(("squad2", "dureader_checklist"), "reading"),
}
"""A set's name stands for its benchmark with this set only."""

MODULES = {"faiss": "ivf"}
"""Where the module is not called like the benchmark."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one benchmark; returns the exit code."""
    given = _parser().parse_args(arguments)
    if given.name == "list":
        print("\n".join(f"{name:10} {text}" for name, text in BENCHES.items()))
        return 0
    try:
        report = _run(given)
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)
        if error.hint:
            print(f"  try: {error.hint}", file=sys.stderr)
        return 2
    show(report)
    if given.json:
        given.json.write_text(json.dumps(as_json(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if given.write:
        for section, tables in report.parts.items():
            write_section(section, as_markdown(report, tables), given.write)
    return 0


def _run(given: argparse.Namespace) -> Report:
    if given.write and given.limit:
        raise OptionError("Limited figures are not written to RESULTS.md.", "leave out --limit, or --write")
    name, sets = (SETS[given.name], [given.name]) if given.name in SETS else (given.name, given.sets)
    generator, *beside = given.generator or [Settings().generator]
    options = Options(
        data=given.data,
        settings=Settings(embedder=given.embedder, generator=generator),
        beside=tuple(beside),
        limit=given.limit,
        questions=given.questions,
        sets=tuple(sets),
        hub=given.hub,
        server=given.server,
        cache=given.cache,
    )
    report: Report = import_module(f"eval.bench.{MODULES.get(name, name)}").run(options)
    return report


def _parser() -> argparse.ArgumentParser:
    defaults = Settings()
    parser = argparse.ArgumentParser(
        "python -m eval.bench", description="Benchmarks anyone can run again; 'list' tells what each one measures."
    )
    parser.add_argument(
        "name", choices=["list", *BENCHES, *SETS], metavar="NAME", help=", ".join(("list", *BENCHES, *SETS))
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of what the benchmark reads")
    parser.add_argument("--embedder", default=defaults.embedder, metavar="NAME", help="as for python -m rag")
    parser.add_argument(
        "--generator", action="append", metavar="NAME", help="as for python -m rag; again for others beside it"
    )
    parser.add_argument("--sets", nargs="+", default=(), metavar="SET", help="only these data sets")
    parser.add_argument(
        "--server", default="", metavar="URL", help="PostgreSQL, of an account that may create databases; or a writer"
    )
    parser.add_argument("--limit", type=_positive, metavar="N", help="stop at N passages, articles or vectors")
    parser.add_argument("--questions", type=_positive, metavar="N", help="ask only N questions of each set, drawn once")
    parser.add_argument("--no-hub", dest="hub", action="store_false", help="leave out e5-small and what is built of it")
    parser.add_argument(
        "--cache",
        type=Path,
        default=models_folder() / "bench",
        metavar="DIR",
        help="keep the vectors of slow encoders there (default bench/ beside the pulled weights)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the unrounded figures as JSON")
    parser.add_argument(
        "--write", type=Path, nargs="?", const=RESULTS, metavar="FILE", help="also write the section of RESULTS.md"
    )
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
