"""A scored run to plain data: the JSON that is kept, compared, gated and drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from eval.asking import EvalRun
from eval.judging import Judgement, judge
from eval.metrics import Estimate, reliability, risk_coverage
from eval.scoring import TITLES, confidences, draft_credits, file_format, groups, pair, score
from eval.tables import Column, Table
from eval.tables import markdown as markdown_rows

FORMAT = 2

Report = dict[str, Any]
"""Plain JSON: ``format, set, receipt, seconds, unread, metrics, groups, causes, curves, questions``."""

NEAREST = 3
"""How many passages stand beside a wrong answer."""


def build(name: str, run: EvalRun) -> Report:
    """Judge and score a run of the question set ``name``."""
    verdicts = [judge(result) for result in run.results]
    return {
        "format": FORMAT,
        "set": name,
        "receipt": run.receipt,
        "seconds": run.seconds,
        "unread": list(run.unread),
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
        f"## {HEADINGS.get(report['set'], report['set'])}",
        "",
        f"`python -m eval{'' if report['set'] == 'all' else ' --set ' + report['set']}`: {len(report['questions'])} "
        f"questions in {report['seconds']:.0f} s, "
        f"generator `{receipt['generator']}`, embedder `{receipt['embedder']}`. 95 % bootstrap intervals in brackets.",
        *(["", f"Not read: {'; '.join(report['unread'])}."] if report["unread"] else []),
        "",
        *markdown_rows(metrics_table(report)),
    ]
    for table in group_tables(report, ALL_COLUMNS):
        lines += ["", *markdown_rows(table)]
    return "\n".join(lines)


def metrics_table(report: Report) -> Table:
    """Every metric with its interval and meaning."""
    rows = [
        (f"`{name}`", TITLES[name], shown(name, estimate), str(estimate["n"]))
        for name, estimate in report["metrics"].items()
    ]
    return Table("", tuple(map(Column, ("metric", "", "value", "of"))), tuple(rows))


def group_tables(report: Report, columns: Mapping[str, str], brief: bool = False) -> list[Table]:
    """A table for each way of grouping; ``brief`` leaves out the intervals."""
    return [
        Table(
            "",
            (Column(by), Column("questions"), *map(Column, columns.values())),
            tuple(
                (
                    group,
                    str(sum(_key(row, by) == group for row in report["questions"])),
                    *(shown(name, metrics.get(name), brief) for name in columns),
                )
                for group, metrics in held.items()
            ),
        )
        for by, held in report["groups"].items()
    ]


def _key(row: Mapping[str, Any], by: str) -> str:
    return str(row[by])


HEADINGS = {
    "all": "Questions over `seeds/` and `eval/corpus/`",
    "seeds": "Questions over `seeds/`",
    "corpus": "Questions over `eval/corpus/`",
    "real": "Questions over the published pages",
    "feedback": "Questions that readers judged",
}

GROUP_COLUMNS = {
    "accuracy": "accuracy",
    "accuracy_quoting": "with gold quote",
    "facts_said": "facts said",
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


def shown(name: str, estimate: Mapping[str, float] | None, brief: bool = False) -> str:
    """A value as it is printed everywhere, with its interval unless ``brief``: ``.912 [.874, .945]``, or ``–``."""
    if estimate is None:
        return "–"
    if brief:
        return f"{estimate['value']:.3f}".removeprefix("0")
    if name.startswith("latency"):
        return f"{estimate['value']:.0f} [{estimate['low']:.0f}, {estimate['high']:.0f}]"
    value, low, high = (f"{estimate[part]:.3f}".removeprefix("0") for part in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def _plain(metrics: Mapping[str, Estimate]) -> dict[str, dict[str, float]]:
    return {name: asdict(estimate) for name, estimate in metrics.items()}


def _curves(verdicts: Sequence[Judgement]) -> dict[str, Any]:
    drafted = [v for v in verdicts if v.result.draft]
    shown_ = [v for v in verdicts if not v.result.refused]
    credits = [v.credit for v in shown_]
    return {
        "risk_coverage": [asdict(point) for point in risk_coverage(confidences(drafted), draft_credits(drafted))],
        "reliability": [asdict(one) for one in reliability(confidences(drafted), draft_credits(drafted))],
        "reliability_shown": [asdict(one) for one in reliability(confidences(shown_), credits)],
        "operating": {
            "coverage": len(shown_) / len(drafted) if drafted else 0.0,
            "risk": 1 - sum(credits) / len(credits) if credits else 0.0,
        },
    }


def _row(verdict: Judgement) -> dict[str, Any]:
    result, question = verdict.result, verdict.question
    return {
        "id": question.id,
        "shelf": result.shelf,
        "kind": question.kind,
        "split": question.split,
        "pair": pair(verdict),
        "format": file_format(verdict),
        "dialogue": list(question.dialogue),
        "question": question.question,
        "asked": result.asked,
        "outcome": verdict.outcome,
        "credit": round(verdict.credit, 4),
        "cause": verdict.cause,
        "answer": result.text,
        "refused": result.refused,
        "reason": result.reason,
        "draft": result.draft if result.refused else "",
        "draft_credit": round(verdict.draft_credit, 4),
        "confidence": result.confidence,
        "documents": list(question.golds),
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
