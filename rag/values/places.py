"""Finds the places a text names; each has one key in both languages: 香港 and 'Hong Kong' are the same place."""

from __future__ import annotations

import re
from itertools import chain

from rag.text import fold

# Chinese forms | English forms | adjectives; only names that hardly ever stand inside the name of something else.
_TABLE = """
香港,全港,本港,港府|hong kong,hksar
澳门|macau,macao
深圳|shenzhen
广州|guangzhou
广东|guangdong
珠海|zhuhai
东莞|dongguan
佛山|foshan
前海|qianhai
北京|beijing
上海|shanghai
杭州|hangzhou
南京|nanjing
武汉|wuhan
重庆|chongqing
天津|tianjin
西安|xi'an
成都|chengdu
台湾|taiwan
台北|taipei
大湾区|greater bay area,bay area
日本|japan|japanese
东京|tokyo
韩国|korea|korean
新加坡|singapore
印度|india
泰国|thailand
越南|vietnam
马来西亚|malaysia
印尼,印度尼西亚|indonesia
菲律宾|philippines
澳大利亚,澳洲|australia
悉尼|sydney
美国|united states,u.s.,usa,america|american
纽约|new york
加拿大|canada
英国|united kingdom,uk,britain|british
伦敦|london
法国|france|french
巴黎|paris
德国|germany|german
俄罗斯|russia|russian
欧洲|europe
非洲|africa
中东|middle east
亚太|asia-pacific,asia pacific
"""

_NOT_INSIDE = {"全港": "(?<!安)全港", "本港": "(?<!日)本港", "印度": "印度(?![尼洋])", "中东": "(?<!集)中东(?!部)"}
_ROWS = [[part.split(",") for part in line.split("|")] for line in _TABLE.strip().splitlines()]

PLACE = "|".join(
    _NOT_INSIDE.get(name, re.escape(name))
    for name in sorted((name for chinese, english, *_ in _ROWS for name in chinese + english), key=len, reverse=True)
)
"""A pattern of every place's names, in lower case and without the adjectives, the longest first."""


def _patterns() -> dict[str, re.Pattern[str]]:
    patterns = {}
    for chinese, *english in _ROWS:
        latin = "|".join(
            rf"(?<![a-z])(?<!north )(?<!south (?=a))(?<!latin ){re.escape(name)}(?![a-rt-z])"
            for name in chain(*english)
        )
        han = "|".join(_NOT_INSIDE.get(name, name) for name in chinese)
        patterns[chinese[0]] = re.compile(f"{han}|{latin}")
    return patterns


_PATTERNS = _patterns()


def names_of(place: str) -> tuple[str, ...]:
    """The names of a place in both languages, without the adjectives; nothing where it is not known."""
    folded = fold(place)
    return next(((*zh, *en) for zh, en, *_ in _ROWS if folded in zh or folded in en), ())


def places_in(text: str) -> dict[str, str]:
    """The places of a text, by their Chinese name: what the text calls each."""
    folded = fold(text)
    found = {place: pattern.search(folded) for place, pattern in _PATTERNS.items()}
    return {place: match.group() for place, match in found.items() if match}
