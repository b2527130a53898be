"""MCP with the stock client, in process, over stdio and over HTTP: the same tools and resources."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError

from rag import Rag
from rag.serve.service import Service
from rag.serve.tools import Tools
from tests.commands import ROOT
from tests.serve.running import environment, served

QUESTION = "How long is the harbour tunnel?"


async def seen_by(client: Client) -> dict[str, Any]:
    """What a client finds out about the fixture's index."""
    async with client:
        tools = await client.list_tools()
        answer = (await client.call_tool("ask", {"question": QUESTION})).structured_content
        assert answer is not None
        citation = answer["citations"][0]
        part = {"path": citation["document"], "start": citation["start"], "end": citation["end"]}
        read = (await client.call_tool("read_document", part)).structured_content
        listed = (await client.call_tool("list_documents", {})).structured_content
        found = (await client.call_tool("search", {"question": QUESTION, "passages": 1})).structured_content
        resources = await client.list_resources()
        whole = await client.read_resource(next(one.uri for one in resources.resources if one.name == "staff/lifts.md"))
        assert read is not None
        assert listed is not None
        assert found is not None
        return {
            "tools": sorted(tool.name for tool in tools.tools),
            "read only": all(tool.annotations and tool.annotations.read_only_hint for tool in tools.tools),
            "quoted": read["text"] == citation["quote"],
            "documents": [one["path"] for one in listed["documents"]],
            "found": found["passages"][0]["document"],
            "lifts": "north" in whole.contents[0].text,  # type: ignore[union-attr]
        }


def run(asked: Callable[..., Any], *given: Any) -> Any:
    """What a coroutine function gives, in a thread of its own: a browser's tests leave their event loop in this one."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(anyio.run, asked, *given).result()


SEEN = {
    "tools": ["ask", "list_documents", "read_document", "search"],
    "read only": True,
    "quoted": True,
    "documents": ["harbour.txt", "staff/lifts.md"],
    "found": "harbour.txt",
    "lifts": True,
}


@pytest.fixture
def service(rag: Rag) -> Service:
    """The index, warm."""
    made = Service(rag)
    made.warming.start()
    return made


def test_an_assistant_asks_searches_reads_and_lists(service: Service) -> None:
    assert run(seen_by, Client(Tools(service))) == SEEN


@pytest.mark.long
def test_over_standard_input_and_output(rag: Rag) -> None:
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "rag", "mcp"], env=environment(rag.settings.index), cwd=ROOT
    )
    assert run(seen_by, Client(command)) == SEEN


@pytest.mark.long
def test_over_http(rag: Rag) -> None:
    with served(rag.settings.index) as (address, _):
        assert run(seen_by, Client(f"{address}/mcp")) == SEEN


def test_errors_are_told_with_the_next_step_and_nothing_else(service: Service, tmp_path: Path) -> None:
    async def failures() -> list[str]:
        async with Client(Tools(service)) as client:
            empty = await client.call_tool("ask", {"question": " "})
            none = await client.call_tool("read_document", {"path": "none.txt"})
            with pytest.raises(MCPError, match="none"):
                await client.read_resource("yinju://documents/none.txt")
            assert empty.is_error
            assert none.is_error
            return [one.content[0].text for one in (empty, none)]  # type: ignore[union-attr]

    empty, none = run(failures)
    assert "empty" in empty
    assert "no such document" in none
    assert str(tmp_path) not in empty + none
