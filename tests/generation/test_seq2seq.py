from __future__ import annotations

import json
import shutil
import socket
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from rag.errors import ExtraMissing, ModelError, QuestionError, WeightsMissing
from rag.generation.attribution import REFUSAL, Similarity, Statement, attribute, is_refusal, sources_in, statements
from rag.generation.seq2seq import Seq2SeqWriter, _speak, fit, prompt
from rag.generation.writing import WritingGenerator
from rag.question.analysis import analyse
from rag.text import language_of, question_terms
from rag.types import Chunk, Evidence, Language, Passage
from tests.generation.tiny_seq2seq import build, tokenizer_for

DOCUMENTS = {
    "company.md": (
        "About us\n\nBeyond Limits was founded in 2014. Its office stands in Glendale. It makes refinery software."
    ),
    "harbour.md": "The harbour has nine piers. Ferries leave every hour. The fare is twelve dollars.",
    "数码港.txt": "园区简介\n\n数码港成立于2004年。园区里有1900家公司。最近的车站是香港大学站。",
    "天气.txt": "台风季节从六月开始。八月雨水最多。",
}


def passage(name: str, first: str = "") -> Passage:
    """The document from its sentence ``first`` on, so that offsets in passage and document differ."""
    text = DOCUMENTS[name]
    start = text.index(first)
    chunk = Chunk(name, start, len(text), text[start:], name, None, language_of(text))
    return Passage(chunk, 1.0, 1.0, 1.0, 1.0)


COMPANY, HARBOUR = passage("company.md", "Beyond"), passage("harbour.md")
CYBERPORT, WEATHER = passage("数码港.txt", "数码港"), passage("天气.txt")
ENGLISH, CHINESE, MIXED = [HARBOUR, COMPANY], [WEATHER, CYBERPORT], [WEATHER, COMPANY]

ANSWERS: dict[tuple[str, ...], str] = {
    (" When",): REFUSAL["en"],
    (" When", " Glendale"): "Beyond Limits was founded in 2014. [2]",
    (" Where",): "Its office stands in Glendale [1].",
    (" What",): "twelve dollars",
    (" Who",): "The captain is Maria Lopez from Portugal.",
    (" How",): "The harbour has nine piers. [1] Dolphins swim beside them every winter.",
    ("哪",): REFUSAL["zh"],
    ("哪", "2004"): "数码港成立于2004年。[2]",
    ("几",): "园区里有1900家公司。八月雨水最多。",
    ("谁",): "总裁叫欧阳修文，毕业于剑桥。",
    ("哪", "办"): "办公室位于格伦代尔。",
}
"""Tokens of the question and the passages, and what the model writes where the prompt has them all."""


@pytest.fixture(scope="session", autouse=True)
def _offline() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small T5 that writes ``ANSWERS``, saved as any model is."""
    for package in ("torch", "transformers"):
        pytest.importorskip(package, reason=f"seq2seq models need {package}: pip install 'yinju[hub]'")
    return build(tmp_path_factory.mktemp("models") / "tiny-t5", ANSWERS, DOCUMENTS.values())


@pytest.fixture(scope="session")
def generator(folder: Path) -> WritingGenerator:
    return drafting(folder)


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    """The model's folder, to be broken."""
    return Path(shutil.copytree(folder, tmp_path / "model"))


def drafting(model: str | Path, similarity: Similarity | None = None) -> WritingGenerator:
    return WritingGenerator(Seq2SeqWriter(model), similarity)


def quotes(found: tuple[Evidence, ...]) -> list[tuple[str, str]]:
    return [(one.document, DOCUMENTS[one.document][one.start : one.end]) for one in found]


# What the model writes


@pytest.mark.parametrize(
    ("question", "passages", "document", "sentence"),
    [
        ("When was Beyond Limits founded?", ENGLISH, "company.md", "Beyond Limits was founded in 2014."),
        ("数码港是哪年成立的？", CHINESE, "数码港.txt", "数码港成立于2004年。"),
    ],
)
def test_an_answer_stands_on_the_right_span_of_the_right_document(
    generator: WritingGenerator, question: str, passages: list[Passage], document: str, sentence: str
) -> None:
    draft = generator.generate(analyse(question), passages)
    assert [claim.text for claim in draft.claims] == [sentence]
    assert quotes(draft.claims[0].evidence) == [(document, sentence)]
    assert 0.5 < draft.confidence <= 1.0


