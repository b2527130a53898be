"""Text at a position to the number written there: digits, Chinese numerals, English number words, and their scales."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from rag.values.value import Comparator

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
HAN_DIGIT = "[零〇一二两三四五六七八九]"
HAN_NUMERAL = "零〇一二两三四五六七八九十百千万亿兆"
NOT_A_SCALE = "(?!千?(?:瓦|赫|卡|帕|字节|比特)|[米克])"
_TENS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "亿": 10**8, "兆": 10**12}

SMALL_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}
_TEN_WORDS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_SCALE_WORDS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT_SCALES = {"k": 10**3, "mn": 10**6, "mln": 10**6, "m": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12, "t": 10**12}
_CROWDS = {"ten": 10, "dozen": 10, "hundred": 100} | _SCALE_WORDS

_DIGIT_RUN = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){1,6}(?![0-9])(?:\.[0-9]{1,12})?|[0-9]{1,15}(?![0-9])(?:\.[0-9]{1,12})?")
_SCALE = rf"(?:[十百千]?(?:万亿|[万亿兆])|[百千](?![0-9])|十(?=[万亿]))(?:{NOT_A_SCALE})"
_HAN_SCALE = re.compile(rf"(?P<before>[多余几]?) ?(?P<scale>{_SCALE})(?P<after>[多余]?)")
_LATIN_SCALE = re.compile(r"[ -]?(thousand|million|billion|trillion|mln|mn|bn|tn)(?![A-Za-z])", re.IGNORECASE)
_LETTER_SCALE = re.compile(r"([KkMmBbTt])(?![A-Za-z0-9])")
_HAN_RUN = re.compile(rf"[{HAN_NUMERAL}]+")
_HAN_DECIMALS = re.compile(f"点({HAN_DIGIT}{{1,12}})([万亿兆]{{0,2}})(?![钟])")
_HAN_PAIR = re.compile("(?P<low>[一二两三四五六七八])(?P<comma>、?)(?P<high>[二两三四五六七八九])")
_SECTION = re.compile(
    f"(?:({HAN_DIGIT}?)千)?(?:零?({HAN_DIGIT}?)百)?(?:零?({HAN_DIGIT}?)十)?[零〇]?([一二两三四五六七八九]?)"
)
_CROWD_HAN = re.compile(r"[数几](?P<scale>[十百千]?[万亿]{0,2})")
_UNITS_WORDS = "|".join(sorted(SMALL_WORDS, key=len, reverse=True))
SMALL_NUMBER = (
    rf"(?:(?:{'|'.join(_TEN_WORDS)})(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|{_UNITS_WORDS})(?![A-Za-z])"
)
_GROUP = re.compile(
    rf"(?:(?P<many>half an?|half|an?|{SMALL_NUMBER})[ -](?P<by>hundred|dozen)(?:(?: and)?[ -](?P<rest>{SMALL_NUMBER}))?"
    rf"|(?P<small>{SMALL_NUMBER})"
    r"|(?P<article>half an?|half|an?)(?=[ -](?:thousand|million|billion|trillion)))(?![A-Za-z])",
    re.IGNORECASE,
)
_CROWD_WORDS = re.compile(
    r"(?:(?:tens|dozens|hundreds|thousands|millions|billions|trillions)(?: of (?:thousands|millions|billions|trillions))?"
    r"|(?:several|a few) (?:hundred|thousand|million|billion|trillion|dozen))(?![A-Za-z])",
    re.IGNORECASE,
)
_JOINT = re.compile(r"(?: and |, | )")
_HALF_MORE = re.compile(r" and (?:a|one)[ -]half(?![A-Za-z])", re.IGNORECASE)

MAX_RUN = 24


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and where it ends. ``scale`` is its last multiplier, which a bound before it may share (3–4 million)."""

    low: Fraction
    high: Fraction
    end: int
    scale: int = 1
    comparator: Comparator = "exactly"
    form: Literal["digits", "han", "words"] = "digits"
    weak: bool = False
    """Only a number when a unit or classifier follows: 三 in 三家 but not in 三亚."""


def read_numeral(text: str, start: int, *, money: bool = False) -> Numeral | None:
    """The longest number that begins at ``start``; ``money`` allows the letters of $5m."""
    first = text[start : start + 1]
    if first.isascii() and first.isdigit():
        return _read_digits(text, start, money=money)
    if first in HAN_NUMERAL:
        return _read_han(text, start)
    if first in ("数", "几"):
        return _read_crowd(text, start)
    return _read_words(text, start) if first.isascii() and first.isalpha() else None


