"""Written forms to values: one row of forms.tsv each, and what looks like a value but is not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from rag.values import same, values_in

FORMS = [
    line.split("\t")
    for line in (Path(__file__).parent / "forms.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]

EQUAL = [
    ["838万", "8.38 million", "8,380,000", "838萬平方呎", "8.38 million sq ft"],
    ["2600亿美元", "US$260 billion", "260 billion US dollars", "USD 260bn", "$260 billion"],
    ["千分之五", "0.5%", "0.5 percent", "five per thousand"],
    ["百分之二十七点五", "27.5%", "27.5 percent"],
    ["八成", "80%", "百分之八十"],
    ["一半", "half", "50%", "五成"],
    ["三分之一", "1/3", "one third"],
    ["2017年8月", "August 2017", "Aug. 2017", "2017-08"],
    ["2018年3月28日", "March 28, 2018", "28 March 2018", "Wednesday, March 28, 2018", "2018/3/28"],
    ["2月18日", "February 18"],
    ["2021年第一季度", "first quarter of 2021", "Q1 2021"],
    ["1980年代", "the 1980s", "上世纪80年代"],
    ["2017年", "in 2017", "2017"],
    ["2016-2020年", "from 2016 to 2020"],
    ["三四百万", "3 to 4 million", "300-400万"],
    ["三、四倍", "3–4 times"],
    ["400多名", "more than 400", "over 400", "400"],
    ["16人", "16", "sixteen", "十六名"],
    ["两周", "two weeks", "14天", "14 days"],
    ["一年半", "18 months", "18个月"],
    ["700万人", "7 million people", "7 million"],
    ["1公里", "1000米", "1 km"],
    ["第三名", "third", "3rd"],
    ["数百家", "hundreds"],
]

DIFFERENT = [
    ("838万", "83.8万"),
    ("838万平方呎", "838万平方米"),
    ("8.38 million", "8.38 billion"),
    ("2017年", "2018年"),
    ("2017", "2018"),
    ("27.5%", "27.5"),
    ("27.5%", "2.75%"),
    ("27.5%", "27.5个百分点"),
    ("2600亿美元", "2600亿港元"),
    ("US$260 billion", "US$260 million"),
    ("10万元", "10万美元"),
    ("500澳门元", "500港元"),
    ("August 2017", "July 2017"),
    ("2017年8月", "2017年"),
    ("2月18日", "2月27日"),
    ("2018年3月28日", "2018年3月"),
    ("Q1 2021", "Q2 2021"),
    ("三四百万", "300万"),
    ("3 to 4 million", "3 to 5 million"),
    ("三、四倍", "三倍"),
    ("more than 400", "less than 400"),
    ("数百家", "100家"),
    ("两周", "两天"),
    ("第三", "第二"),
    ("第三", "3"),
    ("三分之一", "三分之二"),
    ("去年", "今年"),
    ("1980年代", "1990年代"),
    ("3公里", "3英里"),
    ("11:18", "11:19"),
]

NOT_VALUES = (
    "5G网络|5G|工业4.0|Industry 4.0|Web 3.0|COVID-19|T2|B2B|GPT-4|3D打印|A380|H1N1|sh603138|0731-22161276|400-820-8820"
    "|1.2.3|24/7|4K|oxygen-18|氧-18|10²|一些|一直|统一安排|万一下雨|十分重要"
    "|千方百计|千万不要|双方|百度|三亚|四川|八达通|一国两制"
    "|零部件|零门槛|一起|no one knows|one of the best|one-stop|may|march on|first of all"
    "|近年来|公元前221年|通过百色站|万科|三观|半导体"
).split("|")


@pytest.mark.parametrize("row", FORMS, ids=[row[0] for row in FORMS])
def test_form_is_read_as_one_value(row: list[str]) -> None:
    text, kind, low, high, unit, comparator = row
    (value,) = values_in(text)
    assert (value.kind, value.low, value.high) == (kind, Fraction(low), Fraction(high or low))
    assert (value.unit, value.comparator) == (unit or None, comparator or "exactly")


@pytest.mark.parametrize(("a", "b"), [(group[0], other) for group in EQUAL for other in group[1:]])
def test_forms_of_one_value_are_the_same(a: str, b: str) -> None:
    (first,), (second,) = values_in(a), values_in(b)
    assert same(first, second)
    assert same(second, first)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_near_miss_is_not_the_same(a: str, b: str) -> None:
    (first,), (second,) = values_in(a), values_in(b)
    assert not same(first, second)
    assert not same(second, first)


@pytest.mark.parametrize("text", NOT_VALUES)
def test_name_or_word_is_not_a_value(text: str) -> None:
    assert values_in(text) == []


def test_relative_year_is_resolved_only_when_told_the_year() -> None:
    assert values_in("去年10月份")[0].kind == "relative"
    resolved, written = values_in("去年10月份", reference_year=2019)[0], values_in("October 2018")[0]
    assert same(resolved, written)
