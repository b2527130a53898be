"""Text at a position to the quantity written there: counts, measures, money, shares, ordinals, times of day."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from rag.values.english import SMALL_NUMBER, read_words, small_value
from rag.values.han import HAN_NUMERAL, read_han, read_several
from rag.values.numerals import Numeral, read_digits, shared_scale
from rag.values.units import CLASSIFIER, CURRENCY_AFTER, CURRENCY_SIGN, UNIT_FORMS, UNIT_WORD, UNITS
from rag.values.value import Comparator, Kind, Value

_RANGE = re.compile(r" ?[-–—~至到] ?| to ")
_BETWEEN_AND = re.compile(r" and ")
_BETWEEN = re.compile(r"between $", re.IGNORECASE)
_UNIT_JOINT = re.compile(r"[ -]?")
_CHINESE_DURATION = re.compile(r"个?(?P<more>[多余半]?)(?P<unit>月|小时|钟头|星期|礼拜|季度|世纪)")
_PERCENT = re.compile(r" ?(?:(?P<point>个?百分点|percentage[ -]points?)|(?P<percent>%|per ?cent(?!age))|(?P<mille>‰))", re.IGNORECASE)
_NOT_A_UNIT = {"年": "[级轻会报]", "周": "[年边一二三四五六日末期报]", "天": "[空然津地]", "米": "[饭其]", "人": "[工民均类才脸体力造身生]", "升": "[至到级值幅学]", "元": "[旦素宵老]", "磅": "礴"}
_BAD_AFTER = {unit: re.compile(after) for unit, after in _NOT_A_UNIT.items()}

_PARTS_OF = re.compile(r"(?P<of>百|千|万|[0-9]{1,3}|[两二三四五六七八九十]{1,3})分之")
_TENTHS = re.compile(r"(?P<low>[一二三四五六七八九1-9])(?P<high>[、至到]?[二三四五六七八九])?成(?P<half>半|[一二三四五六七八九](?![家个种名位]))?(?![为立员果功本长都交分就年绩人型熟了效语像份])")
_HALVES = re.compile(r"一半|半数|过半(?!年|个)")
_SLASHED = re.compile(r"(?P<part>[1-9])/(?P<of>[2-9]|10)(?![0-9/])")
_NAMED_PARTS = {name: of for of, name in enumerate("half third quarter fifth sixth seventh eighth ninth tenth".split(), 2)}
_NAMED_SHARE = re.compile(
    rf"(?P<part>an?|[1-9]|{SMALL_NUMBER})[ -](?P<of>half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?)(?![A-Za-z])(?! (?:century|quarter|time|year))",
    re.IGNORECASE,
)
_HALF = re.compile(r"half(?=(?: of| the| its| their| their)? ?)(?![A-Za-z-]|[ -](?:year|time|hour|day|an?|million|billion|dozen)(?![A-Za-z]))", re.IGNORECASE)
_NOT_HALF = re.compile(r"(?:first|second|latter|last|other|better|and a) $", re.IGNORECASE)
_RATE = re.compile(rf"(?P<part>[0-9]{{1,3}}(?:\.[0-9]{{1,3}})?|{SMALL_NUMBER}) (?:per|in (?:a|every)|out of(?: every)?) (?P<of>thousand|hundred|1,?000|100)(?![0-9,A-Za-z])", re.IGNORECASE)

_ZH_ORDINAL = re.compile(rf"第(?P<n>[0-9]{{1,4}}|[{HAN_NUMERAL}]{{1,8}})(?![季])(?:[名位个次届家期条章项])?|首(?P<first>[个次家届位批座款])")
_EN_ORDINALS = {word: number for number, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(), 1)} | {"thirtieth": 30}
_EN_ORDINAL = re.compile(
    rf"(?:(?P<digits>[0-9]{{1,4}})(?:st|nd|rd|th)|(?:(?P<tens>twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-)?(?P<word>{'|'.join(_EN_ORDINALS)}))(?![A-Za-z])(?!-hand| of all)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])(?::[0-5][0-9])?(?![0-9:])(?: ?(?P<half>[ap])\.?m\b\.?)?", re.IGNORECASE)
_HOUR = re.compile(r"(?P<hour>1[0-2]|[1-9]) ?(?P<half>[ap])\.?m(?![A-Za-z])\.?", re.IGNORECASE)


def read_numeral(text: str, start: int, *, money: bool = False) -> Numeral | None:
    """The number in any script that begins at ``start``."""
    first = text[start : start + 1]
    if not first:
        return None
    if first.isascii():
        return read_digits(text, start, money=money) if first.isdigit() else read_words(text, start)
    return read_several(text, start) if first in "数几" else read_han(text, start)
