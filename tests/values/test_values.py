"""What values are for: agreement of claim and source, glosses, whole spans, true offsets, and speed on bad input."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import normalise
from rag.types import Language
from rag.values import agrees, apart, covers, gloss, same, values_in, whole_value, within
from rag.values.places import places_in

HAN_DIGITS = "零一二三四五六七八九"

AGREES = [
    ("2017", "2017年8月", True),
    ("2017年8月", "2017年", False),
    ("2月18日", "2019年2月18日", True),
    ("2019年2月18日", "2月18日", False),
    ("2017", "2016-2020年", False),
    ("2016–2020", "2016-2020年", True),
    ("the 1980s", "1985年", True),
    ("400", "more than 400", True),
    ("more than 400", "400", False),
    ("more than 400", "400多名", True),
    ("more than 400", "不到400", False),
    ("about 4000", "约4000个", True),
    ("about 4000", "4000个", True),
    ("at least 400", "400名以上", True),
    ("nearly 80%", "近八成", True),
    ("4 million", "三四百万", False),
    ("HK$3–4 million", "约三四百万港元", True),
    ("8.38 million", "838万平方呎", True),
    ("8.38 million sq ft", "838万", False),
    ("US$260 billion", "2600亿美元", True),
    ("US$260 billion", "2600亿", False),
    ("260 billion", "2600亿美元", True),
    ("7 million people", "700万", True),
    ("hundreds", "100", False),
    ("last year", "去年10月", True),
]

GLOSSES: list[tuple[str, Language, str | None]] = [
    ("838万平方呎", "en", "8.38 million sq ft"),
    ("2600亿美元", "en", "US$260 billion"),
    ("约三四百万港元", "en", "about HK$3–4 million"),
    ("2017年8月", "en", "August 2017"),
    ("2018年3月28日", "en", "March 28, 2018"),
    ("2021年第一季度", "en", "first quarter of 2021"),
    ("1980年代", "en", "1980s"),
    ("去年10月份", "en", "October last year"),
    ("2017年底", "en", "the end of 2017"),
    ("第三名", "en", "third"),
    ("第21届", "en", "21st"),
    ("十间数据中心营运商", "en", "10"),
    ("16人团队", "en", "16 people"),
    ("约50家", "en", "about 50"),
    ("400多名", "en", "more than 400"),
    ("两周", "en", "2 weeks"),
    ("半年", "en", "half a year"),
    ("三、四倍", "en", "3–4 times"),
    ("三分之一", "en", "one third"),
    ("千分之五", "en", "0.5%"),
    ("八成", "en", "80%"),
    ("数百公里", "en", "hundreds of km"),
    ("10万美元", "en", "US$100,000"),
    ("人民币2亿元", "en", "RMB 200 million"),
    ("下降3.2个百分点", "en", "3.2 percentage points"),
    ("2016年至2020年", "en", "2016–2020"),
    ("2018年3月至5月", "en", "March to May 2018"),
    ("12家银行于2017年8月", "en", "August 2017"),
    ("由十间公司于2017年8月", "en", "10; August 2017"),
    ("27.5%", "en", None),
    ("同比下降27.5%", "en", None),
    ("2017年", "en", None),
    ("12家", "en", None),
    ("一个办公室", "en", None),
    ("没有数字", "en", None),
    ("August 2017", "en", None),
    ("more than 400", "zh", "超过400"),
    ("7 million", "zh", "700万"),
    ("7 million people", "zh", "700万人"),
    ("March 28, 2018", "zh", "2018年3月28日"),
    ("July 2016", "zh", "2016年7月"),
    ("US$260 billion", "zh", "2600亿美元"),
    ("HK$3-4 million", "zh", "300–400万港元"),
    ("8.38 million square feet", "zh", "838万平方英尺"),
    ("first quarter of 2021", "zh", "2021年第一季度"),
    ("the 1980s", "zh", "1980年代"),
    ("half", "zh", "一半"),
    ("two thirds", "zh", "三分之二"),
    ("third", "zh", "第三"),
    ("hundreds of companies", "zh", "数百"),
    ("in 2017", "zh", "2017年"),
    ("3 trillion yuan", "zh", "3万亿元"),
    ("The fee is 17 crowns.", "zh", "17克朗"),
    ("押金20克朗", "en", "20 crowns"),
    ("27.5%", "zh", None),
    ("$400", "zh", None),
    ("no numbers here", "zh", None),
    ("2017年8月", "zh", None),
]

WHOLE = [
    ("发布于2月18日,中共", "月18日", "2月18日"),
    ("自2018年9月开始营运", "2018年", "2018年9月"),
    ("自2018年9月开始营运", "2018年9月", "2018年9月"),
    ("总存量达838万平方呎，", "838", "838万平方呎"),
    ("总存量达838万平方呎，", "平方呎", "838万平方呎"),
    ("提供的10万美元的种子", "万美元的种子", "10万美元的种子"),
    ("约三四百万港元的津贴", "四百万", "三四百万港元"),
    ("held on March 28, 2018. Hung", "28, 2018", "March 28, 2018"),
    ("population of 7 million, is", "7", "7 million"),
    ("the forum on Wednesday", "forum", "forum"),
    ("自2018年9月开始营运", "开始", "开始"),
]

HOSTILE = [
    "1" * 100_000,
    "一" * 100_000,
    "一万" * 50_000,
    "三四" * 50_000,
    "1." * 50_000,
    "1,000," * 16_000,
    "2016-" * 20_000,
    "one hundred and " * 6_000,
    "half a " * 14_000,
    "US$" * 33_000,
    " " * 100_000,
    "百分之" * 33_000,
]


@pytest.mark.parametrize(("claim", "source", "expected"), AGREES)
def test_source_bears_out_the_claim_or_not(claim: str, source: str, expected: bool) -> None:
    assert agrees(values_in(claim)[0], values_in(source)[0]) is expected


def test_year_covers_its_months_and_not_the_other_way() -> None:
    (year,), (month,) = values_in("2017年"), values_in("August 2017")
    assert covers(year, month)
    assert not covers(month, year)


@pytest.mark.parametrize(("text", "language", "expected"), GLOSSES)
def test_gloss_reads_in_the_other_language(text: str, language: Language, expected: str | None) -> None:
    assert gloss(text, language) == expected


@pytest.mark.parametrize(("text", "cut", "whole"), WHOLE)
def test_span_never_cuts_a_value(text: str, cut: str, whole: str) -> None:
    start = text.index(cut)
    assert whole_value(text, start, start + len(cut)).of(text) == whole


def test_values_come_in_order_with_offsets_into_the_original() -> None:
    text = "\u3000截至２０２１年第一季度\u200b，總存量達838\u200b萬平方呎，其中近80%由十間營運商擁有。"
    written = [text[value.start : value.end] for value in values_in(text)]
    assert written == ["２０２１年第一季度", "838\u200b萬平方呎", "80%", "十間"]


@given(st.integers(1, 99_999_999))
def test_chinese_and_english_forms_of_an_integer_parse_alike(number: int) -> None:
    forms = [f"{number:,}家", f"{number}家", f"{_han(number)}家"]
    assert {values_in(form)[0].low for form in forms} == {Fraction(number)}
    assert [len(values_in(form)) for form in forms] == [1, 1, 1]


@given(st.decimals(Decimal("0.01"), Decimal("999.99"), places=2))
def test_scaled_decimals_parse_alike(number: Decimal) -> None:
    exact = Fraction(number) * 10**6
    forms = [
        f"{number} million",
        f"{number * 100}万",
        f"US${number}m",
        f"{number} million US dollars",
        f"{number * 100}萬",
    ]
    assert all(values_in(form)[0].low == exact for form in forms)


@given(st.integers(1, 999_999_999))
def test_gloss_of_an_amount_keeps_its_value(number: int) -> None:
    english = gloss(f"{number}港元", "en")
    assert english is not None
    (value,) = values_in(english)
    assert same(value, values_in(f"{number}港元")[0])
    chinese = gloss(english, "zh")
    assert chinese is not None
    assert same(value, values_in(chinese)[0])


@given(st.dates())
def test_gloss_of_a_day_keeps_its_value(day: object) -> None:
    year, month, date = map(int, str(day).split("-"))
    if year < 1000 or year > 2999:
        return
    text = f"{year}年{month}月{date}日"
    english = gloss(text, "en")
    assert english is not None
    assert same(values_in(english)[0], values_in(text)[0])
    assert gloss(english, "zh") == text


@given(
    st.text(
        alphabet="0123456789,.-–%$一二三四百千万亿点年月日第成分之半多约至 \u200b½²①HKUSmillionhafe年个", max_size=60
    )
    | st.text()
)
def test_any_text_is_read_in_order_without_overlap(text: str) -> None:
    position = 0
    for value in values_in(text):
        assert position <= value.start < value.end <= len(text)
        assert normalise(text[value.start : value.end]).text.strip()
        assert value.low <= value.high
        position = value.end
    gloss(text, "en")
    gloss(text, "zh")
    span = whole_value(text, 0, len(text) // 2)
    assert 0 <= span.start <= span.end <= len(text)


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:8] for text in HOSTILE])
def test_hostile_text_takes_linear_time(text: str) -> None:
    begin = time.process_time()  # of this process alone, however busy the machine is
    values_in(text)
    assert time.process_time() - begin < 15


def _han(number: int) -> str:
    """The textbook Chinese numeral: 10,205 is 一万零二百零五."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        zero = "零" if 0 < low < 1000 else ""
        return _han(high) + "万" + zero + (_han(low) if low else "")
    words, pending = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            words += ("零" if pending and words else "") + HAN_DIGITS[digit] + name
        pending = not digit
    return words


