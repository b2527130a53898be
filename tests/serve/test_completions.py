"""OpenAI's API with the stock client: whole and streamed, a conversation, citations, errors."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from starlette.testclient import TestClient

from rag import Rag
from rag.serve.completions import Message, asked_in
from rag.serve.keys import Keys
from rag.serve.running import Address, app_over
from tests.serve.conftest import HERE
from tests.serve.running import served

QUESTION = "How long is the harbour tunnel?"


@pytest.fixture
def ai(client: TestClient) -> openai.OpenAI:
    """The stock client, on the server without a socket."""
    return openai.OpenAI(base_url=f"{HERE}/v1", api_key="none", http_client=client, max_retries=0)


def ask(ai: openai.OpenAI, *said: str) -> openai.types.chat.ChatCompletion:
    """The completion of a conversation, user first."""
    roles = ("user", "assistant")
    messages = [{"role": roles[place % 2], "content": text} for place, text in enumerate(said)]
    return ai.chat.completions.create(model="yinju", messages=messages, temperature=0.7)  # type: ignore[arg-type]


def test_an_answer_has_its_sources_in_the_message_and_as_annotations(ai: openai.OpenAI, client: TestClient) -> None:
    message = ask(ai, QUESTION).choices[0].message
    assert message.content is not None
    assert "\n\nSources\n[1] " in message.content
    assert message.annotations
    cited = message.annotations[0].url_citation
    assert message.content[cited.start_index : cited.end_index] == "[1]"
    part = client.get(cited.url).json()
    assert part["text"] == message.annotations[0].model_dump()["quote"]


def test_a_stream_says_the_same(ai: openai.OpenAI) -> None:
    messages: list[openai.types.chat.ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]
    stream = ai.chat.completions.create(
        model="yinju", messages=messages, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert said == ask(ai, QUESTION).choices[0].message.content
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None


def test_what_was_said_before_explains_a_follow_up(ai: openai.OpenAI) -> None:
    first = ask(ai, QUESTION).choices[0].message.content or ""
    messages = [
        Message(role="system", content="Answer in verse."),
        Message(role="user", content=[{"type": "text", "text": "How long is the Harbour Tunnel?"}]),  # type: ignore[list-item]
        Message(role="assistant", content=first),
        Message(role="user", content="When did it open?"),
    ]
    question, history = asked_in(messages)
    assert question == "When did it open?"
    assert [turn.question for turn in history] == ["How long is the Harbour Tunnel?"]
    assert "Sources" not in history[0].answer
    assert "1972" in (ask(ai, QUESTION, first, "When did the tunnel open?").choices[0].message.content or "")


def test_models_are_listed(ai: openai.OpenAI) -> None:
    assert [model.id for model in ai.models.list()] == ["yinju"]
    assert ai.models.retrieve("yinju").id == "yinju"


def test_errors_are_those_of_the_client(ai: openai.OpenAI, rag: Rag) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="question is empty") as caught:
        ask(ai, " ")
    assert caught.value.code == "question_empty"
    with pytest.raises(openai.UnprocessableEntityError, match="last message"):
        ask(ai, QUESTION, "It is 1.8 kilometres long.")
    Keys(rag.settings.index).add("ada", "reader")
    with pytest.raises(openai.AuthenticationError, match="needs a key"):
        ask(ai, QUESTION)


def test_the_api_key_of_the_client_is_the_key(rag: Rag) -> None:
    key = Keys(rag.settings.index).add("ada", "reader")
    with TestClient(app_over(rag, Address()), base_url=HERE) as client:
        ai = openai.OpenAI(base_url=f"{HERE}/v1", api_key=key, http_client=client)
        assert ask(ai, QUESTION).choices[0].message.content


@pytest.fixture
def address(rag: Rag) -> Iterator[str]:
    """A real server."""
    with served(rag.settings.index) as (at, _):
        yield at


@pytest.mark.long
def test_over_a_socket(address: str) -> None:
    ai = openai.OpenAI(base_url=f"{address}/v1", api_key="none")
    assert "[1]" in (ask(ai, QUESTION).choices[0].message.content or "")
    stream = ai.chat.completions.create(model="x", messages=[{"role": "user", "content": QUESTION}], stream=True)
    assert "[1]" in "".join(chunk.choices[0].delta.content or "" for chunk in stream)
