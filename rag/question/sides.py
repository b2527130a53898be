"""Splits a question that compares two things into one question for each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.question.mentions import simplified
from rag.text import asked_in

_ZH_JOIN = re.compile(r"[和与跟]|以及|还是|、(?=[^、]{1,20}(?:各|分别|哪))")
_ZH_END = re.compile(
    r"(?=[的,，:：。?？]|(?:最[多少高低大小长短快慢早晚]|至[多少])?各|分别|哪|谁|有(?:什么|何|哪些)|相比|之间|比(?!例)|都|一样|的?(?:区别|差别|差异"
    r"|不同)|(?<=.)在|$)"
)
_ZH_START = re.compile(r"[,，:：。?？]|比较一下|比较|对比|请问|按照?|的")
_ZH_EACH = re.compile("各自|各(?=[^类种项位地])|分别|相比|之间")
_ZH_DIFFERENCE = re.compile("(?:的)?(?:有(?:什么|何|哪些))?(?:区别|差别|差异|不同(?:之处)?)(?:是什么|在哪里?|吗)?")
_ZH_MORE = re.compile(r"(?:哪[一]?[个家款种座份边条次所]|谁)(?P<what>[^,，?？]{0,14}?)更(?P<how>.)")

_EN_JOIN = re.compile(r"(?i)\s+(?:and|or|versus|vs\.?|than|compared (?:with|to))\s+")
_EN_END = re.compile(
    r"(?i)(?=[,?.;:!]|\s(?:in|at|for|on|per|by|do|does|did|is|are|was|were|has|have|compare|differ"
    r"|respectively|when|to|from|under)\b|$)"
)
_EN_ASKING = re.compile(r"(?i)(?:what|how|when|where|why|who|which)\b")
_EN_NAME = re.compile(r"[A-Z0-9][\w'’./-]*(?: (?:of |de |the )?[A-Z0-9][\w'’./-]*)*$")
_EN_WORD = re.compile(r"[\w'’/-]+$")
_EN_ARTICLE = re.compile(r"(?i)\b(?:the|an?) (?:(?!of\b)[\w'’/-]+ ?){1,4}$")
_EN_PREPOSITION = re.compile(r"(?i)(in|for|during|of|on|at|under) ")
_EN_THE_ONE = re.compile(r"(?i:the) [A-Z]\w*(?P<thing> [a-z]+\b.*)")
"""What "the March and the June accounts" says but once."""
_EN_SMALL = frozenset("the a an of at in on for by to with from and or is are was were do does did".split())
_EN_BETWEEN = re.compile(r"(?i)\bbetween (?P<one>.+?) and (?P<two>[^?.!,;]+)")
_EN_MORE = re.compile(
    r"(?i)^(?:which|who|where|what)\b.*?\b(?:had|has|have) (?:more|fewer|less|the most"
    r"|the fewest) (?P<what>[^,]+), (?P<who>[^,?]+)"
)


_DIFFERENCE = re.compile(
    r"(?:有(?:什么|何|哪些)|的)(?:区别|差别|差异|不同(?:之处)?)(?:是什么|在哪里?|吗)?[?？。]*$"
    r"|(?i:\bwhat(?:'s| is| are) the (?:main )?differences? between\b|^how (?:do|does) .+ differ(?: from [^?]+)?\?*$)"
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison."""

    label: str
    question: str


def sides_of(question: str) -> tuple[Side, ...]:
    """The two sides that a comparison names; nothing where it names none."""
    return _chinese(question) if asked_in(question) == "zh" else _english(question)


def tells_difference(question: str) -> bool:
    """Whether a comparison asks for the difference as such, and for no measure of the two."""
    return bool(_DIFFERENCE.search(simplified(question.strip())))


def _chinese(question: str) -> tuple[Side, ...]:
    plain = simplified(question)
    for join in _ZH_JOIN.finditer(plain):
        end = _ZH_END.search(plain, join.end() + 1)
        before = plain[: join.start()]
        if not end or not before:
            continue
        second = question[join.end() : end.start()]
        start = _same_shape(before, simplified(second))
        if start is None:
            cuts = [cut.end() for cut in _ZH_START.finditer(before)]
            start = max((cut for cut in cuts if cut < len(before)), default=0)
        first, rest = question[start : join.start()], question[end.start() :]
        if len(first) <= 30 and len(second) <= 30:
            head = question[:start]
            return tuple(Side(one.strip(), _ask_chinese(head + one + rest)) for one in (first, second))
    return ()


