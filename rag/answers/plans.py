"""The registry: each kind of question and the plan that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rag.answers.claims import likelier
from rag.answers.compound import compare, compound
from rag.answers.counting import count, extreme, total
from rag.answers.definition import definition
from rag.answers.lists import several, steps
from rag.answers.locator import locator
from rag.answers.plan import Inquiry, Plan
from rag.answers.reasons import reasons
from rag.answers.shelf import shelf
from rag.answers.summary import summary
from rag.answers.versions import fact, version
from rag.answers.yesno import yesno
from rag.question.kind import QuestionKind
from rag.types import Draft

PLANS: Mapping[QuestionKind, Plan] = {
    "fact": fact,
    "definition": definition,
    "list": several,
    "howto": steps,
    "why": reasons,
    "compare": compare,
    "compound": compound,
    "yesno": yesno,
    "count": count,
    "extreme": extreme,
    "total": total,
    "summary": summary,
    "version": version,
    "locator": locator,
    "shelf": shelf,
}
ODDS: Mapping[QuestionKind, float] = {
    **{"compare": 10.0, "count": 2.5, "yesno": 2.3, "howto": 1.5},
    **{"why": 1.4, "compound": 1.3, "list": 1.3, "version": 1.3},
}
"""How many times as likely the drafts of a plan are right as the reader says of what they are made from, where that is
clear; ``python -m eval.bench plans`` fits them on the evaluation's tuned questions."""
_WHOLE: frozenset[QuestionKind] = frozenset({"compare", "compound", "version", "shelf", "summary"})
"""What a part of a question is never taken for: it is not taken apart again."""


def drafted(inquiry: Inquiry) -> Draft:
    """The draft of the plan for a question, or of the fact plan if that finds no evidence.

    Also where every part of it is too unsure to be shown, and the fact plan is not.
    """
    kind = inquiry.question.kind
    inquiry, odds = replace(inquiry, planner=_part), ODDS.get(kind, 1.0)
    draft = PLANS[kind](replace(inquiry, threshold=_unweighed(inquiry.threshold, odds)))
    draft = weighed(draft, odds) if draft else None
    if draft and (not draft.parts or _stands(draft, inquiry.threshold)):
        return draft
    plain = fact(inquiry) or inquiry.fact()
    return plain if draft is None or _stands(plain, inquiry.threshold) else draft


def weighed(draft: Draft, odds: float) -> Draft:
    """A draft and its parts with the odds of being right that many times as high."""
    return likelier(replace(draft, parts=tuple(weighed(part, odds) for part in draft.parts)), odds)


def _unweighed(threshold: float, odds: float) -> float:
    """The confidence that becomes ``threshold`` where the odds of being right are that many times as high."""
    return threshold / (threshold + (1 - threshold) * odds)


def _stands(draft: Draft, threshold: float) -> bool:
    """Whether a draft, or a part of it, is sure enough to be shown."""
    if draft.parts:
        return any(_stands(part, threshold) for part in draft.parts)
    return bool(draft.claims) and draft.confidence >= threshold


def _part(inquiry: Inquiry) -> Draft | None:
    kind = inquiry.question.kind
    return None if kind in _WHOLE else PLANS[kind](replace(inquiry, planner=None))
