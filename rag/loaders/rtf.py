"""Reads Rich Text: headings, numbered items, tables, notes; deleted and hidden text is left out."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rag.loaders.archive import damaged
from rag.loaders.builder import Builder, Extract
from rag.loaders.lines import clean_line
from rag.loaders.properties import metadata_of
from rag.loaders.rtf_table import Row, append_table, cell_property
from rag.loaders.rtf_words import APART, CHARSETS, KEPT, SIGNS, SKIPPED, TABLES, TOKEN, State

KIND = "Rich Text file"
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BULLETS = frozenset("•·-–—o*●■▪◦\uf0b7\uf0a7")
_DEEPEST = 2000


def parse(data: bytes, name: str) -> Extract:
    """The structure of an .rtf file, and what it says of itself.

    Raises:
        DocumentError: the file is no Rich Text, or is cut off.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise damaged(name, KIND)
    reader = _Reader()
    for token in TOKEN.finditer(data):
        reader.token(token)
        if len(reader.stack) > _DEEPEST:
            raise damaged(name, KIND)
    if reader.stack:
        raise damaged(name, KIND)
    return reader.finish()


@dataclass
class _Reader:
    doc: Builder = field(default_factory=Builder)
    state: State = field(default_factory=State)
    stack: list[tuple[State, str]] = field(default_factory=list)
    """The state outside of each group, and where what the group says goes if it stands apart."""
    raw: bytearray = field(default_factory=bytearray)
    texts: list[list[str]] = field(default_factory=lambda: [[]])
    default: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    colours: list[list[int]] = field(default_factory=lambda: [[]])
    levels: dict[int, int] = field(default_factory=dict)
    style: int = -1
    info: dict[str, str] = field(default_factory=dict)
    pending: int = 0
    starred: bool = False
    label: str = ""
    waiting: list[tuple[str, str]] = field(default_factory=list)
    """Notes and text boxes that come after the paragraph one is in."""
    below: list[tuple[str, str]] = field(default_factory=list)
    """The same of the table."""
    high: int = 0
    """The first half of a character of two."""
    notes: int = 0
    feet: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    row: Row = field(default_factory=Row)
    rows: list[Row] = field(default_factory=list)
    title: str = ""

    def token(self, token: re.Match[bytes]) -> None:
        word, number, hexadecimal, sign, brace, text = token.groups()
        if hexadecimal:
            self.bytes(bytes([int(hexadecimal, 16)]))
        elif text:
            self.bytes(text)
        elif word:
            self.flush()
            self.word(word.decode(), int(number) if number else None)
        elif brace:
            self.flush()
            self.open() if brace == b"{" else self.close()
        elif sign:
            self.flush()
            if sign == b"*":
                self.starred = True
            else:
                self.say({b"~": "\u00a0", b"_": "-", b"-": ""}.get(sign, sign.decode("latin-1")))

    def bytes(self, data: bytes) -> None:
        taken = min(self.pending, len(data))
        self.pending -= taken
        self.raw += data[taken:]

    def flush(self) -> None:
        if self.raw:
            try:
                said = self.raw.decode(self.state.encoding)
            except UnicodeDecodeError:  # a font that says no charset, in a file of another one
                said = self.raw.decode("cp1252", "replace")
            self.raw.clear()
            self.say(said)

    def say(self, text: str) -> None:
        state = self.state
        if state.into.startswith("info."):
            self.info[state.into[5:]] = self.info.get(state.into[5:], "") + text
        elif state.into == "colours":
            self.colours += [[] for _ in range(text.count(";"))]
        elif state.into == "styles" and ";" in text:
            known = re.search(r"(?:heading|标题)\s*([1-9])", text, re.IGNORECASE)
            is_title = text.strip().lower() in {"title;", "标题;"}
            self.levels.setdefault(self.style, int(known[1]) if known else int(is_title))
        elif state.into in {"body", "note", "box", "label", "head", "foot"}:
            hidden = state.hidden or state.deleted or state.tiny or (state.white and not state.ground)
            if not hidden or state.into == "label":
                self.texts[-1].append(text)

    def open(self) -> None:
        self.stack.append((self.state, ""))

    def close(self) -> None:
        self.starred = False
        if not self.stack:
            return
        self.state, apart = self.stack.pop()
        if apart:
            text = "".join(self.texts.pop())
            if apart == "label":
                self.label = clean_line(text)
            elif apart in {"head", "foot"}:
                lines = self.heads if apart == "head" else self.feet
                lines += [line for line in map(clean_line, text.split("\n")) if line and line not in lines]
            else:
                self.waiting.append((apart, text))

    def word(self, word: str, number: int | None) -> None:
        starred, self.starred = self.starred, False
        if apart := APART.get(word):
            self.stack[-1:] = [(self.stack[-1][0], apart)] if self.stack else []
            self.texts.append([])
            self.state = replace(self.state, into=apart, in_table=False)
        elif word in TABLES:
            self.state = replace(self.state, into=TABLES[word])
        elif self.state.into == "info" and word in {"title", "author", "creatim"}:
            self.state = replace(self.state, into=f"info.{word}")
        elif word in SKIPPED or (starred and word not in KEPT):
            self.state = replace(self.state, into="")
        elif sign := SIGNS.get(word):
            self.say(sign)
        elif handle := _WORDS.get(word):
            handle(self, 1 if number is None else number)
        elif not cell_property(self.row, word, number or 0):
            self.mark(word, number)

    def mark(self, word: str, number: int | None) -> None:
        """Words that say how text looks, or what a table in the head of the file holds."""
        on = number != 0
        if word == "v":
            self.state = replace(self.state, hidden=on)
        elif word == "deleted":
            self.state = replace(self.state, deleted=on)
        elif word in {"red", "green", "blue"}:
            self.colours[-1].append(number or 0)
        elif word in {"highlight", "cb", "chcbpat", "cbpat"}:
            self.state = replace(self.state, ground=self.state.ground or on)
        elif word in {"yr", "mo", "dy"} and self.state.into == "info.creatim":
            self.info["created"] = f"{self.info.get('created', '')}-{number or 0:02d}".lstrip("-")

    def plain(self, _: int) -> None:
        self.state = replace(self.state, hidden=False, deleted=False, white=False, ground=False, tiny=False)

    def use_font(self, number: int) -> None:
        self.font = number
        self.state = replace(self.state, encoding=self.fonts.get(number, self.default))

    def charset(self, number: int) -> None:
        self.fonts[self.font] = CHARSETS.get(number, self.default)

    def codepage(self, number: int) -> None:
        encoding = {936: "gb18030", 950: "big5hkscs", 65001: "utf-8"}.get(number, f"cp{number}")
        try:
            codecs.lookup(encoding)
        except LookupError:
            return
        self.default = encoding
        self.state = replace(self.state, encoding=encoding)

    def unicode(self, number: int) -> None:
        self.pending = self.state.skip
        code = number % 0x10000
        if 0xD800 <= code < 0xDC00:
            self.high = code
            return
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((self.high - 0xD800) << 10) + code - 0xDC00 if self.high else 0xFFFD
        self.high = 0
        self.say(chr(code))

    def colour(self, number: int) -> None:
        known = self.colours[number] if 0 <= number < len(self.colours) else []
        self.state = replace(self.state, white=known == [255, 255, 255])

    def paragraph_style(self, number: int) -> None:
        self.style = number
        if self.state.into != "styles":
            self.state = replace(self.state, level=self.levels.get(number, 0))

    def outline(self, number: int) -> None:
        level = number + 1 if 0 <= number < 9 else 0
        if self.state.into == "styles":
            self.levels[self.style] = level
        else:
            self.state = replace(self.state, level=level)

    def new_paragraph(self, _: int) -> None:
        self.state = replace(self.state, level=0, depth=0, in_table=False)

    def end_paragraph(self, _: int) -> None:
        if self.state.in_table or len(self.texts) > 1:
            self.say("\n")
            return
        if self.state.into != "body":
            return
        self.end_table()
        text = "".join(self.texts[0])
        self.texts[0].clear()
        label, self.label = self.label, ""
        if self.state.level:
            self.doc.heading(text, self.state.level, label)
            self.title = self.title or clean_line(text)
        else:
            for line in filter(None, map(clean_line, text.split("\n"))):
                if label:
                    self.doc.item(line, self.state.depth, "" if label in _BULLETS else label)
                else:
                    self.doc.paragraph(line)
                label = ""
        self.hanging(self.waiting)
        self.waiting = []

    def end_cell(self, _: int) -> None:
        if self.state.into == "body" and len(self.texts) == 1:
            self.row.cells.append(f"{self.label} {' '.join(''.join(self.texts[0]).split())}".strip())
            self.label = ""
            self.texts[0].clear()

    def end_row(self, _: int) -> None:
        if self.state.into == "body" and len(self.texts) == 1:
            self.rows.append(self.row)
            self.row = self.row.next()
            self.below, self.waiting = self.below + self.waiting, []

    def end_table(self) -> None:
        if self.rows:
            append_table(self.doc, self.rows)
            self.hanging(self.below)
            self.rows, self.below = [], []

    def hanging(self, waiting: Sequence[tuple[str, str]]) -> None:
        """Append the notes and text boxes of what was appended."""
        for kind, text in waiting:
            if kind == "note":
                self.notes += 1
                self.doc.note(text, str(self.notes).translate(_SUPERSCRIPTS))
            else:
                for line in text.split("\n"):
                    self.doc.paragraph(line)

    def finish(self) -> Extract:
        self.state = State()
        self.end_paragraph(1)
        self.end_table()
        front = Builder()
        for line in self.heads:
            front.paragraph(line)
        front.include(self.doc.extract(metadata_of("", "", "")))
        for line in self.feet:
            front.paragraph(line)
        said = self.info
        return front.extract(metadata_of(said.get("title"), said.get("author"), said.get("created"), self.title))


_WORDS: dict[str, Callable[[_Reader, int], None]] = {
    "plain": _Reader.plain,
    "f": _Reader.use_font,
    "deff": _Reader.use_font,
    "fcharset": _Reader.charset,
    "ansicpg": _Reader.codepage,
    "u": _Reader.unicode,
    "uc": lambda reader, number: setattr(reader, "state", replace(reader.state, skip=max(number, 0))),
    "cf": _Reader.colour,
    "fs": lambda reader, number: setattr(reader, "state", replace(reader.state, tiny=number <= 2)),
    "s": _Reader.paragraph_style,
    "outlinelevel": _Reader.outline,
    "ilvl": lambda reader, number: setattr(reader, "state", replace(reader.state, depth=max(number, 0))),
    "pard": _Reader.new_paragraph,
    "intbl": lambda reader, _: setattr(reader, "state", replace(reader.state, in_table=True)),
    "par": _Reader.end_paragraph,
    "sect": _Reader.end_paragraph,
    "cell": _Reader.end_cell,
    "nestcell": lambda reader, _: reader.say(" "),
    "row": _Reader.end_row,
}