@pytest.mark.parametrize(
    ("question", "passages"),
    [("When was Beyond Limits founded?", [HARBOUR, WEATHER]), ("数码港是哪年成立的？", [WEATHER])],
)
def test_the_same_question_without_its_passage_is_refused(
    generator: WritingGenerator, question: str, passages: list[Passage]
) -> None:
    draft = generator.generate(analyse(question), passages)
    assert draft.claims == ()
    assert draft.confidence == 0.0
    assert draft.reason
    assert language_of(draft.reason) == language_of(question)


def test_a_model_that_writes_nothing_refuses(generator: WritingGenerator) -> None:
    assert generator.generate(analyse("Why?"), ENGLISH).claims == ()


@pytest.mark.parametrize(("question", "passages"), [("Who is the captain?", ENGLISH), ("数码港的总裁是谁？", CHINESE)])
def test_an_invented_sentence_gets_no_evidence(
    generator: WritingGenerator, question: str, passages: list[Passage]
) -> None:
    draft = generator.generate(analyse(question), passages)
    assert [claim.evidence for claim in draft.claims] == [()]
    assert draft.confidence == 0.0


def test_an_invention_beside_a_true_sentence_stays_visible_and_halves_confidence(generator: WritingGenerator) -> None:
    draft = generator.generate(analyse("How many piers are there?"), ENGLISH)
    true, invented = draft.claims
    assert quotes(true.evidence) == [("harbour.md", "The harbour has nine piers.")]
    assert invented.text == "Dolphins swim beside them every winter."
    assert invented.evidence == ()
    assert 0.0 < draft.confidence <= 0.5


def test_a_wrong_marker_is_not_believed(generator: WritingGenerator) -> None:
    claim = generator.generate(analyse("Where is the office?"), ENGLISH).claims[0]
    assert claim.text == "Its office stands in Glendale."
    assert quotes(claim.evidence) == [("company.md", "Its office stands in Glendale.")]


def test_an_answer_of_two_words_is_traced_to_the_sentence_that_holds_them(generator: WritingGenerator) -> None:
    claim = generator.generate(analyse("What is the fare?"), ENGLISH).claims[0]
    assert quotes(claim.evidence) == [("harbour.md", "The fare is twelve dollars.")]


def test_each_sentence_stands_on_its_own_document(generator: WritingGenerator) -> None:
    draft = generator.generate(analyse("园区里有几家公司，几月雨水最多？"), CHINESE)
    assert [quotes(claim.evidence) for claim in draft.claims] == [
        [("数码港.txt", "园区里有1900家公司。")],
        [("天气.txt", "八月雨水最多。")],
    ]


def test_a_translated_sentence_is_traced_by_similarity_alone(folder: Path, generator: WritingGenerator) -> None:
    question = "这家公司的办公室在哪里？"
    assert generator.generate(analyse(question), MIXED).claims[0].evidence == ()
    means = {("办公室位于格伦代尔。", "Its office stands in Glendale."): 0.8}
    bilingual = drafting(folder, lambda one, other: means.get((one, other), 0.1))
    claim = bilingual.generate(analyse(question), MIXED).claims[0]
    assert quotes(claim.evidence) == [("company.md", "Its office stands in Glendale.")]


