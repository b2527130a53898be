"""The commands that let other programs ask: the server and its keys."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from rag.cli.admin import ANSWERED, opened
from rag.errors import ExtraMissing

if TYPE_CHECKING:
    from rag.cli.admin import Add
    from rag.serve.keys import Keys
    from rag.serve.running import Page


def add_serving(add: Add, commands: Any, common: argparse.ArgumentParser) -> None:
    """Add ``serve``, ``mcp`` and ``keys``."""
    serve = add("serve", _serve, "answer other programs over HTTP, and show the web chat")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1); others need keys")
    serve.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
    serve.add_argument("--root-path", default="", metavar="PATH", help="/path or https://host/path of a proxy")
    serve.add_argument("--rate", type=int, default=120, metavar="N", help="requests a minute of a key (default 120)")
    add("mcp", _mcp, "answer an assistant over standard input and output (MCP)")
    text = "add, list and remove the keys of the server"
    keys = commands.add_parser("keys", help=text, description=text)
    actions = keys.add_subparsers(required=True, metavar="add|list|remove")
    for name, run, text in (
        ("add", _keys_add, "make a key and print it, once"),
        ("list", _keys_list, "show the names and roles of keys"),
        ("remove", _keys_remove, "make a key useless, at once"),
    ):
        action = actions.add_parser(name, help=text, description=text, parents=[common])
        action.set_defaults(command=run)
        if name != "list":
            action.add_argument("name", metavar="NAME", help="who or what the key is for")
        if name == "add":
            action.add_argument(
                "--in", dest="within", action="append", metavar="NAME", help="limit it to a folder; repeatable"
            )
            action.add_argument("--role", choices=("reader", "editor", "admin"), default="reader")


# Commands


def _serve(given: argparse.Namespace) -> int:
    try:
        from rag.serve.running import Address, serve
    except ModuleNotFoundError as error:
        raise ExtraMissing("The server", "serve") from error
    serve(opened(given).settings, Address(given.host, given.port, given.root_path, given.rate), _page())
    return ANSWERED


def _page() -> Page | None:
    """The web chat; none without the extra [ui]."""
    try:
        from ui.serving import mount
    except ModuleNotFoundError:
        return None
    return mount


def _mcp(given: argparse.Namespace) -> int:
    try:
        from rag.serve.service import Service
        from rag.serve.tools import Tools
    except ModuleNotFoundError as error:
        raise ExtraMissing("The MCP server", "serve") from error
    service = Service(opened(given))
    service.warming.start()
    Tools(service).run("stdio")
    return ANSWERED


def _keys_add(given: argparse.Namespace) -> int:
    print(_keys(given).add(given.name, given.role, given.within or ()))
    print("  It is shown only now. Send it as: Authorization: Bearer KEY", file=sys.stderr)
    return ANSWERED


def _keys_list(given: argparse.Namespace) -> int:
    for key in _keys(given).all():
        print(f"{key.name}  {key.role}  {', '.join(key.within) or 'everything'}  since {key.since}")
    return ANSWERED


def _keys_remove(given: argparse.Namespace) -> int:
    _keys(given).remove(given.name)
    print(f"{given.name} removed")
    return ANSWERED


def _keys(given: argparse.Namespace) -> Keys:
    from rag.serve.keys import Keys

    return Keys(opened(given).settings.index)
