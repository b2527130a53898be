"""Works out the numbers that Word generates and its files do not hold: 1.2, (a), 第三条."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.loaders.counting import shown

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class ListPosition:
    """A list and how deep in it a paragraph stands."""

    list: str
    level: int


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    style: str = ""
    legal: bool = False
    """Shows the numbers of all levels in digits."""
    restart: int | None = None
    """The level (from 1) that starts it again; None is every one above, 0 none."""


@dataclass(slots=True)
class _List:
    counts: str
    """Lists with the same definition count on from each other."""
    levels: dict[int, _Level]
    restarts: dict[int, int] = field(default_factory=dict)


class Numbers:
    """Counts the paragraphs of a document as they are read, in order."""

    def __init__(self, numbering: Element | None, style_lists: dict[str, str]) -> None:
        """``style_lists``: styles of lists, by id, to the list that each stands for."""
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        if numbering is not None:
            self._read(numbering, style_lists)

    def place(self, number: Element | None, style: str) -> ListPosition | None:
        """Where a ``numPr`` puts a paragraph; ``style``: the one that says so, which may belong to a level."""
        if number is None:
            return None
        name = value(number, "numId")
        found = self._lists.get(name)
        if found is None:
            return None
        level = value(number, "ilvl")
        linked = next((depth for depth, one in found.levels.items() if style and one.style == style), 0)
        return ListPosition(name, min(int(level), _LEVELS - 1) if level.isdecimal() else linked)

    def label(self, place: ListPosition) -> str:
        """What Word shows before the next paragraph there; "" for a bullet."""
        found = self._lists[place.list]
        counts = self._counts.setdefault(found.counts, {})
        if place.list not in self._begun:
            self._begun.add(place.list)
            counts.update({level: start - 1 for level, start in found.restarts.items()})
            for level in found.restarts:
                self._forget(counts, found, level)
        level = place.level
        counts[level] = counts.get(level, found.levels.get(level, _Level()).start - 1) + 1
        self._forget(counts, found, level)
        return self._shown(found, level, counts)

    def _forget(self, counts: dict[int, int], found: _List, level: int) -> None:
        """Let the levels below start again."""
        for deeper in [one for one in counts if one > level]:
            restart = found.levels.get(deeper, _Level()).restart
            if restart is None or restart > level:
                del counts[deeper]

    def _shown(self, found: _List, level: int, counts: dict[int, int]) -> str:
        own = found.levels.get(level, _Level())
        if own.form in {"bullet", "none"} and "%" not in own.text:
            return "" if own.form == "bullet" else own.text.strip()

        def number(match: re.Match[str]) -> str:
            of = int(match[1]) - 1
            its = found.levels.get(of, _Level())
            return shown(counts.get(of, its.start), "decimal" if own.legal and of < level else its.form)

        return re.sub("%([1-9])", number, own.text).strip()

    def _read(self, numbering: Element, style_lists: dict[str, str]) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        linked: dict[str, str] = {}
        for one in numbering.iter(f"{W}abstractNum"):
            name = str(one.get(f"{W}abstractNumId", ""))
            abstract[name] = {depth: _level(level) for level in one.iter(f"{W}lvl") if (depth := _depth(level)) >= 0}
            if style := value(one, "numStyleLink"):
                linked[name] = style
        nums = list(numbering.iter(f"{W}num"))
        of = {str(num.get(f"{W}numId", "")): value(num, "abstractNumId") for num in nums}
        for num in nums:
            name = str(num.get(f"{W}numId", ""))
            counts = of[name]
            if base := linked.get(counts):
                counts = of.get(style_lists.get(base, ""), counts)
            found = _List(counts, dict(abstract.get(counts, {})))
            for override in num.iter(f"{W}lvlOverride"):
                _override(found, override)
            if name and name != "0":
                self._lists[name] = found


def value(parent: Element, tag: str) -> str:
    """The ``w:val`` of a child, "" where there is none."""
    child = parent.find(f"{W}{tag}")
    return "" if child is None else str(child.get(f"{W}val", ""))


def is_on(parent: Element, tag: str) -> bool | None:
    """Whether a property is switched on; None where nothing is said of it."""
    child = parent.find(f"{W}{tag}")
    return None if child is None else child.get(f"{W}val", "1") not in {"0", "false", "off"}


def _depth(level: Element) -> int:
    depth = str(level.get(f"{W}ilvl", ""))
    return int(depth) if depth.isdecimal() and int(depth) < _LEVELS else -1


def _level(level: Element) -> _Level:
    start, restart = value(level, "start"), value(level, "lvlRestart")
    form = next((str(one.get(f"{W}val", "")) for one in level.iter(f"{W}numFmt") if one.get(f"{W}format") is None), "")
    return _Level(
        start=int(start) if start.isdecimal() else 0,
        form=form or "decimal",
        text=value(level, "lvlText"),
        style=value(level, "pStyle"),
        legal=bool(is_on(level, "isLgl")),
        restart=int(restart) if restart.isdecimal() else None,
    )


def _override(found: _List, override: Element) -> None:
    depth = _depth(override)
    own = override.find(f"{W}lvl")
    if own is not None and depth >= 0:
        found.levels[depth] = _level(own)
    start = value(override, "startOverride")
    if start.isdecimal() and depth >= 0:
        found.restarts[depth] = int(start)
        found.levels[depth] = replace(found.levels.get(depth, _Level()), start=int(start))
