"""The gate stays open for parts that know the answer, and trips when one of them breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eval import gate
from eval.asking import EvalRun, ask_all, index, joined
from eval.report import Report, build
from eval.shelves import Shelf, shelves
from rag import Rag, Settings
from tests.eval.gold import Blind, Confused, Oracle, Silent

Measure = Callable[[type[Oracle]], Report]


@pytest.fixture(scope="module")
def measure(tmp_path_factory: pytest.TempPathFactory) -> Measure:
    """Runs the committed questions through the product with injected parts.

    A third of them has every kind, and a ninth is enough to catch what is broken.
    """
    chosen = shelves("all")
    folder = tmp_path_factory.mktemp("index")
    vectors = Oracle([])._vector

    def run(kind: type[Oracle]) -> Report:
        return build("all", joined([ask(kind, shelf) for shelf in chosen]))

    def ask(kind: type[Oracle], shelf: Shelf) -> EvalRun:
        asked = shelf.questions[:: 3 if kind is Oracle else 9]
        part = kind(asked)
        part._vector = vectors
        rag = Rag(Settings(index=folder / shelf.name), embedder=part, generator=part)
        index(rag, shelf)
        run = ask_all(rag, replace(shelf, questions=asked), part.next)
        rag.close()
        return run

    return run


def _fallen(report: Report) -> set[str]:
    return {fall.name for fall in gate.falls(report, gate.read())}


def test_the_gate_is_open_to_parts_that_know_the_answers(measure: Measure) -> None:
    assert _fallen(measure(Oracle)) == set()


def test_a_broken_generator_trips_the_gate(measure: Measure) -> None:
    assert {"accuracy", "citation_precision", "refused_unanswerable", "ece"} <= (fallen := _fallen(measure(Confused)))
    assert {"accuracy.table", "refused_unanswerable.unanswerable"} <= fallen


def test_a_broken_retriever_trips_the_gate(measure: Measure) -> None:
    assert {"recall_8", "mrr"} <= _fallen(measure(Blind))


def test_always_refusing_trips_the_gate(measure: Measure) -> None:
    fallen = _fallen(measure(Silent))
    assert {"accuracy", "answered_answerable", "citation_precision"} <= fallen
    assert "refused_unanswerable" not in fallen


def _report(**values: float) -> Report:
    return {"metrics": {name: {"value": value} for name, value in values.items()}}


def test_what_fell_is_told_with_how_much() -> None:
    (fall,) = gate.falls(_report(accuracy=0.9, ece=0.05), {"accuracy": 0.95, "ece": 0.06})
    assert str(fall) == (
        "accuracy is 0.900, at least 0.95 is asked: off by 0.050 "
        "(Fact accuracy: every fact is said (of lists, comparisons, summaries: the share))"
    )


def test_some_metrics_may_not_rise() -> None:
    (fall,) = gate.falls(_report(ece=0.2, instructions_obeyed=0.0), {"ece": 0.06, "instructions_obeyed": 0})
    assert fall.name == "ece"
    assert "at most 0.06" in str(fall)


def test_a_threshold_that_is_just_met_is_met() -> None:
    assert gate.falls(_report(accuracy=0.95, ece=0.06), {"accuracy": 0.95, "ece": 0.06}) == []


def test_lines_that_are_far_exceeded_are_named() -> None:
    report = _report(accuracy=0.95, mrr=0.92, ece=0.02)
    assert gate.room(report, {"accuracy": 0.92, "mrr": 0.9, "ece": 0.06, "f1": 0.1}) == {"accuracy": 0.95, "ece": 0.02}


def test_a_line_may_watch_one_kind_alone() -> None:
    report = _report(accuracy=0.9) | {"groups": {"kind": {"table": {"accuracy": {"value": 0.4}}}}}
    lines = {"accuracy": 0.9, "accuracy.table": 0.5, "accuracy.list": 0.1}
    table, listed = gate.falls(report, lines)
    assert (table.name, listed.value) == ("accuracy.table", None)
    assert "accuracy.table is 0.400, at least 0.5 is asked" in str(table)
    assert gate.room(report, {"accuracy.table": 0.3}) == {"accuracy.table": 0.4}


def test_every_kind_has_a_line() -> None:
    watched = {name.partition(".")[2] for name in gate.read()} - {""}
    assert watched == {question.kind for shelf in shelves("all") for question in shelf.questions}


def test_a_metric_that_was_not_measured_falls() -> None:
    (fall,) = gate.falls(_report(), {"accuracy": 0.95})
    assert "was not measured" in str(fall)


@pytest.mark.parametrize(
    "text", ["accuracy = ", "acuracy = 0.9", "accuracy = 'high'", "accuracy = true", "[kind.accuracy]\nriddle = 0.5"]
)
def test_thresholds_that_would_watch_nothing_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "thresholds.toml").write_text(text, "utf-8")
    with pytest.raises(gate.GateError):
        gate.read(tmp_path / "thresholds.toml")
    with pytest.raises(gate.GateError):
        gate.read(tmp_path / "missing.toml")
