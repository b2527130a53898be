"""Builds the page: one Gradio component, whose markup, styles and scripts are in ``assets/``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder
from starlette.requests import Request

from rag import Rag, Reach, Service, Uploads, Warming
from ui.api import Api
from ui.library import accepted
from ui.messages import MESSAGES, PREFIX
from ui.queue import Queue
from ui.stream import Desk, Stage, stages
from ui.texts import TEXTS

ASSETS = Path(__file__).with_name("assets")

STATIC = "yinju"
"""Where the page finds its assets."""

LEFT = 3600
"""Seconds after which an upload that nobody had indexed is deleted."""

WORKERS = 2
"""Questions answered at once."""

_START = f"""
import(new URL('{STATIC}/page.js', document.baseURI)).then(page => page.start({{
    element, props, watch,
    call: async (call, sent) => (await server.serve({{...sent, call}})) ?? Promise.reject(new Error('no answer')),
    ask: sent => trigger('ask', sent),
    stop: () => trigger('stop'),
}}))
"""


ReachOf = Callable[[Request], Reach]
"""What of the index is in reach of whoever sends a request."""


def build(rag: Rag, fixed: bool = False, service: Service | None = None, reach_of: ReachOf | None = None) -> gr.Blocks:
    """The page for one index; its ``warming`` loads the models. It keeps nothing of its visitors.

    Where ``fixed``, visitors neither add nor delete documents. With ``service`` it shares the loading and the
    metrics of a server. Everything is in reach of everyone, unless ``reach_of`` says otherwise.
    """
    everything = Reach(rag, Uploads(rag))
    warming = service.warming if service else Warming(rag)
    queue = Queue(WORKERS)
    desk = Desk(queue, warming, service.metrics.count if service else lambda _answer: None)

    def reach(request: gr.Request) -> Reach:
        plain = getattr(request, "request", request)  # calls of the component get Starlette's own
        return reach_of(plain) if reach_of else everything

    def serve(sent: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return api.serve(sent, partial(reach, request))

    async def answer(event: gr.EventData, request: gr.Request) -> AsyncIterator[Stage]:
        async for stage in stages(desk, partial(reach, request), event._data):
            yield stage

    api = Api(Path(get_upload_folder()), warming, fixed, idle=lambda: queue.empty)
    with gr.Blocks(title="引据 Yinju", analytics_enabled=False, fill_width=True, delete_cache=(LEFT, LEFT)) as page:
        shell = gr.HTML(
            html_template=(ASSETS / "page.html").read_text("utf-8"),
            js_on_load=_START,
            apply_default_css=False,
            elem_id="yj-app",
            server_functions=[serve],
            texts=TEXTS | {PREFIX + code: said for code, said in MESSAGES.items()},
            accepted=accepted(),
            fixed=fixed,
            network=rag.settings.allow_network and not fixed,
        )
        asking = shell.ask(
            answer,
            outputs=shell,
            show_progress="hidden",
            concurrency_limit=None,
            trigger_mode="multiple",
            api_visibility="private",
        )
        shell.stop(None, cancels=[asking])
    page.warming = warming
    return page