def shared_scale(low: Numeral, high: Numeral) -> Numeral:
    """The first bound of a range, with the scale of the second where only that one was written: 3–4 million."""
    if low.scale > 1 or high.scale == 1 or low.low > high.low / high.scale:
        return low
    return replace(low, low=low.low * high.scale, high=low.high * high.scale, scale=high.scale)


# Digits


def _read_digits(text: str, start: int, *, money: bool) -> Numeral | None:
    run = _DIGIT_RUN.match(text, start)
    if run is None:
        return None
    value = Fraction(run.group().replace(",", ""))
    number = Numeral(value, value, run.end())
    latin = _LATIN_SCALE.match(text, run.end())
    if latin:
        word = latin.group(1).lower()
        return _scaled(number, _SCALE_WORDS.get(word) or _SHORT_SCALES[word], latin.end())
    letter = _LETTER_SCALE.match(text, run.end())
    if letter and (money or letter.group() in "kKM") and (money or run.group() not in ("2", "4", "8")):
        return _scaled(number, _SHORT_SCALES[letter.group().lower()], letter.end())
    return _with_han_scales(text, number)


def _scaled(number: Numeral, scale: int, end: int) -> Numeral:
    return replace(number, low=number.low * scale, high=number.high * scale, scale=scale, end=end)


def _with_han_scales(text: str, number: Numeral) -> Numeral:
    """Digits with Chinese scales, pieces of falling scale added: 5亿3000万, 400多万."""
    scale = _HAN_SCALE.match(text, number.end)
    if scale is None:
        more = text[number.end : number.end + 1] in ("多", "余")
        return replace(number, end=number.end + more, comparator="more than") if more else number
    number = _scaled(number, _scale_of(scale.group("scale")), scale.end())
    if scale.group("before") or scale.group("after"):
        return replace(number, comparator="more than")
    run = _DIGIT_RUN.match(text, number.end)
    if run is None:
        return number
    value = Fraction(run.group().replace(",", ""))
    rest = _with_han_scales(text, Numeral(value, value, run.end()))
    if rest.low >= number.scale or rest.scale >= number.scale:
        return number
    return replace(rest, low=number.low + rest.low, high=number.high + rest.high)


def _scale_of(characters: str) -> int:
    scale = 1
    for character in characters:
        scale *= _TENS.get(character) or _BIG[character]
    return scale


# Chinese numerals


def _read_han(text: str, start: int) -> Numeral | None:
    run = han_run(text, start)
    if len(run) > MAX_RUN:
        return None
    pair = _HAN_PAIR.search(text, start, start + len(run) + 2)
    if pair and (pair.group("comma") or pair.end() <= start + len(run)) and pair.start() <= start + len(run):
        between = _read_between(text, start, pair)
        if between:
            return between
    return _read_exact_han(text, start, run)


def han_run(text: str, start: int) -> str:
    """The unbroken run of numeral characters at ``start``, without a final scale that opens a unit (兆瓦, 千米)."""
    match = _HAN_RUN.match(text, start)
    run = match.group() if match else ""
    if len(run) > 1 and run[-1] in "千兆" and not re.compile(NOT_A_SCALE).match(text, start + len(run)):
        return run[:-1]
    return run


def _read_between(text: str, start: int, pair: re.Match[str]) -> Numeral | None:
    """Two digits side by side are a range: 三四百万 is 3–4 million, 三、四倍 is 3–4 times."""
    low_digit, high_digit = DIGITS[pair.group("low")], DIGITS[pair.group("high")]
    if high_digit != low_digit + 1 and (pair.group() != "三五"):
        return None
    head, tail = text[start : pair.start()], han_run(text, pair.end())
    if len(tail) > MAX_RUN or tail[:1] in DIGITS:
        return None
    low, high = han_value(head + pair.group("low") + tail), han_value(head + pair.group("high") + tail)
    if low is None or high is None or low >= high:
        return None
    more = text[pair.end() + len(tail) : pair.end() + len(tail) + 1] == "多"
    return Numeral(Fraction(low), Fraction(high), pair.end() + len(tail) + more, _last_scale(tail), form="han", weak=not tail)


def _read_exact_han(text: str, start: int, run: str) -> Numeral | None:
    value = han_value(run)
    end = start + len(run)
    if value is None:
        return None
    weak = len(run) == 1 or run[0] in "百千"
    number = Numeral(Fraction(value), Fraction(value), end, _last_scale(run), form="han", weak=weak)
    decimals = _HAN_DECIMALS.match(text, end)
    if decimals:
        digits = "".join(str(DIGITS[character]) for character in decimals.group(1))
        scale = _scale_of(decimals.group(2))
        exact = (value + Fraction(int(digits), 10 ** len(digits))) * scale
        return replace(number, low=exact, high=exact, end=decimals.end(), scale=scale, weak=False)
    if text[end : end + 1] in ("多", "余", "几") and value % 10 == 0 and value:
        scale_run = _HAN_SCALE.match(text, end)
        if scale_run and scale_run.group("before"):
            scaled = _scaled(number, _scale_of(scale_run.group("scale")), scale_run.end())
            return replace(scaled, comparator="more than", weak=False)
        return replace(number, end=end + 1, comparator="more than", weak=text[end] == "多" and len(run) == 1)
    return number


