"""Questions out of plain text: a sentence with one fact taken out and asked for.

After Lewis, Denoyer and Riedel 2019, "Unsupervised Question Answering by Cloze Translation": the fact's kind chooses
the question word, and words are dropped so that the question does not repeat its sentence.
"""

from __future__ import annotations

import random
import re

from rag.text import sentences
from rag.types import Language

_FACTS: dict[Language, list[tuple[str, re.Pattern[str]]]] = {
    "en": [
        (
            "When",
            re.compile(
                r"\b(?:(?:January|February|March|April|May|June|July|August|September|October|November"
                r"|December)(?: \d{1,2},?)?(?: \d{4})?|(?:1\d|20)\d\d)\b"
            ),
        ),
        ("How many", re.compile(r"(?<![\w.,-])\d[\d,.]*\d?(?: (?:million|billion|thousand|percent)|%)?(?![\w,.-]\d)")),
        ("Who or what", re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: (?:of |the )?[A-Z][a-z]+)*")),
    ],
    "zh": [
        ("什么时候", re.compile(r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?")),
        ("多少", re.compile(r"\d[\d,.]*[万亿萬億]?(?:[个位名间家米元人年公]\w?)?")),
        ("什么", re.compile("(?<=《)[^》]{2,15}(?=》)|(?<=「)[^」]{2,12}(?=」)")),
    ],
}


def cloze(passage: str, language: Language, rng: random.Random) -> tuple[str, str, tuple[tuple[int, int], ...]] | None:
    """``(question, passage, spans)`` for a fact drawn from ``passage``; None if the sentence drawn has none."""
    spans = [s for s in sentences(passage) if 20 <= s.end - s.start <= 300]
    if not spans:
        return None
    sentence = rng.choice(spans)
    text = passage[sentence.start : sentence.end]
    found = [(word, m) for word, pattern in _FACTS[language] for m in pattern.finditer(text)]
    if not found:
        return None
    word, match = rng.choice(found)
    question = _question(text[: match.start()], text[match.end() :], word, language, rng)
    span = (sentence.start + match.start(), sentence.start + match.end())
    return (question, passage, (span,)) if question else None


def _question(before: str, after: str, word: str, language: Language, rng: random.Random) -> str:
    """Most of what stands around the fact, cut at the clause, in an order a question may have."""
    if language == "zh":
        clauses = [*re.split("[，；：、（）]", before)[-2:], "\0", *re.split("[，；：、（）]", after)[:2]]
        rest = "".join(c for c in clauses if c == "\0" or rng.random() < 0.85).strip("。")
        return rest.replace("\0", word) + "？" if len(rest) > 5 else ""
    left = [w for w in re.split(r"[;:(]", before)[-1].split() if rng.random() < 0.8][-14:]
    right = [w for w in re.split(r"[;:)]", after)[0].split() if rng.random() < 0.8][:14]
    if len(left) + len(right) < 4:
        return ""
    if rng.random() < 0.5:
        return " ".join([word, *right, *left]).rstrip(".,") + "?"
    return " ".join([*left, word.lower(), *right]).rstrip(".,") + "?"
