"""Makes HTML: text of documents and people is escaped, interface words are marked for translation."""

from __future__ import annotations

import html

from ui.texts import TEXTS


def escaped(text: object) -> str:
    """Text that can stand in an element or in a quoted attribute, whatever is in it."""
    return html.escape(str(text))


def worded(key: str, **values: object) -> str:
    """An interface text that the page shows in the reader's language."""
    return f"<span {data(t=key, **values)}>{escaped(said(key, **values))}</span>"


def said(key: str, **values: object) -> str:
    """An interface text in English, where nobody has chosen a language."""
    text = TEXTS[key][1]
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def data(**values: object) -> str:
    """``data-`` attributes, those that are None left out."""
    return " ".join(f'data-{name}="{escaped(value)}"' for name, value in values.items() if value is not None)


def button(act: str, key: str, *, icon: str = "", classes: str = "", **values: object) -> str:
    """A button the page listens to; with an icon its word is its label and its tooltip."""
    if icon:
        label = f'{data(label=key)} aria-label="{escaped(said(key))}"'
        return f'<button type="button" class="yj-icon {classes}" {data(act=act, **values)} {label}>{icon}</button>'
    filled = {name: value for name, value in values.items() if f"{{{name}}}" in TEXTS[key][1]}
    return f'<button type="button" class="{classes}" {data(act=act, **values)}>{worded(key, **filled)}</button>'
