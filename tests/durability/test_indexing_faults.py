"""What happens to files and folders between two runs of ``index`` is what the index then says; no file runs code."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.errors import DocumentError
from rag.loaders import discover, gone
from rag.loaders.apart import parse_apart
from rag.models.embedders import open_embedder
from tests.commands import SETTINGS, run
from tests.durability.test_hostile import GOOD, docx_of
from tests.durability.workers import LoggingEmbedder, opened

ROOT = Path(__file__).parents[2]

SLEEPER = """
import os, time
def parse(data, name):
    with open(data.decode(), "w") as file:
        file.write(str(os.getpid()))
    time.sleep(60)
"""


def sleeping_parser(folder: Path) -> str:
    """The name of a parser that says its process number and then does nothing for a minute."""
    folder.mkdir()
    (folder / "sleeping_parser.py").write_text(SLEEPER)
    return "sleeping_parser"


def runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("name", ["docx.py", "lxml.py", "json.py", "sitecustomize.py"])
def test_python_file_among_the_documents_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    for first in ("", str(tmp_path)):
        monkeypatch.setattr(sys, "path", [first, *sys.path])
        assert parse_apart("rag.loaders.docx", docx_of(GOOD), "a.docx").lines == (GOOD,)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("flags", [(), pytest.param(("-P",), marks=pytest.mark.long)])
def test_program_runs_no_python_file_in_the_folder_it_stands_in(tmp_path: Path, flags: tuple[str, ...]) -> None:
    # what runpy and rag/__init__.py import, and what that imports in turn: only with -P it comes from elsewhere
    script = "import sys, __future__, runpy, importlib, typing; print(*sys.modules)"
    first = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True).stdout
    shadows = {*sys.stdlib_module_names, "cryptography", "docx", "faiss", "lxml", "numpy", "pypdfium2", "rich", "torch"}
    for name in shadows - (set() if flags else {name.partition(".")[0] for name in first.split()}):
        write(tmp_path / f"{name}.py", f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r} + ' ')")
    (tmp_path / "a.docx").write_bytes(docx_of(GOOD))
    environment = {**os.environ, **SETTINGS, "PYTHONPATH": str(ROOT), "RAG_INDEX": str(tmp_path / "index")}
    for command in (("index", "a.docx"), ("ask", GOOD), ("verify",)):
        arguments = [sys.executable, *flags, "-m", "rag", *command]
        done = subprocess.run(arguments, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limits")
def test_lower_limit_of_memory_stays_and_files_are_read_within_it() -> None:
    script = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
        "import sys; from rag.loaders.apart import parse_apart\n"
        "print(parse_apart('rag.loaders.docx', sys.stdin.buffer.read(), 'a.docx').lines)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=docx_of(GOOD), capture_output=True, cwd=ROOT, check=True
    )
    assert GOOD in done.stdout.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_reading_process_ends_with_the_one_it_reads_for(tmp_path: Path) -> None:
    module, said = sleeping_parser(tmp_path / "parsers"), tmp_path / "pid"
    script = (
        f"import sys; sys.path.append({str(tmp_path / 'parsers')!r}); from rag.loaders.apart import parse_apart\n"
        f"parse_apart({module!r}, {os.fsencode(said)!r}, 'a')"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    end = time.monotonic() + 60
    while not (said.exists() and said.read_text()):
        assert time.monotonic() < end
        time.sleep(0.02)
    child = int(said.read_text())
    assert runs(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while runs(child):
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("printed", ["print('x' * 10)", "import os; os.write(1, b'x' * 10)"])
def test_what_a_parser_prints_is_not_what_the_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printed: str
) -> None:
    (tmp_path / "chatty.py").write_text(f"{printed}\nfrom rag.loaders.plain import parse")
    monkeypatch.syspath_prepend(tmp_path)
    assert parse_apart("chatty", GOOD.encode(), "a.txt").lines == (GOOD,)


@pytest.mark.long
def test_file_that_says_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "endless.py").write_text(
        "from rag.loaders.builder import Extract\n"
        "from rag.loaders.metadata import Metadata\n"
        "def parse(data, name): return Extract.of_lines(['x' * 1_000_000] * 300, Metadata())"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DocumentError, match="says more than 268 MB"):
        parse_apart("endless", b"", "a.txt")


# What became of files


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def texts(index: Path) -> dict[str, str]:
    """The text of every document, by each of its paths."""
    rag = opened(index)
    paths = [one.path for info in rag.documents() for one in info.everywhere()]
    return {path: document.text for path in paths if (document := rag.document(path))}


def fails(index: Path, *paths: Path) -> dict[str, str]:
    return {failure.path.rpartition("/")[2]: failure.reason for failure in opened(index).index(paths).failed}


def test_file_with_a_link_to_it_in_the_folder_is_indexed_under_its_own_name(tmp_path: Path) -> None:
    folder, index = tmp_path / "documents", tmp_path / "index"
    write(folder / "b.txt", "The bridge is 212 metres long.")
    opened(index).index([folder])
    (folder / "a.txt").symlink_to("b.txt")
    assert opened(index).index([folder]).unchanged == ("b.txt",)
    write(folder / "b.txt", "The bridge is 999 metres long.")
    assert opened(index).index([folder]).updated == ("b.txt",)
    assert texts(index) == {"b.txt": "The bridge is 999 metres long."}


@pytest.mark.parametrize("prune", [None, False])
def test_link_that_was_indexed_gives_way_to_the_file_it_leads_to(tmp_path: Path, prune: bool | None) -> None:
    folder, index = tmp_path / "documents", tmp_path / "index"
    file = write(folder / "b.txt", "The bridge is 212 metres long.")
    (folder / "a.txt").symlink_to("b.txt")
    opened(index).index([folder / "a.txt"])
    summary = opened(index).index([folder], prune=prune)
    assert (summary.added, summary.removed, summary.embedded) == (("b.txt",), ("a.txt",), 0)
    write(file, "The bridge is 999 metres long.")
    opened(index).index([folder / "a.txt", folder])
    assert texts(index) == {"b.txt": "The bridge is 999 metres long."}


def test_moved_documents_are_found_all_the_while_and_embedded_once(tmp_path: Path) -> None:
    folder, index = tmp_path / "documents", tmp_path / "index"
    for number in range(100):
        write(folder / "old" / f"{number}.txt", f"Fact {number} is told in house number {number}.")
    opened(index).index([folder])
    log, reader, seen = tmp_path / "log", opened(index), []
    for target in ("new", "newer"):
        (source,) = folder.iterdir()
        source.rename(folder / target)

        def report(done: int, total: int) -> None:
            seen.append(len({document.content_hash for document in reader.documents()}))
            if 50 < done < total and len(seen) < 100:  # in the first of the two runs
                raise KeyboardInterrupt

        try:
            opened(index, LoggingEmbedder(log, open_embedder("hash"))).index([folder], report)
        except KeyboardInterrupt:
            assert len(opened(index).documents()) > 100
    assert set(seen) == {100}
    assert log.read_text() == ""
    assert sorted(texts(index)) == sorted(f"newer/{number}.txt" for number in range(100))


def test_run_cut_short_before_its_first_document_embeds_nothing_twice(tmp_path: Path) -> None:
    folder, index = tmp_path / "documents", tmp_path / "index"
    write(folder / "a.txt", GOOD)
    rag = opened(index)
    rag.index([folder])
    store = rag._index.there()
    with store.writing("delete a.txt"):
        store.delete(["a.txt"])
    assert opened(index).index([folder]).embedded == 0


@pytest.mark.parametrize("left", ["nothing", "an empty folder", "empty folders"])
def test_folder_of_which_nothing_is_left_loses_nothing_until_told_to(tmp_path: Path, left: str) -> None:
    folder, index = tmp_path / "the documents", tmp_path / "index"
    for name in ("a.txt", "sub/b.txt"):
        write(folder / name, f"This is {name}.")
    run("index", folder, index=index)
    folder.rename(tmp_path / "away")
    if left != "nothing":
        (folder / ("sub" if left == "empty folders" else "")).mkdir(parents=True)
    done = run("index", folder, index=index)
    assert done.returncode == 2
    assert "but 2 documents were indexed from there and are kept" in done.stdout
    assert f"python -m rag index --prune '{folder}'" in done.stdout
    assert len(texts(index)) == 2
    assert opened(index).index([folder / "sub" / "b.txt"]).removed == (("sub/b.txt",) if "folders" in left else ())
    assert "2 removed" in run("index", "--prune", folder, index=index).stdout or left == "empty folders"
    assert texts(index) == {}
    assert len(fails(index, folder)) == 1


def test_files_that_are_no_files_any_more_or_say_nothing_are_forgotten(tmp_path: Path) -> None:
    folder, index = tmp_path / "documents", tmp_path / "index"
    for name in ("emptied", "spaces", "folder", "link", "left"):
        write(folder / f"{name}.txt", f"The secret of {name} is 4711.")
    (folder / "emptied.docx").write_bytes(docx_of(GOOD))
    opened(index).index([folder])
    (folder / "emptied.txt").write_bytes(b"")
    (folder / "emptied.docx").write_bytes(b"")
    (folder / "spaces.txt").write_text(" \n")
    (folder / "folder.txt").unlink()
    (folder / "folder.txt").mkdir()
    (folder / "link.txt").unlink()
    (folder / "link.txt").symlink_to(tmp_path / "nowhere.txt")
    summary = opened(index).index([folder])
    assert summary.removed == ("emptied.docx", "emptied.txt", "folder.txt", "link.txt", "spaces.txt")
    assert {failure.reason for failure in summary.failed} == {"no readable text"}
    assert list(texts(index)) == ["left.txt"]


def test_file_that_fails_is_said_to_be_indexed_still(tmp_path: Path) -> None:
    folder, index = tmp_path / "documents", tmp_path / "index"
    for name in ("broken", "grown", "new"):
        write(folder / f"{name}.txt", f"This is {name}.")
    opened(index).index([folder / "broken.txt", folder / "grown.txt"])
    for name in ("broken", "new"):
        (folder / f"{name}.txt").write_bytes(b"\x00\x01\x02" * 100)
    os.truncate(folder / "grown.txt", 200_000_000)
    said = fails(index, folder)
    assert {name for name, reason in said.items() if "what was indexed of it before is still there" in reason} == {
        "broken.txt",
        "grown.txt",
    }
    assert sorted(texts(index)) == ["broken.txt", "grown.txt"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("Notes.txt", "notes.txt"), ("caf\u00e9.txt", "cafe\u0301.txt"), ("Sub/a.txt", "sub/a.txt")],
)
def test_renamed_file_is_forgotten_though_the_disk_opens_it_under_its_old_name(
    tmp_path: Path, old: str, new: str
) -> None:
    folder, index = tmp_path / "documents", tmp_path / "index"
    write(folder / old, GOOD)
    opened(index).index([folder])
    before = opened(index).documents()
    shutil.rmtree(folder)
    write(folder / new, GOOD)
    found = discover([folder])
    assert gone(before, found, None).removed == [old]
    write(folder / old, GOOD)  # a disk that folds names has it, though it does not list it
    assert gone(before, found, None).removed == [old]
    assert gone(before, discover([folder]), None).removed == []


def test_hidden_file_that_was_named_outlives_its_folder_being_searched_and_no_longer(tmp_path: Path) -> None:
    folder, index = tmp_path / "documents", tmp_path / "index"
    hidden = [write(folder / name, f"This is {name}.") for name in (".a.txt", ".b/c.txt")]
    write(folder / "d.txt", GOOD)
    opened(index).index([*hidden, folder])
    assert opened(index).index([folder]).removed == ()
    hidden[0].unlink()
    hidden[1].unlink()
    assert len(opened(index).index([folder]).removed) == 2


# Commands


def test_delete_counts_documents_and_fails_only_for_what_is_not_there(tmp_path: Path) -> None:
    folder, index = tmp_path / "documents", tmp_path / "index"
    for name in ("sub/a.txt", "sub/b.txt", "sub/c.txt", "d.txt", "e.txt"):
        write(folder / name, f"This is {name}.")
    opened(index).index([folder])
    done = run("delete", "sub", "sub/a.txt", index=index)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3 documents deleted\n", "")
    done = run("delete", "d.txt", "nowhere", index=index)
    assert (done.returncode, done.stdout) == (2, "1 document deleted\n")
    assert "'nowhere'" in done.stderr
    assert "python -m rag status" in done.stderr
    assert list(texts(index)) == ["e.txt"]


def test_backup_into_no_folder_says_that_it_is_the_file_that_cannot_be_written(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", GOOD)
    opened(tmp_path / "index").index([tmp_path / "a.txt"])
    done = run("backup", tmp_path / "nowhere" / "x", index=tmp_path / "index")
    assert done.returncode == 2
    assert "there is no folder" in done.stderr
    assert "--index" not in done.stderr
