"""The README says only what the commands print and what the code does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from rag import Settings
from rag.cli.main import _parser
from ui.__main__ import _parser as web_parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
RESULTS = (ROOT / "eval" / "RESULTS.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [line.split("#")[0].strip() for line in lines if line.strip()]


@pytest.mark.parametrize("page", ["README.md", "docs/scaling.md"])
def test_measured_tables_stand_in_the_results_word_for_word(page: str) -> None:
    quoted = (ROOT / page).read_text("utf-8").split("## Measured")[1].split("\n## ")[0]
    rows = [line for line in quoted.splitlines() if line.startswith("|") and not set(line) <= set("|-: ")]
    assert len(rows) > 5
    known = set(RESULTS.splitlines())
    assert [row for row in rows if row not in known] == []


@pytest.mark.parametrize("command", [line for line in commands() if line.startswith("python -m rag")])
def test_commands_are_understood(command: str) -> None:
    words = re.findall(r'"[^"]*"|\S+', command)[3:]
    assert _parser().parse_args([word.strip('"') for word in words]).command


@pytest.mark.parametrize("shown", blocks("console"), ids=lambda shown: shown.splitlines()[0][:40])
def test_commands_print_what_is_shown(shown: str, printed: Callable[[str], str]) -> None:
    asked, _, answer = shown.partition("\n")
    confidence = re.compile(r"(?<=Confidence )(\d+)(?=%)")
    said = printed(re.findall('"(.*)"', asked)[0])
    assert confidence.sub("", said).strip() == confidence.sub("", answer).strip()
    (told,), (written,) = confidence.findall(said), confidence.findall(answer)
    assert abs(int(told) - int(written)) <= 5, "processors differ, by less than this"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """What ``python -m rag ask`` prints over the default documents."""
    env = os.environ | {"RAG_INDEX": str(tmp_path_factory.mktemp("readme") / "index")}

    def rag(*words: str) -> str:
        command = [sys.executable, "-m", "rag", *words]
        return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout

    rag("index", "seeds")
    return lambda question: rag("ask", question)


@pytest.mark.parametrize("command", [line for line in commands() if line.startswith("python -m ui ")])
def test_commands_of_the_web_chat_are_understood(command: str) -> None:
    assert web_parser().parse_args(command.split()[3:])


@pytest.mark.parametrize("command", [line for line in commands() if line.startswith("make")])
def test_make_targets_exist(command: str) -> None:
    target = command.split()[1]
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_settings_and_their_defaults_are_the_documented_ones() -> None:
    table = README.split("## Settings")[1].split("\n## ")[0]
    documented = dict(re.findall(r"^\| `(\w+)` \| `?([^|`]+?)`? \|", table, re.MULTILINE))
    assert documented == {field.name: str(field.default) or "none" for field in fields(Settings)}


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_modules_that_are_named_exist(page: str) -> None:
    named = re.findall(r"`((?:rag|ui|eval|seeds|tests)/[\w/.]*)`", (ROOT / page).read_text("utf-8"))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
