"""``python -m ui``: the web chat over an index, on this machine only unless told otherwise."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rag import Rag, RagError, load_settings

SETTINGS = ("index", "store", "embedder", "generator", "allow_network")
"""Those that flags give."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the web chat; returns the exit code."""
    given = _parser().parse_args(arguments)
    try:
        from ui.serving import Address, launch

        settings = load_settings({name: getattr(given, name) for name in SETTINGS})
        address = Address(given.host, given.port, given.share, given.auth, given.read_only, given.root_path)
        launch(Rag(settings), address)
    except RagError as error:
        print(f"error: {error}" + f"\n  try: {error.hint}" * bool(error.hint), file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        print(f"error: the web chat needs {error.name}.\n  try: pip install 'yinju[ui]'", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m ui", description="The web chat over your own documents.")
    parser.add_argument("--index", metavar="DIR", help="index folder (default .yinju)")
    parser.add_argument("--store", metavar="URL", help="as python -m rag takes it")
    parser.add_argument("--embedder", metavar="NAME", help="as python -m rag takes it")
    parser.add_argument("--generator", metavar="NAME", help="as python -m rag takes it")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (default 7860)")
    parser.add_argument(
        "--root-path", default="", metavar="PATH", help="/path or https://host/path of a proxy before it"
    )
    parser.add_argument("--share", action="store_true", help="also through Gradio's public tunnel; needs --auth")
    parser.add_argument("--auth", type=Path, metavar="FILE", help="users who may enter (python -m ui.passwords)")
    parser.add_argument(
        "--allow-network", action="store_true", default=None, help="visitors may add web addresses, which are fetched"
    )
    parser.add_argument("--read-only", action="store_true", help="visitors ask; none adds or deletes documents")
    return parser


if __name__ == "__main__":
    sys.exit(main())
