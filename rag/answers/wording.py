"""What a question has of the words that documents name things by, and what it says beside them."""

from __future__ import annotations

import re

from rag.identifiers import asked as identified
from rag.text import HAN, fold, question_terms, terms

_UNSAID = 2
"""Words of the question that neither table, headings nor title have, beside those that only ask; a pair of Chinese
characters is half of one."""


def has(question: str, text: str) -> bool:
    """Whether a question has a text, as whole words where it is in Latin letters."""
    if text not in question:
        return False  # before a pattern is compiled: a table has thousands of cells, of which a question has few
    before = r"(?<![a-z0-9.-])" if text[0].isascii() else ""
    after = r"(?![a-z0-9-]|\.\d)" if text[-1].isascii() else ""
    return re.search(before + re.escape(text) + after, question) is not None


def says_more(asked: str, known: str) -> bool:
    """Whether a folded question has numbers, or more than a word or two, that all that is known of an answer lacks."""
    folded = fold(known)
    if any(one not in identified(folded) and one[2:] not in re.sub(r"\W", "", folded) for one in identified(asked)):
        return True
    if any(number not in folded for number in re.findall(r"\d+(?:\.\d+)?", asked)):
        return True
    words, characters = set(terms(known)), set(folded)
    unsaid = [
        term
        for term in question_terms(asked)
        if not term.startswith("id")
        and term not in words
        and not (re.match(f"[{HAN}]", term) and set(term) & characters)
    ]
    return sum(1.0 if term.isascii() else 0.5 for term in unsaid) > _UNSAID
