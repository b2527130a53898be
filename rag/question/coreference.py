"""Rewrites a follow-up question as one that stands alone, using the turns before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from rag.question.ellipsis import complete
from rag.question.mentions import (
    CUT,
    EN_NOUN,
    KIND,
    SURNAME,
    ZH_NOUN,
    Name,
    NameKind,
    called,
    forms_of,
    joined,
    names_in,
    simplified,
)
from rag.question.phrases import about
from rag.question.small_talk import is_small_talk
from rag.text import HAN, asked_in, fold
from rag.types import Answer, Language

REMEMBERED = 6
"""Turns that a follow-up may refer to."""

_ANY_COMPANY = ("公司", "企业", "机构", "company", "firm", "startup", "organisation", "organization")
_REFERENCE = re.compile(
    r"(?:(?<!应)(?:该|此次?|这)一?[家个间所项份座款位种部届次场篇本]?|那[家个间所项份座款位种届次场篇本])"
    rf"(?P<zh>{ZH_NOUN})(?![工民口才员类们])|(?P<zhits>(?<![尤极与何耳])其(?![他她它实次余间后前时妙]))"
    r"|(?<![其吉维犹排利])[他她](?![人国乡山])们?|(?<!其)它们?|(?P<zhplace>这里|那里|这边|那边|当地)"
    rf"|(?i:\b(?P<det>this|that|the)\s+(?P<en>{EN_NOUN})\b)(?!-|\s+(?:of|called|named|that|which|who|with|[A-Z]))"
    r"|(?i:\b(?P<one>the (?:first|second|third|last|next|latest)) one\b)"
    r"|(?i:\b(?P<whose>its|their|his|her(?=\s(?!(?:in|at|to|for|and|or|as|with|from|on|about|after|before)\b)[a-z]))\b)"
    r"|(?i:\b(?P<word>it|they|them|he|she|him|her)\b(?P<be>['’](?:s|re)\b)?)"
    r"|(?i:(?<!\bis )(?<!\bare )(?<!\bwas )(?<!were )(?<!be )\b(?P<place>(?:(?:from|over|near|around|in) )?)there\b)"
    r"(?!['’]s| (?:is|are|was|were|will|has)\b)"
)
_TIERS: dict[str, tuple[tuple[NameKind, ...], ...]] = {
    "it": (("org", "thing", "name"), ("place",)),
    "they": (("many", "org", "thing", "name"), ("person",)),
    "topic": (("org", "thing", "name"), ("person", "place")),
    "org": (("org", "name"),),
    "thing": (("thing",), ("name",), ("org",)),
    "person": (("person",), ("name",)),
    "place": (("place",),),
    "there": (("place",), ("org", "thing", "name")),
}
"""The kinds of name a reference may mean, best first."""

_SINGULAR = {"do ": "does ", "are ": "is ", "were ": "was ", "have ": "has "}
_SINGULAR |= {plural.title(): singular.title() for plural, singular in _SINGULAR.items()}
_EXPLETIVE = re.compile(
    r"(?i)\bwhat (?:time|day|date|year) (?:is|was) it\b|\bit (?:seems?|appears?|turns out|rains?|is \w+ (?:that|to))\b"
    r"|\b(?:is|was|will|would) it (?:be |not |still )?(?:raining|(?:possible|necessary|legal|illegal|important|likely"
    r"|good|bad|better|best|common|normal|known) (?:that|to|if|when|for .* to)|true \w|worth \w+ing"
    r"|(?:easy|hard|difficult|safe) to \w+ \w)|\bmakes? it \w+ (?:to|for)\b"
    r"|\b(?:does|did|will|would|can) it (?:\w+ly )?(?:take|cost|matter)\b.* (?:to|for|if|whether)\b"
)
_BREAK = re.compile(r"[,;，；。]|\b(?:and|but|or|when|while|where|because|if|that|before|after)\b|而|并|且|时|后")
_GENERIC = re.compile(
    r"(?i)\b(?:do|does|did|can|could|will|would|should|must) (?:(?:an?|every|each) \w|(?:many |all )?(?:\w+ )?\w+s\b)"
    r"(?!.*\b(?:think|say|feel))|^[^它他她其]{2,6}(?:应该|必须|如何|怎么|怎样|为什么)"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as it was put to the documents, and the text shown for it; "" for a refusal."""

    question: str
    answer: str

    @classmethod
    def of(cls, answer: Answer) -> Turn:
        """The turn that an answer ended: what follow-ups may refer to is in the words it quoted."""
        return cls(answer.question, " ".join(citation.quote for citation in answer.citations))


def language_typed(question: str, history: Sequence[Turn]) -> Language:
    """The language to answer in: of the question as it was typed; of the turn before, where it has no letters."""
    worded = any(character.isalpha() for character in question)
    return asked_in(question if worded or not history else history[-1].question)


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """The question with its references replaced by the names they mean; unchanged where it has none.

    ``history`` is oldest first, its questions already stand alone. A reference that no earlier turn explains stays.
    """
    history = [turn for turn in history if not is_small_talk(turn.question)]
    if not history or is_small_talk(question):
        return question
    if swapped := about(question, history[-1].question):
        return swapped
    turns = [_topics(turn) for turn in reversed(history[-REMEMBERED:])]
    resolved = _resolve(question, turns)
    if resolved == question:
        return complete(question, history[-1].question, _pick(turns, "topic", question))
    tie = re.match("(?i:and|but|so)[, ]+|那么?[，,]?(?![时年天次些一家个种])", simplified(resolved))
    rest = resolved[tie.end() :] if tie else resolved
    return rest[0].upper() + rest[1:] if resolved[0].isupper() else rest


