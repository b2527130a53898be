"""What is installed is pinned by hash; from install to answer no socket is opened and nothing is unpickled."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")

# LangChain imports urllib3, which tries at import whether it could bind a socket to [::1]: refused like all others.
WATCHED = """
import sys
def watch(event, arguments):
    if event.startswith("socket.") or event == "pickle.find_class":
        frame, callers = sys._getframe(), set()
        while frame := frame.f_back:
            callers.add((frame.f_globals.get("__name__"), frame.f_code.co_name))
        if ("urllib3.util.connection", "_has_ipv6") not in callers:
            print("OPENED", event, arguments, flush=True)
        raise RuntimeError(event)
sys.addaudithook(watch)
from rag.cli.main import main
for arguments in (["index", sys.argv[1]], ["ask", "How long is the old bridge?"], ["status"], ["verify"]):
    assert main([*arguments, "--index", sys.argv[2]]) in (0, 1), arguments
"""


def test_every_requirement_of_the_lock_file_is_pinned_by_hash() -> None:
    entries = [entry for entry in re.split(r"\n(?=\S)", LOCK) if entry and not entry.startswith("#")]
    assert len(entries) > 30
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_lock_file_has_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["ui"]]
    names = {re.split(r"[><=\[]", one)[0].lower() for one in wanted}
    assert names <= {line.partition("==")[0] for line in LOCK.splitlines()}


def test_from_files_to_answer_no_socket_is_opened_and_nothing_unpickled(tmp_path: Path, use_weights: Path) -> None:
    (tmp_path / "a.txt").write_text("The old bridge is 212 metres long.", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, tmp_path / "a.txt", tmp_path / "index"],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert "OPENED" not in done.stdout
    assert done.returncode == 0, done.stderr
    assert "212 metres" in done.stdout


def test_nothing_is_reported_or_kept_in_the_home_folder(tmp_path: Path, use_weights: Path) -> None:
    """ONNX Runtime keeps an identifier of the machine, and what it has yet to send, below the home folder."""
    (tmp_path / "a.txt").write_text("The old bridge is 212 metres long.", "utf-8")
    home = tmp_path / "home"
    home.mkdir()
    told = {name: value for name, value in os.environ.items() if name not in ("CI", "GITHUB_ACTIONS", "XDG_CACHE_HOME")}
    told |= {"HOME": str(home), "RAG_MODELS": str(use_weights.parent), "RAG_INDEX": str(tmp_path / "index")}
    for arguments in (["index", str(tmp_path / "a.txt")], ["ask", "How long is the old bridge?"]):
        done = subprocess.run(
            [sys.executable, "-m", "rag", *arguments],
            env=told,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
    assert list(home.rglob("*")) == []
