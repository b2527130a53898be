"""Is the quote that answers found on the project's own shelves, and what if the nearest chunk were the answer?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from statistics import median

from eval.bench.options import Options
from eval.bench.quoted import Ranked, Sought, at, seek
from eval.bench.systems import Lineup, with_ratio
from eval.judging import credited
from eval.metrics import mean
from eval.shelves import Shelf
from eval.tables import Cell, Column, Table, count, rate

DIRECTIONS = ("zh→zh", "en→en", "en→zh", "zh→en")


def tables(shelves: Sequence[Shelf], options: Options, systems: Lineup) -> list[Table]:
    """Every system on every shelf, each searched by itself."""
    sought = [seek(shelf, options, systems) for shelf in shelves]
    found = {name: list(chain.from_iterable(one.ranked[name] for one in sought)) for name in systems.systems}
    return [_quotes(found, sought), _nearest(found)]


def _quotes(found: dict[str, list[Ranked]], sought: Sequence[Sought]) -> Table:
    groups = {
        name: {way: [one for one in results if _way(one) == way] for way in DIRECTIONS}
        for name, results in found.items()
    }
    rows = {name: [at(k, ways[way]) for way in DIRECTIONS for k in (1, 5)] for name, ways in groups.items()}
    asked = ", ".join(f"{way} {len(results):,}" for way, results in next(iter(groups.values())).items())
    note = (
        f"{sum(one.documents for one in sought):,} documents, {sum(one.chunks for one in sought):,} chunks, each shelf "
        f"searched by itself; questions {asked}. A hit: the first k chunks hold all of the question's quotes. "
        "Pieces of the plain recipe are five times as long, so that its @1 is as much to read as the others' @5."
    )
    columns = [rate(f"{way} @{k}") for way in DIRECTIONS for k in (1, 5)]
    return Table("the quotes of our own questions", (Column("system"), *columns), with_ratio(rows), note, "corpus")


def _nearest(found: dict[str, list[Ranked]]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            mean([credited(one.question, one.nearest) for one in results]),
            round(median([len(one.nearest) for one in results] or [0])),
        )
        for name, results in found.items()
    ]
    note = (
        "What a search without a reader shows: the first chunk, whole, whatever is asked, so that nothing is refused. "
        "Facts are judged as `python -m eval` judges those of answers; a long chunk says some by chance."
    )
    columns = (Column("first chunk of"), rate("facts said"), count("characters to read"))
    return Table("the nearest chunk as the answer", columns, tuple(rows), note, "corpus")


def _way(one: Ranked) -> str:
    return f"{one.question.language}→{one.document_language}"
