"""Writes an equation of an office file (OMML) as one line of text: V = 3.2h^2, (a + b)/c, √(x)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element as Element

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_RELATION = re.compile(r"\s*([=≈≠≤≥<>≡∝→⇒])\s*")
_OPERATION = re.compile(r"(?<=[\w)\]}|′])\s*([+\-−±×÷·])\s*(?=[\w(√∑∫[{|])")
_SIMPLE = re.compile(r"-?[\w.]+|\(.*\)", re.DOTALL)


def linear(math: Element) -> str:
    """The line; "" where the equation is empty."""
    line = _OPERATION.sub(r" \1 ", _RELATION.sub(r" \1 ", _of(math)))
    return re.sub(r"\s+", " ", re.sub(r"\^\s*([+\-−])\s*", r"^\1", line)).strip()


def _of(node: Element) -> str:
    if not isinstance(node.tag, str):
        return ""
    tag = node.tag.removeprefix(M)
    if tag == "t":
        return node.text or ""
    if tag.endswith("Pr") and node.tag.startswith(M):
        return ""
    write = _WRITERS.get(tag) if node.tag.startswith(M) else None
    if write:
        return write(node)
    return _all(node)


def _all(node: Element) -> str:
    return "".join(_of(child) for child in node)


def _part(node: Element, tag: str) -> str:
    part = node.find(f"{M}{tag}")
    return "" if part is None else _all(part).strip()


def _grouped(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) or not text else f"({text})"


def _script(node: Element) -> str:
    low, high = _grouped(_part(node, "sub")), _grouped(_part(node, "sup"))
    return _part(node, "e") + (f"_{low}" if low else "") + (f"^{high}" if high else "")


def _fraction(node: Element) -> str:
    return f"{_grouped(_part(node, 'num'))}/{_grouped(_part(node, 'den'))}"


def _root(node: Element) -> str:
    return f"{_part(node, 'deg')}√({_part(node, 'e')})"


def _sum(node: Element) -> str:
    sign = _property(node, "naryPr", "chr", "∫")
    low, high = _grouped(_part(node, "sub")), _grouped(_part(node, "sup"))
    limits = (f"_{low}" if low else "") + (f"^{high}" if high else "")
    return f"{sign}{limits} {_part(node, 'e')}"


def _brackets(node: Element) -> str:
    between = _property(node, "dPr", "sepChr", "|")
    inside = between.join(_all(part).strip() for part in node.findall(f"{M}e"))
    return _property(node, "dPr", "begChr", "(") + inside + _property(node, "dPr", "endChr", ")")


def _function(node: Element) -> str:
    return f"{_part(node, 'fName')} {_part(node, 'e')}"


def _matrix(node: Element) -> str:
    rows = [", ".join(_all(cell).strip() for cell in row.findall(f"{M}e")) for row in node.findall(f"{M}mr")]
    return "; ".join(rows)


def _lines(node: Element) -> str:
    return "; ".join(_all(line).strip() for line in node.findall(f"{M}e"))


def _limit(node: Element) -> str:
    return f"{_part(node, 'e')}_{_grouped(_part(node, 'lim'))}"


def _property(node: Element, group: str, name: str, default: str) -> str:
    found = node.find(f"{M}{group}/{M}{name}")
    return default if found is None else str(found.get(f"{M}val", ""))


_WRITERS: dict[str, Callable[[Element], str]] = {
    "sSup": _script,
    "sSub": _script,
    "sSubSup": _script,
    "f": _fraction,
    "rad": _root,
    "nary": _sum,
    "d": _brackets,
    "func": _function,
    "m": _matrix,
    "eqArr": _lines,
    "limLow": _limit,
    "limUpp": _limit,
}
