"""Question sets on disk to an endless stream of training examples."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.errors import TrainingError
from rag.text import language_of
from rag.training.reader.negatives import Nearest
from rag.training.reader.passages import Spans, as_document
from rag.types import Language

WEIGHTS = {
    **{"written_siblings": 20, "written_tables": 18, "written_lists": 20, "written_versions": 8, "written_notes": 60},
    **{"written_conditions": 10, "written_documents": 22, "written_zh_office": 14, "written_en_office": 14},
    **{"written_zh_news": 16, "written_en_wiki": 16, "written_zh_wiki": 12, "written_en_policy": 2},
    **{"written_en_science": 1, "cmrc_train": 6, "cmrc_trial": 1, "drcd": 3, "drcd_train_part": 1, "crud_news_qa": 1},
    **{"squad2_train_part": 6, "squad2_train_lower": 2, "squadshifts_wiki": 2, "nq_qed_dev": 1, "nq_swap": 2},
    **{"timeqa_human": 2, "quoref_part": 1, "qamr_devtest": 1, "fairytaleqa": 1, "policyqa": 1, "covidqa": 1},
}
"""How often each file is drawn from. Four fifths are written questions: they cross languages and have near misses."""

OWN = Path(__file__).parents[1] / "questions"
"""The question sets that were written for this project and are part of it."""

MADE = {"plain": 64, "mismatched": 18, "elsewhere": 18}
"""How often a question is asked of its passage, also of another found for it, also of another part of its own."""

ASKED_OF_SIBLING = 0.7
"""How often a question is also asked of a look-alike of its passage, where there are any."""

HELD_OUT = 0.06
"""The share of each file's passages that training never sees: for the learning curve, calibration and thresholds."""

SHARED = 40
"""Characters: a passage that shares so long a run with one held out of the written questions is not trained on."""


@dataclass(frozen=True)
class Example:
    """A question read with a passage. No spans: the passage does not answer."""

    question: str
    passage: str
    spans: Spans
    kind: str = "plain"
    """What it was made by; of a written question, its kind in the file."""
    language: Language = "en"
    """Of the question."""
    avoid: Spans = ()
    """What the window must not show: where the question is answered after all."""
    around: Spans = ()
    """What the window should show though it does not answer: where the question that was changed is answered."""


@dataclass(frozen=True)
class Item:
    """A question as its file gives it."""

    question: str
    passage: int
    spans: Spans
    kind: str
    language: Language


@dataclass
class QuestionSet:
    """One file: passages and the questions on them."""

    name: str
    passages: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    siblings: dict[int, list[int]] = field(default_factory=dict)
    """Of each passage those of look-alike documents: another branch, model or year."""

    def by_passage(self) -> dict[int, list[Item]]:
        """The items of each passage that has any."""
        grouped: dict[int, list[Item]] = {}
        for item in self.items:
            grouped.setdefault(item.passage, []).append(item)
        return grouped


def load(folder: Path, held_out: bool) -> list[QuestionSet]:
    """The sets that WEIGHTS names: the part that training never sees, or the rest.

    Raises what ``question_files`` does.
    """
    files = question_files(folder, WEIGHTS)
    kept_back = Runs() if held_out else Runs(_held_out_texts(files))
    sets = []
    for name, path in files.items():
        rows = [row for row in read_rows(path, held_out=held_out) if not kept_back.shared_by(row["context"])]
        if rows:
            sets.append(_question_set(name, rows))
    return sets


def question_files(folder: Path, names: Iterable[str]) -> dict[str, Path]:
    """Those of the named files that are in ``folder``, or else among our own.

    Raises:
        TrainingError: there is none.
    """
    places = {name: [place / f"{name}.jsonl.gz" for place in (folder, OWN)] for name in names}
    files = {name: path for name, paths in places.items() for path in paths[::-1] if path.exists()}
    if not files:
        hint = f"put one of these there: {', '.join(paths[0].name for paths in places.values())}"
        raise TrainingError(f"{folder} has no question sets.", hint)
    return files


