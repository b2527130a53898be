"""The command line for tests: ``run`` calls it in this process, which is quick; ``shell`` starts real ones."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from rag.cli.main import main

ROOT = Path(__file__).parents[1]
SETTINGS = {"RAG_EMBEDDER": "hash", "RAG_GENERATOR": "extractive", "RAG_THRESHOLD": "0"}


def run(*arguments: str | Path, index: Path, stdin: str = "", **environment: str) -> CompletedProcess[str]:
    """``python -m rag`` with these arguments and variables, but for the process: its exit code and what it printed."""
    words = [str(argument) for argument in arguments]
    out, err = io.StringIO(newline=""), io.StringIO(newline="")
    with pytest.MonkeyPatch.context() as patch, chdir(ROOT), redirect_stdout(out), redirect_stderr(err):
        for name, value in {**SETTINGS, "RAG_INDEX": str(index), **environment}.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"))
        try:
            code = main(words)
        except SystemExit as stop:  # argparse's
            code = int(stop.code or 0)
    return CompletedProcess(words, code, out.getvalue(), err.getvalue())


def shell(command: str, index: Path, **environment: str) -> CompletedProcess[str]:
    """A command of bash; ``python`` is this one."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("needs bash")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables = {**os.environ, "PATH": path, **SETTINGS, "RAG_INDEX": str(index), **environment}
    return subprocess.run(
        [bash, "-c", command], cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=120
    )
