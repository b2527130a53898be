"""Finds the documents that a question means by a time: "in the 2024 report", 2024年6月的纪要里; of yearly ones one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from rag.question.naming import Naming, without
from rag.text import HAN, fold, question_terms, terms
from rag.values import values_in
from rag.values.dates import MONTHS

_MONTHS = [fold(month) for month in MONTHS]
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
_YEAR = re.compile(r"(?<![\d.])(?:19|20)\d\d(?![\d.]\d|\d)")
_TO_A_DAY = re.compile(
    rf"(?i)(?:{'|'.join(_MONTHS)})\s(?:\d{{1,2}},?\s)?(?:of )?(?:19|20)\d\d"
    r"|(?:19|20)\d\d\s?(?:年\s?\d|年?第?[一二三四1-4]?季|[-–/.]\d)"
)
"""A month, a day, a quarter or years from one to another: more than a year."""
_OF_THE_YEAR = (
    r"[在于]?{0}年[度版]?的?[,，]?"
    r"|(?i:,? ?\b(?:(?:in|of|for|from|during|as of)(?: the year)? )?{0}\b(?:['’]s)?,?)"
)
_TIME_WORDS = re.compile(r"[\d年月日季度春夏秋冬版/–-]+|\b(?:q[1-4]|spring|summer|autumn|winter)\b")
"""What the names of yearly documents differ by."""
_SHARED = 2
"""Words of such a name that a question has at least."""


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


def of_the_year(question: str, known: Mapping[str, tuple[str, str | None]]) -> Naming | None:
    """The documents for the one year that a question gives, of those whose names differ by the year alone.

    It must have words of their name; the years are those of the titles, else of the file names. None where no documents
    are so named, or the question gives several years.
    """
    if len(wanted := _years_in(question)) != 1:
        return None
    asked = frozenset(question_terms(question))
    yearly: dict[str, dict[str, tuple[int, int]]] = {}
    for path, (title, _) in known.items():
        name = next((one for one in (title, PurePosixPath(path).stem) if len(_years_in(one)) == 1), "")
        rest = " ".join(_TIME_WORDS.sub(" ", fold(name)).split())
        if name and len(asked.intersection(terms(rest))) >= _SHARED:
            yearly.setdefault(rest, {})[path] = _years_in(name)[0]
    found = [
        path for years in yearly.values() if len(set(years.values())) > 1 for path in years if years[path] == wanted[0]
    ]
    return Naming(frozenset(found), question) if found else None


def without_year(question: str, date: str | None, text: str) -> str:
    """A question as it is asked of a text that says no year, where its document is of the one that the question gives.

    ``date`` is the document's, ``YYYY-MM-DD``. The question as it is where it tells more than a year, or several.
    """
    years = set(_YEAR.findall(question))
    if len(years) != 1 or _TO_A_DAY.search(question):
        return question
    (year,) = years
    if not (date or "").startswith(year) or _YEAR.search(text):
        return question
    rest = " ".join(re.sub(_OF_THE_YEAR.format(year), " ", question).split())
    rest = re.sub(rf"\s(?=[?？{HAN}])|(?<=[{HAN}])\s", "", rest)
    return rest[:1].upper() + rest[1:] if question_terms(rest) else question


def _years_in(text: str) -> list[tuple[int, int]]:
    """The first and last year of each date in a text that has one, each once."""
    dates = [value for value in values_in(text) if value.kind == "date" and value.low >= 10_000]
    return list(dict.fromkeys((int(one.low) // 10_000, int(one.high) // 10_000) for one in dates))
