"""The chat completions of OpenAI's API: a conversation to a cited answer, for programs that speak to such a server."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from rag.errors import QuestionError, RagError
from rag.question.coreference import Turn, stand_alone
from rag.retrieval import RetrievalResult
from rag.serve.events import event, streamed
from rag.serve.problems import openai_error
from rag.serve.schema import ScopeBody
from rag.serve.service import Service
from rag.types import Answer, Citation

MODEL = "yinju"

NEAREST = 3
"""How many passages a refusal shows."""

HEADINGS = {"zh": ("来源", "最接近的段落"), "en": ("Sources", "Nearest passages")}
"""What stands above the sources of an answer, and above the passages of a refusal."""

_BELOW = re.compile(rf"\n\n(?:{'|'.join(word for words in HEADINGS.values() for word in words)})\n.*", re.DOTALL)
_MARKER = re.compile(r"\[(\d+)\]")

_NO_TOKENS = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


class Text(BaseModel):
    """A part of a message; what is no text is ignored."""

    model_config = ConfigDict(extra="ignore")
    type: str
    text: str = ""


class Message(BaseModel):
    """A message of the conversation."""

    model_config = ConfigDict(extra="ignore")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Text] | None = None

    @property
    def said(self) -> str:
        """Its text."""
        parts = self.content if isinstance(self.content, list) else []
        return self.content if isinstance(self.content, str) else "\n".join(part.text for part in parts).strip()


class ChatBody(BaseModel):
    """A conversation. Whatever else the API knows (`temperature`, `max_tokens`, `tools`, …) is ignored."""

    model_config = ConfigDict(extra="ignore")
    model: str = MODEL
    messages: list[Message]
    stream: bool = False
    scope: ScopeBody = ScopeBody()
    stream_options: dict[str, Any] | None = Field(None, examples=[{"include_usage": True}])


def completions(service: Service) -> APIRouter:
    """The routes over one index."""
    routes = APIRouter(prefix="/v1", tags=["openai"], max_body_size=4 << 20)

    @routes.post("/chat/completions", response_model=dict[str, Any])
    async def chat(body: ChatBody, request: Request) -> Response:
        """Answer the last message of a conversation, as OpenAI's API does; citations are annotations of the message."""
        question, history = asked_in(body.messages)
        found = await service.retrieve(question, history, body.scope.scope())
        head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": MODEL}
        documents = str(request.base_url) + "v1/documents/"
        if body.stream:
            usage = bool((body.stream_options or {}).get("include_usage"))
            return streamed(_chunks(service, found, {**head, "object": "chat.completion.chunk"}, documents, usage))
        message = message_of(await service.answer(found), documents)
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return JSONResponse({**head, "object": "chat.completion", "choices": [choice], "usage": _NO_TOKENS})

    @routes.get("/models", response_model=dict[str, Any])
    async def models() -> Response:
        """The one model there is."""
        return JSONResponse({"object": "list", "data": [_model()]})

    @routes.get("/models/{name}", response_model=dict[str, Any])
    async def model(name: str) -> Response:
        """The one model there is, by any name."""
        return JSONResponse(_model() | {"id": name})

    return routes


def asked_in(messages: Sequence[Message]) -> tuple[str, list[Turn]]:
    """The question of a conversation and the turns before it, of which each question is made to stand alone.

    Raises:
        QuestionError: the last message is not the user's.
    """
    spoken = [message for message in messages if message.role in ("user", "assistant")]
    if not spoken or spoken[-1].role != "user":
        raise QuestionError("The last message is not the user's.", "end the messages with one of the role user")
    *before, last = spoken
    history: list[Turn] = []
    for place, message in enumerate(before):
        following = before[place + 1] if place + 1 < len(before) else None
        answered = following.said if following and following.role == "assistant" else ""
        if message.role == "user" and message.said.strip():
            history.append(Turn(stand_alone(message.said, history), _BELOW.sub("", answered)))
    return last.said, history


def message_of(answer: Answer, documents: str) -> dict[str, Any]:
    """The assistant's message: the answer with its sources below, and an annotation for each marker in it."""
    cited = {citation.marker: citation for citation in answer.citations}
    annotations = [
        _annotation(cited[int(marker[1])], marker.span(), documents)
        for marker in _MARKER.finditer(answer.text)
        if int(marker[1]) in cited
    ]
    content = answer.text + _below(answer)
    return {"role": "assistant", "content": content, "refusal": None, "annotations": annotations}


def _below(answer: Answer) -> str:
    """The sources of an answer, or the passages nearest to a refused question."""
    sources, nearest = HEADINGS[answer.language]
    lines = list(_nearest(answer) if answer.refused else map(_source, answer.citations))
    return "\n\n" + "\n".join([nearest if answer.refused else sources, *lines]) if lines else ""


def _source(citation: Citation) -> str:
    place = f"{citation.unit} {citation.page}" if citation.page else ""
    where = " · ".join(part for part in (citation.title, citation.date, citation.document, place) if part)
    return f"[{citation.marker}] {where}: “{' '.join(citation.sentence.split())}”"


def _nearest(answer: Answer) -> Iterator[str]:
    for passage in answer.passages[:NEAREST]:
        yield f"- {passage.chunk.title} · {passage.chunk.document}: “{' '.join(passage.chunk.text.split())}”"


def _annotation(citation: Citation, place: tuple[int, int], documents: str) -> dict[str, Any]:
    """A citation where its marker stands; beside what OpenAI's API knows, the document, its offsets and the quote."""
    url = f"{documents}{quote(citation.document)}?start={citation.start}&end={citation.end}"
    start, end = place
    return {
        "type": "url_citation",
        "url_citation": {"start_index": start, "end_index": end, "title": citation.title, "url": url},
        "document": citation.document,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


async def _chunks(
    service: Service, found: RetrievalResult, head: dict[str, Any], documents: str, usage: bool
) -> AsyncIterator[str]:
    """The events of a streamed completion: the role, the answer with its sources, the end."""

    def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return event({**head, "choices": [choice]})

    yield chunk({"role": "assistant", "content": ""})
    try:
        message = message_of(await service.answer(found), documents)
    except RagError as error:
        yield event({"error": openai_error(error)})
        return
    yield chunk({"content": message["content"], "annotations": message["annotations"]})
    yield chunk({}, "stop")
    if usage:
        yield event({**head, "choices": [], "usage": _NO_TOKENS})
    yield event("[DONE]")


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "yinju"}
