"""Finds the documents that a question names by their time: "in the 2024 report", 2024年6月的纪要里."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from rag.question.naming import Naming, without

_MONTHS = "january february march april may june july august september october november december".split()
_KINDS_ZH = "(?:年度?)?(?:报告|年报|季报|月报|文件|文档|资料|纪要|记录|通知|公告|手册|简报|通讯|合同|价目表|清单|版本?)"
_KINDS_EN = (
    r"(?:annual |quarterly |monthly )?(?:reports?|documents?|files?|minutes|editions?|handbooks?|newsletters?|reviews?"
    r"|notices?|versions?|rules|contracts?|price lists?|timetables?|circulars?)"
)
_ZH = re.compile(rf"(?P<year>(?:19|20)\d\d)年(?:(?P<month>1[0-2]|0?[1-9])月)?份?的?{_KINDS_ZH}(?=里|中|内|上|，|,)")
_EN = re.compile(
    rf"(?i)(?<=the )(?:(?P<month>{'|'.join(_MONTHS)}) )?(?P<year>(?:19|20)\d\d) {_KINDS_EN}\b"
    rf"|(?<=the ){_KINDS_EN} (?:of|from|for) (?:(?P<month2>{'|'.join(_MONTHS)}) )?(?P<year2>(?:19|20)\d\d)\b"
)
_TIED = re.compile(r"(?i)\b(?:in|from|according to|as per|within)\s+the\s+$")
"""What shows that a document is where to look, rather than what is asked about."""


def dated_in(question: str, known: Mapping[str, tuple[str, str | None]]) -> Naming | None:
    """The documents of the time that a question names, by title and date (``YYYY-MM-DD``) of each path; None for none.

    Where file names or titles tell the year, these are meant; else those that are dated so.
    """
    match = _ZH.search(question)
    if match is None and (match := _EN.search(question)) and not _TIED.search(question[: match.start()]):
        return None
    if match is None:
        return None
    said = match.groupdict()
    year = str(said["year"] or said.get("year2"))
    month = said["month"] or said.get("month2")
    named = {path for path, (title, _) in known.items() if year in f"{PurePosixPath(path).stem} {title}"}
    prefix = f"{year}-{_number(month):02d}" if month else year
    dated = {path for path, (_, date) in known.items() if (date or "").startswith(prefix)}
    found = (named & dated if month else named) or dated
    return Naming(frozenset(found), without(question, match.group())) if found else None


def _number(month: str) -> int:
    return int(month) if month.isdecimal() else _MONTHS.index(month.lower()) + 1
