"""The command line: arguments to one call of the public API, its result to the terminal or to JSON."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from argparse import BooleanOptionalAction
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag import __version__
from rag.as_json import answer_json, found_json
from rag.cli.admin import ANSWERED, FAILED, REFUSED, STOPPED, add_models, add_upkeep, opened, print_json
from rag.cli.doctor import add_doctor
from rag.cli.scopes import add_scope, scope_of
from rag.cli.serving import add_serving
from rag.cli.watching import add_watch
from rag.errors import ConfigError, IndexMissing, QuestionError, RagError

if TYPE_CHECKING:
    from rag.pipeline import Rag

EPILOG = (
    "Exit codes: 0 answered or done (a file of questions too), 1 refused or nothing found, 2 error, 130 Ctrl-C. "
    "Settings: flags, then RAG_* variables, then yinju.toml."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    _speak_utf8()
    warnings.showwarning = _show_warning  # type: ignore[assignment]
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
    common.add_argument(
        "--store", metavar="URL", help="keep the index on PostgreSQL instead: postgresql://user@host/db"
    )
    common.add_argument("--embedder", metavar="NAME", help="default, hash, or a sentence-transformers name or folder")
    common.add_argument("--generator", metavar="NAME", help="reader, extractive, or a model's name or folder")
    common.add_argument(
        "--writer", metavar="URL#MODEL", help="a local model that says answers in its own words, checked"
    )
    common.add_argument(
        "--allow-network",
        action="store_true",
        default=None,
        help="fetch web addresses; a writer may be elsewhere",
    )

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text, epilog=EPILOG, parents=[common])
        sub.set_defaults(command=run)
        return sub

    index = add("index", _index, "index files, folders and globs; only what changed costs time")
    index.add_argument(
        "paths", nargs="*", metavar="PATH", help="file, folder or glob; a web address with --allow-network"
    )
    index.add_argument(
        "--prune",
        action=BooleanOptionalAction,
        help="forget files gone from PATH (default: do, unless all of PATH is gone)",
    )
    index.add_argument("--tag", action="append", default=[], metavar="NAME", help="what --in finds them by, too")
    index.add_argument("--untag", action="append", default=[], metavar="NAME", help="take a tag off them again")
    index.add_argument("--reembed", action="store_true", help="first embed what is indexed anew, with --embedder")
    index.add_argument(
        "--ray", metavar="ADDRESS", help="read and embed on a Ray cluster, host:port or auto; needs --store"
    )
    index.add_argument("--json", action="store_true", help="print the summary as JSON")
    add_watch(add)
    ask = add("ask", _ask, "answer a question with citations, or refuse")
    ask.add_argument(
        "words", nargs="*", metavar="QUESTION", help="one question, Chinese or English; several words are joined"
    )
    ask.add_argument(
        "--file",
        type=Path,
        help="read questions from a file, one a line, or JSON lines with a dialogue; - is standard input",
    )
    ask.add_argument("--json", action="store_true", help="print one JSON object a question")
    add_scope(ask)
    search = add("search", _search, "show the passages for a question, with their scores")
    search.add_argument("question", metavar="QUESTION", help="Chinese or English")
    search.add_argument("-k", dest="passages", metavar="N", help="how many passages, 1 to 50")
    search.add_argument("--json", action="store_true", help="print JSON")
    add_scope(search)
    chat = add("chat", _chat, "ask one question after another; follow-ups are understood")
    chat.add_argument(
        "--web",
        action="store_true",
        help="open the chat in a browser instead; python -m ui takes a host, a port and users",
    )
    add_scope(chat)
    add_upkeep(add)
    add_doctor(add)
    add_models(commands)
    add_serving(add, commands, common)
    return parser


# Commands


def _index(given: argparse.Namespace) -> int:
    from rag.cli import console
    from rag.cli.fetched import local
    from rag.stores.tags import TagChange

    tags = TagChange(tuple(given.tag), tuple(given.untag))
    if not (given.paths or given.reembed):
        raise ConfigError("There is nothing to index.", "python -m rag index PATH")
    rag = opened(given)
    if given.reembed:
        with console.progress("embedding", "chunks") as progress:
            print(f"{rag.reembed(progress)} chunks embedded with {rag.embedder.id}", file=sys.stderr)
    if not given.paths:
        return ANSWERED
    paths, lost = local(given.paths, rag.settings)
    with console.progress("indexing", "files") as progress:
        if given.ray:
            from rag.indexing.ray_workers import on_ray

            with redirect_stdout(sys.stderr), on_ray(given.ray, rag.settings) as read:  # Ray prints what dies
                summary = rag.index(paths, progress, prune=given.prune, read=read, tags=tags)
        else:
            summary = rag.index(paths, progress, prune=given.prune, tags=tags)
    summary = replace(summary, failed=(*lost, *summary.failed))
    if given.json:
        print_json(asdict(summary))
    else:
        console.show_summary(summary)
    usable = summary.added or summary.updated or summary.unchanged
    return FAILED if summary.failed and not usable else ANSWERED


def _ask(given: argparse.Namespace) -> int:
    from rag.answers.composer import refusal
    from rag.cli import console
    from rag.cli.dialogues import Asked, answered, asked_in_line
    from rag.question.analysis import analyse

    questions = [" ".join(given.words)] if given.words else []
    questions += console.questions_in(given.file) if given.file else []
    if not questions:
        raise QuestionError("There is no question.", 'python -m rag ask "your question"')
    rag, scope, code = _ready(given), scope_of(given), ANSWERED
    for question in questions:
        try:
            answer = answered(rag, asked_in_line(question) if given.file else Asked(question), scope)
        except QuestionError as error:
            if not given.file:
                raise
            answer = refusal(analyse(question), str(error), 0.0, ())
        if given.json:
            print_json(answer_json(answer))
        else:
            console.show_answer(answer)
        code = max(code, REFUSED if answer.refused else ANSWERED)
    return ANSWERED if given.file else code


def _search(given: argparse.Namespace) -> int:
    from rag.cli import console

    passages = _ready(given).search(given.question, scope=scope_of(given))
    if given.json:
        print_json([found_json(passage) for passage in passages])
    else:
        console.show_passages(passages)
    return ANSWERED if passages else REFUSED


def _chat(given: argparse.Namespace) -> int:
    if given.web:
        return _chat_web(given)
    from rag.cli import console
    from rag.question.coreference import Turn

    rag, scope = _ready(given), scope_of(given)
    history: list[Turn] = []
    for question in console.questions():
        try:
            answer = rag.ask(question, history, scope)
        except QuestionError as error:
            console.complain(error)
            continue
        if answer.question != question.strip():
            console.show_rewritten(answer.question)
        console.show_answer(answer)
        history.append(Turn.of(answer))
    return ANSWERED


def _chat_web(given: argparse.Namespace) -> int:
    from rag.errors import ExtraMissing

    try:
        from ui.serving import launch
    except ImportError as error:
        raise ExtraMissing("The web chat", "ui") from error
    launch(opened(given))  # an empty index gets the default documents while the page is already there
    return ANSWERED


# What commands share


def _ready(given: argparse.Namespace) -> Rag:
    """The index, built from the default documents first where there is none; one that was emptied stays empty."""
    rag = opened(given)
    if not _exists(rag):
        from rag.cli import console
        from rag.config import default_documents

        files = default_documents()
        print(f"No index in {rag.place} yet: indexing the default documents in {files[0].parent}.", file=sys.stderr)
        with console.progress("indexing", "files") as progress:
            rag.index(files, progress)
    return rag


def _exists(rag: Rag) -> bool:
    try:
        rag.documents()
    except IndexMissing:
        return False
    return True


def _speak_utf8() -> None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")


def _show_warning(message: Warning | str, *_: object) -> None:
    print(f"warning: {message}", file=sys.stderr)


def _discard_output() -> None:
    """Let what is still buffered go nowhere: its reader is gone or its disk is full."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
