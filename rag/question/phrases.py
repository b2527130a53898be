"""Completes an English follow-up that only names a phrase ("What about hemp cloth?") by the question before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ABOUT = re.compile(
    r"(?i)^(?:(?:and|but|so|or)[, ]+)?(?:(?:what|how) about |(?:and|but|or) )(?P<new>[^?]{2,50}?)[?.!]*$"
)
_ASKS = re.compile(
    r"(?i)^(?:and |but |or )?(?:wh\w+(?! about)|how(?! about)|if|its?|their|his|her)\b|\b(?:is|are|was|were|it"
    r"|they)\b"
)
_WHAT_ABOUT = re.compile("(?i)(?:and |but |so )?(?:what|how) about")
_LEADING = re.compile(r"(?i)^(?:for|in|at|on|of|with|by|from|to) ")
_ARTICLE = re.compile(r"(?i)^(?:the|an?|your|our|its) ")
_PHRASE = re.compile(
    r"(?i)\b(?:the|an?|your|our) (?:(?!(?:the|an?|of|for|in|on|at|to|with|by|from|cost|costs|is|are|was|were"
    r"|and|or)\b)[\w'’-]+ ?){1,4}"
)
_NUMBERED = re.compile(r"^(?P<name>[A-Z][\w-]*(?: [A-Z][\w-]*)*) (?P<number>\d[\w.]*)$")
_MORE = re.compile(
    r"(?i)(?:(?:tell me |say |a bit |some )?more(?: about (?:it|this|that))?|(?:in )?more detail|go on"
    r"|details?|elaborate)[?.!]*$|(?:再|说|讲|请)?(?:详细|具体|多)(?:一?[点些]|说说|讲讲|说明)[吧呢]?[?？。]*$"
    r"|还有呢?[?？]*$|更多[?？。]*$"
)
_WHY = re.compile(r"(?i)(?:but |and |so )?why(?: is that| so)?[?.!]*$")
_WHO_DOES = re.compile(
    r"(?i)^(?:who|what|which \w+) (?!is\b|are\b|was\b|were\b|do\b|does\b|did\b|has\b|have\b|can\b"
    r"|will\b)(?P<does>\w+ .+?)\?*$"
)


def is_more(question: str) -> bool:
    """Whether a follow-up only asks for more of the same."""
    return bool(_MORE.match(question.strip()))


def why(question: str, previous: str, topic: str) -> str | None:
    """A bare "Why?" after "Who keeps the key?": "Why Sister Odile keeps the key?"."""
    does = _WHO_DOES.match(previous)
    return f"Why {topic} {does['does']}?" if _WHY.match(question.strip()) and does else None


def about(question: str, previous: str) -> str | None:
    """The previous question with the phrase that fits replaced by the new one; None where none fits."""
    match = _ABOUT.match(question.strip())
    if not match or not previous.isascii() or (_ASKS.search(question) and not _WHAT_ABOUT.match(question)):
        return None
    new = _LEADING.sub("", match["new"].strip())
    if not re.search("[a-z]{3}", new) or re.match(r"(?i)(?:last|this|next) |(?:its|their|his|her|it|they|if)\b", new):
        return None
    bare = _ARTICLE.sub("", new)
    for old, replacement in _fitting(new, bare, previous):
        if old.lower() in (new.lower(), bare.lower()):
            return None
        return previous.replace(old, replacement, 1)
    return None


def _fitting(new: str, bare: str, previous: str) -> Iterator[tuple[str, str]]:
    """Phrases of the previous question with what takes their place, the best fitting first."""
    if numbered := _NUMBERED.match(bare):
        for old in re.finditer(rf"\b{re.escape(numbered['name'])} \d[\w.]*", previous):
            yield old.group(), bare
    phrases = [found.group().rstrip() for found in _PHRASE.finditer(previous)]
    if re.search(r"(?i)\bones?$", bare):  # the blue one
        for phrase in phrases:
            noun = phrase.rsplit(maxsplit=1)[-1]
            yield phrase, re.sub(r"(?i)\bone(s?)$", noun, new)
    if bare[0].isupper():
        return
    noun = bare.rsplit(maxsplit=1)[-1]
    if len(bare.split()) > 1:
        for old in re.finditer(rf"(?i)\b(?!the\b|an?\b|of\b|for\b|in\b)[\w-]+ {re.escape(noun)}\b", previous):
            yield old.group(), bare
    article = _ARTICLE.match(new)
    alike = [one for one in phrases if article and one.lower().startswith(article.group().lower())]
    for phrase in [*reversed(alike), *phrases] if article and article.group().lower() != "the " else phrases:
        yield phrase, new
