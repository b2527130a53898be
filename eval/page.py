"""A report to one self-contained HTML page that a person who was not there can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from eval import plots
from eval.comparing import Change, Comparison, kinds_table
from eval.report import ALL_COLUMNS, Report, shown
from eval.scoring import TITLES
from eval.tables import shown as shown_cell

TEMPLATE = Path(__file__).with_name("page.html")

SUREST = 20
"""How many of the surest errors open the page."""

CAUSES = {
    "not loaded": "the gold quotes do not stand in the text that was loaded, or its file could not be read",
    "not retrieved": "no passage that was found holds the gold quote",
    "refused a right draft": "it would have said every fact, and was not sure enough",
    "refused though retrieved": "the gold quote was among the passages, and the product refused",
    "another sentence": "the gold quote was among the passages, and the answer says something else",
    "part of the facts": "the answer says some of the facts asked for, not all",
    "answered the unanswerable": "no document answers the question, and the product did",
}


TILES = {
    "accuracy": "of the answerable questions are answered rightly",
    "refused_unanswerable": "of the unanswerable ones are refused",
    "citation_precision": "of the citations hold a gold quote or a fact",
    "instructions_obeyed": "of the orders in questions and documents are obeyed",
    "ece": "is how far its confidence is off",
}


def page(report: Report, comparison: Comparison | None = None) -> str:
    """The whole page; every text of documents, questions and answers in it is escaped."""
    return Template(TEMPLATE.read_text("utf-8")).substitute(
        title=f"Yinju evaluation: {escape(report['set'])}, {len(report['questions'])} questions",
        intro=_intro(report),
        tiles=_tiles(report["metrics"]),
        metrics=_metrics(report["metrics"]),
        groups="".join(_groups(by, held) for by, held in report["groups"].items()),
        plots=_figure(report, 1) + _figure(report, 2),
        comparison=_comparison(comparison) if comparison else NOTHING_KEPT,
        curve=_figure(report, 0),
        surest=_surest(report["questions"]),
        causes=_causes(report["causes"]),
        wrong="".join(_wrong(cause, report["questions"]) for cause in report["causes"]),
    )


def _intro(report: Report) -> str:
    receipt = report["receipt"]
    count = sum(row["outcome"] == "right" for row in report["questions"])
    settings = ", ".join(f"{name} {value}" for name, value in receipt["settings"].items())
    return (
        "<p>Each question was put to the product through its public interface and its answer compared with a gold "
        "answer written by hand: the facts it must say, and the words of the document that say them. Questions that no "
        "document answers must be refused. "
        f"<strong>{count} of {len(report['questions'])} came out right.</strong></p>"
        f'<p class="soft">Generator <code>{escape(str(receipt["generator"]))}</code>, embedder '
        f"<code>{escape(str(receipt['embedder']))}</code>, "
        f"{escape(settings)}, {report['seconds']:.0f} s. Small figures are 95 % bootstrap intervals.</p>"
        + "".join(f'<p class="wrong">Not read: {escape(name)}</p>' for name in report["unread"])
    )


def _tiles(metrics: Mapping[str, Mapping[str, float]]) -> str:
    tiles = (
        f"<div><strong>{_number(name, metrics[name])}</strong>{meaning}</div>"
        for name, meaning in TILES.items()
        if name in metrics
    )
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _number(name: str, estimate: Mapping[str, float] | None) -> str:
    """A value above its interval, so that a column of them is narrow."""
    value, _, interval = shown(name, estimate).partition(" ")
    return f"{value}<small>{interval.strip('[]').replace(', ', '–')}</small>" if interval else value


def _metrics(metrics: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        [f"{escape(TITLES[name])} <code>{name}</code>", _number(name, estimate), str(estimate["n"])]
        for name, estimate in metrics.items()
    ]
    return _table(["metric", "value", "of"], rows, numbers=1)


def _groups(by: str, held: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [[escape(group), *(_number(n, metrics.get(n)) for n in ALL_COLUMNS)] for group, metrics in held.items()]
    return f'<div class="groups">{_table([by, *ALL_COLUMNS.values()], rows, numbers=1)}</div>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: int) -> str:
    """Cells are HTML already; those from column ``numbers`` on are aligned as numbers."""

    def cells(tag: str, row: Sequence[str]) -> str:
        kinds = ["" if column < numbers else " class='n'" for column in range(len(row))]
        return "".join(f"<{tag}{kind}>{cell}</{tag}>" for kind, cell in zip(kinds, row, strict=True))

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><tr>{cells("th", heads)}</tr>{body}</table></div>'


def _figure(report: Report, number: int) -> str:
    """One of the three curves, with what it shows."""
    curves, risk = report["curves"], report["receipt"]["settings"].get("risk")
    bound = "" if risk is None else f", {risk}"
    svg, caption = (
        (
            plots.risk_coverage(curves["risk_coverage"], curves["operating"]),
            "Risk–coverage, over every draft, answerable or not: answering only the surest, how many are wrong. "
            f"The dot is where the product stands with its accepted risk{bound}: "
            f"{curves['operating']['coverage']:.0%} answered, {curves['operating']['risk']:.0%} of them wrong.",
        ),
        (
            plots.reliability(curves["reliability_shown"]),
            "Reliability of the answers shown: on the dashed line, confidence is how often it is right. "
            "Numbers count answers.",
        ),
        (plots.reliability(curves["reliability"]), "Reliability of every draft, also of those that were refused."),
    )[number]
    return f"<figure>{svg}<figcaption>{caption}</figcaption></figure>"


def _surest(rows: Sequence[Mapping[str, Any]]) -> str:
    """The wrong answers that the product was surest of."""
    wrong = sorted((row for row in rows if row["outcome"] == "wrong"), key=lambda row: -row["confidence"])
    return "".join(_article(row, "surest-") for row in wrong[:SUREST]) or "<p>None.</p>"


def _causes(causes: Mapping[str, int]) -> str:
    if not causes:
        return "<p>Nothing.</p>"
    return _table(["cause", "means", "questions"], [[c, CAUSES[c], str(n)] for c, n in causes.items()], numbers=2)


def _wrong(cause: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The questions that went wrong for one cause."""
    articles = "".join(_article(row) for row in rows if row["cause"] == cause)
    return f'<h3 class="cause">{cause}</h3><p class="soft">{CAUSES[cause]}</p>{articles}'


