"""Attributes free text of a model: each sentence becomes a claim, traced to the source sentences with its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.text import HAN, fold, has_words, language_of, question_terms, sentences
from rag.types import Claim, Evidence, Language, Passage

REFUSAL: dict[Language, str] = {"en": "The documents do not say.", "zh": "文档中没有说明。"}
"""What a model is told to write, word for word, when the passages do not answer."""

MIN_COVERAGE = 0.5
"""Share of a sentence's words that one source sentence must hold."""
MIN_GAIN = 0.2
"""Share of them that each further source sentence must add."""
MAX_SPANS = 3
MIN_SIMILARITY = 0.6
"""With the default embedder 93 % of translated sentences of xquad reach it, and 4 % of their nearest neighbours."""

Similarity = Callable[[str, str], float]

_OTHER_REFUSALS = (
    *("unanswerable", "not answerable", "no answer", "not enough information", "unknown", "I don't know"),
    *("无法回答", "没有答案", "不知道", "无法确定", "文件中没有说明", "文中没有提到"),
)
_MARKER = r"[\[［【]\s*\d{1,2}(?:\s*[,，、]\s*\d{1,2})*\s*[\]］】]"
_LATE_MARKERS = re.compile(rf"([。！？!?.；;]+[\"'”’」』》）)]*)\s*((?:{_MARKER}\s*)+)")
_NEXT_QUESTION = re.compile(r"^[ \t]*(?:Question:|问题：)", re.MULTILINE)
"""Where a model goes on as if it were asked again."""
_ITEM = re.compile(r"^[ \t]*(?:Answer:|回答：|\d{1,3}(?:、|[.)](?=\s|$))|[-*•](?=\s|$))[ \t]*", re.MULTILINE)
"""What a line begins with that says nothing: a label, the number of an item, a bullet."""
_NUMBER = re.compile(r"\d{1,3}[.)、]")
_SPACED_HAN = re.compile(rf"(?<=[{HAN}，。、；：！？])[ \t]+(?=[{HAN}，。、；：！？])")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence a model wrote, without its markers, and the passage numbers it was marked with."""

    text: str
    cited: frozenset[int]


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence that a statement may stand on: what it says and where it stands in its document."""

    number: int
    """That of the text that the model was given, from 1."""
    text: str
    bare: str
    """Its letters and digits alone, folded."""
    words: frozenset[str]
    evidence: Evidence

    @classmethod
    def of(cls, number: int, text: str, evidence: Evidence) -> Source:
        """A source with what is compared of it."""
        return cls(number, text, _bare(text), frozenset(question_terms(text)), evidence)


def attribute(
    statements: Sequence[Statement],
    terms: Sequence[str],
    sources: Sequence[Source],
    similarity: Similarity | None = None,
) -> tuple[Claim, ...]:
    """One claim for each statement, on the sources that support it; on none where nothing does.

    They are found by shared words, else, in the other language, by ``similarity``. Of equals the one is taken that the
    statement cites, then that with most of the question's ``terms``, then the first. Nothing is verified here: the
    evidence is the best there is, not proof.
    """
    asked = frozenset(terms)
    return tuple(Claim(one.text, _evidence(one, sources, asked, similarity)) for one in statements)


def statements(written: str) -> list[Statement]:
    """The distinct sentences of a text in order; markers ``[n]`` may stand before or after a sentence's end.

    The numbers and bullets of items are left out, and whatever follows a question that the model asks itself.
    """
    said = _NEXT_QUESTION.split(written)[0]
    said = _ITEM.sub("", said).strip() or said  # an answer may be a number, and no more
    text = _LATE_MARKERS.sub(r"\2\1 ", _SPACED_HAN.sub("", said))
    found: dict[str, frozenset[int]] = {}
    for span in sentences(text):
        marked = span.of(text)
        cited = {int(number) for marker in re.findall(_MARKER, marked) for number in re.findall(r"\d+", marker)}
        sentence = re.sub(r"\s+(?=[。！？!?.；;]|$)", "", re.sub(rf"\s*{_MARKER}", "", marked)).strip()
        if has_words(sentence):
            found[sentence] = found.get(sentence, frozenset()) | cited
    kept = [Statement(sentence, cited) for sentence, cited in found.items()]
    return [one for one in kept if not _NUMBER.fullmatch(one.text)] or kept


def is_refusal(sentence: str) -> bool:
    """Whether a sentence only says, in either language, that there is no answer."""
    return _bare(sentence) in {_bare(phrase) for phrase in (*REFUSAL.values(), *_OTHER_REFUSALS)}


def sources_in(passages: Sequence[Passage]) -> list[Source]:
    """The sentences of passages, which are numbered from 1."""
    return [
        Source.of(
            number,
            span.of(passage.chunk.text),
            Evidence(passage.chunk.document, passage.chunk.start + span.start, passage.chunk.start + span.end),
        )
        for number, passage in enumerate(passages, 1)
        for span in sentences(passage.chunk.text)
    ]


def _evidence(
    statement: Statement, sources: Sequence[Source], asked: frozenset[str], similarity: Similarity | None
) -> tuple[Evidence, ...]:
    found = _by_words(statement, sources, asked)
    if not found and similarity is not None:
        found = _by_meaning(statement, sources, similarity)
    return tuple(dict.fromkeys(source.evidence for source in found))


def _by_words(statement: Statement, sources: Sequence[Source], asked: frozenset[str]) -> list[Source]:
    """Greedy cover: the source with most of the sentence's words, then those that add enough of what is left."""
    words = frozenset(question_terms(statement.text))
    bare = _bare(statement.text)
    found: list[Source] = []
    missing = words
    while sources and missing and len(found) < MAX_SPANS:
        held = {source: missing if bare in source.bare else missing & source.words for source in sources}

        def worth(source: Source, held: Mapping[Source, frozenset[str]] = held) -> tuple[int, bool, int]:
            return len(held[source]), source.number in statement.cited, len(asked & source.words)

        best = max(sources, key=worth)
        if len(held[best]) < (MIN_GAIN if found else MIN_COVERAGE) * len(words):
            break
        found.append(best)
        missing -= held[best]
    return found


def _by_meaning(statement: Statement, sources: Sequence[Source], similarity: Similarity) -> list[Source]:
    language = language_of(statement.text)
    foreign = [source for source in sources if language_of(source.text) != language]
    alike = [(similarity(statement.text, source.text), source) for source in foreign]
    score, best = max(alike, key=lambda pair: (pair[0], pair[1].number in statement.cited), default=(0.0, None))
    return [best] if best is not None and score >= MIN_SIMILARITY else []


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))
