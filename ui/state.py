"""Conversations: the browser keeps them as JSON; the server checks every field it is sent and keeps none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from rag import Answer, Chunk, Citation, Part, Passage, Searched, Turn
from ui.place import Place, place_from

NEAREST = 8
"""How many passages of a refusal are kept and shown."""

RECENT = 6
"""Exchanges a follow-up may refer to."""


_UNITS: dict[str, Literal["page", "slide", "sheet", "chapter", "file"]] = {
    "slide": "slide",
    "sheet": "sheet",
    "chapter": "chapter",
    "file": "file",
}


class Malformed(ValueError):
    """What a browser sent is not a conversation of ours."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was typed, and the answer it got."""

    asked: str
    answer: Answer
    version: str = ""
    """Its version, such as ``1/2``, if the question was edited or answered again."""
    places: Mapping[int, Place] = field(default_factory=dict)
    """Where each citation stands in its document, by marker, as it was when it was answered."""


def to_json(exchange: Exchange) -> dict[str, Any]:
    """An exchange as the browser keeps it; of the passages only those that a refusal shows."""
    answer = asdict(exchange.answer)
    passages = [asdict(passage.chunk) for passage in exchange.answer.passages[:NEAREST] if exchange.answer.refused]
    kept = {name: value for name, value in answer.items() if name not in ("passages", "timings_ms")}
    places = {str(marker): asdict(place) for marker, place in exchange.places.items()}
    return {"asked": exchange.asked, "answer": {**kept, "passages": passages}, "places": places}


def from_json(value: Any) -> Exchange:
    """The exchange a browser kept.

    Raises:
        Malformed: a field is missing or of another kind.
    """
    try:
        answer = value["answer"]
        return Exchange(
            asked=str(value["asked"]),
            version=str(value.get("version", "")),
            places={int(marker): place_from(place) for marker, place in value.get("places", {}).items()},
            answer=Answer(
                question=str(answer["question"]),
                language="zh" if answer["language"] == "zh" else "en",
                text=str(answer["text"]),
                refused=bool(answer["refused"]),
                confidence=min(1.0, max(0.0, float(answer["confidence"]))),
                reason=_optional(answer["reason"]),
                citations=tuple(_citation(citation) for citation in answer["citations"]),
                passages=tuple(_passage(chunk) for chunk in answer["passages"]),
                written=str(answer.get("written", "")),
                dropped=tuple(str(claim) for claim in answer["dropped"]),
                receipt=dict(answer["receipt"]),
                kind=str(answer.get("kind", "fact")),
                parts=tuple(_part(part) for part in answer.get("parts", ())),
                searched=_searched(answer["searched"]) if answer.get("searched") else None,
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Malformed(f"not an exchange: {error}") from error


def exchanges_of(values: Any) -> list[Exchange]:
    """The exchanges of a conversation, oldest first. Raises what ``from_json`` does."""
    if not isinstance(values, list):
        raise Malformed("a conversation is a list of exchanges")
    return [from_json(value) for value in values]


def turns(exchanges: Iterable[Exchange]) -> list[Turn]:
    """What a follow-up may refer to."""
    return [Turn.of(exchange.answer) for exchange in exchanges][-RECENT:]


def _citation(value: Mapping[str, Any]) -> Citation:
    lead = value.get("lead", str(value["sentence"]).find(str(value["quote"])))  # earlier versions did not say it
    return Citation(
        marker=int(value["marker"]),
        document=str(value["document"]),
        title=str(value["title"]),
        date=_optional(value["date"]),
        source=_optional(value["source"]),
        start=int(value["start"]),
        end=int(value["end"]),
        quote=str(value["quote"]),
        sentence=str(value["sentence"]),
        lead=max(0, int(lead)),
        page=None if value.get("page") is None else int(value["page"]),
        unit=_UNITS.get(str(value.get("unit")), "page"),
        by_machine=bool(value.get("by_machine")),
        row=str(value.get("row") or ""),
    )


def _searched(value: Mapping[str, Any]) -> Searched:
    named = tuple(str(path) for path in value["named"])
    return Searched(int(value["documents"]), int(value["of"]), int(value["undated"]), named)


def _part(value: Mapping[str, Any]) -> Part:
    markers = tuple(int(marker) for marker in value["citations"])
    return Part(str(value["label"]), str(value["text"]), markers, bool(value["refused"]))


def _passage(value: Mapping[str, Any]) -> Passage:
    chunk = Chunk(
        document=str(value["document"]),
        start=int(value["start"]),
        end=int(value["end"]),
        text=str(value["text"]),
        title=str(value["title"]),
        date=_optional(value["date"]),
        language="zh" if value["language"] == "zh" else "en",
        context=str(value.get("context", "")),
    )
    return Passage(chunk, score=0.0, dense=0.0, coverage=0.0, lexical=0.0)


def _optional(value: object) -> str | None:
    return None if value is None else str(value)
