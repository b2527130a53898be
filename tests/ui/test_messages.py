"""What goes wrong, said in both languages by the code of its error."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from rag import Rag, RagError, Settings
from rag.loaders import SourceFile, load
from rag.models.embedders import HashEmbedder
from ui.messages import MESSAGES, PREFIX, problem
from ui.texts import TEXTS

ROOT = Path(__file__).parents[2]

FILES = sorted(file for folder in ("rag", "ui") for file in (ROOT / folder).rglob("*.py"))


def coded() -> dict[str, set[str]]:
    """Every code that is given to an error, and the parameters that come with it."""
    found: dict[str, set[str]] = {}
    for file in FILES:
        calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
        for call in calls:
            given = {word.arg: word.value for word in call.keywords if word.arg}
            code = given.pop("code", None)
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                found[code.value] = found.get(code.value, set(given)) & set(given)
    return found


def test_every_code_has_its_message_whose_values_its_error_brings() -> None:
    codes = coded()
    assert len(codes) > 25
    assert set(codes) - set(MESSAGES) == set()
    for code, names in codes.items():
        for said in MESSAGES[code]:
            assert set(re.findall(r"{(\w+)}", said)) <= names | {"detail"}, code


def test_no_message_is_empty_or_shadows_a_word_of_the_page() -> None:
    assert all(chinese and english for chinese, english in MESSAGES.values())
    assert {PREFIX + code for code in MESSAGES} & set(TEXTS) == set()


@pytest.mark.parametrize(
    ("name", "data", "chinese"),
    [
        ("a.pdf", b"no pdf", "PDF 不完整"),
        ("a.txt", b"\x89PNG and more", "不是文字文件"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "旧版 Office"),
        ("a.html", b"<html><body>" + b"<div>" * 9000 + b"text", "嵌套超过"),
        ("a.md", b" \n", "没有可读的文字"),
    ],
)
def test_a_bad_file_is_named_in_chinese_with_the_next_step(
    tmp_path: Path, name: str, data: bytes, chinese: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(RagError) as caught:
        load(SourceFile(tmp_path / name, name))
    told = problem(caught.value)
    said = re.sub(r"{(\w+)}", lambda found: str(told[found[1]]), MESSAGES[str(told["key"]).removeprefix(PREFIX)][0])
    assert chinese in said
    assert str(tmp_path) not in said
    assert re.fullmatch(r"[A-Z].*\.", str(told["detail"]))


def test_an_index_that_is_not_there_is_told_by_its_class_and_a_bug_tells_nothing(tmp_path: Path) -> None:
    rag = Rag(Settings(index=tmp_path / "none"), embedder=HashEmbedder())
    with pytest.raises(RagError) as caught:
        rag.documents()
    assert problem(caught.value)["key"] == "error.index_missing"
    assert problem(RuntimeError("secret")) == {"key": "error.unexpected"}
