"""What does the base install cost? A fresh virtual environment, packages, weights and a first answer: time and size."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from eval.bench.options import Options
from eval.bench.progress import say
from eval.bench.report import Report
from eval.tables import Cell, Column, Table, machine
from rag import RagError

ROOT = Path(__file__).parents[2]

QUESTION = "香港数据中心总存量是多少平方呎？"

MEGABYTES, SECONDS = 600, 180
"""Targets."""


class InstallError(RagError):
    """A step of the installation failed."""


def run(options: Options) -> Report:
    """Install into an empty folder, with an empty package cache and no weights."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        environment = {**os.environ, "PIP_CACHE_DIR": str(folder / "pip"), "RAG_MODELS": str(folder / "models")}
        environment["RAG_INDEX"] = str(folder / "index")
        python = str(folder / "venv" / "bin" / "python")
        steps = {
            "packages": [
                [sys.executable, "-m", "venv", str(folder / "venv")],
                [python, "-m", "pip", "install", "--quiet", "--editable", str(ROOT)],
            ],
            "weights": [[python, "-m", "rag", "models", "pull"]],
            "index": [[python, "-m", "rag", "index", str(ROOT / "seeds")]],
        }
        rows: list[tuple[Cell, ...]] = []
        for name, commands in steps.items():
            say(name)
            began = time.perf_counter()
            for command in commands:
                _run(command, environment)
            taken = time.perf_counter() - began
            rows.append((name, taken, _megabytes(folder / ("venv", "models", "index")[len(rows)])))
        began = time.perf_counter()
        _run([python, "-m", "rag", "ask", QUESTION], environment)
        rows.append(("first answer", time.perf_counter() - began, None))
    rows.append(("together", sum(float(row[1] or 0) for row in rows), sum(float(row[2] or 0) for row in rows)))
    rows.append(("target", SECONDS, MEGABYTES))
    columns = (Column("what"), Column("seconds", ".0f"), Column("MB", ".0f"))
    return Report("install", (Table("base install", columns, tuple(rows)),), machine())


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InstallError(f"{' '.join(command[:4])} … failed: {done.stderr.strip()[-400:]}", "check the network")


def _megabytes(folder: Path) -> float:
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
