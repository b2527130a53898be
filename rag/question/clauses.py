"""Splits a question that asks several things ("When was it built and how high is it?") into one for each."""

from __future__ import annotations

import re
from itertools import pairwise

from rag.question.coreference import Turn, stand_alone
from rag.question.mentions import names_in, simplified
from rag.text import asked_in, has_words

_COUNTED = re.compile(r"(?i)^(?:how many|how much|which|what|whose) (?P<noun>[\w'’-]+ .+)$")
"""What is counted or chosen, before its verb: "vaccine carriers of the store" of "How many … are out on loan"."""
_NOUN = re.compile(r"(?:\b(?:[Tt]he|[Aa]n?|[Oo]ur|[Yy]our|[Mm]y|[Tt]heir|[Ii]ts)\b|(?!I\b)[A-Z\d]|[\u4e00-\u9fff]).*")
"""From a determiner, a name or a number on."""
_SHORT = re.compile(r"(?i)(?:the|an?|our|your|my|their|its) [\w'’-]+")
"""The least that can be a subject."""
_AFTER_SUBJECT = re.compile(
    "(?:收|卖|花|付|交|要|有|归|由|给|用|能|可以?|在|去|开|装|办|选|买|做|是|叫|被|需要?|为|从|到|向|对|会|应|须|得|了|的"
    "|一共|总共|到底|最[后终]?|能不能)+$"
)
"""What leads from a Chinese subject to what is asked of it."""
_DONE = re.compile(
    r" (?:\w+ed|built|made|held|paid|sold|bought|sent|kept|written|given|taken|done|born|found|set|led|lost|won|known"
    r"|shown|drawn|grown|chosen|driven|broken)(?: by\b.*| in \d.*| on \d.*|\W*)$"
)
"""What was done to it, behind its name."""
_IS = re.compile(r"(?i)is|are|was|were")
_OBJECT = r"(?=\W*$| (?:in|on|at|to|by|from|for|with|and)\b)"
_PRONOUN = re.compile(rf"(?i)\b(?:it|they|he|she|them|him|her{_OBJECT})\b")
_POSSESSIVE = re.compile(rf"(?i)\b(?:its|their|his|her(?!{_OBJECT}))\b")
_LONG = re.compile(r"(?i)(?: \S+){4}| (?:that|which|who|of|in|on|at|for|from|with)\b|\W$")
"""A name that no "'s" can stand behind."""
_ELIDED = 4
"""Words of a question that leaves out its predicate, at most: "and for what reason?"."""

MOST = 4
"""Things that one question asks at most."""

_ZH_ASKS = re.compile(
    "谁|什么|甚么|啥|(?<!好)几(?!乎)|多少|哪|何(?:时|处|地|人|年|日)|为何|怎[么样]|如何|是否"
    "|多[久大长高远深宽重]|吗|[能会要]不[能会要]|有没有"
)
_ZH_END = re.compile(
    r"[?？]+|[,，;；](?:以及|并且|而且|还有|另外|又|和)?|(?:以及|还有)(?=.{0,12}(?:谁|什么|几|多|哪|何|怎|如何))"
    r"|、(?=[^、，,]{0,6}(?:谁|什么时候|啥时候|几[时点号]|多[少久长大高远宽重]|何时|怎么|如何))"
)
_ZH_EACH = re.compile("各|分别|每|其中|(?:如果|要是|若)")
_NO_TOPIC = re.compile(f"{_ZH_ASKS.pattern}|^[想要归去坐从往向]|负责")
_ADVERB = "什么时候|何时|几时|[在从到]?(?:哪里|哪儿|何处|何地)|为什么|为何|怎么|如何|怎样|(?:由|被|跟|和)?谁"
_ENDS_ASKING = re.compile(f"(?:{_ADVERB})$")
_ZH_ROW = re.compile(f"(?P<one>{_ADVERB})(?:、|和|以及|、?并)(?P<two>{_ADVERB})(?P<rest>.*)")
_WH = r"(?:what|when|where|who|whom|whose|why|which|how)"
_PREPOSITION = r"(?:(?:up )?to|for|by|from|at|in|on|with|until|since|under|of|after|before|within)"
_EN_ASKS = re.compile(rf"(?i)\b{_WH}\b")
_EN_END = re.compile(
    rf"(?i)\?+\s*(?:and |or |but |also )?|[,;]?\s+and\s+(?={_PREPOSITION}?\s*{_WH}\b)|[,;]\s+(?=(?!which|who"
    rf"|whose|where|when){_PREPOSITION}?\s*{_WH}\b)"
)
_EN_ROW = re.compile(rf"(?i)^(?P<row>{_WH}(?:, {_WH})*,? and {_WH}) (?P<rest>.+)$")
_AUXILIARY = re.compile(
    r"(?i)\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may|might|shall)\b"
)


def clauses_of(question: str) -> tuple[str, ...]:
    """The questions in a question, each with the subject it shares with the first; itself where it asks one thing."""
    found = _chinese(question) if asked_in(question) == "zh" else _english(question)
    return tuple(found[:MOST]) if len(found) > 1 else (question,)


