"""Values behind labels, and places in a numbered list, are read off the structure."""

from __future__ import annotations

import pytest

from rag.outline import Block, Outline
from rag.types import Document
from tests.answers.asking import asked, shelved
from tests.builders import document

LINES = (
    ("heading", 1, "Ferries of Lake Orm"),
    ("item", 0, "Heron"),
    ("item", 1, "First sailing: 6.20"),
    ("item", 1, "Fare: 5 crowns"),
    ("item", 0, "Coot"),
    ("item", 1, "First sailing: 7.05"),
    ("item", 1, "Fare: 8 crowns"),
)


def ferries() -> Document:
    text, blocks = "", []
    for kind, level, line in LINES:
        blocks.append(Block(kind, len(text), len(text) + len(line), level))  # type: ignore[arg-type]
        text += line + "\n"
    made = document("ferries.html", text, title="Ferries of Lake Orm")
    object.__setattr__(made, "outline", Outline(tuple(blocks)))
    return made


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the fare of the Coot?", "8 crowns"),
        ("When is the first sailing of the Heron?", "6.20"),
        ("What is the fare of the Grebe?", None),  # no such ferry
        ("What is the fare of the Coot for dogs and bicycles in winter?", None),
    ],
)
def test_the_value_below_the_name_and_behind_the_label_is_the_answer(question: str, said: str | None) -> None:
    answer = shelved(question, ferries())
    assert [one.quote for one in answer.citations] == ([said] if said else [])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How heavy is the ZP-310?", "21 kg"),
        ("ZP-310有多重？", "21 kg"),
        ("How heavy is the ZP-330?", None),  # no such pump
        ("How tall is the ZP-310?", None),
        ("How heavy is the ZP-310 with the trolley and the hose?", None),
    ],
)
def test_a_label_is_told_by_its_kind_and_its_document_by_a_code(question: str, said: str | None) -> None:
    texts = {
        f"{code}.txt": f"{code} pump\nNoise: 49 dB\nNet weight: {kilos} kg"
        for code, kilos in (("ZP-300", 19), ("ZP-310", 21))
    }
    assert [one.quote for one in asked(question, texts).citations] == ([said] if said else [])


RACE = "Sculling race of Lake Orm\n1. Ina Falk, 4:31\n2. Per Holt, 4:40\n3. Ada Wiese, 4:52"
DUTIES = "Duties after the race\n1. Rinse the boats with clean water.\n2. Hang the oars in the shed."


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who came second in the sculling race of Lake Orm?", "Per Holt, 4:40"),
        ("Who won the sculling race of Lake Orm?", "Ina Falk, 4:31"),
        ("Who came fourth in the sculling race of Lake Orm?", None),
        ("Who came second in the swimming match at Tarnby harbour?", None),
    ],
)
def test_a_place_is_read_off_a_list_of_names(question: str, said: str | None) -> None:
    answer = asked(question, {"race.txt": RACE, "duties.txt": DUTIES})
    assert [one.quote for one in answer.citations] == ([said] if said else [])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the document number of the Kiln manual?", "Document no. WK-118"),
        ("What is the revision of the Kiln manual?", "Rev. C"),
        ("What is the invoice number of the Kiln manual?", None),
        ("What is the document number of the Loom manual?", None),
    ],
)
def test_the_number_at_the_head_of_a_document_is_its_own(question: str, said: str | None) -> None:
    text = "Document no. WK-118, Rev. C\nKiln manual\nThe kiln is fired on Mondays."
    answer = asked(question, {"kiln.txt": text}, titles={"kiln.txt": "Kiln manual"})
    assert [one.quote for one in answer.citations] == ([said] if said else [])


def test_what_is_in_a_short_document_is_all_of_it() -> None:
    texts = {"bill_2026.txt": "Rope 12 crowns\nTar 8 crowns", "letter.txt": "The rope came late."}
    answer = asked("What is in the bill?", texts)
    assert [one.quote for one in answer.citations] == ["Rope 12 crowns", "Tar 8 crowns"]
    assert asked("What is in the barrel?", texts).refused
