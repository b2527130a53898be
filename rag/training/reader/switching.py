"""A question or a passage to the same said word by word in the other language, as a telegram would: to train readers.

There is no question set that asks across languages. Words switched through a dictionary stand in for one:
code-switching as in Qin et al., "CoSDA-ML" (IJCAI 2020), with names, numbers, dates and the order of questions seen to.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rag.text import HAN, language_of, normalise, simplify
from rag.training.reader.glossary import Dictionary, Unit
from rag.training.reader.into_chinese import ask_in_chinese, from_english, of_reversed
from rag.training.reader.into_english import ask_in_english, from_chinese

Spans = list[tuple[int, int]]


def switch_question(text: str, rng: random.Random, dictionary: Dictionary, share: float) -> str:
    """A question in the other language: Chinese becomes English, anything else Chinese.

    ``share`` of the words are replaced, 1.0 all that can be. The same seed gives the same question.
    """
    if language_of(text) == "zh":
        units = ask_in_english(from_chinese(_plain(text), rng, dictionary), rng)
    else:
        units = ask_in_chinese(from_english(normalise(text).text, rng, dictionary, asking=True), rng)
    switched, _ = _join([_mixed(units, rng, share)])
    return switched.strip() or text


def switch_passage(
    text: str, spans: Spans, rng: random.Random, dictionary: Dictionary, share: float
) -> tuple[str, Spans]:
    """A passage in the other language, and where the spans' translations stand in it, in the order given.

    Nothing is translated across a span's edge, and no span becomes empty or gets white space at an edge.
    """
    chinese = language_of(text) == "zh"
    spans = [_stripped(text, *span) for span in spans]
    cuts = sorted({0, len(text), *(edge for span in spans for edge in span)})
    pieces: list[list[Unit]] = []
    for start, end in pairwise(cuts):
        source = text[start:end]
        units = (
            from_chinese(_plain(source), rng, dictionary)
            if chinese
            else of_reversed(from_english(normalise(source).text, rng, dictionary))
        )
        pieces.append(_mixed(units, rng, share))
    starts = {cut: index for index, cut in enumerate(cuts)}
    for start, end in spans:
        inside = pieces[starts[start] : starts[end]]
        if not any(unit.text.strip() for units in inside for unit in units):
            inside[0].append(Unit("", text[start:end], "word"))  # of an answer that says nothing there, the original
    switched, places = _join(pieces)
    carried = []
    for start, end in spans:
        said = [place for place in places[starts[start] : starts[end]] if place[0] < place[1]]
        carried.append((said[0][0], said[-1][1]))
    return switched, carried


def _plain(chinese: str) -> str:
    return simplify(normalise(chinese).text)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    if not piece.strip():
        raise ValueError(f"span ({start}, {end}) of a passage of {len(text)} characters is blank: leave it out")
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _mixed(units: list[Unit], rng: random.Random, share: float) -> list[Unit]:
    """Some units left as they were."""
    if share >= 1:
        return units
    return [unit if unit.kind == "mark" or rng.random() < share else replace(unit, text=unit.source) for unit in units]


_WIDE = f"{HAN}，。？！；：、（）《》“”‘’【】"
_TIGHT_LEFT = re.compile(f"^[\\s{_WIDE},.?!;:)\\]}}%»'’/–—-]")
_TIGHT_RIGHT = re.compile(f"[\\s{_WIDE}(\\[{{«$£€#/–—-]$")
_STOPPED = re.compile(r"[.?!]\s*[\"”)]?\s*$|\n\s*$")


def _join(pieces: Sequence[Sequence[Unit]]) -> tuple[str, Spans]:
    """The text of all pieces, and where each piece stands in it."""
    written = ""
    places = []
    opened = False
    for units in pieces:
        start = end = -1
        for unit in units:
            word = unit.text
            if not word:
                continue
            if word == '"':
                opened = not opened
            loose = written and not _TIGHT_LEFT.match(word) and not _TIGHT_RIGHT.search(written)
            closing = word == '"' and not opened
            after_opening = opened and written.endswith('"') and word != '"'
            if loose and not closing and not after_opening:
                written += " "
            if (
                word[0].islower()
                and word.isascii()
                and "://" not in word
                and (not written or _STOPPED.search(written[-4:]))
            ):
                word = word[0].upper() + word[1:]
            if word.strip() and start < 0:
                start = len(written) + len(word) - len(word.lstrip())
            written += word
            if word.strip():
                end = len(written.rstrip())
        places.append((start, end))
    return written, places
