"""Is the right cell of a table given, in ten formats, in both languages and across? Made tables, invented names."""

from __future__ import annotations

import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.bench.options import Options
from eval.bench.progress import say
from eval.bench.report import Report
from eval.bench.tablefiles import MAKERS
from eval.tables import Cell, Column, Table, machine, rate
from rag import Answer, Rag, load_settings

TABLES, EACH, ROWS = 15, 10, 12
OUTCOMES = ("right", "wrong row", "wrong cell", "refused")


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """What a column is called and how one asks for it, in both languages; ``{}`` is the row."""

    names: dict[str, str]
    asks: dict[str, str]
    values: tuple[str, ...] = ()
    numbers: range = range(0)


COLUMNS = (
    ColumnWords(
        {"zh": "单价（元）", "en": "Price (EUR)"},
        {"zh": "{}的单价是多少？", "en": "What is the price of {}?"},
        (),
        range(1100, 9900, 7),
    ),
    ColumnWords(
        {"zh": "重量（千克）", "en": "Weight (kg)"},
        {"zh": "{}有多重？", "en": "How much does {} weigh?"},
        (),
        range(21, 99),
    ),
    ColumnWords(
        {"zh": "保修期（月）", "en": "Warranty (months)"},
        {"zh": "{}的保修期是几个月？", "en": "How many months is the warranty of {}?"},
        (),
        range(3, 60),
    ),
    ColumnWords(
        {"zh": "负责人", "en": "Keeper"},
        {"zh": "谁是{}的负责人？", "en": "Who is the keeper of {}?"},
        tuple("Berit Hald,Joost Perrin,Ilse Corvin,Nils Abery,Mira Torvin,Odile Rask,Tove Lind,Hugo Brandt".split(",")),
    ),
    ColumnWords(
        {"zh": "产地", "en": "Origin"},
        {"zh": "{}的产地是哪里？", "en": "Where does {} come from?"},
        tuple("Aldmoor,Quenby,Skarvik,Brackwater,Larkholm,Fenway,Osterby,Tarnfoot".split(",")),
    ),
    ColumnWords(
        {"zh": "投产年份", "en": "First year"},
        {"zh": "{}是哪一年投产的？", "en": "What was the first year of {}?"},
        (),
        range(1978, 2025),
    ),
    ColumnWords(
        {"zh": "电话", "en": "Phone"},
        {"zh": "{}的电话是多少？", "en": "What is the phone number of {}?"},
        (),
        range(4021, 9999, 13),
    ),
)
STEMS = {"zh": ("岚川", "云汀", "松陂", "白榆", "青墨"), "en": ("Corvel", "Tarnis", "Ostra", "Fennick", "Marl")}
TITLES = {"zh": "{}系列产品目录", "en": "Catalogue of the {} series"}


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """A question and the cell that answers it."""

    text: str
    kind: str
    file: str
    row: str
    value: str


def run(options: Options) -> Report:
    """Index the tables, ask, and count; ``questions`` limits how many of each table are asked."""
    shares: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory() as folder:
        questions = list(written(Path(folder)))
        rag = Rag(load_settings({"index": f"{folder}/index", "generator": options.settings.generator}))
        rag.index([Path(folder) / "tables"])
        for number, one in enumerate(questions):
            if options.questions and number % EACH >= options.questions:
                continue
            say(f"{number + 1} of {len(questions)}")
            outcome = judged(one, rag.ask(one.text), rag)
            for group in (("format", Path(one.file).suffix[1:]), ("language", one.kind), ("all", "all")):
                shares[group][outcome] += 1
    rows: list[tuple[Cell, ...]] = [
        (what, name, counts.total(), *(counts[one] / counts.total() for one in OUTCOMES))
        for (what, name), counts in sorted(shares.items())
    ]
    columns = (Column("by"), Column(""), Column("questions"), *map(rate, OUTCOMES))
    note = f"{TABLES} made tables of {ROWS} rows that look alike; right: the cell asked for is cited, and no other row."
    return Report("tables", (Table("cells of tables", columns, tuple(rows), note),), machine())


def written(folder: Path) -> Iterator[TableQuestion]:
    """Write the tables; the questions on each: seven in its language, three in the other."""
    rng = random.Random(5)
    (folder / "tables").mkdir()
    for number in range(TABLES):
        own, other = ("zh", "en") if number % 2 == 0 else ("en", "zh")
        stem = STEMS[own][number // 2 % len(STEMS[own])]
        across = number % 3 == 0
        stem = f"Q{'ABCDE'[number % 5]}{'NRT'[number % 3]}" if across else stem
        columns = rng.sample(COLUMNS, 4)
        ids = sorted(rng.sample(range(110, 360), ROWS))
        names = [f"{stem}-{one}" if across else f"{stem}{'' if own == 'zh' else ' '}{one}" for one in ids]
        cells = [_values(rng, column) for column in columns]
        title = TITLES[own].format(f"{stem} {number + 1}")
        header = [{"zh": "型号", "en": "Model"}[own], *(column.names[own] for column in columns)]
        body = [[name, *(column[i] for column in cells)] for i, name in enumerate(names)]
        suffix = sorted(MAKERS)[number % len(MAKERS)]
        file = f"{stem}-{number + 1}.{suffix}"
        (folder / "tables" / file).write_bytes(MAKERS[suffix](title, [header, *body]))
        for one in range(EACH):
            language = other if across and one % 2 else own
            row, column = rng.randrange(ROWS), rng.randrange(len(columns))
            kind = own if language == own else f"{language} of {own}"
            yield TableQuestion(
                columns[column].asks[language].format(names[row]), kind, file, names[row], cells[column][row]
            )


def _values(rng: random.Random, column: ColumnWords) -> list[str]:
    if column.numbers:
        return [str(one) for one in rng.sample(column.numbers, ROWS)]
    return [rng.choice(column.values) for _ in range(ROWS)]


def judged(question: TableQuestion, answer: Answer, rag: Rag) -> str:
    """Whether an answer cites the cell, another one of its row, or another row."""
    if answer.refused:
        return "refused"
    rows = [(_line(rag, one.document, one.start), one.quote, one.document) for one in answer.citations]
    own = re.compile(re.escape(question.row) + r"(?!\d)")
    if not all(file == question.file and own.search(line) for line, _, file in rows):
        return "wrong row"
    return "right" if any(question.value in quote for _, quote, _ in rows) else "wrong cell"


def _line(rag: Rag, path: str, start: int) -> str:
    document = rag.document(path)
    text = document.text if document else ""
    return text[text.rfind("\n", 0, start) + 1 :].split("\n", 1)[0]
