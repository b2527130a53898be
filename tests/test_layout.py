"""Documents with structure to chunks, what models read of them, and what in them may answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generation.candidates import units
from rag.indexing.chunking import chunk, width
from rag.loaders.builder import Builder
from rag.loaders.metadata import Metadata
from rag.model_text import from_json, index_terms, model_text, to_json
from rag.types import Chunk, Document, Span
from tests.builders import document

WORDS = "渡口在清晨六点开放，晚上十点关闭。"


def made(doc: Builder, title: str = "handbook", path: str = "handbook.txt") -> Document:
    extract = doc.extract(Metadata())
    return replace(document(path, extract.text, title=title), outline=extract.outline)


def handbook() -> Document:
    doc = Builder()
    doc.heading("员工手册", 1)
    doc.heading("二、假期", 2)
    doc.paragraph("请假须提前一天申请。")
    doc.heading("2.2 病假", 3)
    doc.paragraph("办理须携带以下材料：")
    doc.item("医院证明")
    doc.item("申请表")
    doc.heading("三、差旅", 2)
    doc.add("caption", "表1 差旅标准")
    doc.table(
        [["城市", "住宿标准（元/晚）", "餐补（元/天）"], ["北京", "600", "120"], ["上海", "", "110"]], header_rows=1
    )
    return made(doc)


def read(chunks: list[Chunk]) -> list[str]:
    return [model_text(one).text for one in chunks]


def test_a_heading_belongs_to_what_follows_and_stands_over_it() -> None:
    chunks = chunk(handbook(), 440, 0)
    assert [one.text.split("\n")[0] for one in chunks] == ["员工手册", "2.2 病假", "三、差旅"]
    assert [one.context for one in chunks] == ["", "员工手册 › 二、假期", "员工手册"]


def test_a_row_is_read_as_a_sentence_with_the_names_of_its_columns() -> None:
    last = chunk(handbook(), 440, 0)[-1]
    assert model_text(last).text.split("\n") == [
        "员工手册",
        "三、差旅",
        "表1 差旅标准",
        "城市: 北京 — 住宿标准（元/晚）: 600; 餐补（元/天）: 120",
        "城市: 上海 — 餐补（元/天）: 110",
    ]


def test_a_span_of_what_is_read_is_a_span_of_the_text() -> None:
    last = chunk(handbook(), 440, 0)[-1]
    said = model_text(last)
    for words, quote in (("600", "600"), ("住宿标准（元/晚）: 600", "600"), ("600; 餐补（元/天）: 120", "600 | 120")):
        start = said.text.index(words)
        span = said.in_chunk(Span(start, start + len(words)))
        assert span
        assert span.of(last.text) == quote
    assert said.in_chunk(Span(0, 4)) is None, "what stands above is not in the text"


def test_headings_captions_header_rows_and_lead_ins_are_no_answers() -> None:
    found = [(unit.kind, unit.span.of(one.text)) for one in chunk(handbook(), 440, 0) for unit in units(one)]
    assert found == [
        ("sentence", "请假须提前一天申请。"),
        ("list", "医院证明\n申请表"),
        ("sentence", "医院证明"),
        ("sentence", "申请表"),
        ("row", "北京 | 600 | 120"),
        ("row", "上海 | | 110"),
    ]


def test_only_the_last_sentence_of_a_paragraph_leads_in() -> None:
    doc = Builder()
    doc.paragraph("In spring 23 penguins were struck by cars. Two answers were put forward:")
    doc.item("a tunnel under the road")
    doc.item("a gate that closes it")
    (only,) = chunk(made(doc), 440, 0)
    told, listed = units(only)[:2]
    assert told.text == "In spring 23 penguins were struck by cars."
    assert (listed.kind, listed.text.split("\n")[0]) == ("list", "Two answers were put forward:")


def test_a_table_is_cut_between_its_rows_and_each_piece_knows_its_columns_and_caption() -> None:
    doc = Builder()
    doc.add("caption", "Staff of the mill")
    doc.table([["Number", "Name"], *[[f"GK{n}", f"Person {n}"] for n in range(40)]], header_rows=1)
    chunks = chunk(made(doc), 200, 0)
    assert len(chunks) > 5
    assert all(line.count(" | ") == 1 for one in chunks[1:] for line in one.text.split("\n"))
    assert all("Staff of the mill" in one.text + one.context for one in chunks)
    assert all(text.count("Name: ") == one.text.count("Person") for text, one in zip(read(chunks), chunks, strict=True))
    assert "\n".join(one.text for one in chunks) == made(doc).text


def test_siblings_do_not_share_a_chunk_and_name_their_parent() -> None:
    doc = Builder()
    for boat in (20, 30):
        doc.heading(f"Tern {boat}", 2)
        doc.heading("Terms", 3)
        doc.paragraph(f"The warranty runs for {boat} months.")
    assert read(chunk(made(doc), 440, 0)) == [
        f"Tern {boat}\nTerms\nThe warranty runs for {boat} months." for boat in (20, 30)
    ]


def test_a_nested_item_is_read_with_the_items_it_stands_in() -> None:
    doc = Builder()
    for line, last in (("下田线", "21:40"), ("上坪线", "22:15")):
        doc.item(line)
        doc.item(f"末班车：{last}", 1)
    (only,) = chunk(made(doc), 440, 0)
    assert [unit.text for unit in units(only) if unit.kind == "sentence"] == [
        "下田线 › 末班车：21:40",
        "上坪线 › 末班车：22:15",
    ]


def test_code_stays_whole_and_is_what_its_lead_in_announces() -> None:
    doc = Builder()
    doc.paragraph("The cache is cleared with:")
    doc.add("code", "skiff cache \\\n  --wipe")
    (only,) = chunk(made(doc), 440, 0)
    assert next((unit.kind, unit.span.of(only.text)) for unit in units(only)) == ("list", "skiff cache \\\n  --wipe")


def test_a_section_ends_where_its_panel_closes() -> None:
    doc = Builder()
    doc.heading("Prices", 1)
    doc.heading("Can I return it?", 7)
    doc.paragraph("Yes.")
    doc.end(7)
    doc.paragraph("We open at nine.")
    chunks = chunk(made(doc), 440, 0)
    assert [one.context for one in chunks] == ["", "Prices"]


def test_the_title_stands_over_a_chunk_unless_a_heading_or_only_the_file_says_it() -> None:
    doc = Builder()
    doc.paragraph(WORDS)
    assert chunk(made(doc, title="渡口须知"), 440, 0)[0].context == "渡口须知"
    assert chunk(made(doc, title="handbook"), 440, 0)[0].context == ""


def test_file_names_titles_and_headings_are_words_of_the_index() -> None:
    doc = Builder()
    doc.heading("Fees", 1)
    doc.paragraph("Paid at noon.")
    (one,) = chunk(made(doc, title="Harbour rules", path="x/report_beta.txt"), 440, 0)
    assert {"report", "beta", "harbour", "rule", "fee", "noon"} <= set(index_terms(one).split())


def test_how_a_chunk_is_read_comes_back_from_json_and_damage_is_noticed() -> None:
    last = chunk(handbook(), 440, 0)[-1]
    assert from_json(to_json(last)) == (last.context, last.pieces)
    assert to_json(chunk(document("handbook.txt", "Words.", title="handbook"), 440, 0)[0]) == ""
    with pytest.raises(ValueError, match="stored"):
        from_json(to_json(last).replace("row", "raw"))


BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(["heading", "paragraph", "item", "code", "note", "table", "end"]),
        st.text("abc 。.:\n港口船", min_size=0, max_size=60),
        st.integers(0, 3),
    ),
    max_size=12,
)


@given(BLOCKS, st.integers(40, 120), st.integers(0, 15))
def test_no_text_is_lost_and_every_unit_stands_where_it_says(
    blocks: list[tuple[str, str, int]], size: int, overlap: int
) -> None:
    doc = Builder()
    for kind, text, level in blocks:
        if kind == "table":
            doc.table([["a", "b"], [text, "1"], ["港", text]], header_rows=level % 2)
        elif kind == "end":
            doc.end(level + 1)
        else:
            doc.add(kind, text, level=level)  # type: ignore[arg-type]
    of = made(doc)
    covered = [False] * len(of.text)
    for one in chunk(of, size, overlap):
        assert of.text[one.start : one.end] == one.text
        covered[one.start : one.end] = [True] * len(one.text)
        said = model_text(one)
        for unit in units(one):
            assert unit.span.of(one.text)
            assert said.in_chunk(unit.read) is not None
            assert all(unit.kind == "sentence" or unit.span.covers(part) for part in unit.parts)
    assert all(done or of.text[place].isspace() for place, done in enumerate(covered))
    assert all(width(one.text) <= 5 * size for one in chunk(of, size, 0))


def test_the_cells_of_a_form_are_read_as_pairs_and_those_of_a_list_are_not() -> None:
    form, plain = Builder(), Builder()
    form.table([["Visitor", "Lena Hartwig", "Badge", "B-317"], ["Host", "", "Purchasing", "Room", "4.12"]])
    plain.table([["Oak", "Pine", "Larch", "Fir"], ["Oak", "Yew", "Larch", "Box"]])
    assert read(chunk(made(form), 440, 0)) == ["Visitor: Lena Hartwig; Badge: B-317\nHost: Purchasing; Room: 4.12"]
    assert read(chunk(made(plain), 440, 0))[0].startswith("Oak, Pine — Larch; Fir")
