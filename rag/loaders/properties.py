"""Reads the properties of an office file as metadata; those of program templates are not believed."""

from __future__ import annotations

import re

from rag.loaders.lines import clean_line
from rag.loaders.metadata import Metadata, credited, iso_date

_TEMPLATE_DATES = frozenset({"2013-12-23", "2013-01-27", "2006-09-16", "1601-01-01", "1899-12-30", "1970-01-01"})
"""When the templates of well-known libraries and programs were made: their files say so of themselves."""
_TEMPLATE_AUTHORS = frozenset({"python-docx", "steve canny", "openpyxl", "apache poi", "xuser"})
PROPERTIES = "file properties"
"""Where metadata comes from that the program wrote which made the file."""
_NO_TITLES = re.compile(
    r"microsoft (?:word|excel|powerpoint)\b.*|powerpoint (?:presentation|演示文稿)|untitled.*|无标题.*|未命名.*|新建 .*"
    r"|(?:(?:word )?document|presentation|workbook|book|文档|演示文稿|工作簿) ?\d*"
    r"|.*\.(?:docx?|dotx?|wps|rtf|odt|pptx?|dps|xlsx?|et|html?)",
    re.IGNORECASE,
)


def metadata_of(title: object, author: object, created: object, fallback: str = "") -> Metadata:
    """The properties of a file; ``fallback``: the title that its text has, if the stated one says nothing."""
    stated = clean_line(str(title or ""))
    name = str(author or "")
    written = Metadata() if name.lower() in _TEMPLATE_AUTHORS else credited(name)
    date = iso_date(created)
    believed = Metadata(
        title=None if _NO_TITLES.fullmatch(stated) else stated or None,
        date=None if date in _TEMPLATE_DATES else date,
        author=written.author,
        source=written.source,
    )
    return believed.taken_from(PROPERTIES).or_else(Metadata(title=fallback or None, title_from="first heading"))
