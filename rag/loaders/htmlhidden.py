"""Finds hidden elements of a page: those that attributes or styles hide and no click opens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.loaders.htmlstyle import hides, hides_by_colour, packed, rules

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_UNSEEN = frozenset(
    "script style noscript template iframe object embed svg canvas audio video map head title select option textarea"
    " input datalist dialog rt rp del s strike colgroup".split()
)
_REVEALED_BY_SCRIPT = frozenset({"js_content"})  # WeChat ships every article hidden and shows it when it has loaded.
_PAINTING = (("color", "color"), ("bgcolor", "background"))
"""Attributes that say what a style says."""
_OPENERS = "[aria-controls], [data-target], [data-bs-target], summary, a[href^='#']"
_FOLDED = re.compile(r"display:none")


class Hidden:
    """Tells what is hidden on one page."""

    def __init__(self, body: LexborNode, css: str) -> None:
        self._rules = rules(css)
        self._opened = {
            (opener.attributes.get(key) or "").lstrip("#")
            for opener in body.css(_OPENERS)[:2000]
            for key in ("aria-controls", "data-target", "data-bs-target", "href")
        } - {""}

    def hides(self, node: LexborNode) -> bool:
        """Whether nobody sees an element: what a click opens is seen."""
        from rag.loaders.htmltext import opens_panel

        if node.tag in _UNSEEN:
            return True
        if node.tag == "button":
            return not opens_panel(node)
        if node.tag == "sup" and node.css_first("a[href^='#']") is not None:
            return True  # the mark of a footnote
        attributes = node.attributes
        if not attributes or attributes.get("id") in _REVEALED_BY_SCRIPT:
            return False
        style = self._style(node)
        folded = "hidden" in attributes or bool(_FOLDED.search(style))
        if folded and self._opens(node):
            style = _FOLDED.sub("", style)
            folded = False
        return bool(folded or hides(style) or hides_by_colour(style, node, self._style))

    def _opens(self, node: LexborNode) -> bool:
        """Whether a folded element is a panel that something on the page opens."""
        attributes = node.attributes
        if attributes.get("id") in self._opened or attributes.get("role") == "tabpanel" or node.tag == "dd":
            return True
        parent, before = node.parent, _element_before(node)
        return (parent is not None and parent.tag == "details") or (before is not None and _is_opener(before))

    def _style(self, node: LexborNode) -> str:
        """What the node's attributes, the page's style sheets and its own style say of it, packed, the last counts."""
        attributes = node.attributes
        names = (f"#{attributes.get('id')}", *(f".{name}" for name in (attributes.get("class") or "").split()))
        said = [f"{name}:{value}" for key, name in _PAINTING if (value := attributes.get(key))]
        said += [rule for name in names if (rule := self._rules.get(name))]
        return packed(";".join([*said, attributes.get("style") or ""]))


def _element_before(node: LexborNode) -> LexborNode | None:
    before = node.prev
    while before is not None and (before.tag or "-").startswith("-"):  # text and comments
        before = before.prev
    return before


def _is_opener(node: LexborNode) -> bool:
    """Whether an element is a button that says whether it is folded, or has one."""
    button = node if "aria-expanded" in node.attributes else node.css_first("[aria-expanded]")
    return button is not None
