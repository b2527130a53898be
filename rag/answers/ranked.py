"""Looks up who came second, or what won, in a list that is numbered from first to last."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.answers.claims import best_documents, claim
from rag.answers.labelled import SURE
from rag.answers.lines import Lines, columns
from rag.answers.wording import says_more
from rag.question.analysis import Question
from rag.text import fold
from rag.types import Draft, Passage, Span
from rag.values import values_in

_PLACED = re.compile(
    r"\b(?:came|finished|placed|ranked|in|took|won) (?:in )?(?:the )?"
    r"(?P<en>first|second|third|fourth|fifth|\d+(?:st|nd|rd|th))(?: place| prize)?\b"
    r"|第(?P<zh>[一二三四五六七八九十\d]+)名|(?P<won>\bwho won\b|\bwinner of\b|冠军)|(?P<next>\brunner-up\b|亚军)"
    r"|(?P<third>季军)"
)
_ASKS_WHO = re.compile(r"\bwho\b|\bwhich\b|\bwhat (?:team|boat|club|school)\b|谁|哪")
_WIDEST = 60
"""Columns of an item that names someone, rather than tells what to do."""
_SENTENCE = re.compile(r"[。；;.]\s*$")
_NUMBERED = re.compile(r"\s*(?P<number>\d{1,2})[.)）、]\s*(?P<what>\S.*)")


def ranked(question: Question, passages: Sequence[Passage], lines: Callable[[str], Lines | None]) -> Draft | None:
    """The item of the one numbered list that has the place asked for; None where no list is beyond doubt."""
    asked = fold(question.text)
    match = _PLACED.search(asked)
    place = _place(match) if match else None
    if not match or place is None or not _ASKS_WHO.search(asked):
        return None
    rest, found = f"{asked[: match.start()]} {asked[match.end() :]}", []
    for path in best_documents(passages):
        own = lines(path)
        for index in _of_place(own, place) if own else ():
            assert own
            section = own.section_at(index)
            known = [
                own.document.title,
                own.document.path,
                *(own.text(row) for row in range(section.start - 1, section.stop)),
            ]
            if not says_more(rest, " ".join(known)):
                found.append((own, index))
    if len(found) != 1:
        return None
    own, index = found[0]
    match = _NUMBERED.match(own.text(index))
    start = own.lines[index].start
    span = Span(start + match.start("what"), start + match.end("what")) if match else own.lines[index].span
    return Draft((claim(own.document, span),), SURE)


def _place(match: re.Match[str]) -> int | None:
    if match["won"] or match["next"] or match["third"]:
        return 1 if match["won"] else 2 if match["next"] else 3
    said = values_in(match["en"] or f"第{match['zh']}名")
    return int(said[0].low) if said else None


def _of_place(lines: Lines, place: int) -> list[int]:
    """The items with a number, in lists of at least two that begin with 1."""
    numbers = [_number(lines, index) for index in range(len(lines.lines))]
    found = []
    for index, number in enumerate(numbers):
        first = index - place + 1
        if columns(lines.text(index)) > _WIDEST or _SENTENCE.search(lines.text(index)):
            continue
        in_turn = number == place and first >= 0 and numbers[first : index + 1] == list(range(1, place + 1))
        if in_turn and (place > 1 or numbers[index + 1 : index + 2] == [2]):
            found.append(index)
    return found


def _number(lines: Lines, index: int) -> int | None:
    match = _NUMBERED.match(lines.text(index)) or re.match(r"()(\d{1,2})", lines.lines[index].label)
    if lines.lines[index].kind not in ("item", "text") or not match:
        return None
    return int(match.groupdict().get("number") or match[2])
