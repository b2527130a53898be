"""What fuzzing and measuring found, and that it stays fixed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import IndexDamaged
from rag.stores.errors import DATABASE
from rag.stores.sqlite import integrity
from tests.durability import foreseen, workers


@pytest.fixture
def index(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("The old bridge is 212 metres long.", "utf-8")
    with closing(workers.opened(tmp_path / "index")) as rag:
        rag.index([tmp_path / "a.txt"])
    return tmp_path / "index"


def test_word_index_of_another_format_is_damage_not_a_full_disk(index: Path) -> None:
    with closing(sqlite3.connect(index / DATABASE)) as db:
        db.execute("UPDATE words_config SET v = 0 WHERE k = 'version'")
        db.commit()
    with pytest.raises(IndexDamaged):
        workers.opened(index).search("bridge")
    with closing(sqlite3.connect(index / DATABASE)) as db:
        assert any("fts5" in problem for problem in integrity.problems(db))


def test_schema_that_is_no_text_any_more_is_damage(index: Path) -> None:
    data = (index / DATABASE).read_bytes()
    place = data.index(b"CREATE TABLE documents")
    (index / DATABASE).write_bytes(data[:place] + b"\xce" + data[place + 1 :])
    with pytest.raises(IndexDamaged):
        workers.opened(index).search("bridge")


@pytest.mark.parametrize("name", sorted(file.name for file in foreseen.FOUND.iterdir()))
def test_file_that_fuzzing_found_or_starts_from_is_read_as_foreseen(name: str) -> None:
    foreseen.check(Path(name).suffix, (foreseen.FOUND / name).read_bytes())