@pytest.mark.parametrize("text", ["成立于民国41年。", "令和3年", "05年上市。", "民国三十年"])
def test_a_year_of_an_era_or_century_is_no_length_of_time(text: str) -> None:
    assert values_in(text) == []


def test_two_tenths_are_a_share() -> None:
    assert [(value.kind, float(value.low)) for value in values_in("同比增长两成。")] == [("percent", 0.2)]


def test_the_whole_harbour_is_hong_kong_and_a_safe_one_is_not() -> None:
    assert places_in("全港共有20个。") == {"香港": "全港"}
    assert places_in("国际数据安全港") == {}
    assert "香港" not in places_in("日本港口")


@pytest.mark.parametrize(
    ("inner", "outer", "lies"),
    [
        ("40,000", "10,001 to 60,000", True),
        ("more than 9 m²", "over 9 m²", True),
        ("9 m²", "over 9 m²", False),
        ("9 m²", "up to 9 m²", True),
        ("八小时", "6至12小时", True),
        ("15人", "十人以上", True),
        ("3天", "at least 2 weeks", False),
        ("3 kg", "more than 2 metres", False),
        ("2019-02-18", "February 2019", True),
    ],
)
def test_one_value_lies_within_another(inner: str, outer: str, lies: bool) -> None:
    (one,), (other,) = values_in(inner), values_in(outer)
    assert within(one, other) is lies


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("more than 30 days", "up to 21 days", True),
        ("more than 14 days", "up to 21 days", False),
        ("3 weeks", "21 days", False),
        ("3 km", "2,400 metres", True),
        ("80元", "more than 3 days", False),
    ],
)
def test_values_without_anything_in_common_are_apart(one: str, other: str, are: bool) -> None:
    (first,), (second,) = values_in(one), values_in(other)
    assert apart(first, second) is are
