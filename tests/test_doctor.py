"""``python -m rag doctor``: what is missing, and the command for it."""

from __future__ import annotations

import json
from pathlib import Path

from rag.cli.doctor import EXTRAS, findings
from rag.config import Settings
from tests.commands import run


def test_what_is_missing_is_told_with_its_command(tmp_path: Path) -> None:
    done = run("doctor", "--embedder", "default", index=tmp_path / "none", RAG_MODELS=str(tmp_path))
    assert done.returncode == 2
    assert "try: python -m rag models pull" in done.stdout
    assert "try: python -m rag index PATH" in done.stdout


def test_all_is_well_with_an_index_and_models_that_need_no_weights(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The mill has three wheels.\n")
    run("index", tmp_path / "a.txt", index=tmp_path / "index")
    done = run("doctor", "--json", index=tmp_path / "index")
    assert done.returncode == 0
    found = {one["what"]: one for one in json.loads(done.stdout)}
    assert found["the index"] == {
        "what": "the index",
        "state": "ok",
        "told": f"1 documents in {tmp_path / 'index'}",
        "command": "",
    }
    assert {f"[{extra}]" for extra in EXTRAS} <= set(found)


def test_a_file_in_the_place_of_the_folder_and_a_server_that_is_away_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    given = Settings(tmp_path / "file" / "index", embedder="hash", generator="extractive")
    assert {one.what: one.state for one in findings(given)}["the index folder"] == "missing"
    away = Settings(tmp_path, "postgresql://nobody@127.0.0.1:1/none", embedder="hash", generator="extractive")
    assert {one.what: one.state for one in findings(away)}["the index"] == "missing"
