"""Reads the styles of a Word document: headings, lists, and text hidden by colour or size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from rag.loaders.word_numbers import W, value

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_HEADING = re.compile(r"(?:heading|标题|標題|überschrift|titre|título)\s*([1-9])", re.IGNORECASE)
_TITLES = frozenset({"title", "标题", "標題"})
_CAPTIONS = frozenset({"caption", "题注", "題注"})
_CONTENTS = re.compile(r"toc (?:\d|heading)|目录 \d", re.IGNORECASE)
_NO_FILL = frozenset({"", "auto", "FFFFFF"})
_LEVELS = 9
_CHAIN = 20
"""How many styles may stand on each other."""


class Styles:
    """Styles by their ids, each standing on another one."""

    def __init__(self, styles: Element | None, background: str = "") -> None:
        """``background``: the colour of the pages."""
        found = [] if styles is None else list(styles.iter(f"{W}style"))
        self._styles = {str(style.get(f"{W}styleId", "")): style for style in found}
        self._default = next(
            (
                str(style.get(f"{W}styleId", ""))
                for style in found
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true"}
            ),
            "",
        )
        self._dark_pages = background.upper() not in _NO_FILL
        self._said = cache(self._said_by)

    def name(self, style: str) -> str:
        """What a style is called."""
        found = self._styles.get(style)
        return value(found, "name").lower() if found is not None else ""

    def is_title(self, style: str) -> bool:
        """Whether it is the one of a document's title."""
        return self.name(style) in _TITLES

    def is_caption(self, style: str) -> bool:
        """Whether it is the one of captions."""
        return self.name(style) in _CAPTIONS

    def is_contents(self, style: str) -> bool:
        """Whether it is one of a table of contents, which repeats the headings."""
        return bool(_CONTENTS.fullmatch(self.name(style)))

    def level(self, paragraph: Element, style: str) -> int:
        """The level of a heading, 0 for other paragraphs."""
        properties = paragraph.find(f"{W}pPr")
        own = "" if properties is None else value(properties, "outlineLvl")
        if own.isdecimal():
            return int(own) + 1 if int(own) < _LEVELS else 0
        for one in self._chain(style):
            if known := _HEADING.fullmatch(value(one, "name")):
                return int(known[1])
            inner = one.find(f"{W}pPr")
            if inner is not None and (level := value(inner, "outlineLvl")).isdecimal():
                return int(level) + 1 if int(level) < _LEVELS else 0
        return 0

    def numbering(self, paragraph: Element, style: str) -> tuple[Element | None, str]:
        """The ``numPr`` of a paragraph, and the style that says so ("" if it does itself)."""
        properties = paragraph.find(f"{W}pPr")
        own = None if properties is None else properties.find(f"{W}numPr")
        if own is not None and value(own, "numId"):
            return own, ""
        for one in self._chain(style):
            found = one.find(f"{W}pPr/{W}numPr")
            if found is not None and value(found, "numId"):
                return found, str(one.get(f"{W}styleId", ""))
        return None, ""

    def lists(self) -> dict[str, str]:
        """Styles of lists to the list each stands for."""
        return {
            name: value(number, "numId")
            for name, style in self._styles.items()
            if style.get(f"{W}type") == "numbering" and (number := style.find(f"{W}pPr/{W}numPr")) is not None
        }

    def is_bold(self, run: Element, style: str) -> bool:
        """Whether a run of a paragraph of that style is bold."""
        return self._look(run, style).get("b", "0") not in {"0", "false", "off"}

    def is_raised(self, run: Element) -> bool:
        """Whether a run stands above the line, as exponents do."""
        return self._look(run, "").get("vertAlign") == "superscript"

    def is_hidden(self, run: Element, style: str) -> bool:
        """Whether a run is marked as hidden, white on white, or too small to see (sizes are half points)."""
        look = self._look(run, style)
        if look.get("vanish", "0") not in {"0", "false", "off"} or look.get("sz") in {"0", "1", "2"}:
            return True
        white = look.get("color", "").upper() == "FFFFFF"
        return white and not (self._dark_pages or {"shd", "highlight"} & look.keys() or self._has_ground(run))

    def _look(self, run: Element, style: str) -> dict[str, str]:
        """What is said of a run's letters, by the paragraph's style, the run's, and itself."""
        own = run.find(f"{W}rPr")
        if own is None:
            return self._said(style)
        return {**self._said(style), **self._said(value(own, "rStyle")), **_said(own)}

    def _said_by(self, style: str) -> dict[str, str]:
        said: dict[str, str] = {}
        for one in reversed(list(self._chain(style))):
            if (letters := one.find(f"{W}rPr")) is not None:
                said.update(_said(letters))
        return said

    def _chain(self, style: str) -> Iterator[Element]:
        """A style and those it stands on."""
        name = style or self._default
        for _ in range(_CHAIN):
            found = self._styles.get(name)
            if found is None:
                return
            yield found
            name = value(found, "basedOn")

    def _has_ground(self, run: Element) -> bool:
        """Whether a run stands on a colour: of its paragraph, cell, table or shape."""
        for above in islice(run.iterancestors(), 60):
            if above.tag in {f"{W}p", f"{W}tc"} and _is_filled(above.find(f"{above.tag}Pr/{W}shd")):
                return True
            if above.tag == f"{W}tbl":
                name = above.find(f"{W}tblPr/{W}tblStyle")
                styles = () if name is None else self._chain(str(name.get(f"{W}val", "")))
                if any(_is_filled(shade) for one in styles for shade in one.iter(f"{W}shd")):
                    return True
            if above.tag == f"{_WPS}wsp" and _is_painted(above):
                return True
            if above.get("fillcolor", "").lower() not in {"", "white", "#ffffff"}:
                return True
        return False


def _said(letters: Element) -> dict[str, str]:
    said = {str(one.tag).removeprefix(W): str(one.get(f"{W}val", "1")) for one in letters if isinstance(one.tag, str)}
    if "shd" in said and not _is_filled(letters.find(f"{W}shd")):
        del said["shd"]
    return said


def _is_filled(shade: Element | None) -> bool:
    if shade is None:
        return False
    plain = str(shade.get(f"{W}fill", "")).upper() in _NO_FILL and shade.get(f"{W}themeFill") is None
    return not plain or shade.get(f"{W}val", "clear") not in {"clear", "nil"}


def _is_painted(shape: Element) -> bool:
    own = shape.find(f"{_WPS}spPr")
    if own is not None:
        if own.find(f"{_A}noFill") is not None:
            return False
        if any(own.find(f"{_A}{fill}") is not None for fill in ("solidFill", "gradFill", "pattFill", "blipFill")):
            colour = own.find(f"{_A}solidFill/{_A}srgbClr")
            return colour is None or str(colour.get("val", "")).upper() != "FFFFFF"
    reference = shape.find(f"{_WPS}style/{_A}fillRef")
    return reference is not None and reference.get("idx", "0") != "0"
