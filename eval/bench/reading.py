"""How well is a passage read? The gold document alone, without retrieval; and how long does reading take?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from eval.bench.children import output_of
from eval.bench.data import BenchQuestion, Language, Pool, read_passages
from eval.bench.judged import Figures, judged
from eval.bench.options import Options
from eval.bench.parts import (
    SAME,
    Composer,
    Draft,
    Embedder,
    Embedding,
    Generator,
    ReaderGenerator,
    analyse,
    cut,
    model_text,
    open_embedder,
    open_generator,
    similarity,
)
from eval.bench.pools import ALONE, LANGUAGES, read_pool
from eval.bench.progress import say, steps
from eval.bench.report import Report
from eval.metrics import calibration_error, percentile
from eval.tables import Cell, Column, Table, count, rate
from rag import Answer, Chunk, Passage, Settings

COLUMNS = (
    Column("set"),
    Column("generator"),
    count("n"),
    rate("EM"),
    rate("F1"),
    rate("span EM"),
    rate("span F1"),
    rate("right sentence"),
    rate("answered"),
    count("unanswerable"),
    rate("refused"),
    rate("mean"),
    rate("ECE"),
)

NOTE = (
    "n: all questions. EM, F1, right sentence: of the answerable, were nothing refused for low confidence; EM and F1 "
    "of all that is quoted; span EM, span F1: were the best span quoted alone, however unsure. answered (of "
    "the answerable), refused (of the "
    "unanswerable) and their mean: at the product's threshold. ECE: of every draft, right where its sentence is."
)

PASSAGES, LENGTH = 8, 300
"""How many passages are read for a timing, and their characters."""

TIMED, WARM = 30, 3
"""Readings whose percentiles are told, and those before them that are not counted."""

LOADS = 5
"""Processes whose median is told."""

FILES: Mapping[Language, str] = {"zh": "cmrc_dev", "en": "xquad_en"}
"""Where the texts and questions of timings are from."""

HandOver = Callable[[BenchQuestion], list[Passage]]
"""A question to its gold document's chunks, best first."""


LATENCY = "latency"
"""Chosen as a set is, and written apart."""


def run(options: Options) -> Report:
    """Read every question's gold document with every generator, then time them."""
    chosen = options.chosen((*ALONE, LATENCY))
    embedder = open_embedder(options.settings.embedder)
    generators = {name: open_generator(name, embedder, similarity(embedder)) for name in options.generators}
    rows: list[tuple[Cell, ...]] = []
    for name in (one for one in chosen if one != LATENCY):
        pool = read_pool(options, name)
        passages = handed_over(pool, embedder, options.settings)
        by_path = {one.path: one for one in pool.documents}
        composer = Composer(by_path.get, similarity(embedder))
        for generator in options.generators:
            say(f"{name}, {generator}")
            answer = partial(_answers, generators[generator], passages, composer)
            read = [(one, *answer(one)) for one in steps(pool.questions, "reading")]
            threshold = generators[generator].threshold(options.settings.risk)
            said = Figures([judged(said, one, by_path) for one, said, _ in read], threshold)
            spans = Figures([judged(span, one, by_path) for one, _, span in read], threshold)
            rows.append((name, Path(generator).name, *_cells(said, spans)))
    tables = [Table("answers from the gold passage", COLUMNS, tuple(rows), NOTE)] if rows else []
    if LATENCY in chosen:
        tables.append(_timings(options, embedder, generators))
    return Report("reading", tuple(tables), options.reading_conditions())


def handed_over(pool: Pool, embedder: Embedder, settings: Settings) -> HandOver:
    """The chunks of a question's gold document as passages, scored as retrieval does.

    Without an index there is no word score, and no language to cross: the chunks are all of one document.
    """
    documents = {one.path: one for one in pool.documents}

    @cache
    def embedded(path: str) -> list[tuple[Chunk, Embedding]]:
        chunks = cut(documents[path], settings)
        return list(zip(chunks, embedder.embed_passages([model_text(one).text for one in chunks]), strict=True))

    def passages(question: BenchQuestion) -> list[Passage]:
        (path,) = question.gold
        return _scored(question.text, embedded(path), embedder)[: settings.passages]

    return passages


