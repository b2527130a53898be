"""Text at a position to the date written there: days, months, quarters, halves, years, decades, and years from now."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from rag.values.han import DIGITS, han_value, positional_value
from rag.values.value import Value

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_RELATIVE_YEARS = {
    "前年": -2,
    "去年": -1,
    "今年": 0,
    "本年": 0,
    "明年": 1,
    "后年": 2,
    "last year": -1,
    "this year": 0,
    "next year": 1,
}
_PARTS = {
    "初": "start",
    "start": "start",
    "beginning": "start",
    "early": "start",
    "中": "middle",
    "mid": "middle",
    "middle": "middle",
    "底": "end",
    "末": "end",
    "end": "end",
    "late": "end",
}
_PART_BOUNDS = {"start": (101, 331), "middle": (401, 930), "end": (1001, 1231)}
_COUNT = {"first": 1, "second": 2, "third": 3, "fourth": 4, "上": 1, "下": 2}

_YEAR = "(?P<year>[12][0-9]{3}(?![0-9])|[一二][零〇一二三四五六七八九]{3}(?![零〇一二三四五六七八九十百千万]))"
_HAN_DAY = "[二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_MONTH = "(?P<month>1[0-2]|0?[1-9](?![0-9])|十[一二]?|[一二三四五六七八九])"
_DAY = f"(?P<day>3[01]|[12][0-9]|0?[1-9]|{_HAN_DAY})"
_LAST_DAY = f"(?:[日号]? ?[-–—~至到] ?(?P<last_day>3[01]|[12][0-9]|0?[1-9]|{_HAN_DAY}))?"
_ZH_MONTH = f"{_MONTH} ?月份?(?: ?{_DAY}{_LAST_DAY} ?[日号])?"
_ZH_PART = (
    rf"(?: ?{_ZH_MONTH}|度?第?(?P<quarter>[一二三四1-4])季度?|Q(?P<q>[1-4])|(?P<half>[上下])半年|年?(?P<part>[初中底末])(?![国期]))"
)
_EN_NAMES = "|".join(MONTHS) + "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
_EN_MONTH = rf"(?P<month>{_EN_NAMES})(?![A-Za-z])\.?"
_EN_DAY = r"(?P<day>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?![0-9A-Za-z:%])"
_EN_LAST_DAY = r"(?:[-–](?P<last_day>3[01]|[12][0-9]|[1-9])(?![0-9]))?"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? |(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.?,? )?"
_EN_YEAR = r"(?P<year>[12][0-9]{3})(?![0-9]|[.,][0-9])"
_OF_YEAR = rf"(?:(?:,? of |,? |'){_EN_YEAR}|,? (?:of )?(?P<relative>last year|this year|next year))"
_TO = r" ?(?:[-–—~至到]| to | through ) ?"

_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR} ?年{_ZH_PART}?(?!代)",
        rf"(?P<relative>前年|去年|今年|本年|明年|后年){_ZH_PART}?",
        rf"{_YEAR} ?年?{_TO}(?P<last_year>[12][0-9]{{3}}|[一二][零〇一二三四五六七八九]{{3}})(?![0-9,]) ?年?(?!代)",
        _ZH_MONTH,
        r"第(?P<quarter>[一二三四1-4])季度?|(?P<q>[一二三四])季度",
        r"(?P<decade>[12][0-9]{2}0|[一二][零〇一二三四五六七八九]{2}[零〇])年代",
        r"(?P<last_century>上世纪|上个世纪|20世纪|二十世纪)?(?P<short_decade>[1-9]0|[一二三四五六七八九]十)年代",
        r"(?P<century>[12]?[0-9]|二?十[一二三四五六七八九]?)世纪",
        rf"{_YEAR}(?P<mark>[-/.]){_MONTH}(?P=mark){_DAY}(?![0-9])",
        rf"{_YEAR}[-/](?P<month>0[1-9]|1[0-2])(?![0-9/-])",
        rf"(?P<day>3[01]|2[0-9]|1[3-9])/(?P<month>1[0-2]|0?[1-9])/{_EN_YEAR}",
        rf"(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|2[0-9]|1[3-9])/{_EN_YEAR}",
        rf"(?:1[0-2]|0?[1-9])/(?:1[0-2]|0?[1-9])/{_EN_YEAR}",
        rf"{_WEEKDAY}{_EN_MONTH} {_EN_DAY}{_EN_LAST_DAY}(?:{_OF_YEAR})?",
        rf"{_WEEKDAY}(?:the )?{_EN_DAY}{_EN_LAST_DAY}(?: of)? {_EN_MONTH}(?:{_OF_YEAR})?",
        rf"{_EN_MONTH}{_OF_YEAR}",
        rf"(?P<bare_month>{'|'.join(m for m in MONTHS if m not in ('March', 'May'))})(?![A-Za-z])",
        r"(?<=\b[io][nf] )(?P<bare_month>March|May)(?![A-Za-z])",
        rf"[Qq](?P<q>[1-4])(?![0-9A-Za-z])(?:{_OF_YEAR})?",
        rf"{_EN_YEAR} ?Q(?P<q>[1-4])(?![0-9A-Za-z])",
        rf"(?:[Tt]he )?(?P<quarter>[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|1st|2nd|3rd|4th)[ -]quarter(?![A-Za-z])(?:{_OF_YEAR})?",
        rf"(?:[Tt]he )?(?P<half>[Ff]irst|[Ss]econd)[ -]half(?:{_OF_YEAR})|H(?P<h>[12]) {_EN_YEAR.replace('year', 'h_year')}",
        rf"(?:[Tt]he )?(?P<part>[Ss]tart|[Bb]eginning|[Mm]iddle|[Ee]nd|[Ee]arly|[Ll]ate|[Mm]id)(?: of |[ -])(?:{_EN_YEAR}|(?P<relative>last year|this year|next year))(?!s)",
        r"(?P<relative>[Ll]ast year|[Tt]his year|[Nn]ext year)(?!['A-Za-z])",
        r"(?P<decade>[12][0-9]{2}0)'?s(?![A-Za-z])",
        r"'(?P<short_decade>[1-9]0)s(?![A-Za-z])",
        r"(?:[Tt]he )?(?P<century>[12]?[0-9])(?:st|nd|rd|th)[ -]century",
        rf"(?<=[IiSs]n[ ])(?:{_EN_YEAR})|(?<=[Ss]ince )(?:{_EN_YEAR.replace('year', 'since')})",
    )
]