def han_value(run: str) -> int | None:
    """A run of Chinese numerals with multipliers as a number; None for 万一, 一一 and other runs that are not one."""
    for character in "兆亿万":
        left, found, right = run.rpartition(character)
        if not found:
            continue
        times, rest = han_value(left), _rest_value(right, _BIG[character])
        if times is None or rest is None or rest >= _BIG[character]:
            return None
        return times * _BIG[character] + rest
    return _section_value(run)


def _rest_value(run: str, scale: int) -> int | None:
    if not run:
        return 0
    if len(run) == 1 and DIGITS.get(run, 0):
        return DIGITS[run] * scale // 10
    return han_value(run)


def _section_value(run: str) -> int | None:
    """A numeral below 10,000: 三百二十五, and the clipped 三千五 for 3500."""
    match = _SECTION.fullmatch(run)
    if not run or (run not in ("零", "〇") and (match is None or run[-1] in "零〇")):
        return None
    if match is None:
        return 0
    total = sum(
        (DIGITS[digit] if digit else 1) * scale
        for digit, scale in zip(match.groups()[:3], (1000, 100, 10), strict=True)
        if digit is not None
    )
    ones = DIGITS.get(match.group(4), 0)
    if len(run) > 1 and ones and run[-2] in "百千":
        return total + ones * _TENS[run[-2]] // 10
    return total + ones


def positional_value(run: str) -> int | None:
    """Chinese digits read one by one, as in 二〇一七; None when a multiplier is among them."""
    if not run or any(character not in DIGITS for character in run):
        return None
    return int("".join(str(DIGITS[character]) for character in run))


def _last_scale(run: str) -> int:
    scales = re.search(r"[十百千]?[万亿兆]+$", run)
    return _scale_of(scales.group()) if scales else _TENS.get(run[-1:], 1)


def _read_crowd(text: str, start: int) -> Numeral | None:
    """Several of a scale: 数百, 几十万."""
    match = _CROWD_HAN.match(text, start)
    if match is None or not match.group("scale"):
        return None
    value = Fraction(_scale_of(match.group("scale")))
    return Numeral(value, value, match.end(), comparator="several", form="han")


# English number words


def _read_words(text: str, start: int) -> Numeral | None:
    crowd = _CROWD_WORDS.match(text, start)
    if crowd:
        words = re.findall("[a-z]+", crowd.group().lower())
        value = Fraction(math.prod(_CROWDS.get(word.rstrip("s"), 1) for word in words))
        return Numeral(value, value, crowd.end(), comparator="several", form="words")
    total, scale, end = Fraction(0), 1, start
    largest = 10**15
    for group in _groups(text, start):
        value, times, stop = group
        if times >= largest:
            break
        total, largest, scale, end = total + value * times, times, times, stop
        if times == 1:
            break
    return Numeral(total, total, end, scale, form="words") if end > start else None


def _groups(text: str, start: int) -> Iterator[tuple[Fraction, int, int]]:
    """The parts of a number in words with their scales: two million | three hundred thousand | and five."""
    position = start
    for _ in range(5):
        group = _GROUP.match(text, position)
        if group is None:
            return
        value = _group_value(group)
        position = group.end()
        half = _HALF_MORE.match(text, position)
        if half:
            value, position = value + Fraction(1, 2), half.end()
        scale = _LATIN_SCALE.match(text, position)
        position = scale.end() if scale else position
        yield value, _SCALE_WORDS.get(scale.group(1).lower(), 1) if scale else 1, position
        joint = _JOINT.match(text, position)
        if scale is None or joint is None:
            return
        position = joint.end()


def _group_value(group: re.Match[str]) -> Fraction:
    if group.group("small"):
        return Fraction(_small_value(group.group("small")))
    lead = (group.group("many") or group.group("article")).lower()
    times = Fraction(1, 2) if lead.startswith("half") else Fraction(_small_value(lead) or 1)
    by = {"hundred": 100, "dozen": 12}.get((group.group("by") or "").lower(), 1)
    return times * by + _small_value(group.group("rest") or "")


def _small_value(words: str) -> int:
    parts = re.findall("[a-z]+", words.lower())
    return sum(SMALL_WORDS.get(part, 0) + _TEN_WORDS.get(part, 0) for part in parts)
