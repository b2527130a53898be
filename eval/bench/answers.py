"""Is the cited sentence the one that answers, and is what nothing answers refused? Through the whole of ``Rag.ask``."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from eval.bench.chunking import holds
from eval.bench.data import Pool, Question, across, as_pool, read_passages
from eval.bench.options import Options
from eval.bench.parts import open_embedder, write_index
from eval.bench.progress import say, steps
from eval.bench.report import Cell, Column, Report, Table, count, rate
from eval.bench.scoring import mean, share
from eval.bench.systems import Found
from eval.metrics import exact_match, f1
from rag import Answer, Rag

SETS = ("xquad zh→zh", "xquad en→en", "xquad en→zh", "xquad zh→en", "cmrc", "squad2", "dureader_checklist")

BASELINE = "extractive"
"""The generator that every other is shown beside."""

COLUMNS = (
    Column("set"),
    Column("generator"),
    count("answerable"),
    rate("retrieved"),
    rate("right sentence"),
    rate("EM"),
    rate("F1"),
    rate("answered"),
    rate("right of answered"),
    count("unanswerable"),
    rate("refused"),
)

NOTE = (
    "retrieved: a passage covers the gold answer. right sentence, EM, F1: of the answerable, were nothing refused for "
    "low confidence; the sentence is of the gold document and holds the gold answer (or is part of a longer "
    "one). answered, right of answered, refused: at the product's threshold."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question."""

    answerable: bool
    retrieved: bool
    right: bool
    em: float
    f1: float
    answered: bool
    """At the product's threshold."""


def run(options: Options) -> Report:
    """Ask every question of every set, with the generator chosen and the one that needs no weights."""
    generators = list(dict.fromkeys((BASELINE, options.settings.generator)))
    rows: list[tuple[Cell, ...]] = []
    for name in options.chosen(SETS):
        pool = read_pool(options, name)
        for generator, outcomes in _ask_all(name, pool, options, generators).items():
            rows.append((name, Path(generator).name, *_figures(outcomes)))
    conditions = options.conditions() | {
        "generator": Path(options.settings.generator).name,
        "passages": options.settings.passages,
        "threshold": options.settings.threshold,
    }
    return Report("answers", (Table("answers from retrieved passages", COLUMNS, tuple(rows), NOTE),), conditions)


def read_pool(options: Options, name: str) -> Pool:
    """One set as documents and questions."""
    if name.startswith("xquad"):
        asked, searched = name.split()[1].split("→")
        texts = {one: read_passages(options.data, f"xquad_{one}", options.limit) for one in ("zh", "en")}
        return across(texts[asked], texts[searched], searched, "zh" if searched == "zh" else "en")
    file = {"cmrc": "cmrc_dev", "squad2": "squad2_dev_part", "dureader_checklist": "dureader_checklist_dev"}[name]
    return as_pool(read_passages(options.data, file, options.limit), name, "en" if name == "squad2" else "zh")


def _ask_all(name: str, pool: Pool, options: Options, generators: list[str]) -> dict[str, list[Outcome]]:
    """Every generator's outcomes over one index of the pool."""
    with tempfile.TemporaryDirectory() as folder:
        write_index(Path(folder), pool.documents, options.settings, open_embedder(options.settings.embedder))
        outcomes: dict[str, list[Outcome]] = {}
        for generator in generators:
            # Nothing is refused for low confidence, so that one pass measures answers with and without the threshold.
            rag = Rag(replace(options.settings, index=Path(folder), generator=generator, threshold=0.0))
            say(f"{name}, {generator}")
            asked = steps(pool.questions, "asking")
            outcomes[generator] = [judged(rag.ask(one.text), one, options.settings.threshold) for one in asked]
            rag.close()
        return outcomes


def judged(answer: Answer, question: Question, threshold: float) -> Outcome:
    """An answer that was given at any confidence, against its gold."""
    found = (passage.chunk for passage in answer.passages)
    quotes = " ".join(citation.quote for citation in answer.citations)
    gold = [question.answer or ""]
    return Outcome(
        answerable=question.answer is not None,
        retrieved=any(
            one.document in question.gold and holds(Found(one.document, one.start, one.end), question) for one in found
        ),
        right=not answer.refused and _right_sentence(answer, question),
        em=exact_match(quotes, gold),
        f1=f1(quotes, gold),
        answered=not answer.refused and answer.confidence >= threshold,
    )


def _right_sentence(answer: Answer, question: Question) -> bool:
    if question.answer is None:
        return False
    gold = _spaced(question.answer)
    sentences = (_spaced(one.sentence) for one in answer.citations if one.document in question.gold)
    return any(gold in sentence or sentence in gold for sentence in sentences)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _figures(outcomes: list[Outcome]) -> list[Cell]:
    answerable = [one for one in outcomes if one.answerable]
    unanswerable = [one for one in outcomes if not one.answerable]
    return [
        len(answerable),
        share([one.retrieved for one in answerable]),
        share([one.right for one in answerable]),
        mean([one.em for one in answerable]),
        mean([one.f1 for one in answerable]),
        share([one.answered for one in answerable]),
        share([one.right for one in answerable if one.answered]),
        len(unanswerable),
        share([not one.answered for one in unanswerable]),
    ]
