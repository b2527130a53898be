"""Processes that read files for another: shared while all goes well, replaced when a file has been too much for one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.errors import DocumentError
from rag.loaders.apart import parse_apart
from rag.progress import Step, listening

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals and has bounds that Windows lacks")

PARSER = '''
import os, time
from pathlib import Path
from rag.loaders.builder import Extract
from rag.loaders.metadata import Metadata

kept = []

def parse(data, name):
    """Does what the file says and tells its process number."""
    exec(data)
    return Extract.of_lines((str(os.getpid()),), Metadata())
'''

Read = Callable[..., int]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads a file whose text is Python; returns the number of the process that has."""
    (tmp_path / "obedient.py").write_text(PARSER)
    monkeypatch.syspath_prepend(tmp_path)

    def reading(text: str = "", **bounds: int) -> int:
        return int(parse_apart("obedient", text.encode(), "a.txt", **bounds).lines[0])

    return reading


def test_files_are_read_by_one_process(read: Read) -> None:
    assert len({read() for _ in range(5)}) == 1
    assert read() != os.getpid()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("time.sleep(60)", "takes longer than 2 s"),
        ("while True: pass", "takes longer than 2 s"),
        ("os.kill(os.getpid(), 11)", "crashes its reader"),
        ("os._exit(0)", "crashes its reader"),
        ("kept.append(b'x' * (9 << 30))", "too much memory"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
@pytest.mark.parametrize("files", [0, pytest.param(1, marks=pytest.mark.long)])
def test_file_that_is_too_much_is_refused_and_the_next_one_read(read: Read, text: str, reason: str, files: int) -> None:
    for _ in range(files):
        read()
    with pytest.raises(DocumentError, match=reason):
        read(text, seconds=2 if "longer" in reason else 60)
    assert read() == read()


def test_file_is_not_refused_for_what_files_before_it_have_taken(read: Read) -> None:
    bounds = {"memory": 1 << 30}
    first = read("kept.append(b'x' * (450 << 20))", **bounds)
    assert read(**bounds) == first, "it keeps less than makes a process end"
    assert read("kept.append(b'x' * (500 << 20))", **bounds) != first
    with pytest.raises(DocumentError, match="too much memory"):
        read("kept.append(b'x' * (1 << 30))", **bounds)


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_process_that_keeps_much_ends(read: Read) -> None:
    assert read("kept.append(b'x' * (700 << 20))") != read()


def test_file_is_tried_again_only_where_others_were_read_before_it(read: Read, tmp_path: Path) -> None:
    text = f"Path({str(tmp_path / 'tries')!r}).open('a').write('x'); os._exit(1)"
    read()
    for tries in ("xx", "xxx"):
        with pytest.raises(DocumentError, match="crashes"):
            read(text)
        assert (tmp_path / "tries").read_text() == tries


def test_process_that_was_killed_while_it_waited_is_replaced(read: Read) -> None:
    first = read()
    os.kill(first, signal.SIGKILL)
    assert read() != first


def test_threads_read_at_once(read: Read) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(read, ["time.sleep(1)"] * 4))) == 4
    with ThreadPoolExecutor(4) as threads:
        assert len(list(threads.map(read, [""] * 40))) == 40


def test_who_listens_is_told_how_far_a_process_has_got(read: Read) -> None:
    text = "from rag.progress import Step, tell\nfor n in (1, 2, 3): tell(Step(n, 3, 'pages'))"
    heard: list[Step] = []
    with listening(heard.append):
        read(text)
    read(text)
    assert heard == [Step(n, 3, "pages", "a.txt") for n in (1, 2, 3)]


SCRIPT = f"""
import os, sys
sys.path[:0] = [{str(ROOT)!r}, sys.argv[1]]
from rag.loaders.apart import parse_apart
read = lambda: parse_apart("obedient", b"", "a.txt").lines[0]
print(read(), flush=True)
"""


def printed(script: str, folder: Path) -> list[str]:
    (folder / "obedient.py").write_text(PARSER)
    command = [sys.executable, "-c", SCRIPT + script, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split()


def test_forked_process_leaves_that_of_its_parent_alone(tmp_path: Path) -> None:
    script = "if pid := os.fork(): os.waitpid(pid, 0)\nprint(read(), flush=True)"
    first, child, parent = printed(script, tmp_path)
    assert first == parent
    assert first != child


def test_waiting_process_ends_with_the_one_it_waits_for(tmp_path: Path) -> None:
    (pid,) = printed("", tmp_path)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def worker(text: str, seconds: int, folder: Path) -> subprocess.Popen[bytes]:
    """A reading process without a parent that watches it, with one request and a second of patience for the next."""
    (folder / "obedient.py").write_text(PARSER)
    script = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(folder)!r}]\n"
        "from rag.loaders import worker; worker.IDLE = 1; worker.main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(4 << 30)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    process.stdin.write(json.dumps([["obedient", "parse", "a"], seconds, len(text)]).encode() + b"\n" + text.encode())
    process.stdin.flush()
    return process


def test_process_that_nobody_needs_ends(tmp_path: Path) -> None:
    with worker("", 10, tmp_path) as process:
        assert process.wait(30) == -signal.SIGALRM


def test_process_that_nobody_stops_ends_when_its_time_is_up(tmp_path: Path) -> None:
    with worker("while True: pass", 0, tmp_path) as process:
        assert process.wait(60) == -signal.SIGXCPU
