"""Decodes bytes: UTF-8, UTF-16, UTF-32, GB18030, Big5, and Western encodings by statistics."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from rag.errors import DocumentError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHER_KINDS = (
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .xls, .ppt)", "Save it as .docx or PDF and index that."),
    (b"%PDF-", "a PDF with the wrong ending", "Rename it to end in .pdf."),
    (b"PK\x03\x04", "a zip archive or an Office file", "Unpack it, or rename a Word file to end in .docx."),
    (b"\x89PNG", "a PNG image", ""),
    (b"\xff\xd8\xff", "a JPEG image", ""),
    (b"GIF8", "a GIF image", ""),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"SQLite format 3", "a SQLite database", ""),
    (b"\x7fELF", "a program", ""),
    (b"{\\rtf", "a Rich Text file", "Save it as .docx or plain text and index that."),
)
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_TWO_BYTE_LETTERS = re.compile(rb"(?:[\xc4-\xdf][\x80-\xbf])+")
"""In UTF-8; the signs and accented letters of Western languages are not among them."""
_FEW_BYTES = 64
_MARKS = frozenset({"COMBINING", "MODIFIER"})
_LONE_HIGH = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_CHINESE_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
_SAMPLE = 1 << 16
_CONVINCING = 0.8
_RARE_HAN = 0.2


def decode(data: bytes, name: str) -> str:
    """The text of a file, its byte order mark dropped.

    Raises:
        DocumentError: the bytes are not text, or in no encoding that makes sense of them.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _checked(data[len(mark) :].decode(encoding, "replace"), name)
    for magic, kind, hint in _OTHER_KINDS:
        if data.startswith(magic):
            raise DocumentError(name, f"is {kind}, not text", hint, code="not_text", kind=kind)
    return _checked(data.decode(_encoding(data, name), "replace"), name)


def _encoding(data: bytes, name: str) -> str:
    if b"\0" not in data:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return "gb18030" if _only_seems_utf8(data) else "utf-8"
        declared = _declared(data)
        if declared and _likelihood(data, declared) > 0:
            return declared
        if _is_western(data):
            return "cp1252"
    # charset-normalizer is right about long texts, but takes a dozen Chinese characters for Korean or Japanese and
    # finds nothing in some longer ones, so the encodings that matter here are judged first, by their common characters.
    best = max(_CANDIDATES, key=lambda encoding: _likelihood(data, encoding))
    if _likelihood(data, best) >= _CONVINCING:
        return best
    guess = None if b"\0" in data else _guess(data)
    if guess is None:
        raise DocumentError(
            name,
            "is not text in any encoding that could be recognised",
            "Save it as UTF-8 text and index that.",
            code="unknown_encoding",
        )
    return guess


def _only_seems_utf8(data: bytes) -> bool:
    """Whether a few Chinese characters in GBK happen to be UTF-8 too: two letters of different scripts in one word.

    Such as 图纸, whose bytes are a Greek letter and a Hebrew point.
    """
    runs = _HIGH_RUN.findall(data[:_SAMPLE])
    if not runs or sum(map(len, runs)) > _FEW_BYTES or not all(_TWO_BYTE_LETTERS.fullmatch(run) for run in runs):
        return False
    scripts = ({unicodedata.name(c, "NONE").split()[0] for c in run.decode()} - _MARKS for run in runs)
    common = all(c in _common_characters() for run in runs for c in run.decode("gb18030", "replace"))
    return common and any(len(own) > 1 for own in scripts)


def _is_western(data: bytes) -> bool:
    """Whether bytes beyond ASCII are few and stand alone, as accents and curly quotes do; Chinese takes two each."""
    sample = data[:_SAMPLE]
    high = len(_HIGH.findall(sample))
    return high < 0.2 * len(sample) and len(_LONE_HIGH.findall(sample)) > 0.7 * high


def _declared(data: bytes) -> str | None:
    """The charset an HTML page names in its first 4 KB, as the superset that decodes it in practice."""
    found = _META_CHARSET.search(data[:4096])
    if not found:
        return None
    label = found.group(1).decode("ascii").lower()
    encoding = _CHINESE_SUPERSETS.get(label, label)
    try:
        b"a".decode(encoding)
    except (LookupError, UnicodeError):  # unknown, or no text encoding, such as "hex"
        return None
    return encoding


def _likelihood(data: bytes, encoding: str) -> float:
    """How much the bytes look like everyday text in this encoding: at most 1, negative for nonsense."""
    sample = codecs.getincrementaldecoder(encoding)("replace").decode(data[:_SAMPLE])
    if not sample:
        return 0.0
    counts = Counter(sample)
    # ASCII reads the same in all of these encodings but UTF-16, so it tells nothing wherever there is anything else.
    ascii_count = sum(n for c, n in counts.items() if c.isascii())
    if encoding.startswith("utf-16"):
        if any(n for c, n in counts.items() if c == "\ufffd"):
            return -1.0
        return sum(_weight(c) * n for c, n in counts.items()) / len(sample)
    if len(sample) == ascii_count:
        return -1.0 if "\0" in counts and counts["\0"] > 0.01 * len(sample) else 1.0
    return sum(_weight(c) * n for c, n in counts.items() if not c.isascii()) / (len(sample) - ascii_count)


def _weight(character: str) -> float:
    if character in _common_characters():
        return 1.0
    if character.isascii():
        return 1.0 if character.isprintable() or character in "\t\n\r\f" else -3.0
    if character == "\ufffd":
        return -3.0
    return _RARE_HAN if "\u3400" <= character <= "\u9fff" else 0.0


@lru_cache(maxsize=1)
def _common_characters() -> frozenset[str]:
    """Everyday Chinese characters: level 1 of GB 2312 and of Big5, with the punctuation both share."""
    return frozenset(_decoded_rows("gb2312", range(0xB0, 0xD8))) | frozenset(
        "".join(_decoded_rows("big5", range(0xA4, 0xC7)))
        + "，。、；：？！“”‘’（）《》〈〉「」『』【】…—·•　％～￥〇①②③"
    )


def _decoded_rows(encoding: str, leads: range) -> Iterator[str]:
    for lead in leads:
        for trail in range(0x40, 0xFF):
            yield bytes((lead, trail)).decode(encoding, "ignore")[:1]


def _guess(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    return best.encoding if best else None


def _checked(text: str, name: str) -> str:
    """The text, unless it is mostly control characters: then some binary format happened to decode."""
    nonsense = sum(
        n for c, n in Counter(text[:_SAMPLE]).items() if (c < " " and c not in "\t\n\r\f\v") or c == "\ufffd"
    )
    if nonsense > 0.02 * min(len(text), _SAMPLE) + 8:
        hint = "Index PDF, Word, HTML, Markdown or text files."
        raise DocumentError(name, "is a binary file, not text", hint, code="not_text", kind="a binary file")
    return text.replace("\0", "")
