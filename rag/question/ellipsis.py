"""Completes a question that leaves something out, using the question before it."""

from __future__ import annotations

import re

from rag.question.mentions import (
    MEASURE,
    PART,
    PLACE_NAME,
    ROLE,
    TIME,
    VERB,
    Name,
    called,
    joined,
    names_in,
    simplified,
)
from rag.question.phrases import is_more, why
from rag.text import HAN, language_of, simplify

_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may)\b"
_ADVERB = "什么时候|何时|几时|哪一?年|为什么|为何|在?哪[里儿]|在?何[处地]|如何|怎么|怎样|由谁"
_ASKED = re.compile(
    f"那?么?[，,]?(?P<zh>(?:{_ADVERB}|[从到由跟和]?谁|哪[家个些]|什么|多少|几|多[久大长高])[做办钱人家个次年天岁]?)[的呢啊]?[？?。]*$"
    r"|(?i:(?:(?:and|but|so|or)\b[, ]*)?(?P<en>(?:(?:since|until|by|from|for|to|with|at) )?(?:when|where|why|whom?|what"
    rf"|which|how(?: (?:many|much|long|often|far|big|old))?)\b(?: (?!{_AUX}|to\b)[a-z-]+){{0,2}})\s*[?.!]*$)"
)
_ELEMENT = "(?![那家个些里边是就也还我你不])[^谁什几哪吗怎何多？?，,。]{1,20}?"
_ABOUT = re.compile(
    f"(?:那么?[，,]?)?(?P<x>{_ELEMENT})呢[？?。！]*$|那么?[，,]?(?P<y>{_ELEMENT})(?:怎么样|如何)?[？?]+$"
    r"|(?i:(?:(?:and|but|so|or) )?(?:what|how) about (?P<c>[^?]+?)[?.!]*$|(?P<e>(?:in|at|for|from) [^?]{1,30}?)\?+$"
    rf"|(?:and|but|or) (?P<d>(?!wh|how|{_AUX})[^?]{{1,40}}?)\?+$)"
)
_LEFT_OUT = re.compile(
    rf"(?:那么?)?(?P<n>(?:一共|目前|设)?有(?:多少|几[家个名]?|哪些)[{HAN}]{{0,4}}[？?]*$|在哪|位于|由[谁哪]|叫什么|属于"
    rf"|是(?:什么时候|哪|由谁|谁|何时)|(?:{_ADVERB})(?:{VERB})|(?:{PART})(?:是|在|有|为|叫)?(?:谁|什么|哪|多少|几|何))"
)


def complete(question: str, previous: str, topic: Name | None) -> str:
    """An elliptical question ("那深圳呢？", "When?") with what it leaves out; any other as it is.

    ``previous`` is the question before it, ``topic`` what the two turn on.
    """
    if is_more(question):
        return previous
    if topic and (reason := why(question, previous, called(topic, question))):
        return reason
    plain = simplified(question)
    if (about := _ABOUT.match(plain)) and about.lastgroup:
        topic_text = called(topic, question) if topic else ""
        return _swap(question[slice(*about.span(about.lastgroup))], question, previous, topic_text)
    if not topic or names_in(question):
        return question
    if asked := _ASKED.match(plain):
        return _ask(question[slice(*asked.span(asked.lastgroup or 0))], previous, called(topic, question))
    rest = _LEFT_OUT.match(plain)
    return joined("", topic.text, question[rest.start("n") :]) if rest else question


def _ask(word: str, previous: str, topic: str) -> str:
    """A bare question word asked of the previous question's predicate where that is clear, else of its topic."""
    was, chinese = simplified(previous), language_of(word) == "zh"
    if chinese and re.fullmatch(_ADVERB, simplified(word)):
        adverb, yes_no = re.search(f"{_ADVERB}|^谁(?!是)", was), re.match("(.+?)了?吗", was)
        if adverb and re.match(f".*(?:{VERB})", was[adverb.end() :]):
            return joined(previous[: adverb.start()], word, previous[adverb.end() :])
        if yes_no and previous.startswith(topic) and not ("在" in was and "哪" in word):
            return joined(topic, word, previous[len(topic) : yes_no.end(1)] + "？")
    clause = re.match(rf"(?i:(?:when|where|why|how) (?=(?:do|did|does|can|will)\b))?((?i:{_AUX}).+)", previous)
    if clause and re.fullmatch("(?i)(?:since |until )?when|where|why|how(?: often| long)?", word):
        return f"{word.capitalize()} {clause[1][0].lower()}{clause[1][1:]}"
    about = "关于" if simplify(word + previous) == word + previous else "關於"
    return f"{about}{topic}：{word}？" if chinese else f"About {topic}: {word.lower()}?"


def _swap(element: str, question: str, previous: str, topic: str) -> str:
    """The previous question about another year, name or quantity; where that is unclear, about the topic's element."""
    new = re.sub("(?i)^(?:(?:the )?(?:ones? )?(?:in|at|from|on|during|by|for) |the |[在对])", "", element)
    plain, was, names, chinese = simplified(new), simplified(previous), names_in(new), language_of(previous) == "zh"
    if not names and language_of(new) == "zh" and not re.search(f"(?:{PART}|{TIME})$", plain):
        names = [Name(new, "name", 0, len(new))]
    likes = [like for like in (TIME, ROLE, MEASURE) if re.fullmatch(like, plain)]
    spans = [match.span() for like in likes for match in re.finditer(like, was)]
    if names and names[0].text == new:
        others = {"place": ("place",), "person": ("person", "name")}.get(
            names[0].kind, ("name", "org", "thing", "place", "person")
        )
        said = [name for name in names_in(previous) if name.kind in others]
        spans = [(name.start, name.end) for name in sorted(said, key=lambda name: name.kind != names[0].kind)]
        if names[0].kind == "place" and not spans:  # 香港数据中心
            spans = [match.span() for match in re.finditer(rf"(?i)(?<![A-Za-z])(?:{PLACE_NAME})(?![A-Za-z])", was)]
    if TIME in likes:
        new = f"{new}年" if chinese and new.isdigit() else re.sub(r"^(\d{4})年$", r"\1", new) if not chinese else new
    if spans:
        swapped = joined(previous[: spans[0][0]], new, previous[spans[0][1] :])
        return re.sub("(?i)in (?=(?:last|this|next) )", "", swapped)
    if TIME in likes or (names and names[0].text == new and names[0].kind == "place"):
        if chinese:
            return joined("", new, previous) if likes else f"在{new}，{previous}"
        return f"{previous.rstrip(' ?')} {'' if likes and ' ' in new else 'in '}{new}?"
    if names or not topic or len(element.split()) > 3:
        return question
    return f"{topic}的{new}呢？" if language_of(question) == "zh" else f"What about {topic}'s {new}?"
