"""The control words of Rich Text that matter here, and what they switch (Rich Text Format Specification 1.9.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\"
)
CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 161: "cp1253", 162: "cp1254"}
CHARSETS |= {177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"}
SKIPPED = frozenset(
    "pict objdata themedata colorschememapping datastore filetbl listtable listoverridetable rsidtbl generator xmlnstbl"
    " fldinst bkmkstart bkmkend datafield nonshppict sp annotation atnid atnauthor atndate atnref latentstyles revtbl"
    " listlevel wgrffmtfilter mmathPr tc xe background passwordhash".split()
)
APART = {"footnote": "note", "shptxt": "box", "listtext": "label", "pntext": "label"}
APART |= dict.fromkeys("header headerl headerr headerf".split(), "head")
APART |= dict.fromkeys("footer footerl footerr footerf".split(), "foot")
KEPT = frozenset({"shpinst", "footnote"})
SIGNS = {"tab": " ", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“"}
SIGNS |= {"rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "softline": "\n"}
TABLES = {"fonttbl": "fonts", "colortbl": "colours", "stylesheet": "styles", "info": "info"}


@dataclass(frozen=True, slots=True)
class State:
    """What holds until a group ends."""

    into: str = "body"
    """Where text goes; "" is nowhere."""
    hidden: bool = False
    deleted: bool = False
    white: bool = False
    ground: bool = False
    tiny: bool = False
    encoding: str = "cp1252"
    skip: int = 1
    """Characters that stand in for one in Unicode."""
    level: int = 0
    depth: int = 0
    in_table: bool = False
