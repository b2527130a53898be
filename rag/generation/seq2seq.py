"""Drafts with any encoder-decoder model of transformers; every sentence is attributed to passages."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rag.errors import QuestionError
from rag.generation.attribution import REFUSAL, Similarity, attribute, is_refusal, statements
from rag.generation.loading import Loaded, load, model_id
from rag.question.analysis import Question
from rag.text import sentences
from rag.types import Draft, Language, Passage

MIN_SHARE = 48
"""Tokens; where passages would get less, the lowest-ranked one is left out instead."""

_PROMPTS: dict[Language, str] = {
    "en": (
        "Answer the question from the passages only. Copy their words and add nothing. After each sentence write the"
        f" number of its passage, like [1]. If the passages do not answer the question, write exactly: {REFUSAL['en']}"
        "\n\nQuestion: {question}\n\nPassages:\n{passages}\n\nAnswer:"
    ),
    "zh": (
        "只根据下面的段落回答问题。照抄段落里的原话，不要添加任何内容。每句话后面写上段落的编号，例如[1]。"
        f"如果段落不能回答问题，只写：{REFUSAL['zh']}"
        "\n\n问题：{question}\n\n段落：\n{passages}\n\n回答："
    ),
}
_SILENT: dict[Language, str] = {"en": "The model wrote nothing.", "zh": "模型没有写出任何内容。"}
_NOT_FOUND: dict[Language, str] = {
    "en": "The model found no answer in the passages.",
    "zh": "模型在段落中没有找到答案。",
}

_LANGUAGE_CODES: dict[Language, tuple[tuple[str, str], ...]] = {  # (tokenizer.src_lang, its token)
    "en": (("en_XX", "en_XX"), ("eng_Latn", "eng_Latn"), ("en", "__en__")),
    "zh": (("zh_CN", "zh_CN"), ("zho_Hans", "zho_Hans"), ("zh", "__zh__")),
}


class Seq2SeqGenerator:
    """Any ``AutoModelForSeq2SeqLM`` (T5, mT5, mT0, flan-T5, T5Gemma, BART, mBART, …) by hub name or folder.

    The model writes freely, greedily and in float32 on the CPU, so the same question gives the same draft. What it
    writes proves nothing: each sentence becomes a Claim on the source sentences that hold its words, or a Claim
    without evidence. Whether the evidence bears the claim out is for verification to say.

    Confidence is the mean probability of the written tokens times the share of claims that found evidence.

    Only safetensors are read, never a pickle, and no code that comes with a model is run. Nothing is loaded before
    ``warm_up`` or the first question; ``HF_HUB_OFFLINE=1`` holds a hub name to what was fetched before.
    """

    def __init__(
        self,
        model: str | Path,
        similarity: Similarity | None = None,
        *,
        revision: str | None = None,
        max_input_tokens: int = 2048,
        max_new_tokens: int = 256,
    ) -> None:
        """``similarity`` compares a sentence with a source sentence of the other language; 1 is the same meaning."""
        self._name = str(model)
        self._similarity = similarity
        self._revision = revision
        self._max_input_tokens = max_input_tokens
        self._max_new_tokens = max_new_tokens
        self._lock = threading.Lock()

    @cached_property
    def id(self) -> str:
        """A folder's name and a hash of its model files; a hub model's name and its commit, once it was fetched."""
        return model_id(self._name, self._revision)

    def warm_up(self) -> None:
        """Read the model and its tokenizer; raises what ``generate`` does."""
        _ = self._loaded

    def threshold(self, risk: float) -> float:
        """What the risk leaves of 1: no model of others was calibrated."""
        return 1 - risk

    def generate(self, question: Question, passages: Sequence[Passage]) -> Draft:
        """The model's answer as claims with their evidence; a draft without claims where it refuses or is silent.

        Raises:
            ExtraMissing: torch or transformers is not installed.
            WeightsMissing: the model is not on this machine and could not be fetched.
            ModelError: it is no encoder-decoder model, or its files cannot be used.
            QuestionError: the question leaves no room for a passage.
        """
        language = question.language
        if not passages:
            return Draft((), 0.0, _NOT_FOUND[language])
        with self._lock:  # a fast tokenizer must not be used from two threads at once
            written = self._write(question, [passage.chunk.text for passage in passages])
        said = statements(written.text)
        if not said:
            return Draft((), 0.0, _SILENT[language])
        if any(is_refusal(statement.text) for statement in said):
            return Draft((), 0.0, _NOT_FOUND[language])
        if len(said) > 1 and not written.finished:
            said.pop()  # the length limit cut it off
        claims = attribute(said, question.terms, passages, self._similarity)
        coverage = sum(bool(claim.evidence) for claim in claims) / len(claims)
        return Draft(claims, written.probability * coverage)

    @cached_property
    def _loaded(self) -> Loaded:
        loaded = load(self._name, self._revision)
        self.__dict__.pop("id", None)  # a model of the hub has its commit from now on
        return loaded

    def _write(self, question: Question, texts: Sequence[str]) -> _Written:
        model, tokenizer = self._loaded.model, self._loaded.tokenizer
        import torch

        limit = min(self._loaded.input_limit, self._max_input_tokens)
        longest = min(self._loaded.output_limit, self._max_new_tokens)
        spoken = _speak(tokenizer, question.language)
        fitting = fit(question, texts, lambda text: len(tokenizer(text, verbose=False).input_ids), limit)
        encoded = tokenizer(prompt(question, fitting), return_tensors="pt", truncation=True, max_length=limit)
        probabilities = _Probabilities()
        with torch.inference_mode():
            tokens = model.generate(
                input_ids=encoded.input_ids,  # (1, T)
                attention_mask=encoded.attention_mask,
                do_sample=False,
                num_beams=1,
                max_new_tokens=longest,
                logits_processor=[probabilities],
                **spoken,
            )[0]  # (length,)
        text = tokenizer.decode(tokens, skip_special_tokens=True)
        return _Written(text, probabilities.mean, finished=len(probabilities.values) < longest)


def prompt(question: Question, texts: Sequence[str]) -> str:
    """What the model reads: instructions in the question's language, the question, passages numbered from [1]."""
    numbered = "\n".join(f"[{number}] {text}" for number, text in enumerate(texts, 1))
    return _PROMPTS[question.language].format(question=question.text.strip(), passages=numbered)


