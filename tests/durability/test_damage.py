"""Bytes that change, disks that fill, files that go: noticed, named, and never answered from."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import IndexDamaged, IndexMissing
from rag.stores.errors import DATABASE
from tests.commands import SETTINGS, run
from tests.durability import flips, workers
from tests.durability.flips import FACTS, QUESTIONS


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return flips.documents(tmp_path)


@pytest.fixture
def index(tmp_path: Path, documents: Path) -> Path:
    return flips.indexed(tmp_path, documents)


def test_every_flipped_bit_of_the_database_is_named_or_changes_nothing(index: Path, tmp_path: Path) -> None:
    flips.of_database(index, tmp_path, 4, seed=4)  # holds each flip against the database as it was


@pytest.mark.long
def test_five_hundred_flipped_bits_are_named_or_change_nothing(index: Path, tmp_path: Path) -> None:
    counts = flips.of_database(index, tmp_path, 500, seed=5)
    assert counts["named"] > 25
    assert counts["refused"] > 25


@pytest.mark.parametrize(
    ("table", "change", "named"),
    [
        ("documents", "text = replace(text, '212', '912')", "bridge.txt"),
        ("documents", "title = 'x'", "is not what was stored"),
        ("chunks", "text = replace(text, '212', '912')", "is not what was stored"),
        ("chunks", "start = start + 1, end = end + 1", "does not stand at"),
        ("vectors", "vector = zeroblob(length(vector))", "the vector of text"),
    ],
)
def test_change_behind_our_back_is_named_and_not_answered_from(
    index: Path, table: str, change: str, named: str
) -> None:
    with closing(sqlite3.connect(index / DATABASE)) as db:
        db.execute(f"UPDATE {table} SET {change}")
        db.commit()
    assert named in " ".join(workers.opened(index).verify())
    with pytest.raises(IndexDamaged, match="damaged") as caught:
        workers.opened(index).ask("How long is the old bridge?")
    assert "restore FILE" in caught.value.hint
    assert str(index) in caught.value.hint


def test_lost_words_are_named(index: Path) -> None:
    with closing(sqlite3.connect(index / DATABASE)) as db:
        db.execute("DELETE FROM words WHERE rowid = 1")
        db.commit()
    assert "the word index" in " ".join(workers.opened(index).verify())


def test_whole_index_has_nothing_damaged(index: Path) -> None:
    assert workers.opened(index).verify() == []


def test_broken_faiss_file_is_made_again_with_a_warning_and_the_same_answers(index: Path) -> None:
    assert flips.of_faiss(index, 5, seed=1) == 5


def test_backup_brings_back_a_damaged_index(index: Path, tmp_path: Path) -> None:
    rag = workers.opened(index)
    before = [rag.search(question) for question in QUESTIONS]
    rag.backup(tmp_path / "copy")
    rag.close()
    for harm in (b"\0" * 5000, b"", b"SQLite format 3\0" + b"\xff" * 9000):
        (index / DATABASE).write_bytes(harm)
        again = workers.opened(index)
        again.restore(tmp_path / "copy")
        assert again.verify() == []
        assert [again.search(question) for question in QUESTIONS] == before
        again.close()


def test_restore_into_a_running_server_is_seen_by_its_next_question(
    index: Path, documents: Path, tmp_path: Path
) -> None:
    server = workers.opened(index)
    server.backup(tmp_path / "copy")
    with closing(workers.opened(index)) as other:
        (documents / "new.txt").write_text("The new theatre seats 900 people.", "utf-8")
        other.index([documents])
        other.delete(["bridge.txt"])
    assert "new.txt" in {passage.chunk.document for passage in server.search("theatre bridge", 50)}
    with closing(workers.opened(index)) as other:
        other.restore(tmp_path / "copy")
        (documents / "new.txt").write_text("The new stadium seats 90 people.", "utf-8")
        other.index([documents])
    found = {passage.chunk.document: passage.chunk.text for passage in server.search("theatre stadium bridge", 50)}
    assert set(found) == {*FACTS, "new.txt"}
    assert found["new.txt"] == "The new stadium seats 90 people."
    assert server.search("The new stadium seats 90 people.")[0].dense == pytest.approx(1, abs=1e-5)


def test_damaged_backup_is_refused_and_the_index_left_alone(index: Path, tmp_path: Path) -> None:
    workers.opened(index).backup(tmp_path / "copy")
    whole = (tmp_path / "copy").read_bytes()
    place = whole.index(b"212 metres")
    (tmp_path / "copy").write_bytes(flips.flip(whole, place, 1))
    rag = workers.opened(index)
    with pytest.raises(IndexDamaged, match="cannot be restored"):
        rag.restore(tmp_path / "copy")
    with pytest.raises(IndexMissing, match="no file"):
        rag.restore(tmp_path / "nothing")
    assert rag.verify() == []


def test_damaged_index_does_not_overwrite_a_good_backup(index: Path, tmp_path: Path) -> None:
    workers.opened(index).backup(tmp_path / "copy")
    good = (tmp_path / "copy").read_bytes()
    with closing(sqlite3.connect(index / DATABASE)) as db:
        db.execute("UPDATE documents SET text = 'x'")
        db.commit()
    with pytest.raises(IndexDamaged):
        workers.opened(index).backup(tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == good
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy", "documents", "index"]


def test_database_removed_under_a_running_server_is_named_and_a_new_one_is_taken_up(
    index: Path, documents: Path
) -> None:
    server = workers.opened(index)
    assert server.search("bridge")
    shutil.rmtree(index)
    with pytest.raises(IndexMissing, match="no index"):
        server.ask("How long is the old bridge?")
    (documents / "garden.txt").unlink()
    workers.opened(index).index([documents])
    assert {passage.chunk.document for passage in server.search("bridge", 50)} == {"bridge.txt", "钟楼.txt"}


LIMITED = """
import resource, sys
from pathlib import Path
from rag.errors import StoreError
from tests.durability import flips, workers
from tests.durability.flips import FACTS, QUESTIONS
rag = workers.opened(Path(sys.argv[1]))
rag.search("bridge")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    {action}
    print("done")
