"""Conversations as a browser keeps them, and as they are exported."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rag import Searched
from tests.ui.test_render import HOSTILE, cited, refused
from ui.export import markdown
from ui.state import Exchange, Malformed, exchanges_of, from_json, to_json, turns


@pytest.mark.parametrize(
    "answer", [cited("Ada"), refused("Near"), cited("Ada", searched=Searched(1, 19, 2, ("a.txt",)))]
)
def test_an_exchange_survives_the_browser(answer: Any) -> None:
    kept = json.loads(json.dumps(to_json(Exchange("who?", answer))))
    assert json.loads(json.dumps(to_json(from_json(kept)))) == kept
    assert from_json(kept).answer.citations == answer.citations
    assert from_json(kept).answer.searched == answer.searched


@pytest.mark.parametrize(
    "sent",
    [None, [], "text", {}, {"asked": "x"}, {"asked": "x", "answer": {"question": 1}}, {"asked": "x", "answer": []}],
)
def test_anything_else_is_refused(sent: Any) -> None:
    with pytest.raises(Malformed):
        from_json(sent)


def test_fields_of_another_kind_are_refused_too() -> None:
    kept = to_json(Exchange("who?", cited("Ada")))
    for wrong in ({"citations": [{"marker": "one"}]}, {"confidence": "very"}, {"passages": 3}, {"receipt": 1}):
        with pytest.raises(Malformed):
            from_json({**kept, "answer": {**kept["answer"], **wrong}})
    with pytest.raises(Malformed):
        exchanges_of({"0": kept})


def test_follow_ups_see_the_last_turns_as_they_were_understood() -> None:
    history = [Exchange(f"and {number}?", cited("Ada")) for number in range(9)]
    assert len(turns(history)) == 6
    assert (turns(history)[0].question, turns(history)[0].answer) == ("Who?", "Ada")


def test_an_export_names_every_source_and_holds_no_markup() -> None:
    text = markdown(HOSTILE, [Exchange("who?", cited("Ada")), Exchange(HOSTILE, refused(HOSTILE))])
    assert "1. Title · 2020\\-01\\-02 · a.txt \\[4:7\\]\n   > Say Ada." in text
    assert "Understood as: Who?" in text
    assert "<script" not in text.replace("\\<script", "")
    assert "](javascript" not in text
