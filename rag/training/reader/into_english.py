"""Chinese text to units that say it in English, word by word; and a question's units to English order."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import lru_cache

from rag.text import HAN
from rag.training.reader.english_numbers import AMOUNT, READ
from rag.training.reader.function_words import (
    ASKING_CHINESE,
    MEASURES,
    PAST,
    PLACE_ENDINGS,
    SOUNDS_FOREIGN,
    TO_ENGLISH,
    USUAL_SURNAMES,
)
from rag.training.reader.glossary import Dictionary, Gloss, Unit, drawn

_CHINESE_SCAN = re.compile(
    rf"""(?P<asking>{"|".join(sorted(ASKING_CHINESE, key=len, reverse=True))})
    |(?P<date>(?:\d{{4}}|[零〇○一二三四五六七八九]{{4}})年(?:\d{{1,2}}月(?:\d{{1,2}}[日号])?)?(?!代)|\d{{3}}年(?![代多]))
    |(?P<month>(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?:(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号])?(?=\D|$))
    |(?P<decade>(?:{AMOUNT}世纪)?\d{{2,4}}年代|{AMOUNT}世纪{AMOUNT}年代)
    |(?P<century>第?{AMOUNT}世纪)
    |(?P<percent>百分之{AMOUNT}|\d+(?:\.\d+)?%)
    |(?P<ordinal>第{AMOUNT}[{MEASURES}]?)
    |(?P<king>十?[一二三四五六七八九十]世(?![界纪代]))
    |(?P<count>{AMOUNT}[多余几]?(?:个月|个小时|小时|分钟|[{MEASURES}年天岁元人])?(?:美元|欧元|英镑|日元)?)
    |(?P<latin>[^\W{HAN}\d_]+(?:[-'’.&]?[^\W{HAN}_]+)*)
    |(?P<han>[{HAN}])
    |(?P<space>\s+)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_MARKS_IN_ENGLISH = {
    "、": ",", "。": ".", "，": ",", "？": "?", "！": "!", "；": ";", "：": ":", "《": '"', "》": '"',
    "「": '"', "」": '"',
    "『": '"', "』": '"', "“": '"', "”": '"', "（": "(", "）": ")", "·": "", "・": "", "…": "...", "〈": '"', "〉": '"',
}  # fmt: skip


def from_chinese(text: str, rng: random.Random, dictionary: Dictionary) -> list[Unit]:
    """The units of a Simplified text, with the A的B of names turned round."""
    units: list[Unit] = []
    run, dotted = "", False
    for match in _CHINESE_SCAN.finditer(text):
        kind, piece = str(match.lastgroup), match.group()
        said = READ[kind](piece, rng) if kind in READ else None
        if kind == "han" or (kind in {"count", "month", "ordinal"} and said is None):
            run += piece
            continue
        named = piece in {"·", "・"}
        units += _words_of(run, rng, dictionary, first=dotted, last=named)
        run, dotted = "", named
        if kind == "asking":
            units.append(Unit(piece, ASKING_CHINESE[piece].lower(), "asking"))
        elif kind == "latin":
            units.append(Unit(piece, piece, "name"))
        elif kind == "mark":
            units.append(Unit(piece, _MARKS_IN_ENGLISH.get(piece, piece), "mark"))
        elif kind == "space":
            units.append(Unit(piece, "\n" if "\n" in piece else "", "mark"))
        else:
            units.append(Unit(piece, said or "", "number"))
    units += _words_of(run, rng, dictionary, first=dotted)
    return _of_ordered(units, rng)


def _words_of(
    run: str, rng: random.Random, dictionary: Dictionary, *, first: bool = False, last: bool = False
) -> list[Unit]:
    """The words of a run of characters, each with its gloss; neighbours that make one entry are one word.

    ``first`` and ``last`` say that those words are names, for they stand beside a middle dot.
    """
    if not run:
        return []
    words = _foreign_joined(_segmented(run), dictionary)
    if first:
        return [_part_of_name(words[0], dictionary), *_words_of("".join(words[1:]), rng, dictionary, last=last)]
    if last:
        return [*_words_of("".join(words[:-1]), rng, dictionary), _part_of_name(words[-1], dictionary)]
    units: list[Unit] = []
    at = 0
    while at < len(words):
        for size in (4, 3, 2, 1):
            word = "".join(words[at : at + size])
            if size == 1 or (at + size <= len(words) and _one_word(word, words[at : at + size], dictionary)):
                units += _say_in_english(word, rng, dictionary)
                at += size
                break
    return units


def _part_of_name(word: str, dictionary: Dictionary) -> Unit:
    known = [gloss.text for gloss in dictionary.glosses.get(word, ()) if gloss.proper]
    return Unit(word, known[0] if known else dictionary.pinyin(word), "name")


def _foreign_joined(words: Sequence[str], dictionary: Dictionary) -> list[str]:
    """Neighbours in the characters that foreign names are written with as one word: 亚 历山 卓, 齐布尔 科娃."""
    joined: list[str] = []
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and _sounds_foreign(words[end], dictionary):
            end += 1
        if end - at > 1 and len("".join(words[at:end])) > 2:
            joined.append("".join(words[at:end]))
            at = end
        else:
            joined.append(words[at])
            at += 1
    return joined


def _sounds_foreign(word: str, dictionary: Dictionary) -> bool:
    ordinary = word in TO_ENGLISH or (len(word) > 1 and word in dictionary.glosses)
    return not ordinary and all(character in SOUNDS_FOREIGN for character in word)


def _one_word(word: str, parts: Sequence[str], dictionary: Dictionary) -> bool:
    if any(part in TO_ENGLISH or part == "的" for part in parts):
        return False
    if len(word) > 2 and word in dictionary.glosses:
        return True
    # A surname cut off its given name by jieba.
    known = any(part in dictionary.glosses for part in parts[1:])
    return len(parts) == 2 and parts[0] in dictionary.surnames and not known and len(parts[1]) == 2


def _say_in_english(  # noqa: PLR0911
    word: str, rng: random.Random, dictionary: Dictionary
) -> list[Unit]:
    if word == "的":
        return [Unit(word, "", "of")]
    if word in TO_ENGLISH:
        return [Unit(word, rng.choice(TO_ENGLISH[word]), "function")]
    tag = dictionary.tag(word)
    glosses = dictionary.glosses.get(word, ())
    if tag in {"nr", "nrfg"} and not any(gloss.proper for gloss in glosses) and _personal(word, glosses, dictionary):
        return [Unit(word, _name(word, dictionary), "name")]
    if glosses:
        gloss = drawn(glosses, rng)
        return [Unit(word, _inflected(gloss, tag, rng), "name" if gloss.proper else "word")]
    parts = _entries_in(word, dictionary)
    described = len(word) > 3 and max(map(len, parts)) > 1 and tag != "nrt"
    function = any(part in TO_ENGLISH for part in parts[:1]) and not tag
    if (tag in {"ns", "nt", "nz", "nrt"} and not described) or (_personal(word, (), dictionary) and not function):
        return [Unit(word, _name(word, dictionary), "name")]
    if len(parts) == len(word) and len(word) > 2 and not tag and not function:
        return [Unit(word, _name(word, dictionary), "name")]
    if parts == [word]:
        return [Unit(word, dictionary.pinyin(word), "name")]
    return [unit for part in parts for unit in _say_in_english(part, rng, dictionary)]


def _personal(word: str, glosses: Sequence[Gloss], dictionary: Dictionary) -> bool:
    """Whether a word may be a name: as foreign names are written, or a surname and one or two characters."""
    if len(word) > 1 and all(character in SOUNDS_FOREIGN for character in word):
        return True
    family = 2 if word[:2] in dictionary.surnames else 1
    given = len(word) - family
    return not glosses and 1 <= given <= 2 and (word[:family] in USUAL_SURNAMES or (family == 2 and given == 1))


def _name(word: str, dictionary: Dictionary) -> str:
    """Pinyin as English writes names: Lin Denan, Dengcun Township, Luosufa."""
    for ending, english in PLACE_ENDINGS.items():
        stem = word.removesuffix(ending)
        if len(stem) >= 2 and stem != word:
            known = [gloss.text for gloss in dictionary.glosses.get(stem, ()) if gloss.proper]
            return f"{known[0] if known else dictionary.pinyin(stem)} {english}"
    family = 2 if word[:2] in dictionary.surnames and len(word) > 2 else 1
    foreign = all(character in SOUNDS_FOREIGN for character in word) and word[0] not in "林李高叶金夏孟谭姜范史杜"
    if 1 <= len(word) - family <= 2 and word[:family] in dictionary.surnames and not foreign:
        return f"{dictionary.pinyin(word[:family])} {dictionary.pinyin(word[family:])}"
    return dictionary.pinyin(word)


def _entries_in(word: str, dictionary: Dictionary) -> list[str]:
    """The word cut into entries, the longest first from the left."""
    parts: list[str] = []
    at = 0
    while at < len(word):
        sizes = range(min(len(word) - at, 6), 0, -1)
        size = next((n for n in sizes if word[at : at + n] in dictionary.glosses or word[at : at + n] in TO_ENGLISH), 1)
        parts.append(word[at : at + size])
        at += size
    return parts


def _inflected(gloss: Gloss, tag: str, rng: random.Random) -> str:
    """Now and then a plural or a past tense: the dictionary has base forms alone."""
    head, space, rest = gloss.text.partition(" ")
    if gloss.proper or not head.isalpha() or head[0].isupper():
        return gloss.text
    if gloss.verb and not tag.startswith(("n", "a")) and rng.random() < 0.5:
        return _past(head) + space + rest
    if tag == "n" and not gloss.verb and not space and not head.endswith("s") and rng.random() < 0.15:
        return head[:-1] + "ies" if re.search("[^aeiou]y$", head) else head + ("es" if head[-1] in "xh" else "s")
    return gloss.text


def _past(verb: str) -> str:
    if verb in PAST:
        return PAST[verb]
    if re.search("[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    if len(verb) < 5 and re.fullmatch("[^aeiou]+[aeiou][bdgmnpt]", verb):
        return verb + verb[-1] + "ed"
    return verb + ("" if verb.endswith("ed") else "d" if verb.endswith("e") else "ed")


def _of_ordered(units: list[Unit], rng: random.Random) -> list[Unit]:
    """A的B as "B of A" or "A's B" where A is one name, and without 的 elsewhere."""
    ordered = list(units)
    for at in range(1, len(ordered) - 1):
        before, of, after = ordered[at - 1 : at + 2]
        if of.kind != "of" or before.kind not in {"name", "word"} or after.kind != "word" or not after.text:
            continue
        if before.kind == "name":
            if rng.random() < 0.5:
                ordered[at - 1 : at + 2] = [after, Unit("的", "of", "function"), before]
            else:
                ordered[at] = Unit("的", "'s", "function")
    return ordered


def ask_in_english(units: list[Unit], rng: random.Random) -> list[Unit]:
    """The question word to the front of its clause, with what it asks for and an auxiliary."""
    at = next((index for index, unit in enumerate(units) if unit.kind == "asking"), None)
    if at is None:
        return units
    first = 1 + max((index for index in range(at) if units[index].text in {",", ";", ":", "."}), default=-1)
    last = next((index for index in range(at, len(units)) if units[index].kind == "mark"), len(units))
    asked = [units[at]]
    word = units[at].text
    takes = word.startswith(("which", "how many", "what kind", "what")) and word not in {"what year", "what day"}
    after = at + 1
    while takes and after < last and len(asked) < 3 and units[after].kind in {"word", "name"} and units[after].text:
        asked.append(units[after])
        after += 1
        takes = rng.random() < 0.2
    front, rest = units[first:at], units[after:last]
    verb = ""
    if front and front[-1].source in {"是", "在", "于", "由", "被", "为", "从", "有", "到", "以"}:
        led = front.pop()
        verb = rng.choice(("is", "was")) if led.source in {"是", "为"} else ""
        if led.source in {"从", "由", "被"} or (led.source in {"在", "于", "到", "以"} and len(asked) > 1):
            asked.insert(0, led)
    copula = next((unit for unit in [*front, *rest] if unit.source == "是"), None)
    if not verb and copula is not None and word != "who":
        verb = rng.choice(("is", "was"))
    if verb:
        front = [unit for unit in front if unit is not copula]
        rest = [unit for unit in rest if unit is not copula]
    elif front and word not in {"what are", "whether"}:
        verb = rng.choice(("did", "does", "was", "did", ""))
    if verb and word != "what are":
        asked.append(Unit("是" if copula else "", verb, "function"))
    return [*units[:first], *asked, *front, *rest, *units[last:]]


@lru_cache(maxsize=20_000)
def _segmented(run: str) -> tuple[str, ...]:
    import jieba

    jieba.setLogLevel("ERROR")
    return tuple(jieba.cut(run))
