"""The judge against a person: answers whose credit was written down by hand, in both languages, with tricky ones."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.judging import credited, judge
from eval.questions import IN_PARTS, KINDS, UNANSWERABLE
from tests.eval.gold import answered, question

JUDGED = [json.loads(line) for line in Path(__file__).with_name("judged_answers.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("row", JUDGED, ids=lambda row: f"{row['id']}-{row['kind']}")
def test_the_judge_agrees_with_the_person(row: dict[str, Any]) -> None:
    asked = question(question=row["question"], kind=row["kind"], facts=tuple(map(tuple, row["facts"])))
    assert credited(asked, row["answer"]) == pytest.approx(row["credit"], abs=1e-3), row.get("why", "")
    verdict = judge(answered(asked, "838万平方呎", text=row["answer"]))
    assert verdict.credit == pytest.approx(row["credit"], abs=1e-3)
    assert verdict.outcome == ("right" if row["credit"] == 1 else "partly" if row["credit"] else "wrong")


def test_the_person_judged_a_hundred_answers_of_every_kind_both_ways() -> None:
    assert len(JUDGED) >= 100
    wrong, right = (Counter(row["kind"] for row in JUDGED if (row["credit"] < 1) is fell) for fell in (True, False))
    kinds = set(KINDS) - {UNANSWERABLE, "hostile", "across", "traditional"}
    assert kinds <= set(wrong) & set(right)
    assert {row["kind"] for row in JUDGED if 0 < row["credit"] < 1} == IN_PARTS
    chinese = sum(any("\u3400" <= letter <= "\u9fff" for letter in row["question"]) for row in JUDGED)
    assert 0.3 < chinese / len(JUDGED) < 0.7
