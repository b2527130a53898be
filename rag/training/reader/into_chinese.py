"""English text to units that say it in Chinese, word by word; and a question's units to Chinese order."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from rag.text import HAN
from rag.training.reader.function_words import ASKING_ENGLISH, AUXILIARIES, BE, CODAS, MONTHS, SYLLABLES, TO_CHINESE
from rag.training.reader.glossary import LONGEST_PHRASE, Dictionary, Unit, drawn, lemmas

TRANSLITERATED = 0.15
"""Share of the Latin names without an entry that are written in Chinese characters."""

_MONTH = "(?P<{0}>" + "|".join(MONTHS) + r"|Jan\.|Feb\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
_ENGLISH_SCAN = re.compile(
    rf"""(?P<url>https?://\S+|\d{{4}}-\d\d-\d\d|\S+@\S+\.\w+|\w+(?:\.\w{{2,}}){{2,}}\S*|\w+\.(?:com|org|net|gov|edu)\b)
    |(?P<mdy>{_MONTH.format("m1")}\ (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\ (?P<y1>\d{{4}}))?\b)
    |(?P<dmy>(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\ (?:of\ )?{_MONTH.format("m2")}(?:,?\ (?P<y2>\d{{4}}))?\b)
    |(?P<my>{_MONTH.format("m3")},?\ (?:of\ )?(?P<y3>\d{{4}})\b)
    |(?P<decade>(?P<y4>\d{{2,4}})s\b)
    |(?P<century>(?P<n1>\d{{1,2}})(?:st|nd|rd|th)[ -]centur(?:y|ies))
    |(?P<ordinal>(?P<n2>\d+)(?:st|nd|rd|th)\b)
    |(?P<percent>(?P<n3>\d+(?:\.\d+)?)\s?(?:%|percent\b|per\ cent\b))
    |(?P<count>(?P<coin>[$£€])?(?P<n4>\d[\d,]*(?:\.\d+)?)(?:\s?(?P<scale>thousand|million|billion|trillion)\b)?
               (?:\ (?P<money>dollars|euros|pounds)\b)?(?![\w.-]*[A-Za-z]))
    |(?P<word>(?:\w+-)?(?:[A-Za-z]\.){{2,}}|[A-Z]\.(?=\ [A-Z])
        |[^\W{HAN}\d_][\w]*(?:[-&][^\W_]+|['’](?!s\b)[^\W_]+)*|\d+\w+(?:-\w+)*)
    |(?P<owner>['’]s\b)
    |(?P<space>\s+)
    |(?P<han>[{HAN}]+)
    |(?P<mark>\.{{3}}|.)""",
    re.VERBOSE | re.DOTALL,
)
_MARKS_IN_CHINESE = {",": "，", ".": "。", "?": "？", "!": "！", ";": "；", ":": "：", "(": "（", ")": "）", "...": "…"}
_COINS = {"$": "美元", "£": "英镑", "€": "欧元", "dollars": "美元", "euros": "欧元", "pounds": "英镑"}
_MANY = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def from_english(text: str, rng: random.Random, dictionary: Dictionary, *, asking: bool = False) -> list[Unit]:
    """The units of a text in its own order; ``asking`` looks for a question word."""
    units: list[Unit] = []
    words: list[str] = []
    opened = False
    for match in _ENGLISH_SCAN.finditer(text):
        kind, piece = _kind(match), match.group()
        if kind == "space":
            if "\n" in piece:
                units += _phrases_of(words, rng, dictionary, asking=asking)
                words = []
                units.append(Unit(piece, "\n" * piece.count("\n"), "mark"))
            continue
        if kind in {"word", "owner"}:
            words.append(piece.replace("’", "'"))
            continue
        units += _phrases_of(words, rng, dictionary, asking=asking)
        words = []
        if kind in _ENGLISH_READ:
            units.append(Unit(piece, _ENGLISH_READ[kind](match), "number"))
        elif kind == "mark":
            mark = _MARKS_IN_CHINESE.get(piece, piece)
            if piece == '"':
                opened = not opened
                mark = "“" if opened else "”"
            units.append(Unit(piece, mark, "mark"))
        else:
            units.append(Unit(piece, piece, "name"))
    return units + _phrases_of(words, rng, dictionary, asking=asking)


def _kind(match: re.Match[str]) -> str:
    return next(name for name in _ENGLISH_KINDS if match.group(name) is not None)


def _phrases_of(words: list[str], rng: random.Random, dictionary: Dictionary, *, asking: bool) -> list[Unit]:
    """The words of a run by their longest phrases."""
    units: list[Unit] = []
    at = 0
    while at < len(words):
        for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + size]).replace(" 's", "'s")
            unit = _say_in_chinese(phrase, units, rng, dictionary, asking=asking)
            if unit is not None or size == 1:
                units.append(unit or _unknown(words[at], rng, dictionary))
                at += size
                break
    return units


def _say_in_chinese(  # noqa: PLR0911
    phrase: str, before: list[Unit], rng: random.Random, dictionary: Dictionary, *, asking: bool
) -> Unit | None:
    key = phrase.lower()
    relative = key in _RELATIVE and any(unit.kind in {"word", "name"} for unit in before)
    if asking and key in ASKING_ENGLISH and not relative and not any(unit.kind == "asking" for unit in before):
        return Unit(phrase, rng.choice(ASKING_ENGLISH[key]), "asking")
    name = phrase[0].isupper() and bool(before)
    if phrase in {"US", "UK"}:
        return Unit(phrase, {"US": "美国", "UK": "英国"}[phrase], "name")
    if key in {"of", "'s"}:
        return Unit(phrase, "的", "of")
    if key in TO_CHINESE and not (name and key in {"us", "may", "will"}):
        said = rng.choice(TO_CHINESE[key])
        function = key in _GRAMMAR
        return Unit(phrase, said, "function" if function else "word")
    words = key.split()
    if len(words) > 1 and (words[-1] in {"the", "a", "an", "of"} or all(word in _GRAMMAR for word in words)):
        return None
    rows = dictionary.renderings(phrase)
    if not rows and "-" in phrase and " " not in phrase:
        rows = dictionary.renderings(phrase.replace("-", " "))
    if phrase[0].islower():
        rows = tuple(row for row in rows if not row.proper) or rows
        led = before[-1].source.lower() if before else ""
        if led in _BEFORE_NOUN:
            rows = tuple(row for row in rows if not row.verb) or rows
        elif led in _BEFORE_VERB:
            rows = tuple(row for row in rows if row.verb) or rows
    elif before or " " in phrase:
        rows = tuple(row for row in rows if row.proper) or rows
    if not rows:
        return None
    chosen = drawn(rows, rng)
    return Unit(phrase, chosen.text, "name" if chosen.proper else "word")


_RELATIVE = frozenset("who whom whose which when where".split())
_BEFORE_NOUN = frozenset("the a an of their its his her our your my this these in on with for new".split())
_BEFORE_VERB = frozenset("to will would can could may might must should not do does did we you they i who".split())
_GRAMMAR = frozenset(
    "the a an do does did been be being to there 's is are was were of in on at and & or by with for from as that which"
    " who whom whose when where while it its their his her he him she they them we us i me my you your our this these"
    " those not no have has had will would can could may might must should shall into than but however also"
    " after before"
    " during between under over about through such if because since until then so within without among per am".split()
)


def _unknown(word: str, rng: random.Random, dictionary: Dictionary) -> Unit:
    """A word without an entry: its parts at the hyphens, else in Latin letters, at times in characters by its sound."""
    parts = word.split("-")
    if len(parts) > 1 and word.islower():
        said = [dictionary.renderings(part) for part in parts]
        if all(said):
            return Unit(word, "".join(drawn(rows, rng).text for rows in said), "word")
    if word[0].isupper() and word[1:].islower() and word.isascii() and word.isalpha() and rng.random() < TRANSLITERATED:
        return Unit(word, _by_sound(word), "name")
    return Unit(word, word, "name" if word[0].isupper() else "word")


@lru_cache(maxsize=20_000)
def _by_sound(name: str) -> str:
    """A Latin name syllable by syllable in the characters of Xinhua's tables, roughly."""
    written = ""
    for onset, vowel, coda in re.findall(r"(ch|sh|th|ph|[^aeiou]?)([aeiou])[aeiou]*|([^aeiou])", name.lower()):
        written += SYLLABLES.get(onset + vowel, "") if vowel else CODAS.get(coda, "")
    return written or name


def of_reversed(units: list[Unit]) -> list[Unit]:
    """ "B of A" as A的B: B up to three words before, A a name or up to two words after."""
    ordered = list(units)
    at = len(ordered) - 1
    while at > 0:
        if ordered[at].source.lower() == "of" and ordered[at].kind == "of":
            left = at
            while left > 0 and at - left < 3 and ordered[left - 1].kind == "word" and _nominal(ordered[left - 1]):
                left -= 1
            right = at + 1
            while right < len(ordered) and not ordered[right].text and ordered[right].kind == "function":
                right += 1
            begin = right
            named = begin < len(ordered) and ordered[begin].source[0].isupper()
            while right < len(ordered) and right - begin < (4 if named else 2) and _follows(ordered[right], named):
                right += 1
            if left < at and begin < right:
                ordered[left:right] = [*ordered[at + 1 : right], ordered[at], *ordered[left:at]]
        at -= 1
    return ordered


def _nominal(unit: Unit) -> bool:
    return bool(unit.text) and not unit.source.lower().endswith(("ed", "made"))


def _follows(unit: Unit, named: bool) -> bool:
    if unit.kind not in {"word", "name", "number"} or not unit.text:
        return False
    return unit.source[:1].isupper() if named else _nominal(unit)


def ask_in_chinese(units: list[Unit], rng: random.Random) -> list[Unit]:  # noqa: PLR0911
    """The question word to where Chinese puts it: 法国的首都是什么, 埃菲尔铁塔什么时候建造."""
    at = next((index for index, unit in enumerate(units) if unit.kind == "asking"), None)
    if at is None:
        units = of_reversed(units)
        if units and units[0].source.lower() in AUXILIARIES:
            end = len(units) - (units[-1].kind == "mark")
            first = replace(units[0], text="") if units[0].text in {"", "是", "有"} else units[0]
            return [*_after_subject([first], units[1:end]), Unit("", "吗", "function"), *units[end:]]
        return units
    last = next((index for index in range(at, len(units)) if units[index].source in {"?", ",", "."}), len(units))
    verb = next((index for index in range(at + 1, last) if units[index].source.lower() in AUXILIARIES), None)
    lead = at - 1 if at and units[at - 1].kind == "function" and units[at - 1].source.lower() != "is" else at
    if verb is None or verb - at > 5 or verb + 1 >= last:
        return [*units[:at], *of_reversed(units[at:])]
    asked = of_reversed(units[lead:verb])
    auxiliary = units[verb]
    rest = of_reversed(units[verb + 1 : last])
    before, after = units[:lead], units[last:]
    is_what = auxiliary.source.lower() in BE and verb == at + 1
    word = units[at].source.lower()
    participle = bool(rest) and any(verbal for _, verbal in lemmas(rest[-1].source.lower()))
    if is_what and word in {"what", "who"} and not participle:
        return [*before, *rest, auxiliary, *asked, *after]
    silent = replace(auxiliary, text="") if auxiliary.text in {"", "是", "有"} else auxiliary
    if word == "where" and is_what:
        return [*before, *rest, silent, Unit("", "在", "function"), *asked, *after]
    if word.startswith(("what", "which", "who", "how many", "how much")) and lead == at and not participle:
        return [*before, *rest, silent, *asked, *after]
    if participle:
        return [*before, *rest[:-1], silent, *asked, rest[-1], *after]
    return [*before, *_after_subject([*asked, silent], rest), *after]


def _after_subject(put: list[Unit], units: list[Unit]) -> list[Unit]:
    """Words put after the subject where it is plain: a pronoun, or names; before all else where it is not."""
    end = 0
    if units and units[0].source.lower() in {"you", "they", "we", "i", "he", "she", "it"}:
        end = 1
    while end < len(units) - 1 and (end == 0 or units[0].kind != "function" or not units[0].text):
        dropped = units[end].kind == "function" and not units[end].text and end == 0
        if units[end].kind != "name" and not dropped:
            break
        end += 1
    end = end if any(unit.text for unit in units[:end]) else 0
    return [*units[:end], *put, *units[end:]]


_MONTH_NUMBERS = {name[:3]: number for number, name in enumerate(MONTHS, 1)}


def _write_date(match: re.Match[str]) -> str:
    groups = {name[0]: value for name, value in match.groupdict().items() if value and name in _DATE_PARTS}
    month = _MONTH_NUMBERS[groups["m"][:3]]
    year = f"{groups['y']}年" if "y" in groups else ""
    return f"{year}{month}月" + (f"{int(groups['d'])}日" if "d" in groups else "")


_DATE_PARTS = {f"{part}{index}" for part in "ymd" for index in range(1, 4)}


def _write_count(match: re.Match[str]) -> str:
    """Chinese counts in 万 and 亿: 8.38 million is 838万."""
    number, scale, coin = match["n4"], match["scale"], match["coin"] or match["money"]
    number = number.rstrip(",")
    tail = match["n4"][len(number) :].replace(",", "，")
    money = _COINS[coin] if coin else ""
    if not scale:
        year = re.fullmatch(r"1[1-9]\d\d|20[0-3]\d", number) and not money
        return f"{number}{'年' if year else money}{tail}"
    value = round(float(number.replace(",", "")) * _MANY[scale])
    for size, name in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万")):
        if value >= size and value % (size // 100) == 0:
            return f"{value / size:.10g}{name}{money}"
    return f"{value}{money}"


_ENGLISH_READ: dict[str, Callable[[re.Match[str]], str]] = {
    "mdy": _write_date,
    "dmy": _write_date,
    "my": _write_date,
    "decade": lambda match: f"{match['y4']}年代",
    "century": lambda match: f"{match['n1']}世纪",
    "ordinal": lambda match: f"第{match['n2']}",
    "percent": lambda match: f"{match['n3']}%",
    "count": _write_count,
}
_ENGLISH_KINDS: Iterable[str] = (*_ENGLISH_READ, "url", "word", "owner", "space", "han", "mark")
