"""Every benchmark runs on a small data folder, and counts what a hand counts."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import pytest

from eval.bench import corpus, quoted, real, scaleplot
from eval.bench.__main__ import BENCHES, main
from eval.bench.chunking import holds
from eval.bench.data import BenchQuestion, across, as_document, as_pool, read_passages
from eval.bench.encoders import Encoder, VectorCache, encoder_of
from eval.bench.frameworks import FRAMEWORKS
from eval.bench.ivf import clustered
from eval.bench.judged import Figures, judged
from eval.bench.options import Options
from eval.bench.parts import Vectors, open_bed, open_embedder
from eval.bench.pools import read_pool
from eval.bench.reading import handed_over
from eval.bench.report import Report, as_markdown
from eval.bench.systems import OURS, PlainRecipe, RetrievedSpan, fused, lineup
from eval.matching import DocumentSpan
from eval.metrics import hit, mean, ndcg
from eval.questions import load
from eval.results import read_sections
from eval.shelves import Shelf
from eval.tables import Column, Table, shown
from rag import Answer, Chunk, Citation, Passage, RagError, Settings
from tests.eval.gold import question, unanswerable
from tests.postgres import Server

ZH = (
    "香港有十二座数据中心。最大的一座在将军澳。",
    "深圳的论坛来了四百人。会场在罗湖口岸旁边。",
    "悉尼的港口很深。大船都能进港。",
)
EN = (
    "Hong Kong has twelve data centres. The largest is in Tseung Kwan O.",
    "The Shenzhen forum drew four hundred people. It met beside the Luohu checkpoint.",
    "The harbour of Sydney is deep. Large ships can enter it.",
)
ASKED_ZH = (("最大的数据中心在哪里？", "将军澳"), ("论坛来了多少人？", "四百人"), ("悉尼的港口怎么样？", "很深"))
ASKED_EN = (
    ("Where in Hong Kong is the largest of twelve data centres?", "Tseung Kwan O"),
    ("How many people met at the Shenzhen forum beside Luohu checkpoint?", "four hundred"),
    ("Is the harbour of Sydney deep, can ships enter?", "deep"),
)
NEWS = [
    f"第{i}则新闻。市政府今天宣布了第{i}号计划，预算是{i}万元。记者在现场看到，{i}辆车停在门口。" for i in range(60)
]


def write(folder: Path, name: str, rows: list[Any]) -> None:
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def passages(contexts: tuple[str, ...], asked: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [
        {"context": context, "qas": [{"question": question, "answer": answer, "start": context.index(answer)}]}
        for context, (question, answer) in zip(contexts, asked, strict=True)
    ]


def unanswered(context: str, question: str) -> dict[str, Any]:
    return {"context": context, "qas": [{"question": question, "answer": None, "start": None}]}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    chinese, english = passages(ZH, ASKED_ZH), passages(EN, ASKED_EN)
    for name in ("xquad_zh", "cmrc_dev", "cmrc_trial", "drcd"):
        write(folder, name, chinese)
    for name in ("xquad_en", "squad2_part"):
        write(folder, name, english)
    write(folder, "squad2_dev_part", [*english, unanswered("Rivers run.", "Who is Zaphod Beeblebrox?")])
    write(folder, "dureader_checklist_dev", [*chinese, unanswered("河水长流。", "张三几岁？")])
    corpus = [{"id": str(i), "title": f"Title {i}", "text": text} for i, text in enumerate(EN)]
    write(folder, "scifact_corpus", corpus)
    write(folder, "scifact_queries", [{"id": "q", "question": "The Shenzhen forum drew people", "relevant": ["1"]}])
    write(folder, "zh_news_10k", [{"id": f"news-{i:05d}", "text": text} for i, text in enumerate(NEWS)])
    return folder


def run(tmp_path: Path, *arguments: str) -> dict[str, Any]:
    out = tmp_path / "out.json"
    assert main([*arguments, "--embedder", "hash", "--no-hub", "--json", str(out)]) == 0
    report: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return report


def row(report: dict[str, Any], table: int, **wanted: Any) -> dict[str, Any]:
    rows = report["tables"][table]["rows"]
    return next(one for one in rows if all(one[name] == value for name, value in wanted.items()))


# Counting


def test_a_hit_is_a_gold_document_among_the_first_k() -> None:
    assert not hit(["b", "a"], {"a"}, 1)
    assert hit(["b", "a"], {"a"}, 2)
    assert not hit([], {"a"}, 5)


def test_ndcg_discounts_by_rank_and_counts_a_document_once() -> None:
    assert ndcg(["a"], {"a"}, 10) == 1.0
    assert ndcg(["b", "a"], {"a"}, 10) == pytest.approx(0.6309, abs=1e-4)  # 1 / log2(3)
    assert ndcg(["b", "b", "a"], {"a"}, 10) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg(["a", "c"], {"a", "b"}, 10) == pytest.approx(0.6131, abs=1e-4)  # 1 / (1 + 1 / log2(3))
    assert ndcg(["b"] * 10 + ["a"], {"a"}, 1) == 0.0


def test_the_share_of_nothing_is_unknown() -> None:
    assert mean([]) is None
    assert mean([True, False]) == 0.5


def test_a_chunk_holds_an_answer_only_whole() -> None:
    question = BenchQuestion("?", frozenset({"d"}), "abc", 10)
    assert holds(RetrievedSpan("d", 10, 13), question)
    assert not holds(RetrievedSpan("d", 11, 20), question)
    assert not holds(RetrievedSpan("d", 0, 12), question)


def test_across_asks_one_language_and_expects_the_others_answer(data: Path) -> None:
    zh, en = read_passages(data, "xquad_zh"), read_passages(data, "xquad_en")
    pool = across(zh, en, "en", "en")
    assert pool.documents == as_pool(en, "en", "en").documents
    assert pool.questions[0] == BenchQuestion(
        ASKED_ZH[0][0], frozenset({"en/00000.txt"}), "Tseung Kwan O", EN[0].index("Ts")
    )


def test_a_mixed_pool_has_every_passage_once_and_asks_for_it_in_either_language(data: Path) -> None:
    pools = {name: read_pool(Options(data=data), f"mixed {name}") for name in ("zh→zh", "en→zh", "en→en")}
    paths = ["zh/00000.txt", "en/00001.txt", "zh/00002.txt"]
    assert all([one.path for one in pool.documents] == paths for pool in pools.values())
    assert [one.text for one in pools["zh→zh"].questions] == [ASKED_ZH[0][0], ASKED_ZH[2][0]]
    assert [one.text for one in pools["en→zh"].questions] == [ASKED_EN[0][0], ASKED_EN[2][0]]
    assert [(one.answer, *one.gold) for one in pools["en→en"].questions] == [("four hundred", "en/00001.txt")]


def test_the_gold_passage_is_handed_over_with_the_scores_of_retrieval(data: Path) -> None:
    settings, embedder = Settings(embedder="hash", chunk_size=48), open_embedder("hash")
    pool = as_pool(read_passages(data, "xquad_en"), "en", "en")
    question = pool.questions[1]
    passages = handed_over(pool, embedder, settings)(question)
    with open_bed(pool.documents, settings, embedder) as bed:
        found = bed.retrieve(question.text, 50)
    retrieved = {one.chunk: (one.dense, one.coverage) for one in found}
    assert len(passages) == 2
    assert [retrieved[one.chunk] for one in passages] == [(one.dense, one.coverage) for one in passages]
    assert passages[0].score >= passages[1].score


def test_a_question_ranks_where_its_last_quote_is_seen() -> None:
    question = replace(load("real")[0], document="d", quotes=("bb", "cc"))
    places = [DocumentSpan("e", 0, 9), DocumentSpan("d", 0, 5), DocumentSpan("d", 5, 9)]
    assert quoted.rank(question, {"d": "aa bb cc"}, places) == 3
    assert quoted.rank(question, {"d": "aa bb cc"}, places[:2]) is None
    assert quoted.rank(question, {}, places) is None
    both = replace(question, documents=("d", "e"), quotes=("bb", "ee"))
    assert quoted.rank(both, {"d": "aa bb", "e": "ee"}, places) == 2


TOLD = "It drew four hundred people."
GOLD = BenchQuestion("?", frozenset({"gold"}), "four hundred", 8)
PAGES = {name: as_document(name, TOLD, "en") for name in ("gold", "other")}


def answer_of(document: str, quote: str, confidence: float) -> Answer:
    chunk = Chunk(document, 0, 9, "", "", None, "en")
    start = TOLD.index(quote)
    cited = Citation(1, document, "", None, None, start, start + len(quote), quote, TOLD, start)
    return Answer("?", "en", quote, False, confidence, citations=(cited,), passages=(Passage(chunk, 1, 1, 1, 1),))


def test_an_answer_is_right_when_the_cited_sentence_of_the_gold_document_holds_the_gold() -> None:
    right_answer = answer_of("gold", "four hundred people", 0.9)
    right = Figures([judged(right_answer, GOLD, PAGES)], 0.5)
    assert (right.right_sentence, right.answered, right.exact, right.confidences) == (1.0, 1.0, 0.0, [0.9])
    assert right.f1 == pytest.approx(0.8)  # 2 of 3 words right, 2 of 2 found
    assert right.retrieved == 0.0  # the passage ends at 9, the answer at 20
    twice = Figures([judged(replace(right_answer, citations=right_answer.citations * 2), GOLD, PAGES)], 0.5)
    assert (twice.f1 or 0) < (right.f1 or 0)
    assert Figures([judged(answer_of("other", "four hundred", 0.9), GOLD, PAGES)], 0.5).right_sentence == 0.0
    unsure = Figures([judged(answer_of("gold", "four hundred", 0.4), GOLD, PAGES)], 0.5)
    assert (unsure.right_sentence, unsure.answered, unsure.exact) == (1.0, 0.0, 1.0)


def test_what_nothing_answers_is_right_only_when_refused() -> None:
    guessed = Figures([judged(answer_of("gold", "four", 0.9), BenchQuestion("?", frozenset({"gold"})), PAGES)], 0.5)
    assert (guessed.answerable, guessed.refused, guessed.rights) == ([], 0.0, [False])
    assert Figures(guessed.verdicts, 0.95).refused == 1.0


# Running


def test_retrieval_finds_passages_by_shared_words(data: Path, tmp_path: Path) -> None:
    report = run(tmp_path, "retrieval", "--data", str(data), "--sets", "xquad", "cmrc", "scifact")
    alone, zh, en, cmrc, scifact = range(5)
    for system in ("BM25 alone", "hash alone", "Yinju"):
        found = row(report, alone, system=system)
        assert found["zh→zh @1"] == found["en→en @1"] == 1.0, system
        assert row(report, cmrc, system=system)["zh→zh @5"] == 1.0
        assert row(report, scifact, system=system)["nDCG@10"] == 1.0
    assert row(report, alone, system="BM25 alone")["en→zh @5"] == 0.0  # no word is shared
    for table in (zh, en):
        mixed = row(report, table, system="BM25 alone")
        assert (mixed["either @5"], mixed["own @5"], mixed["other @5"]) == (1.0, 1.0, 0.0)
    assert row(report, alone, system="Yinju / best other")["zh→zh @1"] == 1.0
    assert report["skipped"] == ["e5-small and what is built of it: --no-hub"]


def test_vectors_are_kept_and_a_second_run_encodes_nothing(tmp_path: Path) -> None:
    hashed = open_embedder("hash")
    first = encoder_of(hashed, tmp_path / "kept").passages(["a b", "c", "a b"])
    encoded: list[str] = []

    def encode(texts: Sequence[str]) -> list[Vectors]:
        encoded.extend(texts)
        return [one.vector for one in hashed.embed_passages(texts)]

    again = Encoder(encode, lambda text: encode([text])[0], VectorCache(tmp_path / "kept", hashed.id))
    assert (again.passages(["a b", "c", "a b"]) == first).all()
    assert encoded == []
    again.passages(["d", "c"])
    assert encoded == ["d"]
    asked = Encoder(
        encode, lambda text: encode([text])[0], None, VectorCache(tmp_path / "kept", f"{hashed.id}, questions")
    )
    encoder_of(hashed, tmp_path / "kept").question("who?")
    assert asked.question("who?").shape == (hashed.dim,)
    assert encoded == ["d"]
    other = Encoder(encode, lambda text: encode([text])[0], VectorCache(tmp_path / "kept", "another"))
    other.passages(["c"])
    assert encoded == ["d", "c"]


def test_rank_fusion_puts_first_what_both_rankings_have() -> None:
    a, b, c = (RetrievedSpan(name, 0, 1) for name in "abc")
    rankings = [[a, b], [c, b]]
    builds = [lambda *_, ranked=ranked: lambda _question, k: ranked[:k] for ranked in rankings]
    assert fused(builds)((), cast(Any, None))("?", 2) == [b, a]


def test_the_plain_recipe_finds_the_piece_that_holds_the_words() -> None:
    documents = [as_document(f"{i}.txt", text, "en") for i, text in enumerate(EN)]
    search = PlainRecipe(encoder_of(open_embedder("hash"))).build(documents, cast(Any, None))
    assert search("The Shenzhen forum drew people", 1) == [RetrievedSpan("1.txt", 0, len(EN[1]))]


@pytest.mark.parametrize("title", FRAMEWORKS)
def test_a_framework_that_is_not_installed_says_how_to_install_it(title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("txtai", "haystack", "haystack.dataclasses", "llama_index", "llama_index.core"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(RagError) as caught:
        FRAMEWORKS[title](Path("model"))
    assert caught.value.hint.startswith("pip install ")


def test_answers_are_judged_through_the_whole_pipeline(data: Path, tmp_path: Path) -> None:
    report = run(tmp_path, "answers", "--data", str(data), "--sets", "xquad zh→zh", "squad2")
    chinese = row(report, 0, set="xquad zh→zh")
    assert (chinese["answerable"], chinese["unanswerable"], chinese["refused"]) == (3, 0, None)
    assert chinese["retrieved"] == 1.0
    assert 0 < chinese["right sentence"] <= 1.0
    english = row(report, 0, set="squad2")
    assert (english["answerable"], english["unanswerable"]) == (3, 1)
    assert english["retrieved"] == 1.0


def test_answers_in_a_mixed_pool_go_both_ways(data: Path, tmp_path: Path) -> None:
    report = run(tmp_path, "answers", "--data", str(data), "--sets", "mixed zh→zh", "mixed zh→en")
    assert row(report, 0, set="mixed zh→zh")["answerable"] == 2
    assert row(report, 0, set="mixed zh→en")["answerable"] == 1


def test_a_sample_of_questions_is_asked_over_all_passages(data: Path) -> None:
    whole, part = (read_pool(Options(data=data, questions=n), "xquad zh→zh") for n in (None, 2))
    assert part.documents == whole.documents
    assert len(part.questions) == 2 < len(whole.questions)
    assert set(part.questions) < set(whole.questions)
    assert part == read_pool(Options(data=data, questions=2), "xquad zh→zh")


def test_reading_measures_the_gold_passage_and_times_it(data: Path, tmp_path: Path) -> None:
    report = run(tmp_path, "reading", "--data", str(data), "--limit", "4", "--sets", "xquad zh→zh", "squad2", "latency")
    chinese = row(report, 0, set="xquad zh→zh")
    assert (chinese["generator"], chinese["n"], chinese["unanswerable"], chinese["mean"]) == ("extractive", 3, 0, None)
    assert 0 < chinese["right sentence"] <= 1.0
    assert 0 < chinese["F1"] == chinese["span F1"] < 1.0
    english = row(report, 0, set="squad2")
    assert (english["n"], english["unanswerable"]) == (4, 1)
    assert english["mean"] == (english["answered"] + english["refused"]) / 2
    assert 0 <= english["ECE"] <= 1
    assert row(report, 1, what="load, in a fresh process")["p50 ms"] >= 0
    assert {one["times"] for one in report["tables"][1]["rows"][:2]} == {4}


def test_generators_are_measured_beside_the_one_without_weights_and_each_once() -> None:
    assert Options(settings=Settings(generator="a"), beside=("b", "a")).generators == ("extractive", "a", "b")
    assert Options(settings=Settings(generator="extractive")).generators == ("extractive",)


def test_chunking_measures_every_cut(data: Path, tmp_path: Path) -> None:
    report = run(tmp_path, "chunking", "--data", str(data), "--sets", "drcd", "squad2_part")
    assert [table["title"] for table in report["tables"]] == ["mean of the sets", "drcd", "squad2_part"]
    for table in report["tables"]:
        assert len(table["rows"]) == 12
        assert all(one["answer @1"] <= one["passage @1"] <= one["passage @5"] for one in table["rows"])
    assert row(report, 1, size=640, overlap=0)["chunks"] == 3


def test_real_counts_quotes_in_files_and_lists_the_misses(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "page.txt").write_text("\n\n".join(ZH), encoding="utf-8")
    questions = tmp_path / "questions"
    questions.mkdir()
    lines = [
        {"id": "1", "question": ASKED_ZH[0][0], "quotes": ["将军澳"], "facts": [["将军澳"]]},
        {"id": "2", "question": ASKED_ZH[1][0], "quotes": ["不在页上"], "facts": [["无"]]},
    ]
    common = {"language": "zh", "kind": "fact", "document": "page.txt"}
    rows = "\n".join(json.dumps({**line, **common}, ensure_ascii=False) for line in lines)
    (questions / "real_pages.jsonl").write_text(rows, encoding="utf-8")
    report = real.run(Options(data=pages, settings=Settings(embedder="hash"), hub=False), questions)
    by_kind, misses = report.tables
    assert ("Yinju", "fact", 2, 0.5, 0.5) in by_kind.rows
    assert misses.rows == (("2", ASKED_ZH[1][0], None),)
    assert "2: its quote does not stand in page.txt" in report.skipped


def test_our_own_shelves_are_searched_each_by_itself_and_the_nearest_chunk_is_judged(tmp_path: Path) -> None:
    chinese = question(question=ASKED_ZH[0][0], document="zh.txt", quotes=("将军澳",), facts=(("将军澳",),))
    english = question(question=ASKED_EN[1][0], language="en", document="en.txt", quotes=("Luohu",), facts=(("5",),))
    shelves = []
    for name, texts, asked in (("zh", ZH, (chinese, unanswerable())), ("en", EN, (english,))):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text("\n".join(texts), encoding="utf-8")
        shelves.append(Shelf(name, (tmp_path / name,), asked))
    options = Options(settings=Settings(embedder="hash"), hub=False)
    quotes, nearest = corpus.tables(shelves, options, lineup("hash", with_hub=False))
    found = {one[0]: one[1:] for one in quotes.rows}
    assert found[OURS] == (1.0, 1.0, 1.0, 1.0, None, None, None, None)
    assert quotes.note.startswith("2 documents, 2 chunks, ")
    said = {one[0]: one[1:] for one in nearest.rows}
    assert said[OURS][0] == 0.5  # the fact "5" stands in no chunk
    assert said[OURS][1] == round((len("\n".join(ZH)) + len("\n".join(EN))) / 2)


@pytest.mark.long
def test_browser_measures_each_width_over_few_and_many_documents(tmp_path: Path) -> None:
    from ui.shots import browser_file

    if browser_file() is None:
        pytest.skip("there is no Chromium on this machine. Try: apt-get install chromium")
    out = tmp_path / "out.json"  # in a process of its own: of Playwright there may be one
    subprocess.run([sys.executable, "-m", "eval.bench", "browser", "--limit", "80", "--json", out], check=True)
    arriving, scrolling = json.loads(out.read_text("utf-8"))["tables"]
    assert [(row["width, px"], row["documents"]) for row in arriving["rows"]] == [
        (width, documents) for documents in (3, 80) for width in (390, 1024, 1440)
    ]
    assert all(0 < row["of it our own, kB"] < row["weight, kB"] for row in arriving["rows"])
    assert scrolling["rows"][0]["documents"] == 80


@pytest.mark.long
def test_every_visitor_of_the_web_chat_gets_their_answers(tmp_path: Path) -> None:
    pytest.importorskip("gradio", reason="the web chat needs pip install 'yinju[ui]'")
    out = tmp_path / "out.json"
    subprocess.run([sys.executable, "-m", "eval.bench", "web", "--limit", "8", "--json", out], check=True)
    rows = json.loads(out.read_text("utf-8"))["tables"][0]["rows"]
    assert [(row["visitors"], row["errors and crossed answers"]) for row in rows] == [(1, 0), (20, 0)]
    assert all(row["answers"] > 0 for row in rows)


@pytest.mark.long
def test_speed_measures_every_step(data: Path, tmp_path: Path) -> None:
    report = run(tmp_path, "speed", "--data", str(data), "--limit", "20")
    figures = {one["what"]: one for one in report["tables"][0]["rows"]}
    assert all(one["measured"] >= 0 for one in figures.values())
    chunks = next(name for name in figures if name.startswith("index again")).split()[-2]
    for step in ("in all", "retrieve", "read", "verify"):
        assert f"ask, warm, {chunks} chunks: {step}, p50" in figures
    assert figures["python -m rag --help"]["target"] == "≤ 0.25"
    assert figures[f"peak memory of ask, {chunks} chunks"]["measured"] > 10


@pytest.mark.long
def test_growth_compares_a_small_index_with_a_large_one(data: Path, tmp_path: Path) -> None:
    report = run(tmp_path, "growth", "--data", str(data), "--limit", "5")
    figures = {one["what"]: one for one in report["tables"][0]["rows"]}
    (growth,) = [one for name, one in figures.items() if name.endswith("memory growth")]
    assert growth["target"] == "≤ 30"
    asked = [name for name in figures if name.startswith("ask, ") and name.endswith("chunks, p50")]
    sizes = [int(name.split()[1]) for name in asked]
    assert len(sizes) == 2
    assert 0 < sizes[0] <= 5 < sizes[1] <= 50
    assert figures["ask, p50: large beside small"]["measured"] > 0


def test_faiss_compares_with_exact_search(tmp_path: Path) -> None:
    report = run(tmp_path, "faiss", "--limit", "500")
    assert row(report, 0, vectors=500)["recall@10"] == 1.0


def test_synthetic_vectors_are_unit_and_the_same_every_time() -> None:
    import numpy as np

    centres = np.eye(4, 8, dtype=np.float32)
    one, two = (clustered(50, np.random.default_rng(0), centres) for _ in range(2))
    assert np.array_equal(one, two)
    assert np.allclose(np.linalg.norm(one, axis=1), 1.0, atol=1e-5)


# Showing


def test_results_go_to_one_section_a_set(data: Path, tmp_path: Path) -> None:
    results = tmp_path / "RESULTS.md"
    arguments = ["--data", str(data), "--embedder", "hash", "--no-hub", "--write", str(results)]
    assert main(["retrieval", "--sets", "cmrc", "scifact", *arguments]) == 0
    sections = read_sections(results)
    assert list(sections) == ["bench-retrieval-cmrc", "bench-retrieval-scifact"]
    assert "| Yinju | 1.000 | 1.000 |" in sections["bench-retrieval-cmrc"]


def test_limited_figures_are_not_written(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = tmp_path / "RESULTS.md"
    assert main(["retrieval", "--data", str(data), "--limit", "1", "--write", str(results)]) == 2
    assert "--limit" in capsys.readouterr().err
    assert not results.exists()


NEEDS_NO_DATA = ("browser", "faiss", "install", "ocr", "pages", "plans", "scopes", "tables", "writer")


@pytest.mark.parametrize("name", [name for name in BENCHES if name not in NEEDS_NO_DATA])
def test_missing_data_is_an_error_with_a_next_step(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--data", str(tmp_path / "none"), "--embedder", "hash", "--no-hub"]) == 2
    assert "--data DIR" in capsys.readouterr().err


def test_an_unknown_set_names_those_there_are(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["retrieval", "--data", str(data), "--sets", "xsquad", "--embedder", "hash", "--no-hub"]) == 2
    assert "--sets xquad cmrc scifact corpus" in capsys.readouterr().err


def test_list_tells_what_each_measures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert all(line.split()[0] in BENCHES for line in capsys.readouterr().out.splitlines())


def test_cells_and_markdown_show_what_was_measured() -> None:
    assert [shown(None), shown(0.5, ".3f"), shown(1234), shown(12.345), shown("a")] == [
        "–",
        "0.500",
        "1,234",
        "12.3",
        "a",
    ]
    table = Table("T", (Column("x"), Column("y", ".1f")), (("a|b", 2.0),), "Note.", "part")
    text = as_markdown(Report("name", (table,), {"cores": 2}, ("it: reason",)), [table])
    assert text.splitlines()[0] == "## Benchmark: name part"
    assert "| a\\|b | 2.0 |" in text
    assert text.endswith("Skipped: it: reason")


@pytest.mark.long
def test_scale_fills_and_searches_both_stores(data: Path, tmp_path: Path, server: Server) -> None:
    report = run(tmp_path, "scale", "--data", str(data), "--limit", "1500", "--server", server.url())
    rows = report["tables"][0]["rows"]
    assert [one["store"] for one in rows] == ["SQLite + FAISS", "PostgreSQL + pgvector"]
    for one in rows:
        assert one["chunks"] == 1500
        assert one["recall@10"] == 1.0  # both search exactly where there are so few
        assert one["bytes/chunk"] > 64 * 4
        assert one["searches/s"] > 0


def test_scale_without_a_server_says_what_it_left_out(data: Path, tmp_path: Path) -> None:
    report = run(tmp_path, "scale", "--data", str(data), "--limit", "1500")
    assert len(report["tables"][0]["rows"]) == 1
    assert "PostgreSQL" in report["skipped"][0]


def test_growth_is_drawn_with_a_curve_for_each_store(tmp_path: Path) -> None:
    rows = [
        {"chunks": size, "store": store, "p50 ms, 1 client": size / 1e4, "load s": size / 1e3, "index s": 0.0}
        for store in ("SQLite + FAISS", "PostgreSQL + pgvector")
        for size in (10_000, 100_000)
    ]
    (tmp_path / "scale.json").write_text(json.dumps({"tables": [{"rows": rows}]}), "utf-8")
    assert scaleplot.main([str(tmp_path / "scale.json"), str(tmp_path / "plot.svg")]) == 0
    drawn = ElementTree.fromstring((tmp_path / "plot.svg").read_text("utf-8"))
    curves = [one.get("points", "").split() for one in drawn.iter("{http://www.w3.org/2000/svg}polyline")]
    assert [len(points) for points in curves] == [2] * 6
    first, last = (float(point.split(",")[1]) for point in curves[0])
    assert last < first  # more milliseconds stand higher


@pytest.mark.long
def test_scopes_of_every_size_are_searched_in_both_stores_and_miss_nothing(tmp_path: Path, server: Server) -> None:
    report = run(tmp_path, "scopes", "--limit", "600", "--server", server.url())
    rows = report["tables"][0]["rows"]
    assert [one["chunks"] for one in rows] == 3 * [600, 50, 50, 50, 300]
    assert {one["recall@200"] for one in rows if "exact" in one["store"] or one["chunks"] <= 60} == {1.0}
    assert all(one["recall@200"] >= 0.9 for one in rows)
