"""``python -m eval import-feedback``: what readers judged in the web chat becomes questions with gold answers."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.questions import FOLLOWUP, QUESTIONS, SETS, UNANSWERABLE, GoldQuestion, QuestionsError
from rag import load_settings

FILE = "feedback.jsonl"
"""Written by the web chat into the index folder, a line a verdict."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the verdicts: questions, and those that only a person can make one of."""

    questions: tuple[GoldQuestion, ...]
    disliked: tuple[Mapping[str, Any], ...]


def main(arguments: Sequence[str]) -> int:
    """Import and say what came of it; returns the exit code."""
    given = _parser().parse_args(arguments)
    folder = load_settings({"index": given.index}).index
    imported = read(folder / FILE)
    lines = [json.dumps(asdict(question), ensure_ascii=False) for question in imported.questions]
    given.out.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    print(f"{len(lines)} questions written to {given.out}: python -m eval --set feedback --data DOCUMENTS")
    for verdict in imported.disliked:
        print(f"needs a person: {verdict['question']}  {verdict['note']}".rstrip())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("eval import-feedback", description=__doc__)
    parser.add_argument("--index", metavar="DIR", help="the index folder (default .yinju)")
    out = QUESTIONS / SETS["feedback"]
    parser.add_argument("--out", type=Path, default=out, metavar="FILE", help="default eval/questions/feedback.jsonl")
    return parser


def read(file: Path) -> Imported:
    """The verdicts of a file; of several on one exchange the last counts.

    A thumb up makes a question: the quotes cited are what an answer must cite and say, and a refusal found right stays
    one. Of a thumb down only a person can say what would have been right.

    Raises:
        QuestionsError: there is no such file, or a line of it is no verdict.
    """
    try:
        verdicts = {verdict["id"]: verdict for verdict in _lines(file)}
        liked = [verdict for verdict in verdicts.values() if verdict["verdict"] == "up"]
        disliked = [verdict for verdict in verdicts.values() if verdict["verdict"] == "down"]
        return Imported(tuple(_question(verdict) for verdict in liked), tuple(disliked))
    except OSError as error:
        raise QuestionsError(f"{file}: no feedback there ({error.strerror}); give the folder with --index") from error
    except (ValueError, TypeError, LookupError) as error:
        raise QuestionsError(f"{file}: not feedback of the web chat ({error!r})") from error


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text("utf-8").split("\n"):  # a note may hold what else splitlines() ends a line at
        if line.strip():
            yield json.loads(line)


def _question(verdict: Mapping[str, Any]) -> GoldQuestion:
    """A question of the kind that its answer shows; a follow-up that was refused stands alone, as it was understood."""
    first = verdict["citations"][0]["document"] if verdict["citations"] else None
    cited = [citation for citation in verdict["citations"] if citation["document"] == first]
    kind = UNANSWERABLE
    if not verdict["refused"]:
        kind = "fact" if verdict["language"] == cited[0]["language"] else "across"
    follows = verdict["dialogue"] and verdict["understood"] != verdict["question"]
    if follows and not verdict["refused"]:
        kind = FOLLOWUP
    quotes = tuple(citation["quote"] for citation in cited)
    return GoldQuestion(
        id=f"feedback-{verdict['id']}",
        question=verdict["question"] if kind == FOLLOWUP else verdict["understood"],
        language=verdict["language"],
        kind=kind,
        document=first,
        quotes=quotes,
        facts=tuple((quote,) for quote in quotes),
        dialogue=tuple(verdict["dialogue"]) if kind == FOLLOWUP else (),
        why=(verdict["note"] or "a reader agreed that the documents do not say") if verdict["refused"] else "",
    )
