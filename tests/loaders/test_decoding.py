"""Bytes to text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import DocumentError
from rag.loaders.decoding import decode

SIMPLIFIED = "数据中心的总存量在第一季度达到八百三十八万平方呎，其中近八成由十间营运商拥有。"
TRADITIONAL = "數據中心的總存量在第一季度達到八百三十八萬平方呎，其中近八成由十間營運商擁有。"
ENGLISH = "The data centres hold 8.38 million square feet, most of it run by ten operators."

common = st.sampled_from(
    [
        c
        for c in map(chr, range(0x4E00, 0x9FA6))
        if c.encode("gb2312", "ignore")[:1] < b"\xd8" and c.encode("gb2312", "ignore")
    ]
)
traditional = st.sampled_from(
    [c for c in map(chr, range(0x4E00, 0x9FA6)) if b"\xa4" <= c.encode("big5", "ignore")[:1] < b"\xc7"]
)


def long_text(characters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.text(characters, min_size=12, max_size=40), min_size=2, max_size=6).map("，\n".join)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", SIMPLIFIED),
        ("utf-8-sig", SIMPLIFIED),
        ("utf-16", SIMPLIFIED),
        ("utf-32", SIMPLIFIED),
        ("utf-16-le", SIMPLIFIED),
        ("utf-16-be", SIMPLIFIED),
        ("utf-16-le", ENGLISH),
        ("utf-16-be", ENGLISH),
        ("gb18030", SIMPLIFIED),
        ("gb18030", TRADITIONAL),
        ("big5", TRADITIONAL),
        ("big5hkscs", TRADITIONAL + "大埔墟嘅茶記，佢哋唔收信用卡。"),
        ("shift_jis", "東京都は、来年度からデータの活用を進めると発表した。市民サービスの向上が期待される。" * 3),
    ],
)
def test_text_comes_back_from_every_encoding_people_save_in(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


@given(long_text(common), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]))
def test_any_simplified_text_comes_back(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


@given(long_text(traditional))
def test_any_traditional_text_comes_back_from_big5(text: str) -> None:
    assert decode(text.encode("big5"), "a.txt") == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])))
def test_any_utf8_text_comes_back_unchanged(text: str) -> None:
    assert decode(codecs.BOM_UTF8 + text.encode(), "a.txt") == text


@given(st.binary(max_size=400))
def test_bytes_become_text_or_a_document_error(data: bytes) -> None:
    try:
        text = decode(data, "a.txt")
    except DocumentError:
        return
    assert "\0" not in text


def test_a_dozen_chinese_characters_are_not_taken_for_korean() -> None:
    # charset-normalizer alone reads these as cp949, johab or UTF-16
    for text in ("澳门的街头招揽客人不再", "机不可失，谁也不愿落后", "今年年初，达摩院公布趋势"):
        assert decode(text.encode("gb18030"), "a.txt") == text


@pytest.mark.parametrize(
    "text",
    [
        "The forum’s hosts said “one country, two systems” is the city’s edge – and cafés agree.",
        "Buses run on “smart”travel cards, the port’s pilots on paper.",
        "Le café du port est très fréquenté à Noël.",
    ],
)
def test_curly_quotes_and_accents_of_windows_do_not_turn_chinese_or_polish(text: str) -> None:
    assert decode(text.encode("cp1252"), "a.txt") == text


def test_a_charset_that_a_page_declares_is_honoured() -> None:
    page = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"></head><p>Łódź żyje</p>'
    assert "Łódź żyje" in decode(page.encode("iso-8859-2"), "a.html")


@pytest.mark.parametrize("charset", ["gb2312", "no-such-charset", "hex", "undefined"])
def test_a_charset_that_a_page_declares_wrongly_is_not_trusted(charset: str) -> None:
    page = f'<html><head><meta charset="{charset}"></head><p>{TRADITIONAL}</p>'
    assert TRADITIONAL in decode(page.encode("utf-8"), "a.html")
    assert SIMPLIFIED in decode(page.replace(TRADITIONAL, SIMPLIFIED).encode("gb18030"), "a.html")


def test_one_broken_byte_does_not_lose_the_text() -> None:
    text = decode((SIMPLIFIED * 5).encode()[:-1], "a.txt")
    assert text.startswith(SIMPLIFIED * 4)


def test_a_stray_nul_is_dropped() -> None:
    assert decode((ENGLISH * 3 + "\0" + ENGLISH).encode(), "a.txt") == ENGLISH * 4


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "JPEG image"),
        (b"PK\x03\x04" + bytes(200), "zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(200), "old Office file"),
        (bytes(range(256)) * 8, "not text"),
        (bytes(4000), "not text"),
        (b"\x01\x02\x03\x04\x05\x06\x07" * 100, "binary"),
    ],
)
def test_binary_files_are_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        decode(data, "docs/a.txt")
    assert caught.value.path == "docs/a.txt"


def test_a_few_chinese_characters_that_are_utf8_by_chance_are_chinese() -> None:
    line = "Job sheet 118\nExport path: E:/{}/gear-04.dxf\n"
    assert decode(line.format("图纸").encode("gbk"), "a.txt") == line.format("图纸")
    for letters in ("Ελληνικά", "Привет мир", "שלום עולם", "naïve – 5 ± 2 µm", "λ и ж"):
        assert decode(line.format(letters).encode(), "a.txt") == line.format(letters)