def read_rows(path: Path, *, held_out: bool) -> list[dict[str, Any]]:
    """The rows of one file whose passages are held out, or the others; which is which never changes."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row for row in rows if (_bucket(row.get("family") or row["context"]) < HELD_OUT) is held_out]


def _bucket(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32


def _held_out_texts(files: dict[str, Path]) -> Iterator[str]:
    """The passages of the written questions that are held out: public sets have some of the same."""
    for name, path in files.items():
        if name.startswith("written_"):
            yield from (row["context"] for row in read_rows(path, held_out=True))


class Runs:
    """The character runs of some texts, to tell what shares one of them."""

    def __init__(self, texts: Iterator[str] | Sequence[str] = ()) -> None:
        self._size = SHARED // 2
        self._runs: set[int] = set()
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """One more text to share runs with."""
        self._runs.update(hash(text[i : i + self._size]) for i in range(len(text) - self._size + 1))

    def shared_by(self, text: str) -> bool:
        """Whether a text has a run of SHARED characters, give or take half, that one of the texts has."""
        size = self._size
        return bool(self._runs) and any(hash(text[i : i + size]) in self._runs for i in range(0, len(text), size))


def _question_set(name: str, rows: list[dict[str, Any]]) -> QuestionSet:
    """The questions of each passage, written ones as an index has them read: below their headings, by rows."""
    found = QuestionSet(name)
    families: dict[str, list[int]] = {}
    for row in rows:
        written = as_document(name, row["context"]) if name.startswith("written_") else None
        for qa in row["qas"]:
            if (item := _item(qa, len(found.passages))) is None:
                continue
            spans = written.read_at(item.spans) if written else item.spans
            if spans is not None:
                found.items.append(replace(item, spans=spans))
        if family := row.get("family"):
            families.setdefault(family, []).append(len(found.passages))
        found.passages.append(written.read().text if written else row["context"])
    for members in families.values():
        found.siblings |= {one: [other for other in members if other != one] for one in members}
    return found


def _item(qa: dict[str, Any], passage: int) -> Item | None:
    spans = spans_of(qa)
    if qa["answer"] is not None and not spans:
        return None
    question = qa["question"].strip()
    kind = qa.get("kind") or ("plain" if spans else "unanswerable")
    return Item(question, passage, spans, kind, qa.get("language") or language_of(question))


def spans_of(qa: dict[str, Any]) -> Spans:
    """Where the answer stands, in order, without white space and full stops at its edges."""
    if qa["answer"] is None:
        return ()
    if stated := qa.get("spans"):
        return tuple(sorted((int(start), int(end)) for start, end in stated))
    lead = len(qa["answer"]) - len(qa["answer"].lstrip())
    answer = qa["answer"].strip().rstrip("。，；")
    return ((qa["start"] + lead, qa["start"] + lead + len(answer)),) if answer else ()


class Stream:
    """Groups of examples without end: the reads of one question that share a normalisation, the answering one first."""

    def __init__(self, sets: list[QuestionSet], seed: int) -> None:
        self.sets = {s.name: s for s in sets}
        self.rng = random.Random(seed)
        self.nearest = {s.name: Nearest(s.passages) for s in sets}
        self.names = [name for name in WEIGHTS if name in self.sets]
        self.weights = [WEIGHTS[name] for name in self.names]
        self.written = {s.name: list(s.by_passage().values()) for s in sets if s.name.startswith("written_")}

    def __iter__(self) -> Iterator[list[Example]]:
        while True:
            name = self.rng.choices(self.names, self.weights)[0]
            for group in self._contrast(name) if name in self.written else self._draw(name):
                yield [self._script(example) for example in group]

    def _draw(self, name: str) -> Iterator[list[Example]]:
        """One question of a set, as often as two of a written passage come with two near misses."""
        for item in self.rng.choices(self.sets[name].items, k=3):
            yield self._made(name, item)

    def _contrast(self, name: str) -> Iterator[list[Example]]:
        """Two questions of one passage that it answers, each followed by a near miss shown at the same place."""
        items = self.rng.choice(self.written[name])
        answered = [item for item in items if item.spans]
        missed = [item for item in items if not item.spans]
        for item in self.rng.sample(answered, min(2, len(answered))):
            yield self._made(name, item)
            if missed:
                near = missed.pop(self.rng.randrange(len(missed)))
                yield [replace(self._plain(name, near), around=item.spans[:1])]

    def _plain(self, name: str, item: Item) -> Example:
        return Example(item.question, self.sets[name].passages[item.passage], item.spans, item.kind, item.language)

    def _made(self, name: str, item: Item) -> list[Example]:
        """A question with its passage, and now and then with a text beside it that does not answer."""
        plain = self._plain(name, item)
        if not item.spans:
            return [plain]
        if (siblings := self.sets[name].siblings.get(item.passage)) and self.rng.random() < ASKED_OF_SIBLING:
            sibling = self.sets[name].passages[self.rng.choice(siblings)]
            return [plain, replace(plain, passage=sibling, spans=(), kind="sibling")]
        made = self.rng.choices(list(MADE), list(MADE.values()))[0]
        if made == "mismatched":
            answer = plain.passage[slice(*plain.spans[0])]
            other = self.nearest[name].draw(plain.question, item.passage, answer, self.rng)
            if other is not None:
                return [plain, replace(plain, passage=self.sets[name].passages[other], spans=(), kind=made)]
        if made == "elsewhere":
            return [plain, replace(plain, spans=(), kind=made, avoid=plain.spans)]
        return [plain]

    def _script(self, example: Example) -> Example:
        """Traditional and Simplified characters trade places now and then, in the question, the passage or both."""
        chance = self.rng.random()
        if chance > 0.24:
            return example
        mode = "t2s" if chance < 0.16 else "s2t"
        passage = converted(example.passage, mode) if self.rng.random() < 0.7 else example.passage
        question = converted(example.question, mode) if self.rng.random() < 0.7 else example.question
        return replace(example, passage=passage, question=question)


def held_out_examples(sets: list[QuestionSet], count: int, seed: int) -> list[Example]:
    """Questions for measuring: all of a passage's, passages in a random order, near misses beside what they miss."""
    rng = random.Random(seed)
    groups = [(s, items) for s in sets for items in s.by_passage().values()]
    rng.shuffle(groups)
    found: list[Example] = []
    for s, items in groups:
        answered = [item for item in items if item.spans]
        for item in items:
            example = Example(item.question, s.passages[item.passage], item.spans, item.kind, item.language)
            around = rng.choice(answered).spans[:1] if answered and not item.spans else ()
            found.append(replace(example, around=around))
            if item.spans and (others := s.siblings.get(item.passage)):
                found.append(replace(example, passage=s.passages[rng.choice(others)], spans=(), kind="sibling"))
        if len(found) >= count:
            break
    return found


def converted(text: str, mode: str) -> str:
    """``text`` in the other script, of the same length; as it is where that fails."""
    found: str = _converter(mode).convert(text)
    return found if len(found) == len(text) else text


@lru_cache(maxsize=2)
def _converter(mode: str) -> Any:
    from opencc import OpenCC

    return OpenCC(mode)
