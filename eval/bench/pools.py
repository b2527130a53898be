"""The names of public question sets to the documents searched and the questions asked."""

from __future__ import annotations

import random
from collections.abc import Mapping

from eval.bench.data import Language, Pool, QaPassage, across, as_pool, read_passages
from eval.bench.options import Options

ALONE = ("xquad zh→zh", "xquad en→en", "xquad en→zh", "xquad zh→en", "cmrc", "squad2", "dureader_checklist")
"""Sets whose documents are of one language."""

MIXED = ("mixed zh→zh", "mixed en→en", "mixed en→zh", "mixed zh→en")
"""xquad in one pool of both languages, half of the passages in each: every question has one passage, and others of the
same article in the other language stand beside it."""

LANGUAGES: tuple[Language, Language] = ("zh", "en")

FILES: Mapping[str, tuple[str, Language]] = {
    "cmrc": ("cmrc_dev", "zh"),
    "squad2": ("squad2_dev_part", "en"),
    "dureader_checklist": ("dureader_checklist_dev", "zh"),
}


SEED = 5


def read_pool(options: Options, name: str) -> Pool:
    """The set called ``name``, one of ``ALONE`` and ``MIXED``, with all its questions or as many as are chosen."""
    pool = _whole(options, name)
    if options.questions is None or options.questions >= len(pool.questions):
        return pool
    return Pool(pool.documents, tuple(random.Random(SEED).sample(pool.questions, options.questions)))


def _whole(options: Options, name: str) -> Pool:
    if name in FILES:
        file, language = FILES[name]
        return as_pool(read_passages(options.data, file, options.limit), name, language)
    kind, _, direction = name.partition(" ")
    asked, searched = direction.split("→")
    texts: dict[str, list[QaPassage]] = {
        one: read_passages(options.data, f"xquad_{one}", options.limit) for one in LANGUAGES
    }
    pools: dict[str, Pool] = {one: across(texts[asked], texts[one], one, one) for one in LANGUAGES}
    return pools[searched] if kind == "xquad" else _mixed(pools, searched)


def _mixed(pools: Mapping[str, Pool], searched: str) -> Pool:
    """Passages by turns in either language, and the questions whose passage is in the language ``searched``."""
    everything = zip(*(pools[one].documents for one in LANGUAGES), strict=True)
    documents = tuple(pair[number % 2] for number, pair in enumerate(everything))
    there = {document.path for document in documents}
    return Pool(documents, tuple(one for one in pools[searched].questions if one.gold <= there))
