"""Does each statement stand on its spans? Across languages, and down to one wrong digit, name or 'not'."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.fact_matching import matches_fact
from rag.verification import verify

DATA_CENTRES = "以2021年第一季度计，香港数据中心总存量为838万平方呎，当中近80%的面积由十间营运商拥有。"
TRADE = (
    "香港金融管理局在去年10月份宣布,“贸易联动”平台已正式启动。这个贸易融资平台以区块链为底子,"
    "由12家跨国银行组成的联盟开发,搭建方金融壹账通是中国平安的公司。"
)
START_UP = "AlikeAudience于2013年成立，政府先后给了它约三四百万港元的津贴，公司在2018年做到盈亏平衡。"
FORUM = (
    "More than 400 experts and collectors of big data attended the forum on Wednesday,"
    " which was held near the Luohu checkpoint in Shenzhen."
)
PILOT = (
    "Hung believes in broader cooperation, and suggested that Qianhai could be a pilot zone where data is exchanged."
)
POPULATION = "Hong Kong, he said, has a population of 7 million and is too small to compile health big data by itself."
NETWORK = "随着5G网络日趋普及，HKAI LAB 并没有收取任何费用。"

SUPPORTED = [
    ("香港数据中心总存量为838万平方呎。", DATA_CENTRES),
    ("香港數據中心總存量為838萬平方呎。", DATA_CENTRES),
    ("香港数据中心近80%由十间营运商拥有。", DATA_CENTRES),
    ("香港数据中心近八成由10间营运商拥有。", DATA_CENTRES),
    ("Hong Kong's data centres total 8.38 million square feet.", DATA_CENTRES),
    ("Nearly 80% is owned by ten operators.", DATA_CENTRES),
    ("贸易联动平台由12家跨国银行组成的联盟开发。", TRADE),
    ("贸易联动平台的搭建方是金融壹账通。", TRADE),
    ("AlikeAudience于2013年成立。", START_UP),
    ("AlikeAudience was founded in 2013.", START_UP),
    ("AlikeAudience received about HK$3–4 million.", START_UP),
    ("More than 400 experts attended the forum.", FORUM),
    ("The forum was attended by over 400 experts on Wednesday near the Luohu checkpoint in Shenzhen.", FORUM),
    ("Hung suggested that Qianhai be a pilot zone for data exchange.", PILOT),
    ("香港有700万人口。", POPULATION),
    ("HKAI LAB没有收取费用。", NETWORK),
]

UNSUPPORTED = [
    ("香港数据中心总存量为83.8万平方呎。", DATA_CENTRES, "83.8万平方呎"),
    ("香港数据中心总存量为838万平方米。", DATA_CENTRES, "838万平方米"),
    ("香港数据中心近80%由十二间营运商拥有。", DATA_CENTRES, "十二间"),
    ("澳门数据中心近80%由十间营运商拥有。", DATA_CENTRES, "澳门"),
    ("香港数据中心近80%不由十间营运商拥有。", DATA_CENTRES, "不"),
    ("截至2021年第二季度，总存量为838万平方呎。", DATA_CENTRES, "2021年第二季度"),
    ("Macao's data centres total 8.38 million square feet.", DATA_CENTRES, "macao"),
    ("Nearly 80% is owned by eleven operators.", DATA_CENTRES, "eleven"),
    ("More than 80% is owned by ten operators.", DATA_CENTRES, "80%"),
    ("The data centres are large.", DATA_CENTRES, "other language"),
    ("贸易联动平台由腾讯搭建。", TRADE, "腾讯"),
    ("贸易联动平台由12家本地银行组成的联盟开发。", TRADE, "本"),
    ("贸易联动平台于2018年10月启动。", TRADE, "2018年10月"),
    ("AlikeAudience于2014年成立。", START_UP, "2014年"),
    ("AlikeAudience于2013年未成立。", START_UP, "未"),
    ("AlikeAudience received about US$3–4 million.", START_UP, "US$3–4 million"),
    ("AlikeAudience received about HK$4 million.", START_UP, "HK$4 million"),
    ("PowerArena was founded in 2013.", START_UP, "PowerArena"),
    ("AlikeAudience was founded in August 2013.", START_UP, "August 2013"),
    ("More than 500 experts attended the forum.", FORUM, "500"),
    ("More than 400 experts did not attend the forum.", FORUM, "not"),
    ("The forum was attended by over 400 experts in Guangzhou.", FORUM, "Guangzhou"),
    ("Tencent experts attended the forum.", FORUM, "Tencent"),
    ("Hung suggested that Qianhai could be a tax-free shopping paradise.", PILOT, "shop"),
    ("香港有800万人口。", POPULATION, "800万人"),
    ("深圳有700万人口。", POPULATION, "深圳"),
    ("6G网络日趋普及。", NETWORK, "6G"),
    ("HKAI LAB收取费用。", NETWORK, "没有"),
    ("", FORUM, "nothing"),
    ("……", FORUM, "nothing"),
]

FACTS = [
    ("总存量为838万平方呎。", "8.38 million square feet"),
    ("The stock is 8,380,000 sq ft.", "838万平方呎"),
    ("US$260bn by 2022", "2600亿美元"),
    ("400多名专家出席", "more than 400"),
    ("由10间营运商拥有", "十间"),
    ("约50家初创公司", "about 50"),
    ("自2018年9月开始", "2018"),
    ("於2017年8月簽署", "August 2017"),
    ("香港金融管理局", "香港金融管理局"),
    ("金融管理局，宣布", "金融管理局宣布"),
    ("由HKAILab推出", "HKAI LAB"),
    ("the data centers", "data center"),
    ("It is COVID-19.", "covid 19"),
    ("阿里達摩院", "阿里达摩院"),
]

NOT_FACTS = [
    ("83.8万平方呎", "8.38 million square feet"),
    ("2600亿港元", "2600亿美元"),
    ("2018年", "2018年9月"),
    ("27.5", "27.5%"),
    ("1400 experts", "400 experts"),
    ("restart", "start"),
    ("5GHz", "5G"),
    ("July 2017", "August 2017"),
    ("Alibaba", "Ali"),
    ("", "something"),
    ("anything", ""),
]


@pytest.mark.parametrize(("claim", "evidence"), SUPPORTED)
def test_claim_that_stands_is_supported(claim: str, evidence: str) -> None:
    verdict = verify(claim, [evidence])
    assert verdict.supported, verdict.reasons
    assert verdict.reasons == ()


@pytest.mark.parametrize(("claim", "evidence", "named"), UNSUPPORTED)
def test_claim_that_does_not_stand_is_refused_with_what_is_wrong(claim: str, evidence: str, named: str) -> None:
    verdict = verify(claim, [evidence])
    assert not verdict.supported
    assert any(named in reason for reason in verdict.reasons), verdict.reasons


@pytest.mark.parametrize("sentence", [DATA_CENTRES, TRADE, START_UP, FORUM, PILOT, POPULATION, NETWORK])
def test_quoted_sentence_stands_on_itself(sentence: str) -> None:
    assert verify(sentence, [sentence]).supported
    assert verify(sentence, ["与此无关。", sentence, "Nothing to do with it."]).supported


def test_claim_without_evidence_is_refused() -> None:
    assert not verify("香港有700万人口。", []).supported
    assert not verify("香港有700万人口。", [" "]).supported


def test_weaker_claim_is_supported_and_says_what_it_leaves_out() -> None:
    verdict = verify("400 experts attended the forum.", [FORUM])
    assert verdict.supported
    assert verdict.notes == ("400 is 'more than' in the evidence",)


def test_relative_year_stands_only_when_the_year_of_the_source_is_known() -> None:
    claim = "贸易联动平台于2018年10月正式启动。"
    assert not verify(claim, [TRADE]).supported
    assert verify(claim, [TRADE], reference_year=2019).supported
    assert verify("去年10月贸易联动平台正式启动。", [TRADE], reference_year=2019).supported


def test_across_languages_similarity_judges_the_words_but_never_the_numbers() -> None:
    alike, unlike = (lambda _a, _b: 0.8), (lambda _a, _b: 0.2)
    assert verify("香港人口太少。", [POPULATION], similarity=alike).supported
    assert not verify("香港人口太少。", [POPULATION], similarity=unlike).supported
    assert not verify("香港有800万人口。", [POPULATION], similarity=alike).supported
    assert not verify("澳门人口太少。", [POPULATION], similarity=alike).supported
    assert not verify("NASA owns the data centres.", [DATA_CENTRES], similarity=alike).supported


def test_evidence_of_several_spans_counts_together() -> None:
    claim = "AlikeAudience于2013年成立，香港数据中心总存量为838万平方呎。"
    assert verify(claim, [START_UP, DATA_CENTRES]).supported
    assert not verify(claim, [START_UP]).supported


@given(st.integers(2, 99_999))
def test_changed_number_is_always_caught(number: int) -> None:
    source = f"该中心共有{number}名员工，总部位于深圳。"
    assert verify(f"The centre has {number} employees.", [source]).supported
    assert verify(f"该中心共有{number}名员工。", [source]).supported
    assert not verify(f"该中心共有{number + 1}名员工。", [source]).supported
    assert not verify(f"The centre has {number * 10} employees.", [source]).supported


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_texts_get_a_verdict(claim: str, evidence: str) -> None:
    verdict = verify(claim, [evidence])
    assert verdict.supported == (not verdict.reasons)
    matches_fact(claim, [evidence])


@pytest.mark.parametrize(("answer", "fact"), FACTS)
def test_fact_is_found_by_value_or_words(answer: str, fact: str) -> None:
    assert matches_fact(answer, ["something else entirely", fact])


@pytest.mark.parametrize(("answer", "fact"), NOT_FACTS)
def test_near_miss_is_not_the_fact(answer: str, fact: str) -> None:
    assert not matches_fact(answer, [fact])
