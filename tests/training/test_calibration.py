"""What confidence is fitted on: a pool without twins, and rows as the reader will have them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rag.models.embedders import HashEmbedder
from rag.question.analysis import analyse
from rag.retrieval import SAME
from rag.training.calibration.fitting import Rows, fit_risks
from rag.training.calibration.pool import Pool, PoolQuestion, examples
from rag.training.calibration.reader import looked_at
from rag.training.calibration.retrieval import relative, rows_of
from rag.types import Chunk, Passage

LIGHTHOUSE = "The lighthouse of Skarvik was lit in 1871 and has been kept by the Lind family since then."


def _row(context: str, question: str, answer: str) -> dict[str, Any]:
    return {"context": context, "qas": [{"question": question, "answer": answer, "start": context.index(answer)}]}


def test_a_passage_that_another_set_has_too_lies_in_the_pool_once(tmp_path: Path) -> None:
    first = _row(LIGHTHOUSE, "When was the lighthouse lit?", "1871")
    twin = _row(f"Skarvik. {LIGHTHOUSE}", "Who keeps the lighthouse?", "the Lind family")
    pool = Pool({"written": ([first], 5), "public": ([twin], 5)}, swapped=0, gold_removed=0)
    asked = list(examples(pool, HashEmbedder(), tmp_path, random.Random(1)))
    assert [one.question for one in asked] == ["When was the lighthouse lit?"]
    assert {passage.chunk.document for one in asked for passage in one.passages} == {"written/0"}


def test_only_the_best_of_the_first_ranking_count_as_verified() -> None:
    features = np.array([[3.0, -1.0], [2.0, 4.0], [1.0, 0.5], [0.0, 9.0], [-1.0, 7.0]])
    right = np.zeros(5, bool)
    rows = Rows(("pointed", "verified"), features, right, ("a",) * 5, "a", answerable=False)
    seen = looked_at(rows, {"pointed": 1.0, "verified": 5.0}).features
    assert seen[:, 1].tolist() == [-1.0, 4.0, 0.5, -1.0, -1.0]


def test_a_risk_is_kept_from_the_lowest_probability_whose_bound_still_holds() -> None:
    rng = np.random.default_rng(3)
    told = rng.uniform(size=4000)
    right = rng.uniform(size=4000) < told
    found = dict(fit_risks(told.tolist(), right.tolist()))
    thresholds = [found[risk] for risk in sorted(found)]
    assert thresholds == sorted(thresholds, reverse=True)
    for risk, least in found.items():
        assert np.mean(~right[told >= least]) <= risk
    assert found[0.3] < 0.5  # of answers told with .4 or more, three tenths are wrong


def test_no_risk_is_promised_that_too_few_answers_can_tell() -> None:
    assert [risk for risk, _ in fit_risks([0.9] * 50, [True] * 50)] == [0.2, 0.25, 0.28, 0.3, 0.35, 0.4, 0.5]


def test_passages_of_the_questions_language_keep_their_score_while_the_others_are_fitted() -> None:
    one = PoolQuestion("When?", (), "a", ((2, 6),))
    asked, there = analyse("When?"), Chunk("a", 0, 9, "在1871年点亮的", "", None, "zh")
    passages = [Passage(there, 0, 0.5, 0.4, 0.3), Passage(replace(there, language="en", start=5), 0, 0.5, 0.4, 0.3)]
    rows = rows_of(one, asked, passages)
    assert rows.features.tolist() == [[0, 0.5, 0.4, 0.3], [SAME.score(0.5, 0.4, 0.3), 0, 0, 0]]
    assert rows.right.tolist() == [True, False]
    assert relative({"same": 2.0, "dense": 3.0, "coverage": 4.0, "words": 1.0}) == {
        "dense": 1.5,
        "coverage": 2.0,
        "words": 0.5,
    }
