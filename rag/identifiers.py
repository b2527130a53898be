"""Numbers of articles, rules, steps and sections, and codes such as YJ-1042, to one form whatever the wording.

"第十三条", "Article 13" and "article 13" are ``idarticle13``, "GK40959" is ``idgk40959``, "section 7.3" and a line that
begins "7.3 " share ``idn7x3``. They are words of the index, never to be taken apart.
"""

from __future__ import annotations

import re

_KINDS = {
    "条": "article", "條": "article", "章": "chapter", "节": "section", "節": "section", "款": "clause", "项": "item",
    "項": "item", "步": "step", "号": "number", "號": "number", "页": "page", "頁": "page", "附录": "appendix",
    "附件": "appendix", "表": "table", "图": "figure", "圖": "figure",
}  # fmt: skip
_CHINESE = "零〇一二三四五六七八九十百千"
_NUMBER = rf"(?:\d{{1,4}}(?:\.\d{{1,3}}){{0,4}}|[{_CHINESE}]{{1,7}})"
_ORDERED = re.compile(rf"第\s*({_NUMBER})\s*([条條章节節款项項步])(?![件例])")
_NAMED = re.compile(r"(附录|附件|表|图|圖)\s*(\d{1,3}(?:[.\-]\d{1,3})*)")
_ENGLISH = re.compile(
    r"\b(article|section|clause|rule|step|chapter|paragraph|appendix|table|figure|item|art\.|sec\.|no\.|§)\s*"
    r"(\d{1,4}(?:\.\d{1,3}){0,4})(?![\w%])"
)
_LABEL = re.compile(r"(?:^|\n|› )\s*[(（]?(\d{1,3}(?:\.\d{1,3}){0,4})(?:[.)）、:：]|\s)\s*(?=\D)")
_CODE = re.compile(r"(?<![a-z0-9])(?=[a-z0-9_/-]*\d)[a-z]{1,8}[-_/]?\d[a-z0-9]*(?:[-_/][a-z0-9]+)*(?![a-z0-9])")
_ABBREVIATED = {"art.": "article", "sec.": "section", "§": "section", "no.": "number"}
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}


def identifiers(folded: str) -> list[str]:
    """The distinct identifiers of a folded text, in any order."""
    found: dict[str, None] = {}
    for number, kind in _ORDERED.findall(folded):
        found |= dict.fromkeys(_forms(_KINDS[kind], number))
    for kind, number in _NAMED.findall(folded):
        found |= dict.fromkeys(_forms(_KINDS[kind], number))
    for kind, number in _ENGLISH.findall(folded):
        found |= dict.fromkeys(_forms(_ABBREVIATED.get(kind, kind), number))
    for number in _LABEL.findall(folded):
        found[f"idn{number.replace('.', 'x')}"] = None
    for match in _CODE.finditer(folded):
        code = re.sub(r"[-_/]", "", match.group())
        found[f"id{code}"] = None
    return list(found)


def shared(question: list[str], text: list[str]) -> int:
    """How many of a question's identifiers a text has; a labelled line ("2. …") has that of "rule 2" and "step 2"."""
    has = set(text)
    numbers = {one for one in has if one.startswith("idn")}
    return sum(one in has or _bare(one) in numbers for one in question)


def asked(folded: str) -> list[str]:
    """The identifiers that a question names, each once, with its kind ("rule", "step") if the question gives one."""
    return [one for one in identifiers(folded) if not re.fullmatch(r"idn[\dx]+", one)]


def _bare(identifier: str) -> str:
    match = re.fullmatch(r"id(?:rule|step|section|item|chapter|article|clause|paragraph|number)([\dx]+)", identifier)
    return f"idn{match[1]}" if match else ""


def _forms(kind: str, number: str) -> list[str]:
    plain = str(_chinese(number)) if number[0] in _CHINESE else number
    return [f"id{kind}{plain.replace('.', 'x').replace('-', 'x')}"]


def _chinese(number: str) -> int:
    """A Chinese number below ten thousand."""
    if not any(character in _TENS for character in number):
        return int("".join(str(_DIGITS[character]) for character in number))
    total, digit = 0, 0
    for character in number:
        if character in _TENS:
            total += (digit or 1) * _TENS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit
