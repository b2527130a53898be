"""Decides how many of the first rows of a grid are headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.loaders.lines import ends_sentence, width

Row = Sequence[str | None]
"""The cells from column 0 on; None continues the cell to its left."""

_SAMPLE = 60
"""Rows that are looked at."""
_LONGEST_NAME = 48
"""Columns that the name of a column takes at most."""
_DEEPEST = 4
_FIGURES = frozenset({"date", "time", "number", "code"})
_DATE = re.compile(
    r"(?:19|20)\d\d[-/.年]\s?\d{1,2}(?:[-/.月]\s?\d{1,2}日?)?(?:[ T]\d{1,2}:\d\d.*)?"
    r"|\d{1,2}[-/.]\d{1,2}(?:[-/.]\d{2,4})?"
)
_CLOCK = r"\d{1,2}(?:[:：]\d\d(?::\d\d)?\s?(?:[ap]\.?m\.?)?|\s?[ap]\.?m\.?)"
_TIME = re.compile(rf"{_CLOCK}(?:\s?[-–—~～至]\s?{_CLOCK})?", re.IGNORECASE)
_NUMBER = re.compile(
    r"[^\w\s]{0,2}\s?(?:[A-Z]{3}\s?|[A-Z]{0,2}[$€£¥￥]\s?)?[-+−(]?\d[\d,.\s]*(?:[-–~至]\s?\d[\d,.]*)?\)?\s?"
    r"(?:%|‰|[^\W\d]{1,4}|°C|[^\w\s]{1,2})?(?:/[^\W\d]{1,4})?"
)
_CODE = re.compile(r"(?=[\w./#-]*\d)[A-Za-z\d#][\w./#-]{1,30}")
_PERIOD = re.compile(
    r"(?:(?:19|20)\d\d(?:\s?年度?|\s?[AEF])?|(?:FY|CY)\s?\d{2,4}|[QH][1-4](?:\s?(?:19|20)\d\d)?|(?:19|20)\d\d\s?[QH][1-4]"
    r"|(?:1[0-2]|[1-9])月份?|第?[一二三四1-4]季度?|[一二三四五六七八九十]+月|(?:19|20)\d\d年\d{1,2}月份?|\d{1,2}[时点:]\d{0,2})"
)
_COMMON_NAMES = frozenset(
    "名称 項目 项目 姓名 类别 類別 类型 内容 说明 备注 備註 编号 序号 字段 参数 指标 单位 部门 日期 时间 地点 描述 值"
    " 问题 答案 职务"
    " name item type value description field parameter key code meaning date time no. number id question answer term"
    " definition category unit amount price quantity department title status note notes remarks".split()
)


def header_rows(rows: Sequence[Row], *, likely: bool = False) -> int:
    """How many of the first rows name the columns; 0 where nothing shows that any does.

    ``likely``: the kind of file has a header as a rule, as CSV has; then a first row that could be one is one.
    """
    if len(rows) < 2 or not _could_name(rows[0]):
        return 0
    if None in rows[0]:
        return _grouped(rows)
    body = rows[1:_SAMPLE]
    names = rows[0]
    all_typed = all(kind_of(cell) in _FIGURES for row in body for cell in row if cell)
    if all_typed or any(_is_typed(names, body, column) for column in range(len(names))):
        return 1
    return int(_reads_as_names(names, body, likely))


def with_groups(rows: Sequence[Row], known: int) -> int:
    """The header's rows where the first ``known`` of them are certain: cells over several columns have names below."""
    if 0 < known < len(rows) and None in rows[known - 1]:
        return known - 1 + _grouped(rows[known - 1 :])
    return known


def kind_of(cell: str) -> str:
    """What a cell holds: a "date", "time", "number" or "code", a "name" or longer "text"; "" for an empty one."""
    if not cell:
        return ""
    if len(cell) <= _LONGEST_NAME:
        for kind, pattern in (("date", _DATE), ("time", _TIME), ("number", _NUMBER), ("code", _CODE)):
            if pattern.fullmatch(cell):
                return kind
    return "name" if width(cell) <= _LONGEST_NAME and not ends_sentence(cell) else "text"


def _could_name(row: Row) -> bool:
    """Whether a row could name columns: short names, or periods such as years, nearly all filled, none twice."""
    given = [cell for cell in row if cell is not None]
    filled = [cell for cell in given if cell]
    periods = sum(bool(_PERIOD.fullmatch(cell)) for cell in filled)
    names = sum(kind_of(cell) == "name" and not _PERIOD.fullmatch(cell) for cell in filled)
    if names + periods < len(filled) or (periods and not names and all(given)):
        return False
    return len(filled) >= max(2 if len(row) > 1 else 1, len(given) - 1) and len(set(filled)) == len(filled)


def _grouped(rows: Sequence[Row]) -> int:
    """The rows of a header whose first has cells over several columns, each with names below."""
    count = 1
    while count < min(_DEEPEST, len(rows) - 1) and None in rows[count - 1]:
        above, row = rows[count - 1], rows[count]
        under = [column for column, cell in enumerate(above) if cell is None and column < len(row)]
        kinds = {kind_of(row[column] or "") for column in under if row[column] is not None}
        named = kinds <= {"name", "date"} or ("" not in kinds and _is_merged_down(above, row, under))
        if not under or not named or (row[0] and row[0] != above[0] and above[0] is not None):
            break
        count += 1
    return count


def _is_merged_down(above: Row, row: Row, under: Sequence[int]) -> bool:
    """Whether the names beside those over several columns go down over the row, so that its figures are names too."""
    split = {*under, *(column - 1 for column in under)}
    beside = [column for column in range(min(len(above), len(row))) if column not in split]
    return bool(beside) and all(above[column] and above[column] == row[column] for column in beside)


def _is_typed(names: Row, body: Sequence[Row], column: int) -> bool:
    """Whether all cells below a name are of one kind that the name is not."""
    kinds = Counter(kind_of(row[column] or "") for row in body if column < len(row) and row[column] is not None)
    kinds.pop("", None)
    if not kinds:
        return False
    kind, count = kinds.most_common(1)[0]
    needed = 0.8 if len(names) == 2 and not _is_common(names) else 0.6
    enough = count >= needed * kinds.total() and (count > 1 or len(names) > 2 or _is_common(names))
    return kind in _FIGURES and enough and kind_of(names[column] or "") == "name"


def _is_common(names: Row) -> bool:
    return any((cell or "").lower() in _COMMON_NAMES for cell in names)


def _reads_as_names(names: Row, body: Sequence[Row], likely: bool) -> bool:
    if not all(names):
        return likely and all(names[1:]) and len(names) > 2
    if _is_common(names):
        return True
    below = {(column, cell) for row in body for column, cell in enumerate(row)}
    if any((column, cell) in below for column, cell in enumerate(names)):
        return False  # a value among others, such as a country in a list of sales
    if likely:
        return True
    widths = [width(cell) for row in body for cell in row if cell]
    mean = sum(map(width, filter(None, names))) / len(names)
    return len(names) >= 3 and len(body) >= 2 and mean <= sum(widths) / max(len(widths), 1) + 2
