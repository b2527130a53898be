"""Which rows of a table name its columns."""

from __future__ import annotations

import pytest

from rag.loaders.tables import header_rows


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([["Item", "Price"], ["Helmet", "12"], ["Lock", "9.50"]], 1),
        ([["城市", "住宿", None], ["", "平日", "周末"], ["北京", "600", "700"]], 2),
        ([["编号", "品名", "批发价", None], ["编号", "品名", "10箱", "50箱"], ["P-1", "纸", "136", "129"]], 2),
        ([["项目", "2022年", "2023年"], ["产量", "355", "410"], ["销量", "340", "398"]], 1),
        ([["Visitor", "Lena", "", "Badge", "", "B-317"], ["Host", "", "Ann", "", "Room", "4.12"]], 0),
        ([["Host", "Anna Berg"], ["Room", "4.12"], ["Badge", "B-317"], ["Parking bay", "P9"]], 0),
        ([["区域", "门店", "经理"], ["华东", "苏州店", "王芳"], ["华南", "佛山店", "李强"]], 1),
        ([["Oak", "12"], ["Pine", "9"], ["Ash", "14"]], 0),
        ([["2021", "355"], ["2022", "410"]], 0),
        ([["名称", "说明"], ["西兰花", "玉溪产"], ["西生菜", "寿光产"]], 1),
        ([["工号", "姓名", "入职日期"], ["GK40959", "朱山晨", "2003-04-01"]], 1),
        ([["just one row", "here"]], 0),
    ],
)
def test_a_header_is_told_from_data(rows: list[list[str | None]], count: int) -> None:
    assert header_rows(rows) == count


def test_a_first_row_of_names_is_a_header_where_headers_are_the_rule() -> None:
    rows = [["word", "gloss"], ["quay", "a place to moor"], ["tide", "the sea's rise"]]
    assert (header_rows(rows), header_rows(rows, likely=True)) == (0, 1)
    assert header_rows([["quay", "sea"], ["tide", "sea"], ["moor", "land"]], likely=True) == 0