def _same_shape(before: str, second: str) -> int | None:
    """Where the first of two things like 2023年 and 2024年 begins."""
    if not re.search(r"[0-9A-Za-z一二三四五六七八九十春夏秋冬]", second) or len(second) > len(before):
        return None
    shapes = [
        re.sub("[一二三四五六七八九十]", "n", re.sub("[A-Za-z]", "a", re.sub(r"\d", "d", one)))
        for one in (before, second)
    ]
    return len(before) - len(second) if shapes[0].endswith(shapes[1]) else None


def _ask_chinese(question: str) -> str:
    asked = (
        _ZH_MORE.sub(lambda more: f"{question[slice(*more.span('what'))]}是多少", question)
        if "更" in question
        else question
    )
    difference = _ZH_DIFFERENCE.search(simplified(asked))
    if difference:
        asked = asked[: difference.start()] + ("的介绍" if "的" not in asked[: difference.start()] else "是什么")
    return re.sub("^(?:请)?(?:比较一下|比较|对比)", "", _ZH_EACH.sub("", asked)) or asked


def _english(question: str) -> tuple[Side, ...]:
    if between := _EN_BETWEEN.search(question):
        head, rest = question[: between.start()], question[between.end() :]
        return tuple(
            Side(between[name].strip(), _ask_english(f"{head}of {between[name]}{rest}")) for name in ("one", "two")
        )
    for join in _EN_JOIN.finditer(question):
        end = _EN_END.search(question, join.end() + 2)
        second = question[join.end() : end.start()] if end else ""
        if not second or _EN_ASKING.match(second) or len(second.split()) > 8:
            continue
        left = _left(question[: join.start()], second)
        if left:
            head, rest = (
                question[: join.start() - len(left)],
                question[join.start() + len(join.group()) + len(second) :],
            )
            shared = re.search(r"(?<=\w)(?: [a-z]+)+$", second)
            named = left + shared.group() if shared and " " not in left else left
            if (one := _EN_THE_ONE.fullmatch(second)) and re.fullmatch(r"(?i:the) [A-Z]\w*", left):
                named = left + one["thing"]
            return tuple(Side(one.strip(), _ask_english(head + one + rest)) for one in (named, second))
    return ()


def _left(before: str, second: str) -> str:
    """What stands to the left of "and" that is like what stands to its right."""
    count = len(second.split())
    words = before.split()[-count:]
    shapes = [[one[0].isupper() for one in row] for row in (words, second.split())]
    if count > 1 and shapes[0] == shapes[1] and shapes[0][0] and not _EN_SMALL.intersection(words):
        return " ".join(words)
    if preposition := _EN_PREPOSITION.match(second):
        same = re.search(rf"(?i)\b{preposition[1]} (?:(?!\b{preposition[1]}\b).)+$", before)
        return same.group() if same else ""
    if re.match("(?i)(?:the|an?) ", second):
        found = _EN_ARTICLE.search(before)
    else:
        found = _EN_NAME.search(before) if second[0].isupper() or second[0].isdigit() else None
    found = found or _EN_WORD.search(before)
    return found.group() if found else ""


def _ask_english(question: str) -> str:
    asked = re.sub(r"(?i),? (?:respectively|in each(?: case| place)?)\b", "", question).strip()
    if more := _EN_MORE.match(asked):
        return f"How many {more['what']} did {more['who'].strip()} have?"
    asked = re.sub(r"(?i)^what(?:'s| is| are) the (?:main )?differences? of ", "What is ", asked)
    asked = re.sub(r"(?i)^(?:please )?compare (?:the )?", "What is the ", asked).replace("the the ", "the ")
    asked = re.sub(
        r"(?i)^how (?:do|does|did) (.+?) (?:compare|differ) in (?:their |the |its )?([^?]+)\?*$",
        r"What is the \2 of \1?",
        asked,
    )
    asked = re.sub(
        r"(?i)^how (?:do|does|did) (.+?) (?:compare|differ)( of [^?]+)?\b.*",
        lambda of: f"What are {of[1]}{of[2] or ''}?",
        asked,
    )
    return asked if asked.endswith("?") else f"{asked.rstrip('.')}?"
