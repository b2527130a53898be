"""Formats the values of a workbook's cells as it shows them (12.5%, ¥1,200.00, 2024-03), by the file's styles."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.loaders.archive import Archive

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0"}
_BUILT_IN |= {39: "#,##0.00", 40: "#,##0.00", 17: "mmm-yy", 5: "$#,##0", 6: "$#,##0", 7: "$#,##0.00", 8: "$#,##0.00"}
_CELL = re.compile(rb"<(?:\w{1,9}:)?c\s([^<>]{1,400})>")
_STYLE = re.compile(rb"""\bs=["']([0-9]{1,6})["']""")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_PLACES = re.compile(r"[#0?][#0?,]*(?:\.([#0?]*))?")
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_UNSHOWN = re.compile(r"\[[^\]]*\]|_.|\*.")
_DATE_PARTS = re.compile(r"[ymdhs]", re.IGNORECASE)
Place = tuple[int, int]
"""Row and column from 0."""


def cell_formats(archive: Archive, sheet: str) -> dict[Place, str]:
    """The format codes of the cells of a sheet, by the name of its member, where they change what is shown."""
    codes = _codes(archive)
    if not any(codes):
        return {}
    telling = {str(style).encode(): code for style, code in enumerate(codes) if code}
    found: dict[Place, str] = {}
    for cell in _CELL.finditer(archive.read(sheet)):
        style = _STYLE.search(cell[1])
        code = telling.get(style[1]) if style else telling.get(b"0")
        place = _PLACE.search(cell[1]) if code else None
        if code and place:
            found[int(place[2]) - 1, _column(place[1])] = code
    return found


def shown(value: object, code: str = "") -> str:
    """A cell's value as text; ``code`` is its format where one is known."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return _number(value, code) if code else _plain(value)
    if isinstance(value, datetime.datetime):
        return _moment(value, code)
    if isinstance(value, datetime.timedelta):
        return _duration(value)
    if isinstance(value, datetime.time):
        return value.isoformat("seconds" if value.second else "minutes")
    return "" if value is None else str(value)


def _duration(value: datetime.timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else format(value, ".11g")


def _moment(value: datetime.datetime, code: str) -> str:
    parts = set(_DATE_PARTS.findall(_UNSHOWN.sub("", _LITERAL.sub("", code)).lower()))
    if parts and not parts & {"d", "h", "s"} and "y" in parts:
        return f"{value:%Y-%m}" if "m" in parts else f"{value:%Y}"
    if value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat(" ", "seconds" if value.second else "minutes")


def _number(value: float, code: str) -> str:
    positive, *further = code.split(";")
    section = further[0] if value < 0 and further else positive
    style = _style(section)
    if style is None:
        return _plain(value)
    before, places, grouped, after = style
    percent = after.startswith("%") or "%" in after
    number = Decimal(repr(abs(value))) * (100 if percent else 1)
    least, most = places
    rounded = number.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    text = f"{rounded:,f}" if grouped else f"{rounded:f}"
    if most > least and "." in text:
        whole, _, tail = text.partition(".")
        tail = tail[:least] + tail[least:].rstrip("0")
        text = f"{whole}.{tail}" if tail else whole
    bracketed = before.endswith("(") or before.startswith("(")
    sign = "-" if value < 0 and rounded and not bracketed and "-" not in before else ""
    return f"{sign}{before}{text}{after}".strip()


@lru_cache(maxsize=256)
def _style(section: str) -> tuple[str, tuple[int, int], bool, str] | None:
    """What stands before a number, its least and most decimals, whether thousands are apart, and what follows."""
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return chr(0xE000 + len(kept) - 1)

    section = _CURRENCY.sub(lambda match: keep(match[1]), section)
    section = _LITERAL.sub(lambda match: keep(match[1] or match[2] or ""), section)
    section = _UNSHOWN.sub("", section)
    places = _PLACES.search(section)
    if places is None or re.search(r"[E/]|general|[ymdhs@]", section, re.IGNORECASE) or places.group().endswith(","):
        return None
    decimals = places[1] or ""
    outside = (section[: places.start()], section[places.end() :])
    before, after = (re.sub("[\ue000-\uf8ff]", lambda match: kept[ord(match[0]) - 0xE000], one) for one in outside)
    return before, (decimals.count("0"), len(decimals)), "," in places.group(), after


def _codes(archive: Archive) -> list[str]:
    """The format code of each style of a cell; "" for those that show a value as it is."""
    styles = archive.optional_xml("xl/styles.xml")
    if styles is None:
        return []
    own = {one.get("numFmtId", ""): str(one.get("formatCode", "")) for one in styles.iter(f"{_S}numFmt")}
    formats = styles.find(f"{_S}cellXfs")
    ids = [] if formats is None else [str(one.get("numFmtId", "0")) for one in formats]
    found = [own.get(one) or _BUILT_IN.get(int(one) if one.isdecimal() else 0, "") for one in ids]
    return ["" if code.lower() in {"general", "@"} else code for code in found]


def _column(letters: bytes) -> int:
    """A is 0, AA is 26."""
    column = 0
    for letter in letters:
        column = 26 * column + letter - ord("A") + 1
    return column - 1
