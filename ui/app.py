"""Builds the Gradio chat and serves it on this machine only."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from rag import Rag, RagError, Turn
from ui.render import answer_html

DESCRIPTION = "只依据文件回答，逐字引用，文件没说就不答。Answers only from the documents, word for word, or refuses."

EXAMPLES = [
    "香港数据中心总存量是多少平方呎？",
    "阿里巴巴是哪一年开始在澳门布局智慧城市的？",
    "How many people attended the forum in Shenzhen?",
    "When did HKAI LAB start operating?",
]


def build(rag: Rag) -> gr.ChatInterface:
    """The chat over one index. A visitor's turns live in that visitor's page, never in the server."""

    def reply(message: str, history: list[dict[str, Any]], turns: list[Turn]) -> tuple[str, list[Turn]]:
        turns = turns[: len(history) // 2]  # a cleared or regenerated chat forgets what it no longer shows
        try:
            answer = rag.ask(message, turns)
        except RagError as error:
            raise gr.Error(escape(f"{error} {error.hint}".strip(), quote=False)) from error
        return answer_html(answer, message), [*turns, Turn.of(answer)]

    turns = gr.State([])
    return gr.ChatInterface(
        reply,
        title="引据 Yinju",
        description=DESCRIPTION,
        examples=[[example, []] for example in EXAMPLES],
        chatbot=gr.Chatbot(show_label=False, height="70vh", latex_delimiters=[]),
        additional_inputs=[turns],
        additional_inputs_accordion=gr.Accordion(visible=False),
        additional_outputs=[turns],
        cache_examples=False,
        analytics_enabled=False,
        concurrency_limit=2,
        api_name="chat",
    )


def launch(rag: Rag) -> None:
    """Serve the chat until interrupted, on the first free port of a hundred from 7860, or ``GRADIO_SERVER_PORT``, on.

    Raises:
        RagError: there is no free port.
    """
    try:
        build(rag).launch(server_name="127.0.0.1", share=False)
    except OSError as error:
        raise RagError(
            f"The web chat cannot be served: {error}", "choose a free port: GRADIO_SERVER_PORT=8080"
        ) from error
