"""The wheel in an empty environment: the command ``yinju`` answers from the documents that come with it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def done(*command: str | Path, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | variables
    return subprocess.run(
        [str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    built = done(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder, ROOT, folder=folder)
    if built.returncode:
        pytest.skip(f"hatchling cannot be had: {built.stderr.strip().splitlines()[-1]}")
    (made,) = folder.glob("yinju-*.whl")
    return made


@pytest.mark.long
def test_the_wheel_has_the_documents_the_page_and_the_weights_of_its_own_but_no_training(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"rag/seeds/{file.name}" for file in (ROOT / "seeds").glob("*.txt")} <= names
    assert {"rag/serve/app.py", "ui/assets/page.js"} <= names
    assert any(name.startswith("rag/weights/") for name in names)
    assert not any(name.startswith(("rag/training", "tests/", "eval/")) for name in names)


@pytest.mark.long
def test_yinju_answers_from_its_own_documents_in_an_empty_environment(
    wheel: Path, tmp_path: Path, use_weights: Path
) -> None:
    done(sys.executable, "-m", "venv", tmp_path / "venv", folder=tmp_path)
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    installed = done(scripts / "python", "-m", "pip", "install", "--quiet", wheel, folder=tmp_path)
    if installed.returncode:
        pytest.skip(f"the dependencies cannot be had: {installed.stderr.strip().splitlines()[-1]}")
    variables = {"RAG_INDEX": str(tmp_path / "index"), "RAG_MODELS": str(use_weights.parent)}
    asked = done(scripts / "yinju", "ask", "When did HKAI LAB begin operating?", folder=tmp_path, **variables)
    assert asked.returncode == 0, asked.stderr
    assert "2018" in asked.stdout
    assert "rag/seeds" in asked.stderr.replace(os.sep, "/")
    served = done(scripts / "yinju", "serve", folder=tmp_path, **variables)
    assert (served.returncode, "yinju[serve]" in served.stderr) == (2, True)
