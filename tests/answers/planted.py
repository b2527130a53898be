"""Plants true and false sentences: sources of the shelf said again, and said wrongly in one place."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from rag.question.mentions import names_in
from rag.text import language_of, sentences

ROOT = Path(__file__).parents[2]

MANY = 200
"""Sentences of each kind, true and false."""

_NEGATED = re.compile(r"(?:并?没有|并未|尚未|未曾)|\b(?:is|was|are|were|has|have|had|will|can|could|does|did|do) not\b")
_DENIABLE = re.compile(
    r"\b(?:is|was|are|were|has|have|had|will|can)\b(?! not)|(?<=[，])(?:已经?|可以|设有|提供|需要|包括)"
)


@dataclass(frozen=True, slots=True)
class Planted:
    """A sentence that a writer might write, and the source it would cite."""

    kind: str
    text: str
    source: str


SEEN = ("seeds", "eval/corpus/a", "eval/corpus/b")
"""Folders whose sentences were looked at when the check was made."""
UNSEEN = ("eval/corpus_files/sources/c",)
"""Folders that were written afterwards."""

Way = Callable[[str, random.Random], str | None]
"""What becomes of a source; None where it cannot be changed so."""


def sources(folders: Sequence[str]) -> list[str]:
    """Sentences of invented documents, with enough to say."""
    files = [file for folder in folders for ending in ("txt", "md") for file in (ROOT / folder).glob(f"*.{ending}")]
    found = []
    for file in sorted(files):
        text = file.read_text("utf-8")
        found += [" ".join(span.of(text).split()) for span in sentences(text)]
    plain = [one for one in dict.fromkeys(found) if 24 <= len(one) <= 220 and not re.search(r"[|#*<>{}_=]", one)]
    return [one for one in plain if re.search(r"[。.!！]$", one)]


def planted(ways: dict[str, Way], shelf: Sequence[str], seed: int) -> list[Planted]:
    """``MANY`` sentences, as many of each way as there can be."""
    chance = random.Random(seed)
    shelf = chance.sample(shelf, len(shelf))
    made: list[Planted] = []
    for place, source in enumerate(shelf * len(ways)):
        name = list(ways)[place % len(ways)]
        share = MANY // len(ways)
        if sum(one.kind == name for one in made) < share and (text := ways[name](source, chance)):
            made.append(Planted(name, text, source))
    return made


def _number(source: str, chance: random.Random) -> str | None:
    places = [match.span() for match in re.finditer(r"(?<![A-Za-z\d.,-])\d{2,}(?![\d.,]*[A-Za-z-])", source)]
    if not places:
        return None
    start, end = chance.choice(places)
    number = int(source[start:end])
    return source[:start] + str(number + chance.choice([1, 3, 7, 10])).zfill(end - start) + source[end:]


def _other_name(source: str, chance: random.Random, shelf: Sequence[str]) -> str | None:
    names = [name for name in names_in(source) if len(name.text) > 2]
    alike = [one for one in shelf if language_of(one) == language_of(source)]
    others = [name.text for one in chance.sample(alike, 40) for name in names_in(one)]
    others = [one for one in others if one.casefold() not in source.casefold() and len(one) > 2]
    if not names or not others:
        return None
    name = chance.choice(names)
    return source[: name.start] + chance.choice(others) + source[name.end :]


def _swapped(source: str, chance: random.Random) -> str | None:
    names = [name for name in names_in(source) if name.kind != "place"]
    pairs = [(a, b) for a, b in pairwise(names) if a.text != b.text and a.end < b.start]
    if not pairs:
        return None
    first, second = chance.choice(pairs)
    between = source[first.end : second.start]
    if re.fullmatch(r"\s*(?:、|和|与|及|,|and|, and)\s*", between):
        return None  # the order of a list says nothing
    return source[: first.start] + second.text + between + first.text + source[second.end :]


def _denied(source: str, _: random.Random) -> str | None:
    if match := _NEGATED.search(source):
        positive = match.group().removesuffix(" not") if match.group().endswith("not") else ""
        return source[: match.start()] + positive + source[match.end() :]
    if match := _DENIABLE.search(source):
        negation = "没有" if language_of(source) == "zh" else f"{match.group()} not"
        return source[: match.start()] + negation + source[match.end() :]
    return None


def _whole(source: str, _: random.Random) -> str:
    return source


def _introduced(source: str, _: random.Random) -> str:
    return ("根据文档，" if language_of(source) == "zh" else "According to the document, ") + source


def _first_clause(source: str, _: random.Random) -> str | None:
    for match in re.finditer(r"[，；;,](?!\d)", source):
        if match.start() >= (14 if language_of(source) == "zh" else 40):
            return source[: match.start()] + ("。" if language_of(source) == "zh" else ".")
    return None


def _traditional(source: str, _: random.Random) -> str | None:
    from rag.text import in_script

    said = in_script(source, "Hant") if language_of(source) == "zh" else source.replace(" percent", "%")
    return said if said != source else None


TRUE: dict[str, Way] = {
    "whole": _whole,
    "introduced": _introduced,
    "first clause": _first_clause,
    "traditional": _traditional,
}


def shares(struck: Callable[[Planted], bool], folders: Sequence[str]) -> Iterator[tuple[str, str, float, int]]:
    """Of each kind, true and false: the share that is struck, and of how many."""
    shelf = sources(folders)
    false: dict[str, Way] = {
        "number": _number,
        "name": partial(_other_name, shelf=shelf),
        "swap": _swapped,
        "not": _denied,
    }
    for truth, ways in (("true", TRUE), ("false", false)):
        made = planted(ways, shelf, 7)
        for kind in [*ways, ""]:
            of_kind = [one for one in made if kind in ("", one.kind)]
            yield truth, kind or "all", sum(map(struck, of_kind)) / len(of_kind), len(of_kind)
