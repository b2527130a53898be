"""Decides whether styles hide text: not displayed, without size, off the page, or in the background's colour."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|(?:^|;)color:transparent|clip:rect\(0|clip-path:inset\((?:50|100)%"
    r"|(?:left|top|right|text-indent|margin-left):-\d{4,}|font-size:[01](?:\.\d*)?(?:px|pt)(?:!important)?(?:;|$)"
    r"|(?:font-size|opacity):0*\.?0*(?:em|rem|%)?(?:!important)?(?:;|$)"
)
_NO_ROOM = re.compile(r"(?:^|;)(?:max-)?(?:height|width):0(?:px)?(?:;|$|!)")
_PLAIN_SELECTOR = re.compile(r"[.#][\w-]+")
_INK = re.compile(r"(?:^|;)color:([^;!]+)")
_GROUND = re.compile(r"(?:^|;)background(?:-color|-image)?:([^;!]+)")
_NAMED = {"white": "#ffffff", "black": "#000000"}
_RGB = re.compile(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})(?:,1(?:\.0*)?)?\)")
_PAPER = "#ffffff"
_ABOVE = 40
"""How many elements up a ground is looked for."""


def packed(css: str) -> str:
    """Declarations without white space, lower case."""
    return re.sub(r"\s", "", css).lower().strip("{}")


def hides(style: str) -> bool:
    """Whether packed declarations leave nothing to see."""
    return bool(_HIDING.search(style)) or ("overflow:hidden" in style and bool(_NO_ROOM.search(style)))


def hides_by_colour(style: str, node: LexborNode, style_of: Callable[[LexborNode], str]) -> bool:
    """Whether text has the colour of what it stands on; a ground that is not a plain colour hides nothing."""
    inks = _INK.findall(style)
    if not inks:
        return False
    grounds = (_ground(one) for one in (style, *map(style_of, islice(_above(node), _ABOVE))))
    return _colour(inks[-1]) == next(filter(None, grounds), _PAPER)


def rules(css: str) -> dict[str, str]:
    """What a style sheet says of ``.classes`` and ``#ids`` on every screen; rules within ``@media`` do not count."""
    first, *commented = css.split("/*")
    css = first + "".join(comment.partition("*/")[2] for comment in commented)
    found: dict[str, str] = {}
    depth, start, opened = 0, 0, 0
    for brace in re.finditer("[{}]", css):
        if brace.group() == "{":
            depth += 1
            opened = brace.start() if depth == 1 else opened
            continue
        depth = max(0, depth - 1)
        if depth == 0:
            declared = css[opened + 1 : brace.start()]
            for name in filter(_PLAIN_SELECTOR.fullmatch, map(str.strip, css[start:opened].split(","))):
                found[name] = declared if len(found.get(name, "")) > _LONGEST else f"{found.get(name, '')};{declared}"
            start = brace.end()
    return found


_LONGEST = 2000
"""Characters that are kept of what a style sheet says of one name."""


def _above(node: LexborNode) -> Iterator[LexborNode]:
    while (parent := node.parent) is not None:
        yield parent
        node = parent


def _ground(style: str) -> str:
    grounds = _GROUND.findall(style)
    return _colour(grounds[-1]) if grounds and grounds[-1] not in {"transparent", "none", "inherit"} else ""


def _colour(said: str) -> str:
    """A colour as ``#rrggbb`` where it is one of those we know, else as it stands."""
    if numbers := _RGB.fullmatch(said):
        return "#" + "".join(f"{int(number):02x}" for number in numbers.groups())
    if re.fullmatch("#[0-9a-f]{3}", said):
        return "#" + "".join(2 * digit for digit in said[1:])
    return _NAMED.get(said, said)
