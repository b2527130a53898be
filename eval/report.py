"""A scored run to plain data: the JSON that is kept, compared, gated and drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from eval.asking import Run
from eval.judging import Verdict, judge
from eval.metrics import Estimate, reliability, risk_coverage
from eval.scoring import TITLES, confidences, drafts_right, groups, score

FORMAT = 1

Report = dict[str, Any]
"""``{"format", "set", "receipt", "seconds", "metrics", "groups", "causes", "curves", "questions"}``, all plain JSON."""

NEAREST = 3
"""How many passages stand beside a wrong answer."""


def build(name: str, run: Run) -> Report:
    """Judge and score a run of the question set ``name``."""
    verdicts = [judge(result) for result in run.results]
    return {
        "format": FORMAT,
        "set": name,
        "receipt": run.receipt,
        "seconds": run.seconds,
        "metrics": _plain(score(verdicts)),
        "groups": {
            by: {group: _plain(metrics) for group, metrics in held.items()} for by, held in groups(verdicts).items()
        },
        "causes": dict(Counter(v.cause for v in verdicts if v.cause).most_common()),
        "curves": _curves(verdicts),
        "questions": [_row(verdict) for verdict in verdicts],
    }


def markdown(report: Report) -> str:
    """The report as a section of ``RESULTS.md``."""
    receipt = report["receipt"]
    lines = [
        f"## {_HEADINGS[report['set']]}",
        "",
        f"`python -m eval{'' if report['set'] == 'seeds' else ' --set ' + report['set']}`: {len(report['questions'])} "
        f"questions in {report['seconds']:.0f} s, "
        f"generator `{receipt['generator']}`, embedder `{receipt['embedder']}`. 95 % bootstrap intervals in brackets.",
        "",
        "| metric | | value | of |",
        "|---|---|---|---|",
    ]
    for name, estimate in report["metrics"].items():
        lines.append(f"| `{name}` | {TITLES[name]} | {shown(name, estimate)} | {estimate['n']} |")
    for by, held in report["groups"].items():
        lines += ["", f"| {by} | " + " | ".join(ALL_COLUMNS.values()) + " |", "|---" * (1 + len(ALL_COLUMNS)) + "|"]
        for group, metrics in held.items():
            lines.append(f"| {group} | " + " | ".join(shown(n, metrics.get(n)) for n in ALL_COLUMNS) + " |")
    return "\n".join(lines)


_HEADINGS = {"seeds": "Fact questions over `seeds/`", "real": "Fact questions over the published pages"}

GROUP_COLUMNS = {
    "accuracy": "accuracy",
    "accuracy_quoting": "with gold quote",
    "answered_answerable": "answered",
    "refused_unanswerable": "refused",
    "recall_1": "recall@1",
    "recall_8": "recall@8",
    "mrr": "MRR",
    "citation_precision": "cit. precision",
    "citation_recall": "cit. recall",
    "f1": "F1",
    "language": "language",
}
"""What the terminal has room for."""

ALL_COLUMNS = GROUP_COLUMNS | {
    "exact_match": "EM",
    "accuracy_answered": "right of answered",
    "refused_at_95": "refused at .95",
    "ece": "ECE",
    "aurc": "AURC",
    "latency_p50": "p50 ms",
    "latency_p95": "p95 ms",
}


def shown(name: str, estimate: Mapping[str, float] | None) -> str:
    """A value with its interval, as it is printed everywhere: ``.912 [.874, .945]``, ``35 ms``, or ``–`` for none."""
    if estimate is None:
        return "–"
    if name.startswith("latency"):
        return f"{estimate['value']:.0f} [{estimate['low']:.0f}, {estimate['high']:.0f}]"
    value, low, high = (f"{estimate[part]:.3f}".removeprefix("0") for part in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def _plain(metrics: Mapping[str, Estimate]) -> dict[str, dict[str, float]]:
    return {name: asdict(estimate) for name, estimate in metrics.items()}


def _curves(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    drafted = [v for v in verdicts if v.result.draft]
    shown_ = [v for v in verdicts if not v.result.refused]
    right = [v.outcome == "right" for v in shown_]
    return {
        "risk_coverage": [asdict(point) for point in risk_coverage(confidences(drafted), drafts_right(drafted))],
        "reliability": [asdict(one) for one in reliability(confidences(drafted), drafts_right(drafted))],
        "reliability_shown": [asdict(one) for one in reliability(confidences(shown_), right)],
        "operating": {
            "coverage": len(shown_) / len(drafted) if drafted else 0.0,
            "risk": right.count(False) / len(right) if right else 0.0,
        },
    }


def _row(verdict: Verdict) -> dict[str, Any]:
    result, question = verdict.result, verdict.question
    return {
        "id": question.id,
        "kind": question.kind,
        "split": question.split,
        "dialogue": list(question.dialogue),
        "question": question.question,
        "asked": result.asked,
        "outcome": verdict.outcome,
        "cause": verdict.cause,
        "answer": result.text,
        "refused": result.refused,
        "reason": result.reason,
        "draft": result.draft if result.refused else "",
        "draft_right": verdict.draft_right,
        "confidence": result.confidence,
        "document": question.document,
        "quotes": list(question.quotes),
        "facts": [list(fact) for fact in question.facts],
        "said": list(verdict.said),
        "bait": list(question.bait),
        "why": question.why,
        "ranks": list(result.ranks),
        "citations": [
            {"document": one.place.document, "quote": one.quote, "sentence": one.sentence, "holds": holds}
            for one, holds in zip(result.citations, verdict.holding, strict=True)
        ],
        "passages": [
            {"document": one.place.document, "start": one.place.start, "end": one.place.end,
             "text": one.text, "score": one.score}
            for one in result.passages[:NEAREST]
        ],
        "milliseconds": result.milliseconds,
    }  # fmt: skip
