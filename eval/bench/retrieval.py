"""Is the passage that answers found? Public question sets, in and across languages, beside baselines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from eval.bench import corpus
from eval.bench.data import BenchQuestion, Pool, across, as_document, as_pool, read_lines, read_passages
from eval.bench.options import Options
from eval.bench.parts import open_bed, open_embedder
from eval.bench.progress import say, steps
from eval.bench.report import Report
from eval.bench.systems import Lineup, RetrievedSpan, Search, lineup, with_ratio
from eval.metrics import hit, mean, ndcg
from eval.shelves import shelves
from eval.tables import Column, Table, rate
from rag import Document

DEPTH = 8
"""Chunks asked for where passages are counted in; the first five count."""

DEEP = 50
"""Chunks asked for where ten documents are ranked."""

SETS = ("xquad", "cmrc", "scifact", "corpus")

GOLD = ("either", "own", "other")
"""In a pool of two languages, whose passage counts."""

Rows = dict[str, list[float | None]]
"""System to its figures, column by column."""

Groups = dict[str, tuple[BenchQuestion, ...]]
"""Questions to the same documents, by the name of their columns."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """How many chunks to ask for, and what to make of the documents they are in."""

    depth: int
    score: Callable[[Sequence[str], frozenset[str]], list[float]]


def run(options: Options) -> Report:
    """Measure every system on every set."""
    systems = lineup(options.settings.embedder, options.hub, options.cache)
    measures: dict[str, Callable[[Options, Lineup], list[Table]]] = {
        "xquad": _xquad,
        "cmrc": _cmrc,
        "scifact": _scifact,
        "corpus": lambda options, systems: corpus.tables(shelves("corpus"), options, systems),
    }
    tables = [table for name in options.chosen(SETS) for table in measures[name](options, systems)]
    return Report("retrieval", tuple(tables), options.conditions(), systems.skipped)


def _xquad(options: Options, systems: Lineup) -> list[Table]:
    zh, en = (read_passages(options.data, f"xquad_{language}", options.limit) for language in ("zh", "en"))
    chinese, english = as_pool(zh, "zh", "zh"), as_pool(en, "en", "en")
    directions = {
        "zh→zh": chinese,
        "en→en": english,
        "en→zh": across(en, zh, "zh", "zh"),
        "zh→en": across(zh, en, "en", "en"),
    }
    both = chinese.documents + english.documents
    mixed = {
        title: {gold: Pool(both, tuple(_with_gold(one, language, gold) for one in pool.questions)) for gold in GOLD}
        for title, language, pool in (
            ("both languages' passages, Chinese questions", "zh", chinese),
            ("both languages' passages, English questions", "en", english),
        )
    }
    note = f"{len(chinese.questions):,} questions a language, {len(zh):,} passages."
    tables = [_hit_table("one language's passages, questions in either", directions, options, systems, note)]
    note = "Gold: the passage in either language, in the question's own, or in the other."
    tables += [_hit_table(title, pools, options, systems, note) for title, pools in mixed.items()]
    return [replace(table, part="xquad") for table in tables]


def _with_gold(question: BenchQuestion, language: str, gold: str) -> BenchQuestion:
    (path,) = question.gold
    number = path.partition("/")[2]
    other = "en" if language == "zh" else "zh"
    languages = {"either": (language, other), "own": (language,), "other": (other,)}[gold]
    return BenchQuestion(question.text, frozenset(f"{one}/{number}" for one in languages))


def _cmrc(options: Options, systems: Lineup) -> list[Table]:
    pool = as_pool(read_passages(options.data, "cmrc_dev", options.limit), "cmrc", "zh")
    note = f"{len(pool.questions):,} questions, {len(pool.documents):,} passages."
    return [replace(_hit_table("Chinese", {"zh→zh": pool}, options, systems, note), part="cmrc")]


def _scifact(options: Options, systems: Lineup) -> list[Table]:
    claims = list(read_lines(options.data, "scifact_queries", options.limit))
    wanted = {document for claim in claims for document in claim["relevant"]}
    spare = None if options.limit is None else 10 * options.limit
    documents = tuple(
        as_document(row["id"], f"{row['title']}\n{row['text']}", "en", row["title"])
        for i, row in enumerate(read_lines(options.data, "scifact_corpus"))
        if spare is None or i < spare or row["id"] in wanted
    )
    questions = tuple(BenchQuestion(claim["question"], frozenset(claim["relevant"])) for claim in claims)

    def score(ranked: Sequence[str], gold: frozenset[str]) -> list[float]:
        distinct = list(dict.fromkeys(ranked))
        return [ndcg(distinct, gold, 10), float(hit(distinct, gold, 1)), float(hit(distinct, gold, 5))]

    rows = _measure(documents, {"": questions}, options, systems, Scoring(DEEP, score))
    note = f"{len(claims):,} claims, {len(documents):,} abstracts, ranked by their best chunk."
    note += " BM25 as published: nDCG@10 .660."
    columns = (Column("system"), rate("nDCG@10"), rate("hit@1"), rate("hit@5"))
    return [Table("English abstracts", columns, with_ratio(rows), note, "scifact")]


def _hit_table(title: str, pools: dict[str, Pool], options: Options, systems: Lineup, note: str = "") -> Table:
    """hit@1 and hit@5 of every system on every pool; pools over the same documents are indexed once."""
    by_documents: dict[tuple[Document, ...], list[str]] = {}
    for name, pool in pools.items():
        by_documents.setdefault(pool.documents, []).append(name)
    figures: dict[str, Rows] = {}
    for documents, names in by_documents.items():
        asked = {name: pools[name].questions for name in names}
        rows = _measure(documents, asked, options, systems, Scoring(DEPTH, _hits))
        for place, name in enumerate(names):
            figures[name] = {system: row[2 * place : 2 * place + 2] for system, row in rows.items()}
    together = {system: [value for name in pools for value in figures[name][system]] for system in systems.systems}
    columns = [rate(f"{name} @{k}") for name in pools for k in (1, 5)]
    return Table(title, (Column("system"), *columns), with_ratio(together), note)


def _hits(ranked: Sequence[str], gold: frozenset[str]) -> list[float]:
    return [float(hit(ranked, gold, k)) for k in (1, 5)]


def _measure(
    documents: tuple[Document, ...], asked: Groups, options: Options, systems: Lineup, scoring: Scoring
) -> Rows:
    """Every system's mean scores on every group of questions, in one row."""
    rows: Rows = {}
    with open_bed(documents, options.settings, open_embedder(options.settings.embedder)) as bed:
        for system, build in systems.systems.items():
            say(f"{system}: {', '.join(name for name in asked if name) or 'all'}")
            rows[system] = _figures(system, partial(build, documents, bed), asked, scoring)
    return rows


def _figures(system: str, build: Callable[[], Search], asked: Groups, scoring: Scoring) -> list[float | None]:
    """One system's mean scores on every group of questions."""
    search = _once(build(), scoring.depth)
    figures: list[float | None] = []
    for name, questions in asked.items():
        scored = [
            scoring.score([found.document for found in search(one.text, scoring.depth)], one.gold)
            for one in steps(questions, f"{system} {name}".strip())
        ]
        figures += [mean(column) for column in zip(*scored, strict=True)]
    return figures


def _once(search: Search, depth: int) -> Search:
    """A search that answers a question asked before from memory: groups differ in gold, not in questions."""
    seen: dict[str, list[RetrievedSpan]] = {}

    def remembered(question: str, _: int) -> list[RetrievedSpan]:
        if question not in seen:
            seen[question] = search(question, depth)
        return seen[question]

    return remembered
