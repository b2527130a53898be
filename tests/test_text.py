"""Characters, sentences, words and languages of both scripts."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.text import (
    asked_in,
    fold,
    has_words,
    in_script_of,
    language_of,
    normalise,
    question_terms,
    sentence_around,
    sentences,
    shared_words,
    simplify,
    terms,
)
from rag.types import Language, Span

CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from("。！？；…，、：.!?;,:\"'”’」』）)( \n\r\t\u3000\u00a0"),
    st.sampled_from("\u200b\ufeff\u00ad\u202e\u2060ﬁ㎢①½㌔ＡＢ１２％⼈⾧\u0301"),
    st.sampled_from("臺灣颱風國際機場於後裏面髮發乾著瞭這個嗎麼深圳港大湾区龙龍"),
    st.sampled_from("aBcDr Mr.U.S.3.14"),
)
TEXTS = st.text(CHARACTERS, max_size=80)

PAIRS = [
    ("臺灣颱風", "台湾台风"),
    ("國際機場於後天啟用", "国际机场于后天启用"),
    ("頭髮與發展", "头发与发展"),
    ("乾坤、乾燥", "乾坤、干燥"),
    ("一目瞭然，瞭解", "一目了然，了解"),
    ("著名的著作", "著名的著作"),
]


class TestNormalise:
    @given(TEXTS)
    def test_every_character_came_from_the_one_its_offset_names(self, text: str) -> None:
        normal = normalise(text)
        assert len(normal.offsets) == len(normal.text) + 1
        assert normal.offsets[len(normal.text)] == len(text)
        assert all(a <= b for a, b in pairwise(normal.offsets))
        for place, character in enumerate(normal.text):
            assert character in unicodedata.normalize("NFKC", text[normal.offsets[place]])

    @given(TEXTS, st.data())
    def test_span_maps_back_to_the_characters_it_was_made_of(self, text: str, data: st.DataObject) -> None:
        normal = normalise(text)
        start = data.draw(st.integers(0, len(normal.text)))
        end = data.draw(st.integers(start, len(normal.text)))
        span = normal.span(start, end)
        assert 0 <= span.start <= span.end <= len(text)
        assert normal.text[start:end] in normalise(span.of(text)).text
        assert (start == end) == (len(span) == 0)

    @given(TEXTS)
    def test_normalised_text_stays_as_it_is(self, text: str) -> None:
        once = normalise(text).text
        again = normalise(once)
        assert again.text == once
        assert list(again.offsets) == list(range(len(once) + 1))

    @given(TEXTS)
    def test_lines_stay_lines(self, text: str) -> None:
        assert normalise(text).text.count("\n") == text.count("\n")

    @pytest.mark.parametrize(
        ("raw", "normal"),
        [
            ("ＡＩ１００％", "AI100%"),
            ("a\u00a0b\u3000c", "a b c"),
            ("\ufeff深\u200b圳\u2060", "深圳"),
            ("co\u00adoperate", "cooperate"),
            ("⼈⼯", "人工"),
            ("10㎢", "10km2"),
            ("plain\r\nASCII", "plain\r\nASCII"),
            ("", ""),
        ],
    )
    def test_one_form_for_what_looks_the_same(self, raw: str, normal: str) -> None:
        assert normalise(raw).text == normal

    def test_quote_in_widened_text_is_found_in_the_original(self) -> None:
        raw = "面积\u200b为１０㎢，人口"
        normal = normalise(raw)
        start = normal.text.index("10km2")
        assert normal.span(start, start + 5).of(raw) == "１０㎢"
        assert normal.span(start + 2, start + 3).of(raw) == "㎢"


class TestSimplify:
    @given(TEXTS)
    @example("薴" * 3)
    @example("\0龍\0")
    def test_length_is_kept(self, text: str) -> None:
        assert len(simplify(text)) == len(text)

    @given(TEXTS)
    def test_only_ideographs_change(self, text: str) -> None:
        changed = [(a, b) for a, b in zip(text, simplify(text), strict=True) if a != b]
        assert all(a.isalpha() and b.isalpha() and not a.isascii() for a, b in changed)

    @pytest.mark.parametrize(("traditional", "simplified"), PAIRS)
    def test_traditional_becomes_simplified_by_its_context(self, traditional: str, simplified: str) -> None:
        assert simplify(traditional) == simplified
        assert simplify(simplified) == simplified

    def test_text_is_folded_to_one_form(self) -> None:
        assert fold("Ｈｅｌｌｏ\u200b 臺灣") == fold("hello 台湾") == "hello 台湾"


class TestSentences:
    @given(TEXTS)
    def test_sentences_are_in_order_and_cover_all_but_white_space(self, text: str) -> None:
        spans = sentences(text)
        assert all(a.end <= b.start for a, b in pairwise(spans))
        assert all(span.of(text) and span.of(text) == span.of(text).strip() for span in spans)
        between = [text[a:b] for a, b in pairwise([0, *(edge for s in spans for edge in (s.start, s.end)), len(text)])]
        assert "".join(between[::2]).strip() == ""

    @given(TEXTS)
    def test_no_sentence_crosses_a_line(self, text: str) -> None:
        assert not any("\n" in span.of(text) for span in sentences(text))

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("他说：“来吧！”然后走了。真的？", ["他说：“来吧！”", "然后走了。", "真的？"]),
            ("增长3.5%。共1.2万。", ["增长3.5%。", "共1.2万。"]),
            ("It grew 3.5%. Dr. Wong of H.K. agreed. Why?", ["It grew 3.5%.", "Dr. Wong of H.K. agreed.", "Why?"]),
            ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
            ("see example.com for v2.0 now.", ["see example.com for v2.0 now."]),
            ("等等……然后呢", ["等等……", "然后呢"]),
            ("标题\n正文一；正文二", ["标题", "正文一；", "正文二"]),
            ("中文。English here. 再中文！", ["中文。", "English here.", "再中文！"]),
            ("Call ext. 5512. See Fig. 3, e.g. here.", ["Call ext. 5512.", "See Fig. 3, e.g. here."]),
            ("Open 8 a.m. to 6 p.m. daily. from may on.", ["Open 8 a.m. to 6 p.m. daily.", "from may on."]),
            (
                "Ends at 6 p.m. The rest, by Smith et al. (2020), is new.",
                ["Ends at 6 p.m.", "The rest, by Smith et al. (2020), is new."],
            ),
            ("no end", ["no end"]),
            (" \n\t\n", []),
            ("", []),
        ],
    )
    def test_sentences_end_where_a_reader_would_end_them(self, text: str, expected: list[str]) -> None:
        assert [span.of(text) for span in sentences(text)] == expected

    @given(TEXTS, st.data())
    def test_sentence_around_covers_the_span_with_whole_sentences(self, text: str, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        around = sentence_around(text, Span(start, end))
        assert around.covers(Span(start, end))
        cut = [s for s in sentences(text) if s.start < around.end and around.start < s.end and not around.covers(s)]
        assert cut == []

    @given(TEXTS, st.data())
    def test_sentence_around_is_made_of_the_sentences_of_the_whole(self, text: str, data: st.DataObject) -> None:
        found = data.draw(st.sampled_from(sentences(text) or [Span(0, 0)]))
        assert sentence_around(text, found) == found

    def test_a_question_is_put_into_the_script_of_a_text(self) -> None:
        assert in_script_of("论坛在深圳举行，有三个分论坛。", "論壇在哪裏舉行？") == "论坛在哪里举行？"
        assert in_script_of("論壇在深圳舉行，有三個分論壇。", "论坛在哪里举行？") == "論壇在哪裏舉行？"
        assert in_script_of("論壇在深圳舉行。", "Where is it held?") == "Where is it held?"

    def test_sentence_around_a_quote_is_its_sentence(self) -> None:
        text = "前一句。深圳港有20个泊位。后一句。"
        start = text.index("20")
        assert sentence_around(text, Span(start, start + 2)).of(text) == "深圳港有20个泊位。"
        across = Span(text.index("泊位"), text.index("后") + 1)
        assert sentence_around(text, across).of(text) == "深圳港有20个泊位。后一句。"


class TestTerms:
    @given(TEXTS)
    def test_any_text_has_terms_the_index_can_hold(self, text: str) -> None:
        assert all(term and not any(c.isspace() or c in "\"'*()" for c in term) for term in terms(text))
        assert terms(text) == terms(normalise(text).text)

    @given(st.text(st.sampled_from("臺灣颱風國際機場於後裏面髮發乾著瞭麼徵餘鐘麵，。a1 "), max_size=30))
    def test_traditional_and_simplified_text_have_the_same_terms(self, text: str) -> None:
        assert terms(text) == terms(simplify(text))

    @pytest.mark.parametrize(("traditional", "simplified"), PAIRS)
    def test_traditional_words_find_simplified_ones(self, traditional: str, simplified: str) -> None:
        assert terms(traditional) == terms(simplified)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("深圳港", ["深圳", "圳港"]),
            ("港", ["港"]),
            ("AI公司2024年", ["ai", "公司", "2024", "年"]),
            ("Libraries' OPENED", ["librari", "open"]),
            ("ＡＢＣ", ["abc"]),
            ("，。!? \n", []),
        ],
    )
    def test_terms_are_bigrams_of_ideographs_and_stems_of_words(self, text: str, expected: list[str]) -> None:
        assert terms(text) == expected

    @given(TEXTS)
    def test_question_terms_are_distinct_and_never_none_where_there_are_words(self, text: str) -> None:
        found = question_terms(text)
        assert len(found) == len(set(found))
        assert bool(found) == bool(terms(text))

    @pytest.mark.parametrize(
        ("question", "content"),
        [
            ("What is the population of Macao?", {"popul", "macao"}),
            ("请问深圳港有多少泊位？", {"深圳", "圳港", "港有", "泊位"}),
            ("請問深圳港有多少泊位？", {"深圳", "圳港", "港有", "泊位"}),
        ],
    )
    def test_question_terms_leave_out_what_only_asks(self, question: str, content: set[str]) -> None:
        assert set(question_terms(question)) == content

    def test_question_of_only_asking_words_keeps_them(self) -> None:
        assert question_terms("who is who?")
        assert question_terms("什么？")

    @given(TEXTS)
    def test_text_with_terms_has_words(self, text: str) -> None:
        assert has_words(text) or not terms(text)

    def test_marks_and_pictures_are_not_words(self) -> None:
        assert not has_words("？！… 👍 \n——")
        assert has_words("？7")
        assert has_words("？港")


class TestLanguage:
    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("Beyond Limits 是哪年成立的？", "zh"),
            ("Who runs 中国平安?", "en"),
            ("OpenAI的CEO是谁", "zh"),
            ("深圳港", "zh"),
            ("Shenzhen", "en"),
            ("2024", "en"),
            ("", "en"),
            ("臺灣在哪裡？", "zh"),
            ("What does 粤港澳大湾区 mean in the report?", "en"),
        ],
    )
    def test_a_name_in_the_other_script_does_not_decide(self, text: str, language: Language) -> None:
        assert language_of(text) == language

    @pytest.mark.parametrize(
        ("question", "language"),
        [
            ("When was 《香港智慧城市蓝图》 published?", "en"),
            ("What did 微众银行 sign with 澳门科学技术发展基金?", "en"),
            ("Tell me about 中国平安", "en"),
            ("Who wrote 《我的祖国》?", "en"),
            ("Beyond Limits 总部", "zh"),
            ("iPhone 15 Pro Max 价格", "zh"),
            ("IT部门电话", "zh"),
            ("2019?", "en"),
        ],
    )
    def test_the_words_that_ask_decide_the_language_of_a_question(self, question: str, language: Language) -> None:
        assert asked_in(question) == language

    @given(st.text(st.sampled_from("深圳港口吞吐量为，。 "), min_size=1, max_size=40))
    def test_text_without_a_latin_word_is_chinese_as_soon_as_it_has_an_ideograph(self, text: str) -> None:
        assert (language_of(text) == "zh") == any(character.isalpha() for character in text)

    @given(st.text(st.characters(max_codepoint=0x24F), max_size=40))
    def test_text_without_an_ideograph_is_english(self, text: str) -> None:
        assert language_of(text) == "en"


@pytest.mark.parametrize(
    ("text", "question", "found"),
    [
        ("She writes programs.", "Which program did Ada write?", ["writes", "programs"]),
        ("全港数据中心的总存量", "香港數據中心有多少？", ["港数据中心"]),
        ("Nothing of it.", "谁写的？", []),
    ],
)
def test_words_of_a_question_are_found_in_a_text(text: str, question: str, found: list[str]) -> None:
    assert [span.of(text) for span in shared_words(text, question)] == found
