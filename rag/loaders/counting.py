"""Formats the number of a list item as shown: 3, iii, C, 三, 叁, ③, 丙."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_HAN: Final = ("〇一二三四五六七八九", "十百千", "万")
_FORMAL: Final = ("零壹贰叁肆伍陆柒捌玖", "拾佰仟", "万")
_FORMAL_TRADITIONAL: Final = ("零壹貳參肆伍陸柒捌玖", "拾佰仟", "萬")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"))
_ROMAN_ONES = ((9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST = 100_000


def shown(number: int, form: str) -> str:
    """A number in one of Word's number formats (ECMA-376, 17.18.59, ST_NumberFormat); in digits where none is known."""
    write = _FORMS.get(form)
    return write(number) if write and 0 < number < _MOST else str(number)


def han(number: int, digits: tuple[str, str, str] = _HAN, *, bare_ten: bool = True) -> str:
    """A number below 100,000 in Chinese: 十三, 一百〇五, 二万; ``bare_ten``: 十 rather than 一十 at its start."""
    ones, tens, myriad = digits
    zero = "零" if ones[0] == "〇" else ones[0]
    if number >= 10_000:
        rest = number % 10_000
        gap = zero if 0 < rest < 1000 else ""
        return han(number // 10_000, digits) + myriad + gap + (han(rest, digits, bare_ten=False) if rest else "")
    written, skipped = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            skipped = skipped or bool(written)
            continue
        written += zero if skipped else ""
        written += ones[digit] + (tens[place - 1] if place else "")
        skipped = False
    return written[1:] if bare_ten and ones is _HAN[0] and written.startswith("一十") else written


def _letters(number: int) -> str:
    """a … z, aa, bb, as Word counts."""
    turns, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * (turns + 1) if turns < 10 else str(number)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN + _ROMAN_ONES:
        written += letters * (number // value)
        number %= value
    return written if len(written) < 30 else ""


def _row(first: int, length: int) -> Callable[[int], str]:
    """Characters that Unicode has in a row, such as ①②③, and digits after them."""
    return lambda number: chr(first + number - 1) if number <= length else str(number)


def _ordinal(number: int) -> str:
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _digit_by_digit(number: int) -> str:
    return "".join(_HAN[0][int(digit)] for digit in str(number))


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)] if number <= len(signs) else str(number)


_FORMS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "ordinal": _ordinal,
    "chineseCounting": han,
    "chineseCountingThousand": han,
    "japaneseCounting": han,
    "taiwaneseCounting": han,
    "taiwaneseCountingThousand": han,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "chineseLegalSimplified": lambda number: han(number, _FORMAL),
    "ideographLegalTraditional": lambda number: han(number, _FORMAL_TRADITIONAL),
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "decimalEnclosedCircle": _row(0x2460, 20),
    "decimalEnclosedCircleChinese": _row(0x2460, 20),
    "decimalEnclosedParen": _row(0x2474, 20),
    "decimalEnclosedFullstop": _row(0x2488, 20),
    "ideographEnclosedCircle": _row(0x3280, 10),
    "decimalFullWidth": lambda number: "".join(chr(0xFF10 + int(digit)) for digit in str(number)),
    "none": lambda number: "",
    "bullet": lambda number: "",
}