except StoreError as error:
    print("StoreError", error, "|", error.hint)
"""


@pytest.mark.parametrize(
    "action", ["rag.index([sys.argv[2]])", "rag.backup(Path(sys.argv[1] + '.copy'))", "rag.reembed()"]
)
def test_full_disk_is_said_and_the_index_is_whole(index: Path, documents: Path, action: str) -> None:
    before = flips.dump(index / DATABASE)["documents"]
    for number in range(200):
        (documents / f"more{number}.txt").write_text(f"Number {number} is a new document. " * 40, "utf-8")
    limit = str(40_000 if "reembed" not in action else 30_000)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED.format(action=action), index, documents, limit],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.startswith("StoreError"), done.stdout + done.stderr
    assert "free space" in done.stdout or "choose another" in done.stdout
    assert ("cannot be copied to" in done.stdout) == ("backup" in action)
    rag = workers.opened(index)
    assert rag.verify() == []
    stored = flips.dump(index / DATABASE)["documents"]
    assert stored[: len(before)] == before
    assert [file.name for file in index.parent.iterdir() if ".part" in file.name] == []
    assert rag.ask("How long is the old bridge?").citations


@pytest.fixture
def anyones() -> Iterator[Path]:
    """An index that anyone may read and nobody write, beside its documents, in a folder where temporary files are."""
    with tempfile.TemporaryDirectory() as folder:
        index = flips.indexed(Path(folder), flips.documents(Path(folder)))
        for file in index.iterdir():
            file.chmod(0o444)
        Path(folder).chmod(0o755)
        index.chmod(0o555)
        yield index
        index.chmod(0o755)


@pytest.mark.skipif(os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may write everywhere")
def test_folder_that_may_only_be_read_is_searched_and_writing_says_why_not(anyones: Path) -> None:
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    environment = {**os.environ, **SETTINGS, "RAG_INDEX": str(anyones)}

    def as_user(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*user, *command], env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return as_user(sys.executable, "-m", "rag", *arguments)

    if user and as_user("test", "-r", str(anyones / DATABASE)).returncode:
        pytest.skip("another user may not reach the folder of temporary files")
    if user and command("--help").returncode:
        pytest.skip("another user may not read this checkout")
    asked = command("ask", "How long is the old bridge?")
    assert (asked.returncode, asked.stderr) == (0, "")
    verified = command("verify")
    assert (verified.returncode, verified.stdout) == (0, "nothing is damaged\n"), verified.stderr
    for words in (("index", str(anyones.parent / "documents")), ("delete", "bridge.txt")):
        done = command(*words)
        assert done.returncode == 2
        assert "Permission denied" in done.stderr or "readonly" in done.stderr
        assert "Traceback" not in done.stderr


def test_clock_going_backwards_hides_no_edit(index: Path, documents: Path) -> None:
    with closing(sqlite3.connect(index / DATABASE)) as db:
        db.execute("UPDATE documents SET indexed_at = '2199-01-01T00:00:00+00:00'")
        db.commit()

    generation = workers.opened(index).status().meta["generation"]
    (documents / "bridge.txt").write_text(FACTS["bridge.txt"].replace("212", "219"), "utf-8")
    for file in documents.iterdir():
        os.utime(file, (0, 0))
    rag = workers.opened(index)
    assert rag.index([documents]).updated == ("bridge.txt",)
    assert int(rag.status().meta["generation"]) == int(generation) + 1
    assert any("219" in passage.chunk.text for passage in rag.search("How long is the old bridge?"))


def test_deleted_text_is_on_no_byte_of_the_index(index: Path) -> None:
    server = workers.opened(index)
    assert server.ask("How long is the old bridge?").citations
    secrets = [b"212 metres", b"bridge", b"bridg"]  # shorter ones may stand in vectors by chance
    before = b"".join(file.read_bytes() for file in index.iterdir())
    assert [secret for secret in secrets if secret in before] == secrets
    with closing(workers.opened(index)) as rag:
        rag.delete(["bridge.txt"])
    assert "bridge.txt" not in {p.chunk.document for p in server.search("old bridge 212 metres", 50)}
    assert server.document("bridge.txt") is None
    server.close()
    after = b"".join(file.read_bytes() for file in index.iterdir())
    assert [secret for secret in secrets if secret in after] == []


def test_commands_that_look_after_an_index_say_what_they_did(documents: Path, tmp_path: Path) -> None:
    index, copy = tmp_path / "i", tmp_path / "copy"
    assert run("index", documents, index=index).returncode == 0
    assert run("verify", index=index).stdout == "nothing is damaged\n"
    assert "checked" in run("backup", copy, index=index).stdout
    status = json.loads(run("status", "--json", index=index).stdout)
    assert (status["writer"], status["unfinished"]) == (None, None)
    assert status["bytes"] > 10_000
    with closing(sqlite3.connect(index / DATABASE)) as db:
        db.execute("UPDATE documents SET text = 'x' WHERE path = 'bridge.txt'")
        db.commit()
    damaged = run("verify", index=index)
    assert damaged.returncode == 2
    assert "bridge.txt" in damaged.stdout
    refused = run("ask", "How long is the old bridge?", index=index)
    assert refused.returncode == 2
    assert "restore FILE" in refused.stderr
    assert "3 documents restored" in run("restore", copy, index=index).stdout
    assert run("ask", "How long is the old bridge?", index=index).returncode == 0


def test_next_command_says_what_a_killed_one_did(documents: Path, tmp_path: Path) -> None:
    index = tmp_path / "i"
    run("index", documents, index=index)
    script = (
        "import os; from pathlib import Path; from rag.stores.sqlite.store import SqliteStore\n"
        f"store = SqliteStore(Path({str(index)!r}))\n"
        "with store.writing('delete bridge.txt'): store.delete(['bridge.txt']); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    told = run("ask", "每年约有多少人参观钟楼？", index=index)
    assert told.returncode == 0
    assert "note: 'delete bridge.txt' (pid " in told.stderr
    assert "1 documents were done" in told.stderr
    assert run("index", documents, index=index).returncode == 0
    assert run("status", index=index).stderr == ""