def test_a_model_that_was_warmed_up_needs_its_files_no_more(folder: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(folder, tmp_path / "model")
    model = drafting(copied)
    model.warm_up()
    shutil.rmtree(copied)
    assert model.generate(analyse("Who?"), ENGLISH) == drafting(folder).generate(analyse("Who?"), ENGLISH)


def test_the_same_question_gives_the_same_draft(folder: Path, generator: WritingGenerator) -> None:
    drafts = [model.generate(analyse("How many piers are there?"), ENGLISH) for model in (generator, drafting(folder))]
    assert generator.generate(analyse("How many piers are there?"), ENGLISH) == drafts[0] == drafts[1]


def test_without_passages_nothing_is_asked_of_the_model() -> None:
    assert drafting("no/such-model").generate(analyse("Who?"), []).claims == ()


# What the model reads


@pytest.mark.parametrize("question", ["When was Beyond Limits founded?", "数码港是哪年成立的？"])
def test_long_passages_do_not_overflow_the_model(folder: Path, question: str) -> None:
    text = " ".join(DOCUMENTS.values()) * 100
    long = [Passage(Chunk("long", 0, len(text), text, "long", None, "en"), 1.0, 1.0, 1.0, 1.0)] * 8
    writer = Seq2SeqWriter(folder, max_input_tokens=300, max_new_tokens=20)
    read: list[int] = []
    model = writer._loaded.model
    model.get_encoder().register_forward_pre_hook(
        lambda _module, _args, named: read.append(named["input_ids"].shape[1]), with_kwargs=True
    )
    WritingGenerator(writer).generate(analyse(question), long)
    assert 200 < read[0] <= 300


def test_room_is_shared_fairly_and_what_a_short_passage_leaves_goes_to_the_long() -> None:
    texts = ["Short one.", "word. " * 300, "word. " * 500]
    fitted = fit("Why?", "en", texts, len, 1200)
    assert fitted[0] == texts[0]
    assert len(fitted[1]) == pytest.approx(len(fitted[2]), abs=6)
    assert len(fitted[1]) > 300
    assert all(text.endswith("word.") for text in fitted[1:])
    assert 1150 < len(prompt("Why?", "en", fitted)) <= 1200


def test_the_lowest_passages_are_left_out_before_all_become_too_short() -> None:
    texts = [f"{number} " + "x" * 400 for number in range(20)]
    fitted = fit("为什么？", "zh", texts, len, 600)
    assert 1 < len(fitted) < 20
    assert [text.split()[0] for text in fitted] == [str(number) for number in range(len(fitted))]
    assert all(len(text) >= 48 for text in fitted)


def test_more_room_never_shows_less() -> None:
    texts = ["一二三四五。" * 40, "Nine piers stand here. " * 9]
    totals = [sum(map(len, fit("Why?", "en", texts, len, limit))) for limit in range(550, 900, 10)]
    assert all(less <= more for less, more in pairwise(totals))


def test_a_question_that_fills_the_model_is_an_error_that_says_so() -> None:
    with pytest.raises(QuestionError, match="at most 512 tokens"):
        fit("why " * 300, "en", ["text"], len, 512)


@pytest.mark.parametrize(
    ("question", "language"), [("Who runs 中国平安?", "en"), ("Beyond Limits 是哪年成立的？", "zh")]
)
def test_the_prompt_speaks_the_questions_language_and_says_how_to_refuse(question: str, language: Language) -> None:
    read = prompt(question, language, ["one", "two {three}"])
    assert REFUSAL[language] in read
    assert "\n[1] one\n[2] two {three}\n" in read
    assert language_of(read.replace(question, "").replace("one", "").replace("two", "")) == language


# What is made of its words


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("A is so. [1] B is too [2].", [("A is so.", {1}), ("B is too.", {2})]),
        ("甲是。［1］乙【2，3】也是。", [("甲是。", {1}), ("乙也是。", {2, 3})]),
        ("[3] A is so.", [("A is so.", {3})]),
        ("It said “yes.” [1] Then it left.", [("It said “yes.”", {1}), ("Then it left.", set())]),
        ("A is so. A is so. A is so.", [("A is so.", set())]),
        ("北 京 是 首 都 。", [("北京是首都。", set())]),
        ("1. A is so.\n2. B is too [2].\n- C, also.", [("A is so.", set()), ("B is too.", {2}), ("C, also.", set())]),
        ("Answer: A is so. [1]\nQuestion: Is B?\nAnswer: B is.", [("A is so.", {1})]),
        ("1、甲是。[1]\n问题：乙呢？\n回答：乙也是。", [("甲是。", {1})]),
        ("There are: 1. 2. 3. A is so.", [("There are: 1.", set()), ("A is so.", set())]),
        ("12.", [("12.", set())]),
        ("1.5 million came.", [("1.5 million came.", set())]),
        ("[1] … [2]", []),
        ("", []),
    ],
)
def test_markers_are_read_and_taken_out(written: str, expected: list[tuple[str, set[int]]]) -> None:
    assert [(one.text, set(one.cited)) for one in statements(written)] == expected


@pytest.mark.parametrize(
    "sentence",
    [*REFUSAL.values(), "the documents do not say", "Unanswerable", "文件中沒有說明", "文檔中沒有說明", "（无法回答）"],
)
def test_a_refusal_is_known_however_it_is_written(sentence: str) -> None:
    assert is_refusal(sentence)


@pytest.mark.parametrize("sentence", ["The documents do not say much.", "2014", "没有"])
def test_an_answer_is_not_taken_for_a_refusal(sentence: str) -> None:
    assert not is_refusal(sentence)


def test_a_sentence_made_of_two_sources_stands_on_both() -> None:
    statement = Statement("Beyond Limits was founded in 2014 and makes refinery software.", frozenset())
    claim = attribute([statement], question_terms("What is Beyond Limits?"), sources_in(ENGLISH))[0]
    assert {quote for _, quote in quotes(claim.evidence)} == {
        "Beyond Limits was founded in 2014.",
        "It makes refinery software.",
    }


