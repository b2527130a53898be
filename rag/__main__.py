"""``python -m rag``, without the folder one stands in as a place to import from: documents may lie there."""

import os
import sys


def _forget_current_folder() -> None:
    """Import from it only what is nowhere else, where this package is in it, else nothing.

    What ``runpy`` and ``rag/__init__.py`` import was looked for there before: ``python -P`` keeps that out too.
    """
    try:
        here = os.getcwd()
        found = os.path.samefile(sys.path[0], here)
    except OSError:
        return
    if found:
        del sys.path[0]
        if os.path.samefile(here, os.path.dirname(os.path.dirname(os.path.abspath(__file__)))):
            sys.path.append(here)


if not sys.flags.safe_path:
    _forget_current_folder()

from rag.cli.main import main  # noqa: E402

sys.exit(main())
