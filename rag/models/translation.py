"""A question's words to those of the other language, and how much of the question a text says in these.

Dictionary-based cross-language retrieval: translations of one word count as one word (Pirkola, SIGIR 1998), and words
that follow each other are looked up as a phrase first (Ballesteros & Croft, SIGIR 1997). Chinese names are spelt in
English as they sound.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, product, takewhile
from math import log

from rag.models.glossary import LONGEST_PHRASE, Glossary, glossary, longest_words
from rag.text import ENGLISH_STOPWORDS, characters, content_characters, normalise, stems, terms
from rag.types import Language

SEARCHED = 3
"""Translations of a word that are searched for, the likeliest first; texts found are looked at for all."""
NAME = range(2, 5)
"""Characters of a Chinese name."""
LONGEST_SYLLABLE = 6
"""Letters."""
SPELLINGS = 8
"""Spellings of one name that are tried, where its characters are read in several ways."""

_WORD = re.compile("[A-Za-z]{2,}|[0-9]{2,}")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question as it may be said in the other language."""

    forms: tuple[str, ...]
    """Chinese words; or English stems, with spaces between those of a phrase."""
    sound: re.Pattern[str] | None = None
    """Finds Chinese names that are spelt as this English word."""
    maybe: bool = False
    """Whether it is a guess, of account only where a text says it."""


@dataclass(frozen=True, slots=True)
class Translation:
    """The words of a question in the other language."""

    language: Language
    """The one that they are translated into."""
    words: tuple[Word, ...]

    @property
    def terms(self) -> list[str]:
        """The index terms to search for."""
        forms = (form for word in self.words for form in (word.forms if word.maybe else word.forms[:SEARCHED]))
        split: Callable[[str], list[str]] = terms if self.language == "zh" else str.split
        return list(dict.fromkeys(term for form in forms for term in split(form)))

    def shares(self, texts: Sequence[str]) -> list[float]:
        """How much of the question each text says, in [0, 1]: the rarer a word among the texts, the more it counts."""
        said_in = _chinese_said if self.language == "zh" else _english_said
        said = list(map(said_in(self.words), texts))
        weights = []
        for number, word in enumerate(self.words):
            count = sum(number in one for one in said)
            weights.append(log((len(texts) + 1) / (count + 0.5)) if count or not word.maybe else 0.0)
        whole = sum(weights) or 1.0
        return [sum(weights[number] for number in one) / whole for one in said]


Said = Callable[[str], set[int]]
"""The words that a text says, by number."""


def _chinese_said(words: Sequence[Word]) -> Said:
    def said(text: str) -> set[int]:
        text = characters(text)
        return {
            number
            for number, word in enumerate(words)
            if any(form in text for form in word.forms) or (word.sound and word.sound.search(text))
        }

    return said


def _english_said(words: Sequence[Word]) -> Said:
    phrases: dict[str, list[tuple[int, set[str]]]] = defaultdict(list)
    for number, word in enumerate(words):
        for first, *others in map(str.split, word.forms):
            phrases[first].append((number, set(others)))

    def said(text: str) -> set[int]:
        there = set(stems(text))
        return {number for stem in there & phrases.keys() for number, others in phrases[stem] if others <= there}

    return said


@lru_cache(maxsize=64)
def translate(question: str, language: Language) -> Translation:
    """The words of a question, which is in ``language``, in the other language.

    Raises:
        WeightsCorrupt, ModelError: the dictionary is not the one that ships, or cannot be read.
    """
    if language == "zh":
        return Translation("en", tuple(_from_chinese(question, glossary())))
    return Translation("zh", tuple(_from_english(question, glossary())))


def _from_chinese(question: str, known: Glossary) -> Iterator[Word]:
    """The words of each run of characters, then what of several words may be a name that is not known."""
    for run in content_characters(question):
        words = list(longest_words(run, known.knows))
        yield from (Word(forms) for word in words if (forms := known.forms(word)))
        for start, count in product(range(len(words)), NAME):
            name = "".join(words[start : start + count])
            if start + count <= len(words) and len(name) in NAME and (spelt := _spellings(name, known)):
                yield Word(spelt, maybe=True)
    yield from (Word((stem,)) for stem in stems(question))


def _spellings(name: str, known: Glossary) -> tuple[str, ...]:
    """How a Chinese name may be spelt: its syllables written as one word."""
    readings = product(*(known.readings(character) for character in name))
    return tuple(dict.fromkeys(stem for one in islice(readings, SPELLINGS) for stem in stems("".join(one))))


def _from_english(question: str, known: Glossary) -> Iterator[Word]:
    """The words, each with what the longest known phrase is called that it is part of; then what may be a name."""
    words = [word for word in _WORD.findall(normalise(question).text) if word.lower() not in ENGLISH_STOPWORDS]
    at = 0
    while at < len(words):
        phrases = (words[at : at + size] for size in range(LONGEST_PHRASE, 0, -1))
        phrase, called = next(((one, forms) for one in phrases if (forms := _called(one, known))), ([words[at]], ()))
        for word in phrase:
            own = _called([word], known)
            sound = _sound([word], known) if word[0].isupper() or not own else None
            yield Word(tuple(dict.fromkeys((*called, *own, word.lower()))), sound)
        at += len(phrase)
    yield from (Word((), sound, maybe=True) for sound in _names(words, known))


def _called(phrase: Sequence[str], known: Glossary) -> tuple[str, ...]:
    return known.forms(" ".join(stems(" ".join(phrase))))


def _names(words: Sequence[str], known: Glossary) -> Iterator[re.Pattern[str]]:
    """The longest runs of capitalised words, of two at least, that are spelt as one Chinese name."""
    at = 0
    while at < len(words):
        run = list(takewhile(lambda word: word[0].isupper(), words[at : at + NAME[-1]]))
        sounds = ((size, _sound(run[:size], known)) for size in range(len(run), 1, -1))
        size, sound = next(((size, sound) for size, sound in sounds if sound), (1, None))
        if sound:
            yield sound
        at += size


def _sound(words: Sequence[str], known: Glossary) -> re.Pattern[str] | None:
    """Finds Chinese names that are spelt as these words, of so many characters as names have."""
    parts = [list(_syllables(word.lower(), NAME[-1], known)) for word in words]
    cuts = (list(chain.from_iterable(cut)) for cut in product(*parts))
    names = ("".join(f"[{known.read_as(syllable)}]" for syllable in cut) for cut in cuts if len(cut) in NAME)
    pattern = "|".join(islice(names, SPELLINGS))
    return re.compile(pattern) if pattern else None


def _syllables(word: str, most: int, known: Glossary) -> Iterator[tuple[str, ...]]:
    """The ways to cut a word into at most so many syllables of Chinese."""
    if not word:
        yield ()
    elif most:
        heads = (word[:size] for size in range(1, min(LONGEST_SYLLABLE, len(word)) + 1))
        for head in heads:
            if known.read_as(head):
                yield from ((head, *rest) for rest in _syllables(word[len(head) :], most - 1, known))