def fit(question: Question, texts: Sequence[str], count: Callable[[str], int], limit: int) -> list[str]:
    """Passages (best first, white space made single spaces) cut so that their prompt has at most ``limit`` tokens.

    Each passage may have an equal share of the room; what a short one leaves over goes to the longer ones. A long one
    keeps its leading sentences that fit its share, or else its leading characters. Where a share would fall below
    ``MIN_SHARE`` tokens the lowest-ranked passages are left out, so the numbers of the others stay true.

    Raises:
        QuestionError: there is no room for any passage.
    """
    kept = [" ".join(text.split()) for text in texts]
    sizes = [count(text) for text in kept]
    while kept:
        room = limit - count(prompt(question, [""] * len(kept)))
        if room >= sum(min(MIN_SHARE, size) for size in sizes):
            return [_cut(text, share, count) for text, share in zip(kept, _shares(sizes, room), strict=True)]
        kept.pop()
        sizes.pop()
    raise QuestionError(
        f"The question leaves no room for a passage: the model reads at most {limit} tokens.", "ask a shorter question"
    )


@dataclass(frozen=True, slots=True)
class _Written:
    text: str
    probability: float
    finished: bool


class _Probabilities:
    """A logits processor that changes nothing and notes the probability of each token that greedy decoding takes.

    ``generate``'s own ``output_scores`` would keep a row as long as the vocabulary for every token.
    """

    def __init__(self) -> None:
        self.values: list[float] = []

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        self.values.append(float(scores.softmax(-1).max()))  # (1, vocabulary)
        return scores

    @property
    def mean(self) -> float:
        return sum(self.values) / len(self.values)


def _shares(sizes: Sequence[int], room: int) -> list[int]:
    shares = [0] * len(sizes)
    for position, index in enumerate(sorted(range(len(sizes)), key=sizes.__getitem__)):
        shares[index] = min(sizes[index], room // (len(sizes) - position))
        room -= shares[index]
    return shares


def _cut(text: str, share: int, count: Callable[[str], int]) -> str:
    if count(text) <= share:
        return text
    for ends in ([span.end for span in sentences(text)], range(1, len(text))):
        fitting = bisect_right(ends, share, key=lambda end: count(text[:end]))
        if fitting:
            return text[: ends[fitting - 1]]
    return ""


def _speak(tokenizer: Any, language: Language) -> dict[str, int]:
    """Tell a tokenizer that marks languages (mBART, M2M100, NLLB) which one it reads, and the model to write it."""
    if not hasattr(tokenizer, "src_lang"):
        return {}
    for code, token in _LANGUAGE_CODES[language]:
        number = tokenizer.convert_tokens_to_ids(token)
        if number not in {None, tokenizer.unk_token_id}:
            tokenizer.src_lang = code
            first = type(tokenizer).__name__.startswith("MBartTokenizer")  # the first mBART starts from the code itself
            return {"decoder_start_token_id" if first else "forced_bos_token_id": number}
    return {}
