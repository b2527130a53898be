"""Writes with any encoder-decoder model of transformers."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from rag.errors import QuestionError
from rag.generation.loading import Loaded, load, model_id
from rag.generation.writing import INSTRUCTIONS, Written, asking
from rag.text import sentences
from rag.types import Language

MIN_SHARE = 48
"""Tokens; where passages would get less, the lowest-ranked one is left out instead."""

_LANGUAGE_CODES: dict[Language, tuple[tuple[str, str], ...]] = {  # (tokenizer.src_lang, its token)
    "en": (("en_XX", "en_XX"), ("eng_Latn", "eng_Latn"), ("en", "__en__")),
    "zh": (("zh_CN", "zh_CN"), ("zho_Hans", "zho_Hans"), ("zh", "__zh__")),
}


class Seq2SeqWriter:
    """Any ``AutoModelForSeq2SeqLM`` (T5, mT5, mT0, flan-T5, T5Gemma, BART, mBART, …) by hub name or folder.

    The model writes freely, greedily and in float32 on the CPU, so the same question gives the same text.

    Only safetensors are read, never a pickle, and no code that comes with a model is run. Nothing is loaded before
    ``warm_up`` or the first question; ``HF_HUB_OFFLINE=1`` holds a hub name to what was fetched before.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        revision: str | None = None,
        max_input_tokens: int = 2048,
        max_new_tokens: int = 256,
    ) -> None:
        self._name = str(model)
        self._revision = revision
        self._max_input_tokens = max_input_tokens
        self._max_new_tokens = max_new_tokens
        self._lock = threading.Lock()

    @cached_property
    def id(self) -> str:
        """A folder's name and a hash of its model files; a hub model's name and its commit, once it was fetched."""
        return model_id(self._name, self._revision)

    def warm_up(self) -> None:
        """Read the model and its tokenizer; raises what ``write`` does."""
        _ = self._loaded

    def write(self, question: str, language: Language, texts: Sequence[str]) -> Written:
        """What the model writes of as many texts, best first, as it can read.

        Raises:
            ExtraMissing: torch or transformers is not installed.
            WeightsMissing: the model is not on this machine and could not be fetched.
            ModelError: it is no encoder-decoder model, or its files cannot be used.
            QuestionError: the question leaves no room for a text.
        """
        with self._lock:  # a fast tokenizer must not be used from two threads at once
            return self._write(question, language, texts)

    @cached_property
    def _loaded(self) -> Loaded:
        loaded = load(self._name, self._revision)
        self.__dict__.pop("id", None)  # a model of the hub has its commit from now on
        return loaded

    def _write(self, question: str, language: Language, texts: Sequence[str]) -> Written:
        model, tokenizer = self._loaded.model, self._loaded.tokenizer
        import torch

        limit = min(self._loaded.input_limit, self._max_input_tokens)
        longest = min(self._loaded.output_limit, self._max_new_tokens)
        spoken = _speak(tokenizer, language)
        fitting = fit(question, language, texts, lambda text: len(tokenizer(text, verbose=False).input_ids), limit)
        encoded = tokenizer(prompt(question, language, fitting), return_tensors="pt", truncation=True, max_length=limit)
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
        return Written(text, probabilities.mean, finished=len(probabilities.values) < longest)


def prompt(question: str, language: Language, texts: Sequence[str]) -> str:
    """What the model reads: instructions in the question's language, texts numbered from [1], the question."""
    return f"{INSTRUCTIONS[language]}\n\n{asking(question, language, texts)}"


def fit(question: str, language: Language, texts: Sequence[str], count: Callable[[str], int], limit: int) -> list[str]:
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
        room = limit - count(prompt(question, language, [""] * len(kept)))
        if room >= sum(min(MIN_SHARE, size) for size in sizes):
            return [_cut(text, share, count) for text, share in zip(kept, _shares(sizes, room), strict=True)]
        kept.pop()
        sizes.pop()
    raise QuestionError(
        f"The question leaves no room for a passage: the model reads at most {limit} tokens.", "ask a shorter question"
    )


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