def test_between_equal_sources_the_cited_one_is_taken_then_the_one_nearer_to_the_question() -> None:
    texts = {"a": "The pier opened in 2014.", "b": "Beyond Limits began in 2014."}
    passages = [
        Passage(Chunk(name, 0, len(text), text, name, None, "en"), 1.0, 1.0, 1.0, 1.0) for name, text in texts.items()
    ]
    question = "When did Beyond Limits begin?"
    plain = attribute([Statement("2014", frozenset())], question_terms(question), sources_in(passages))
    marked = attribute([Statement("2014", frozenset({1}))], question_terms(question), sources_in(passages))
    assert [claim.evidence[0].document for claim in (*plain, *marked)] == ["b", "a"]


# Which models are taken


T5_SIZES = {"num_layers": 1, "num_decoder_layers": 1, "num_heads": 2, "d_model": 32, "d_kv": 16, "d_ff": 32}
BART_SIZES = {"encoder_layers": 1, "decoder_layers": 1, "d_model": 32, "encoder_ffn_dim": 32, "decoder_ffn_dim": 32}
FAMILIES = {
    **dict.fromkeys(("t5", "mt5", "longt5"), T5_SIZES),
    **dict.fromkeys(("bart", "mbart", "pegasus"), BART_SIZES),
    "t5gemma": {"num_hidden_layers": 1, "hidden_size": 32, "intermediate_size": 32, "num_attention_heads": 2},
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_of_encoder_decoders_loads_and_writes(folder: Path, tmp_path: Path, family: str) -> None:
    from transformers import AutoConfig, AutoModelForSeq2SeqLM

    tokenizer = tokenizer_for([*DOCUMENTS.values(), prompt("Why?", "en", []), prompt("为什么？", "zh", [])])
    stack = FAMILIES[family]
    ids = {"pad_token_id": 0, "eos_token_id": 1, "bos_token_id": 1, "decoder_start_token_id": 0}
    if family == "t5gemma":
        stack = {**stack, "num_key_value_heads": 1, "head_dim": 16, "vocab_size": len(tokenizer)}
        config = AutoConfig.for_model(family, encoder=stack, decoder=stack, vocab_size=len(tokenizer), **ids)
    else:
        config = AutoConfig.for_model(family, vocab_size=len(tokenizer), **stack, **ids)
    AutoModelForSeq2SeqLM.from_config(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    model = WritingGenerator(Seq2SeqWriter(tmp_path, max_new_tokens=8))
    assert model.generate(analyse("Why are there piers?"), ENGLISH) == model.generate(
        analyse("Why are there piers?"), ENGLISH
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("tokenizer", "option"), [("MBartTokenizer", "decoder_start_token_id"), ("MBart50Tokenizer", "forced_bos_token_id")]
)
def test_a_translation_model_is_told_to_write_the_questions_language(tokenizer: str, option: str) -> None:
    import transformers

    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    many = getattr(transformers, tokenizer)(vocab=[(piece, 0.0) for piece in [*specials, "\u2581", "a"]])
    codes: dict[Language, str] = {"zh": "zh_CN", "en": "en_XX"}
    for language, code in codes.items():
        assert _speak(many, language) == {option: many.convert_tokens_to_ids(code)}
        assert code in many.convert_ids_to_tokens(many("a").input_ids)


def test_decoding_habits_of_a_model_are_not_followed(copied: Path, generator: WritingGenerator) -> None:
    path = copied / "generation_config.json"
    habits = {"num_beams": 4, "do_sample": True, "temperature": 9.0, "min_length": 90, "no_repeat_ngram_size": 2}
    path.write_text(json.dumps({**json.loads(path.read_text()), **habits}))
    question = "How many piers are there?"
    assert drafting(copied).generate(analyse(question), ENGLISH) == generator.generate(analyse(question), ENGLISH)


def test_an_answer_cut_off_by_the_length_limit_loses_its_unfinished_sentence(folder: Path) -> None:
    draft = WritingGenerator(Seq2SeqWriter(folder, max_new_tokens=9)).generate(
        analyse("How many piers are there?"), ENGLISH
    )
    assert [claim.text for claim in draft.claims] == ["The harbour has nine piers."]


def test_a_folder_needs_no_network(folder: Path, generator: WritingGenerator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE")

    def refuse(*_: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    question = "Where is the office?"
    assert drafting(folder).generate(analyse(question), ENGLISH) == generator.generate(analyse(question), ENGLISH)


def test_the_id_is_the_folders_name_and_a_hash_of_its_weights(copied: Path) -> None:
    before = drafting(copied).id
    assert before.startswith("model@")
    assert len(before) == len("model@") + 12
    assert before == drafting(f"{copied}/").id
    with (copied / "model.safetensors").open("r+b") as weights:
        weights.seek(-1, 2)
        last = weights.read(1)
        weights.seek(-1, 2)
        weights.write(bytes([last[0] ^ 1]))
    assert drafting(copied).id != before
    assert Seq2SeqWriter("google/flan-t5-base", revision="7bcac5").id == "google/flan-t5-base@7bcac5"


def test_a_hub_model_that_was_fetched_before_is_found_offline(
    folder: Path, generator: WritingGenerator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    cached = tmp_path / "models--someone--tiny-t5"
    shutil.copytree(folder, cached / "snapshots" / ("a" * 40))
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("a" * 40)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    question = "Where is the office?"
    assert drafting("someone/tiny-t5").generate(analyse(question), ENGLISH) == generator.generate(
        analyse(question), ENGLISH
    )


# Which are not


def asked(model: str | Path) -> None:
    drafting(model).generate(analyse("Why?"), ENGLISH)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["google/flan-t5-small", "./models/none", "/models/none", "C:\\models\\none"])
def test_a_model_that_is_not_here_is_missing_weights_with_a_hint(name: str) -> None:
    with pytest.raises(WeightsMissing, match="no folder") as caught:
        asked(name)
    assert "hf download" in caught.value.hint


def test_a_pickle_is_never_read(copied: Path) -> None:
    (copied / "model.safetensors").rename(copied / "pytorch_model.bin")
    with pytest.raises(WeightsMissing, match=r"model\.safetensors"):
        asked(copied)


def test_an_index_that_names_a_pickle_is_refused(copied: Path) -> None:
    (copied / "model.safetensors").rename(copied / "weights.bin")
    index = {"metadata": {}, "weight_map": {"shared.weight": "weights.bin"}}
    (copied / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match=r"'weights\.bin'; only safetensors"):
        asked(copied)


def test_an_adapter_is_refused(copied: Path) -> None:
    (copied / "adapter_config.json").write_text("{}")
    with pytest.raises(ModelError, match="adapter"):
        asked(copied)


def test_code_that_comes_with_a_model_is_not_run(copied: Path) -> None:
    (copied / "evil.py").write_text(f"open({str(copied / 'ran')!r}, 'w')\nclass Model: ...\nclass Config: ...\n")
    path = copied / "config.json"
    own = {"AutoConfig": "evil.Config", "AutoModelForSeq2SeqLM": "evil.Model", "AutoTokenizer": ["evil.Model", None]}
    path.write_text(json.dumps({**json.loads(path.read_text()), "model_type": "evil", "auto_map": own}))
    with pytest.raises(ModelError):
        asked(copied)
    assert not (copied / "ran").exists()


def test_a_model_that_is_no_encoder_decoder_is_refused(copied: Path) -> None:
    (copied / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(ModelError, match="BertConfig"):
        asked(copied)


def test_a_model_without_its_decoder_is_refused_not_filled_at_random(copied: Path) -> None:
    from safetensors.torch import load_file, save_file

    path = copied / "model.safetensors"
    kept = {name: weights for name, weights in load_file(path).items() if not name.startswith("decoder.block")}
    save_file(kept, path, {"format": "pt"})
    with pytest.raises(ModelError, match="weights are missing"):
        asked(copied)


def test_a_damaged_weight_file_is_a_model_error(copied: Path) -> None:
    path = copied / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ModelError, match="cannot be used"):
        asked(copied)


def test_a_model_without_a_tokenizer_is_refused(copied: Path) -> None:
    for file in copied.glob("tokenizer*"):
        file.unlink()
    with pytest.raises(ModelError, match="tokenizer"):
        asked(copied)


def test_a_tokenizer_of_another_model_is_refused(copied: Path) -> None:
    tokenizer_for([chr(code) for code in range(32, 2000)]).save_pretrained(copied)
    with pytest.raises(ModelError, match="tokenizer"):
        asked(copied)


@pytest.mark.parametrize("package", ["torch", "transformers"])
def test_a_missing_package_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ExtraMissing) as caught:
        asked("google/flan-t5-small")
    assert caught.value.hint == "pip install 'yinju[hub]'"