def _chinese(question: str) -> list[str]:
    plain = simplified(question)
    pieces: list[str] = []
    start, told, before = 0, 0, ""
    for end in [*[match.span() for match in _ZH_END.finditer(plain)], (len(plain), len(plain))]:
        piece = plain[start : end[0]]
        if not _ZH_ASKS.search(piece) or (plain[slice(*end)] == "、" and _ENDS_ASKING.search(piece)):
            continue  # it leads in the next
        if pieces and (_ZH_EACH.match(piece.strip()) or not has_words(_ZH_ASKS.sub("", piece))):
            pieces[-1] = question[told : end[0]]
        elif piece.strip():
            told = start
            subject = _subject(pieces[0]) if before == "、" else ""
            pieces.append(subject + question[start : end[0]])
        start, before = end[1], plain[slice(*end)]
    if len(pieces) == 1 and (row := _ZH_ROW.search(simplified(pieces[0]))):
        return _row(pieces[0], row)
    return [one if one == pieces[0] else _with_subject(one.strip(), pieces[0]) for one in pieces]


def _subject(piece: str) -> str:
    """What a question is about, which predicates that 、 joins share: "冷库" of "冷库由谁管"."""
    asks = _ZH_ASKS.search(simplified(piece))
    return piece[: asks.start()].rstrip("由被归跟和是在有花要需共一总") if asks else ""


def _row(question: str, row: re.Match[str]) -> list[str]:
    """ "什么时候、在哪里举行" as two questions."""
    if row["one"] == row["two"]:
        return [question]
    head, rest = question[: row.start()], question[row.start("rest") :]
    return [head + question[slice(*row.span(name))] + rest for name in ("one", "two")]


def _english(question: str) -> list[str]:
    if row := _EN_ROW.match(question.strip()):
        return [f"{word.capitalize()} {row['rest']}" for word in re.split(r"(?i),? and |, ", row["row"])]
    ends = [(0, 0), *[match.span() for match in _EN_END.finditer(question)], (len(question), len(question))]
    pieces = [question[left[1] : right[0]].strip(" ,;") for left, right in pairwise(ends)]
    merged: list[str] = []
    for piece in pieces:
        if merged and not _asks(merged[-1]) and piece:
            merged[-1] = f"{merged[-1]}, {piece}"
        elif piece and (not merged or _asks(piece)):
            merged.append(piece)
    if len(merged) < 2:
        return merged
    return [f"{_with_subject(one, merged[0]) if one != merged[0] else one}?" for one in merged]


def _asks(piece: str) -> bool:
    return bool(_EN_ASKS.search(piece) or _AUXILIARY.match(piece))


def _with_subject(piece: str, first: str) -> str:
    """A later piece with what it shares with the first: its predicate, or what it is about."""
    chinese = asked_in(first) == "zh"
    return _chinese_with(piece, first) if chinese else _english_with(piece, first)


def _chinese_with(piece: str, first: str) -> str:
    resolved = stand_alone(piece, [Turn(first, "")]).rstrip("?？")
    if any(one.text in piece for one in names_in(first)):
        return resolved
    about = _AFTER_SUBJECT.sub("", simplified(_subject(first)))
    about = first[: len(about)].strip(" ，,")
    if len(about) < 3 or _NO_TOPIC.search(simplified(about)):
        return resolved
    return piece if piece.startswith(about) else f"{about}，{piece}".rstrip("?？")


def _english_with(piece: str, first: str) -> str:
    about = _about(first)
    pronoun, possessive = _PRONOUN.search(piece), _POSSESSIVE.search(piece)
    if not (_AUXILIARY.search(piece) or pronoun or possessive or _is_whole(piece)):
        return f"{piece} {_predicate(first)}"
    if about and pronoun:
        return f"{piece[: pronoun.start()]}{about}{piece[pronoun.end() :]}"
    if about and possessive and not _LONG.search(about):
        return f"{piece[: possessive.start()]}{_possessive(about)}{piece[possessive.end() :]}"
    own = any(not one.text.islower() for one in names_in(piece))
    return f"{piece}, of {about}" if about and not own and not pronoun else piece


def _is_whole(piece: str) -> bool:
    """Whether a piece without an auxiliary has a verb of its own: "who paid the bill", but not "for what reason"."""
    return len(piece.split()) > _ELIDED and not re.match(rf"(?i){_PREPOSITION}\b", piece)


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _predicate(first: str) -> str:
    """What "and to whom?" leaves out: "are the carriers out on loan", "does Lanqiao pay for a diploma"."""
    auxiliary = _AUXILIARY.search(first)
    if auxiliary is None:
        return _EN_ASKS.sub("", first, count=1).strip(" ?")
    counted = _COUNTED.match(first[: auxiliary.start()])
    return " ".join(
        [auxiliary.group(), *([counted["noun"].strip()] if counted else []), first[auxiliary.end() :].strip(" ?")]
    )


def _about(first: str) -> str:
    """What an English question is about: "the stand that was hired" of "How large is the stand that was hired?"."""
    auxiliary, asks = _AUXILIARY.search(first), _EN_ASKS.search(first)
    if auxiliary and (counted := _COUNTED.match(first[: auxiliary.start()])):
        return counted["noun"].strip()
    start = auxiliary.end() if auxiliary else asks.end() if asks else 0
    noun = _NOUN.search(first, start) or _NOUN.match(first[: asks.start()] if asks else "")
    if noun is None:
        return ""
    found = _DONE.sub("", noun.group()).strip(" ?,:")
    if auxiliary and not _IS.fullmatch(auxiliary.group()):  # a verb follows
        named, short = names_in(found), _SHORT.match(found)
        return found[: named[0].end] if named else short.group() if short else found
    return found
