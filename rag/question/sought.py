"""Splits a question for several things into what it asks for ("villages") and the rest ("Ardle council")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text import asked_in, fold, question_terms, terms

_MEASURES = "[个种座支项条名位人家份篇本台辆间套处门趟班次件类款所艘株头只张部档轮集组册幅尊栋桌]"
_ASKS = f"(?:哪些|哪几{_MEASURES}?|几{_MEASURES}|多少{_MEASURES}?|什么)"
_ZH = (
    re.compile(
        rf"(?:一共|总共|共|都|开?设|包括)*(?:有|设有?|开设|包括|经营|提供){_ASKS}(?P<thing>[^,，。?？的吗呢]{{1,10}})[?？。]*$"
    ),
    re.compile(rf"(?:几|多少){_MEASURES}(?P<thing>[^,，。?？的吗呢]{{2,8}})[?？。]*$"),
    re.compile(rf"的(?P<thing>[^,，。?？的]{{1,10}}?)(?:现在|目前)?(?:一共|总共|共|都)?(?:有|是){_ASKS}[?？。]*$"),
    re.compile(r"^请?(?:列出|列举)(?P<of>.*?)的?(?:所有|全部)?的?(?P<thing>[^,，。?？的]{1,10})[?？。]*$"),
)
_ZH_GENERAL = re.compile("一共|总共|所有|全部|现在|目前|都有|设有|开设|包括|经营|提供|分别|请?列[出举了]|[都共设]")
_EN = (
    re.compile(
        r"\b(?:which|what|how many)(?: are)?(?: the)?(?: different| various| kinds of| types of| sorts of)?"
        r" (?P<thing>(?:[\w'-]+ ){0,2}?[\w'-]{2,}(?<![su'])s)\b"
    ),
    re.compile(
        r"^(?:please )?(?:list|name|enumerate|give)(?: me)?(?: all)?(?: of)?(?: the)?"
        r" (?P<thing>(?:[\w'-]+ ){0,2}?[\w'-]{2,}s)\b"
    ),
)
ZH_TAIL = re.compile("(?<=..)(?:步骤|流程|方法|手续|情况|种类|内容|要求|条件|途径|方式)$")
"""What a heading leaves out: 报名 stands over 报名步骤."""
_EN_GENERAL = frozenset(
    terms("belong belongs include includes list have offer offers provide there different altogether total available")
    + terms("contain exist please name all give kinds types sorts current currently present")
)


@dataclass(frozen=True, slots=True)
class Sought:
    """Index terms of the things that are asked for, and of all else that the question says."""

    things: frozenset[str]
    said: frozenset[str]


def sought(question: str) -> Sought | None:
    """What several things a question asks for; None where its words do not tell."""
    folded = fold(question).strip()
    chinese = asked_in(question) == "zh"
    for pattern in _ZH if chinese else _EN:
        if match := pattern.search(folded):
            rest = f"{folded[: match.start()]} {match.groupdict().get('of') or ''} {folded[match.end() :]}"
            if chinese:
                rest = _ZH_GENERAL.sub(" ", rest)
            things = frozenset(terms(ZH_TAIL.sub("", match["thing"])))
            said = frozenset(question_terms(rest)) if re.search(r"\w", rest) else frozenset()
            general = frozenset(one for one in said if len(one) == 1 and not one.isascii()) if chinese else _EN_GENERAL
            return Sought(things, said - things - general)
    return None


def covers(has: frozenset[str], wanted: frozenset[str]) -> bool:
    """Whether index terms have all those wanted, but for pairs of characters that only join two words which it has."""
    characters = frozenset("".join(wanted & has))
    return all(one in has or (len(one) == 2 and not one.isascii() and set(one) <= characters) for one in wanted)
