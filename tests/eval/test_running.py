"""Shelves asked one after the other and at once; no weights needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from eval import running
from eval.shelves import Shelf, shelves
from rag import RagError, load_settings

SETTINGS = load_settings({"embedder": "hash", "generator": "extractive"})


def few(number: int) -> list[Shelf]:
    """The first questions of two shelves."""
    return [replace(shelf, questions=shelf.questions[:number]) for shelf in shelves("corpus")[:2]]


def test_shelves_asked_at_once_answer_as_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []

    @contextmanager
    def bar(_label: str) -> Iterator[Callable[[int, int], None]]:
        yield lambda done, of: told.append((done, of))

    in_turn = running.ask_shelves(few(4), SETTINGS, bar)
    monkeypatch.setattr(running, "WORTH_A_PROCESS", 2)
    monkeypatch.setattr(running, "cores", lambda: 2)
    at_once = running.ask_shelves(few(4), SETTINGS, bar)
    timeless = [[replace(one, milliseconds=0.0) for one in run.results] for run in (in_turn, at_once)]
    assert timeless[0] == timeless[1]
    assert told[-1] == (8, 8)
    assert at_once.receipt["embedder"] == in_turn.receipt["embedder"]


def test_an_error_in_a_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def bar(_label: str) -> Iterator[Callable[[int, int], None]]:
        yield lambda _done, _of: None

    monkeypatch.setattr(running, "WORTH_A_PROCESS", 2)
    monkeypatch.setattr(running, "cores", lambda: 2)
    absent = [replace(shelf, folders=(Path("nowhere-at-all"),)) for shelf in few(2)]
    with pytest.raises(RagError, match="is empty"):
        running.ask_shelves(absent, SETTINGS, bar)