def _scored(question: str, embedded: Sequence[tuple[Chunk, Embedding]], embedder: Embedder) -> list[Passage]:
    """Best first."""
    asked = embedder.embed_question(question)
    scores = [(chunk, asked.cosine(one), asked.coverage(one)) for chunk, one in embedded]
    passages = [Passage(chunk, SAME.score(dense, cover, 0.0), dense, cover, 0.0) for chunk, dense, cover in scores]
    return sorted(passages, key=lambda passage: -passage.score)


def _answers(
    generator: Generator, passages: HandOver, composer: Composer, question: BenchQuestion
) -> tuple[Answer, Answer]:
    """What the product would say were nothing refused for low confidence, and were it to quote the best span alone."""
    found = passages(question)
    said, span = _drafts(generator, question.text, found)
    asked = analyse(question.text)
    return composer.compose(asked, said, found, 0.0), composer.compose(asked, span, found, 0.0)


def _drafts(generator: Generator, question: str, found: Sequence[Passage]) -> tuple[Draft, Draft]:
    if not isinstance(generator, ReaderGenerator):
        draft = generator.generate(analyse(question), found)
        return draft, draft
    asked = analyse(question)
    ranked = generator.rank(asked, found)
    return generator.draft(ranked, asked), generator.draft(ranked[:1], asked, sure=0.0)


def _cells(said: Figures, spans: Figures) -> list[Cell]:
    answered, refused = said.answered, said.refused
    return [
        len(said.verdicts),
        said.exact,
        said.f1,
        spans.exact,
        spans.f1,
        said.right_sentence,
        answered,
        len(said.unanswerable),
        refused,
        None if answered is None or refused is None else (answered + refused) / 2,
        calibration_error(said.confidences, said.rights),
    ]


# Timings


def _timings(options: Options, embedder: Embedder, generators: dict[str, Generator]) -> Table:
    """Reading ``PASSAGES`` passages of ``LENGTH`` characters, none of them twice; and loading in a fresh process."""
    rows: list[tuple[Cell, ...]] = []
    for language in LANGUAGES:
        questions = list(_windows(options, language, embedder))
        for name, generator in generators.items():
            spent = [_milliseconds(generator, *one) for one in steps(questions, f"{language}, {name}")][WARM:]
            what = f"read {PASSAGES} passages of {LENGTH} characters, {language}"
            rows.append((what, Path(name).name, percentile(spent, 0.5), percentile(spent, 0.95), len(spent)))
    for name in generators:
        child = ["-m", "eval.bench.loading", name, options.settings.embedder]
        loads = [float(output_of(child)) for _ in range(1 if options.limit else LOADS)]
        rows.append(("load, in a fresh process", Path(name).name, median(loads), percentile(loads, 0.95), len(loads)))
    columns = (Column("what"), Column("generator"), Column("p50 ms"), Column("p95 ms"), count("times"))
    note = "Warm, but for loading: what the first reading takes longer than the second, opening files included."
    return Table("latency", columns, tuple(rows), note, LATENCY)


def _windows(options: Options, language: Language, embedder: Embedder) -> Iterator[tuple[str, list[Passage]]]:
    """Questions, each with passages of its own that stand in no other (unless the file is very small)."""
    rows = read_passages(options.data, FILES[language])
    text = "\n".join(one.context for one in rows)
    pieces = cycle([text[at : at + LENGTH] for at in range(0, max(len(text) - LENGTH, 1), LENGTH)])
    for row in islice(cycle(rows), WARM + min(options.limit or TIMED, TIMED)):
        question, group = row.qas[0].question, list(islice(pieces, PASSAGES))
        chunks = [Chunk(f"{at}.txt", 0, len(piece), piece, "", None, language) for at, piece in enumerate(group)]
        yield question, _scored(question, list(zip(chunks, embedder.embed_passages(group), strict=True)), embedder)


def _milliseconds(generator: Generator, question: str, passages: Sequence[Passage]) -> float:
    began = time.perf_counter()
    generator.generate(analyse(question), passages)
    return (time.perf_counter() - began) * 1000
