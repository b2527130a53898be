"""What happens to files and folders between two runs of ``index`` is what the index then says; no file runs code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.errors import DocumentError
from rag.loaders.apart import parse_apart
from tests.durability.test_hostile import GOOD, docx_of

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


def test_file_that_says_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "endless.py").write_text(
        "from rag.loaders.lines import Extract\n"
        "from rag.loaders.metadata import Metadata\n"
        "def parse(data, name): return Extract(tuple(['x' * 1_000_000] * 300), Metadata())"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DocumentError, match="says more than 268 MB"):
        parse_apart("endless", b"", "a.txt")