def _resolve(question: str, turns: list[list[Name]]) -> str:
    """Replace references from left to right; a later one to the same name is then bound by the first."""
    position = 0
    while match := _REFERENCE.search(simplified(question), position):
        position = match.end()
        before, after = question[: match.start()], question[match.end() :]
        noun = (match["zh"] or match["en"] or "").lower()
        kind = KIND[noun] if noun else _referent(match)
        topic = _pick(turns, kind, question, noun, only_same=(match["det"] or "").lower() == "the")
        if topic and not _is_literal(match) and not _is_bound(match, kind):
            if kind == "they" and match["word"] and topic.kind != "many":
                before = re.sub(r"\b(?:[Dd]o|[Aa]re|[Ww]ere|[Hh]ave) $", lambda found: _SINGULAR[found[0]], before)
            question = joined(before, _render(match, topic), after)
            position = len(question) - len(after)
    return question


def _referent(match: re.Match[str]) -> str:
    """The row of ``_TIERS`` for a reference without a noun."""
    if match["zhplace"] or match["place"] is not None:
        return "there"
    if match["one"] or re.match(r"its?\b|[它其]$", match.group().lower()):
        return "it"
    return "they" if re.match("(?i)the|.们", match.group()) else "person"


def _render(match: re.Match[str], topic: Name) -> str:
    name, after = called(topic, match.string), match.string[match.end() :]
    if topic.article and match.start() == 0:
        name = name[0].upper() + name[1:]
    if match["zhits"]:
        return name if CUT.match(after) or after.startswith("中") else f"{name}的"
    if match["place"] is not None:
        return (match["place"] or "in ") + name
    if match["en"] and name.lower().endswith(f" {match['en'].lower()}"):
        return f"the {topic.text}"
    if match["one"]:
        return f"{match['one']} {topic.text}"
    return name + ("'s" if match["whose"] else " is" if match["be"] else "")


def _is_literal(match: re.Match[str]) -> bool:
    """Whether the word refers to nothing: an acronym (IT), part of a title, or the "it" of "is it true that"."""
    before = match.string[: match.start()]
    quoted = any(before.count(left) > before.count(right) for left, right in ("《》", "“”", "「」"))
    expletive = any(found.start() <= match.start() < found.end() for found in _EXPLETIVE.finditer(match.string))
    return quoted or expletive or (len(match.group()) > 1 and match.group().isupper())


def _is_bound(match: re.Match[str], kind: str) -> bool:
    """Whether the reference means something said earlier in the question itself.

    An object ("did Huawei buy it") never means the subject of its own clause; a possessive or a later clause may.
    """
    before = match.string[: match.start()]
    owns = bool(match["whose"] or match["zhits"]) or match.string.startswith("的", match.end())
    kinds = {*_TIERS[kind][0], "name", "person" if kind == "they" else kind}
    named = any(name.kind in kinds and (owns or _BREAK.search(before, name.end)) for name in names_in(before))
    return named or bool((owns or _BREAK.search(before)) and _GENERIC.search(before))


def _pick(turns: list[list[Name]], kind: str, question: str, noun: str = "", only_same: bool = False) -> Name | None:
    """The latest name of the best fitting kind that the question does not say itself."""
    asked = fold(question)
    free = [[name for name in names if fold(name.text) not in asked] for names in turns]
    if noun and noun not in _ANY_COMPANY:
        same = next((name for name in chain(*free) if fold(name.text).endswith(forms_of(noun))), None)
        if same or only_same:
            return same
    pairs = [(names, tier) for names in free for tier in _TIERS[kind]]
    if kind not in ("it", "they", "topic"):
        pairs.sort(key=lambda pair: _TIERS[kind].index(pair[1]))
    return next((name for names, tier in pairs for name in names if name.kind in tier), None)


def _topics(turn: Turn) -> list[Name]:
    """The names of a turn, most salient first: the question's, then the answer's. "Who" and "where" give a kind."""
    asked, said = names_in(turn.question), names_in(turn.answer[:600])
    where, who = (
        re.search("^Where|在哪", simplified(turn.question)),
        re.search(r"(?i:\bwho(?:m|se)?\b)|[谁誰]", turn.question),
    )
    name = f"{SURNAME}[{HAN}]{{1,2}}" if who else f"[{HAN}]{{2,8}}"
    if (who or where) and not said and (whole := re.match(f"({name})[。.]?$", simplified(turn.answer))):
        said = [Name(turn.answer[: whole.end(1)], "name", 0, whole.end(1))]
    for i, new in enumerate(said):
        if (where or who) and new.kind == "name" and new.text not in turn.question:
            said[i] = replace(new, kind="person" if who else "place")
    both = [
        Name(text[left.start : right.end], "many", left.start, right.end, left.article)
        for text, names in ((turn.question, asked), (turn.answer, said))
        for left, right in pairwise(names)
        if left.kind == right.kind and re.fullmatch(r"\s?(?:and|和|与|與|及|、|&)\s?", text[left.end : right.start])
    ]
    return [*both, *asked, *said]
