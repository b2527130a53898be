"""The styles of an OpenDocument file: what is hidden, which paragraphs are titles, how lists are numbered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.loaders.counting import shown

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, DRAW, STYLE = (f"{{{_URN}{name}:1.0}}" for name in ("office", "text", "table", "drawing", "style"))
FO = f"{{{_URN}xsl-fo-compatible:1.0}}"
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_FORMS |= {
    "一, 二, 三, ...": "chineseCounting",
    "壹, 贰, 叁, ...": "chineseLegalSimplified",
    "①, ②, ③, ...": "decimalEnclosedCircle",
}
_FORMS |= {
    "甲, 乙, 丙, ...": "ideographTraditional",
    "子, 丑, 寅, ...": "ideographZodiac",
    "１, ２, ３, ...": "decimalFullWidth",
}
_FORMS |= {"01, 02, 03, ...": "decimalZero", "": "none"}
_CHAIN = 20


@dataclass(slots=True)
class _Level:
    form: str = "none"
    prefix: str = ""
    suffix: str = ""
    start: int = 1
    levels: int = 1
    """How many levels' numbers are shown."""


@dataclass(slots=True)
class Styles:
    """Styles by family and name."""

    _styles: dict[tuple[str, str], Element] = field(default_factory=dict)
    _lists: dict[str, dict[int, _Level]] = field(default_factory=dict)

    @classmethod
    def of(cls, *roots: Element | None) -> Styles:
        """The styles in parts of a file."""
        found = cls()
        for root in roots:
            for style in () if root is None else root.iter(f"{STYLE}style"):
                found._styles[style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", "")] = style
            for style in () if root is None else root.iter(f"{TEXT}list-style", f"{TEXT}outline-style"):
                name = "" if style.tag == f"{TEXT}outline-style" else style.get(f"{STYLE}name", "")
                found._lists[name] = {int(level.get(f"{TEXT}level", "1")): _level(level) for level in style}
        return found

    def names(self, family: str, name: str) -> Iterator[str]:
        """A style and those it stands on, as they are called."""
        for style in self._chain(family, name):
            yield str(style.get(f"{STYLE}display-name") or style.get(f"{STYLE}name") or "")

    def property(self, family: str, name: str, key: str) -> str:
        """What the nearest style of a chain says of a property."""
        for style in self._chain(family, name):
            for properties in style:
                if (said := properties.get(key)) is not None:
                    return str(said)
        return ""

    def hides(self, family: str, name: str) -> bool:
        """Whether text of a style is marked as hidden, white without a ground, or too small to see."""
        size = self.property(family, name, f"{FO}font-size").removesuffix("pt")
        tiny = size.replace(".", "", 1).isdecimal() and float(size) <= 1
        white = self.property(family, name, f"{FO}color").lower() == "#ffffff"
        ground = self.property(family, name, f"{FO}background-color") not in {"", "transparent", "#ffffff"}
        return self.property(family, name, f"{TEXT}display") == "none" or tiny or (white and not ground)

    def label(self, style: str, counts: dict[int, int], level: int) -> str:
        """The number of an item, ``counts`` being those of all levels."""
        levels = self._lists.get(style, {})
        own = levels.get(level)
        if own is None or own.form == "none":
            return ""
        upper = range(max(level - own.levels + 1, 1), level + 1)
        numbers = [shown(counts.get(one, 1), levels.get(one, own).form) for one in upper]
        return f"{own.prefix}{'.'.join(filter(None, numbers))}{own.suffix}".strip()

    def start(self, style: str, level: int) -> int:
        """The first number of a level."""
        return self._lists.get(style, {}).get(level, _Level()).start

    def _chain(self, family: str, name: str) -> Iterator[Element]:
        for _ in range(_CHAIN):
            style = self._styles.get((family, name))
            if style is None:
                return
            yield style
            name = str(style.get(f"{STYLE}parent-style-name", ""))


def _level(level: Element) -> _Level:
    if not str(level.tag).endswith(("list-level-style-number", "outline-level-style")):
        return _Level()
    start, levels = level.get(f"{TEXT}start-value", "1"), level.get(f"{TEXT}display-levels", "1")
    return _Level(
        form=_FORMS.get(level.get(f"{STYLE}num-format", ""), "decimal"),
        prefix=level.get(f"{STYLE}num-prefix", ""),
        suffix=level.get(f"{STYLE}num-suffix", ""),
        start=int(start) if start.isdecimal() else 1,
        levels=int(levels) if levels.isdecimal() else 1,
    )
