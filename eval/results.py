"""Named sections of Markdown to ``eval/RESULTS.md``: each command rewrites its own section and leaves the others."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")

OPENING = "# Results\n\nWritten by `python -m eval` and `python -m eval.bench`, never by hand.\n"

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")


def write_section(name: str, body: str, path: Path = RESULTS) -> None:
    """Put ``body`` (Markdown, headings from ``##``) in place of what section ``name`` held; new ones go last.

    The file is written aside and renamed, so a reader never sees half of it.

    Raises:
        ValueError: ``name`` is not of lower-case letters, digits, ``.``, ``_`` and ``-``, or ``body`` holds a marker.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"section {name!r}: only a-z, 0-9, '.', '_' and '-' are allowed, such as 'facts'")
    if "<!-- section " in body or "<!-- end " in body:
        raise ValueError(f"section {name!r}: the body holds a section marker")
    sections = dict(read_sections(path)) | {name: body.strip("\n")}
    text = OPENING + "".join(f"\n{_begin(one)}\n{held}\n{_end(one)}\n" for one, held in sections.items())
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def read_sections(path: Path = RESULTS) -> Mapping[str, str]:
    """The bodies of the file's sections by name, in the file's order; none where there is no file."""
    if not path.exists():
        return {}
    found = re.finditer(
        r"^<!-- section (?P<name>\S+) -->\n(?P<body>.*?)\n?^<!-- end (?P=name) -->$",
        path.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    return {match["name"]: match["body"] for match in found}


def _begin(name: str) -> str:
    return f"<!-- section {name} -->"


def _end(name: str) -> str:
    return f"<!-- end {name} -->"
