"""An index of a few facts, and bytes of it that change: noticed, and never answered from."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
import warnings
from contextlib import closing
from pathlib import Path

from rag.errors import RagError, StoreError
from rag.stores import checksums
from rag.stores.errors import DATABASE
from rag.stores.sqlite.store import FAISS_FILE
from tests.durability import workers

FACTS = {
    "bridge.txt": "The old bridge was built in 1931.\nIt is 212 metres long.\nTrams crossed it until 1968.",
    "钟楼.txt": "钟楼建于1915年，高44米。\n钟楼由红砖砌成。\n每年约有20万人参观钟楼。",
    "garden.txt": "The botanic garden has 3,400 kinds of plants.\nEntry is free on Mondays.",
}
QUESTIONS = ("How long is the old bridge?", "钟楼有多高？", "How many kinds of plants has the garden?")


def documents(folder: Path) -> Path:
    """A folder of the facts, a file each."""
    made = folder / "documents"
    made.mkdir()
    for name, text in FACTS.items():
        (made / name).write_text(text, "utf-8")
    return made


def indexed(folder: Path, files: Path) -> Path:
    """An index of the facts."""
    with closing(workers.opened(folder / "index")) as rag:
        rag.index([files])
    return folder / "index"


def dump(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that is stored, but for the settings and the times."""
    with closing(sqlite3.connect(database)) as db:
        tables = ("documents", "chunks", "copies", "vectors")
        rows = {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
        rows["documents"] = db.execute(f"SELECT id, {checksums.DOCUMENT_COLUMNS} FROM documents").fetchall()
        # The word index knows neither capitals nor what stands between words: changes of these change nothing found.
        words = db.execute("SELECT rowid, lower(terms) FROM words").fetchall()
        rows["words"] = [(row, *re.findall(r"\w+", terms)) for row, terms in words]
        return rows


def flip(data: bytes, place: int, mask: int) -> bytes:
    return data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :]


def of_database(index: Path, folder: Path, flips: int, seed: int) -> dict[str, int]:
    """Flip one bit of the database, again and again; count what was noticed by ``verify`` and by ``ask``."""
    whole, pristine = (index / DATABASE).read_bytes(), dump(index / DATABASE)
    with closing(workers.opened(index)) as rag:
        answers = [rag.ask(question).text for question in QUESTIONS]
    chance, counts = random.Random(seed), {"named": 0, "refused": 0, "harmless": 0}
    hints: list[str] = []
    for number in range(flips):
        copy = folder / f"flipped{number}"
        copy.mkdir()
        (copy / DATABASE).write_bytes(flip(whole, chance.randrange(len(whole)), 1 << chance.randrange(8)))
        for question, answer in zip(QUESTIONS, answers, strict=True):
            try:
                with closing(workers.opened(copy)) as rag:
                    found = rag.ask(question)
            except RagError as error:
                counts["refused"] += 1
                hints.append(error.hint)
                continue
            assert found.refused or all(any(c.quote in text for text in FACTS.values()) for c in found.citations), (
                answer
            )
        try:
            with closing(workers.opened(copy)) as rag:
                named = rag.verify()
        except StoreError as error:
            named = [str(error)]
        if named:
            counts["named"] += 1
        else:
            counts["harmless"] += 1
            assert dump(copy / DATABASE) == pristine, "a change of what is stored went unnoticed"
        shutil.rmtree(copy)
    assert all(hints)
    return counts


def of_faiss(index: Path, flips: int, seed: int) -> int:
    """Flip one byte of the FAISS file, again and again; returns how often it was named, said, and made again."""
    chance, whole = random.Random(seed), (index / FAISS_FILE).read_bytes()

    def found() -> list[object]:
        with closing(workers.opened(index)) as rag:
            return [rag.search(question) for question in QUESTIONS]

    before, mended = found(), 0
    for _ in range(flips):
        place, mask = chance.randrange(len(whole)), chance.randrange(1, 256)
        (index / FAISS_FILE).write_bytes(flip(whole, place, mask))
        with closing(workers.opened(index)) as rag:
            assert "vectors.faiss is damaged" in " ".join(rag.verify())
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            assert found() == before
        assert "has been made again" in str(said[0].message)
        assert (index / FAISS_FILE).read_bytes() == whole
        mended += 1
    return mended