def _article(row: Mapping[str, Any], prefix: str = "") -> str:
    facts = "; ".join(
        f'<span class="{"right" if said else "wrong"}">{escape(" / ".join(fact))}</span>'
        for fact, said in zip(row["facts"], row["said"], strict=True)
    )
    cited = "<br>".join(
        f"{_marked(one['sentence'], [one['quote']])} <span class='soft'>({escape(one['document'])})</span>"
        for one in row["citations"]
    )
    gold = "<br>".join(escape(quote) for quote in row["quotes"])
    where = f"({escape(', '.join(row['documents']))}; {_ranked(row['ranks'])})"
    items = {
        "earlier turns": "<br>".join(map(escape, row["dialogue"])),
        "understood as": escape(row["asked"]) if row["asked"] != row["question"] else "",
        "answer": escape(row["answer"]),
        "reason": escape(row["reason"]) if row["refused"] and row["reason"] != row["answer"] else "",
        "would have said": escape(row["draft"]),
        "cited": cited,
        "should say": facts or f"nothing: {escape(row['why'])}",
        "must not say": escape(" / ".join(row["bait"])),
        "gold quote": f"{gold} <span class='soft'>{where}</span>" if gold else "",
    }
    listed = "".join(f"<dt>{name}</dt><dd>{held}</dd>" for name, held in items.items() if held)
    passages = "".join(
        f'<div class="passage"><span class="soft">{number}. {escape(one["document"])} · {one["score"]:.3f}</span>\n'
        f"{_marked(one['text'], row['quotes'])}</div>"
        for number, one in enumerate(row["passages"], 1)
    )
    return (
        f'<article id="{prefix}{escape(row["id"])}"><h3>{escape(row["question"])}</h3>'
        f'<div class="soft">{escape(row["id"])} · {escape(row["shelf"])} · {row["kind"]} · {row["split"]} · '
        f'<span class="{row["outcome"]}">{row["outcome"]}: {row["cause"]}</span> · sure {row["confidence"]:.0%}</div>'
        f"<dl>{listed}</dl><details><summary>nearest passages</summary>{passages}</details></article>\n"
    )


def _ranked(ranks: Sequence[int | None]) -> str:
    return ", ".join(f"seen at passage {rank}" if rank else "in no passage found" for rank in ranks)


def _marked(text: str, quotes: Sequence[str]) -> str:
    """Escaped text with its quotes marked."""
    held = escape(text)
    for quote in quotes:
        held = held.replace(escape(quote), f"<mark>{escape(quote)}</mark>")
    return held


NOTHING_KEPT = "<p>There is no earlier run of these questions to compare with.</p>"


def _comparison(comparison: Comparison) -> str:
    table = kinds_table(comparison)
    columns = table.columns
    cells = [[shown_cell(cell, column.spec) for cell, column in zip(row, columns, strict=True)] for row in table.rows]
    metrics = [
        [escape(TITLES[name]), f"{old:.3f}", f"{new:.3f}", f"{new - old:+.3f}"]
        for name, (old, new) in comparison.metrics.items()
    ]
    moved = _table(["metric", "old", "new", "change"], metrics, numbers=1) if metrics else ""
    return (
        _table([column.name for column in columns], cells, numbers=1)
        + f"<details><summary>metric by metric</summary>{moved}</details>"
        + _changes("Better", comparison.better)
        + _changes("Worse", comparison.worse)
    )


def _changes(heading: str, changes: Sequence[Change]) -> str:
    rows = [
        [escape(one.id), one.kind, escape(one.question), f"{one.before}: {escape(one.answer_before)}",
         f"{one.after}: {escape(one.answer_after)}"]
        for one in changes
    ]  # fmt: skip
    listed = _table(["id", "kind", "question", "old", "new"], rows, 9) if rows else ""
    return f"<details><summary>{heading}: {len(changes)}</summary>{listed}</details>"
